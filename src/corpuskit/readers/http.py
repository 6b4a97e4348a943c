"""One HTTP response, as it stands in a web archive, becomes the page that a browser would have seen.

Archives hold responses as they came over the wire, or half unpacked with the old headers still on them: what a header
says is tried, and where the body does not agree the body is right. Nothing is inflated beyond a limit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from corpuskit.readers.codings import GZIP_MAGIC, TooLargeError, undo
from corpuskit.readers.warc_records import parse_fields

_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})(?!\d)")
_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n|\r\r")
_CHUNK_SIZE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\r\n]{0,4096})?\r?\n")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([^\"';,\s]+)", re.IGNORECASE)
_CODINGS = 4  # one after the other; nobody means more


@dataclass(frozen=True, slots=True)
class Response:
    """A response taken apart. `status` is None without a status line; the body is still as it was sent."""

    status: int | None
    headers: Mapping[bytes, bytes] = field(default_factory=dict)
    body: bytes = b""

    @property
    def content_type(self) -> str | None:
        value = self.headers.get(b"content-type")
        return value.decode("latin-1") if value else None


def parse_response(block: bytes) -> Response:
    """Status, headers and body of a response; a block without a status line is a body alone."""
    start = re.match(rb"[\r\n]*", block)
    position = start.end() if start else 0
    while True:
        if not block.startswith(b"HTTP/", position):
            return Response(None, body=block[position:])
        line_end = block.find(b"\n", position)
        blank = _BLANK_LINE.search(block, position)
        head_end = blank.start() if blank else len(block)
        found = _STATUS.match(block, position)
        status = int(found[1]) if found else None
        fields = parse_fields(block[line_end + 1 : head_end]) if 0 <= line_end < head_end else {}
        body_start = blank.end() if blank else len(block)
        if status is not None and 100 <= status < 200 and block.startswith(b"HTTP/", body_start):
            position = body_start  # "100 Continue" stands before the response itself
            continue
        return Response(status, fields, block[body_start:])


def charset_of(content_type: str | None) -> str | None:
    """The charset parameter of a Content-Type, as it was written."""
    found = _CHARSET.search((content_type or "").encode("latin-1", "replace"))
    return found[1].decode("latin-1") if found else None


def decode_body(response: Response, limit: int) -> tuple[bytes, str | None]:
    """The body without its transfer and content codings, and a note on what is missing of it.

    Raises TooLargeError beyond `limit` bytes and UndecodableError where nothing readable is left.
    """
    body, note = response.body, None
    codings = _codings(response.headers)
    if "chunked" in _words(response.headers.get(b"transfer-encoding")):
        body, note = dechunk(body)
    elif response.headers.get(b"content-length", b"").isdigit():
        note = _missing(len(body), int(response.headers[b"content-length"][:18]))
    if not codings and body.startswith(GZIP_MAGIC) and "html" in (response.content_type or ""):
        codings = ["gzip"]
    for coding in reversed(codings[-_CODINGS:]):
        body, why = undo(coding, body, limit)
        note = why or note
    if len(body) > limit:
        raise TooLargeError
    return body, note


def _missing(size: int, claim: int) -> str | None:
    return f"truncated: {size} of {claim} bytes" if size < claim else None


def _words(value: bytes | None) -> list[str]:
    if not value:
        return []
    return [word.strip().lower() for word in value.decode("latin-1").split(",") if word.strip()]


def _codings(headers: Mapping[bytes, bytes]) -> list[str]:
    """Content codings in the order in which they were applied; some servers name gzip as a transfer coding."""
    codings = _words(headers.get(b"content-encoding")) + _words(headers.get(b"transfer-encoding"))
    return [coding for coding in codings if coding not in {"identity", "chunked", "none", "utf-8", "8bit", "binary"}]


def dechunk(body: bytes) -> tuple[bytes, str | None]:
    """A chunked body put together. One that is not chunked, because the archive has it put together already, stays as
    it is.
    """
    parts: list[bytes] = []
    position = 0
    while True:
        size_line = _CHUNK_SIZE.match(body, position)
        if size_line is None:
            if not parts:
                return body, "damaged: broken chunks" if body.endswith(b"\r\n0\r\n\r\n") else None
            # keep what cannot be told apart: the rest may be the page without its chunk marks
            rest = body[position:]
            return b"".join(parts) + rest, "truncated: its chunks end too early" if not rest else "damaged: a broken chunk"
        size = int(size_line[1], 16)
        start, end = size_line.end(), size_line.end() + size
        if size == 0:
            return b"".join(parts), None
        if end > len(body):
            rest = body[start:]
            return b"".join(parts) + rest, f"truncated: {len(rest)} of {size} bytes in a chunk"
        line_end = re.compile(rb"\r?\n?").match(body, end)
        if not parts and end < len(body) and line_end is not None and line_end.end() == end:
            return body, None  # a text that happens to begin with a hexadecimal word
        parts.append(body[start:end])
        position = line_end.end() if line_end else end
