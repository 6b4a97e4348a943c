"""The near-duplicates among many texts: from their signatures to verified pairs and decisions.

Texts that are equal leave first: one stands for all. In a small bucket every pair is looked at. In a large one, as fifty
thousand copies of a page make it, only the texts that are still kept are compared, the best-ranked one with all others first;
what resembles it is dropped and leaves. The work is then linear in the copies, and still no two texts at or above the threshold
that share a band are both kept. A pair counts only when the true Jaccard of the two sets of shingles says so; an estimate
only ever decides that a pair is not worth verifying.

The result is a function of the texts and their ranks. It depends neither on the order of the rows, nor on what was
verified before. Pure: the sets of shingles come through a callback, and results are row numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from corpuskit.clusters import NOBODY, Decisions, Pairs, components, decide
from corpuskit.minhash import (
    PERMUTATIONS,
    Buckets,
    agreements,
    band_keys,
    buckets,
    least_matches,
    matches,
    pairs_of,
    rows_per_band,
)
from corpuskit.shingles import Hashes, jaccard

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from corpuskit.minhash import Signatures

    Read: TypeAlias = Callable[[list[int]], Sequence[Hashes]]

Positions: TypeAlias = NDArray[np.intp]
Flags: TypeAlias = NDArray[np.bool_]

FLOOR = 0.7  # pairs are verified down to here, so that a threshold can change without looking for pairs again
SMALL = 50  # a bucket of up to so many texts is compared all with all
_PAIRS_AT_ONCE = 1 << 18
_READ_AT_ONCE = 128
_CACHE_BYTES = 64 << 20


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
    search.small_buckets()
    search.large_buckets()
    keeper, similarity = search.decisions()
    pairs, is_new = truth.pairs()
    return Outcome(texts.for_all(keeper, similarity), pairs, is_new)


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

    def for_all(self, keeper: Positions, similarity: NDArray[np.float64]) -> Decisions:
        """The decisions for all rows: equal texts share the fate of the one that stands for them."""
        group = self.group_of_row
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
        # Texts that belong together follow each other, so that each is read about once.
        order = np.lexsort((right, left, components(self._count, left, right)[left]))
        left, right = left[order], right[order]
        for start in range(0, left.size, _READ_AT_ONCE):
            part = slice(start, start + _READ_AT_ONCE)
            sets = self._sets(np.unique(np.concatenate((left[part], right[part]))).tolist())
            for a, b in zip(left[part].tolist(), right[part].tolist(), strict=True):
                self._later[a * self._count + b] = jaccard(sets[a], sets[b])

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


@dataclass(slots=True)
class _Large:
    """One large bucket. `compared` are members of which every two have been compared."""

    members: Positions
    compared: Positions = field(default_factory=lambda: np.empty(0, dtype=np.intp))


class _Search:
    """One search for the pairs that matter: candidates in small buckets, then what large ones still need."""

    def __init__(self, texts: _Texts, truth: _Truth, threshold: float, floor: float) -> None:
        self._texts = texts
        self._truth = truth
        self._threshold = threshold
        self._floor = floor
        self._rows = rows_per_band(floor)
        self._bands = PERMUTATIONS // self._rows
        self._large: list[_Large] = []
        self._lefts: list[Positions] = []
        self._rights: list[Positions] = []
        self._jaccards: list[NDArray[np.float64]] = []

    def decisions(self) -> tuple[Positions, NDArray[np.float64]]:
        """The decisions by what is verified so far."""
        empty = np.empty(0, dtype=np.intp)
        pairs = Pairs(
            np.concatenate([empty, *self._lefts]),
            np.concatenate([empty, *self._rights]),
            np.concatenate([np.empty(0), *self._jaccards]),
        )
        decided = decide(len(self._texts.rows), pairs, self._threshold, self._texts.forced)
        return decided.keeper, decided.similarity

    def small_buckets(self) -> None:
        """Verify all candidate pairs that share a small bucket; put the large ones by."""
        is_large = np.zeros((self._bands, len(self._texts.rows)), dtype=np.bool_)
        lefts, rights = [np.empty(0, dtype=np.intp)], [np.empty(0, dtype=np.intp)]
        for band in range(self._bands):
            present = self._present(band)
            found = buckets(band_keys(self._texts.signatures[present, band * self._rows : (band + 1) * self._rows]))
            for start, size in zip(found.starts[found.sizes > SMALL], found.sizes[found.sizes > SMALL], strict=True):
                members = present[found.members[start : start + size]]
                self._large.append(_Large(members))
                is_large[band, members] = True
            for part in _portions(found):
                left, right = (present[side] for side in pairs_of(part))
                wanted = self._texts.comparable(left, right, self._floor)
                left, right = self._likely(left[wanted], right[wanted], band, is_large)
                lefts.append(left)
                rights.append(right)
        self._verify(np.concatenate(lefts), np.concatenate(rights))

    def _present(self, band: int) -> Positions:
        """The texts that have shingles and can share this band with one that is not settled."""
        column = self._texts.signatures[:, band * self._rows]
        occurs = np.zeros(1 << 16, dtype=np.bool_)
        occurs[column[~self._texts.settled]] = True
        return np.flatnonzero(occurs[column] & (self._texts.sizes > 0))

    def _likely(self, left: Positions, right: Positions, band: int, is_large: NDArray[np.bool_]) -> tuple[Positions, Positions]:
        """The pairs that share no small bucket of an earlier band, and whose estimate lets them reach the floor."""
        least = least_matches(self._floor)
        keep = np.zeros(left.size, dtype=np.bool_)
        used = self._bands * self._rows
        for part, agree in agreements(self._texts.signatures, left, right):
            keep[part] = np.count_nonzero(agree, axis=1) >= least
            likely = np.flatnonzero(keep[part])
            whole = agree[likely, :used].reshape(likely.size, self._bands, self._rows)[:, :band].all(axis=2)
            seen = (whole & ~is_large[:band, left[part][likely]].T).any(axis=1)
            keep[part.start + likely[seen]] = False
        return left[keep], right[keep]

    def large_buckets(self) -> None:
        """Compare in each large bucket what is still kept, until nothing is left to compare."""
        while self._large:
            keeper, _ = self.decisions()
            alive = keeper == NOBODY
            progress = False
            for bucket in self._large:
                members = bucket.members[alive[bucket.members]]
                is_fresh = ~np.isin(members, bucket.compared, assume_unique=True)
                if members.size > 1 and is_fresh.any():
                    progress = True
                    self._compare(members, is_fresh, alive)
                    bucket.compared = members[alive[members]]
            if not progress:
                break
        self._better_keepers()

    def _compare(self, members: Positions, is_fresh: Flags, alive: Flags) -> None:
        """Compare members of a bucket, best-ranked ones first; what resembles a better one is no longer alive."""
        start, count = 0, 1
        fresh = np.zeros(alive.size, dtype=np.bool_)
        fresh[members[is_fresh]] = True
        while start < members.size - 1:
            heads, others = members[start : start + count], members[start + 1 :]
            others = others[~self._texts.forced[others]]
            left, right = np.repeat(heads, others.size), np.tile(others, heads.size)
            wanted = (left < right) & (fresh[left] | fresh[right])
            left, right, jaccards = self._verify_likely(left[wanted], right[wanted])
            for a, b in zip(left[jaccards >= self._threshold].tolist(), right[jaccards >= self._threshold].tolist(), strict=True):
                if alive[a]:  # the pairs are in the order of the heads
                    alive[b] = False
            start += heads.size
            members = np.concatenate((members[:start], members[start:][alive[members[start:]]]))
            count = max(1, min(2 * count, _PAIRS_AT_ONCE // members.size))

    def _better_keepers(self) -> None:
        """See in each large bucket whether a dropped text resembles one that is better than its keeper."""
        keeper, _ = self.decisions()
        for bucket in self._large:
            is_kept = keeper[bucket.members] == NOBODY
            kept, dropped = bucket.members[is_kept], bucket.members[~is_kept]
            better = np.searchsorted(kept, keeper[dropped])
            for start in range(0, dropped.size, step := max(1, _PAIRS_AT_ONCE // max(1, kept.size))):
                counts = better[start : start + step]
                right = np.repeat(dropped[start : start + step], counts)
                left = kept[np.arange(right.size) - np.repeat(np.cumsum(counts) - counts, counts)]
                self._verify_likely(left, right)

    def _verify_likely(self, left: Positions, right: Positions) -> tuple[Positions, Positions, NDArray[np.float64]]:
        wanted = self._texts.comparable(left, right, self._threshold)
        left, right = left[wanted], right[wanted]
        likely = matches(self._texts.signatures, left, right) >= least_matches(self._threshold)
        left, right = left[likely], right[likely]
        return left, right, self._verify(left, right)

    def _verify(self, left: Positions, right: Positions) -> NDArray[np.float64]:
        jaccards = self._truth.of(left, right)
        if left.size:
            self._lefts.append(left)
            self._rights.append(right)
            self._jaccards.append(jaccards)
        return jaccards


def _portions(found: Buckets) -> list[Buckets]:
    """The small buckets, in portions of a bounded number of pairs."""
    small = found.sizes <= SMALL
    starts, sizes = found.starts[small], found.sizes[small]
    portion = np.cumsum(sizes * (sizes - 1) // 2) // _PAIRS_AT_ONCE
    return [Buckets(found.members, starts[portion == n], sizes[portion == n]) for n in np.unique(portion)]
