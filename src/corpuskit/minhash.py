"""MinHash signatures, the bands that make two texts candidates, and the estimate that spares most candidates a closer look.

A signature holds 128 minima, one for each permutation of a text's shingles (Broder 1997). The permutations are products with
odd numbers modulo 2**32, and of each minimum the low 16 bits are kept: two equal values are then the same shingle but for one
case in 65,536 (Li and König 2010). Texts that agree in all rows of one band are candidates (Indyk and Motwani 1998); with bands
of four rows a band is one 64-bit integer, and sorting a column of integers finds all buckets: no index is kept.

Pure: arrays in, arrays out. A candidate is a suspicion. What is true of it only its shingles say.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Sequence

Hashes: TypeAlias = NDArray[np.uint64]
Signatures: TypeAlias = NDArray[np.uint16]  # one row of PERMUTATIONS values for each text
Positions: TypeAlias = NDArray[np.intp]

FORMAT = 1  # to be raised when a text would get another signature or other shingles: older ones are then made again
PERMUTATIONS = 128
SIGNATURE_BYTES = 2 * PERMUTATIONS
_STRIP = 512  # shingles permuted at once: the table of their products stays in the processor's cache
_SLICE = 1 << 14  # pairs of signatures compared at once

# The deviation of an estimate from the true Jaccard is at most 0.045 (at 0.5); at 0.7 one pair in 3,000 is off by more than this.
_MARGIN = 0.14
_LOSS = 2e-4  # of the pairs that are not looked for in large buckets


@dataclass(frozen=True, slots=True)
class Buckets:
    """The groups of two and more positions with equal keys, each group in rising order, one behind the other."""

    members: Positions
    starts: Positions
    sizes: Positions


def signature(hashes: Hashes) -> Signatures:
    """The 128 values of one set of shingles. A text without shingles has a signature, but is like no other text."""
    values = (hashes >> np.uint64(32)).astype(np.uint32)
    minima = np.full(PERMUTATIONS, 0xFFFFFFFF, dtype=np.uint32)
    factors = _factors()
    for start in range(0, values.size, _STRIP):
        products = factors[:, None] * values[None, start : start + _STRIP]
        np.minimum(minima, products.min(axis=1), out=minima)
    return minima.astype(np.uint16)


def pack(values: Signatures) -> bytes:
    """A signature as it is stored, the same on every machine."""
    return values.astype("<u2", copy=False).tobytes()


def unpack(blobs: Sequence[bytes]) -> Signatures:
    """Stored signatures as the rows of one array; a blob may hold several, one behind the other."""
    return np.frombuffer(b"".join(blobs), dtype="<u2").reshape(-1, PERMUTATIONS).astype(np.uint16, copy=False)


def rows_per_band(floor: float) -> int:
    """The most rows with which bands still find a pair at `floor`.

    Four rows miss 2 in 10,000 pairs whose Jaccard is 0.7 (and 2 in 1,000 at 0.65), three rows 5 in 10,000 at 0.55, two rows 2 in
    10,000 at 0.35.
    """
    return 4 if floor >= 0.65 else 3 if floor >= 0.55 else 2 if floor >= 0.35 else 1


def least_matches(threshold: float) -> int:
    """So many of the 128 values agree in all but one in 3,000 pairs with this Jaccard."""
    return max(1, math.ceil(PERMUTATIONS * (threshold - _MARGIN)))


@cache
def most_large_buckets(threshold: float, rows: int) -> int:
    """In so many large buckets a text may be, and still shares a small one with every text that is as alike as this.

    Two texts with this Jaccard share a number of bands that follows the binomial distribution. Where they share more of them than
    one of the two has in large buckets, they share a small one. The result is the largest number that 2 pairs in 10,000 at most
    do not exceed.
    """
    bands = PERMUTATIONS // rows
    shared = threshold**rows
    loss, most = (1 - shared) ** bands, 0
    while most < bands - 1:
        loss += math.comb(bands, most + 1) * shared ** (most + 1) * (1 - shared) ** (bands - most - 1)
        if loss > _LOSS:
            break
        most += 1
    return most


def band_keys(band: Signatures) -> Hashes:
    """One integer for each row of up to four columns, equal where the rows are."""
    if band.shape[1] == 4 and band.strides[1] == band.itemsize:
        return band.view(np.uint64)[:, 0]
    keys = band[:, 0].astype(np.uint64)
    for column in range(1, band.shape[1]):
        keys = (keys << np.uint64(16)) | band[:, column]
    return keys


def buckets(keys: Hashes) -> Buckets:
    """The positions that share a key."""
    order = np.argsort(keys)
    sorted_keys = keys[order]
    is_first = np.ones(keys.size, dtype=np.bool_)
    is_first[1:] = sorted_keys[1:] != sorted_keys[:-1]
    sizes = np.diff(np.flatnonzero(is_first), append=keys.size)
    is_shared = np.repeat(sizes > 1, sizes)
    sizes = sizes[sizes > 1]
    first_codes = np.arange(sizes.size) * keys.size  # this sort is faster than a stable one above, as most keys stand alone
    codes = np.sort(order[is_shared] + np.repeat(first_codes, sizes))
    return Buckets(codes - np.repeat(first_codes, sizes), np.cumsum(sizes) - sizes, sizes)


def pairs_of(found: Buckets) -> tuple[Positions, Positions]:
    """Every pair inside each bucket, the lower position first."""
    lefts, rights = [np.empty(0, dtype=np.intp)], [np.empty(0, dtype=np.intp)]
    for size in np.unique(found.sizes).tolist():
        rows = found.members[found.starts[found.sizes == size][:, None] + np.arange(size)]
        left, right = np.triu_indices(size, 1)
        lefts.append(rows[:, left].ravel())
        rights.append(rows[:, right].ravel())
    return np.concatenate(lefts), np.concatenate(rights)


def matches(signatures: Signatures, left: Positions, right: Positions) -> Positions:
    """How many of the 128 values agree in each pair."""
    counts = np.empty(left.size, dtype=np.intp)
    for start in range(0, left.size, _SLICE):
        part = slice(start, start + _SLICE)
        agree = signatures[left[part]] == signatures[right[part]]
        sums = agree.view(np.uint64).sum(axis=1)  # of eight columns at once: no byte exceeds 16, nor all eight together 128
        counts[part] = (sums * np.uint64(0x0101010101010101)) >> np.uint64(56)
    return counts


def sketches(signatures: Signatures) -> Hashes:
    """The two lowest bits of each value, four integers for each text: for a first look at very many pairs."""
    bits = (signatures & np.uint16(3)).astype(np.uint8).reshape(len(signatures), PERMUTATIONS // 4, 4)
    packed = bits[:, :, 0] | bits[:, :, 1] << 2 | bits[:, :, 2] << 4 | bits[:, :, 3] << 6
    return np.ascontiguousarray(packed).view(np.uint64)


def differing(sketch: Hashes, columns: Hashes) -> NDArray[np.uint8]:
    """In how many of the 128 values a sketch differs from each of others, which stand in four columns one behind the other."""
    counts = np.zeros(columns.shape[1], dtype=np.uint8)
    for value, column in zip(sketch, columns, strict=True):
        bits = column ^ value
        bits |= bits >> np.uint64(1)
        bits &= np.uint64(0x5555555555555555)
        counts += np.bitwise_count(bits)
    return counts


def most_differing(threshold: float) -> int:
    """So many values of two sketches differ at most, in all but one in 100,000 pairs with this Jaccard."""
    differ = 0.75 * (1 - threshold)  # of values that are not equal every fourth has the same bits
    return 1 + math.ceil(PERMUTATIONS * differ + 4.4 * math.sqrt(PERMUTATIONS * differ * (1 - differ)))


@cache
def _factors() -> NDArray[np.uint32]:
    """128 odd numbers that look random: part of the format of signatures, never to be changed."""
    state, factors = 0, []
    for _ in range(PERMUTATIONS):
        state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        factors.append((state >> 32) | 1)
    return np.array(factors, dtype=np.uint32)
