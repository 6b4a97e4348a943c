"""Contexts are exact pieces of the text, of so many words or characters, however they are looked for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit import tokens
from corpuskit.contexts import LONGEST_WORD, NEIGHBOURS, Contexts, Window, sort_key
from corpuskit.folded_texts import Folding

PIECES = ["a", "bc", "Été", "手机", "ที่", "ñ", "́", "🤔", "1️⃣", " ", " ", ". ", "\n\n", "«", "don't", "\u200b", "ب"]
texts = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@given(texts, st.integers(0, 40), st.integers(0, 5), st.integers(0, 4))
def test_a_context_holds_so_many_words_and_ends_with_a_whole_one(text: str, place: int, length: int, size: int) -> None:
    start, end = min(place, len(text)), min(place + length, len(text))
    low, high = Contexts(text, Window(size)).around(start, end)
    assert 0 <= low <= start <= end <= high <= len(text)
    for part, all_of_it in ((text[low:start], text[:start]), (text[end:high], text[end:])):
        if tokens.has_characters(text) == tokens.has_characters(part or all_of_it):
            found = [*tokens.characters(part)] if tokens.has_characters(text) else [*tokens.words(part)]
            there = [*tokens.characters(all_of_it)] if tokens.has_characters(text) else [*tokens.words(all_of_it)]
            assert len(found) == min(size, len(there))
    if not size:
        assert (low, high) == (start, end)


@given(texts, st.integers(0, 40), st.integers(0, 5), st.integers(0, 4))
def test_a_folded_text_has_the_same_contexts(text: str, place: int, length: int, size: int) -> None:
    start, end = min(place, len(text)), min(place + length, len(text))
    slow, fast = Contexts(text, Window(size)), Contexts(text, Window(size), Folding([]).fold(text))
    assert slow.around(start, end) == fast.around(start, end)
    assert slow.words_before(start) == fast.words_before(start)
    assert slow.words_after(end) == fast.words_after(end)


@given(texts, st.integers(0, 40), st.integers(0, 40))
def test_characters_are_counted_exactly(text: str, place: int, size: int) -> None:
    place = min(place, len(text))
    low, high = Contexts(text, Window(size, "characters")).around(place, place)
    assert (low, high) == (max(0, place - size), min(len(text), place + size))


def test_a_word_without_an_end_does_not_fill_the_memory() -> None:
    text = "x" * 100_000 + " node " + "y" * 100_000
    low, high = Contexts(text, Window(3)).around(100_001, 100_005)
    assert high - low <= 6 * LONGEST_WORD + 4


def test_the_neighbours_are_told_from_the_node_outwards() -> None:
    contexts = Contexts("One, two three NODE four (five) six", Window())
    assert contexts.words_before(15) == ["three", "two", "One"]
    assert contexts.words_after(19) == ["four", "five", "six"]
    assert len(Contexts("a " * 50, Window()).words_before(60)) == NEIGHBOURS


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ([], ["a"]),
        (["a"], ["a", "b"]),
        (["a", "z"], ["ab"]),
        (["Zoo"], ["zoom"]),
        (["école"], ["zoo"]),
        (["ecole"], ["école"]),
        (["a", "b"], ["B"]),
    ],
)
def test_words_are_ordered_by_letters(first: list[str], then: list[str]) -> None:
    assert sort_key(first) < sort_key(then)


def test_case_does_not_order() -> None:
    assert sort_key(["Straße", "A"]) == sort_key(["STRASSE".replace("SS", "ß"), "a"])
