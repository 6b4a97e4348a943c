"""Exports: which documents were handed on, so that somebody who has to call them back knows where they are."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import sub
from sys import byteorder

from corpuskit.readers.files import show_path
from corpuskit.store.database import Database
from corpuskit.store.runs import now
from corpuskit.zstd import zstd_module

_INSERT = "INSERT INTO exports (exported_at, arguments, path, documents, ids) VALUES (?, ?, ?, ?, ?)"
_SELECT = "SELECT id, exported_at, arguments, path, documents, ids FROM exports ORDER BY id"


@dataclass(frozen=True, slots=True)
class Export:
    """One export, and those of the documents in question that it holds."""

    id: int
    exported_at: str
    path: str
    arguments: tuple[str, ...]
    documents: int  # in all
    holds: tuple[int, ...]


class Exports:
    """The exports of a corpus. Methods that write expect a transaction around them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, arguments: Sequence[str], path: str, ids: Iterable[int]) -> None:
        """Record what was written to a path."""
        distinct = sorted(set(ids))
        row = (now(), json.dumps(list(arguments)), show_path(path), len(distinct), pack_ids(distinct))
        self._database.execute(_INSERT, row)

    def holding(self, document_ids: Iterable[int]) -> Iterator[Export]:
        """The exports that hold at least one of these documents, oldest first."""
        wanted = frozenset(document_ids)
        for row in self._database.rows(_SELECT):
            if held := wanted.intersection(unpack_ids(row["ids"])):
                yield Export(
                    row["id"], row["exported_at"], row["path"], tuple(json.loads(row["arguments"])), row["documents"],
                    tuple(sorted(held)),
                )  # fmt: skip


def pack_ids(ids: Sequence[int]) -> bytes:
    """Rising ids in few bytes: the steps between them, as 64-bit numbers, lowest byte first, in a Zstandard frame."""
    steps = array("q", map(sub, ids, (0, *ids[:-1]))) if ids else array("q")
    if byteorder == "big":
        steps.byteswap()
    frame: bytes = zstd_module().compress(steps.tobytes())
    return frame


def unpack_ids(packed: bytes) -> list[int]:
    """The ids that were packed. Raises ValueError where these bytes are none."""
    zstd = zstd_module()
    try:
        steps = array("q", zstd.decompress(packed))
    except zstd.ZstdError as error:
        raise ValueError(str(error)) from None
    if byteorder == "big":
        steps.byteswap()
    return list(accumulate(steps))
