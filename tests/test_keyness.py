"""The measures of keywords: against exact fractions, and against what they are said to mean."""

from __future__ import annotations

from fractions import Fraction
from math import log, log2

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from corpuskit.keyness import log_likelihood, log_ratio

counts = st.integers(0, 5_000)
sizes = st.integers(1, 10_000_000)


@given(counts, sizes, counts, sizes)
def test_both_equal_an_independent_computation(here: int, size: int, there: int, other_size: int) -> None:
    assume(here <= size and there <= other_size and here + there)
    total = size + other_size
    likelihood = 0.0
    for observed, part in ((here, size), (there, other_size)):
        expected = Fraction(part * (here + there), total)
        if observed:
            likelihood += 2 * observed * log(Fraction(observed) / expected)
    assert log_likelihood(here, size, there, other_size) == pytest.approx(likelihood, rel=1e-9, abs=1e-7)
    ratio = (Fraction(here) if here else Fraction(1, 2)) / size / ((Fraction(there) if there else Fraction(1, 2)) / other_size)
    assert log_ratio(here, size, there, other_size) == pytest.approx(log2(ratio), rel=1e-9, abs=1e-9)


@given(counts, sizes, counts, sizes)
def test_the_other_way_round_it_is_the_same_difference(here: int, size: int, there: int, other_size: int) -> None:
    assume(here <= size and there <= other_size and here + there)
    there_first = log_likelihood(there, other_size, here, size)
    assert log_likelihood(here, size, there, other_size) == pytest.approx(there_first, rel=1e-9, abs=1e-9)
    assert log_ratio(here, size, there, other_size) == pytest.approx(-log_ratio(there, other_size, here, size), abs=1e-9)


def test_equal_rates_are_no_difference_and_doubled_ones_a_point() -> None:
    assert log_likelihood(10, 1_000, 20, 2_000) == 0
    assert log_ratio(10, 1_000, 20, 2_000) == 0
    assert log_ratio(20, 1_000, 20, 2_000) == 1
    assert log_ratio(8, 1_000, 0, 1_000) == 4, "what does not occur counts as half an occurrence"


def test_the_thresholds_are_those_of_the_chi_squared_distribution() -> None:
    """For one degree of freedom the probability of a value above x is erfc(sqrt(x / 2))."""
    from math import erfc, sqrt

    for value, probability in ((3.84, 0.05), (6.63, 0.01), (10.83, 0.001), (15.13, 0.0001)):
        assert erfc(sqrt(value / 2)) == pytest.approx(probability, rel=0.01)
