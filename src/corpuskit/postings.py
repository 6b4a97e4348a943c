"""Which word stands in which document how often: what counting reads, and how it is kept in the corpus.

Kept counts are 4 bytes for each different word of a document: 24 bits for its number, 8 for how often it stands there. A word
that stands there more than 255 times has several of them; sums are the same. No database.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpuskit.vocabulary import Numbers

MOST_WORDS = 1 << 24  # numbers that can be kept
_KEPT = np.dtype("<u4")
_MOST = 0xFF


@dataclass(frozen=True, slots=True)
class Postings:
    """The words of some documents. The arrays go together; `sizes` has the number of words of each document."""

    words: NDArray[np.uint32]
    documents: NDArray[np.uint32]  # by their place in `sizes`
    counts: NDArray[np.int64]
    sizes: NDArray[np.int64]


def of_texts(texts: Sequence[Numbers], sizes: Sequence[int] | None = None) -> Postings:
    """What is in these texts, each word counted; `sizes` are those of the documents where they are more than is given here."""
    keys = [text.astype(np.uint64) | np.uint64(place << 32) for place, text in enumerate(texts)]
    ordered = np.sort(np.concatenate(keys)) if keys else np.empty(0, dtype=np.uint64)
    starts = np.flatnonzero(np.r_[np.ones(min(1, ordered.size), dtype=np.bool_), ordered[1:] != ordered[:-1]])
    found = ordered[starts]
    return Postings(
        (found & np.uint64(0xFFFFFFFF)).astype(np.uint32),
        (found >> np.uint64(32)).astype(np.uint32),
        np.diff(starts, append=ordered.size),
        np.array([text.size for text in texts] if sizes is None else sizes, dtype=np.int64),
    )


def pack(postings: Postings) -> list[bytes]:
    """The counts of every document as they are kept. All numbers are below `MOST_WORDS`."""
    repeats = -(-postings.counts // _MOST)
    counts = np.full(int(repeats.sum()), _MOST, dtype=_KEPT)
    counts[np.cumsum(repeats) - 1] = postings.counts - (repeats - 1) * _MOST
    kept = np.repeat(postings.words, repeats) << np.uint32(8) | counts
    ends = np.searchsorted(np.repeat(postings.documents, repeats), np.arange(postings.sizes.size), side="right").tolist()
    return [kept[start:end].astype(_KEPT).tobytes() for start, end in zip((0, *ends), ends, strict=False)]


def unpack(kept: Sequence[bytes]) -> Postings:
    """The counts of documents that were kept."""
    words, counts = unpack_together(kept)
    lengths = np.array([len(block) // _KEPT.itemsize for block in kept], dtype=np.int64)
    documents = np.repeat(np.arange(len(kept), dtype=np.uint32), lengths)
    is_first = np.ones(words.size, dtype=np.bool_)
    is_first[1:] = (words[1:] != words[:-1]) | (documents[1:] != documents[:-1])
    if not is_first.all():  # one entry for each word again
        counts = np.add.reduceat(counts, np.flatnonzero(is_first))
        words, documents = words[is_first], documents[is_first]
    sizes = np.bincount(documents, counts, len(kept)).astype(np.int64)
    return Postings(words.astype(np.uint32), documents, counts.astype(np.int64), sizes)


def unpack_together(kept: Sequence[bytes]) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    """Words and counts of all these documents; a word comes as often as there are entries for it."""
    entries = np.frombuffer(b"".join(kept), dtype=_KEPT)
    return (entries >> np.uint32(8)).astype(np.intp), (entries & np.uint32(_MOST)).astype(np.float64)
