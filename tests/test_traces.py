"""What is known of a text is found again wherever it stands, and nothing else is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.traces import MOST, PASSAGE, SHORTEST, STEP, Finder, passages, quoted

LONG = " ".join(f"sentence {number} tells of river {number * 7919 % 1000}" for number in range(400)).encode()


@settings(deadline=None)  # the first search loads numpy
@given(st.binary(min_size=SHORTEST, max_size=100), st.binary(max_size=60), st.binary(max_size=60))
def test_a_run_is_found_wherever_it_stands(run: bytes, before: bytes, after: bytes) -> None:
    assert Finder([run]).in_bytes(before + run + after) == {0}


@settings(deadline=None)  # the first search loads numpy
@given(st.lists(st.binary(min_size=SHORTEST, max_size=50), min_size=1, max_size=8), st.binary(max_size=200))
def test_what_is_found_is_there(runs: list[bytes], content: bytes) -> None:
    assert Finder(runs).in_bytes(content) == {number for number, run in enumerate(runs) if run in content}


@settings(deadline=None)  # the first search loads numpy
@given(st.integers(0, len(LONG) - PASSAGE - STEP))
def test_any_stretch_of_a_text_holds_one_of_its_passages(start: int) -> None:
    stretch = LONG[start : start + PASSAGE + STEP]
    assert any(passage in stretch for passage in passages(LONG, 10_000))


def test_passages_of_a_long_value_are_spread_over_it() -> None:
    few = list(passages(LONG, 10))
    assert len(few) == 10
    places = [LONG.index(passage) for passage in few]
    assert places[0] < len(LONG) / 10
    assert places[-1] > len(LONG) * 8 / 10


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (b"", 0),
        (b"too short", 0),
        (b"Page not found", 1),
        (b"-" * 200, 0),
        (b" " * 100 + b"\n" * 100, 0),
        (LONG * 100, MOST),
    ],
)
def test_what_tells_nothing_is_no_passage(value: bytes, count: int) -> None:
    assert len(list(passages(value))) == count


@pytest.mark.parametrize("size", [1000, 8 * 1024 * 1024 - 20, 8 * 1024 * 1024, 8 * 1024 * 1024 + 3, 17 * 1024 * 1024])
def test_a_file_is_searched_across_its_blocks(tmp_path: Path, size: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(bytes(size) + LONG + bytes(100))
    runs = list(passages(LONG))
    absent = b"this sentence stands nowhere in that file"
    found = Finder([*runs, absent]).in_file(path)
    assert found == {number: size + LONG.index(run) for number, run in enumerate(runs)}


@pytest.mark.parametrize(
    ("argument", "is_quoted"),
    [
        ('"the ferry crossed the river every morning"', True),
        ("THE FERRY, crossed -- the river!", True),
        ("title = 'The ferry crossed the river' AND words > 3", True),
        ("ferry", False),
        ("--match", False),
        ("the ferry sank in the river", False),
        ("渡船每天早上过河", True),
        ("渡船", False),
        ("", False),
    ],
)
def test_an_argument_that_quotes_a_text_is_known(argument: str, is_quoted: bool) -> None:
    texts = ["Every day the ferry crossed the river every morning before the market.", "渡船每天早上过河。市场开放。"]
    assert quoted(["list", argument], texts) == ({1} if is_quoted else set())
