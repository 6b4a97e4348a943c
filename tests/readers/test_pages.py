"""One stream that is one page, and the door through which every input comes."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.documents import RawPage, Revisit, Unread
from corpuskit.errors import UsageError
from corpuskit.readers.options import ReadOptions
from corpuskit.readers.pages import read_page
from corpuskit.readers.source import SourceReader
from corpuskit.zstd import zstd_module


@given(st.binary(max_size=300), st.integers(0, 300))
def test_a_page_is_its_bytes_or_has_a_reason(content: bytes, most: int) -> None:
    (found,) = read_page(io.BytesIO(content), "x", ReadOptions(max_size=most), "text/html")
    if isinstance(found, RawPage):
        assert found.content == content
        assert len(content) <= most
    elif found.reason == "too-large":
        assert len(content) > most
    else:
        assert found.reason == "empty"
        assert not content.removeprefix(b"\xef\xbb\xbf").strip(b" \t\r\n\f\v\0"), "nothing but a byte order mark and white space"


def test_what_was_given_goes_with_the_page() -> None:
    options = ReadOptions(url="https://x.example/", charset="koi8-r")
    (found,) = read_page(io.BytesIO(b"x"), "x", options, "text/plain")
    assert isinstance(found, RawPage)
    assert (found.url, found.url_source, found.charset, found.media_type) == (
        "https://x.example/",
        "given",
        "koi8-r",
        "text/plain",
    )


def read(path: Path, **options: Any) -> tuple[str, list[RawPage | Unread | Revisit]]:
    reader = SourceReader(str(path), ReadOptions(**options))
    events = list(reader)
    return reader.kind, events


@pytest.mark.parametrize(
    ("name", "content", "kind", "outcome"),
    [
        ("page.txt", b"<!doctype html><p>x", "html", "text/html"),
        ("page.html", b"Plain text.", "text", "text/plain"),
        ("page.html", gzip.compress(b"<!doctype html><p>x"), "html", "text/html"),
        ("page.html.zst.gz", gzip.compress(zstd_module().compress(b"<!doctype html><p>x")), "html", "text/html"),
        ("page.html", gzip.compress(gzip.compress(gzip.compress(b"<p>x"))), "gzip", "unsupported-type"),
        ("page.html", b"", "empty", "empty"),
        ("page.html", gzip.compress(b""), "empty", "empty"),
        ("page.html", b"SQLite format 3\0" + bytes(100), "corpus", "corpus-file"),
        ("page.html", b" " * 20_000 + b"late text", "text", "text/plain"),
        ("rows.txt", b'{"text": "x"}\n', "jsonl", "text/plain"),
    ],
)
def test_an_input_is_known_by_its_content(tmp_path: Path, name: str, content: bytes, kind: str, outcome: str) -> None:
    (tmp_path / name).write_bytes(content)
    found, (event,) = read(tmp_path / name)
    assert found == kind
    assert (event.media_type if isinstance(event, RawPage) else event.reason) == outcome  # type: ignore[union-attr]


def test_the_user_knows_better(tmp_path: Path) -> None:
    (tmp_path / "rows").write_bytes(b'{"text": "x"}\n')
    kind, (event,) = read(tmp_path / "rows", kind="text")
    assert kind == "text"
    assert isinstance(event, RawPage)
    assert event.content == b'{"text": "x"}\n'


def test_a_bomb_costs_no_more_than_the_limit(tmp_path: Path) -> None:
    (tmp_path / "bomb.html").write_bytes(gzip.compress(b"<!doctype html>" + b" " * 50_000_000))
    _, (event,) = read(tmp_path / "bomb.html", max_size=1_000_000)
    assert isinstance(event, Unread)
    assert event.reason == "too-large"


def test_a_layout_without_pages_keeps_nothing_else_of_a_folder_out(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text("<!doctype html><p>a")
    (tmp_path / "config.json").write_text('{"name": "x"}\n')
    (tmp_path / "z.html").write_text("<!doctype html><p>z")
    _, events = read(tmp_path)
    assert [type(event).__name__ for event in events] == ["RawPage", "Unread", "RawPage"]
    odd = events[1]
    assert isinstance(odd, Unread)
    assert (odd.status, odd.reason, odd.detail) == ("skipped", "no-content", "no field holds a page: the keys are: name")
    with pytest.raises(UsageError, match="no field holds a page"):
        read(tmp_path / "config.json")
