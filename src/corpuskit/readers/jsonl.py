"""Pages in JSON: one object a line, objects one after the other, or one array of objects.

Lines are taken as bytes (U+2028 and U+0085 break no line). A line that cannot be read costs itself alone and is reported with its
number. An array or a stream of objects is read object by object, so that memory holds one of them at a time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from corpuskit.documents import RawPage, Unread
from corpuskit.readers.options import ReadOptions
from corpuskit.readers.streams import CHUNK, damage
from corpuskit.readers.tables import pages_from_rows
from corpuskit.reasons import Reason

_BLANK = b" \t\r\n"

Row = tuple[str, Any]  # location and a parsed object, or an Unread in its place


def read_lines(stream: BinaryIO, location: str, options: ReadOptions) -> Iterator[RawPage | Unread]:
    """Pages of a file with one JSON object a line. Raises UsageError where no object has a field that can hold a page."""
    yield from _pages(_line_rows(stream, location, options.max_size), location, options)


def read_objects(stream: BinaryIO, location: str, options: ReadOptions) -> Iterator[RawPage | Unread]:
    """Pages of a JSON array, or of objects that fill several lines. Raises UsageError as `read_lines` does."""
    yield from _pages(_object_rows(stream, location, options.max_size), location, options)


def _pages(rows: Iterator[Row], location: str, options: ReadOptions) -> Iterator[RawPage | Unread]:
    return pages_from_rows((_object_only(row) for row in rows), location, options, of="key")


def _object_only(row: Row) -> tuple[str, dict[str, Any] | Unread]:
    where, value = row
    if isinstance(value, (dict, Unread)):
        return where, value
    return where, Unread(where, "failed", Reason.BAD_RECORD, f"not an object: {type(value).__name__}")


def _line_rows(stream: BinaryIO, location: str, max_size: int) -> Iterator[Row]:
    limit = 2 * max_size + CHUNK  # JSON escapes make a page longer; twice is what real pages need at most
    number = 0
    while line := stream.readline(limit):
        number += 1
        here = f"{location}#{number}"
        if len(line) == limit and not line.endswith(b"\n"):
            size = len(line) + _skip_line(stream)
            yield here, Unread(here, "skipped", Reason.TOO_LARGE, f"a line of {size} bytes")
            continue
        if not line.endswith(b"\n") and damage(stream):
            break  # the cut line; the dispatcher reports the damage
        line = line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        if line.strip():
            yield from _parse_line(line, here)


def _parse_line(line: bytes, here: str) -> Iterator[Row]:
    """The objects of one line; more than one only where somebody forgot the line break."""
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        yield here, Unread(here, "failed", Reason.BAD_RECORD, f"not UTF-8: byte {error.start} of the line")
        return
    position, part, decoder = 0, 0, json.JSONDecoder()
    text = text.strip()
    while position < len(text):
        part += 1
        where = here if part == 1 else f"{here}.{part}"
        try:
            value, position = decoder.raw_decode(text, position)
        except (ValueError, RecursionError) as error:
            yield where, Unread(where, "failed", Reason.BAD_RECORD, _json_error(error))
            return
        yield where, value
        while position < len(text) and text[position].isspace():
            position += 1


def _object_rows(stream: BinaryIO, location: str, max_size: int) -> Iterator[Row]:
    """Objects one after the other; brackets and commas of an array around them are passed over."""
    decoder = json.JSONDecoder()
    limit = 2 * max_size + CHUNK
    buffer, wanted, number, ended = b"", CHUNK, 0, False
    while True:
        while not ended and len(buffer) < wanted:
            piece = stream.read(wanted - len(buffer))
            ended = not piece
            buffer += piece
        buffer = buffer.removeprefix(b"\xef\xbb\xbf").lstrip(_BLANK + b",[]")
        if not buffer:
            if ended:
                return
            continue
        here = f"{location}#{number + 1}"
        text = buffer.decode("utf-8", errors="surrogateescape")
        try:
            value, end = decoder.raw_decode(text)
        except (ValueError, RecursionError) as error:
            if ended or isinstance(error, RecursionError):
                if not damage(stream):
                    yield here, Unread(here, "failed", Reason.BAD_RECORD, _json_error(error))
                return
            if len(buffer) >= limit:
                yield here, Unread(here, "skipped", Reason.TOO_LARGE, f"an object of more than {limit} bytes")
                return
            wanted = max(wanted, len(buffer)) * 2
            continue
        number += 1
        wanted = CHUNK
        buffer = text[end:].encode("utf-8", errors="surrogateescape")
        yield here, value


def _skip_line(stream: BinaryIO) -> int:
    """Read to the end of the line; how many bytes that was."""
    skipped = 0
    while piece := stream.readline(CHUNK):
        skipped += len(piece)
        if piece.endswith(b"\n"):
            break
    return skipped


def _json_error(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} at character {error.pos + 1}"
    return str(error).partition(";")[0]
