"""MHTML, a page saved by a browser with all that it shows: the page is one part of a mail message, the rest is passed
over.

The file is read line by line and only the page is held, so that pictures cost no memory.
"""

from __future__ import annotations

import base64
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesHeaderParser
from typing import BinaryIO

from corpuskit.documents import RawPage, Unread
from corpuskit.readers.mirrors import http_time
from corpuskit.readers.options import ReadOptions
from corpuskit.reasons import Reason

_LINE = 64 * 1024
_HEADER_LIMIT = 1024 * 1024
_NO_BASE64 = re.compile(rb"[^A-Za-z0-9+/]+")
_HTML = ("text/html", "application/xhtml+xml")


@dataclass(slots=True)
class _Part:
    """One part of the message; `lines` is None for what is not kept."""

    headers: Message
    lines: list[bytes] | None = field(default_factory=list)
    size: int = 0
    is_closed: bool = False

    def add(self, line: bytes, limit: int) -> None:
        self.size += len(line)
        if self.size > limit:
            self.lines = None
        if self.lines is not None:
            self.lines.append(line)

    @property
    def address(self) -> str | None:
        address = str(self.headers.get("Content-Location") or "").strip()
        return address if address and not address.lower().startswith("cid:") else None


def read(stream: BinaryIO, location: str, options: ReadOptions) -> Iterator[RawPage | Unread]:
    """The page of an MHTML file, and its frames as parts that are no pages."""
    message = _read_headers(stream)
    boundary = message.get_boundary()
    if not boundary:
        yield Unread(location, "failed", Reason.BAD_RECORD, "MHTML without a boundary between its parts")
        return
    saved_from = str(message.get("Snapshot-Content-Location") or "").strip() or None
    page: _Part | None = None
    frames: list[_Part] = []
    for part in _parts(stream, boundary, 2 * options.max_size + _LINE):
        if page is None:
            page = part
        elif saved_from and part.address == saved_from != page.address:
            frames.append(page)
            page = part
        else:
            frames.append(part)
        for frame in frames[-1:]:
            frame.lines = None
    for number, frame in enumerate(frames, 1):
        yield Unread(f"{location}#frame-{number}", "skipped", Reason.EMBEDDED, frame.address or "")
    if page is None:
        yield Unread(location, "failed", Reason.NO_CONTENT, "MHTML without an HTML part")
        return
    yield _page(page, message, saved_from, location, options)


def _page(part: _Part, message: Message, saved_from: str | None, location: str, options: ReadOptions) -> RawPage | Unread:
    content = _decoded(part) if part.lines is not None else None
    if content is None or len(content) > options.max_size:
        return Unread(location, "skipped", Reason.TOO_LARGE, f"more than {options.max_size} bytes")
    if not content.strip():
        return Unread(location, "skipped", Reason.EMPTY, "only white space" if content else "no bytes")
    url = options.url or saved_from or part.address
    return RawPage(
        content,
        part.headers.get_content_type(),
        location,
        url=url,
        url_source="given" if options.url else "mhtml" if url else None,
        fetched_at=http_time(str(message.get("Date") or "")),
        charset=options.charset or part.headers.get_content_charset(),
        note=None if part.is_closed else "truncated: the file ends inside the page",
    )


def _parts(stream: BinaryIO, boundary: str, limit: int) -> Iterator[_Part]:
    """The HTML parts of a message, those of nested messages too."""
    marks = {b"--" + boundary.encode("utf-8", "surrogateescape")}
    part: _Part | None = None
    while line := stream.readline(_LINE):
        mark = line.rstrip(b"\r\n \t") if line.startswith(b"--") else b""
        if mark not in marks and mark.removesuffix(b"--") not in marks:
            if part:
                part.add(line, limit)
            continue
        if part:
            part.is_closed = True
            yield part
        part = None
        if mark in marks:
            headers = _read_headers(stream)
            if inner := headers.get_boundary():
                marks.add(b"--" + inner.encode("utf-8", "surrogateescape"))
            elif headers.get_content_type() in _HTML:
                part = _Part(headers)
    if part:
        yield part


def _read_headers(stream: BinaryIO) -> Message:
    lines: list[bytes] = []
    size = 0
    while size < _HEADER_LIMIT and (line := stream.readline(_LINE)).strip():
        lines.append(line)
        size += len(line)
    return BytesHeaderParser().parsebytes(b"".join(lines))


def _decoded(part: _Part) -> bytes:
    """The bytes of a part without its transfer encoding. The line break before a boundary is not part of it."""
    raw = b"".join(part.lines or [])
    encoding = str(part.headers.get("Content-Transfer-Encoding") or "").strip().lower()
    if encoding == "quoted-printable":
        return quopri.decodestring(raw.removesuffix(b"\n").removesuffix(b"\r"))
    if encoding == "base64":
        digits = _NO_BASE64.sub(b"", raw)
        digits = digits[:-1] if len(digits) % 4 == 1 else digits
        return base64.b64decode(digits + b"=" * (-len(digits) % 4))
    return raw.removesuffix(b"\n").removesuffix(b"\r")
