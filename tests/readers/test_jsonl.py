"""Rows of JSON become pages, whatever is wrong with the rows beside them."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.documents import RawPage, Unread
from corpuskit.errors import UsageError
from corpuskit.readers.jsonl import read_lines, read_objects
from corpuskit.readers.options import ReadOptions
from corpuskit.readers.streams import inflate

Read = Callable[[BinaryIO, str, ReadOptions], Iterator[RawPage | Unread]]
PAGE = b'{"text": "The river rose."}'


def read(reader: Read, content: bytes, **options: Any) -> list[RawPage | Unread]:
    return list(reader(io.BytesIO(content), "rows", ReadOptions(**options)))


def told(events: list[RawPage | Unread]) -> list[tuple[str, str]]:
    """Location, and the text or the reason."""
    return [(event.location, event.content.decode() if isinstance(event, RawPage) else event.reason.value) for event in events]


records = st.lists(
    st.fixed_dictionaries(
        {"text": st.text(min_size=1, max_size=40).filter(str.strip), "n": st.floats() | st.lists(st.text(max_size=5))}
    ),
    min_size=1,
    max_size=30,
)


@given(records, st.booleans(), st.sampled_from([b"\n", b"\r\n", b"\n\n \n"]))
def test_every_line_is_a_page(rows: list[dict[str, Any]], ascii_only: bool, end: bytes) -> None:
    content = end.join(json.dumps(row, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass") for row in rows)
    pages = read(read_lines, content)
    assert [page.content.decode() for page in pages if isinstance(page, RawPage)] == [row["text"] for row in rows]
    assert len({page.location for page in pages}) == len(rows)


@given(records, st.sampled_from([None, 2]), st.sampled_from(["array", "objects", "commas"]))
def test_every_object_is_a_page(rows: list[dict[str, Any]], indent: int | None, layout: str) -> None:
    dumped = [json.dumps(row, indent=indent) for row in rows]
    text = {"array": json.dumps(rows, indent=indent), "objects": "\n".join(dumped), "commas": ",\n".join(dumped)}[layout]
    pages = read(read_objects, text.encode())
    assert told(pages) == [(f"rows#{number}", row["text"]) for number, row in enumerate(rows, start=1)]


@given(st.lists(st.binary(max_size=60), max_size=10))
def test_no_bytes_make_it_fail(lines: list[bytes]) -> None:
    content = b"\n".join([PAGE, *lines, PAGE])
    for reader in (read_lines, read_objects):
        events = read(reader, content)
        assert events[0] == read(reader, PAGE)[0]
    assert told(read(read_lines, content))[-1][1] == "The river rose."


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b'{"text": "cut', "bad-record"),
        (b'{"text": "\xff"}', "bad-record"),
        (b"[1, 2]", "bad-record"),
        (b'"text"', "bad-record"),
        (b"null", "bad-record"),
        (b"[" * 60_000, "bad-record"),
        (b'{"text": ' + b"1" * 5_000 + b"}", "bad-record"),
        (b'{"text": null}', "no-content"),
        (b'{"text": "  "}', "no-content"),
        (b'{"text": 5}', "bad-record"),
        (b"{}", "no-content"),
        (b'{"text": "' + b"x" * 2_000 + b'"}', "too-large"),
        (b'{"text": "' + b"x" * 200_000 + b'"}', "too-large"),
    ],
    ids=lambda value: repr(value[:20]),
)
def test_a_bad_line_costs_itself_alone(line: bytes, reason: str) -> None:
    events = read(read_lines, b"\n".join([PAGE, line, PAGE]), max_size=1_000)
    assert told(events) == [("rows#1", "The river rose."), ("rows#2", reason), ("rows#3", "The river rose.")]


def test_only_a_line_feed_ends_a_line() -> None:
    row = {"text": "one\u2028two\u0085three\x0bfour"}
    assert told(read(read_lines, json.dumps(row, ensure_ascii=False).encode() + b"\n")) == [("rows#1", row["text"])]


def test_a_byte_order_mark_and_a_forgotten_line_break() -> None:
    events = read(read_lines, b"\xef\xbb\xbf" + PAGE + PAGE + b"\n" + PAGE)
    assert [location for location, _ in told(events)] == ["rows#1", "rows#1.2", "rows#2"]


@pytest.mark.parametrize("reader", [read_lines, read_objects])
def test_a_layout_without_pages_is_wrong_use_that_names_the_keys(reader: Read) -> None:
    with pytest.raises(UsageError, match="no field holds a page: the keys are: name, size") as refused:
        read(reader, b'{"name": "x", "size": 1}\n' * 30)
    assert "--field" in (refused.value.hint or "")
    assert told(read(reader, b'{"name": "x", "size": 1}\n', fields={"text": "name"})) == [("rows#1", "x")]


def test_a_cut_stream_gives_its_whole_lines() -> None:
    lines = b"".join(json.dumps({"text": f"page {number} {number * 7919 % 1000003}"}).encode() + b"\n" for number in range(500))
    compressed = gzip.compress(lines)
    stream = inflate(io.BytesIO(compressed[: len(compressed) // 2]), "gzip")
    pages = list(read_lines(stream, "rows", ReadOptions()))
    assert 0 < len(pages) < 500
    assert all(isinstance(page, RawPage) for page in pages), "the line that was cut is not reported beside the cut itself"
    assert told(pages) == told(read(read_lines, lines)[: len(pages)])


def test_an_endless_object_does_not_fill_the_memory() -> None:
    events = read(read_objects, PAGE + b"\n" + b'{"text": "' + b"x" * 3_000_000, max_size=1_000)
    assert [text for _, text in told(events)] == ["The river rose.", "too-large"]
