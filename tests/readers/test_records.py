"""A record becomes a page by the names that its writer used."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.documents import RawPage, Unread
from corpuskit.readers.options import ReadOptions
from corpuskit.readers.records import look_up, page_from_record, utc_time


def page(record: dict[str, Any], **fields: str) -> RawPage:
    found = page_from_record(record, "rows#1", ReadOptions(fields=fields))
    assert isinstance(found, RawPage), found
    return found


@pytest.mark.parametrize(
    ("record", "text", "media_type", "url"),
    [
        ({"text": "x", "id": "<urn:uuid:1>", "dump": "CC-MAIN-2020", "url": "https://a.example/", "date": "2020-01-01T00:00:00Z"},
         "x", "text/plain", "https://a.example/"),
        ({"url": "https://a.example/", "html": "<p>x", "markdown": "x"}, "<p>x", "text/html", "https://a.example/"),
        ({"text": "x", "timestamp": "2019-04-25T12:57:54Z", "url": "https://a.example/"}, "x", "text/plain", "https://a.example/"),
        ({"content": "x", "warc_headers": {"warc-target-uri": "https://a.example/"}}, "x", "text/plain", "https://a.example/"),
        ({"rawHtml": "<p>x", "metadata": {"sourceURL": "https://a.example/"}}, "<p>x", "text/html", "https://a.example/"),
        ({"maintext": "x", "headline": "T"}, "x", "text/plain", None),
        ({"text": "x", "meta": {"url": "https://a.example/", "timestamp": "2023-01-02"}}, "x", "text/plain", "https://a.example/"),
        ({"raw_content": "x", "meta": '{"url": "https://a.example/"}'}, "x", "text/plain", "https://a.example/"),
        ({"text": "x", "meta": "{'url': 'https://a.example/'}"}, "x", "text/plain", "https://a.example/"),
        ({"text": "x", "u": "https://a.example/", "ts": "2021-06-22T06:28:39Z", "lang": ["deu_Latn"]}, "x", "text/plain",
         "https://a.example/"),
        ({"text": "x", "meta": {"warc_headers": {"warc-target-uri": "https://a.example/"}}}, "x", "text/plain",
         "https://a.example/"),
        ({"plain_text": "x", "requested_url": "https://a.example/"}, "x", "text/plain", "https://a.example/"),
        ({"article_body": {"html": "<p>x"}, "url": "https://a.example/"}, "<p>x", "text/html", "https://a.example/"),
    ],
)  # fmt: skip
def test_layouts_in_the_wild_are_guessed(record: dict[str, Any], text: str, media_type: str, url: str | None) -> None:
    found = page(record)
    assert (found.content.decode(), found.media_type, found.url) == (text, media_type, url)
    assert found.url_source == ("record" if url else None)


def test_common_crawl_dates_are_those_of_the_crawl() -> None:
    found = page({"text": "x", "dump": "CC-MAIN-2020-05", "date": "2020-01-01T00:00:00Z"})
    assert (found.fetched_at, found.given.date) == ("2020-01-01T00:00:00Z", None)
    assert page({"text": "x", "date": "2020-01-01"}).given.date == "2020-01-01"


def test_what_published_sets_say_of_a_page_is_taken_over() -> None:
    redpajama = page({"text": "x", "meta": {"timestamp": "2023-01-02T03:04:05Z", "language": "en", "title": "T"}})
    assert (redpajama.fetched_at, redpajama.given.language, redpajama.given.title) == ("2023-01-02T03:04:05Z", "en", "T")
    dolma = page({"text": "x", "source": "cc_en_head", "created": "2020-01-17T12:48:45Z", "added": "2023-04-11T09:57:03Z"})
    assert (dolma.fetched_at, dolma.given.date) == ("2020-01-17T12:48:45Z", None), "when it was crawled, not when it was written"
    posts = page({"text": "x", "source": "reddit", "created": "2020-01-17", "added": "2023-04-11T09:57:03Z"})
    assert (posts.fetched_at, posts.given.date) == ("2023-04-11T09:57:03Z", "2020-01-17")
    hplt = page({"text": "x", "ts": 1_624_343_319, "lang": ["deu_Latn", "eng_Latn"]})
    assert (hplt.fetched_at, hplt.given.language) == ("2021-06-22T06:28:39Z", "deu_Latn")
    assert utc_time(1_624_343_319_000) == utc_time(1_624_343_319)


@given(st.text(max_size=40).map(lambda text: f"{{{text}}}"))
def test_a_text_that_looks_like_a_mapping_is_looked_into_without_harm(text: str) -> None:
    assert page({"text": "x", "meta": text}).content == b"x"


def test_a_mapping_stands_above_the_guesses() -> None:
    record = {
        "text": "short",
        "body": {"raw": "<p>long"},
        "meta.address": "https://dotted.example/",
        "meta": {"address": "other"},
    }
    assert page(record).content == b"short"
    mapped = page(record, html="body.raw", url="meta.address")
    assert (mapped.content, mapped.media_type) == (b"<p>long", "text/html")
    assert mapped.url == "https://dotted.example/", "a key that holds the dots is tried first"


def test_clean_text_is_marked() -> None:
    assert page({"done": "x"}, clean_text="done").is_clean
    assert not page({"text": "x"}).is_clean


def test_what_the_record_says_is_kept_on_one_line() -> None:
    given_ = page({"text": "x", "title": " A\n title\0 ", "author": ["B", "C", 5, None], "tags": "a, b,a,", "lang": "de"}).given
    assert (given_.title, given_.author, given_.tags, given_.language) == ("A title", "B; C; 5", ("a", "b"), "de")


@pytest.mark.parametrize("value", [5, True, ["x"], {"a": 1}])
def test_a_field_that_holds_no_text_is_a_bad_record(value: object) -> None:
    found = page_from_record({"text": value, "id": 1}, "rows#1", ReadOptions())
    assert isinstance(found, Unread)
    assert (found.status, found.reason) == ("failed", "bad-record")
    assert type(value).__name__ in found.detail


@pytest.mark.parametrize("name", ["TEXT", "Text", "text"])
def test_the_case_of_a_field_name_does_not_matter(name: str) -> None:
    assert page({name: "The river rose."}).content == b"The river rose."


@pytest.mark.parametrize("value", [None, "", " \n", []])
def test_a_record_without_a_page_names_its_keys(value: object) -> None:
    found = page_from_record({"text": value, "id": 1}, "rows#1", ReadOptions())
    assert isinstance(found, Unread)
    assert (found.status, found.reason) == ("skipped", "no-content")
    assert found.detail.endswith("its keys are: text, id")


def test_a_lone_surrogate_costs_itself_alone() -> None:
    found = page({"text": "a\ud800b \ud83d\ude00", "title": "\udc00T"})
    assert found.content.decode() == "a\ufffdb 😀"
    assert found.note == "1 surrogates" or "surrogate" in (found.note or "")
    assert found.given.title == "\ufffdT"


values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(
    ["text", "html", "url", "title", "author", "date", "language", "tags", "fetched_at", "metadata", "dump", "x.y", ""]
)


@given(
    st.dictionaries(names, values, max_size=8),
    st.dictionaries(st.sampled_from(["text", "url", "tags"]), st.text(max_size=5), max_size=2),
)
def test_no_record_makes_it_fail(record: dict[str, Any], fields: dict[str, str]) -> None:
    found = page_from_record(record, "rows#1", ReadOptions(fields=fields))
    if isinstance(found, RawPage):
        assert found.content.strip()
        said = (found.url, found.given.title, found.given.author, found.given.date, found.given.language, *found.given.tags)
        for text in said:
            assert text is None or (text == " ".join(text.split()) and text.encode("utf-8"))


@given(st.dictionaries(st.text(max_size=3), values), st.text(max_size=6))
def test_look_up_finds_a_value_or_none(record: dict[str, Any], path: str) -> None:
    look_up(record, path)
    for key, value in record.items():
        assert look_up(record, key) is value


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
        ("2020-01-01T02:00:00+02:00", "2020-01-01T00:00:00Z"),
        ("2020-01-01 05:06:07.123456", "2020-01-01T05:06:07Z"),
        ("2020-01-01", "2020-01-01T00:00:00Z"),
        ("0001-01-01T00:00:00+14:00", None),
        ("yesterday", None),
        ("", None),
        (None, None),
        (5, None),
    ],
)
def test_times_are_utc_or_nothing(text: object, utc: str | None) -> None:
    assert utc_time(text) == utc


@given(values)
def test_every_value_has_a_time_or_none(value: object) -> None:
    found = utc_time(value)
    assert found is None or re.fullmatch(r"\d{1,4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found)
