"""Ids come out of their packing as they went in, in few bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.store.exports import pack_ids, unpack_ids
from corpuskit.store.store import Store


@given(st.sets(st.integers(1, 2**62)).map(sorted))
def test_ids_come_out_as_they_went_in(ids: list[int]) -> None:
    assert unpack_ids(pack_ids(ids)) == ids


def test_many_ids_take_few_bytes() -> None:
    assert len(pack_ids(range(1, 100_001))) < 1_000
    assert len(pack_ids(range(1, 1_000_000, 7))) < 10_000


@pytest.mark.parametrize("packed", [b"", b"x", pack_ids([1, 2, 3])[:-1], b"\x28\xb5\x2f\xfd"])
def test_what_was_never_packed_is_refused(packed: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        unpack_ids(packed)


def test_exports_are_found_by_what_they_hold(writing: Store) -> None:
    with writing.transaction():
        writing.exports.add(["export"], "-", [3, 1, 3])
        writing.exports.add(["export", "-o", "x\udcff"], "/x\udcff", [2])
    assert [(one.path, one.holds, one.documents) for one in writing.exports.holding([1, 2, 3])] == [
        ("-", (1, 3), 2), ("/x%FF", (2,), 1),
    ]  # fmt: skip
    assert [one.holds for one in writing.exports.holding([2, 5])] == [(2,)]
    assert list(writing.exports.holding([5])) == []
