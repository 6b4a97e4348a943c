"""From what a user names to pages: every input shape has a module here, and is recognised by its content.

`SourceReader` is the door. It walks folders, opens regular files, looks at the first bytes and hands the stream to the reader
of that shape. A reader is a function `(stream, location, options) -> iterator of RawPage | Unread | Revisit`; a new shape is
one module and one line in `_pages`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, cast

from corpuskit.documents import RawPage, Revisit, Unread
from corpuskit.errors import UsageError
from corpuskit.readers import jsonl
from corpuskit.readers.files import Found, walk
from corpuskit.readers.options import ReadOptions
from corpuskit.readers.pages import read_page
from corpuskit.readers.sniff import Kind, sniff
from corpuskit.readers.streams import damage, inflate, peek
from corpuskit.reasons import Reason

STDIN = "-"
_NESTING = 2  # compressed inside compressed: .html.gz inside .gz is as far as anyone goes
_COMPRESSED = {Kind.GZIP: "gzip", Kind.ZSTD: "zstd", Kind.BZIP2: "bzip2", Kind.XZ: "xz"}
_MEDIA_TYPES = {Kind.HTML: "text/html", Kind.TEXT: "text/plain"}


class SourceReader:
    """The pages of one source. `kind` tells, once it was iterated, what the source turned out to be."""

    def __init__(self, source: str, options: ReadOptions) -> None:
        self.source = source
        self.options = options
        self.kind = "folder" if source != STDIN and Path(source).is_dir() else "unknown"

    def __iter__(self) -> Iterator[RawPage | Unread | Revisit]:
        """Every page, and every input that gave none. Raises UsageError for a JSON layout without pages that was named itself."""
        if self.source == STDIN:
            yield from self._read_stream(cast("BinaryIO", sys.stdin.buffer), STDIN)
            return
        for found in walk(self.source, self.options):
            if isinstance(found, Unread):
                yield found
            elif self.kind == "folder":
                yield from self._read_member(found)
            else:
                yield from self._read_file(found)

    def _read_member(self, found: Found) -> Iterator[RawPage | Unread | Revisit]:
        """A file of a folder: one that was meant for something else than pages must not keep the others out."""
        try:
            yield from self._read_file(found)
        except UsageError as error:
            yield Unread(found.location, "skipped", Reason.NO_CONTENT, str(error).removeprefix(f"{found.location}: "))

    def _read_file(self, found: Found) -> Iterator[RawPage | Unread | Revisit]:
        try:
            with open(found.path, "rb") as stream:  # noqa: PTH123  # the path is bytes
                yield from self._read_stream(stream, found.location, found.size)
        except OSError as error:
            yield Unread(found.location, "failed", Reason.UNREADABLE, error.strerror or str(error))

    def _read_stream(
        self, stream: BinaryIO, location: str, size: int | None = None, nesting: int = _NESTING
    ) -> Iterator[RawPage | Unread | Revisit]:
        """Every page of one stream, whatever it is, and last of all what is wrong with the stream itself."""
        head, stream = peek(stream)
        kind, media_type = sniff(head)
        if kind in _COMPRESSED and nesting:
            yield from self._read_stream(inflate(stream, _COMPRESSED[kind]), location, None, nesting - 1)
            return
        if self.options.kind != "auto":
            kind = Kind(self.options.kind)
            media_type = _MEDIA_TYPES.get(kind, media_type)
        elif kind is Kind.EMPTY and head and not damage(stream):
            kind, media_type = Kind.TEXT, "text/plain"  # white space so far: what follows decides
        if self.kind != "folder":
            self.kind = kind.value
        if kind in _MEDIA_TYPES and size is not None and size > self.options.max_size:
            yield Unread(location, "skipped", Reason.TOO_LARGE, f"{size} bytes")
            return
        pages = _pages(stream, location, self.options, kind, media_type)
        # a single page that was cut off inside its compression is not stored as if it were whole
        events = list(pages) if kind in _MEDIA_TYPES else pages
        if not (kind in _MEDIA_TYPES and damage(stream)):
            yield from events
        if why := damage(stream):
            yield Unread(location, "failed", Reason.TRUNCATED if "too early" in why else Reason.DAMAGED, why)


def _pages(
    stream: BinaryIO, location: str, options: ReadOptions, kind: Kind, media_type: str
) -> Iterator[RawPage | Unread | Revisit]:
    """The reader of a shape. A new shape is a line here."""
    match kind:
        case Kind.HTML | Kind.TEXT:
            yield from read_page(stream, location, options, media_type)
        case Kind.JSONL:
            yield from jsonl.read_lines(stream, location, options)
        case Kind.JSON:
            yield from jsonl.read_objects(stream, location, options)
        case Kind.EMPTY:
            if not damage(stream):
                yield Unread(location, "skipped", Reason.EMPTY, "no bytes")
        case Kind.CORPUS:
            yield Unread(location, "skipped", Reason.CORPUS_FILE, media_type)
        case _:
            yield Unread(location, "skipped", Reason.UNSUPPORTED_TYPE, media_type)
