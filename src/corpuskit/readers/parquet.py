"""Parquet: one page a row, read in small batches, only the columns that can matter. Needs the optional package
pyarrow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any, BinaryIO

from corpuskit.documents import RawPage, Unread
from corpuskit.readers.archives import seekable
from corpuskit.readers.options import ReadOptions
from corpuskit.readers.tables import Row, pages_from_rows, wanted_columns
from corpuskit.reasons import Reason

_BATCH = 64  # rows in memory at a time


def read(stream: BinaryIO, location: str, options: ReadOptions) -> Iterator[RawPage | Unread]:
    """Pages of a Parquet file. Raises UsageError where no column can hold a page."""
    try:
        import pyarrow
    except ImportError:
        yield Unread(location, "failed", Reason.MISSING_PACKAGE, "pyarrow: pip install 'corpuskit[parquet]'")
        return
    file = seekable(stream, options.max_size)
    if file is None:
        yield Unread(
            location, "skipped", Reason.TOO_LARGE, f"a Parquet file of more than {options.max_size} bytes inside a stream"
        )
        return
    try:
        yield from pages_from_rows(_rows(file, location, options), location, options)
    except (pyarrow.ArrowException, OSError) as error:
        yield Unread(location, "failed", Reason.DAMAGED, f"Parquet: {str(error).splitlines()[0][:200]}")


def _rows(file: BinaryIO, location: str, options: ReadOptions) -> Iterator[Row]:
    from pyarrow import parquet

    table = parquet.ParquetFile(file)
    present = table.schema_arrow.names
    columns = [name for name in present if name in wanted_columns(options)]
    number = 0
    for batch in table.iter_batches(batch_size=_BATCH, columns=columns or present, use_threads=False):
        for values in batch.to_pylist():
            number += 1
            yield f"{location}#{number}", _plain(values)


def _plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a row with moments as text, as JSON would have them."""
    return {
        name: value.isoformat() if isinstance(value, (date, datetime)) else _plain(value) if isinstance(value, Mapping) else value
        for name, value in values.items()
    }
