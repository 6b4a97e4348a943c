"""Paragraphs: one on each line, or parted by blank lines, as the text itself has it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.writers.paragraphs import paragraphs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\t\n", []),
        ("one", [["one"]]),
        ("one\ntwo", [["one"], ["two"]]),
        ("one\ntwo\n\nthree", [["one", "two"], ["three"]]),
        ("one\n \t\n\n\ntwo\nthree", [["one"], ["two", "three"]]),
        ("one\u2028two", [["one\u2028two"]]),
    ],
)
def test_examples(text: str, expected: list[list[str]]) -> None:
    assert paragraphs(text) == expected


@given(st.text(st.sampled_from("ab \t\n\n\n\r\u2028\u3000")))
def test_nothing_but_white_space_is_lost_and_nothing_is_blank(text: str) -> None:
    found = paragraphs(text)
    assert "".join("".join(line for lines in found for line in lines).split()) == "".join(text.split())
    assert all(line.strip() for lines in found for line in lines)
    assert all("\n" not in line for lines in found for line in lines)
