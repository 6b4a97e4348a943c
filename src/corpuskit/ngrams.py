"""Runs of n words: frequency, number of documents and dispersion of every one, however many there are.

A corpus has nearly as many different n-grams as words, so they are never in memory all at once. The words of all documents, as
numbers, go to one temporary file (4 bytes a word), and the places at which an n-gram begins to others, parted by a hash of the
n-gram (8 bytes each): all places of an n-gram are in one part, and a part is small. Part by part the places are sorted by their
n-grams, which counts them; the counts of each part are sorted and set aside, and merged in the end. The order is that of falling
frequency, and of the words.

An n-gram never runs from one document into the next. It does run over punctuation and line breaks, as a phrase does in a search.

No database. Memory holds one part, about 150 MB, and the different words; the file of words is mapped into it besides, and gives
way where memory is short.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpuskit.dispersion import deviation, excess
from corpuskit.tally import document_shares, smallest_share

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from corpuskit.vocabulary import Numbers, Places

_PART = 1 << 21  # places in a part, about
_BLOCK = 1 << 20  # words that are looked at together
_ROWS = 4096  # rows of a sorted part that are read at once
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)


class NGram(NamedTuple):
    """One n-gram: the ranks of its words, and its counts."""

    words: tuple[int, ...]
    frequency: int
    documents: int
    dispersion: float


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which n-grams are asked for."""

    length: int
    min_frequency: int = 1
    limit: int | None = None


class Stream:
    """The words of documents, one after the other, in a file. To be closed, or used in a `with` block."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115  # closed with the stream
        self.sizes: list[int] = []

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def tokens(self) -> int:
        """How many words there are."""
        return sum(self.sizes)

    @property
    def smallest_share(self) -> float:
        """The share of the smallest document that has a word."""
        return smallest_share(document_shares(self.sizes))

    def add(self, words: Numbers) -> None:
        """The words of one more document."""
        self._file.write(words.astype("<u4").tobytes())
        self.sizes.append(words.size)

    def ngrams(self, wanted: Wanted, ranks: Places) -> Iterator[NGram]:
        """The n-grams, the most frequent first, then by the ranks of their words. Nothing may be added after that."""
        self._file.flush()
        total = self.tokens
        if total < wanted.length or not self.sizes:
            return
        words = np.memmap(self._file, dtype="<u4", mode="r", shape=(total,))
        documents = _Documents(self.sizes)
        runs: list[IO[bytes]] = []
        parts = _part(words, documents, wanted.length)
        try:
            for part in parts:
                rows = _count(words, _read(part, np.dtype("<u8")), documents, wanted, ranks)
                part.close()
                runs.append(TemporaryFile())  # noqa: SIM115  # closed below
                runs[-1].write(rows.tobytes())
                runs[-1].seek(0)
            merged = heapq.merge(*(_rows(run, _row_type(wanted.length)) for run in runs))
            for number, (negative, gram, in_documents, spread) in enumerate(merged):
                if wanted.limit is not None and number >= wanted.limit:
                    return
                yield NGram(gram, -negative, in_documents, spread)
        finally:
            for file in (*parts, *runs):
                file.close()


class _Documents:
    """Which document each place belongs to."""

    def __init__(self, sizes: list[int]) -> None:
        self.ends = np.cumsum(sizes)
        self.shares = document_shares(sizes)

    def at(self, places: NDArray[np.int64]) -> Places:
        return np.searchsorted(self.ends, places, side="right")


def _part(words: Numbers, documents: _Documents, length: int) -> list[IO[bytes]]:
    """Every place at which an n-gram begins, in the file that its hash names."""
    count = max(1, -(-words.size // _PART))
    files: list[IO[bytes]] = [TemporaryFile() for _ in range(count)]  # noqa: SIM115  # closed by the caller
    for start in range(0, words.size - length + 1, _BLOCK):
        stop = min(start + _BLOCK, words.size - length + 1)
        places = np.arange(start, stop, dtype=np.int64)
        places = places[documents.at(places) == documents.at(places + length - 1)]
        numbers = (_hashes(words, places, length) >> np.uint64(33)) % np.uint64(count)
        order = np.argsort(numbers, kind="stable")
        borders = np.searchsorted(numbers[order], np.arange(count + 1, dtype=np.uint64))
        ordered = places[order].astype("<u8")
        for number, file in enumerate(files):
            file.write(ordered[borders[number] : borders[number + 1]].tobytes())
    return files


def _hashes(words: Numbers, places: NDArray[np.int64], length: int) -> NDArray[np.uint64]:
    hashes = np.zeros(places.size, dtype=np.uint64)
    for offset in range(length):
        hashes = (hashes ^ (hashes >> np.uint64(29)) ^ words[places + offset]) * _MULTIPLIER
    return hashes


def _read(file: IO[bytes], kind: np.dtype[Any]) -> NDArray[Any]:
    file.seek(0)
    return np.frombuffer(file.read(), dtype=kind)


def _count(words: Numbers, places: NDArray[np.uint64], documents: _Documents, wanted: Wanted, ranks: Places) -> NDArray[np.void]:
    """The n-grams that begin at these places, counted and sorted."""
    where = places.astype(np.int64)
    where = where[np.argsort(_hashes(words, where, wanted.length), kind="stable")]
    columns = [words[where + offset] for offset in range(wanted.length)]
    hashes = _hashes(words, where, wanted.length)
    is_first = _changes(*columns)
    if (is_first[1:] & (hashes[1:] == hashes[:-1])).any():  # two n-grams with one hash may stand mixed: sorted by words, none do
        order = np.lexsort(columns[::-1])
        where = where[order]
        columns = [column[order] for column in columns]
        is_first = _changes(*columns)
    starts = np.flatnonzero(is_first)
    frequency = np.diff(starts, append=where.size)
    enough = frequency >= wanted.min_frequency
    kept = np.repeat(enough, frequency)
    rows = np.empty(int(enough.sum()), dtype=_row_type(wanted.length))
    rows["frequency"] = frequency[enough]
    for offset, column in enumerate(columns):
        rows["words"][:, offset] = ranks[column[starts[enough]]]
    if rows.size:
        rows["documents"], rows["dispersion"] = _spread(documents, where[kept], rows["frequency"].astype(np.int64))
    order = np.lexsort((*(rows["words"][:, offset] for offset in reversed(range(wanted.length))), -rows["frequency"]))
    return rows[order[: wanted.limit]]


def _spread(
    documents: _Documents, places: NDArray[np.int64], frequency: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Number of documents and DP of n-grams that stand at these places, one n-gram after the other, each in rising order."""
    gram = np.repeat(np.arange(frequency.size), frequency)
    document = documents.at(places)
    starts = np.flatnonzero(_changes(gram, document))
    counts = np.diff(starts, append=places.size)
    gram, document = gram[starts], document[starts]
    added = excess(counts.astype(float), frequency[gram].astype(float), documents.shares[document])
    return np.bincount(gram, minlength=frequency.size), deviation(np.bincount(gram, added, frequency.size).astype(float))


def _changes(*columns: NDArray[Any]) -> NDArray[np.bool_]:
    """Where a row differs from the one before; the first does."""
    changed = np.zeros(columns[0].size, dtype=np.bool_)
    changed[:1] = True
    for column in columns:
        changed[1:] |= column[1:] != column[:-1]
    return changed


def _row_type(length: int) -> np.dtype[Any]:
    return np.dtype([("frequency", "<i8"), ("documents", "<i8"), ("dispersion", "<f8"), ("words", "<i8", (length,))])


def _rows(run: IO[bytes], kind: np.dtype[Any]) -> Iterator[tuple[int, tuple[int, ...], int, float]]:
    while block := run.read(_ROWS * kind.itemsize):
        rows = np.frombuffer(block, dtype=kind)
        columns = (-rows["frequency"], rows["words"], rows["documents"], rows["dispersion"])
        for frequency, words, documents, spread in zip(*(column.tolist() for column in columns), strict=True):
            yield frequency, tuple(words), documents, spread
