"""Parquet: what was written comes out, batch by batch."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest

from corpuskit.documents import RawPage, Unread
from corpuskit.errors import UsageError
from corpuskit.readers import parquet
from corpuskit.readers.options import ReadOptions
from corpuskit.reasons import Reason

pyarrow = pytest.importorskip("pyarrow")


def table(rows: list[dict[str, Any]]) -> bytes:
    from pyarrow import parquet as writer

    target = io.BytesIO()
    writer.write_table(pyarrow.Table.from_pylist(rows), target, row_group_size=50)
    return target.getvalue()


def read(content: bytes, options: ReadOptions | None = None) -> list[RawPage | Unread]:
    return list(parquet.read(io.BytesIO(content), "a.parquet", options or ReadOptions()))


def test_every_row_gives_its_page_in_order() -> None:
    rows = [{"url": f"https://a.example/{number}", "text": f"text {number}", "other": b"x"} for number in range(200)]
    events = read(table(rows))
    assert [event.content.decode() for event in events if isinstance(event, RawPage)] == [row["text"] for row in rows]
    assert [event.location for event in events] == [f"a.parquet#{number}" for number in range(1, 201)]


def test_bytes_moments_and_nested_columns_are_understood() -> None:
    (page,) = read(
        table(
            [
                {
                    "html": b"<html>\xe9</html>",
                    "metadata": {"url": "https://a.example/"},
                    "timestamp": datetime(2024, 1, 2, 3, tzinfo=UTC),
                }
            ]
        )
    )
    assert isinstance(page, RawPage)
    assert (page.content, page.url, page.fetched_at) == (b"<html>\xe9</html>", "https://a.example/", "2024-01-02T03:00:00Z")


def test_a_row_without_a_page_is_told() -> None:
    events = read(table([{"url": "u", "text": "x"}, {"url": "u", "text": None}]))
    assert [event.reason for event in events if isinstance(event, Unread)] == [Reason.NO_CONTENT]


def test_a_table_without_a_column_for_pages_is_refused() -> None:
    with pytest.raises(UsageError, match="name"):
        read(table([{"name": "x"}]))
    assert isinstance(read(table([{"name": "x"}]), ReadOptions(fields={"text": "name"}))[0], RawPage)


def test_a_damaged_file_is_told() -> None:
    content = table([{"text": "x" * 50}])
    for broken in (content[:-9], content[: len(content) // 2], b"PAR1" + b"\0" * 50, content[:30] + b"\0" * 20 + content[50:]):
        assert [event.reason for event in read(broken) if isinstance(event, Unread)] == [Reason.DAMAGED]


def test_a_stream_that_cannot_be_searched_is_held_in_memory_up_to_a_limit() -> None:
    class Stream(io.BytesIO):
        def seekable(self) -> bool:
            return False

    content = table([{"text": "x"}])
    assert isinstance(next(parquet.read(Stream(content), "a", ReadOptions())), RawPage)
    (event,) = parquet.read(Stream(content), "a", ReadOptions(max_size=10))
    assert isinstance(event, Unread)
    assert event.reason is Reason.TOO_LARGE
