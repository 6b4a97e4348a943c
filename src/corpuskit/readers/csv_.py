"""CSV and TSV with a line of column names: one page a row.

The delimiter and the encoding are found by looking at the first line. A quote that is never closed would swallow the
rest of the file: its row is reported, and reading goes on at the next line. A location is the number of the line on
which the row begins.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from itertools import zip_longest
from typing import BinaryIO

from corpuskit.documents import RawPage, Unread
from corpuskit.readers.options import ReadOptions
from corpuskit.readers.records import CONTENT, GUESSES
from corpuskit.readers.streams import damage, peek
from corpuskit.readers.tables import Row, pages_from_rows
from corpuskit.reasons import Reason

_DELIMITERS = ",\t;|"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_KNOWN = {path.lower() for name in (*CONTENT, "url") for path in GUESSES[name]}


def looks_like_table(head: bytes) -> bool:
    """Whether a text begins with a line of column names, one of them of a page or its address.

    Any text may have a comma in its first line; only names that tell that pages follow make it a table.
    """
    text = head.decode(_encoding(head, None), "replace")
    line = text.lstrip("\ufeff").splitlines()[0] if text.strip() else ""
    names = _split(line, _delimiter(line))
    return len(names) > 1 and all(0 < len(name) <= 64 for name in names) and any(name.lower() in _KNOWN for name in names)


def read(stream: BinaryIO, location: str, options: ReadOptions) -> Iterator[RawPage | Unread]:
    """Pages of a table. Raises UsageError where no column can hold a page."""
    yield from pages_from_rows(_rows(stream, location, options), location, options)


def _rows(stream: BinaryIO, location: str, options: ReadOptions) -> Iterator[Row]:
    head, stream = peek(stream)
    encoding = _encoding(head, options.charset)
    csv.field_size_limit(max(options.max_size, csv.field_size_limit()))
    text = io.TextIOWrapper(stream, encoding=encoding, errors="replace", newline="")
    try:
        yield from _parse(_Lines(text, options.max_size), stream, location)
    finally:
        text.detach()  # the stream is not ours to close


def _parse(lines: _Lines, stream: BinaryIO, location: str) -> Iterator[Row]:
    first = next(lines, "")
    delimiter = _delimiter(first)
    lines.put_back([first])
    names: list[str] | None = None
    while True:
        lines.held.clear()
        row = _next_row(lines, delimiter)
        if row is None:
            return
        where = f"{location}#{lines.number - len(lines.held) + 1}"
        if lines.skip_long_line():
            yield where, Unread(where, "skipped", Reason.TOO_LARGE, "a line that is too long")
        elif isinstance(row, str):
            if not damage(stream):
                yield where, Unread(where, "failed", Reason.BAD_RECORD, row)
        elif names is None:
            names = [name.strip() for name in row]
        elif len(row) > len(names) and any(value.strip() for value in row[len(names) :]):
            yield where, Unread(where, "failed", Reason.BAD_RECORD, f"{len(row)} values for {len(names)} columns")
        elif any(row):
            yield where, _named(names, row)


def _named(names: list[str], row: list[str]) -> dict[str, str | None]:
    """The values of a row by their columns. The first of two columns of one name counts; a row may be too short."""
    values: dict[str, str | None] = {}
    for name, value in zip_longest(names, row[: len(names)]):
        values.setdefault(name, value)
    return values


class _Lines:
    """The lines of a file, one at a time; those of the row that is being read are held, to go back to."""

    def __init__(self, text: io.TextIOWrapper, limit: int) -> None:
        self._text = text
        self._limit = limit
        self._again: deque[str] = deque()
        self.held: list[str] = []
        self.number = 0

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else self._text.readline(self._limit)
        if not line:
            raise StopIteration
        self.held.append(line)
        self.number += 1
        return line

    def skip_long_line(self) -> bool:
        """Pass over the rest of a line that was not taken whole; whether it was one."""
        line = self.held[-1] if self.held else ""
        is_long = len(line) == self._limit and not line.endswith(("\n", "\r"))
        while is_long and line and not line.endswith(("\n", "\r")):
            line = self._text.readline(self._limit)
        return is_long

    def put_back(self, lines: list[str]) -> None:
        self._again.extendleft(reversed(lines))
        self.number -= len(lines)


def _next_row(lines: _Lines, delimiter: str) -> list[str] | str | None:
    """The values of the next row, a sentence on what is wrong with it, or None at the end."""
    try:
        return next(csv.reader(lines, delimiter=delimiter, strict=True), None)
    except csv.Error as strict_error:
        held = lines.held[:]
        # a stray quote inside a value is forgiven where the row ends on the same line
        reader = csv.reader(held[:1], delimiter=delimiter)
        try:
            row = next(reader, None)
            is_whole = row is not None and not _is_open(held[0], delimiter)
        except csv.Error:
            row, is_whole = None, False
        lines.put_back(held[1:])
        del lines.held[1:]
        return row if is_whole else str(strict_error)


def _is_open(line: str, delimiter: str) -> bool:
    """Whether the last value of a line begins with a quote that the line does not close."""
    try:
        next(csv.reader([line], delimiter=delimiter, strict=True), None)
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _encoding(head: bytes, charset: str | None) -> str:
    if charset:
        try:
            return codecs.lookup(charset).name
        except LookupError:
            pass
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return encoding
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "windows-1252"
    return "utf-8"


def _delimiter(line: str) -> str:
    """The delimiter that the line of column names has most of, outside quotes."""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(_DELIMITERS, key=bare.count)


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return [name.strip() for name in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return []
