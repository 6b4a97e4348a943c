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

All else is text. An operator where it cannot be one (`OR` alone, `a NOT`, `(a b) NEAR/5 c`) is a word; a bracket inside a
word belongs to the word, one that closes nothing is skipped; what is left open, quote or bracket, ends with the query. What
holds no letter or digit asks for nothing. A phrase with a character of a script without spaces (see `tokens`) is looked for in
the columns `*_characters`, any other in all columns. Parsing never calls itself, and the tree has a bounded depth.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from corpuskit.errors import UsageError
from corpuskit.query_parser import is_operator, tree_of
from corpuskit.query_tree import And, Near, Not, Or, Phrase, Query, depth

__all__ = ["And", "FtsQuery", "Near", "Not", "Or", "Phrase", "Query", "describe", "parse", "to_fts5"]

MAX_CHARACTERS = 4_096


@dataclass(frozen=True, slots=True)
class FtsQuery:
    """The rows that match the FTS5 expression, or all others."""

    match: str
    negated: bool


def parse(text: str) -> Query:
    """The tree of a query. Raises UsageError where it is too long, nested too deep or holds no word."""
    if len(text) > MAX_CHARACTERS:
        raise UsageError(f"query not understood: it has {len(text):,} characters, at most {MAX_CHARACTERS:,} are allowed")
    tree = tree_of(text)
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
    children = [to_fts5(child) for child in sorted(tree.children, key=depth, reverse=True)]  # saves its parser's stack
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
    if len(phrase.tokens) > 1 or is_operator(words):
        words = f'"{words}"'
    return ("title:" if phrase.title else "") + words + ("*" if phrase.prefix else "")


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
