"""Batches: every item once and in order, within the limits, and nothing lost before an error."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.batches import MOST_BYTES, MOST_ITEMS, batches


@given(st.lists(st.integers(0, 2 * MOST_BYTES), max_size=3 * MOST_ITEMS))
def test_batches_are_the_items_within_the_limits(sizes: list[int]) -> None:
    found = list(batches(sizes, lambda size: size))
    assert [size for batch in found for size in batch] == sizes
    assert all(0 < len(batch) <= MOST_ITEMS for batch in found)
    assert all(sum(batch[:-1]) < MOST_BYTES for batch in found), "it ends with the item that fills it"


@given(st.integers(0, 2 * MOST_ITEMS))
def test_what_came_before_an_error_is_not_lost(count: int) -> None:
    def items() -> Iterator[int]:
        yield from range(count)
        raise ValueError

    seen: list[int] = []
    with pytest.raises(ValueError):
        for batch in batches(items()):
            seen += batch
    assert seen == list(range(count))
