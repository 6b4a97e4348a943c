"""The count of words: one rule for every script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.extract.words import _BEYOND_SIMPLE, _SIMPLE_WORD, _word, count_words


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
        ("می\u200cخواهم", 1),  # a joiner stands inside a word
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


@given(st.text(st.characters(max_codepoint=0x2FFF)))
def test_shortcut_and_full_rule_agree(text: str) -> None:
    if _BEYOND_SIMPLE.search(text) is None:
        assert len(_SIMPLE_WORD.findall(text)) == len(_word().findall(text))
