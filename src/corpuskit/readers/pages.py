"""One input that is one page: an HTML file or a plain-text file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from corpuskit.documents import RawPage, Unread
from corpuskit.readers.options import ReadOptions
from corpuskit.reasons import Reason


def read_page(stream: BinaryIO, location: str, options: ReadOptions, media_type: str) -> Iterator[RawPage | Unread]:
    """The whole stream as one page of `media_type`."""
    content = stream.read(options.max_size + 1)
    if len(content) > options.max_size:
        yield Unread(location, "skipped", Reason.TOO_LARGE, f"more than {options.max_size} bytes")
    elif not content.removeprefix(b"\xef\xbb\xbf").strip(b" \t\r\n\f\v\0"):
        yield Unread(location, "skipped", Reason.EMPTY, "only white space" if content else "no bytes")
    else:
        yield RawPage(
            content,
            media_type,
            location,
            url=options.url,
            url_source="given" if options.url else None,
            charset=options.charset,
        )
