"""Signatures estimate the Jaccard, bands find pairs, and both are the same everywhere."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.minhash import (
    PERMUTATIONS,
    SIGNATURE_BYTES,
    band_keys,
    buckets,
    differing,
    least_matches,
    matches,
    most_differing,
    most_large_buckets,
    pack,
    pairs_of,
    rows_per_band,
    signature,
    sketches,
    unpack,
)

Sets = tuple[np.ndarray, np.ndarray]


def two_sets(seed: int, size: int, jaccard: float) -> Sets:
    """Two sets of random hashes, `size` together, with about this Jaccard."""
    hashes = np.unique(np.random.default_rng(seed).integers(0, 2**64, size, dtype=np.uint64))
    np.random.default_rng(seed + 1).shuffle(hashes)
    shared = round(jaccard * size)
    middle = (size - shared) // 2
    return hashes[: shared + middle], np.concatenate((hashes[:shared], hashes[shared + middle :]))


@pytest.mark.parametrize("size", [20, 200, 2000])
@pytest.mark.parametrize("jaccard", [0.2, 0.5, 0.8])
def test_the_estimate_is_unbiased_and_its_spread_is_binomial(size: int, jaccard: float) -> None:
    estimates = []
    for seed in range(300):
        left, right = two_sets(seed, size, jaccard)
        estimates.append(np.count_nonzero(signature(left) == signature(right)) / PERMUTATIONS)
    spread = (jaccard * (1 - jaccard) / PERMUTATIONS) ** 0.5
    assert abs(np.mean(estimates) - jaccard) < 4 * spread / 300**0.5 + 0.001
    assert np.std(estimates) < 1.2 * spread


@pytest.mark.parametrize("threshold", [0.6, 0.7, 0.8, 0.9])
def test_a_pair_at_the_threshold_shares_a_band_and_passes_the_estimate(threshold: float) -> None:
    rows, missed = rows_per_band(threshold), 0
    for seed in range(1500):
        left, right = two_sets(seed, 300, threshold)
        agree = signature(left) == signature(right)
        bands = agree[: PERMUTATIONS // rows * rows].reshape(-1, rows).all(axis=1)
        missed += not bands.any() or np.count_nonzero(agree) < least_matches(threshold)
    assert missed <= 4  # expected: about one


@given(st.lists(st.integers(0, 2**64 - 1), max_size=30, unique=True))
def test_a_signature_depends_on_the_set_alone_and_survives_storing(hashes: list[int]) -> None:
    one = signature(np.array(hashes, dtype=np.uint64))
    two = signature(np.array(sorted(hashes), dtype=np.uint64))
    blob = pack(one)
    assert len(blob) == SIGNATURE_BYTES
    assert np.array_equal(one, two)
    assert np.array_equal(unpack([blob, blob]), np.stack([one, one]))


def test_a_large_set_is_permuted_in_strips() -> None:
    hashes = np.random.default_rng(1).integers(0, 2**64, 3000, dtype=np.uint64)
    parts = np.stack([signature(hashes[start : start + 100]) for start in range(0, 3000, 100)])
    assert all(value in column for value, column in zip(signature(hashes), parts.T, strict=True))


@given(st.lists(st.integers(0, 5), max_size=40))
def test_buckets_hold_the_positions_with_equal_keys(keys: list[int]) -> None:
    found = buckets(np.array(keys, dtype=np.uint64))
    left, right = pairs_of(found)
    expected = {(a, b) for b in range(len(keys)) for a in range(b) if keys[a] == keys[b]}
    assert sorted(zip(left.tolist(), right.tolist(), strict=True)) == sorted(expected)


@pytest.mark.parametrize("rows", [2, 3, 4])
@given(data=st.data())
def test_keys_are_equal_where_the_rows_are(rows: int, data: st.DataObject) -> None:
    values = st.lists(st.sampled_from([0, 1, 65535]), min_size=rows, max_size=rows)
    band = np.array(data.draw(st.lists(values, min_size=2, max_size=8)), dtype=np.uint16)
    keys = band_keys(band)
    for a in range(len(band)):
        for b in range(len(band)):
            assert (keys[a] == keys[b]) == np.array_equal(band[a], band[b])


def test_matches_counts_equal_values() -> None:
    rows = np.random.default_rng(2).integers(0, 3, (50, PERMUTATIONS)).astype(np.uint16)
    left, right = np.triu_indices(50, 1)
    assert matches(rows, left, right).tolist() == [int((rows[a] == rows[b]).sum()) for a, b in zip(left, right, strict=True)]


@pytest.mark.parametrize(("threshold", "rows"), [(0.7, 4), (0.8, 4), (0.9, 4), (0.5, 2), (0.7, 1), (0.8, 1), (0.9, 1)])
def test_a_pair_shares_more_bands_than_a_text_may_have_in_large_buckets(threshold: float, rows: int) -> None:
    agree = np.random.default_rng(rows).random((100_000, PERMUTATIONS)) < threshold
    bands = agree[:, : PERMUTATIONS // rows * rows].reshape(len(agree), -1, rows).all(axis=2).sum(axis=1)
    most = most_large_buckets(threshold, rows)
    assert np.count_nonzero(bands <= most) <= 40  # expected: at most 20
    assert most == 0 or np.count_nonzero(bands <= most + 2) > 10, "no smaller than it has to be"


def test_sketches_differ_where_the_lowest_bits_do() -> None:
    rows = np.random.default_rng(1).integers(0, 1 << 16, (50, PERMUTATIONS)).astype(np.uint16)
    counts = differing(sketches(rows[:1])[0], sketches(rows).T.copy())
    assert counts.tolist() == [np.count_nonzero((row & 3) != (rows[0] & 3)) for row in rows]
    assert sketches(rows[:0]).shape == (0, 4)


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.8, 0.95])
def test_a_pair_at_the_threshold_passes_the_first_look(threshold: float) -> None:
    chooser = np.random.default_rng(2)
    agree = (chooser.random((50_000, PERMUTATIONS)) < threshold) | (chooser.random((50_000, PERMUTATIONS)) < 0.25)
    assert np.count_nonzero((~agree).sum(axis=1) > most_differing(threshold)) <= 12  # expected: about five
