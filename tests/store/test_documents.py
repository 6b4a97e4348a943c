"""Documents and their index change together; records have the fields of the contract in their order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.store.conftest import add, cleaned, page

from corpuskit.documents import Cut
from corpuskit.record import RECORD_FIELDS
from corpuskit.selection import Selection
from corpuskit.store.documents import site_of
from corpuskit.store.pages import Place
from corpuskit.store.store import Store

PLACE = Place(1, "crawl/1.html", None, None)


def found(store: Store, query: str) -> list[int]:
    return sorted(store.selecting.ids(Selection(match=query, state="all")))


def sound(store: Store) -> bool:
    return not [*store.checks.structure(), *store.checks.rules(), *store.checks.index(), *store.checks.digests()]


def test_a_document_put_again_takes_the_place_of_the_old_one(writing: Store) -> None:
    assert found(writing, "flood") == [1]
    with writing.transaction():
        assert writing.documents.put(1, 1, cleaned("Something about zebras.", title="Zebra"), PLACE) == "cleaned"
    assert found(writing, "flood") == []
    assert found(writing, "zebras") == found(writing, "title:zebra") == [1]
    assert writing.documents.text(1) == ("Zebra", "Something about zebras.")
    assert sound(writing)


def test_a_page_that_lost_its_text_is_no_document_any_more(writing: Store) -> None:
    with writing.transaction():
        assert writing.documents.put(3, 1, cleaned(None), PLACE) == "no-text"
    assert found(writing, "bridge") == []
    assert writing.documents.text(3) is None
    assert writing.pages.get(3) is not None
    assert sound(writing)


def test_a_failure_does_not_take_an_earlier_text_away(writing: Store) -> None:
    with writing.transaction():
        writing.documents.put_failure(1, 1, "test 2", "timeout", "more than 1 s")
    assert found(writing, "flood") == [1]
    assert 1 not in writing.documents.to_clean(extractors=None)


def test_what_is_to_be_cleaned(writing: Store) -> None:
    assert writing.documents.to_clean(extractors=None) == [8], "a page without a text has a result"
    assert writing.documents.to_clean(extractors=["test 1 balanced"]) == [8]
    with writing.transaction():
        writing.documents.put_failure(8, 1, "test 1 balanced", "timeout", "")
    assert writing.documents.to_clean(extractors=None) == [8], "what failed is tried again"
    assert writing.documents.never_cleaned([1, 2]) == []
    assert writing.documents.to_clean(extractors=["test 2"]) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_the_url_of_the_page_itself_is_only_taken_where_none_was_given(writing: Store) -> None:
    made = cleaned("Text.", url="https://said.example/x", url_source="canonical")
    plain, known = add(writing, page(50), made), add(writing, page(51, url="https://given.example/", url_source="given"), made)
    fields = ("url", "site")
    records = list(writing.documents.records([plain, known], fields))
    assert records == [
        {"url": "https://said.example/x", "site": "said.example"},
        {"url": "https://given.example/", "site": "given.example"},
    ]


def test_records_have_the_fields_of_the_contract_in_their_order(reading: Store) -> None:
    record = next(reading.documents.records([1]))
    assert tuple(record) == RECORD_FIELDS == (
        "id", "url", "title", "author", "date", "date_source", "site_name", "site", "language", "text", "words", "characters",
        "source", "location", "fetched_at", "media_type", "encoding", "raw_digest", "text_digest", "extractor", "tags", "status",
        "reason", "duplicate_of",
    )  # fmt: skip
    assert record["tags"] == ["flood", "news"], "sorted, whatever the order they came in"
    assert record["raw_digest"].startswith("sha256:")
    assert (record["status"], record["reason"], record["duplicate_of"]) == ("kept", None, None)
    dropped = next(reading.documents.records([6]))
    assert (dropped["status"], dropped["reason"], dropped["duplicate_of"]) == ("dropped", "duplicate", 1)


def test_records_come_in_the_order_of_the_ids(reading: Store) -> None:
    assert [record["id"] for record in reading.documents.records([5, 99, 1, 7, 3], ("id",))] == [5, 1, 3]


def test_records_of_many_ids_are_not_lost_between_chunks(reading: Store) -> None:
    ids = [6, *range(100, 700), 2]
    assert [record["id"] for record in reading.documents.records(ids, ("id",))] == [6, 2]


def test_cuts_come_back(writing: Store) -> None:
    cuts = (Cut(1, 3, "navigation"), Cut(9, 9, "furniture"))
    page_id = add(writing, page(60), cleaned("Text.", cuts=cuts))
    assert tuple(writing.documents.cuts(page_id)) == cuts
    assert writing.documents.cuts(99) == []


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("https://WWW.River.Example:8080/x", "www.river.example"),
        ("http://user:password@river.example./", "river.example"),
        ("//river.example/x", "river.example"),
        ("file:///tmp/x", None),
        ("mailto:x@river.example", None),
        ("http://[broken", None),
        ("", None),
        (None, None),
    ],
)
def test_the_site_is_the_host(url: str | None, site: str | None) -> None:
    assert site_of(url) == site


@given(st.text())
def test_every_text_has_a_site_or_none(url: str) -> None:
    assert site_of(url) is None or site_of(url)
    assert site_of(f"https://{url}") is None or site_of(f"https://{url}")
