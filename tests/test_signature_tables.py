"""Tables of signatures: rows come out whatever the blocks are, and shared bands are found as by looking at every pair."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.minhash import PERMUTATIONS, Signatures
from corpuskit.signature_tables import SignatureTable


def signatures(seed: int, count: int, most: int) -> Signatures:
    """Rows of few different values, so that some bands are shared."""
    return np.random.default_rng(seed).integers(0, most, (count, PERMUTATIONS)).astype(np.uint16)


def table(rows: Signatures, borders: list[int]) -> SignatureTable:
    return SignatureTable(lambda: np.split(rows, sorted(borders)), np.arange(len(rows)), len(rows))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 99), st.lists(st.integers(0, 20), max_size=4), st.lists(st.integers(0, 19), max_size=30))
def test_rows_are_read_in_the_order_that_was_asked_for(seed: int, borders: list[int], places: list[int]) -> None:
    rows = signatures(seed, 20, 1000)
    chosen = np.array(places, dtype=np.intp)
    assert np.array_equal(table(rows, borders).chosen(chosen).read(), rows[chosen])
    both = table(rows, borders).chosen(chosen).and_of(SignatureTable.of(rows[:3]))
    assert np.array_equal(both.read(), np.concatenate((rows[chosen], rows[:3])))


@pytest.mark.parametrize("rows_per_band", [1, 2, 3, 4])
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 99), borders=st.lists(st.integers(0, 40), max_size=4), probes=st.sets(st.integers(0, 39), min_size=1))
def test_shared_bands_are_found(rows_per_band: int, seed: int, borders: list[int], probes: set[int]) -> None:
    rows = signatures(seed, 40, {1: 400, 2: 30, 3: 9, 4: 5}[rows_per_band])
    is_probe = np.isin(np.arange(40), [*probes])
    found, values = table(rows, borders).sharing_bands(is_probe, rows_per_band)
    bands = [slice(start, start + rows_per_band) for start in range(0, PERMUTATIONS - rows_per_band + 1, rows_per_band)]
    expected = [any((rows[one, band] == rows[probe, band]).all() for probe in probes for band in bands) for one in range(40)]
    assert found.tolist() == expected
    assert np.array_equal(values, rows[found])
