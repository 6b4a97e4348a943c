"""Tokens are those of SQLite's FTS5, and segmented texts are found from one character on."""

from __future__ import annotations

import sqlite3
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit import tokens

ALPHABET = "aBé1İßſǡΣςЙ \n.,'\"-\0́̈̆ͅ手机〇葛\ufe0f\U000e0100かが゙ｶﾞーﾡ가각각กำี่า๒ຫຳខ្មែរမြန်္\u200bབ་ད🤔😀₺🫠❤⃣\u2066\ue000𠮷"
texts = st.text(st.one_of(st.sampled_from(ALPHABET), st.characters(codec="utf-8")), max_size=60)
letters = st.text(st.sampled_from(ALPHABET), max_size=40)


def fts5_tokens(*texts: str) -> list[list[str]]:
    """What FTS5 itself makes of each text."""
    database = sqlite3.connect(":memory:")
    database.execute(f'CREATE VIRTUAL TABLE fts USING fts5(text, tokenize="{tokens.TOKENIZER}")')
    database.execute("CREATE VIRTUAL TABLE vocabulary USING fts5vocab(fts, 'instance')")
    database.executemany("INSERT INTO fts(rowid, text) VALUES (?, ?)", enumerate(texts))
    found: list[list[str]] = [[] for _ in texts]
    for term, row in database.execute("SELECT term, doc FROM vocabulary ORDER BY doc, offset"):
        found[row].append(term or "")  # it shows an empty term as NULL
    database.close()
    return found


def words(text: str) -> list[str]:
    return [token.text for token in tokens.words(text)]


def test_every_code_point_is_a_token_or_not_and_folds_as_in_fts5() -> None:
    empty_planes = range(0x40000, 0xE0000)  # there a few are enough
    codes = [code for code in range(0x110000) if not 0xD800 <= code < 0xE000 and (code not in empty_planes or not code % 61)]
    blocks = ["".join(f"x{chr(code)}y " for code in codes[first : first + 256]) for first in range(0, len(codes), 256)]
    for block, found in zip(blocks, fts5_tokens(*blocks), strict=True):
        assert words(block) == found


@given(texts)
def test_words_are_the_tokens_of_fts5(text: str) -> None:
    assert words(text) == fts5_tokens(text)[0]


@given(texts)
def test_characters_are_the_tokens_that_fts5_finds_in_the_segmented_text(text: str) -> None:
    segmented = tokens.segment(text)
    expected = fts5_tokens(text if segmented is None else segmented)[0]
    assert [token.text for token in tokens.characters(text)] == expected


@given(texts)
def test_offsets_point_at_tokens_and_leave_only_separators_out(text: str) -> None:
    for found in (list(tokens.words(text)), list(tokens.characters(text))):
        assert all(token.text == tokens.fold(tokens.unify(text[token.start : token.end])) for token in tokens.characters(text))
        assert all(token.text == tokens.fold(text[token.start : token.end]) for token in tokens.words(text))
        places = [place for token in found for place in range(token.start, token.end)]
        assert places == sorted(set(places))
        assert not words(" ".join(char for place, char in enumerate(text) if place not in set(places)))


@given(texts)
def test_a_text_is_segmented_exactly_when_it_holds_a_character(text: str) -> None:
    assert (tokens.segment(text) is None) == (not tokens.has_characters(text))


@given(st.text(st.sampled_from("手\ufa19かがパ각가국กำี่າຳខ្မែမြန်ဒ္ဓ 。"), max_size=40))
def test_segmenting_does_not_depend_on_composition(text: str) -> None:
    assert tokens.segment(normalize("NFC", text)) == tokens.segment(normalize("NFD", text))


@given(st.text(st.characters(categories=["Cs", "Ll", "Lo", "Zs", "Cc"])))
def test_no_text_is_refused(text: str) -> None:
    assert list(tokens.words(text)) is not None
    assert tokens.segment(text) is None or "\0" not in str(tokens.segment(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("great🤔", ["great"]),  # U+1F914, Unicode 8
        ("🫠melting🫠point🪿", ["melting", "point"]),  # Unicode 14 and 15
        ("❤️ok❤️", ["ok"]),
        ("👩🏽‍🚀astronaut", ["astronaut"]),
        ("1️⃣first", ["1", "first"]),
        ("₺100 ₿1 ₽2", ["100", "1", "2"]),
        ("🇺🇦ok🏴\U000e0067\U000e0062\U000e007f", ["ok"]),
        ("\u2066right\u2069", ["right"]),
        ("手🫠机", ["手", "机"]),
    ],
)
def test_symbols_part_the_words_beside_them(text: str, expected: list[str]) -> None:
    assert [token.text for token in tokens.characters(text)] == expected
    assert fts5_tokens(tokens.segment(text) or text)[0] == expected


def test_no_text_has_no_segments() -> None:
    assert tokens.segment(None) is None
    assert tokens.segment("") is None
    assert tokens.segment("Zürich, 20.04 · Αθήνα, Київ, بغداد, བོད་ཡིག") is None


@pytest.mark.parametrize(
    ("text", "segmented"),
    [
        ("iPhone手机15 Pro。", "iPhone 手 机 15 Pro"),
        ("人々は〇", "人 々 は 〇"),
        ("ﾊﾞｽに乗る", "バ ス に 乗 る"),
        ("葛\U000e0100城", "葛 城"),
        ("서울에서", "서 울 에 서"),
        (normalize("NFD", "각국"), "각 국"),
        ("น้ำใจดีที่ ๒๕๖๓", "น้ำ ใ จ ดี ที่ ๒๕๖๓"),
        ("ຂອງນ້ຳ", "ຂ ອ ງ ນ້ຳ"),
        ("ខ្មែរ", "ខ្មែ រ"),
        ("မြန်မာဗုဒ္ဓ", "မြ န် မာ ဗု ဒ္ဓ"),
        ("ㄅㄆ ㄱ ꀀꀁ", "ㄅ ㄆ ㄱ ꀀ ꀁ"),
    ],
)
def test_a_character_is_a_letter_with_its_marks(text: str, segmented: str) -> None:
    assert tokens.segment(text) == segmented


@given(letters)
def test_all_variants_fold_to_the_character(text: str) -> None:
    for char in tokens.fold(text):
        assert {tokens.fold(variant) for variant in tokens.variants(char)} == {tokens.fold(char)}
    for char in text:
        assert tokens.fold(char) == "" or char in tokens.variants(tokens.fold(char))


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(["a", "手", "́", "ᄀ", "្", "🤔", " "]), st.sampled_from(["a", "b", "手", "́", "ក្", "."]))
def test_long_runs_take_linear_time(first: str, second: str) -> None:
    text = first * 100_000 + second * 100_000
    assert sum(1 for _ in tokens.characters(text)) <= len(text)
