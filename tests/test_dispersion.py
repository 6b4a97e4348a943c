"""Dispersion: Gries' own example, and the sum as it is written down."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.dispersion import deviation, excess, normalised

parts = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 200)), min_size=1, max_size=30).filter(
    lambda found: sum(count for count, _ in found)
)


def of_parts(counts: list[int], sizes: list[int]) -> float:
    """DP from the documents that have the word only."""
    have = [(count, size) for count, size in zip(counts, sizes, strict=True) if count]
    total, frequency = float(sum(sizes)), float(sum(counts))
    found = np.array([count for count, _ in have], dtype=float)
    shares = np.array([size / total for _, size in have])
    return float(deviation(np.array([excess(found, np.full(found.size, frequency), shares).sum()]))[0])


def test_the_example_of_gries_2008() -> None:
    """The letter a in a corpus of five parts with 9, 10, 10, 10 and 11 letters, where it stands once to five times: 0.18."""
    found = of_parts([1, 2, 3, 4, 5], [9, 10, 10, 10, 11])
    assert found == pytest.approx(0.18)
    norm = normalised(found, 9 / 50)
    assert norm is not None
    assert round(norm, 2) == 0.22


@given(parts)
def test_the_short_sum_equals_the_long_one(found: list[tuple[int, int]]) -> None:
    counts, sizes = [count for count, _ in found], [count + rest for count, rest in found]
    total, frequency = sum(sizes), sum(counts)
    long = 0.5 * sum(abs(count / frequency - size / total) for count, size in zip(counts, sizes, strict=True))
    assert of_parts(counts, sizes) == pytest.approx(long, abs=1e-9)


def test_even_is_0_and_one_document_of_two_equal_ones_is_as_uneven_as_can_be() -> None:
    assert of_parts([2, 2, 4], [10, 10, 20]) == 0
    assert normalised(of_parts([3, 0], [10, 10]), 0.5) == 1
    assert normalised(0.0, 1.0) is None, "over one document nothing can be spread"
