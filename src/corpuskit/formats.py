"""Records on stdout: a table for people, and the machine formats of every command that prints records.

Machine formats are exact and never cut. A table is cut to the terminal, and characters that a terminal would obey are shown
instead of sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TextIO

RECORD_FORMATS = ("auto", "table", "json", "jsonl", "csv", "tsv")
FORMATS = (*RECORD_FORMATS, "ids")  # of records that are documents
TABLE_ROWS = 500  # a table is laid out in blocks of this many rows, so that memory does not grow with the result
_FILLER = "\u2800"  # a blank that tabulate keeps: it makes a column as wide in every block

# C0 and C1 controls, and what reorders or hides text on a terminal
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]")
_BREAKS = re.compile("[\t\r\n\x0b\x0c\x85\u2028\u2029]+")

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Output:
    """How records are printed: the format ("auto" is settled already), the fields, and the width of a table."""

    format: str
    fields: tuple[str, ...]
    width: int = 80
    null: bool = False  # with "ids": NUL behind each id instead of a line break


def write_records(records: Iterable[Record], output: Output, stream: TextIO) -> int:
    """Write the records; how many there were. Every format but "table" is written record by record."""
    writer = {
        "json": _write_json,
        "jsonl": _write_jsonl,
        "csv": _write_csv,
        "tsv": _write_tsv,
        "ids": _write_ids,
        "table": _write_table,
    }
    return writer[output.format](records, output, stream)


def visible(text: str) -> str:
    """The text with everything that a terminal would obey made visible."""
    return _UNSAFE.sub(lambda found: f"\\x{ord(found[0]):02x}" if ord(found[0]) < 256 else f"\\u{ord(found[0]):04x}", text)


def width_of(text: str) -> int:
    """How many columns a terminal needs for the text."""
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def cut(text: str, width: int) -> str:
    """The text in at most `width` columns, with an ellipsis where something went."""
    if width_of(text) <= width:
        return text
    used = 0
    for position, character in enumerate(text):
        used += _columns(character)
        if used > width - 1:
            return text[:position] + "…"
    return text


def _columns(character: str) -> int:
    from wcwidth import wcwidth  # here, because only a terminal needs it

    return max(0, wcwidth(character))


def cell(value: Any) -> str:
    """A value as one line of text: null is empty, lists are joined with a comma, line breaks and tabs are blanks."""
    if isinstance(value, str):
        return value if value.isprintable() else _BREAKS.sub(" ", value)  # what breaks a line is not printable
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return ",".join(cell(item) for item in value)
    if isinstance(value, Mapping):
        import json  # here and below, because `--help` needs none of them

        return json.dumps(value, ensure_ascii=False)
    return _BREAKS.sub(" ", str(value))


def _write_jsonl(records: Iterable[Record], output: Output, stream: TextIO) -> int:
    count = 0
    for record in records:
        stream.write(_json_line(record, output.fields) + "\n")
        count += 1
    return count


def _write_json(records: Iterable[Record], output: Output, stream: TextIO) -> int:
    count = 0
    stream.write("[")
    for record in records:
        stream.write((",\n" if count else "\n") + _json_line(record, output.fields))
        count += 1
    stream.write("\n]\n" if count else "]\n")
    return count


def _json_line(record: Record, fields: Sequence[str]) -> str:
    import json

    return json.dumps({name: record.get(name) for name in fields}, ensure_ascii=False, allow_nan=False)


def _write_csv(records: Iterable[Record], output: Output, stream: TextIO) -> int:
    count = 0
    import csv
    import io

    buffer = io.StringIO()
    rows = csv.writer(buffer, lineterminator="\n")
    quoted = csv.writer(buffer, lineterminator="\n", quoting=csv.QUOTE_ALL)
    rows.writerow(output.fields)
    for record in records:
        cells = [_csv_cell(record.get(name)) for name in output.fields]
        # a carriage return ends a row for those who read it, but the writer sees no need to quote it
        (quoted if any("\r" in text for text in cells) else rows).writerow(cells)
        stream.write(buffer.getvalue())
        buffer.seek(0)
        buffer.truncate()
        count += 1
    stream.write(buffer.getvalue())
    return count


def _csv_cell(value: Any) -> str:
    """CSV can hold line breaks, so text stays as it is."""
    return value if isinstance(value, str) else cell(value)


def _write_tsv(records: Iterable[Record], output: Output, stream: TextIO) -> int:
    count = 0
    for record in records:
        if not count:
            stream.write("\t".join(output.fields) + "\n")
        stream.write("\t".join([cell(record.get(name)) for name in output.fields]) + "\n")
        count += 1
    if not count:
        stream.write("\t".join(output.fields) + "\n")
    return count


def _write_ids(records: Iterable[Record], output: Output, stream: TextIO) -> int:
    count = 0
    for record in records:
        stream.write(f"{record['id']}{chr(0) if output.null else chr(10)}")
        count += 1
    return count


def _write_table(records: Iterable[Record], output: Output, stream: TextIO) -> int:
    import tabulate  # here, because only a terminal needs it; with wcwidth it measures as a terminal does

    tabulate.MIN_PADDING = 0  # the widths are settled here
    count = 0
    source = iter(records)
    widths: list[int] | None = None
    names = tuple(visible(name) for name in output.fields)
    while block := list(islice(source, TABLE_ROWS)):
        rows = [[visible(cell(record.get(name))) for name in output.fields] for record in block]
        is_first = widths is None
        widths = widths or _fit(names, rows, output.width)
        rows = [[cut(text, width) for text, width in zip(row, widths, strict=True)] for row in rows]
        alignment = ["right" if _is_number(block, name) else "left" for name in output.fields]
        heads = [
            cut(name, width).rjust(width, _FILLER) if side == "right" else cut(name, width).ljust(width, _FILLER)
            for name, width, side in zip(names, widths, alignment, strict=True)
        ]
        lines = tabulate.tabulate(rows, heads, "simple", disable_numparse=True, colalign=alignment).split("\n")
        lines[0] = lines[0].replace(_FILLER, " ")
        stream.writelines(cut(line.rstrip(), output.width) + "\n" for line in (lines if is_first else lines[2:]))
        count += len(block)
    return count


def _is_number(block: Sequence[Record], name: str) -> bool:
    values = [record.get(name) for record in block]
    return any(value is not None for value in values) and all(isinstance(value, (int, float, type(None))) for value in values)


def _fit(fields: Sequence[str], rows: Sequence[Sequence[str]], total: int) -> list[int]:
    """Column widths for a table of `total` columns: the widest columns give way first, none below its share of eight."""
    widths = [max(width_of(name), *(width_of(row[index]) for row in rows)) for index, name in enumerate(fields)]
    room = total - 2 * (len(fields) - 1)
    while sum(widths) > room:
        widest = max(range(len(widths)), key=lambda index: widths[index])
        if widths[widest] <= 8:
            break
        second = max((width for index, width in enumerate(widths) if index != widest), default=0)
        widths[widest] = max(8, min(widths[widest] - 1, max(second, widths[widest] - (sum(widths) - room))))
    return widths
