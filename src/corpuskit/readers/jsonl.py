"""Pages in JSON: one object a line, objects one after the other, or one array of objects.

Lines are taken as bytes (U+2028 and U+0085 break no line). A line that cannot be read costs itself alone and is reported with its
number. An array or a stream of objects is read object by object, so that memory holds one of them at a time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain, islice
from typing import Any, BinaryIO

from corpuskit.documents import RawPage, Unread
from corpuskit.errors import UsageError
from corpuskit.readers.options import ReadOptions
from corpuskit.readers.records import has_content_field, page_from_record
from corpuskit.readers.streams import CHUNK, damage
from corpuskit.reasons import Reason

_LAYOUT_SAMPLE = 20  # objects that are looked at before a file is called one of unknown layout
_BLANK = b" \t\r\n"

Row = tuple[str, Any]  # location and a parsed object, or an Unread in its place


def read_lines(stream: BinaryIO, location: str, options: ReadOptions) -> Iterator[RawPage | Unread]:
    """Pages of a file with one JSON object a line. Raises UsageError where no object has a field that can hold a page."""
    yield from _pages(_line_rows(stream, location, options.max_size), location, options)


def read_objects(stream: BinaryIO, location: str, options: ReadOptions) -> Iterator[RawPage | Unread]:
    """Pages of a JSON array, or of objects that fill several lines. Raises UsageError as `read_lines` does."""
    yield from _pages(_object_rows(stream, location, options.max_size), location, options)


def _pages(rows: Iterator[Row], location: str, options: ReadOptions) -> Iterator[RawPage | Unread]:
    sample = list(islice(rows, _LAYOUT_SAMPLE))
    objects = [value for _, value in sample if isinstance(value, dict)]
    if objects and not any(has_content_field(record, options.fields) for record in objects):
        keys = ", ".join(dict.fromkeys(str(key) for record in objects for key in record))
        raise UsageError(
            f"{location}: no field holds a page: the keys are: {keys[:300]}",
            hint="name it: --field text=KEY, --field html=KEY or --field clean_text=KEY",
        )
    for row_location, value in chain(sample, rows):
        if isinstance(value, Unread):
            yield value
        elif isinstance(value, dict):
            yield page_from_record(value, row_location, options)
        else:
            yield Unread(row_location, "failed", Reason.BAD_RECORD, f"not an object: {type(value).__name__}")


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
