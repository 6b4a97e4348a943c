"""Texts that are compared: the distinct ones among many, and what is true of two of them.

Pure: the sets of shingles come through a callback.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from corpuskit.clusters import NOBODY, Decisions, Pairs, components
from corpuskit.shingles import Hashes, jaccard, jaccard_with_each

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corpuskit.signature_tables import SignatureTable

    Read: TypeAlias = Callable[[list[int]], Sequence[Hashes]]

Positions: TypeAlias = NDArray[np.intp]
Flags: TypeAlias = NDArray[np.bool_]

_READ_AT_ONCE = 128
_CACHE_BYTES = 128 << 20
_STAR = 8  # from so many on it pays to put a set into a table and look all others up
_LARGE_SET = 10_000  # shingles: too many of them would share a place in the table


@dataclass(frozen=True, slots=True)
class Collection:
    """The texts that are compared, one row each, in any order."""

    signatures: SignatureTable
    digests: NDArray[np.uint64]  # two numbers each: of the normalised texts
    sizes: Positions  # distinct shingles; a text that has none resembles only its equals
    ranking: Positions  # the rows, the one most worth keeping first
    pinned: Flags  # never dropped
    settled: Flags  # kept already, and compared with each other already (or the texts of another corpus)
    searched: Flags  # among these all pairs were looked for before, and are known

    def __len__(self) -> int:
        return len(self.sizes)


@dataclass(frozen=True, slots=True)
class DistinctTexts:
    """The distinct texts, numbered by rank."""

    rows: Positions  # the row that stands for each
    recorded: Positions  # the row that stands for it in pairs: the same, unless another one was searched before
    group_of_row: Positions
    sizes: Positions
    settled: Flags
    searched: Flags
    forced: Flags  # never dropped
    fixed_row: Flags  # whether a row may never be dropped
    within: bool

    @classmethod
    def of(cls, collection: Collection, *, within: bool) -> DistinctTexts:
        never_dropped = collection.settled | collection.pinned
        codes = 2 - collection.settled.astype(np.uint8) - never_dropped
        ranking = collection.ranking[np.argsort(codes[collection.ranking], kind="stable")]
        firsts, inverse = _equal(collection.digests[ranking])
        group_of_row = np.empty(len(collection), dtype=np.intp)
        group_of_row[ranking] = inverse
        rows = ranking[firsts]
        settled, searched = (np.zeros(rows.size, dtype=np.bool_) for _ in range(2))
        settled[group_of_row[collection.settled]] = True
        searched[group_of_row[collection.searched]] = True
        recorded = rows.copy()
        recorded[group_of_row[collection.searched]] = np.flatnonzero(collection.searched)
        return cls(
            rows,
            recorded,
            group_of_row,
            collection.sizes[rows],
            settled,
            searched,
            never_dropped[rows],
            never_dropped,
            within,
        )

    def comparable(self, left: Positions, right: Positions, threshold: float) -> Flags:
        """Whether a pair is to be compared, and can reach the threshold by the numbers of its shingles."""
        a, b = self.sizes[left], self.sizes[right]
        possible = (np.minimum(a, b) >= threshold * np.maximum(a, b)) & ~(self.settled[left] & self.settled[right])
        possible &= ~(self.searched[left] & self.searched[right])
        return possible if self.within else possible & (self.settled[left] | self.settled[right])

    def for_all(self, decisions: Decisions) -> Decisions:
        """The decisions for all rows: equal texts share the fate of the one that stands for them."""
        group, keeper, similarity = self.group_of_row, decisions.keeper, decisions.similarity
        row_keeper = np.where(keeper[group] == NOBODY, NOBODY, self.rows[keeper[group]])
        row_similarity = similarity[group]
        is_copy = (self.rows[group] != np.arange(group.size)) & (keeper[group] == NOBODY)
        if not self.within:
            is_copy &= self.settled[group]
        row_keeper[is_copy] = self.rows[group[is_copy]]
        row_similarity[is_copy] = 1.0
        row_keeper[self.fixed_row] = NOBODY
        row_similarity[self.fixed_row] = 0.0
        return Decisions(row_keeper, row_similarity)


def _equal(digests: NDArray[np.uint64]) -> tuple[Positions, Positions]:
    """The first place of each digest, in their order, and for every place the number of its digest."""
    order = np.argsort(digests[:, 0], kind="stable")
    ordered = digests[order]
    if ((ordered[1:, 0] == ordered[:-1, 0]) & (ordered[1:, 1] != ordered[:-1, 1])).any():  # about never
        order = np.lexsort((digests[:, 1], digests[:, 0]))
        ordered = digests[order]
    is_first = np.ones(order.size, dtype=np.bool_)
    is_first[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    firsts = order[is_first]
    by_place = np.argsort(firsts)
    number = np.empty_like(by_place)
    number[by_place] = np.arange(by_place.size)
    inverse = np.empty_like(order)
    inverse[order] = number[np.cumsum(is_first) - 1]
    return firsts[by_place], inverse


class Truth:
    """The true Jaccard of pairs, verified once."""

    def __init__(self, texts: DistinctTexts, read: Read, known: Pairs) -> None:
        self._texts = texts
        self._read = read
        self._count = len(texts.rows)
        left, right = texts.group_of_row[known.left], texts.group_of_row[known.right]
        codes = np.minimum(left, right) * self._count + np.maximum(left, right)
        codes, firsts = np.unique(codes, return_index=True)
        self._codes, self._jaccards = codes, known.jaccard[firsts]
        self._later: dict[int, float] = {}
        self._cache: dict[int, Hashes] = {}
        self._cached_bytes = 0

    def of(self, left: Positions, right: Positions) -> NDArray[np.float64]:
        """The Jaccard of each pair, the better-ranked text left."""
        codes = left * self._count + right
        values = np.full(codes.size, np.nan)
        if self._codes.size:
            places = np.minimum(np.searchsorted(self._codes, codes), self._codes.size - 1)
            hit = self._codes[places] == codes
            values[hit] = self._jaccards[places[hit]]
        unknown = np.flatnonzero(np.isnan(values))
        values[unknown] = [self._later.get(code, np.nan) for code in codes[unknown].tolist()]
        unknown = unknown[np.isnan(values[unknown])]
        if unknown.size:
            self._verify(left[unknown], right[unknown])
            values[unknown] = [self._later[code] for code in codes[unknown].tolist()]
        return values

    def known(self) -> Pairs:
        """The pairs that were known before."""
        left, right = np.divmod(self._codes, self._count)
        is_pair = left != right
        return Pairs(left[is_pair], right[is_pair], self._jaccards[is_pair])

    def pairs(self) -> tuple[Pairs, Flags]:
        """All pairs by row, and which of them were verified just now."""
        known = self.known()
        left, right = np.divmod(np.array(sorted(self._later), dtype=np.int64), self._count)
        pairs = known.and_of(Pairs(left, right, np.array([self._later[code] for code in sorted(self._later)], dtype=np.float64)))
        rows = self._texts.recorded
        return Pairs(rows[pairs.left], rows[pairs.right], pairs.jaccard), np.arange(len(pairs)) >= len(known)

    def _verify(self, left: Positions, right: Positions) -> None:
        is_star = bool((left == left[0]).all())
        if not is_star and left.size > _READ_AT_ONCE:
            # Texts that belong together follow each other, so that each is read about once.
            order = np.lexsort((right, left, components(self._count, left, right)[left]))
            left, right = left[order], right[order]
        for start in range(0, left.size, _READ_AT_ONCE):
            part = slice(start, start + _READ_AT_ONCE)
            sets = self._sets(np.unique(np.concatenate((left[part], right[part]))).tolist())
            one, others = int(left[start]), right[part].tolist()
            if is_star and len(others) >= _STAR and sets[one].size < _LARGE_SET:
                jaccards = jaccard_with_each(sets[one], [sets[other] for other in others])
            else:
                jaccards = [jaccard(sets[a], sets[b]) for a, b in zip(left[part].tolist(), others, strict=True)]
            codes = left[part] * self._count + right[part]
            self._later.update(zip(codes.tolist(), jaccards, strict=True))

    def _sets(self, wanted: list[int]) -> dict[int, Hashes]:
        missing = [number for number in wanted if number not in self._cache]
        if missing:
            fresh = dict(zip(missing, self._read(self._texts.rows[missing].tolist()), strict=True))
            self._cache.update(fresh)
            self._cached_bytes += sum(hashes.nbytes for hashes in fresh.values())
        sets = {number: self._cache[number] for number in wanted}
        while self._cached_bytes > _CACHE_BYTES and self._cache:
            self._cached_bytes -= self._cache.pop(next(iter(self._cache))).nbytes
        return sets
