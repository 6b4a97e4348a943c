"""Bars of text: their length tells the number, and fits the room there is."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from corpuskit.formats import Output, width_of, write_records
from corpuskit.histogram import FIELD, bar, with_bars

NUMBERS = st.integers(0, 10**9)


@given(number=NUMBERS, more=NUMBERS, length=st.integers(1, 300))
def test_a_bar_is_as_long_as_its_part(number: int, more: int, length: int) -> None:
    drawn = bar(number, number + more, length)
    assert (drawn == "") == (number == 0)
    assert width_of(drawn) <= length
    if number:
        assert abs(width_of(drawn) - length * number / (number + more)) <= 1
        assert bar(number, number, length) == "█" * length
    assert width_of(drawn) <= width_of(bar(number + more, number + more, length))


@given(
    rows=st.lists(st.fixed_dictionaries({"group": st.none() | st.text(max_size=80), "documents": NUMBERS})),
    width=st.integers(60, 200),
)
def test_a_table_with_bars_fits_its_width(rows: list[dict[str, object]], width: int) -> None:
    fields = ("group", "documents")
    drawn = with_bars(rows, fields, "documents", width)
    out = io.StringIO()
    write_records(drawn, Output("table", (*fields, FIELD), width), out)
    lines = out.getvalue().split("\n")[2:-1]
    assert [line.endswith(row[FIELD]) for line, row in zip(lines, drawn, strict=True)] == [True] * len(rows)
    assert all(width_of(line) <= width for line in lines)
    assert [row["documents"] for row in drawn] == [row["documents"] for row in rows]
