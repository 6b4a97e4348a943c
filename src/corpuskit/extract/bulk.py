"""What makes a page large and is no text, and how much memory the rest will need.

Only for large pages: comments, scripts, style sheets and embedded images leave before the bytes are decoded, so that a page
of many megabytes costs what its text costs. Works in time that is linear in the page, on the bytes of any encoding that is
ASCII where markup stands.
"""

from __future__ import annotations

import re

LARGE = 1024 * 1024  # bytes from which a page is looked at
_START = re.compile(rb"<!--|<(script|style)\b([^<>]{0,4096})>", re.IGNORECASE)
_ENDS = {
    b"": re.compile(rb"-->"),
    b"script": re.compile(rb"</script\b[^<>]{0,100}>", re.IGNORECASE),
    b"style": re.compile(rb"</style\b[^<>]{0,100}>", re.IGNORECASE),
}
_EMBEDDED = re.compile(rb"\bdata:[a-z]{2,20}/[^\"'\s<>()]{1000,}+", re.IGNORECASE)
_OTHER_ENCODINGS = re.compile(rb"[\x00\x1b]")  # UTF-16 and ISO-2022: a "<" may be half of a character

# What trafilatura and lxml need of memory, from below: for each byte of text and for each tag.
_PER_BYTE = 20
_PER_TAG = 700
_PER_BYTE_OF_PLAIN_TEXT = 10
_PER_BYTE_IN_PIECES = 5


def without_bulk(content: bytes) -> bytes:
    """The bytes of a page without comments, scripts, style sheets and embedded images. One that is never closed stays."""
    if _OTHER_ENCODINGS.search(content, 0, LARGE):
        return content
    parts: list[bytes] = []
    unclosed: set[bytes] = set()
    position = 0
    while (start := _START.search(content, position)) is not None:
        kind = (start[1] or b"").lower()
        end = None if kind in unclosed or b"ld+json" in (start[2] or b"") else _ENDS[kind].search(content, start.end())
        if end is None:
            unclosed |= set() if b"ld+json" in (start[2] or b"") else {kind}
            parts.append(content[position : start.end()])
            position = start.end()
        else:
            parts.append(content[position : start.start()])
            position = end.end()
    parts.append(content[position:])
    return _EMBEDDED.sub(b"data:,", b"".join(parts))


def least_memory(size: int, *, as_html: bool) -> int:
    """The bytes of memory that cleaning a page of `size` bytes needs at the least, in whatever way it is done."""
    return (_PER_BYTE_IN_PIECES if as_html else _PER_BYTE_OF_PLAIN_TEXT) * size


def memory_at_once(text: str, size: int) -> int:
    """The bytes of memory that cleaning an HTML page as a whole needs at the least."""
    return _PER_BYTE * size + _PER_TAG * text.count("<")
