"""Columns and values of a user's SQL, as every format can hold them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.querying import distinct, plain

NAMES = st.lists(st.sampled_from(["a", "a_2", "a_3", "b", "", "a_2_2"]) | st.text(max_size=3), max_size=12)


@given(NAMES)
def test_every_column_has_a_name_of_its_own(names: list[str]) -> None:
    found = distinct(names)
    assert len(found) == len(names) == len(set(found))
    for place, name in enumerate(names):
        if name not in names[:place]:
            assert found[place] == name, "the first one keeps its name"
        else:
            assert found[place].startswith(f"{name}_")


def test_a_second_column_is_called_2_unless_one_is_already() -> None:
    assert distinct(["id", "id", "id"]) == ("id", "id_2", "id_3")
    assert distinct(["id", "id", "id_2"]) == ("id", "id_3", "id_2")


@given(st.none() | st.integers(-(2**63), 2**63 - 1) | st.floats() | st.text() | st.binary())
def test_every_value_can_be_written(value: object) -> None:
    written = plain(value)
    json.dumps(written, allow_nan=False)
    if isinstance(value, bytes):
        assert bytes.fromhex(written[2:-1]) == value


@pytest.mark.parametrize(("value", "written"), [(b"\n\x0b", "x'0a0b'"), (b"", "x''"), (float("-inf"), "-Infinity"), (1.5, 1.5)])
def test_bytes_are_written_as_sql_does(value: object, written: object) -> None:
    assert plain(value) == written
