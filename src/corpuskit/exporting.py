"""Exporting: the records of a selection into a stream, a file or a folder, whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from corpuskit.errors import UsageError
from corpuskit.formats import Output, write_records
from corpuskit.progress import Advance, silent
from corpuskit.record import RECORD_FIELDS
from corpuskit.store.store import Store
from corpuskit.targets import check_target, whole
from corpuskit.writers.parquet import write_parquet
from corpuskit.writers.text import write_text, write_text_folder

SIDE = "split"  # the field that names a side, and its place in the name of a file
FORMATS = ("jsonl", "csv", "tsv", "text", "parquet")
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet runs

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


def export_to_stream(store: Store, ids: Sequence[int], options: ExportOptions, stream: TextIO, advance: Advance = silent) -> int:
    """Write the documents to a stream; how many there were. Raises UsageError for Parquet, which needs a file."""
    if options.format == "parquet":
        raise UsageError("parquet needs a file", hint="name it: -o corpus.parquet")
    if options.format == "text":
        return write_text(_records(store, ids, ("id", "text"), options, advance), stream, options.separator)
    records = _records(store, ids, options.fields, options, advance)
    return write_records(records, Output(options.format, options.fields), stream)


def export_to_path(store: Store, ids: Sequence[int], options: ExportOptions, target: Path, advance: Advance = silent) -> int:
    """Write the documents to a file, or as texts to a folder; how many there were.

    It appears under its name only when it is whole. Raises UsageError where the target exists, unless `force`; the corpus
    itself is never overwritten.
    """
    check_target(target, store.path, force=options.force, is_folder=options.format == "text")
    with whole(target) as partial:
        if options.format == "parquet":
            count = write_parquet(_records(store, ids, options.fields, options, advance), options.fields, partial)
        elif options.format == "text":
            fields = ("id", "title", "date", "language", "url", "source", "location", "text")
            count = write_text_folder(_records(store, ids, fields, options, advance), partial)
        else:
            with partial.open("w", encoding="utf-8", newline="\n", errors="backslashreplace") as stream:
                count = export_to_stream(store, ids, options, stream, advance)
                stream.flush()
                os.fsync(stream.fileno())
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


def _records(store: Store, ids: Sequence[int], fields: Sequence[str], options: ExportOptions, advance: Advance) -> Records:
    safe = _spreadsheet_safe if options.csv_safe else None
    columns = fields if SIDE not in fields else ("id", *(name for name in fields if name != SIDE))
    for done, record in enumerate(store.documents.records(ids, columns), start=1):
        advance(done, len(ids))
        if options.sides is not None and SIDE in fields:
            record[SIDE] = options.sides[record["id"]]
        yield _mapped(record, safe) if safe else record


def _mapped(record: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    return {name: change(value) if isinstance(value, str) else value for name, value in record.items()}


def _spreadsheet_safe(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA_STARTS) else value
