"""Counting the words of a text, the same way for every language.

The rule: a run of letters, marks and digits is one word; in scripts that write no blanks between words (Han, Kana, Bopomofo, Yi,
Thai, Lao, Khmer, Myanmar) every letter with its marks is one. Everything else separates: `don't` and `multi-agent` are two
words each, as they are for the full-text index.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_ASCII_WORD = re.compile(r"[0-9A-Za-z]+")
_SIMPLE_WORD = re.compile(r"[^\W_]+")
# Anything but Latin, Greek, Cyrillic and Hangul letters, punctuation, symbols and emoji: only then the full rule, which takes a
# tenth of a second to build, can give another number.
_BEYOND_SIMPLE = re.compile(
    "[^\x00-\u02ff\u0370-\u0482\u048a-\u0590\u1e00-\u200b\u200e-\u20cf\u2100-\u2bff\u3000-\u3004\u3008-\u3020\uac00-\ud7a3"
    "\ufb00-\ufb06\ufe00-\ufe0f\uff01-\uff60\ufffd\U0001f000-\U0001faff]"
)

# First and last code points of the blocks without blanks between words; only their letters count.
_UNSPACED_BLOCKS = (
    (0x0E00, 0x0EFF),  # Thai, Lao
    (0x1000, 0x109F),  # Myanmar
    (0x1780, 0x17FF),  # Khmer
    (0x3005, 0x3007),  # iteration mark, closing mark, zero
    (0x3040, 0x312F),  # Hiragana, Katakana, Bopomofo
    (0x31A0, 0x31FF),
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xA000, 0xA48F),  # Yi
    (0xA9E0, 0xA9FF),
    (0xAA60, 0xAA7F),
    (0xF900, 0xFAFF),
    (0xFF66, 0xFF9F),  # half-width Katakana
    (0x1AFF0, 0x1B16F),
    (0x20000, 0x323AF),
)


def word_pattern(text: str) -> re.Pattern[str]:
    """Matches the words of this text, by the rule above: the fastest pattern that does."""
    if text.isascii():
        return _ASCII_WORD
    return _SIMPLE_WORD if _BEYOND_SIMPLE.search(text) is None else _word()


def count_words(text: str) -> int:
    """How many words the text holds, by the rule above."""
    pattern = word_pattern(text)
    # By lines, so that the words of a huge text never stand in memory all at once.
    return sum(len(pattern.findall(line)) for line in text.split("\n"))


@cache
def _word() -> re.Pattern[str]:
    """The rule as a pattern. Python's `\\w` leaves out the marks, without which a word of Hindi falls into pieces."""
    unspaced, marks = _unspaced(), _marks()
    return re.compile(f"[{unspaced}][{marks}]*|(?:[^\\W_{unspaced}][{marks}]*)+")


def _unspaced() -> str:
    """The letters that are words of their own, as the inside of a character class."""
    codes = (code for first, last in _UNSPACED_BLOCKS for code in range(first, last + 1))
    return _character_class(code for code in codes if chr(code).isalpha() or code == 0x3007)


def _marks() -> str:
    """Every combining mark, and the two joiners that stand inside words, as the inside of a character class."""
    from unicodedata import category

    # No marks lie above; variation selectors choose the look of a sign, emoji mostly, and make no word.
    codes = (code for code in range(0x300, 0x1F000) if not 0xFE00 <= code <= 0xFE0F)
    return _character_class(code for code in codes if code in (0x200C, 0x200D) or category(chr(code))[0] == "M")


def _character_class(codes: Iterable[int]) -> str:
    """Code points in rising order as ranges for a character class."""
    ranges: list[list[int]] = []
    for code in codes:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)
