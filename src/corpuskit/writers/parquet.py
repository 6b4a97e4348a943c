"""Parquet, with an explicit schema: a reader that guesses types from the first rows must not lose the later ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from corpuskit.extras import check_installed

_ROWS = 1_000  # in one row group
_INTEGERS = {"id", "words", "characters", "duplicate_of"}


def write_parquet(records: Iterable[Mapping[str, Any]], fields: Sequence[str], path: Path) -> int:
    """Write the records; how many there were. Raises UsageError where pyarrow is not installed."""
    check_installed("pyarrow", "parquet")
    import pyarrow
    from pyarrow import parquet

    schema = pyarrow.schema([(name, _type(pyarrow, name)) for name in fields])
    count = 0
    source = iter(records)
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while block := list(islice(source, _ROWS)):
            columns = [[record[name] for record in block] for name in fields]
            writer.write_table(pyarrow.table(columns, schema=schema))
            count += len(block)
    return count


def _type(pyarrow: Any, name: str) -> Any:
    if name in _INTEGERS:
        return pyarrow.int64()
    return pyarrow.list_(pyarrow.string()) if name == "tags" else pyarrow.string()
