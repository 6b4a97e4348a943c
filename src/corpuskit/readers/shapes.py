"""One stream, whatever it is: its first bytes tell the shape, and the reader of that shape takes it from there.

A new shape is one module with a function `(stream, location, options) -> iterator of RawPage | Unread | Revisit`, and one case in
`_events`. What is wrong with the stream itself (a cut, a broken checksum) is told here, last of all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import BinaryIO

from corpuskit.documents import RawPage, Revisit, Unread
from corpuskit.errors import UsageError
from corpuskit.readers import archives, csv_, jsonl, mhtml, parquet, warc
from corpuskit.readers.options import ReadOptions
from corpuskit.readers.pages import read_page
from corpuskit.readers.sniff import Kind, sniff
from corpuskit.readers.streams import damage, inflate, peek
from corpuskit.reasons import Reason

Event = RawPage | Unread | Revisit

COMPRESSION_DEPTH = 2  # .html.gz inside .gz is as far as anyone goes
ARCHIVE_DEPTH = 2  # an archive, and those that lie in it

_COMPRESSED = {Kind.GZIP: "gzip", Kind.ZSTD: "zstd", Kind.BZIP2: "bzip2", Kind.XZ: "xz"}
_PAGES = {Kind.HTML: "text/html", Kind.TEXT: "text/plain"}
# what looks like any text, and is told only by its name; a file that the user names is taken for what he wants it to be
_CODE = {".css": "text/css", ".js": "text/javascript", ".mjs": "text/javascript", ".map": "application/json"}
_FROM_THE_FILE = {Kind.ZIP, Kind.WACZ, Kind.PARQUET, Kind.WARC}  # their directory stands at the end; archives of crawls are long


def read_stream(
    stream: BinaryIO,
    location: str,
    options: ReadOptions,
    *,
    size: int | None = None,
    compression: int = COMPRESSION_DEPTH,
    nesting: int = ARCHIVE_DEPTH,
    tell: Callable[[Kind], None] = lambda _kind: None,
) -> Iterator[Event]:
    """Every page of a stream, and every part that gave none. `tell` learns the shape; `size` is that of a file, if it is one.

    Raises UsageError for records in which no field holds a page.
    """
    file = stream if stream.seekable() else None
    head, stream = peek(stream)
    kind, media_type = sniff(head)
    if kind in {Kind.GZIP, Kind.ZSTD, Kind.WARC, Kind.ARC}:
        if kind is Kind.ZSTD:  # a dictionary stands before the first record
            head, stream = peek(stream, warc.HEAD_SIZE)
        if warc.is_archive(head):
            kind = Kind.WARC
    if kind in _COMPRESSED and compression:
        inner = inflate(stream, _COMPRESSED[kind])
        yield from read_stream(inner, location, options, compression=compression - 1, nesting=nesting, tell=tell)
        return
    kind, media_type = _settled(kind, media_type, head, stream, options)
    if kind is Kind.ZIP and file is not None and archives.is_wacz_file(file):
        kind = Kind.WACZ
    tell(kind)
    if kind in _PAGES and size is not None and size > options.max_size:
        yield Unread(location, "skipped", Reason.TOO_LARGE, f"{size} bytes")
        return
    if kind in _FROM_THE_FILE and file is not None:
        file.seek(0)
        stream = file
    yield from _read(kind, media_type, stream, location, options, nesting)


def _settled(kind: Kind, media_type: str, head: bytes, stream: BinaryIO, options: ReadOptions) -> tuple[Kind, str]:
    """The shape in the end: as the user says, else as it looks, with a second look at what looks like nothing or like text."""
    if options.kind != "auto":
        kind = Kind(options.kind)
        return kind, _PAGES.get(kind, media_type)
    if kind is Kind.EMPTY and head and not damage(stream):
        return Kind.TEXT, "text/plain"  # white space so far: what follows decides
    if kind in _PAGES and not head.lstrip().startswith(b"<") and csv_.looks_like_table(head):  # its cells may hold HTML
        return Kind.CSV, "text/csv"
    return kind, media_type


def _read(kind: Kind, media_type: str, stream: BinaryIO, location: str, options: ReadOptions, nesting: int) -> Iterator[Event]:
    events = _events(kind, media_type, stream, location, options, nesting)
    is_empty = True
    if kind in _PAGES:  # a single page that was cut off inside its compression is not stored as if it were whole
        found = list(events)
        events = iter(() if damage(stream) else found)
    for event in events:
        is_empty = False
        yield event
    if why := damage(stream):
        yield Unread(location, "failed", Reason.TRUNCATED if "too early" in why else Reason.DAMAGED, why)
    elif is_empty:
        yield Unread(location, "skipped", Reason.EMPTY, f"{kind.value} with nothing in it")


def _events(  # noqa: C901  # one case for each shape is as simple as it gets
    kind: Kind, media_type: str, stream: BinaryIO, location: str, options: ReadOptions, nesting: int
) -> Iterator[Event]:
    """The reader of a shape. A new shape is a case here."""
    match kind:
        case Kind.HTML | Kind.TEXT:
            return read_page(stream, location, options, media_type)
        case Kind.JSONL:
            return jsonl.read_lines(stream, location, options)
        case Kind.JSON:
            return jsonl.read_objects(stream, location, options)
        case Kind.WARC | Kind.ARC:
            return warc.read(stream, location, options)
        case Kind.CSV:
            return csv_.read(stream, location, options)
        case Kind.PARQUET:
            return parquet.read(stream, location, options)
        case Kind.MHTML:
            return mhtml.read(stream, location, options)
        case Kind.ZIP | Kind.WACZ | Kind.TAR:
            if not nesting:
                return iter([Unread(location, "skipped", Reason.NESTED, kind.value)])
            read = archives.read_tar if kind is Kind.TAR else archives.read_zip
            member = partial(_read_member, nesting=nesting - 1)
            # what the user said is said of the archive, not of what lies in it
            return read(stream, location, replace(options, kind="auto"), member)
        case Kind.EMPTY:
            return iter([] if damage(stream) else [Unread(location, "skipped", Reason.EMPTY, "no bytes")])
        case Kind.CORPUS:
            return iter([Unread(location, "skipped", Reason.CORPUS_FILE, media_type)])
        case _:
            return iter([Unread(location, "skipped", Reason.UNSUPPORTED_TYPE, media_type)])


def _read_member(stream: BinaryIO, location: str, options: ReadOptions, *, nesting: int) -> Iterator[Event]:
    return one_of_many(read_stream(stream, location, options, nesting=nesting), location)


def one_of_many(events: Iterator[Event], location: str) -> Iterator[Event]:
    """The same events, of a file that nobody named: style sheets are no pages then, and records without a page no mistake."""
    code = _CODE.get(location[location.rfind(".") :].lower())
    try:
        for event in events:
            is_code = code and isinstance(event, RawPage) and event.location == location and event.media_type == "text/plain"
            yield Unread(location, "skipped", Reason.UNSUPPORTED_TYPE, code or "") if is_code else event
    except UsageError as error:
        yield Unread(location, "skipped", Reason.NO_CONTENT, str(error).removeprefix(f"{location}: "))
