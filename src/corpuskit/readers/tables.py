"""Rows with names become pages: what JSON, CSV and Parquet have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain, islice
from typing import Any

from corpuskit.documents import RawPage, Unread
from corpuskit.errors import UsageError
from corpuskit.readers.options import ReadOptions
from corpuskit.readers.records import GUESSES, TELLING, has_content_field, page_from_record

Row = tuple[str, Mapping[str, Any] | Unread]  # the location of a row, and its values or why it has none
_HOLDER = {"column": "column", "key": "field"}
_LAYOUT_SAMPLE = 20  # rows that are looked at before a table is called one of unknown layout


def pages_from_rows(rows: Iterator[Row], location: str, options: ReadOptions, of: str = "column") -> Iterator[RawPage | Unread]:
    """The page of each row. Raises UsageError where no name can be that of a page; `of` says what a name is called there."""
    sample = list(islice(rows, _LAYOUT_SAMPLE))
    records = [values for _, values in sample if isinstance(values, Mapping)]
    if records and not any(has_content_field(record, options.fields) for record in records):
        columns = ", ".join(dict.fromkeys(str(column) for record in records for column in record))
        raise UsageError(
            f"{location}: no {_HOLDER[of]} holds a page: the {of}s are: {columns[:300]}",
            hint="name it: --field text={0}, --field html={0} or --field clean_text={0}".format(of.upper()),
        )
    for where, values in chain(sample, rows):
        yield values if isinstance(values, Unread) else page_from_record(values, where, options)


def wanted_columns(options: ReadOptions) -> set[str]:
    """The columns that a page could be made of, by what the user named and by what is guessed, and those that tell about it."""
    paths = chain(options.fields.values(), TELLING, *GUESSES.values())
    return {part for path in paths for part in (path, path.partition(".")[0])}
