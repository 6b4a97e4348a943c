"""MHTML: the one page that was saved, with its address and date; frames and pictures are not pages."""

from __future__ import annotations

import base64
import io
import quopri
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.documents import RawPage, Unread
from corpuskit.readers import mhtml
from corpuskit.readers.options import ReadOptions
from corpuskit.reasons import Reason

HEAD = (
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://a.example/?x=1\r\nSubject: x\r\n"
    "Date: Tue, 13 Jan 2026 14:50:56 +0100\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/related;\r\n\ttype="text/html";\r\n\tboundary="----B=_1"\r\n\r\n'
)


def part(
    content: bytes, encoding: str = "binary", media_type: str = "text/html", location: str = "https://a.example/?x=1"
) -> bytes:
    encoded = {"quoted-printable": quopri.encodestring, "base64": base64.encodebytes}.get(encoding, bytes)(content)
    fields = (f"Content-Type: {media_type}", f"Content-Transfer-Encoding: {encoding}", f"Content-Location: {location}")
    return "\r\n".join(["------B=_1", *fields, "", ""]).encode() + encoded + b"\r\n"


def read(*parts: bytes, end: bytes = b"------B=_1--\r\n", options: ReadOptions | None = None) -> list[RawPage | Unread]:
    return list(mhtml.read(io.BytesIO(HEAD.encode() + b"".join(parts) + end), "a.mhtml", options or ReadOptions()))


pages = st.binary(max_size=300).map(lambda tail: b"<html>" + tail.replace(b"--", b"- ") + b"</html>")


@given(pages, st.sampled_from(["binary", "8bit", "base64"]))
def test_the_page_comes_out_as_it_was(content: bytes, encoding: str) -> None:
    (page,) = read(part(content, encoding), part(b"\x89PNG", "base64", "image/png", "https://a.example/i.png"))
    assert page == RawPage(
        content, "text/html", "a.mhtml", url="https://a.example/?x=1", url_source="mhtml", fetched_at="2026-01-13T13:50:56Z"
    )


@given(st.text(max_size=200))
def test_quoted_printable_text_comes_out_as_it_was(text: str) -> None:
    content = f"<html>{text.strip()}</html>".replace("\r", "").replace("--", "- ").encode()
    (page,) = read(part(content, "quoted-printable"))
    assert isinstance(page, RawPage)
    assert page.content.replace(b"\r\n", b"\n") == content


def test_a_frame_is_no_page_wherever_it_stands() -> None:
    frame, page = part(b"<html>frame</html>", location="https://b.example/ad"), part(b"<html>page</html>")
    for events in (read(frame, page), read(page, frame)):
        assert [event.content for event in events if isinstance(event, RawPage)] == [b"<html>page</html>"]
        assert [(event.reason, event.detail) for event in events if isinstance(event, Unread)] == [
            (Reason.EMBEDDED, "https://b.example/ad")
        ]


def test_a_cut_file_gives_the_page_with_a_note() -> None:
    (page,) = read(part(b"<html>page"), end=b"")
    assert isinstance(page, RawPage)
    assert page.note


def test_pictures_cost_no_memory_and_a_large_page_is_skipped() -> None:
    options = ReadOptions(max_size=50_000)
    picture = part(b"x" * 400_000, "base64", "image/png")
    assert isinstance(read(picture, part(b"<html>page</html>"), options=options)[0], RawPage)
    (event,) = read(part(b"<html>" + b"x" * 400_000), options=options)
    assert isinstance(event, Unread)
    assert event.reason is Reason.TOO_LARGE


@pytest.mark.parametrize(
    "content",
    [b"", b"Content-Type: multipart/related\r\n\r\n<html>x</html>", HEAD.encode(), HEAD.encode() + b"------B=_1\r\n\r\ntext"],
)
def test_a_message_without_a_page_is_told(content: bytes) -> None:
    (event,) = mhtml.read(io.BytesIO(content), "a.mhtml", ReadOptions())
    assert isinstance(event, Unread)
    assert event.status == "failed"


@given(st.binary(max_size=300))
def test_any_bytes_give_events_and_no_error(content: bytes) -> None:
    for start in (
        b"",
        HEAD.encode(),
        HEAD.encode() + b"------B=_1\r\nContent-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n",
    ):
        assert list(mhtml.read(io.BytesIO(start + content), "a.mhtml", ReadOptions()))


def test_hostile_messages(hostile: Path) -> None:
    with (hostile / "mhtml" / "m01_chrome.mhtml").open("rb") as stream:
        embedded, page = mhtml.read(stream, "m01", ReadOptions())
    assert isinstance(page, RawPage)
    assert isinstance(embedded, Unread)
    assert (page.url, page.fetched_at) == ("https://ex.org/m?x=1", "2026-01-13T13:50:56Z")
    assert "Café".encode() in page.content
    with (hostile / "mhtml" / "m02_noboundary.mhtml").open("rb") as stream:
        (event,) = mhtml.read(stream, "m02", ReadOptions())
    assert isinstance(event, Unread)
    assert event.status == "failed"
