"""Counting words of many documents: frequency, number of documents and dispersion of every word.

A `Tally` remembers which word stands in which document how often; beyond 64 MB that goes to a temporary file, so that memory
grows with the different words only. No database.
"""

from __future__ import annotations

from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from corpuskit.dispersion import deviation, excess

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpuskit.postings import Postings

_POSTING = np.dtype([("item", "<u4"), ("document", "<u4"), ("count", "<u4")])
_POSTINGS_AT_ONCE = 1 << 20
_IN_MEMORY = 64 << 20


@dataclass(frozen=True, slots=True)
class Counts:
    """The result. The arrays have one element for each item counted, by its number."""

    frequency: NDArray[np.int64]
    documents: NDArray[np.int64]
    dispersion: NDArray[np.float64]  # DP; meaningless where the frequency is 0
    tokens: int  # words of all documents
    smallest_share: float  # of a document with at least one word; 1.0 where there is none


class Tally:
    """Adds up postings. To be closed, or used in a `with` block."""

    def __init__(self) -> None:
        self._sizes: list[NDArray[np.int64]] = []  # words of each document
        self._documents = 0
        self._postings = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  # closed with the tally

    def __enter__(self) -> Tally:
        return self

    def __exit__(self, *_: object) -> None:
        self._postings.close()

    def add(self, found: Postings) -> None:
        """Count the words of some more documents."""
        rows = np.empty(found.words.size, dtype=_POSTING)
        rows["item"], rows["count"] = found.words, found.counts
        rows["document"] = found.documents + np.uint32(self._documents)
        self._postings.write(rows.tobytes())
        self._sizes.append(found.sizes)
        self._documents += found.sizes.size

    def counts(self, items: int) -> Counts:
        """The counts of the items 0 to `items` - 1."""
        sizes = np.concatenate(self._sizes) if self._sizes else np.empty(0, dtype=np.int64)
        frequency = np.zeros(items, dtype=np.int64)
        documents = np.zeros(items, dtype=np.int64)
        for postings in self._read():
            frequency += np.bincount(postings["item"], postings["count"], items).astype(np.int64)
            documents += np.bincount(postings["item"], minlength=items)
        shares = document_shares(sizes)
        excesses = np.zeros(items)
        for postings in self._read():
            item = postings["item"]
            added = excess(postings["count"].astype(float), frequency[item].astype(float), shares[postings["document"]])
            excesses += np.bincount(item, added, items)
        return Counts(frequency, documents, deviation(excesses), int(sizes.sum()), smallest_share(shares))

    def _read(self) -> Iterator[NDArray[np.void]]:
        self._postings.seek(0)
        while block := self._postings.read(_POSTINGS_AT_ONCE * _POSTING.itemsize):
            yield np.frombuffer(block, dtype=_POSTING)
        self._postings.seek(0, 2)


def document_shares(sizes: Sequence[int] | NDArray[np.int64]) -> NDArray[np.float64]:
    """The share of each document in all words; zeros where there is no word."""
    shares = np.array(sizes, dtype=float)
    return shares / max(1.0, shares.sum())  # type: ignore[no-any-return]


def smallest_share(shares: NDArray[np.float64]) -> float:
    """The share of the smallest document that has a word."""
    return float(shares[shares > 0].min(initial=1.0))
