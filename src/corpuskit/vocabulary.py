"""Words for counting: a text cut into words, each written as a number.

A word is a token of the full-text index: a run of letters, marks and digits. In scripts that write no blanks between words (Han,
Kana, Bopomofo, Yi, Thai, Lao, Khmer, Myanmar and their like) every letter with its marks is a word of its own, so pairs of them
are what `--ngram 2` lists. Hangul has blanks between words and is counted in words. So a word is counted as often as a search
for it finds it, and nothing depends on a dictionary whose next version would cut the same text differently.

Spellings that differ only in letter case or in their Unicode form (composed, decomposed) are one word. Accents count: résumé is
not resume, schon is not schön; `fold_accents` makes them one, as the index does.

No database, no printing. Texts are cut with tables over code points, three times as fast as by a regular expression.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias
from unicodedata import normalize, unidata_version

import numpy as np
from numpy.typing import NDArray

from corpuskit import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

Numbers: TypeAlias = NDArray[np.uint32]
Places: TypeAlias = NDArray[np.intp]

_WORD, _SEPARATOR, _LETTER, _MARK, _STACKER = range(5)  # part of a word; between words; a word of its own; what belongs to that
_BLANK = 32
_AT_ONCE = 1 << 20  # characters of a text that are cut at a time, so that memory does not grow with its longest text


class Vocabulary:
    """The different words met so far. Numbers are given in the order of appearance; `words[number]` is the word."""

    def __init__(self, *, case: bool = False, fold_accents: bool = False) -> None:
        self.words: list[str] = []
        self._case = case
        self._fold_accents = fold_accents
        self._numbers: dict[str, int] = {}  # by word
        self._spellings = _Spellings(self)

    def __len__(self) -> int:
        return len(self.words)

    def encode(self, text: str) -> Numbers:
        """The words of a text in their order."""
        pieces = [self._encode(cut_words(piece)) for piece in _pieces(text)]
        return pieces[0] if len(pieces) == 1 else np.concatenate(pieces)

    def number(self, spelling: str) -> int:
        """The number of one word; a new one where it is new."""
        return self.adopt(self.normal_form(spelling))

    @property
    def is_usual(self) -> bool:
        """Whether spellings are words by the usual rules: case does not count, accents do."""
        return not (self._case or self._fold_accents)

    def adopt(self, word: str) -> int:
        """The number of a word in its normal form; a new one where it is new."""
        number = self._numbers.setdefault(word, len(self.words))
        if number == len(self.words):
            self.words.append(word)
        return number

    def normal_form(self, spelling: str) -> str:
        """The word that a spelling stands for."""
        if not spelling.isascii():
            spelling = normalize("NFC", tokens.unify(spelling))
        if self._fold_accents:
            return tokens.fold(spelling) or spelling  # accents that stand alone
        return spelling if self._case else spelling.lower()

    def ranks(self) -> tuple[Places, list[str]]:
        """The place of each number in the order of the words, and the words in that order."""
        order = sorted(range(len(self.words)), key=self.words.__getitem__)
        ranks = np.empty(len(order), dtype=np.intp)
        ranks[order] = np.arange(len(order))
        return ranks, [self.words[number] for number in order]

    def _encode(self, spellings: list[str]) -> Numbers:
        return np.fromiter(map(self._spellings.__getitem__, spellings), dtype=np.uint32, count=len(spellings))


class _Spellings(dict[str, int]):
    """The number of every spelling; one that is new is looked at once."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__()
        self._vocabulary = vocabulary

    def __missing__(self, spelling: str) -> int:
        number = self[spelling] = self._vocabulary.number(spelling)
        return number


def cut_words(text: str) -> list[str]:
    """The words of a text as they are written."""
    code_points, kinds = _classified(text)
    if (kinds == _LETTER).any():
        starts, ends = _places(kinds)
        return [text[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
    code_points[kinds == _SEPARATOR] = _BLANK
    return code_points.tobytes().decode("utf-32-le", "surrogatepass").split()


def word_places(text: str) -> tuple[Places, Places]:
    """Where the words of a text begin and end: the first is `text[starts[0]:ends[0]]`."""
    return _places(_classified(text)[1])


def _places(kinds: NDArray[np.uint8]) -> tuple[Places, Places]:
    is_part = np.zeros(kinds.size + 2, dtype=np.bool_)  # with a separator on both sides
    is_part[1:-1] = kinds != _SEPARATOR
    is_start = is_part[1:-1] & ~is_part[:-2]
    if (kinds == _LETTER).any():
        is_start |= _starts_inside(kinds)
    is_end = is_part[1:-1] & ~is_part[2:]
    is_end[:-1] |= is_start[1:] & is_part[1:-2]
    return np.flatnonzero(is_start), np.flatnonzero(is_end) + 1


def _starts_inside(kinds: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where a word begins although no separator stands before it: at a letter of its own, and behind one."""
    is_letter = kinds == _LETTER
    is_mark = kinds >= _MARK
    bearer = np.maximum.accumulate(np.where(is_mark, 0, np.arange(kinds.size)))  # the character that a mark stands on
    of_letter = is_letter | (is_mark & is_letter[bearer])
    starts = is_letter.copy()
    starts[1:] &= ~((kinds[:-1] == _STACKER) & of_letter[:-1])  # what is stacked below a letter belongs to it
    starts[1:] |= (kinds[1:] != _SEPARATOR) & ~of_letter[1:] & of_letter[:-1]
    return starts  # type: ignore[no-any-return]


def joined(words: Sequence[str]) -> str:
    """Several words as one writes them: without a blank between two letters of a script that has none."""
    text = words[0] if words else ""
    for before, word in pairwise(words):
        text += word if _is_letter(before[0]) and _is_letter(word[0]) else f" {word}"
    return text


@cache
def rules() -> int:
    """A number for all that decides what is a word, tables of Unicode included: counts by other rules do not compare."""
    from hashlib import blake2b

    digest = blake2b(_kinds().tobytes() + unidata_version.encode(), digest_size=4)
    return int.from_bytes(digest.digest(), "big")


def _is_letter(character: str) -> bool:
    return bool(_kinds()[ord(character)] == _LETTER)


def _pieces(text: str) -> list[str]:
    """A long text cut where a word ends; a word that is longer than a piece is one word still."""
    if len(text) <= _AT_ONCE:
        return [text]
    pieces, start = [], 0
    border = re.compile(r"\s")
    while start < len(text):
        found = border.search(text, start + _AT_ONCE)
        end = found.end() if found else len(text)
        pieces.append(text[start:end])
        start = end
    return pieces


def _classified(text: str) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    code_points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint32)
    return code_points, _kinds().take(code_points)


@cache
def _kinds() -> NDArray[np.uint8]:
    """What each code point is."""
    kinds = np.full(0x110000, _WORD, dtype=np.uint8)
    for name, kind in (("marks", _MARK), ("stackers", _STACKER), ("bases", _LETTER), ("separators", _SEPARATOR)):
        for first, last in _ranges(tokens.ranges(name)):
            kinds[first : last + 1] = kind
    for first, last in tokens.HANGUL:
        block = kinds[first : last + 1]
        block[block == _LETTER] = _WORD
    return kinds


def _ranges(character_class: str) -> list[tuple[int, int]]:
    found = re.findall(r"\\U([0-9a-f]{8})-\\U([0-9a-f]{8})", character_class)
    return [(int(first, 16), int(last, 16)) for first, last in found]
