"""Sorting through a file gives what sorting in memory gives, and leaves nothing behind."""

from __future__ import annotations

import os
import tempfile
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.external_sort import sorted_by_key

items = st.lists(st.tuples(st.binary(max_size=3), st.one_of(st.integers(), st.text(max_size=4), st.none())), max_size=60)


@given(items, st.booleans(), st.sampled_from([1, 400, 1 << 20]))
def test_it_is_the_order_of_a_stable_sort(found: list[tuple[bytes, object]], reverse: bool, run_bytes: int) -> None:
    expected = [value for _, value in sorted(found, key=lambda item: item[0], reverse=reverse)]
    assert list(sorted_by_key(found, reverse=reverse, run_bytes=run_bytes)) == expected


def test_memory_is_that_of_a_run() -> None:
    tracemalloc.start()
    for value in sorted_by_key(((os.urandom(8), "x" * 400) for _ in range(20_000)), run_bytes=1_000_000):
        assert value
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000  # all of them are ten


def test_no_file_is_left_where_the_reader_stops(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    values = sorted_by_key(((bytes([n % 7]), n) for n in range(500)), run_bytes=1_000)
    assert next(values) == 0
    assert not list(tmp_path.iterdir())
    values.close()  # type: ignore[attr-defined]
