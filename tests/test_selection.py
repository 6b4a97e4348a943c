"""Dates, ids and samples of a selection."""

from __future__ import annotations

import calendar
import datetime
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.errors import UsageError
from corpuskit.selection import (
    Selection,
    as_options,
    criteria,
    first_day,
    from_criteria,
    last_day,
    read_ids,
    read_name,
    sample_ids,
)

days = st.dates()


@given(days)
def test_a_day_is_its_own_first_and_last(day: datetime.date) -> None:
    assert first_day(str(day)) == str(day)
    is_end = day.day == calendar.monthrange(day.year, day.month)[1]
    assert last_day(str(day)) == (f"{str(day)[:7]}-31" if is_end else str(day))


@given(days, st.sampled_from([4, 7]))
def test_a_month_and_a_year_hold_all_their_days(day: datetime.date, length: int) -> None:
    text = str(day)[:length]
    assert first_day(text) <= str(day) <= last_day(text)
    assert first_day(text).endswith("-01")


NO_DATES = ("", "21", "2021-1", "2021-13", "2021-02-30", "2021-00", "0000", "2021-02-29", "2021/02", "2021-02-01 ", "٢٠٢١",
            "2021-02-01T00:00", "-2021", "20210201")  # fmt: skip


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_date_is_wrong_use(text: str) -> None:
    for read in (first_day, last_day):
        with pytest.raises(UsageError, match="not a date") as refused:
            read(text)
        assert "YYYY-MM-DD" in (refused.value.hint or "")


@given(st.text())
def test_every_text_is_a_date_or_wrong_use(text: str) -> None:
    try:
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", first_day(text))
    except UsageError as error:
        assert "\n" not in str(error)


@given(st.lists(st.integers(0, 10**18 - 1)), st.sampled_from(["\n", "\0", "\r\n", "\n\n"]))
def test_ids_come_back_in_order_and_once(ids: list[int], end: str) -> None:
    text = "".join(f"{document_id}{end}" for document_id in ids)
    assert read_ids(text.split("\n")) == tuple(dict.fromkeys(ids))


def test_the_header_of_a_table_is_no_id_and_no_error() -> None:
    assert read_ids(["id", "3", "1"]) == (3, 1)
    with pytest.raises(UsageError, match="line 2"):
        read_ids(["3", "id"])


@pytest.mark.parametrize("line", ["-1", "1.0", "x", "1 2", "１", "9" * 19, "0x1", "1\udcff"])
def test_what_is_no_id_is_wrong_use(line: str) -> None:
    with pytest.raises(UsageError, match="not a document id"):
        read_ids([line])


@given(st.sets(st.integers(1, 10**9), max_size=60), st.integers(0, 70), st.integers())
def test_a_sample_is_of_that_size_and_stable(ids: set[int], size: int, seed: int) -> None:
    sample = sample_ids(ids, size, seed)
    assert sample <= ids
    assert len(sample) == min(size, len(ids))
    assert sample_ids(sorted(ids, reverse=True), size, seed) == sample, "whatever the order they come in"
    assert sample_ids(ids, size + 1, seed) >= sample, "a larger one holds the smaller one"


@given(st.sets(st.integers(1, 10**6), min_size=1, max_size=60), st.integers(1, 20), st.integers(1, 10**6))
def test_a_document_more_pushes_out_one_at_most(ids: set[int], size: int, more: int) -> None:
    before, after = sample_ids(ids, size, 1), sample_ids(ids | {more}, size, 1)
    assert len(before - after) <= 1


def test_a_sample_is_the_same_on_every_machine() -> None:
    assert sample_ids(range(1, 1_000), 5, 7) == sample_ids(range(1, 1_000), 5, 7)
    assert len({frozenset(sample_ids(range(1, 1_000), 5, seed)) for seed in range(50)}) == 50


selections = st.builds(
    Selection,
    ids=st.none() | st.lists(st.integers(1, 99), max_size=4).map(tuple),
    match=st.none() | st.text(min_size=1, max_size=9),
    languages=st.lists(st.sampled_from(("de", "zh")), max_size=2).map(tuple),
    tags=st.lists(st.text(min_size=1, max_size=5), max_size=2).map(tuple),
    until=st.none() | days.map(lambda day: last_day(str(day))),
    state=st.sampled_from(("kept", "all", "dropped")),
    limit=st.none() | st.integers(0, 9),
    undated=st.booleans(),
    named=st.none() | st.just("mine"),
)


@given(selections)
def test_what_was_saved_is_what_was_asked_for(selection: Selection) -> None:
    again = from_criteria(json.loads(json.dumps(criteria(selection))))
    assert replace(again, state_given=False) == selection
    assert again.state_given == (selection.state != "kept")
    assert ("--all" in as_options(selection).split(" ")) >= (selection.state == "all")


def test_a_saved_selection_is_shown_as_it_could_be_typed() -> None:
    selection = Selection(languages=("de", "fr"), until="2021-02-31", tags=("two words",), state="all", ids=(3, 4), limit=5)
    assert as_options(selection) == "--ids (2 ids) --lang de --lang fr --tag 'two words' --until 2021-02 --all --limit 5"
    assert as_options(Selection()) == ""


@pytest.mark.parametrize("name", ["gold", "two words", "größe", "語", "a-b", "x" * 100, "C++", "'"])
def test_a_name_is_any_word(name: str) -> None:
    assert read_name(name, "tag") == name


@pytest.mark.parametrize("name", ["", " ", "a ", " a", "a,b", "a\tb", "a\n", "\x7f", "\u202eevil", "x" * 101, "\ud800"])
def test_what_could_not_be_typed_again_is_no_name(name: str) -> None:
    with pytest.raises(UsageError):
        read_name(name, "tag")
