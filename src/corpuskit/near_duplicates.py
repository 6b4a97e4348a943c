"""The near-duplicates among many texts: from their signatures to verified pairs and decisions.

Texts that are equal leave first: one stands for all. Then every pair that shares a small bucket is looked at. A bucket of more
than fifty texts says little: a template that many pages share makes such buckets. A text that is in few of them shares a small
one with whatever it resembles; the others are crowded. Two crowded texts are looked at when they share a single value of their
signatures with no more than fifty. Where most values of both are the crowd's too, as among the copies of one page, they are
heavily crowded and compared when decisions are taken, the best-ranked one with all its neighbours first, and what it drops is
never looked at again. So fifty thousand copies of a page take fifty thousand comparisons. What is lost by this is bounded
(`minhash.most_large_buckets`). A pair counts only when the true Jaccard of the two sets of shingles says so; an estimate only
ever decides that a pair is not worth verifying.

The result is a function of the texts and their ranks. It depends neither on the order of the rows, nor on what was
verified before. Pure: the sets of shingles come through a callback, and results are row numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from corpuskit.clusters import Decisions, Pairs, decide
from corpuskit.distinct_texts import DistinctTexts, Truth
from corpuskit.minhash import (
    PERMUTATIONS,
    Buckets,
    band_keys,
    buckets,
    differing,
    least_matches,
    matches,
    most_differing,
    most_large_buckets,
    pairs_of,
    rows_per_band,
    sketches,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpuskit.distinct_texts import Collection, Read
    from corpuskit.minhash import Signatures
    from corpuskit.signature_tables import SignatureTable

Positions: TypeAlias = NDArray[np.intp]
Flags: TypeAlias = NDArray[np.bool_]

FLOOR = 0.7  # pairs are verified down to here, so that a threshold can change without looking for pairs again
SMALL = 50  # a bucket of up to so many texts is compared all with all
MANY = 16  # likely pairs of a text below the threshold: those of two texts with more are not verified for the list alone
_PAIRS_AT_ONCE = 1 << 18


@dataclass(frozen=True, slots=True)
class Outcome:
    """Decisions for each row, and every pair that is known or was verified, whatever its Jaccard.

    `is_new` marks the pairs that were not known before. `is_complete` marks rows that stand for all texts equal to theirs in the
    pairs: every pair of two of them, down to the floor, was looked for now or before, unless both are settled.
    """

    decisions: Decisions
    pairs: Pairs
    is_new: Flags
    is_complete: Flags


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
        nothing = np.empty(0, dtype=np.bool_)
        return Outcome(Decisions(np.empty(0, dtype=np.intp), np.empty(0)), Pairs.of(()), nothing, nothing)
    texts = DistinctTexts.of(collection, within=within)
    truth = Truth(texts, read, known or Pairs.of(()))
    search = _Search(texts, collection.signatures, truth, threshold, min(floor, threshold))
    edges = truth.known().and_of(search.compare())
    crowd = search.crowd()
    further = search.neighbours if crowd.size else None
    decisions = decide(len(texts.rows), edges, threshold, texts.forced, further, crowd)
    pairs, is_new = truth.pairs()
    is_complete = np.zeros(len(collection), dtype=np.bool_)
    is_complete[texts.recorded[search.is_complete()]] = True
    return Outcome(texts.for_all(decisions), pairs, is_new, is_complete)


class _Search:
    """One search for the pairs that matter. Its texts are those that may be part of one, in the order of their numbers."""

    def __init__(self, texts: DistinctTexts, table: SignatureTable, truth: Truth, threshold: float, floor: float) -> None:
        self._texts = texts
        self._truth = truth
        self._threshold = threshold
        self._floor = floor
        self._rows = rows_per_band(floor)
        self._numbers, self._signatures = self._of_interest(table)
        bands = PERMUTATIONS // self._rows if self._numbers.size else 0
        self._bands = [self._sorted(band) for band in range(bands)]
        self._large = np.zeros(self._numbers.size, dtype=np.intp)  # how many large buckets each text is in
        for found in self._bands:
            self._large[found.members[np.repeat(found.sizes > SMALL, found.sizes)]] += 1
        self._is_crowded = self._large > most_large_buckets(threshold, self._rows)
        self._is_incomplete = self._is_crowded | (self._large > most_large_buckets(floor, self._rows))
        self._values, self._is_heavy = self._of_crowd()
        self._heavy = np.flatnonzero(self._is_heavy)
        self._sketches = sketches(self._signatures[self._heavy]).T.copy()

    def _of_interest(self, table: SignatureTable) -> tuple[Positions, Signatures]:
        """The texts that share a band with one that is not settled, or with one that was not searched: whichever are fewer."""
        texts = self._texts
        numbers = np.flatnonzero(texts.sizes > 0)
        probes = min((~texts.settled[numbers], ~texts.searched[numbers]), key=np.count_nonzero)
        if not probes.any():
            return numbers[:0], np.empty((0, PERMUTATIONS), dtype=np.uint16)
        chosen = table.chosen(texts.rows[numbers])
        if 2 * np.count_nonzero(probes) >= numbers.size:
            return numbers, chosen.read()
        found, signatures = chosen.sharing_bands(probes, self._rows)
        return numbers[found], signatures

    def _sorted(self, band: int) -> Buckets:
        """The buckets of a band."""
        found = buckets(band_keys(self._signatures[:, band * self._rows : (band + 1) * self._rows]))
        return Buckets(found.members.astype(np.int32), found.starts, found.sizes)

    def _of_crowd(self) -> tuple[list[Buckets], Flags]:
        """The crowded texts by each single value of their signatures, and which of them are heavily crowded."""
        crowd = np.flatnonzero(self._is_crowded)
        large = np.zeros(self._numbers.size, dtype=np.intp)
        found = []
        for column in range(PERMUTATIONS if crowd.size else 0):
            one = buckets(self._signatures[crowd, column])
            members = crowd[one.members]
            large[members[np.repeat(one.sizes > SMALL, one.sizes)]] += 1
            small = np.repeat(one.sizes <= SMALL, one.sizes)
            sizes = one.sizes[one.sizes <= SMALL]
            found.append(Buckets(members[small].astype(np.int32), np.cumsum(sizes) - sizes, sizes))
        return found, self._is_crowded & (large > most_large_buckets(self._threshold, 1))

    def crowd(self) -> Positions:
        """The heavily crowded texts."""
        return self._numbers[self._is_heavy]

    def is_complete(self) -> Flags:
        """Of which texts all pairs down to the floor were looked for."""
        found = np.ones(len(self._texts.rows), dtype=np.bool_)
        found[self._numbers[self._is_incomplete]] = False
        return found

    def compare(self) -> Pairs:
        """Verify the likely pairs of all small buckets, but for those of two heavily crowded texts."""
        count = max(1, self._numbers.size)
        likely = np.union1d(self._likely_by_bands(), self._likely_by_values())
        left, right = (self._numbers[places] for places in np.divmod(likely, count))
        return Pairs(left, right, self._truth.of(left, right))

    def _likely_by_bands(self) -> Positions:
        """The pairs in the buckets of bands that may reach the floor, as codes.

        Of two texts that both have many such pairs, as pages of one template do, only what may reach the threshold is taken.
        """
        count, least = self._numbers.size, least_matches(self._floor)
        seen = np.empty(0, dtype=np.int64)
        likely, agreeing = [seen], [seen]
        for found in self._bands:
            for codes in self._codes_of_small(found, self._is_crowded, self._floor):
                places = np.minimum(np.searchsorted(seen, codes), max(0, seen.size - 1))
                fresh = codes[seen[places] != codes] if seen.size else codes
                counts = matches(self._signatures, fresh // count, fresh % count)
                likely.append(fresh[counts >= least])
                agreeing.append(counts[counts >= least])
                seen = np.sort(np.concatenate((seen, fresh)))
        codes, counts = np.concatenate(likely), np.concatenate(agreeing)
        left, right = np.divmod(codes, max(1, count))
        is_below = counts < least_matches(self._threshold)
        neighbours = np.bincount(left[is_below], minlength=count) + np.bincount(right[is_below], minlength=count)
        is_many = neighbours > MANY
        self._is_incomplete |= is_many
        return codes[~(is_below & is_many[left] & is_many[right])]

    def _likely_by_values(self) -> Positions:
        """The pairs of crowded texts that share a value with few and may reach the threshold, as codes."""
        count, least = self._numbers.size, least_matches(self._threshold)
        pairs = (codes for found in self._values for codes in self._codes_of_small(found, self._is_heavy, self._threshold))
        # these pairs are many and seldom alike: to remember them costs more than to look twice
        likely = [codes[matches(self._signatures, codes // count, codes % count) >= least] for codes in pairs]
        return np.concatenate((np.empty(0, dtype=np.int64), *likely))

    def _codes_of_small(self, found: Buckets, apart: Flags, threshold: float) -> Iterator[Positions]:
        """The pairs inside small buckets that are to be compared, but for those of two texts that stand apart; sorted."""
        for lefts, rights in _pairs_of_small(found):
            wanted = ~(apart[lefts] & apart[rights])
            left, right = lefts[wanted].astype(np.int64), rights[wanted].astype(np.int64)
            wanted = self._texts.comparable(self._numbers[left], self._numbers[right], threshold)
            yield np.sort(left[wanted] * self._numbers.size + right[wanted])

    def neighbours(self, kept: int, is_open: Flags) -> tuple[Positions, NDArray[np.float64]]:
        """The heavily crowded texts, not decided yet, that may resemble a kept one which is so too; their true Jaccard."""
        texts = self._texts
        place = min(int(np.searchsorted(self._numbers, kept)), self._numbers.size - 1)
        is_asked = self._numbers[place] == kept and self._is_heavy[place]
        if not is_asked or not (texts.within or texts.settled[kept]):
            return np.empty(0, dtype=np.intp), np.empty(0)
        is_wanted = is_open[self._numbers[self._heavy]]
        if 2 * np.count_nonzero(is_wanted) < is_wanted.size:  # those that are decided are not looked at again
            self._heavy, self._sketches = self._heavy[is_wanted], self._sketches[:, is_wanted]
            is_wanted = is_wanted[is_wanted]
        (sketch,) = sketches(self._signatures[place : place + 1])
        near = self._heavy[is_wanted & (differing(sketch, self._sketches) <= most_differing(self._threshold))]
        near = near[texts.comparable(np.full(near.size, kept), self._numbers[near], self._threshold)]
        likely = matches(self._signatures, np.full(near.size, place), near) >= least_matches(self._threshold)
        right = self._numbers[near[likely]]
        return right, self._truth.of(np.full(right.size, kept), right)


def _pairs_of_small(found: Buckets) -> Iterator[tuple[Positions, Positions]]:
    """The pairs inside the small buckets of a band, a bounded number at a time."""
    small = found.sizes <= SMALL
    starts, sizes = found.starts[small], found.sizes[small]
    portion = np.cumsum(sizes * (sizes - 1) // 2) // _PAIRS_AT_ONCE
    for number in np.unique(portion).tolist():
        yield pairs_of(Buckets(found.members, starts[portion == number], sizes[portion == number]))
