"""The tree of a query: what `query.parse` makes and everything that searches reads. Plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


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


def depth(tree: Query) -> int:
    """How many of AND and OR are in each other."""
    match tree:
        case And() | Or():
            return 1 + max(map(depth, tree.children))
        case Not():
            return depth(tree.child)
        case _:
            return 0


def phrases(tree: Query) -> tuple[Phrase, ...]:
    """Every phrase of a query, in its order."""
    match tree:
        case Phrase():
            return (tree,)
        case Near():
            return (*tree.left, *tree.right)
        case Not():
            return phrases(tree.child)
        case And() | Or():
            return tuple(phrase for child in tree.children for phrase in phrases(child))
