"""The measures of collocation: against published figures, and against tables made cell by cell with exact fractions."""

from __future__ import annotations

from fractions import Fraction
from math import log, log2, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.association import Table, log_dice

cells = st.tuples(*[st.integers(0, 10_000)] * 4).filter(
    lambda cell: cell[0] + cell[1] and cell[0] + cell[2] and cell[1] + cell[3] and cell[2] + cell[3]
)


def of_cells(both: int, first: int, second: int, neither: int) -> Table:
    return Table(both, both + first, both + second, both + first + second + neither)


@pytest.mark.parametrize(
    ("both", "first", "second", "neither", "published"),
    [  # the first lines of the table in Dunning 1993, section 6: "the swiss", "can be", "previous year", "mineral water"
        (110, 2442, 111, 29114, 270.72),
        (29, 13, 123, 31612, 263.90),
        (31, 23, 139, 31584, 256.84),
        (10, 0, 3, 31764, 167.23),
    ],
)
def test_log_likelihood_is_that_of_dunning(both: int, first: int, second: int, neither: int, published: float) -> None:
    assert round(of_cells(both, first, second, neither).log_likelihood, 2) == published


def test_mutual_information_is_that_of_church() -> None:
    """ "strong northerly" in Church, Gale, Hanks and Hindle 1991: f(x, y) = 7, f(x) = 7,809, f(y) = 28, N = 44,344,077."""
    assert round(Table(7, 7_809, 28, 44_344_077).mutual_information, 2) == 10.47


def test_t_score_is_that_of_manning_and_schuetze() -> None:
    """ "new companies" in Foundations of Statistical Natural Language Processing (1999), section 5.3.1: t = 0.999932."""
    assert round(Table(8, 15_828, 4_675, 14_307_668).t_score, 6) == 0.999932


def test_log_dice_has_the_properties_that_rychly_names() -> None:
    assert log_dice(50, 50, 50) == 14
    assert log_dice(1, 16_384, 16_384) == 0, "one in 16,000"
    assert log_dice(20, 300, 500) == log_dice(10, 300, 500) + 1, "one point is twice as often"


@given(cells)
def test_every_measure_equals_one_computed_from_the_cells(cell: tuple[int, int, int, int]) -> None:
    both, first, second, neither = cell
    table = of_cells(*cell)
    total = sum(cell)
    rows = (both + first, second + neither)
    columns = (both + second, first + neither)
    expected = [[Fraction(row * column, total) for column in columns] for row in rows]
    observed = [[both, first], [second, neither]]
    likelihood = 2 * sum(
        observed[i][j] * (log(observed[i][j]) - log(expected[i][j])) for i in (0, 1) for j in (0, 1) if observed[i][j]
    )
    assert table.expected == pytest.approx(float(expected[0][0]), rel=1e-12)
    assert abs(table.log_likelihood) == pytest.approx(likelihood, rel=1e-9, abs=1e-6)
    if both != expected[0][0]:
        assert (table.log_likelihood > 0) == (both > expected[0][0]) or abs(likelihood) < 1e-6
    if both:
        assert table.mutual_information == pytest.approx(log2(both / expected[0][0]), rel=1e-9, abs=1e-9)
        assert table.t_score == pytest.approx(float(both - expected[0][0]) / sqrt(both), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("margins", [(5, 4, 9, 100), (5, 9, 4, 100), (0, 60, 60, 100)])
def test_margins_that_fit_no_table_are_refused(margins: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="not a contingency table"):
        Table(*margins)
