"""Sorting more than fits into memory: runs are sorted one by one, written to a temporary file, and merged from there.

The file has no name, so that nothing is left of it however the process ends. Pure: it knows nothing of what it sorts.
"""

from __future__ import annotations

import pickle
from heapq import merge
from operator import itemgetter
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Value = TypeVar("Value")

RUN_BYTES = 32 * 1024 * 1024  # of keys and values that are in memory while a run is made
_FRAME = 64  # items that are read at once while the runs are merged
_OVERHEAD = 150  # bytes that an item takes besides its key and value

_Item = tuple[bytes, bytes]  # the key, and the value packed
_Run = list[tuple[int, int]]  # place and size of its frames in the file


def sorted_by_key(items: Iterable[tuple[bytes, Value]], *, reverse: bool = False, run_bytes: int = RUN_BYTES) -> Iterator[Value]:
    """The values in the order of their keys; what has the same key stays in its order. Memory does not grow with the items."""
    # what is unpacked was packed here a moment ago, in a file that no other process can open
    for _, packed in _sorted(_packed(items), reverse=reverse, run_bytes=run_bytes):
        yield pickle.loads(packed)  # noqa: S301


def _packed(items: Iterable[tuple[bytes, object]]) -> Iterator[_Item]:
    return ((key, pickle.dumps(value, pickle.HIGHEST_PROTOCOL)) for key, value in items)


def _sorted(items: Iterable[_Item], *, reverse: bool, run_bytes: int) -> Iterator[_Item]:
    key = itemgetter(0)
    with TemporaryFile(prefix="corpuskit-") as file:
        runs: list[_Run] = []
        waiting: list[_Item] = []
        size = 0
        for item in items:
            waiting.append(item)
            size += len(item[0]) + len(item[1]) + _OVERHEAD
            if size > run_bytes:
                waiting.sort(key=key, reverse=reverse)
                runs.append(_write(waiting, file))
                waiting, size = [], 0
        waiting.sort(key=key, reverse=reverse)
        yield from merge(*(_read(run, file) for run in runs), waiting, key=key, reverse=reverse)


def _write(items: list[_Item], file: IO[bytes]) -> _Run:
    run: _Run = []
    for start in range(0, len(items), _FRAME):
        frame = pickle.dumps(items[start : start + _FRAME], pickle.HIGHEST_PROTOCOL)
        run.append((file.seek(0, 2), len(frame)))
        file.write(frame)
    return run


def _read(run: _Run, file: IO[bytes]) -> Iterator[_Item]:
    for place, size in run:
        file.seek(place)
        yield from pickle.loads(file.read(size))  # noqa: S301
