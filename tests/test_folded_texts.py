"""A folded text says the same as the text itself."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from tests.test_matching import WORDS, document_texts, parsed, plain_texts, query_texts

from corpuskit import matching
from corpuskit.folded_texts import MOST_LETTERS, Folded, Folding
from corpuskit.query_tree import Phrase, Query, phrases

wider = st.text(st.sampled_from("aBé1ıİſǡΣςЙйß \n.,手机ที่ー́⃣\ufe0f\ufe00\U000e0100🤔₺\u2066𠮷\0"), max_size=30)
latin = st.lists(st.sampled_from(["re", "sume", "résumé", "Résume", " ", "-", "й", "Войн", "а", "é"]), max_size=10).map("".join)


def folded_for(tree: Query, text: str) -> Folded:
    try:
        return Folding(phrases(tree)).fold(text)
    except ValueError:
        assume(False)
        raise


@settings(max_examples=150, deadline=None)
@given(document_texts | plain_texts | wider, query_texts)
def test_a_query_finds_the_same(document: str, text: str) -> None:
    tree = parsed(text)
    folded = folded_for(tree, document)
    assert list(matching.find(document, tree, folded=folded)) == list(matching.find(document, tree))
    assert matching.matches(tree, None, document, folded=folded) == matching.matches(tree, None, document)


@settings(max_examples=150, deadline=None)
@given(latin, latin, st.booleans())
def test_a_phrase_finds_the_same_in_words_of_several_scripts(document: str, words: str, prefix: bool) -> None:
    tree = parsed(f'"{words}"' + "*" * prefix)
    assert list(matching.find(document, tree, folded=folded_for(tree, document))) == list(matching.find(document, tree))


@given(wider, st.lists(st.sampled_from(WORDS), max_size=3))
def test_there_is_a_byte_for_each_character(text: str, words: list[str]) -> None:
    wanted = [Phrase((word,), False, False, False, 0, 0) for word in words]
    try:
        folding = Folding(wanted)
    except ValueError:
        return
    assert len(folding.fold(text).data) == len(text)


def test_what_cannot_be_coded_is_refused() -> None:
    many = "".join(chr(0x1200 + place) for place in range(MOST_LETTERS + 1))
    for word in (many, "a\u20d0", "\u0301"):
        with pytest.raises(ValueError):
            Folding([Phrase((word,), False, False, False, 0, 0)])
