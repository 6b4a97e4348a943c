"""Passages: long paragraphs, known again whatever their case, numbers and spacing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpuskit.passages import passage_at, read_passages

LONG = "Subscribe now for 12 issues and never miss a story from the river again, wherever you are."


def test_a_passage_is_known_by_its_words_wherever_it_stands() -> None:
    (first,) = read_passages(f"Title\n\n{LONG}\n")
    (second,) = read_passages(f"{LONG.upper().replace('12', '24').replace(' ', '  ')}\nShort line.")
    assert first == (first[0], 3)
    assert second == (first[0], 1)
    assert passage_at(f"Title\n\n{LONG}\n", 3) == LONG


def test_short_paragraphs_are_no_passages() -> None:
    assert read_passages("Read more\nA b c d e f g h i j\nSupercalifragilisticexpialidocious, " + "x" * 40) == []


def test_chinese_paragraphs_are_passages() -> None:
    text = "本网站的所有内容均受版权保护，未经许可不得转载，如有疑问请与编辑部联系，我们会尽快回复您的来信。"
    assert len(read_passages(text)) == 1


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    for key, place in read_passages(text):
        assert 0 <= key < 2**63
        assert passage_at(text, place)
