r"""A text in one byte for each character, as far as a query has to know it: fast to make, and fast to search.

    folding = Folding(phrases(tree))
    folded = folding.fold("Im Café")        # folded.data has seven bytes
    folded.find(phrase, characters=False)

The letters of the query have a code each, with all that the index folds to them; all separators share one, and so do all other
letters. So one regular expression over bytes finds a phrase, several times faster than one over a text of many scripts, and
places in `data` are places in the text. It pays where many texts are searched: numpy has to be loaded first.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from unicodedata import is_normalized

import numpy as np

from corpuskit import tokens

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from corpuskit.query_tree import Phrase

SEPARATOR, DELETED, UNUSUAL_BASE, UNUSUAL, MARK, BASE, OTHER = b" ", b"\x01", b"\xfb", b"\xfc", b"\xfd", b"\xfe", b"\xff"
_FIRST, _LAST = 0x80, 0xFA  # codes of letters
MOST_LETTERS = _LAST - _FIRST + 1


class Folded:
    """A folded text. `is_simple`: no token in it is composed or holds marks, so that tokens are runs of codes."""

    __slots__ = ("_folding", "data", "has_characters", "is_simple")

    def __init__(self, data: bytes, text: str, folding: Folding) -> None:
        self.data = data
        self._folding = folding
        self.has_characters = BASE in data or UNUSUAL_BASE in data
        self.is_simple = DELETED not in data and not (
            self.has_characters and (UNUSUAL_BASE in data or UNUSUAL in data or MARK in data or not is_normalized("NFC", text))
        )

    def find(self, phrase: Phrase, *, characters: bool) -> list[tuple[int, int]] | None:
        """The occurrences of a phrase in words, or in characters, those with itself too; None where that is not told here."""
        if not self.is_simple or phrase.characters:
            return None
        pattern = self._folding.pattern(phrase.tokens, phrase.prefix, characters)
        if len(phrase.tokens) == 1:
            return [match.span() for match in pattern.finditer(self.data)]
        spans: list[tuple[int, int]] = []
        found = pattern.search(self.data)
        while found:
            spans.append(found.span())
            found = pattern.search(self.data, found.start() + 1)
        return spans

    def token(self) -> re.Pattern[bytes] | None:
        """Matches the tokens of the text in `data`; None where they are not told here."""
        if not self.has_characters:
            return _TOKEN
        return _CHARACTER if self.is_simple else None


class Folding:
    """Folds texts for phrases that are looked for in them. Raises ValueError for those that cannot be looked for like this."""

    def __init__(self, phrases: Iterable[Phrase]) -> None:
        words = [tokens.fold(word) for phrase in phrases if not phrase.characters for word in phrase.tokens]
        letters = sorted(set("".join(words)))
        table = _classes().copy()
        if not all(words) or len(letters) > MOST_LETTERS or any(table[ord(letter)] != OTHER[0] for letter in letters):
            raise ValueError
        self._codes = {ord(letter): _FIRST + place for place, letter in enumerate(letters)}
        for letter in letters:
            for variant in tokens.variants(letter):
                table[ord(variant)] = self._codes[ord(letter)]
        self._table = table
        self._patterns: dict[tuple[tuple[str, ...], bool, bool], re.Pattern[bytes]] = {}

    def fold(self, text: str) -> Folded:
        """The text in codes."""
        codes = np.array(text)[None].view(np.uint32)
        if codes.size != len(text):  # numpy leaves out zeros at the end
            codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
        return Folded(self._table.take(codes).tobytes(), text, self)

    def pattern(self, phrase: tuple[str, ...], prefix: bool, characters: bool) -> re.Pattern[bytes]:
        """Finds the tokens of a phrase, one after the other, in a simple text."""
        key = (phrase, prefix, characters)
        if key not in self._patterns:
            self._patterns[key] = self._compiled(*key)
        return self._patterns[key]

    def _compiled(self, phrase: tuple[str, ...], prefix: bool, characters: bool) -> re.Pattern[bytes]:
        words = [re.escape(tokens.fold(word).translate(self._codes).encode("latin-1")) for word in phrase]
        inside = rb"[^ \xfe]" if characters else b"[^ ]"
        end = inside + b"*+" if prefix else b"(?!" + inside + b")"
        # it begins with the letters themselves, which are searched for fastest
        rest = b"".join(b"(?!" + inside + b") *+" + word for word in words[1:])
        return re.compile(words[0] + b"(?<!" + inside + words[0] + b")" + rest + end)


_table: list[NDArray[np.uint8]] = []


def _classes() -> NDArray[np.uint8]:
    """The code of every character that is no letter of a query."""
    if not _table:
        table = np.full(0x110000, OTHER[0], dtype=np.uint8)
        for name, code in (
            ("bases", BASE), ("marks", MARK), ("deleted", DELETED), ("unusual", UNUSUAL), ("separators", SEPARATOR),
        ):  # fmt: skip
            for first, last in tokens.intervals(name):
                span = table[first : last + 1]
                span[:] = np.where(span == BASE[0], UNUSUAL_BASE[0], code[0]) if name == "unusual" else code[0]
        _table.append(table)
    return _table[0]


_TOKEN = re.compile(b"[^ ]++")
_CHARACTER = re.compile(rb"\xfe|[^ \xfe]++")  # a token of a simple text with characters
