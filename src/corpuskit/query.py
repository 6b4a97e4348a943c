"""The query language: text -> a small frozen tree -> one FTS5 expression. Nothing that a user types is syntax to SQLite.

    tree = parse('"climate summit" NOT sport')  # raises UsageError: too long, no word, nested too deep; nothing else
    describe(tree)                              # '"climate summit" AND NOT sport'
    wanted = to_fts5(tree)                      # FtsQuery(match='"climate summit" NOT "sport"', negated=False)

The documents found are those whose id is, or with `negated` is not, in
`SELECT rowid FROM documents_fts WHERE documents_fts MATCH ?` with `wanted.match` as the parameter: every tree is one FTS5
expression or its complement, so one MATCH is always enough. Without `negated` it can be ranked by bm25.

The language, the tightest first; operators are in capitals:

    word  20.04  don't  multi-agent     a word; what holds several tokens is the phrase of them
    "exact phrase"   word*   "a phr"*   tokens in this order; beginning of a token (of the last one)
    title:x                             only in the title; x is a word, a phrase or a group
    (a OR b)                            a group
    a NEAR/5 (b OR c)                   in either order with at most 5 tokens between; a NEAR/5 b NEAR/5 c is both pairs
    NOT a, ^a                           documents without it
    a b, a AND b                        both
    a OR b                              either

All else is text. An operator where it cannot be one (`OR` alone, `a NOT`, `(a b) NEAR/5 c`) is a word; a bracket inside a word belongs
to the word, one that closes nothing is skipped; what is left open, quote or bracket, ends with the query. What holds no letter or digit
asks for nothing. A phrase with a character of a script without spaces (see `tokens`) is looked for in the columns `*_characters`,
any other in all columns. Parsing and compiling take linear time and bounded depth. Knows tokens and errors only.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from corpuskit import tokens
from corpuskit.errors import UsageError

MAX_CHARACTERS = 4_096
MAX_DEPTH = 16  # of AND and OR in each other; FTS5's parser holds no more than about 30 open brackets
MAX_PAIRS = 256  # that a NEAR between two groups may stand for


@dataclass(frozen=True, slots=True)
class Phrase:
    """Consecutive tokens, as they were written. `start` and `end`, here and below, are places in the text of the query."""

    tokens: tuple[str, ...]
    prefix: bool  # the last token only has to begin so
    title: bool  # looked for in the title only
    characters: bool  # holds a character of a script without spaces
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Near:
    """A phrase of the left and one of the right side with at most `distance` tokens between them, in either order."""

    left: tuple[Phrase, ...]
    right: tuple[Phrase, ...]
    distance: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Not:
    """The documents that the child does not find."""

    child: Phrase | Near | And | Or
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class And:
    """The documents that all children find: two or more, none of them an `And`."""

    children: tuple[Query, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Or:
    """The documents that one of the children finds: two or more, none of them an `Or`."""

    children: tuple[Query, ...]
    start: int
    end: int


Query: TypeAlias = Phrase | Near | Not | And | Or


@dataclass(frozen=True, slots=True)
class FtsQuery:
    """The rows that match the FTS5 expression, or all others."""

    match: str
    negated: bool


def parse(text: str) -> Query:
    """The tree of a query. Raises UsageError where it is too long, nested too deep or holds no word."""
    if len(text) > MAX_CHARACTERS:
        raise UsageError(f"query not understood: it has {len(text):,} characters, at most {MAX_CHARACTERS:,} are allowed")
    tree = _Parser(_lexemes(text)).parse()
    if tree is None:
        raise UsageError("query not understood: it holds no word", hint="a word has at least one letter or digit")
    return tree


def to_fts5(tree: Query) -> FtsQuery:
    """The FTS5 expression of a tree over documents_fts(title, text, title_characters, text_characters)."""
    match tree:
        case Phrase():
            return FtsQuery(_columns(tree.title, tree.characters) + _quoted(tree), negated=False)
        case Near():
            return FtsQuery(_joined("OR", _near_pairs(tree)), negated=False)
        case Not():
            child = to_fts5(tree.child)
            return FtsQuery(child.match, not child.negated)
    # FTS5 has AND, OR and a binary NOT, "found by the left, not by the right". Of a complement it knows nothing, so those of
    # the children are put together by De Morgan's laws and the result is a complement itself where it has to be one.
    children = [to_fts5(child) for child in sorted(tree.children, key=_depth, reverse=True)]  # saves its parser's stack
    found = [child.match for child in children if not child.negated]
    without = [child.match for child in children if child.negated]
    if isinstance(tree, And):
        return _difference(_joined("AND", found), _joined("OR", without))
    return _complement(_difference(_joined("AND", without), _joined("OR", found)))


def describe(tree: Query) -> str:
    """The query as it was understood, in its own language: parsed again it gives the same tree."""
    match tree:
        case Phrase():
            return _described_phrase(tree)
        case Near():
            left, right = (" OR ".join(map(_described_phrase, side)) for side in (tree.left, tree.right))
            left = f"({left})" if len(tree.left) > 1 else left
            right = f"({right})" if len(tree.right) > 1 else right
            return f"{left} NEAR/{tree.distance} {right}"
        case Not():
            return f"NOT {_described(tree.child)}"
        case And():
            return " AND ".join(map(_described, tree.children))
        case Or():
            return " OR ".join(map(_described, tree.children))


def _described(child: Query) -> str:
    return f"({describe(child)})" if isinstance(child, And | Or) else describe(child)


def _described_phrase(phrase: Phrase) -> str:
    words = " ".join(phrase.tokens)
    if len(phrase.tokens) > 1 or words in _OPERATORS:
        words = f'"{words}"'
    return ("title:" if phrase.title else "") + words + ("*" if phrase.prefix else "")


# -- FTS5


def _columns(title: bool, characters: bool) -> str:
    if title:
        return "title_characters : " if characters else "{title title_characters} : "
    return "{title_characters text_characters} : " if characters else ""


def _quoted(phrase: Phrase) -> str:
    """A phrase as an FTS5 string. Tokens hold neither quotes nor NUL nor surrogates: those separate them."""
    return f'"{" ".join(phrase.tokens)}"' + (" *" if phrase.prefix else "")


def _near_pairs(near: Near) -> list[str]:
    return [
        _columns(left.title or right.title, left.characters or right.characters)
        + f"NEAR({_quoted(left)} {_quoted(right)}, {near.distance})"
        for left in near.left
        for right in near.right
    ]


def _joined(operator: Literal["AND", "OR"], expressions: list[str]) -> str:
    return expressions[0] if len(expressions) == 1 else f" {operator} ".join(map(_grouped, expressions))


def _difference(found: str, without: str) -> FtsQuery:
    """Found by the first and not by the second; an empty first stands for all documents, an empty second for none."""
    if not found:
        return FtsQuery(without, negated=True)
    return FtsQuery(f"{_grouped(found)} NOT {_grouped(without)}" if without else found, negated=False)


def _complement(query: FtsQuery) -> FtsQuery:
    return FtsQuery(query.match, not query.negated)


_SIMPLE = re.compile(r'(?:\{[a-z_ ]+\} : |[a-z_]+ : )?(?:"[^"]*"(?: \*)?|NEAR\([^()]*\))')


def _grouped(expression: str) -> str:
    return expression if _SIMPLE.fullmatch(expression) else f"({expression})"


# -- From text to lexemes


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: Literal["term", "(", ")", "AND", "OR", "NOT", "NEAR"]
    phrase: Phrase | None  # what it says as a term; None where it holds no word
    title: bool = False  # of "("
    distance: int = 0  # of NEAR
    start: int = 0


_OPERATORS = frozenset({"AND", "OR", "NOT"})
_NEAR = re.compile(r"NEAR/([0-9]{1,9})")
_SPACE = re.compile(r"\s*")
_START = re.compile(r'(\^?)(title:(?=\S))?([("])?')  # of a term, after white space; what "(" or '"' opens
_CLOSE = re.compile(r"\)")
_QUOTED = re.compile(r'([^"]*)("?)(\*?)')


def _lexemes(text: str) -> list[_Lexeme]:
    found: list[_Lexeme] = []
    place = _skip_space(text, 0)
    while place < len(text):
        place = _skip_space(text, _read_lexeme(text, place, found))
    return found


def _skip_space(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place


def _read_lexeme(text: str, place: int, found: list[_Lexeme]) -> int:
    """Adds what begins at `place` and returns where it ends."""
    if text[place] == ")":
        found.append(_Lexeme(")", None, start=place))
        return place + 1
    start = _START.match(text, place)
    assert start is not None  # it can match the empty string
    if start[1]:
        found.append(_Lexeme("NOT", None, start=place))
    title = bool(start[2])
    if start[3] == "(":
        found.append(_Lexeme("(", None, title=title, start=place))
        return start.end()
    if start[3] == '"':
        quoted = _QUOTED.match(text, start.end())
        assert quoted is not None
        prefix = quoted[3] == "*" and _ends_in_token(text, quoted.end(1))
        found.append(_term(text, quoted.start(1), quoted.end(1), title=title, prefix=prefix, start=place, end=quoted.end()))
        return quoted.end()
    end = _word_end(text, start.end())
    word = text[start.end() : end]
    phrase = _phrase(text, start.end(), end, title=title)
    ...
    return end
