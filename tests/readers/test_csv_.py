"""CSV and TSV: every row that can be read gives its page, every other one a reason."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.documents import RawPage, Unread
from corpuskit.errors import UsageError
from corpuskit.readers import csv_
from corpuskit.readers.options import ReadOptions
from corpuskit.reasons import Reason


def read(content: bytes, options: ReadOptions | None = None) -> list[RawPage | Unread]:
    stream = io.BytesIO(content)
    events = list(csv_.read(stream, "a.csv", options or ReadOptions()))
    assert not stream.closed
    return events


def table(rows: list[list[str]], delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def contents(events: list[RawPage | Unread]) -> list[str]:
    return [event.content.decode() for event in events if isinstance(event, RawPage)]


values = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0\r"), min_size=1, max_size=80).filter(
    str.strip
)


@given(
    st.lists(values, min_size=1, max_size=8),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_every_row_gives_its_page(texts: list[str], delimiter: str, encoding: str) -> None:
    content = table(
        [["url", "text"], *([f"https://a.example/{number}", text] for number, text in enumerate(texts))], delimiter, encoding
    )
    events = read(content)
    assert contents(events) == texts
    assert [event.url for event in events if isinstance(event, RawPage)] == [
        f"https://a.example/{number}" for number in range(len(texts))
    ]
    assert csv_.looks_like_table(content)


def test_a_location_is_the_line_on_which_the_row_begins() -> None:
    events = read(b'url,text\nu1,"one\ntwo"\n\nu2,three\n')
    assert [event.location for event in events] == ["a.csv#2", "a.csv#5"]


def test_a_field_may_be_longer_than_the_csv_module_allows() -> None:
    assert contents(read(table([["url", "text"], ["u", "x" * 300_000], ["u", "y"]]))) == ["x" * 300_000, "y"]


def test_a_quote_that_is_never_closed_costs_its_row_alone() -> None:
    events = read(b'url,text\nu1,one\nu2,"open\nu3,three\nu4,"a ""quoted"" word"\n')
    assert contents(events) == ["one", "three", 'a "quoted" word']
    assert [(event.location, event.reason) for event in events if isinstance(event, Unread)] == [("a.csv#3", Reason.BAD_RECORD)]


def test_a_stray_quote_inside_a_value_is_forgiven() -> None:
    assert contents(read(b'url,text\nu1,"one" and more\nu2,two "2"\n')) == ["one and more", 'two "2"']


def test_a_row_with_more_values_than_columns_is_told() -> None:
    events = read(b"url,text\nu1,one,too,many\nu2,two,,\nu3,three\n")
    assert contents(events) == ["two", "three"]
    assert [event.reason for event in events if isinstance(event, Unread)] == [Reason.BAD_RECORD]


def test_a_line_that_is_too_long_is_skipped() -> None:
    events = read(b"url,text\nu1,one\nu2," + b"x" * 400_000 + b"\nu3,three\n", ReadOptions(max_size=150_000))
    assert contents(events) == ["one", "three"]
    assert [event.reason for event in events if isinstance(event, Unread)] == [Reason.TOO_LARGE]


def test_a_nul_is_kept() -> None:
    assert contents(read(b"url,text\nu1,a\0b\n")) == ["a\0b"]


def test_a_table_in_a_single_byte_encoding_is_read() -> None:
    assert contents(read(table([["url", "text"], ["u", "café"]], encoding="latin-1"))) == ["café"]
    assert contents(read(table([["url", "text"], ["u", "пыль"]], encoding="koi8-r"), ReadOptions(charset="koi8-r"))) == ["пыль"]


def test_a_table_without_a_column_for_pages_is_refused() -> None:
    with pytest.raises(UsageError, match="name, size"):
        read(b"name,size\na,1\n")
    assert contents(read(b"name,size\na,1\n", ReadOptions(fields={"text": "name"}))) == ["a"]


@pytest.mark.parametrize(
    "head", [b"", b"Dear all,\nurl and text", b"A line, with commas, and a url in it\n", b"one\ntwo\n", b'{"url": 1, "text": 2}']
)
def test_a_text_with_commas_is_no_table(head: bytes) -> None:
    assert not csv_.looks_like_table(head)


@given(st.binary(max_size=200))
def test_any_bytes_give_events_and_no_error(content: bytes) -> None:
    read(b"url,text\n" + content)
    csv_.looks_like_table(content)


def test_hostile_tables(hostile: Path) -> None:
    found = {path.name[:3]: read(path.read_bytes()) for path in (hostile / "csv").iterdir()}
    assert {name: (len(contents(events)), len(events)) for name, events in found.items()} == {
        "c01": (2, 2),
        "c02": (2, 3),
        "c03": (1, 1),
    }


def test_a_real_table_has_an_event_for_every_row(shared: Path) -> None:
    events = read((shared / "data" / "fixtures" / "tools" / "scrapy" / "site.csv").read_bytes())
    assert len(events) == 28
