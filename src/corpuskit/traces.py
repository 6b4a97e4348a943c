"""Traces: what of a text can be recognised again, in a file or in a command line.

A page is recognised by its passages: short runs of bytes, taken at even distances from all that is known of it. A whole file is
searched for all of them in one pass. Pure but for the file that it is asked to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy

PASSAGE = 32  # bytes; long enough not to stand in another text by chance
STEP = 16  # bytes from one passage to the next
SHORTEST = 12  # bytes; what is shorter tells nothing
MOST = 400  # passages of one value
QUOTE = 24  # bytes of normalised text that two texts share only if one quotes the other

_GRAM = 16  # bytes that are compared at once
_STRIDE = 8  # bytes; grams are looked for at multiples of it
_LEAST = _GRAM + _STRIDE - 1  # a run of this length holds a gram at such a place, wherever it begins
_LEAST_VARIED = 4  # different bytes in every gram; runs of blanks and dashes belong to nobody
_BITS = 22
_CHUNK = 8 * 1024 * 1024
_ODD, _OTHER_ODD = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F  # spread the bits of a gram
_MASK = (1 << 64) - 1


def passages(value: bytes, most: int = MOST) -> Iterator[bytes]:
    """At most so many passages of a value, at even distances; the value itself where it is shorter than one."""
    if len(value) < PASSAGE:
        if len(value) >= SHORTEST and _is_varied(value):
            yield value
        return
    starts: Sequence[int] = range(0, len(value) - PASSAGE + 1, STEP)
    if len(starts) > most:
        starts = [starts[number * len(starts) // most] for number in range(most)]
    for start in starts:
        passage = value[start : start + PASSAGE]
        if _is_varied(passage):
            yield passage


def _is_varied(passage: bytes) -> bool:
    return all(
        len({*passage[start : start + _GRAM]}) >= _LEAST_VARIED for start in range(min(_STRIDE, len(passage) - SHORTEST + 1))
    )


def quoted(arguments: Sequence[str], texts: Iterable[str]) -> set[int]:
    """The positions of the arguments that quote one of the texts: case, punctuation and spacing make no difference."""
    owners: dict[bytes, set[int]] = {}
    for position, argument in enumerate(arguments):
        value = _normal(argument)
        if SHORTEST <= len(value) < QUOTE:
            owners.setdefault(value, set()).add(position)
        for start in range(len(value) - QUOTE + 1):
            owners.setdefault(value[start : start + QUOTE], set()).add(position)
    if not owners:
        return set()
    runs = list(owners)
    finder = Finder(runs)
    return {position for text in texts for found in finder.in_bytes(_normal(text)) for position in owners[runs[found]]}


def _normal(text: str) -> bytes:
    return " ".join(re.findall(r"[^\W_]+", text.casefold())).encode("utf-8", "replace")


class Finder:
    """Looks for many runs of bytes at once, by the grams in them. What it finds are positions in the list of runs."""

    def __init__(self, runs: Sequence[bytes]) -> None:
        self.runs = runs
        self._short = [position for position, run in enumerate(runs) if len(run) < _LEAST]
        self._places: dict[int, list[tuple[int, int]]] = {}
        for position, run in enumerate(runs):
            if len(run) >= _LEAST:
                for start in range(_STRIDE):
                    self._places.setdefault(_key(run, start), []).append((position, start))

    @cached_property
    def _keys(self) -> numpy.ndarray:
        import numpy  # here, because nothing but a search needs it

        return numpy.array(sorted(self._places), dtype="<u8")

    @cached_property
    def _may_hold(self) -> numpy.ndarray:
        import numpy

        table = numpy.zeros(1 << _BITS, dtype=bool)
        table[self._keys >> (64 - _BITS)] = True
        return table

    def in_bytes(self, content: bytes) -> set[int]:
        """The runs that stand in these bytes."""
        return set(self._search(content))

    def in_file(self, path: Path) -> dict[int, int]:
        """The runs that stand in a file, each with the first byte where it does."""
        overlap = -(-(max(map(len, self.runs), default=0) + _GRAM) // _STRIDE) * _STRIDE
        found: dict[int, int] = {}
        with path.open("rb") as file:
            before, start = b"", 0
            while block := file.read(_CHUNK):
                content = before + block
                for position, place in self._search(content).items():
                    found.setdefault(position, start + place)
                kept = min(len(content), overlap + len(content) % _STRIDE)
                before, start = content[len(content) - kept :], start + len(content) - kept
        return found

    def _search(self, content: bytes) -> dict[int, int]:
        found = {position: place for position in self._short if (place := content.find(self.runs[position])) >= 0}
        for at in self._candidates(content):
            for position, offset in self._places.get(_key(content, at), ()):
                run, start = self.runs[position], at - offset
                if position not in found and start >= 0 and content.startswith(run, start):
                    found[position] = start
        return found

    def _candidates(self, content: bytes) -> list[int]:
        """Where a gram of a run may stand."""
        if len(content) < _GRAM or not self._places:
            return []
        import numpy

        words = numpy.frombuffer(content, dtype="<u8", count=len(content) // _STRIDE)
        mixed = words[:-1] * numpy.uint64(_ODD) ^ words[1:] * numpy.uint64(_OTHER_ODD)
        places = numpy.flatnonzero(self._may_hold[mixed >> numpy.uint64(64 - _BITS)])
        if places.size:
            values = mixed[places]
            nearest = numpy.minimum(numpy.searchsorted(self._keys, values), len(self._keys) - 1)
            places = places[self._keys[nearest] == values]
        listed: list[int] = (places * _STRIDE).tolist()
        return listed


def _key(content: bytes, start: int) -> int:
    """A gram as a 64-bit number; the same as for whole arrays of them."""
    first = int.from_bytes(content[start : start + _STRIDE], "little")
    second = int.from_bytes(content[start + _STRIDE : start + _GRAM], "little")
    return (first * _ODD & _MASK) ^ (second * _OTHER_ODD & _MASK)
