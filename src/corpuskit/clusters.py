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
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    Column: TypeAlias = Sequence[Any] | NDArray[Any]
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
    """What a policy may look at, one column for each property of the documents. What sorts as text or number will do."""

    ids: Column
    lengths: Column
    dates: Sequence[str | None]  # YYYY, YYYY-MM or YYYY-MM-DD; only policies that go by date look at them
    digests: Column  # of the texts; may have several numbers each
    names: Column  # what names a document outside this corpus, and decides between equal texts
    pinned: Column


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

    def and_of(self, others: Pairs) -> Pairs:
        """These, and the others behind them."""
        columns = ((getattr(self, name), getattr(others, name)) for name in ("left", "right", "jaccard"))
        return Pairs(*(np.concatenate(both) for both in columns))


@dataclass(frozen=True, slots=True)
class Decisions:
    """For each document the place of the one it is dropped for (`NOBODY`: it is kept), and how similar the two are."""

    keeper: Positions
    similarity: NDArray[np.float64]


def rank(candidates: Candidates, keep: Keep) -> Positions:
    """The places of the documents, the one that is most worth keeping first. Pinned ones stand before all others.

    Ties are broken by the text's digest and then by name; only `FIRST` looks at the id before that.
    """
    ids = np.asarray(candidates.ids)
    if not ids.size:
        return np.empty(0, dtype=np.intp)
    first: NDArray[Any] = ids
    if keep is Keep.LONGEST:
        first = -np.asarray(candidates.lengths)
    elif keep is not Keep.FIRST:
        missing = "~" if keep is Keep.EARLIEST else ""  # behind every digit, or before: undated ones come last
        codes = np.unique([date or missing for date in candidates.dates], return_inverse=True)[1]
        first = codes if keep is Keep.EARLIEST else -codes
    digests = np.asarray(candidates.digests).reshape(len(ids), -1).T
    unpinned = ~np.asarray(candidates.pinned, dtype=np.bool_)
    return np.lexsort((ids, np.asarray(candidates.names), *digests, first, unpinned))


def decide(
    count: int,
    pairs: Pairs,
    threshold: float,
    forced: Flags | None = None,
    further: Neighbours | None = None,
    asked: Positions | None = None,
) -> Decisions:
    """Keep or drop each of `count` documents that are numbered by rank, 0 the most worth keeping.

    `forced` documents are kept whatever they resemble. The keeper is the best-ranked of those that a dropped document resembles.
    Where not all pairs are known beforehand, `further` is asked for each document that is kept, or for those of `asked`, and the
    best-ranked first: it is given the number of the document and flags of those that may still be dropped, and returns some of
    these with their Jaccard.
    """
    is_open = np.ones(count, dtype=np.bool_) if forced is None else ~forced
    better, worse = np.minimum(pairs.left, pairs.right), np.maximum(pairs.left, pairs.right)
    edges = np.flatnonzero((pairs.jaccard >= threshold) & is_open[worse])
    edges = edges[np.lexsort((worse[edges], better[edges]))]
    better, worse, jaccard = better[edges], worse[edges], pairs.jaccard[edges]
    if further is None:
        return _decide_at_once(count, better, worse, jaccard, is_open)
    decisions = Decisions(np.full(count, NOBODY, dtype=np.intp), np.zeros(count, dtype=np.float64))
    heads = np.arange(count) if asked is None else np.union1d(asked, better)
    bounds = np.searchsorted(better, heads, side="right").tolist()
    start = 0
    for head, end in zip(heads.tolist(), bounds, strict=True):
        if decisions.keeper[head] == NOBODY:
            is_open[head] = False
            if end > start:
                _drop(decisions, is_open, head, worse[start:end], jaccard[start:end])
            alike, similarity = further(head, is_open)
            _drop(decisions, is_open, head, alike[similarity >= threshold], similarity[similarity >= threshold])
        start = end
    return decisions


def _decide_at_once(count: int, better: Positions, worse: Positions, jaccard: NDArray[np.float64], is_open: Flags) -> Decisions:
    """The same in rounds: who resembles no better one that is open is kept, and who resembles a kept one is dropped."""
    is_kept = ~is_open
    is_blocked = np.zeros(count, dtype=np.bool_)
    is_open[worse[is_kept[better]]] = False
    left, right = better, worse
    while left.size:
        rest = is_open[left] & is_open[right]
        left, right = left[rest], right[rest]
        is_blocked[right] = True
        heads = left[~is_blocked[left]]
        is_blocked[right] = False
        is_kept[heads], is_open[heads] = True, False
        is_open[right[is_kept[left]]] = False
    is_kept |= is_open
    found = is_kept[better] & ~is_kept[worse]
    better, worse, jaccard = better[found][::-1], worse[found][::-1], jaccard[found][::-1]
    decisions = Decisions(np.full(count, NOBODY, dtype=np.intp), np.zeros(count, dtype=np.float64))
    decisions.keeper[worse], decisions.similarity[worse] = better, jaccard  # of several the last holds: the best-ranked one
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
    alike: Iterable[tuple[int, int]] | NDArray[np.intp],
    shares: Mapping[str, float],
    seed: int,
    groups: Sequence[Hashable | None] | None = None,
) -> list[str]:
    """The side of each document: those that are alike, or share a group, stand on the same one.

    `keys` are digests of the texts in the order in which the documents came into the corpus; `alike` are pairs of places in
    that list. A cluster goes where the hash of its oldest member sends it. So a document keeps its side when the corpus
    grows, unless a newcomer ties two clusters together: then the side of the older one holds for both.
    """
    sides = list(shares)
    bounds = np.cumsum([shares[side] for side in sides])
    if not sides or not bounds[-1] > 0 or min(shares.values()) < 0:
        raise ValueError("the shares must be positive")
    found = alike if isinstance(alike, np.ndarray) else np.array([*alike], dtype=np.intp)
    edges = np.concatenate((found.reshape(-1, 2), _shared_groups(groups or ())))
    oldest, cluster = np.unique(components(len(keys), edges[:, 0], edges[:, 1]), return_inverse=True)
    fractions = np.array([_fraction(keys[place], seed) for place in oldest.tolist()])
    places = np.minimum(np.searchsorted(bounds, fractions * bounds[-1], side="right"), len(sides) - 1)
    return [sides[place] for place in places[cluster].tolist()]


def _shared_groups(groups: Sequence[Hashable | None]) -> NDArray[np.intp]:
    first: dict[Hashable, int] = {}
    edges = [(first.setdefault(group, place), place) for place, group in enumerate(groups) if group is not None]
    return np.array(edges, dtype=np.intp).reshape(-1, 2)


def _fraction(key: str, seed: int) -> float:
    """A number from 0 to below 1 that looks random and is always the same."""
    digest = hashlib.blake2b(
        key.encode("utf-8", "surrogatepass"), digest_size=8, salt=b"", person=b"split", key=str(seed).encode()[:64]
    )
    return int.from_bytes(digest.digest()[:6], "big") / (1 << 48)
