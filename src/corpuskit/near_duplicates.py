"""The near-duplicates among many texts: from their signatures to verified pairs and decisions.

Texts that are equal leave first: one stands for all. Then every pair that shares a bucket is looked at, but for two crowded
texts: those that share some bucket with more than fifty others, as the copies of a page do. They are compared when decisions
are taken, the best-ranked one with all its neighbours first, and what it drops is never looked at again. So fifty thousand
copies of a page take fifty thousand comparisons, and still no two texts at or above the threshold that share a band are both
kept. A pair counts only when the true Jaccard of the two sets of shingles says so; an estimate only ever decides that a pair
is not worth verifying.

The result is a function of the texts and their ranks. It depends neither on the order of the rows, nor on what was
verified before. Pure: the sets of shingles come through a callback, and results are row numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from corpuskit.clusters import NOBODY, Decisions, Pairs, components, decide
from corpuskit.minhash import (
    PERMUTATIONS,
    Buckets,
    band_keys,
    buckets,
    least_matches,
    matches,
    pairs_of,
    rows_per_band,
)
from corpuskit.shingles import Hashes, jaccard, jaccard_with_each

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from corpuskit.minhash import Signatures

    Read: TypeAlias = Callable[[list[int]], Sequence[Hashes]]

Positions: TypeAlias = NDArray[np.intp]
Flags: TypeAlias = NDArray[np.bool_]

FLOOR = 0.7  # pairs are verified down to here, so that a threshold can change without looking for pairs again
SMALL = 50  # a bucket of up to so many texts is compared all with all
_PAIRS_AT_ONCE = 1 << 18
_READ_AT_ONCE = 128
_CACHE_BYTES = 128 << 20
_STAR = 8  # from so many on it pays to put a set into a table and look all others up
_LARGE_SET = 10_000  # shingles: too many of them would share a place in the table


@dataclass(frozen=True, slots=True)
class Collection:
    """The texts that are compared, one row each, in any order."""

    signatures: Signatures
    digests: NDArray[np.bytes_]  # dtype S16: of the normalised texts
    sizes: Positions  # distinct shingles; a text that has none resembles only its equals
    ranking: Positions  # the rows, the one most worth keeping first
    pinned: Flags  # never dropped
    settled: Flags  # kept already, and compared with each other already (or the texts of another corpus)

    def __len__(self) -> int:
        return len(self.sizes)


@dataclass(frozen=True, slots=True)
class Outcome:
    """Decisions for each row, and every pair that was verified, whatever its Jaccard. `is_new` marks those not known before."""

    decisions: Decisions
    pairs: Pairs
    is_new: Flags


def find_near_duplicates(
    collection: Collection,
    read: Read,
    threshold: float,
    *,
    floor: float = FLOOR,
    known: Pairs | None = None,
    within: bool = True,
) -> Outcome:
    """Decide for every row that is not settled whether it is kept.

    `read` returns the sorted distinct shingles of the rows it is given; it is asked for candidates only. `known` are verified
    pairs of an earlier call, by row: they are not read again. With `within=False` unsettled texts are compared with settled
    ones only, and not with each other.
    """
    if not len(collection):
        return Outcome(Decisions(np.empty(0, dtype=np.intp), np.empty(0)), Pairs.of(()), np.empty(0, dtype=np.bool_))
    texts = _Texts.of(collection, within=within)
    truth = _Truth(texts, read, known or Pairs.of(()))
    search = _Search(texts, truth, threshold, min(floor, threshold))
    edges = search.compare()
    decisions = decide(len(texts.rows), edges, threshold, texts.forced, search.neighbours if search.is_crowded.any() else None)
    pairs, is_new = truth.pairs()
    return Outcome(texts.for_all(decisions), pairs, is_new)


@dataclass(frozen=True, slots=True)
class _Texts:
    """The distinct texts, numbered by rank."""

    rows: Positions  # the row that stands for each
    group_of_row: Positions
    signatures: Signatures
    sizes: Positions
    settled: Flags
    forced: Flags  # never dropped
    pinned_row: Flags
    within: bool

    @classmethod
    def of(cls, collection: Collection, *, within: bool) -> _Texts:
        ranking = collection.ranking
        never_dropped = collection.settled | collection.pinned
        order = np.lexsort((~never_dropped[ranking], ~collection.settled[ranking]))
        ranking = ranking[order]
        _, firsts, inverse = np.unique(collection.digests[ranking], return_index=True, return_inverse=True)
        order = np.argsort(firsts)
        number = np.empty_like(order)
        number[order] = np.arange(order.size)
        group_of_row = np.empty(len(collection), dtype=np.intp)
        group_of_row[ranking] = number[inverse]
        rows = ranking[firsts[order]]
        settled = np.zeros(rows.size, dtype=np.bool_)
        settled[group_of_row[collection.settled]] = True
        return cls(
            rows,
            group_of_row,
            collection.signatures[rows],
            collection.sizes[rows],
            settled,
            never_dropped[rows],
            never_dropped,
            within,
        )

    def comparable(self, left: Positions, right: Positions, threshold: float) -> Flags:
        """Whether a pair is to be compared, and can reach the threshold by the numbers of its shingles."""
        a, b = self.sizes[left], self.sizes[right]
        possible = (np.minimum(a, b) >= threshold * np.maximum(a, b)) & ~(self.settled[left] & self.settled[right])
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
        row_keeper[self.pinned_row] = NOBODY
        row_similarity[self.pinned_row] = 0.0
        return Decisions(row_keeper, row_similarity)


class _Truth:
    """The true Jaccard of pairs, verified once."""

    def __init__(self, texts: _Texts, read: Read, known: Pairs) -> None:
        self._texts = texts
        self._read = read
        self._count = len(texts.rows)
        left, right = texts.group_of_row[known.left], texts.group_of_row[known.right]
        codes = np.minimum(left, right) * self._count + np.maximum(left, right)
        self._codes, firsts = np.unique(codes, return_index=True)
        self._jaccards = known.jaccard[firsts]
        self._later: dict[int, float] = {}
        self._used: list[NDArray[np.int64]] = []
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
        self._used.append(codes)
        return values

    def pairs(self) -> tuple[Pairs, Flags]:
        """All pairs that were asked for, by row, and which of them were verified just now."""
        codes = np.unique(np.concatenate(self._used)) if self._used else np.empty(0, dtype=np.int64)
        left, right = codes // self._count, codes % self._count
        values = self.of(left, right)
        is_new = ~np.isin(codes, self._codes)
        return Pairs(self._texts.rows[left], self._texts.rows[right], values), is_new

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


class _Search:
    """One search for the pairs that matter."""

    def __init__(self, texts: _Texts, truth: _Truth, threshold: float, floor: float) -> None:
        self._texts = texts
        self._truth = truth
        self._threshold = threshold
        self._floor = floor
        self._rows = rows_per_band(floor)
        self._bands = [self._sorted(band) for band in range(PERMUTATIONS // self._rows)]
        self.is_crowded = np.zeros(len(texts.rows), dtype=np.bool_)
        for found in self._bands:
            self.is_crowded[found.members[np.repeat(found.sizes > SMALL, found.sizes)]] = True
        self._place_of_crowded = np.cumsum(self.is_crowded) - 1
        self._bucket_of_crowded = np.stack([self._buckets_of_crowded(found) for found in self._bands])

    def _sorted(self, band: int) -> Buckets:
        """The buckets of a band."""
        is_present = self._texts.sizes > 0
        if self._texts.settled.any():
            column = self._texts.signatures[:, band * self._rows]
            occurs = np.zeros(1 << 16, dtype=np.bool_)
            occurs[column[~self._texts.settled]] = True
            is_present = is_present & occurs[column]  # a bucket of settled texts alone is of no interest
        present = np.flatnonzero(is_present)
        found = buckets(band_keys(self._texts.signatures[present, band * self._rows : (band + 1) * self._rows]))
        return Buckets(present[found.members].astype(np.int32), found.starts, found.sizes)

    def _buckets_of_crowded(self, found: Buckets) -> NDArray[np.int32]:
        """The number of the bucket that each crowded text is in, or -1."""
        numbers = np.full(np.count_nonzero(self.is_crowded), -1, dtype=np.int32)
        if not numbers.size:
            return numbers
        bucket = np.repeat(np.arange(found.sizes.size, dtype=np.int32), found.sizes)
        is_wanted = self.is_crowded[found.members]
        numbers[self._place_of_crowded[found.members[is_wanted]]] = bucket[is_wanted]
        return numbers

    def compare(self) -> Pairs:
        """Verify the likely pairs of all buckets, but for those of two crowded texts."""
        count, least = len(self._texts.rows), least_matches(self._floor)
        seen = np.empty(0, dtype=np.int64)
        likely = [seen]
        for found in self._bands:
            for left, right in _pairs_of_small(found):
                wanted = ~(self.is_crowded[left] & self.is_crowded[right])
                wanted[wanted] = self._texts.comparable(left[wanted], right[wanted], self._floor)
                codes = np.sort(left[wanted] * count + right[wanted])
                places = np.minimum(np.searchsorted(seen, codes), max(0, seen.size - 1))
                fresh = codes[seen[places] != codes] if seen.size else codes
                likely.append(fresh[matches(self._texts.signatures, fresh // count, fresh % count) >= least])
                seen = np.sort(np.concatenate((seen, fresh)))
        left, right = np.divmod(np.concatenate(likely), count)
        return Pairs(left, right, self._truth.of(left, right))

    def neighbours(self, kept: int, is_open: Flags) -> tuple[Positions, NDArray[np.float64]]:
        """The crowded texts, not decided yet, that share a bucket with a kept one and may resemble it; their true Jaccard."""
        texts = self._texts
        if not self.is_crowded[kept] or not (texts.within or texts.settled[kept]):
            return np.empty(0, dtype=np.intp), np.empty(0)
        is_wanted = is_open & self.is_crowded
        is_near = np.zeros(is_open.size, dtype=np.bool_)
        for band, number in zip(self._bands, self._bucket_of_crowded[:, self._place_of_crowded[kept]].tolist(), strict=True):
            if number >= 0:
                start, size = int(band.starts[number]), int(band.sizes[number])
                members = band.members[start : start + size]
                members = members[is_wanted[members]]
                is_near[members] = True
                band.members[start : start + members.size] = members  # those that are decided are not looked at again
                band.sizes[number] = members.size
        right = np.flatnonzero(is_near)
        left = np.full(right.size, kept)
        right = right[texts.comparable(left, right, self._threshold)]
        left = np.full(right.size, kept)
        likely = matches(texts.signatures, left, right) >= least_matches(self._threshold)
        return right[likely], self._truth.of(left[likely], right[likely])


def _pairs_of_small(found: Buckets) -> Iterator[tuple[Positions, Positions]]:
    """The pairs inside the small buckets of a band, a bounded number at a time."""
    small = found.sizes <= SMALL
    starts, sizes = found.starts[small], found.sizes[small]
    portion = np.cumsum(sizes * (sizes - 1) // 2) // _PAIRS_AT_ONCE
    for number in np.unique(portion).tolist():
        yield pairs_of(Buckets(found.members, starts[portion == number], sizes[portion == number]))
