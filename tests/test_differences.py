"""Differences: what is shown differs, what is not shown does not, and no text is too much."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpuskit.differences import MOST_SHOWN, differences

sentences = st.lists(
    st.sampled_from(("The river rose.", "Nobody came.", "A ferry left at noon, slowly.", "渡船每天早上过河。", "???")),
    max_size=12,
)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


@given(sentences, st.booleans())
def test_texts_with_the_same_words_do_not_differ(found: list[str], upper: bool) -> None:
    text = " ".join(found)
    assert differences(text, (text.upper() if upper else text).replace(" ", "  "), 10) == ([], False)


@example(["The river rose."] * 11, ["Nobody came."])
@given(sentences, sentences)
def test_texts_with_other_words_do_and_what_is_shown_stands_in_its_text(one: list[str], other: list[str]) -> None:
    first, second = "\n".join(one), "\n".join(other)
    found, is_more = differences(first, second, 1000)
    assert not is_more
    if words(first) != words(second):
        assert found
    for difference in found:
        own = " ".join((first if difference.side == "-" else second).split())
        pieces = difference.text.removeprefix("… ").removesuffix(" …").split(" … ")  # the middle of a long one is left out
        assert all(piece in own for piece in pieces)


def test_of_a_passage_only_what_differs_is_shown_with_a_few_words_around() -> None:
    text = "On a cold morning in March the old ferry left the landing stage with forty people and a cow."
    found, _ = differences(f"Before.\n{text}\nBehind.", f"Before.\n{text.replace('forty', 'fifty')}\nBehind.", 10)
    assert [difference.side for difference in found] == ["-", "+"]
    assert "forty" in found[0].text
    assert "fifty" in found[1].text
    assert all(len(difference.text) < 70 and "Before" not in difference.text for difference in found)


def test_in_scripts_without_blanks_characters_are_told_apart() -> None:
    found, _ = differences("渡船每天早上过河，人们等待了很久，然后回家。", "渡船每天晚上过河，人们等待了很久，然后回家。", 10)
    assert [difference.side for difference in found] == ["-", "+"]
    assert "早" in found[0].text
    assert "回家" not in found[0].text


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a. " * 400_000, "b. " * 400_000),
        ("x " * 600_000, "y " * 600_000),
        ("漢" * 400_000, "字" * 400_000),
        ("\n".join(map(str, range(20_000))), "\n".join(map(str, range(20_000, 40_000)))),
        ("." * 1_000_000, ""),
    ],
)
def test_what_is_shown_of_huge_texts_is_bounded(one: str, other: str) -> None:
    found, is_more = differences(one, other, 20)
    assert len(found) <= 20
    assert is_more or found
    assert all(len(difference.text) <= MOST_SHOWN + 10 for difference in found)
