"""Exporting: the records of a selection into a stream, a file or a folder, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from corpuskit.errors import CorpusError, UsageError
from corpuskit.formats import Output, write_records
from corpuskit.progress import Advance, silent
from corpuskit.record import RECORD_FIELDS
from corpuskit.store.database import Database
from corpuskit.store.store import Store
from corpuskit.targets import check_target, whole
from corpuskit.writers import tei, vertical
from corpuskit.writers.parquet import write_parquet
from corpuskit.writers.text import write_text, write_text_folder

SIDE = "split"  # the field that names a side, and its place in the name of a file
FORMATS = ("jsonl", "csv", "tsv", "text", "parquet", "tei", "vertical")
_MARKED_UP = ("tei", "vertical")  # texts with a head, for which the fields are
_USUAL_FIELDS = {"tei": tei.USUAL_FIELDS, "vertical": vertical.USUAL_FIELDS}
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet runs

STDOUT = "-"  # as the path of an export
_PATIENCE = 3000  # milliseconds that an export which is done already waits for others to be recorded

Records = Iterator[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ExportOptions:
    """What is written and how."""

    format: str = "jsonl"
    fields: tuple[str, ...] = RECORD_FIELDS
    separator: str = "\f"  # between two texts in one stream
    csv_safe: bool = False  # a cell that a spreadsheet would run gets an apostrophe before it
    force: bool = False  # overwrite
    sides: Mapping[int, str] | None = None  # of each document; the field `split`, or one file for each
    handed: dict[str, list[int]] = field(default_factory=dict)  # the documents that were written, by absolute path

    def __post_init__(self) -> None:
        if self.csv_safe and self.format in _MARKED_UP:
            raise UsageError(f"--csv-safe is for cells of a table: {self.format} has none")


def usual_fields(format_: str) -> tuple[str, ...]:
    """The fields that a format tells unless others are asked for."""
    return _USUAL_FIELDS.get(format_, RECORD_FIELDS)


def export_to_stream(store: Store, ids: Sequence[int], options: ExportOptions, stream: TextIO, advance: Advance = silent) -> int:
    """Write the documents to a stream; how many there were. Raises UsageError for Parquet, which needs a file."""
    if options.format == "parquet":
        raise UsageError("parquet needs a file", hint="name it: -o corpus.parquet")
    written = options.handed.setdefault(STDOUT, [])
    count = _write_stream(_records(store, ids, _stream_fields(options), options, advance, written), options, stream)
    stream.flush()
    return count


def _stream_fields(options: ExportOptions) -> Sequence[str]:
    """What is read of each document."""
    if options.format == "text":
        return ("id", "text")
    return (*_head_fields(options), "lead", "text") if options.format in _MARKED_UP else options.fields


def _head_fields(options: ExportOptions) -> Sequence[str]:
    """The fields above a text: the id, by which others refer to it, and those that were asked for, once each."""
    return [name for name in dict.fromkeys(("id", *options.fields)) if name != "text"]


def _write_stream(records: Records, options: ExportOptions, stream: TextIO) -> int:
    if options.format == "text":
        return write_text(records, stream, options.separator)
    if options.format == "tei":
        return tei.write_tei(records, _head_fields(options), stream)
    if options.format == "vertical":
        return vertical.write_vertical(records, _head_fields(options), stream)
    return write_records(records, Output(options.format, options.fields), stream)


def export_to_path(store: Store, ids: Sequence[int], options: ExportOptions, target: Path, advance: Advance = silent) -> int:
    """Write the documents to a file, or as texts to a folder; how many there were.

    It appears under its name only when it is whole. Raises UsageError where the target exists, unless `force`; the corpus
    itself is never overwritten.
    """
    check_target(target, store.path, force=options.force, is_folder=options.format == "text")
    written: list[int] = []
    with whole(target) as partial:
        if options.format == "parquet":
            count = write_parquet(_records(store, ids, options.fields, options, advance, written), options.fields, partial)
        elif options.format == "text":
            fields = ("id", "title", "date", "language", "url", "source", "location", "text")
            count = write_text_folder(_records(store, ids, fields, options, advance, written), partial)
        else:
            with partial.open("w", encoding="utf-8", newline="\n", errors="backslashreplace") as stream:
                count = _write_stream(_records(store, ids, _stream_fields(options), options, advance, written), options, stream)
                stream.flush()
                os.fsync(stream.fileno())
    options.handed[str(target.absolute())] = written
    return count


def export_sides(
    store: Store, ids: Sequence[int], options: ExportOptions, target: str, names: Sequence[str], advance: Advance = silent
) -> dict[str, int]:
    """Write each side of a split to a path of its own, `{split}` in the target being its name; how many documents each has.

    No file is written unless all can be. A side without documents is an empty file.
    """
    assert options.sides is not None
    targets = {name: Path(target.replace(f"{{{SIDE}}}", name)) for name in names}
    for path in targets.values():
        check_target(path, store.path, force=options.force, is_folder=options.format == "text")
    counts = {}
    for name, path in targets.items():
        mine = [document_id for document_id in ids if options.sides[document_id] == name]
        counts[name] = export_to_path(store, mine, options, path, advance)
    return counts


def record_exports(path: Path, arguments: Sequence[str], options: ExportOptions) -> str | None:
    """Record in the corpus what went where; why that could not be done, or None.

    The corpus was opened for reading only; this opens it for writing for a moment. An export is none the worse where that fails.
    """
    done = {target: ids for target, ids in options.handed.items() if ids}
    if not done:
        return None
    try:
        with Store(Database.open(path, write=True, wal=False)) as store:
            store.database.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
            with store.transaction():
                for target, ids in done.items():
                    store.exports.add(arguments, target, ids)
    except CorpusError as error:
        return str(error)
    return None


def _records(
    store: Store, ids: Sequence[int], fields: Sequence[str], options: ExportOptions, advance: Advance, written: list[int]
) -> Records:
    safe = _spreadsheet_safe if options.csv_safe else None
    columns = ("id", *(name for name in fields if name != SIDE))
    for done, record in enumerate(store.documents.records(ids, columns), start=1):
        advance(done, len(ids))
        if options.sides is not None and SIDE in fields:
            record[SIDE] = options.sides[record["id"]]
        written.append(record["id"])
        yield _mapped(record, safe) if safe else record


def _mapped(record: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    return {name: change(value) if isinstance(value, str) else value for name, value in record.items()}


def _spreadsheet_safe(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
