"""The count of words: one rule for every script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.extract.words import count_words, word_pattern
from corpuskit.vocabulary import word_places


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("... – !", 0),
        ("two words", 2),
        ("don't", 2),
        ("multi-agent", 2),
        ("a_b", 2),
        ("3.14", 2),
        ("déjà vu", 2),
        ("de\u0301ja\u0300 vu", 2),  # the same with combining marks
        ("हिन्दी में लिखा", 3),
        ("می\u200cخواهم", 2),  # a joiner parts two words, as it does for a search
        ("ทำงาน", 4),  # a vowel that Unicode takes for a letter
        ("ខ្មែរ", 2),  # a consonant below another one
        ("한국어 문장", 2),
        ("日本語", 3),
        ("データ", 3),
        ("ที่นี่", 2),  # two consonants with their vowels and tones
        ("版本 2.0 is out", 6),
        ("thumbs 👍🏽 up ❤️", 2),
    ],
)
def test_rule(text: str, words: int) -> None:
    assert count_words(text) == words


@given(st.text(), st.text())
def test_lines_add_up(one: str, other: str) -> None:
    assert count_words(f"{one}\n{other}") == count_words(one) + count_words(other)


@given(st.text())
def test_words_are_those_that_are_counted_in_frequency_lists(text: str) -> None:
    starts, ends = word_places(text)
    assert [match.span() for match in word_pattern(text).finditer(text)] == list(zip(starts, ends, strict=True))


@pytest.mark.parametrize("start", range(0, 0x32000, 0x800))
def test_every_character_is_read_as_in_frequency_lists(start: int) -> None:
    text = " ".join(f"a{chr(code)}b ก{chr(code)}" for code in range(start, start + 0x800))
    assert count_words(text) == len(word_places(text)[0])
