"""A text taken apart once, for all signals: its lines and its tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpuskit.extract.words import word_pattern
from corpuskit.signals.scripts import Wording, read_wording


@dataclass(frozen=True, slots=True)
class Reading:
    """What the signals of a text are measured on."""

    text: str
    lines: Sequence[str]  # without blanks around them, and without those that are blank
    tokens: Sequence[str]  # words in lower case; in scripts without blanks between words, letters
    wording: Wording
    language: str | None  # ISO 639-1


def read(text: str, language: str | None = None) -> Reading:
    """Take a text apart. It stands in memory several times over: cut a long one first."""
    folded = text.lower()
    tokens = word_pattern(folded).findall(folded)
    lines = [line for line in map(str.strip, text.split("\n")) if line]
    return Reading(text, lines, tokens, read_wording(text, tokens), language)
