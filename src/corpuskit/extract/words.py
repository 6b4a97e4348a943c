"""Counting the words of a text, the same way for every language.

The rule is that of the full-text index (`tokens`): a run of letters, marks and digits is one word; in scripts that write no
blanks between words (Han, Kana, Bopomofo, Yi, Thai, Lao, Khmer, Myanmar) every letter with its marks is one. Everything else
separates: `don't` and `multi-agent` are two words each. Hangul has blanks between words, and is counted in words.
"""

from __future__ import annotations

import re
from functools import cache

from corpuskit import tokens


def word_pattern(text: str) -> re.Pattern[str]:
    """Matches the words of this text, by the rule above: the fastest pattern that does."""
    return _word() if tokens.has_characters(text) else tokens.pattern(text)


def count_words(text: str) -> int:
    """How many words the text holds, by the rule above."""
    pattern = word_pattern(text)
    # By lines, so that the words of a huge text never stand in memory all at once.
    return sum(len(pattern.findall(line)) for line in text.split("\n"))


@cache
def _word() -> re.Pattern[str]:
    """The rule as a pattern, from the tables of the full-text index."""
    letter, marks, stackers = _letters(), tokens.ranges("marks"), tokens.ranges("stackers")
    alone = f"[{letter}][{marks}]*(?:(?<=[{stackers}])[{letter}][{marks}]*)*"
    return re.compile(f"{alone}|[^{tokens.ranges('separators')}{letter}]+")


def _letters() -> str:
    """The letters that are words of their own, as the inside of a character class."""
    found = [
        (first, last)
        for first, last in tokens.intervals("bases")
        if not any(start <= first and last <= end for start, end in tokens.HANGUL)
    ]
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in found)
