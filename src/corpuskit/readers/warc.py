"""Web archives: WARC, ARC and WET, plain or compressed record by record, become pages, captures and reasons.

A page is a response or resource record with HTML in it, or a conversion record (WET) with text. Every other record is
counted with its reason, and every loss has its place in the file: `FILE#1234` is the record that begins at byte 1234,
`FILE#1234+56` the one that begins 56 inflated bytes into the gzip member or zstd frame at byte 1234. A record that was
kept although it is damaged carries a note and is followed by the loss. Splitting, resynchronising and HTTP are in the
modules beside this one.

No library does the reading, because a library's silence cannot be repaired from outside: warcio and FastWARC hand out a
record that is cut as a short page without an error, warcio loses the rest of the file behind one bad record, FastWARC
stops without a word at an empty gzip member and knows no ARC. Of 33 real archives that hold records warcio reads 29
completely, FastWARC 28, this module all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from corpuskit.documents import RawPage, Revisit, Unread
from corpuskit.readers.codings import TooLargeError, UndecodableError
from corpuskit.readers.http import Response, charset_of, decode_body, parse_response
from corpuskit.readers.options import ReadOptions
from corpuskit.readers.sniff import media_type
from corpuskit.readers.warc_bytes import first_bytes
from corpuskit.readers.warc_fields import read_date, read_url, wrong_digests
from corpuskit.readers.warc_records import HEADER_LIMIT, Record, records
from corpuskit.readers.warc_window import Loss, Window
from corpuskit.reasons import Reason

Event = RawPage | Revisit | Unread

HEAD_SIZE = 256 * 1024  # a zstd block, which has up to 128 kB, and a dictionary of the usual size before it

_HTML = ("text/html", "application/xhtml+xml")
_NEVER_HTML = ("image/", "font/", "audio/", "video/", "text/css", "text/javascript", "application/javascript", "application/json")
_HEAD = 4096  # enough of a body to see what it is
_NO_CONTENT = (204, 205)
_PARTIAL_CONTENT = 206
_NOT_MODIFIED = 304


def is_archive(head: bytes) -> bool:
    """Whether a file that begins with `head` is a web archive, compressed or not.

    Compressed data is told from its first block alone: HEAD_SIZE bytes are enough of any file.
    """
    return first_bytes(head).lstrip().startswith((b"WARC/", b"filedesc://"))


def read(stream: BinaryIO, location: str, options: ReadOptions) -> Iterator[Event]:
    """What is in a web archive, in order. `stream` is the file as it is, compressed or not."""
    is_empty = True
    for item in records(Window(stream), options.max_size + HEADER_LIMIT):
        is_empty = False
        where = f"{location}#{item.place}"
        if isinstance(item, Loss):
            yield Unread(where, "skipped" if item.reason is Reason.TOO_LARGE else "failed", item.reason, item.detail)
        else:
            yield _read_record(item, where, options)
    if is_empty:
        yield Unread(location, "skipped", Reason.EMPTY, "no records")


def _read_record(record: Record, where: str, options: ReadOptions) -> Event:
    if record.type == "arc":
        return _read_arc(record, where, options)
    url = read_url(record.headers.get(b"warc-target-uri", b""))
    content_type = record.headers.get(b"content-type", b"").decode("latin-1")
    if record.type == "revisit":
        return _read_revisit(record, where, url, options)
    is_http = content_type.startswith(("application/http", "message/http"))
    if record.type == "response" and (is_http or record.block.startswith(b"HTTP/")):
        return _read_response(record, where, url, options)
    if record.type == "" and record.block.startswith(b"HTTP/"):  # a record that lost its type
        return _read_response(record, where, url, options)
    if record.type in {"resource", "conversion"}:
        return _read_resource(record, where, url, content_type, options)
    return Unread(where, "skipped", Reason.RECORD_TYPE, record.type[:40] or "no type")


def _read_arc(record: Record, where: str, options: ReadOptions) -> Event:
    url = read_url(record.headers[b"url"])
    scheme = (url or "").partition(":")[0].lower()
    if scheme in {"filedesc", "dns"}:
        return Unread(where, "skipped", Reason.RECORD_TYPE, scheme)
    if record.block.lstrip()[:5] == b"HTTP/":
        return _read_response(record, where, url, options)
    return _read_resource(record, where, url, record.headers[b"type"].decode("latin-1"), options)


def _read_response(record: Record, where: str, url: str | None, options: ReadOptions) -> Event:
    response = parse_response(record.block)
    status = response.status
    if status is not None and not _is_wanted(status, options):
        return Unread(where, "skipped", Reason.HTTP_STATUS, str(status))
    if status in _NO_CONTENT:
        return Unread(where, "skipped", Reason.EMPTY, f"status {status}: no content")
    is_part = status == _PARTIAL_CONTENT and not _is_whole(response.headers.get(b"content-range", b""))
    if is_part and not any(low == _PARTIAL_CONTENT for low, _ in options.status):
        return Unread(where, "skipped", Reason.HTTP_STATUS, f"{status}: a part of the page")
    try:
        body, missing = decode_body(response, options.max_size)
    except TooLargeError:
        return Unread(where, "skipped", Reason.TOO_LARGE, f"its body inflates to more than {options.max_size} bytes")
    except UndecodableError as error:
        return Unread(where, "failed", Reason.UNDECODABLE, str(error))
    notes = [record.note or missing]
    if status is None:
        notes.append("no HTTP status")
    elif is_part:
        notes.append("truncated: a part of the page (status 206)")
    if not notes[0]:
        notes.append(wrong_digests(record, response.body, body))
    return _page(record, where, url, body, response.content_type, notes=notes, options=options)


def _read_resource(record: Record, where: str, url: str | None, content_type: str, options: ReadOptions) -> Event:
    if len(record.block) > options.max_size:
        return Unread(where, "skipped", Reason.TOO_LARGE, f"{len(record.block)} bytes")
    notes = [record.note or wrong_digests(record, record.block, record.block)]
    return _page(record, where, url, record.block, content_type, notes=notes, options=options)


def _read_revisit(record: Record, where: str, url: str | None, options: ReadOptions) -> Event:
    response = parse_response(record.block) if record.block.startswith(b"HTTP/") else Response(None)
    if response.status is not None and response.status != _NOT_MODIFIED and not _is_wanted(response.status, options):
        return Unread(where, "skipped", Reason.HTTP_STATUS, str(response.status))
    if (declared := response.content_type or "").lower().startswith(_NEVER_HTML):
        return Unread(where, "skipped", Reason.UNSUPPORTED_TYPE, f"revisit of {declared}")
    refers_to_url = read_url(record.headers.get(b"warc-refers-to-target-uri", b""))
    if b"not-modified" in record.headers.get(b"warc-profile", b""):
        refers_to_url = refers_to_url or url
    return Revisit(
        where,
        url,
        read_date(record.headers.get(b"warc-date", b""))[0],
        refers_to_url,
        read_date(record.headers.get(b"warc-refers-to-date", b""))[0],
        _text(record.headers.get(b"warc-payload-digest")),
    )


def _page(
    record: Record,
    where: str,
    url: str | None,
    body: bytes,
    declared: str | None,
    *,
    notes: list[str | None],
    options: ReadOptions,
) -> RawPage | Unread:
    """The page in a body, or why it is none."""
    if not body.strip(b" \t\r\n\f\v\0"):
        return Unread(where, "skipped", Reason.EMPTY, "only white space" if body else "no bytes")
    found = _media_type(body, declared)
    if record.type == "conversion" and (declared or "").startswith("text/plain"):
        found = "text/plain"
    elif found not in _HTML:
        return Unread(where, "skipped", Reason.UNSUPPORTED_TYPE, found)
    fetched_at, unsure = read_date(record.headers.get(b"date" if record.type == "arc" else b"warc-date", b""))
    if cut := record.headers.get(b"warc-truncated"):
        notes.append(f"truncated: {_text(cut)}")
    if b"warc-segment-number" in record.headers:
        notes.append("truncated: the first segment of several")
    charset = "utf-8" if record.type == "conversion" else None
    return RawPage(
        body,
        found,
        where,
        url=url,
        url_source="warc" if url else None,
        fetched_at=fetched_at,
        charset=options.charset or charset_of(declared) or charset,
        note="; ".join(note for note in [*notes, unsure] if note) or None,
        payload_digest=_text(record.headers.get(b"warc-payload-digest")),
    )


def _media_type(body: bytes, declared: str | None) -> str:
    """What a body is: its bytes decide, except that text is HTML where it was served as HTML and does not look like
    data.
    """
    said = (declared or "").partition(";")[0].strip().lower()
    found = media_type(body[:_HEAD], declared)
    if said in _HTML:
        return said if found == "text/plain" else found
    if (
        found in _HTML
        and said.startswith(("text/", *_NEVER_HTML))
        and not body[:_HEAD].lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"<")
    ):
        return said  # a script or a text that speaks of markup
    return found


def _is_wanted(status: int, options: ReadOptions) -> bool:
    return any(low <= status <= high for low, high in options.status)


def _is_whole(content_range: bytes) -> bool:
    """Whether a partial response holds all there is: `bytes 0-99/100`."""
    found = re.fullmatch(rb"bytes\s+0-(\d{1,18})/(\d{1,18})", content_range.strip())
    return bool(found and int(found[1]) + 1 == int(found[2]))


def _text(raw: bytes | None) -> str | None:
    return raw.decode("utf-8", "replace") if raw else None
