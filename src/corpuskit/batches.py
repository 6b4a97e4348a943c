"""Batches of bounded time and size: work is saved before it is reported, and an interruption costs a second's work at most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from time import monotonic
from typing import TypeVar

Item = TypeVar("Item")

MOST_ITEMS = 200
MOST_SECONDS = 1.0
MOST_BYTES = 8 * 1024 * 1024  # what is hashed and compressed soon after it was read is still in the processor's cache


def batches(items: Iterable[Item], size_of: Callable[[Item], int] = lambda _: 0) -> Iterator[list[Item]]:
    """The items in batches of at most 200 items, 8 MB (by `size_of`) or a second; what came before an error is not lost."""
    batch: list[Item] = []
    size, since = 0, monotonic()
    try:
        for item in items:
            batch.append(item)
            size += size_of(item)
            if len(batch) >= MOST_ITEMS or size >= MOST_BYTES or monotonic() - since >= MOST_SECONDS:
                yield batch
                batch, size, since = [], 0, monotonic()
    except Exception:
        if batch:
            yield batch
        raise
    if batch:
        yield batch
