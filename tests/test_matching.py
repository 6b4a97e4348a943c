"""What is found in a text is what the index finds, where it is, however it is looked for."""

from __future__ import annotations

import sqlite3
from unicodedata import normalize

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from corpuskit import matching, query, tokens
from corpuskit.errors import UsageError
from corpuskit.query import And, Near, Not, Or, Phrase, Query

WORDS = [
    "a",
    "b",
    "ab",
    "á",
    "A",
    "aa",
    "手",
    "机",
    "か",
    "が",
    "ｶﾞ",
    "각",
    "ᄀ",
    "ก",
    "กี",
    "ี",
    "ក្ម",
    "្",
    "́",
    "̈",
    "ſ",
    "葛\ufe0f",
    "🤔",
    "❤\ufe0f",
    "1",
    "1\ufe0f\u20e3",
]
document_texts = st.lists(st.sampled_from([*WORDS, " ", " ", ". ", "\0", "\u200b"]), max_size=14).map("".join)
plain_texts = st.lists(st.sampled_from(["a", "b", "B", "aa", " ", " ", ", "]), max_size=14).map("".join)
documents = st.tuples(st.none() | document_texts, document_texts | plain_texts)
OPERATORS = ["OR", "NOT", "NEAR/1", "NEAR/0", "(", ")", '"', "*", "title:"]
query_texts = st.lists(st.sampled_from([*WORDS, *OPERATORS, " ", " "]), min_size=1, max_size=10).map("".join)


def parsed(text: str) -> Query:
    try:
        return query.parse(text)
    except UsageError:
        assume(False)
        raise


def is_in_index(tree: Query, title: str | None, text: str) -> bool:
    database = sqlite3.connect(":memory:")
    columns = "title, text, title_characters, text_characters"
    database.execute(f'CREATE VIRTUAL TABLE fts USING fts5({columns}, tokenize="{tokens.TOKENIZER}")')
    row = (title, text, tokens.segment(title), tokens.segment(text))
    database.execute(f"INSERT INTO fts({columns}) VALUES (?, ?, ?, ?)", row)
    wanted = query.to_fts5(tree)
    found = database.execute("SELECT 1 FROM fts WHERE fts MATCH ?", (wanted.match,)).fetchone()
    database.close()
    return (found is None) == wanted.negated


def is_positive(tree: Query) -> bool:
    return not isinstance(tree, Not) and all(map(is_positive, tree.children if isinstance(tree, And | Or) else ()))


def spans(text: str, tree: Query, title: str | None = None) -> list[tuple[int, int]]:
    return [(match.start, match.end) for match in matching.find(text, tree, title=title)]


@settings(max_examples=250, deadline=None)
@given(documents, query_texts)
def test_a_document_matches_exactly_when_the_index_finds_it(document: tuple[str | None, str], text: str) -> None:
    tree = parsed(text)
    assert matching.matches(tree, *document) == is_in_index(tree, *document)


@settings(max_examples=120, deadline=None)
@given(document_texts, query_texts)
def test_a_positive_query_has_occurrences_exactly_when_the_index_finds_it(document: str, text: str) -> None:
    tree = parsed(text)
    assume(is_positive(tree))
    assert bool(spans(document, tree)) == is_in_index(tree, None, document)


def spans_by_token(phrase: Phrase, text: str) -> list[tuple[int, int]]:
    """Every place of a phrase, by comparing it with the tokens at every place."""
    if phrase.characters and not tokens.has_characters(text):
        return []
    found = list(tokens.characters(text))
    wanted = [tokens.fold(token) for token in phrase.tokens]
    spans = []
    for place in range(len(found) - len(wanted) + 1):
        here = [token.text for token in found[place : place + len(wanted)]]
        if here == wanted or (phrase.prefix and here[:-1] == wanted[:-1] and here[-1].startswith(wanted[-1])):
            spans.append((found[place].start, found[place + len(wanted) - 1].end))
    return spans


@settings(max_examples=250, deadline=None)
@given(document_texts | plain_texts, st.lists(st.sampled_from([*WORDS, " "]), min_size=1, max_size=4).map("".join), st.booleans())
@example("a a a", "a a", False)
@example("́a ́́á.", "a", False)
@example("手́a b́a", "a", False)
@example("ក្ម ្ម", "ម", False)
@example("aab a", "a", True)
@example("b. ́a", "b a", False)
@example("手🤔́a", "手a", False)
@example("กี", "ี", False)
def test_occurrences_of_a_phrase_are_those_of_its_tokens(document: str, text: str, prefix: bool) -> None:
    tree = parsed(f'"{text}"' + "*" * prefix)
    assert isinstance(tree, Phrase)
    assert spans(document, tree) == spans_by_token(tree, document)


@settings(max_examples=120, deadline=None)
@given(document_texts | plain_texts, query_texts)
def test_many_phrases_are_found_as_few_are(document: str, text: str) -> None:
    tree = parsed(text)
    padding = [Phrase((f"zz{i}",), False, False, False, 0, 0) for i in range(matching.MANY_PHRASES)]
    assert spans(document, Or((tree, *padding), 0, 0)) == spans(document, tree)


@given(document_texts, query_texts)
def test_every_occurrence_is_one_of_a_wanted_phrase(document: str, text: str) -> None:
    tree = parsed(text)
    found = list(matching.find(document, tree))
    assert [match[:2] for match in found] == sorted({match[:2] for match in found})
    for match in found:
        assert matching.matches(match.phrase, document[match.start : match.end], "")


CAFES = ["Café", "CAFE", "cafe\u0301"]


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("cafe", CAFES),
        ("caf*", [*CAFES, "cafeteria"]),
        ("Straße", ["STRAẞE"]),
        ('"the cafe"', ["The Café", "the CAFE"]),
        ("and NEAR/0 the", ["and", "the"]),
        ("cafe NOT teria", CAFES),
        ("cafe NOT the", []),
        ("NOT sport", []),
        ("cafe OR (the NOT straße)", CAFES),
        ("cafe OR CAFE", CAFES),
        ("手机", ["手机"]),
        ("手", ["手", "手"]),
        ("iphone*", ["iPhone"]),
        ("title:cafe", []),
        ("cafe summit", []),
    ],
)
def test_occurrences(wanted: str, found: list[str]) -> None:
    text = "The Café and the CAFE, a cafe\u0301; cafeteria STRAẞE iPhone手机、手"
    assert [text[start:end] for start, end in spans(text, query.parse(wanted))] == found


def test_one_word_in_the_title_and_one_in_the_text() -> None:
    tree = query.parse("climate summit")
    assert spans("the summit", tree, title="Climate") == [(4, 10)]
    assert spans("the summit", tree) == []


@settings(max_examples=120, deadline=None)
@given(document_texts, query_texts, st.integers(1, 30))
def test_a_snippet_is_one_line_of_the_text_and_shows_a_match_that_fits(document: str, text: str, width: int) -> None:
    tree = parsed(text)
    plain = matching.snippet(document, tree, characters=width, ellipsis="")
    assert len(plain) <= width
    assert plain == " ".join(plain.split())
    assert plain in " ".join(document.split())
    found = spans(document, tree)
    marked = matching.snippet(document, tree, characters=width, before="<", after=">", ellipsis="")
    assert marked.replace("<", "").replace(">", "") == plain or " " in marked
    if found and found[0][1] - found[0][0] <= width:
        assert "<" in marked


def test_a_snippet_shows_the_window_with_the_most_different_phrases() -> None:
    text = "climate " * 3 + "filler " * 50 + "at the climate\n summit in Paris " + "filler " * 50
    tree = query.parse("climate summit paris")
    assert matching.snippet(text, tree, characters=50, before="[", after="]") == ("…at the [climate] [summit] in [Paris] filler…")


def test_a_snippet_without_a_match_is_the_beginning() -> None:
    tree = query.parse("NOT sport")
    assert matching.snippet("One two three", tree, characters=8) == "One two…"
    assert matching.snippet("One two", tree, characters=8) == "One two"
    assert matching.snippet("", tree) == ""


def test_a_snippet_of_a_text_without_spaces_is_cut_between_characters() -> None:
    text = "ที่" * 40 + "หมาป่า" + "กี่" * 40
    shown = matching.snippet(text, query.parse("หมาป่า"), characters=20, ellipsis="")
    assert "หมาป่า" in shown
    first, *_, last = (token.text for token in tokens.characters(shown))
    assert (first, last) == ("ที่", "กี่")


def test_decomposed_text_is_found_at_its_own_offsets() -> None:
    text = normalize("NFD", "서울에서 각국")
    (start, end) = spans(text, query.parse("각국"))[0]
    assert normalize("NFC", text[start:end]) == "각국"


@pytest.mark.parametrize("tree", ["a NEAR/3 b", "title:a NEAR/3 b", "(a OR 手) NEAR/0 b"])
def test_the_sides_of_a_near_are_found_where_the_other_is_near(tree: str) -> None:
    assert isinstance(query.parse(tree), Near)
    expected = [] if "title" in tree else [(0, 1), (2, 3)]
    assert spans("a b 1 2 3 4 5 a", query.parse(tree)) == expected
