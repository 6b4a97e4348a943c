"""The selection: each option alone, options together, order and size."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.conftest import add, cleaned, page

from corpuskit.errors import UsageError
from corpuskit.selection import SORT_FIELDS, Selection, first_day, last_day
from corpuskit.store.store import Store


@pytest.mark.parametrize(
    ("selection", "ids"),
    [
        (Selection(), [1, 2, 3, 4, 5]),
        (Selection(state="all"), [1, 2, 3, 4, 5, 6]),
        (Selection(state="dropped"), [6]),
        (Selection(ids=(5, 2, 99, 6)), [5, 2]),
        (Selection(ids=()), []),
        (Selection(ids=(5, 2), sort="id"), [2, 5]),
        (Selection(ids=(5, 2, 1), reverse=True), [1, 2, 5]),
        (Selection(languages=("de", "zh")), [4, 5]),
        (Selection(sites=("river.example",)), [1, 2, 5]),
        (Selection(sites=("example",)), [1, 2, 3, 5]),
        (Selection(sites=("iver.example", "www.river.example")), [2]),
        (Selection(sources=("mirror",)), [4, 5]),
        (Selection(sources=("crawl/3", "crawl/4")), [3, 4]),
        (Selection(sources=("%",)), []),
        (Selection(tags=("news",)), [1, 2]),
        (Selection(tags=("flood", "nothing")), [1]),
        (Selection(min_words=8), [2, 3, 5]),
        (Selection(max_words=7), [1, 4]),
        (Selection(min_words=7, max_words=7), [1, 4]),
        (Selection(undated=True), [4]),
        (Selection(since="2021-01-01"), [1, 2, 3]),
        (Selection(until="2021-12-31"), [1, 2, 5]),
        (Selection(since="2021-02-15", until="2021-12-31", undated=True), [2, 4]),
        (Selection(match="ferry"), [1, 2]),
        (Selection(match="NOT ferry"), [3, 4, 5]),
        (Selection(match="river NOT ferry", languages=("en",)), [3]),
        (Selection(match="渡船"), [5]),
        (Selection(where="words > 7 AND language = 'en'"), [2, 3]),
        (Selection(where="json_array_length(tags) = 2 -- a comment"), [1]),
        (Selection(where="1) OR (1"), [1, 2, 3, 4, 5]),
        (Selection(sort="date"), [5, 1, 2, 3, 4]),
        (Selection(sort="date", reverse=True), [3, 2, 1, 5, 4]),
        (Selection(sort="location", reverse=True, limit=2), [5, 4]),
        (Selection(sort="source", limit=3), [1, 2, 3]),
        (Selection(limit=2), [1, 2]),
        (Selection(limit=0), []),
        (Selection(reverse=True, limit=2), [5, 4]),
    ],
    ids=str,
)
def test_a_selection_selects(reading: Store, selection: Selection, ids: list[int]) -> None:
    assert reading.selecting.ids(selection) == ids
    assert reading.selecting.count(selection) == len(ids)


@pytest.mark.parametrize("field", SORT_FIELDS)
@pytest.mark.parametrize("reverse", [False, True])
def test_every_field_sorts_with_nothing_last(reading: Store, field: str, reverse: bool) -> None:
    ids = reading.selecting.ids(Selection(state="all", sort=field, reverse=reverse))
    values = [record[field] for record in reading.documents.records(ids, (field,))]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=reverse)
    assert values[: len(known)] == known, "what has no value comes last, in both directions"
    assert len(ids) == 6


def test_a_sample_is_the_same_whatever_else_there_is(reading: Store) -> None:
    sample = reading.selecting.ids(Selection(state="all", sample=3, seed=1))
    assert len(sample) == 3
    assert sample == reading.selecting.ids(Selection(state="all", sample=3, seed=1))
    others = {tuple(reading.selecting.ids(Selection(state="all", sample=3, seed=seed))) for seed in range(10)}
    assert len(others) > 1
    assert set(reading.selecting.ids(Selection(state="all", sample=2, seed=1))) < set(sample), "a smaller one is a part of it"
    assert reading.selecting.ids(Selection(state="all", sample=100)) == [1, 2, 3, 4, 5, 6]


days = st.dates(min_value=datetime.date(1, 1, 1), max_value=datetime.date(9999, 12, 31)).map(str)
partial = st.one_of(days, days.map(lambda day: day[:7]), days.map(lambda day: day[:4]))


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("dated") / "corpus.db"
    with Store.open(path, write=True, create=True) as store:
        store.runs.start("import", [])
        add(store, page(1), cleaned("Text."))
    return path


@given(date=partial, since=st.none() | partial, until=st.none() | partial)
@settings(deadline=None, max_examples=150)
def test_a_document_is_in_a_range_when_all_its_days_are(dated: Path, date: str, since: str | None, until: str | None) -> None:
    year, _, rest = date.partition("-")
    month, _, day = rest.partition("-")
    first = datetime.date(int(year), int(month or 1), int(day or 1))
    end = datetime.date(int(year), int(month or 12), 28) + datetime.timedelta(days=4) if year != "9999" else None
    last = first if day else end - datetime.timedelta(days=end.day) if end else None
    with Store.open(dated, write=True) as store:
        with store.transaction():
            store.database.execute("UPDATE documents SET date = ?", (date,))
        selection = Selection(since=first_day(since) if since else None, until=last_day(until) if until else None)
        selected = store.selecting.ids(selection) == [1]
    expected = True
    if since:
        expected = expected and str(first) >= first_day(since)
    if until:
        # the last day of what was asked for, by the calendar
        parts = [int(part) for part in until.split("-")]
        limit = f"{parts[0]:04}-{parts[1] if len(parts) > 1 else 12:02}-{parts[2] if len(parts) > 2 else 31:02}"
        expected = expected and (str(last) if last else f"{year}-{month or 12}-31") <= limit
    assert selected is expected


def test_search_orders_by_relevance(reading: Store) -> None:
    hits = reading.selecting.search(Selection(match="ferry"))
    assert [hit.id for hit in hits] == [2, 1], "more often, and in the title"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True, key=lambda score: score or 0)
    assert [hit.id for hit in reading.selecting.search(Selection(match="ferry", reverse=True))] == [1, 2]
    assert [hit.id for hit in reading.selecting.search(Selection(match="ferry", state="all", limit=1))] == [2]
    assert {hit.score for hit in reading.selecting.search(Selection(match="NOT ferry"))} == {None}


QUERIES = ("ferry", "river OR bridge", "NOT ferry", "title:ferry", '"the ferry"', "river NOT ferry")
NARROWED = (Selection(), Selection(state="all"), Selection(languages=("en",)), Selection(sort="date"), Selection(tags=("news",)),
            Selection(ids=(6, 1)), Selection(sample=2), Selection(limit=1, sort="id"))  # fmt: skip


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("narrowed", NARROWED, ids=str)
def test_search_finds_what_the_selection_selects(reading: Store, query: str, narrowed: Selection) -> None:
    from dataclasses import replace

    selection = replace(narrowed, match=query)
    assert sorted(hit.id for hit in reading.selecting.search(selection)) == sorted(reading.selecting.ids(selection))


FORBIDDEN = (
    "1); DROP TABLE documents; --",
    "load_extension('x')",
    "(SELECT 1 FROM pragma_table_info('documents'))",
    "id IN (DELETE FROM documents RETURNING id)",
    "id = ?",
    "nonsense",
    "",
)


@pytest.mark.parametrize("expression", FORBIDDEN)
def test_where_only_reads(writing: Store, expression: str) -> None:
    with pytest.raises(UsageError, match="SQL") as refused:
        writing.selecting.ids(Selection(where=expression))
    assert "\n" not in str(refused.value)
    assert writing.database.value("SELECT count(*) FROM documents") == 6


def test_where_has_a_time_limit(reading: Store) -> None:
    reading.selecting.sql_seconds = 0.2
    endless = "id IN (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n)"
    with pytest.raises(UsageError, match="took too long"):
        reading.selecting.ids(Selection(where=endless))
    assert reading.selecting.ids(Selection(where="id = 1")) == [1]


def test_stats_count(reading: Store) -> None:
    stats = reading.selecting.stats(Selection())
    assert (stats["pages"], stats["documents"], stats["kept"], stats["dropped"], stats["selected"]) == (8, 6, 5, 1, 5)
    assert stats["languages"] == {"en": 3, "de": 1, "zh": 1}
    assert stats["months"] == {"": 1, "2020-12": 1, "2021-02": 1, "2021-03": 1, "2022": 1}
    assert sum(stats["outcomes"].values()) == stats["pages"]
    assert stats["reasons"] == {"import: unsupported-type": 1}
    assert sum(reading.selecting.stats(Selection(languages=("en",), state="all"))["sites"].values()) == 4
