"""Records as text: exact for machines, cut and safe for people."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.formats import TABLE_ROWS, Output, cell, cut, visible, width_of, write_records

FIELDS = ("id", "title", "tags", "note")
texts = st.text(st.characters(codec="utf-8"), max_size=30)
values = st.none() | texts | st.integers() | st.booleans() | st.lists(texts, max_size=3)
records = st.lists(
    st.fixed_dictionaries({"id": st.integers(1, 10**6)}, optional={"title": values, "tags": values, "note": values}), max_size=8
)


def written(rows: list[dict[str, Any]], format_: str, **options: Any) -> str:
    stream = io.StringIO()
    assert write_records(rows, Output(format_, FIELDS, **options), stream) == len(rows)
    return stream.getvalue()


@given(records)
def test_json_holds_every_value_and_every_key(rows: list[dict[str, Any]]) -> None:
    expected = [{name: row.get(name) for name in FIELDS} for row in rows]
    assert json.loads(written(rows, "json")) == expected
    lines = written(rows, "jsonl").split("\n")
    assert lines.pop() == ""
    assert [json.loads(line) for line in lines] == expected
    assert all(tuple(json.loads(line)) == FIELDS for line in lines)


@given(records)
def test_csv_comes_back(rows: list[dict[str, Any]]) -> None:
    text = written(rows, "csv")
    header, *lines = csv.reader(io.StringIO(text, newline=""))
    assert tuple(header) == FIELDS
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        for name, value in zip(FIELDS, line, strict=True):
            if isinstance(row.get(name), str):
                assert value == row[name]


@given(records)
def test_tsv_is_one_line_a_record(rows: list[dict[str, Any]]) -> None:
    lines = written(rows, "tsv").split("\n")
    assert lines.pop() == ""
    assert lines[0] == "\t".join(FIELDS)
    assert len(lines) == len(rows) + 1
    assert all(line.count("\t") == len(FIELDS) - 1 for line in lines)


@given(records, st.booleans())
def test_ids_are_ids(rows: list[dict[str, Any]], null: bool) -> None:
    end = "\0" if null else "\n"
    assert written(rows, "ids", null=null) == "".join(f"{row['id']}{end}" for row in rows)


@given(records, st.integers(1, 120))
def test_a_table_is_within_its_width_and_sends_nothing_that_acts(rows: list[dict[str, Any]], width: int) -> None:
    text = written(rows, "table", width=width)
    lines = text.split("\n")
    assert lines.pop() == ""
    assert len(lines) == (len(rows) + 2 if rows else 0)
    for line in lines:
        assert width_of(line) <= width
        assert visible(line) == line


def test_columns_stand_under_each_other_in_every_script() -> None:
    rows = [
        {"id": 1, "title": "river", "note": "|"},
        {"id": 22, "title": "洪水の町", "note": "|"},
        {"id": 3, "title": "น้ำท่วม", "note": "|"},
    ]
    lines = written(rows, "table", width=80).splitlines()[2:]
    assert len({width_of(line.partition("|")[0]) for line in lines}) == 1
    assert [line[:2] for line in lines] == [" 1", "22", " 3"], "numbers to the right"


def test_a_long_table_has_one_header() -> None:
    rows = [{"id": number, "title": "x"} for number in range(TABLE_ROWS * 2 + 1)]
    lines = written(rows, "table").splitlines()
    assert len(lines) == len(rows) + 2
    assert [line for line in lines if "title" in line] == [lines[0]]


def test_a_number_in_text_stays_as_it_is() -> None:
    assert "0012" in written([{"id": 1, "title": "0012", "note": "1e5"}], "table")
    assert "1e5" in written([{"id": 1, "title": "0012", "note": "1e5"}], "table")


def test_nothing_is_a_header_and_no_more() -> None:
    assert written([], "json") == "[]\n"
    assert written([], "jsonl") == ""
    assert written([], "tsv") == "\t".join(FIELDS) + "\n"
    assert written([], "csv") == ",".join(FIELDS) + "\n"
    assert written([], "table") == ""


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_what_json_cannot_say_is_not_said_wrongly(value: float) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        written([{"id": 1, "note": value}], "jsonl")


@given(texts)
def test_what_acts_is_shown(text: str) -> None:
    shown = visible(text)
    assert not {c for c in shown if ord(c) < 32 or 127 <= ord(c) < 160 or c in "\u202e\u2066\u200f\u2028\ufeff"}
    assert visible(shown) == shown
    if text.isascii() and text.isprintable():
        assert shown == text


@given(texts, st.integers(1, 40))
def test_a_cut_is_within_the_width(text: str, width: int) -> None:
    short = cut(text, width)
    assert width_of(short) <= width
    assert short == text if width_of(text) <= width else (short.endswith("…") and text.startswith(short[:-1]))


@given(values)
def test_a_cell_is_one_line(value: Any) -> None:
    assert len(cell(value).splitlines()) <= 1 or not set(cell(value)) & set("\n\r\t\x0b\x0c\x85\u2028\u2029")


def test_cells() -> None:
    assert [cell(value) for value in (None, True, ["a", "b"], {"a": "ü"}, "a\r\n\tb", 1.5)] == [
        "",
        "true",
        "a,b",
        '{"a": "ü"}',
        "a b",
        "1.5",
    ]
