"""Scripts that write no blanks between words, and how much of a word one of their letters is.

Published thresholds speak of words. Where a text does not show its words they are estimated: so many letters make a word on
average. The rates are those of common segmenters on running text (jieba 1.9, fugashi 1.6, pythainlp 4.2, laonlp and khmer-nltk
3.5), rounded. Such an estimate is the same on every machine, needs no dictionary, and errs by less than the thresholds
themselves leave open.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_BLOCKS = (  # first and last code point, and letters (with their marks) to a word
    (0x0E00, 0x0E7F, 4.0),  # Thai
    (0x0E80, 0x0EFF, 3.5),  # Lao
    (0x1000, 0x109F, 3.0),  # Myanmar
    (0x1780, 0x17FF, 3.5),  # Khmer
    (0x3005, 0x3007, 1.7),  # Chinese and Japanese
    (0x3040, 0x312F, 1.7),
    (0x31A0, 0x31FF, 1.7),
    (0x3400, 0x9FFF, 1.7),
    (0xA000, 0xA48F, 1.7),  # Yi
    (0xA9E0, 0xA9FF, 3.0),
    (0xAA60, 0xAA7F, 3.0),
    (0xF900, 0xFAFF, 1.7),
    (0xFF66, 0xFF9F, 1.7),
    (0x1AFF0, 0x1B16F, 1.7),
    (0x20000, 0x323AF, 1.7),
)
_UNSPACED = re.compile("[" + "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last, _ in _BLOCKS) + "]")
_SILENT = (0x0E00, 0x0EFF)  # Thai and Lao end a sentence with a blank


@dataclass(frozen=True, slots=True)
class Wording:
    """How the tokens of a text relate to words."""

    words: float  # estimated where words are not to be seen
    tokens_per_word: float  # in a text that is mostly letters of such scripts; else 1
    is_unspaced: bool  # it is mostly letters of such scripts
    has_sentence_marks: bool  # False for a text that is mostly Thai or Lao


def read_wording(text: str, tokens: Sequence[str]) -> Wording:
    """How many words the tokens of this text are; `tokens` are those of `extract.words.word_pattern`."""
    if not has_unspaced(text):
        return Wording(float(len(tokens)), 1.0, is_unspaced=False, has_sentence_marks=True)
    firsts = Counter(token[0] for token in tokens)
    rates = {letter: rate for letter in firsts if (rate := _rate(ord(letter))) is not None}
    letters = sum(firsts[letter] for letter in rates)
    words = sum(firsts[letter] / rate for letter, rate in rates.items())
    silent = sum(count for letter, count in firsts.items() if _SILENT[0] <= ord(letter) <= _SILENT[1])
    is_unspaced = 2 * letters > len(tokens)
    return Wording(
        words=round(len(tokens) - letters + words, 1),
        tokens_per_word=letters / words if is_unspaced else 1.0,
        is_unspaced=is_unspaced,
        has_sentence_marks=2 * silent <= len(tokens),
    )


def has_unspaced(text: str) -> bool:
    """Whether the text holds a letter of a script without blanks."""
    return not text.isascii() and _UNSPACED.search(text) is not None


def _rate(code: int) -> float | None:
    return next((rate for first, last, rate in _BLOCKS if first <= code <= last), None)
