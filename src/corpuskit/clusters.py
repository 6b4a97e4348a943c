"""Which of several documents that are alike is kept, and which are dropped in its favour.

Documents are ranked by a policy; then each, in the order of the ranks, is kept unless one that is kept already is at least as
similar to it as the threshold. So a document is only ever dropped for one that it resembles itself (no chains), no two
documents that resemble each other are both kept, and nothing depends on the order of the pairs or of the import.

Also here: the assignment of documents to the sides of a split, with all that are alike on one side.

Pure: no database and no text. Who is similar to whom is given.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    Neighbours: TypeAlias = Callable[[int, NDArray[np.bool_]], tuple[NDArray[np.intp], NDArray[np.float64]]]

Positions: TypeAlias = NDArray[np.intp]
Flags: TypeAlias = NDArray[np.bool_]
NOBODY = -1


class Keep(StrEnum):
    """Which document of a cluster is kept."""

    LONGEST = "longest"
    EARLIEST = "earliest"
    NEWEST = "newest"
    FIRST = "first"


@dataclass(frozen=True, slots=True)
class Candidates:
    """What a policy may look at, one column for each property of the documents."""

    ids: Sequence[int]
    lengths: Sequence[int]
    dates: Sequence[str | None]  # YYYY, YYYY-MM or YYYY-MM-DD
    digests: Sequence[str] | Sequence[bytes]  # of the texts
    names: Sequence[str]  # URL or location, or both: what names a document outside this corpus, and decides between equal texts
    pinned: Sequence[bool]


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of documents, each named by its place in some list, with their Jaccard."""

    left: Positions
    right: Positions
    jaccard: NDArray[np.float64]

    @classmethod
    def of(cls, pairs: Iterable[tuple[int, int, float]]) -> Pairs:
        """From tuples."""
        rows = list(pairs)
        left, right, jaccard = zip(*rows, strict=True) if rows else ((), (), ())
        return cls(np.array(left, dtype=np.intp), np.array(right, dtype=np.intp), np.array(jaccard, dtype=np.float64))

    def __len__(self) -> int:
        return int(self.left.size)


@dataclass(frozen=True, slots=True)
class Decisions:
    """For each document the place of the one it is dropped for (`NOBODY`: it is kept), and how similar the two are."""

    keeper: Positions
    similarity: NDArray[np.float64]


def rank(candidates: Candidates, keep: Keep) -> Positions:
    """The places of the documents, the one that is most worth keeping first. Pinned ones stand before all others.

    Ties are broken by the text's digest and then by name; only `FIRST` looks at the id before that.
    """
    ids, dates = candidates.ids, candidates.dates
    ties = list(zip(candidates.digests, candidates.names, ids, strict=True))
    places = sorted(range(len(ids)), key=ties.__getitem__)
    if keep is Keep.LONGEST:
        places.sort(key=[-length for length in candidates.lengths].__getitem__)
    elif keep is Keep.EARLIEST:
        places.sort(key=[date or "~" for date in dates].__getitem__)  # behind every digit: undated ones come last
    elif keep is Keep.NEWEST:
        places.sort(key=[date or "" for date in dates].__getitem__, reverse=True)
    else:
        places.sort(key=ids.__getitem__)
    if any(candidates.pinned):
        places.sort(key=[not is_pinned for is_pinned in candidates.pinned].__getitem__)
    return np.array(places, dtype=np.intp)


def decide(
    count: int,
    pairs: Pairs,
    threshold: float,
    forced: Flags | None = None,
    further: Neighbours | None = None,
) -> Decisions:
    """Keep or drop each of `count` documents that are numbered by rank, 0 the most worth keeping.

    `forced` documents are kept whatever they resemble. The keeper is the best-ranked of those that a dropped document resembles.
    Where not all pairs are known beforehand, `further` is asked for each document that is kept, best-ranked first: it is given
    the number of the document and flags of those that may still be dropped, and returns some of these with their Jaccard.
    """
    decisions = Decisions(np.full(count, NOBODY, dtype=np.intp), np.zeros(count, dtype=np.float64))
    is_open = np.ones(count, dtype=np.bool_) if forced is None else ~forced
    better, worse = np.minimum(pairs.left, pairs.right), np.maximum(pairs.left, pairs.right)
    edges = np.flatnonzero((pairs.jaccard >= threshold) & is_open[worse])
    edges = edges[np.argsort(better[edges], kind="stable")]
    heads = np.arange(count) if further else np.unique(better[edges])
    bounds = np.searchsorted(better[edges], heads, side="right").tolist()
    start = 0
    for head, end in zip(heads.tolist(), bounds, strict=True):
        if decisions.keeper[head] == NOBODY:
            is_open[head] = False
            if end > start:
                own = edges[start:end]
                _drop(decisions, is_open, head, worse[own], pairs.jaccard[own])
            if further:
                alike, jaccard = further(head, is_open)
                _drop(decisions, is_open, head, alike[jaccard >= threshold], jaccard[jaccard >= threshold])
        start = end
    return decisions


def _drop(decisions: Decisions, is_open: Flags, keeper: int, documents: Positions, jaccard: NDArray[np.float64]) -> None:
    dropped = is_open[documents]
    documents = documents[dropped]
    decisions.keeper[documents] = keeper
    decisions.similarity[documents] = jaccard[dropped]
    is_open[documents] = False


def components(count: int, left: Positions, right: Positions) -> Positions:
    """For each of `count` places the lowest place that pairs lead to from it."""
    labels = np.arange(count, dtype=np.intp)
    while True:
        lower = np.minimum(labels[left], labels[right])
        changed = labels.copy()
        np.minimum.at(changed, labels[left], lower)
        np.minimum.at(changed, labels[right], lower)
        while not np.array_equal(shorter := changed[changed], changed):
            changed = shorter
        if np.array_equal(changed, labels):
            return labels
        labels = changed


def split(
    keys: Sequence[str],
    alike: Iterable[tuple[int, int]],
    shares: Mapping[str, float],
    seed: int,
    groups: Sequence[Hashable | None] | None = None,
) -> list[str]:
    """The side of each document: those that are alike, or share a group, stand on the same one.

    `keys` are digests of the texts in the order in which the documents came into the corpus; `alike` are pairs of places in
    that list. A cluster goes where the hash of its oldest member sends it. So a document keeps its side when the corpus
    grows, unless a newcomer ties two clusters together: then the side of the older one holds for both.
    """
    edges = [*alike, *_shared_groups(groups or ())]
    left, right = (np.array([edge[end] for edge in edges], dtype=np.intp) for end in (0, 1))
    sides = list(shares)
    bounds = np.cumsum([shares[side] for side in sides])
    if not sides or not bounds[-1] > 0 or min(shares.values()) < 0:
        raise ValueError("the shares must be positive")
    chosen: dict[int, str] = {}
    for oldest in components(len(keys), left, right).tolist():
        if oldest not in chosen:
            place = int(np.searchsorted(bounds, _fraction(keys[oldest], seed) * bounds[-1], side="right"))
            chosen[oldest] = sides[min(place, len(sides) - 1)]
    return [chosen[oldest] for oldest in components(len(keys), left, right).tolist()]


def _shared_groups(groups: Sequence[Hashable | None]) -> list[tuple[int, int]]:
    first: dict[Hashable, int] = {}
    return [(first.setdefault(group, place), place) for place, group in enumerate(groups) if group is not None]


def _fraction(key: str, seed: int) -> float:
    """A number from 0 to below 1 that looks random and is always the same."""
    digest = hashlib.blake2b(
        key.encode("utf-8", "surrogatepass"), digest_size=8, salt=b"", person=b"split", key=str(seed).encode()[:64]
    )
    return int.from_bytes(digest.digest()[:6], "big") / (1 << 48)
