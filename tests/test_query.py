"""No text is syntax, and what SQLite finds for a query is what its tree says."""

from __future__ import annotations

import sqlite3
from itertools import chain

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from corpuskit import query, tokens
from corpuskit.errors import UsageError
from corpuskit.query import And, Near, Not, Or, Phrase, Query

CREATE = f"""
CREATE TABLE documents(id INTEGER PRIMARY KEY, title TEXT, text TEXT, title_characters TEXT, text_characters TEXT);
CREATE VIRTUAL TABLE documents_fts USING fts5(title, text, title_characters, text_characters, content="documents",
    content_rowid="id", tokenize="{tokens.TOKENIZER}");
CREATE TRIGGER documents_indexed AFTER INSERT ON documents BEGIN
    INSERT INTO documents_fts(rowid, title, text, title_characters, text_characters)
    VALUES (new.id, new.title, new.text, new.title_characters, new.text_characters);
END;
"""
OPERATORS = ["AND", "OR", "NOT", "NEAR/1", "NEAR/0", "NEAR", "^", "(", ")", '"', "*", "title:", "-", "'", ":", "{", "}", "+", ","]
WORDS = ["a", "b", "c", "ab", "á", "A", "手", "机", "か", "ก", "กี", "a手", "20.04", "a-b", "C++", "or", "\0", "\ud800", "́", "🤔"]
pieces = st.one_of(st.sampled_from(OPERATORS), st.sampled_from(WORDS), st.sampled_from([" ", "  ", "\n"]))
query_texts = st.one_of(
    st.text(st.characters(), max_size=80),
    st.lists(pieces, max_size=30).map("".join),
    st.lists(pieces, max_size=30).map(" ".join),
)
document_texts = st.lists(st.sampled_from([*WORDS, " ", " ", ". "]), max_size=8).map("".join)
documents = st.tuples(st.none() | document_texts, document_texts)


class Index:
    """An index as the store makes it, in memory."""

    def __init__(self, found: list[tuple[str | None, str]]) -> None:
        self.database = sqlite3.connect(":memory:")
        self.database.executescript(CREATE)
        for document in found:  # a lone surrogate cannot be stored
            title, text = (part and part.replace("\ud800", "\ufffd") for part in document)
            row = (title, text, tokens.segment(title), tokens.segment(text))
            self.database.execute(
                "INSERT INTO documents(title, text, title_characters, text_characters) VALUES (?, ?, ?, ?)", row
            )

    def search(self, tree: Query) -> list[int]:
        wanted = query.to_fts5(tree)
        found = "SELECT rowid FROM documents_fts WHERE documents_fts MATCH ?"
        sql = f"SELECT id - 1 FROM documents WHERE id {'NOT IN' if wanted.negated else 'IN'} ({found}) ORDER BY id"
        return [row for (row,) in self.database.execute(sql, (wanted.match,))]


def parsed(text: str) -> Query:
    try:
        return query.parse(text)
    except UsageError:
        assume(False)
        raise


def says(tree: Query, title: str | None, text: str) -> bool:
    """What a tree says of a document, token by token."""
    match tree:
        case Not():
            return not says(tree.child, title, text)
        case And():
            return all(says(child, title, text) for child in tree.children)
        case Or():
            return any(says(child, title, text) for child in tree.children)
        case Phrase():
            return any(places(tree, found) for found in streams(title, text, tree.title, tree.characters))
        case Near():
            return any(
                is_near(left, right, tree.distance, found)
                for left in tree.left
                for right in tree.right
                for found in streams(title, text, left.title or right.title, left.characters or right.characters)
            )


def streams(title: str | None, text: str, only_title: bool, characters: bool) -> list[list[str]]:
    columns = [title or ""] if only_title else [title or "", text]
    as_words = [[token.text for token in tokens.words(column)] for column in columns]
    as_characters = [[token.text for token in tokens.characters(column)] for column in columns if tokens.has_characters(column)]
    return as_characters if characters else as_words + as_characters


def places(phrase: Phrase, found: list[str]) -> list[int]:
    wanted = [tokens.fold(token) for token in phrase.tokens]

    def fits(place: int) -> bool:
        here = found[place : place + len(wanted)]
        if phrase.prefix and len(here) == len(wanted) and here[-1].startswith(wanted[-1]):
            return here[:-1] == wanted[:-1]
        return here == wanted

    return [place for place in range(len(found)) if fits(place)]


def is_near(left: Phrase, right: Phrase, distance: int, found: list[str]) -> bool:
    def between(first: int, length: int, second: int) -> bool:
        return first <= second <= first + length + distance

    return any(
        between(one, len(left.tokens), other) or between(other, len(right.tokens), one)
        for one in places(left, found)
        for other in places(right, found)
    )


@settings(max_examples=250, deadline=None)
@given(query_texts)
@example("^" * 4096)
@example("(" * 4096)
@example('"' * 4096)
@example("a OR (b " * 512)
@example("NOT " * 1024)
@example("a NEAR/1 " * 450)
@example("a*" * 2048)
def test_no_text_raises_anything_but_a_usage_error(text: str) -> None:
    try:
        tree = query.parse(text)
    except UsageError as error:
        assert "\n" not in str(error)
        assert "word" in str(error) or len(text) > 100
    else:
        Index([("a b", "c 手机")]).search(tree)


@settings(max_examples=150, deadline=None)
@given(st.lists(documents, min_size=1, max_size=6), query_texts)
def test_sqlite_finds_what_the_tree_says(found: list[tuple[str | None, str]], text: str) -> None:
    tree = parsed(text)
    assert Index(found).search(tree) == [place for place, document in enumerate(found) if says(tree, *document)]


terms = st.builds(
    Phrase,
    st.lists(st.sampled_from(["a", "b", "á", "ab"]), min_size=1, max_size=2).map(tuple),
    st.booleans(),
    st.booleans(),
    st.just(False),
    st.just(0),
    st.just(0),
) | st.builds(Phrase, st.just(("手", "机")), st.booleans(), st.booleans(), st.just(True), st.just(0), st.just(0))
nears = st.builds(
    Near,
    st.lists(terms, min_size=1, max_size=2).map(tuple),
    st.lists(terms, min_size=1, max_size=2).map(tuple),
    st.integers(0, 3),
    st.just(0),
    st.just(0),
)


def branches(children: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    several = st.lists(children, min_size=2, max_size=4).map(tuple)
    place = st.just(0)
    return st.one_of(
        st.builds(Not, children, place, place), st.builds(And, several, place, place), st.builds(Or, several, place, place)
    )


trees = st.recursive(terms | nears, branches, max_leaves=12)


@settings(max_examples=150, deadline=None)
@given(st.lists(documents, min_size=1, max_size=6), trees)
def test_any_tree_is_one_fts5_expression_or_its_complement(found: list[tuple[str | None, str]], tree: Query) -> None:
    assert Index(found).search(tree) == [place for place, document in enumerate(found) if says(tree, *document)]


def without_places(tree: Query) -> object:
    match tree:
        case Phrase():
            return (tree.tokens, tree.prefix, tree.title, tree.characters)
        case Near():
            return ("near", *map(without_places, tree.left), tree.distance, *map(without_places, tree.right))
        case Not():
            return ("not", without_places(tree.child))
        case And() | Or():
            return (type(tree).__name__, *map(without_places, tree.children))


@settings(max_examples=120, deadline=None)
@given(query_texts)
def test_a_description_is_a_query_for_the_same_tree(text: str) -> None:
    tree = parsed(text)
    assert without_places(query.parse(query.describe(tree))) == without_places(tree)


def phrases(tree: Query) -> list[Phrase]:
    match tree:
        case Phrase():
            return [tree]
        case Near():
            return [*tree.left, *tree.right]
        case Not():
            return phrases(tree.child)
        case And() | Or():
            return list(chain.from_iterable(map(phrases, tree.children)))


@given(query_texts)
def test_places_point_at_the_words_in_the_query(text: str) -> None:
    for phrase in phrases(parsed(text)):
        written = text[phrase.start : phrase.end].replace('"', "'")
        assert without_places(query.parse(f'"{written}"')) == (phrase.tokens, False, False, phrase.characters)


@pytest.mark.parametrize(
    ("text", "understood"),
    [
        ("word other", "word AND other"),
        ("word AND other", "word AND other"),
        ('"exact phrase"', '"exact phrase"'),
        ("word*", "word*"),
        ('"exact phr"*', '"exact phr"*'),
        ("a OR b c", "a OR (b AND c)"),
        ("(a OR b) c", "(a OR b) AND c"),
        ("a NOT b", "a AND NOT b"),
        ("a AND NOT b", "a AND NOT b"),
        ("a ^b ^(c OR d)", "a AND NOT b AND NOT (c OR d)"),
        ('^"a b"', 'NOT "a b"'),
        ("NOT NOT a", "a"),
        ("NOT (NOT a)", "a"),
        ("a OR NOT b", "a OR NOT b"),
        ("NOT a NEAR/5 b", "NOT a NEAR/5 b"),
        ('a NEAR/5 "b c"', 'a NEAR/5 "b c"'),
        ("(a OR b*) NEAR/2 c", "(a OR b*) NEAR/2 c"),
        ("a NEAR/2 b NEAR/3 c", "a NEAR/2 b AND b NEAR/3 c"),
        ("title:word other", "title:word AND other"),
        ('title:"a phrase"', 'title:"a phrase"'),
        ("title:(a OR b c*)", "title:a OR (title:b AND title:c*)"),
        ("^title:a b", "NOT title:a AND b"),
        ("NOT(a b) c OR(d)", "(NOT (a AND b) AND c) OR d"),
        # everything else is text
        ("multi-agent", '"multi agent"'),
        ("20.04", '"20 04"'),
        ("C++", "C"),
        ("don't", '"don t"'),
        ('"TO BE OR NOT TO BE"', '"TO BE OR NOT TO BE"'),
        ('"an unclosed quote', '"an unclosed quote"'),
        ('6" pipe', "6 AND pipe"),
        ("OR", '"OR"'),
        ("AND AND", '"AND" AND "AND"'),
        ("a NOT", 'a AND "NOT"'),
        ("OR a", '"OR" AND a'),
        ("a OR", 'a AND "OR"'),
        ("(a OR) b", 'a AND "OR" AND b'),
        ("NEAR/5", '"NEAR 5"'),
        ("a NEAR b", "a AND NEAR AND b"),
        ("a NEAR/5", 'a AND "NEAR 5"'),
        ("(a b) NEAR/5 c", 'a AND b AND c AND "NEAR 5"'),
        ("a NEAR/5 NOT b", 'a AND "NEAR 5" AND NOT b'),
        ("a near/5 b or c", 'a AND "near 5" AND b AND or AND c'),
        ("a NEAR/1234567890 b", 'a AND "NEAR 1234567890" AND b'),
        (") a (", "a"),
        ("((((a OR b", "a OR b"),
        ("a) OR b", "a OR b"),
        ("f(x) g(y", '"f x" AND "g y"'),
        ("a () b", "a AND b"),
        ('a OR "..." b', "a OR b"),
        ('NOT "..." b', "b"),
        ("... NEAR/2 b", "b"),
        ("^- b", "b"),
        ("a^b -c", '"a b" AND c'),
        ("title: a", "title AND a"),
        ("title:-", "title"),
        ("text:a", '"text a"'),
        ("wor*d *word", '"wor d" AND word'),
        ("C++*", "C"),
        ("手机", '"手 机"'),
        ("iPhone手机*", '"iPhone 手 机"*'),
        ("cafe\u0301", "café"),
    ],
)
def test_how_a_query_is_understood(text: str, understood: str) -> None:
    assert query.describe(query.parse(text)) == understood


@pytest.mark.parametrize("text", ["", " ", '"', "()", "(((", "-", "!?", "^", "*", "...", "\0", "\ud800", "😀"])
def test_a_query_without_a_word_says_so(text: str) -> None:
    with pytest.raises(UsageError, match="no word"):
        query.parse(text)


def test_a_query_that_is_too_long_is_refused() -> None:
    assert query.parse("a" * 4096)
    with pytest.raises(UsageError, match=r"4,097 characters"):
        query.parse("a" * 4097)


@pytest.mark.parametrize("step", ["(a OR (b ", "NOT (a OR (b ", "^(a OR ^(b ", "(a b OR (c OR d) (NOT c OR d "])
def test_the_deepest_query_that_is_accepted_is_one_that_sqlite_takes(step: str) -> None:
    index = Index([("a", "b")])
    for levels in range(1, 40):
        try:
            tree = query.parse(step * levels + "c")
        except UsageError as error:
            assert levels > 4
            assert "nested" in str(error)
            return
        index.search(tree)
    pytest.fail("no limit")


def test_a_near_between_large_groups_is_refused() -> None:
    group = "(" + " OR ".join("abcdefghijklmnopq") + ")"
    with pytest.raises(UsageError, match="17 and 17"):
        query.parse(f"{group} NEAR/2 {group}")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("手", [0, 1]),
        ("手机", [0]),
        ("iphone", [0, 2]),
        ("iphone手机", [0]),
        ("iphone NEAR/0 手", [0]),
        ("서울", [3]),
        ("กี", []),
        ("กี่", [4]),
        ("title:手 OR title:iphone", [0, 2]),
        ("NOT 手", [2, 3, 4, 5]),
        ("cafe OR strasse", [5]),
        ("ΣΊΣΥΦΟΣ", [5]),
        ("NOT (iphone OR NOT 手)", [1]),
    ],
)
def test_words_of_every_script_are_found(text: str, expected: list[int]) -> None:
    found = [
        ("iPhone手机", "x"),
        (None, "他的手和机"),
        ("An iPhone", ""),
        (None, "서울에서 만나요"),
        (None, "กี่โมง"),
        (None, "Café, Σίσυφος"),
    ]
    assert Index(found).search(query.parse(text)) == expected
