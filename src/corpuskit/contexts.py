"""What stands around a place in a text: so many words or characters to the left and right, and the neighbours to sort by.

A word is a token of the index: in a text of Chinese, Japanese, Korean or Thai each character counts as one. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

from corpuskit import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpuskit.folded_texts import Folded
    from corpuskit.phrases import Span

LONGEST_WORD = 100  # characters that a word of a context may have on average: what has none of its borders ends somewhere
NEIGHBOURS = 8  # words that a context is sorted by


@dataclass(frozen=True, slots=True)
class Window:
    """How much of the context is shown on either side: `size` words, or characters."""

    size: int = 10
    unit: Literal["words", "characters"] = "words"


class Contexts:
    """The contexts in one text, faster where it is folded."""

    def __init__(self, text: str, window: Window, folded: Folded | None = None) -> None:
        self.text = text
        self.window = window
        self._searched: str | bytes = text  # where tokens are looked for
        self._token: re.Pattern[Any] | None = folded.token() if folded else None
        has_runs = True  # a token is the same read backwards
        if folded and self._token:
            self._searched = folded.data
        else:
            has_characters = tokens.has_characters(text)
            self._token = tokens.pattern(text, characters=has_characters)
            has_runs = not has_characters
        self._has_runs = has_runs

    def around(self, start: int, end: int) -> Span:
        """Where the context of `text[start:end]` begins and ends: whole words, or exactly as many characters as there are."""
        size = self.window.size
        if self.window.unit == "characters":
            return max(0, start - size), min(len(self.text), end + size)
        return self._left(start, size), self._right(end, size)

    def _right(self, end: int, size: int) -> int:
        assert self._token is not None
        if self._has_runs:
            found = _some(self._token, size).match(self._searched, end, end + size * LONGEST_WORD)
            return found.end() if found else end
        spans = list(islice(self._spans(end, end + size * LONGEST_WORD), size))
        return spans[-1][1] if spans else end

    def _left(self, start: int, size: int) -> int:
        assert self._token is not None
        low = max(0, start - size * LONGEST_WORD)
        if self._has_runs:
            found = _some(self._token, size).match(self._searched[low:start][::-1])
            return start - found.end() if found else start
        starts = [first for first, _ in self._spans(low, start)][-size:] if size else []
        return starts[0] if starts else start

    def _spans(self, low: int, high: int) -> Iterator[Span]:
        assert self._token is not None
        return (match.span() for match in self._token.finditer(self._searched, low, high))

    def words_before(self, start: int) -> list[str]:
        """The words before a place, the nearest first, at most `NEIGHBOURS`."""
        return self.words_in(self._left(start, NEIGHBOURS), start)[::-1]

    def words_after(self, end: int) -> list[str]:
        """The words after a place, the nearest first, at most `NEIGHBOURS`."""
        return self.words_in(end, self._right(end, NEIGHBOURS))

    def words_in(self, start: int, end: int) -> list[str]:
        """The words between two places."""
        return [self.text[first:last] for first, last in self._spans(start, end)]


@cache
def _some(token: re.Pattern[Any], size: int) -> re.Pattern[Any]:
    """Matches up to `size` tokens and what stands between them."""
    if isinstance(token.pattern, bytes):
        return re.compile(b"(?: *+(?:%b)){0,%d}+" % (token.pattern, size))
    separator = "[^0-9A-Za-z]" if token is tokens.pattern("") else f"[{tokens.ranges('separators')}]"
    return re.compile(f"(?:{separator}*+(?:{token.pattern})){{0,{size}}}+")


def sort_key(words: list[str]) -> bytes:
    """Orders sequences of words: by their letters without case and accents, then without case."""
    folded, written = "\1".join(map(tokens.fold, words)), "\1".join(words)
    return f"{folded}\0{written.casefold()}\0".encode("utf-8", "surrogatepass")  # a shorter sequence comes first
