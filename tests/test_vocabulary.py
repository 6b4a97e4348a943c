"""Words for counting: as an independent tokenizer cuts them, and as a search finds them."""

from __future__ import annotations

import unicodedata
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit import vocabulary as module
from corpuskit.matching import find
from corpuskit.query import parse
from corpuskit.vocabulary import Vocabulary, cut_words, joined, word_places

WORDS = (
    "the",
    "The",
    "THE",
    "river",
    "River's",
    "résumé",
    "resume",
    "RÉSUMÉ",
    "multi-agent",
    "20.04",
    "don't",
    "Straße",
    "STRASSE",
    "Größe",
    "grösse",
    "schon",
    "schön",
    "река",
    "Река",
    "РЕКА",
    "ёлка",
    "елка",
    "ποταμός",
    "ΠΟΤΑΜΟΣ",
    "ποταμος",
    "नदी",
    "नदियाँ",
    "शहर",
    "نهر",
    "النهر",
    "عَرَبِيّ",
    "İstanbul",
    "ısı",
    "1,234",
    "a_b",
    "x",
)
GAPS = (" ", "\n\n", ", ", " – ", "…", "\u00a0", ". ", "/", "\u2028", "  (", ") ", "“", "” ", "!")
spaced = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GAPS)), max_size=30).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)
CHARACTERS = ("水", "灯台", "中文ABC", "น้ำท่วม", "ប្រទេស", "かな", "カタカナ", "ｶﾞｲﾄﾞ", "한국어", "mixed", "7", "ລາວ", "မြန်မာ")
mixed = st.lists(
    st.tuples(st.sampled_from((*CHARACTERS, "the", "réка")), st.sampled_from(("", " ", "。", ", "))), max_size=20
).map(lambda pairs: "".join(word + gap for word, gap in pairs))


def plain(text: str) -> list[str]:
    """Runs of letters, marks and digits, one character at a time."""
    is_part = "".join(char if unicodedata.category(char)[0] in "LMN" else " " for char in text)
    return is_part.split()


@given(spaced)
@settings(deadline=None)
def test_texts_with_blanks_are_cut_as_by_a_plain_tokenizer(text: str) -> None:
    assert cut_words(text) == plain(text)
    vocabulary = Vocabulary()
    found = Counter(vocabulary.words[number] for number in vocabulary.encode(text).tolist())
    assert found == Counter(unicodedata.normalize("NFC", word).lower() for word in plain(text))


@given(st.one_of(spaced, mixed))
@settings(deadline=None)
def test_places_are_where_the_words_stand(text: str) -> None:
    starts, ends = word_places(text)
    assert [text[start:end] for start, end in zip(starts, ends, strict=True)] == cut_words(text)


@given(st.one_of(spaced, mixed.filter(lambda text: not any("\uac00" <= char <= "\ud7a3" for char in text))))
@settings(deadline=None)
def test_a_word_is_counted_as_often_as_a_search_finds_it(text: str) -> None:
    vocabulary = Vocabulary(fold_accents=True)
    found = Counter(vocabulary.encode(text).tolist())
    for number, count in found.items():
        assert len(list(find(text, parse(f'"{vocabulary.words[number]}"')))) == count, vocabulary.words[number]


@given(st.lists(st.one_of(spaced, mixed), min_size=1, max_size=4))
@settings(deadline=None)
def test_a_text_in_pieces_has_the_words_of_the_whole(texts: list[str]) -> None:
    text = " ".join(texts)
    whole = cut_words(text)
    size = module._AT_ONCE
    try:
        module._AT_ONCE = 7
        vocabulary = Vocabulary(case=True)
        encoded = [vocabulary.words[number] for number in vocabulary.encode(text).tolist()]
    finally:
        module._AT_ONCE = size
    assert encoded == [vocabulary.normal_form(word) for word in whole]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Don't stop: 20.04!", ["Don", "t", "stop", "20", "04"]),
        ("水ABC中", ["水", "ABC", "中"]),
        ("น้ำท่วม", ["น้ำ", "ท่", "ว", "ม"]),
        ("한국어 단어", ["한국어", "단어"]),
        ("नदियाँ", ["नदियाँ"]),
        ("", []),
        ("…—!", []),
    ],
)
def test_what_a_word_is(text: str, words: list[str]) -> None:
    assert cut_words(text) == words


def test_what_is_one_word() -> None:
    spellings = ["Polish", "polish", "Résumé", "résumé", "resume", "re\u0301sume\u0301"]
    assert _forms(Vocabulary(), spellings) == ["polish", "polish", "résumé", "résumé", "resume", "résumé"]
    assert _forms(Vocabulary(case=True), spellings) == ["Polish", "polish", "Résumé", "résumé", "resume", "résumé"]
    assert _forms(Vocabulary(fold_accents=True), spellings) == ["polish", "polish"] + ["resume"] * 4


def _forms(vocabulary: Vocabulary, spellings: list[str]) -> list[str]:
    return [vocabulary.words[vocabulary.number(spelling)] for spelling in spellings]


def test_words_are_joined_as_they_are_written() -> None:
    assert joined(["climate", "summit"]) == "climate summit"
    assert joined(["灯", "台", "abc", "水"]) == "灯台 abc 水"
    assert joined(["한국어", "단어"]) == "한국어 단어"
    assert joined([]) == ""


def test_ranks_follow_the_words() -> None:
    vocabulary = Vocabulary()
    vocabulary.encode("pear apple Zoo zebra apple")
    ranks, words = vocabulary.ranks()
    assert words == ["apple", "pear", "zebra", "zoo"]
    assert [words[rank] for rank in ranks] == vocabulary.words
