"""Passages: the paragraphs of a text that are long enough to be recognised when they stand in another text too.

Case, numbers and spacing make no difference, as they make none for lines of plain-text pages; so both can be counted together.
Pure: a text in, keys and places out.
"""

from __future__ import annotations

from corpuskit.extract.plaintext_lines import line_key
from corpuskit.extract.words import count_words

LEAST_CHARACTERS = 40
LEAST_WORDS = 8


def read_passages(text: str) -> list[tuple[int, int]]:
    """Key and place of every passage. A place is the number of the line, from 1."""
    found = []
    for number, line in enumerate(text.split("\n"), start=1):
        if len(line) >= LEAST_CHARACTERS and count_words(line) >= LEAST_WORDS and (key := line_key(line)) is not None:
            found.append((key, number))
    return found


def passage_at(text: str, place: int) -> str:
    """The passage that stands there."""
    return " ".join(text.split("\n")[place - 1].split())
