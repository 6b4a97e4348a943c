"""Querying: the answer to a user's own SQL, as records. It can read the corpus and do nothing else."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from corpuskit.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpuskit.store.store import Store

SECONDS = 30.0


def query(store: Store, statement: str, *, seconds: float = SECONDS) -> tuple[tuple[str, ...], Iterator[dict[str, Any]]]:
    """The columns and the records of one SQL statement, each record as soon as it is found.

    Raises UsageError where the SQL is wrong, does more than read, or computes for longer than `seconds`.
    """
    names, rows = store.database.user_rows(statement, seconds=seconds)
    if not names:
        raise UsageError("SQL: nothing is asked", hint="SELECT id, title FROM documents_view")
    columns = distinct([" ".join(name.split()) for name in names])  # an expression without a name is called by its own text
    return columns, ({name: plain(value) for name, value in zip(columns, row, strict=True)} for row in rows)


def distinct(names: Sequence[str]) -> tuple[str, ...]:
    """The names, each once: one that stood before gets the first free number from _2 on."""
    taken = set(names)
    found: dict[str, None] = {}
    for name in names:
        number, own = 2, name
        if name in found:
            while (own := f"{name}_{number}") in taken:
                number += 1
            taken.add(own)
        found[own] = None
    return tuple(found)


def plain(value: Any) -> Any:
    """A value that every format can hold: bytes as SQL writes them, x'0a0b', and what is no finite number as a word."""
    if isinstance(value, bytes):
        return f"x'{value.hex()}'"
    if isinstance(value, float) and not math.isfinite(value):
        return "Infinity" if value > 0 else "-Infinity"
    return value
