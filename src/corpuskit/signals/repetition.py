"""Repetition inside one text: Rae et al. 2021, appendix A1.1 and table A1.

Lines and paragraphs are duplicates where the same one stood before in the text. Of n-grams, a run of words that stood before
counts with all its letters, each letter once, however many such runs it belongs to; of the most frequent 2- to 4-grams all
occurrences do. Shares are of the letters of all words; an n-gram that occurs once is no repetition. In scripts without blanks a
run is as many letters long as n words are on average. Time is linear: whoever occurs twice with n + 1 words does so with n.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate

from corpuskit.signals.reading import Reading

TOP = (2, 3, 4)
DUPLICATE = (5, 6, 7, 8, 9, 10)
MOST_TOKENS = 200_000  # a longer text is judged by its beginning; Gopher's longest document has half of that

_PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*+\n\s*+")


def measure(reading: Reading) -> dict[str, float | None]:
    """The signals by name."""
    paragraphs = [part for part in map(str.strip, _PARAGRAPH_BREAK.split(reading.text)) if part]
    lines, line_characters = _duplicates(reading.lines)
    duplicate_paragraphs, paragraph_characters = _duplicates(paragraphs)
    return {
        "duplicate_lines": lines,
        "duplicate_line_characters": line_characters,
        "duplicate_paragraphs": duplicate_paragraphs,
        "duplicate_paragraph_characters": paragraph_characters,
        **_n_grams(reading.tokens[:MOST_TOKENS], reading.wording.tokens_per_word),
    }


def _duplicates(parts: Sequence[str]) -> tuple[float | None, float | None]:
    """The share of the parts that stood before, and their share of the characters."""
    if not parts:
        return None, None
    different = set(parts)
    if len(different) == len(parts):
        return 0.0, 0.0
    characters = sum(map(len, parts))
    return (len(parts) - len(different)) / len(parts), (characters - sum(map(len, different))) / characters


def _n_grams(tokens: Sequence[str], tokens_per_word: float) -> dict[str, float | None]:
    names = {f"top_{n}_grams": (round(n * tokens_per_word), True) for n in TOP}
    names |= {f"duplicate_{n}_grams": (round(n * tokens_per_word), False) for n in DUPLICATE}
    if not tokens:
        return dict.fromkeys(names)
    ends = [0, *accumulate(map(len, tokens))]
    repeated = _Repeated(tokens)
    found: dict[str, float | None] = {}
    for name, (length, is_top) in sorted(names.items(), key=lambda item: item[1][0]):
        repeated.grow(length)
        starts = repeated.most_frequent(ends) if is_top else repeated.further
        found[name] = _covered(starts, length, ends) / ends[-1]
    return found


class _Repeated:
    """The places where a run of so many tokens begins that occurs more than once."""

    def __init__(self, tokens: Sequence[str]) -> None:
        number: dict[str, int] = {}
        self._tokens = [number.setdefault(token, len(number)) for token in tokens]
        self._kinds = len(number)
        self._length = 1
        self._places: Sequence[int] = range(len(tokens))
        self._runs = self._tokens  # which run begins at each of the places

    def grow(self, length: int) -> None:
        """Look at longer runs."""
        while self._length < length and self._places:
            self._step()
        self._length = length

    def _step(self) -> None:
        last, kinds, tokens, length = len(self._tokens) - self._length, self._kinds, self._tokens, self._length
        longer = [
            (place, run * kinds + tokens[place + length])
            for place, run in zip(self._places, self._runs, strict=True)
            if place < last
        ]
        times = Counter(run for _, run in longer)
        number = {run: position for position, (run, count) in enumerate(times.items()) if count > 1}
        kept = [(place, number[run]) for place, run in longer if run in number]
        self._places = [place for place, _ in kept]
        self._runs = [run for _, run in kept]
        self._length += 1

    @property
    def further(self) -> list[int]:
        """Where a run begins that stood before."""
        seen: set[int] = set()
        return [place for place, run in zip(self._places, self._runs, strict=True) if run in seen or seen.add(run)]  # type: ignore[func-returns-value]

    def most_frequent(self, ends: Sequence[int]) -> list[int]:
        """Where the run begins that occurs most often; of several the one with the most letters."""
        if not self._places:
            return []
        times = Counter(self._runs)
        most = max(times.values())
        first = {
            run: place for place, run in zip(reversed(self._places), reversed(self._runs), strict=True) if times[run] == most
        }
        best = max(first, key=lambda run: (ends[first[run] + self._length] - ends[first[run]], -first[run]))
        return [place for place, run in zip(self._places, self._runs, strict=True) if run == best]


def _covered(starts: Sequence[int], length: int, ends: Sequence[int]) -> int:
    """The letters of the runs that begin there, each once; `ends` are the sums of the lengths of the tokens."""
    letters = done = 0
    for start in starts:
        letters += ends[start + length] - ends[max(start, done)]
        done = start + length
    return letters
