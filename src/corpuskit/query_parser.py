"""From the text of a query to its tree: first lexemes, then operator precedence with a stack of its own.

The language is told in `query`. Brackets in the query never become calls here, so their number does not matter; the depth of
the tree is bounded. Whatever the text, it becomes a tree, or None where it asks for nothing, or a UsageError.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal
from unicodedata import normalize

from corpuskit import tokens
from corpuskit.errors import UsageError
from corpuskit.query_tree import And, Near, Not, Or, Phrase, Query, depth

if TYPE_CHECKING:
    from collections.abc import Iterable

MAX_DEPTH = 16  # of AND and OR in each other; FTS5's parser holds no more than about 30 open brackets
MAX_PAIRS = 256  # that a NEAR between two groups may stand for


def tree_of(text: str) -> Query | None:
    """The tree of a query; None where it holds no word."""
    return _Parser(_lexemes(text)).parse()


def is_operator(word: str) -> bool:
    """Whether a word by itself would be read as an operator."""
    return _OPERATOR.fullmatch(word) is not None


@dataclass(frozen=True, slots=True)
class _Lexeme:
    kind: Literal["term", "(", ")", "AND", "OR", "NOT", "NEAR"]
    start: int
    phrase: Phrase | None = None  # a term, or an operator read as a word; None where it holds no word
    title: bool = False  # of "("
    distance: int = 0  # of NEAR


_OPERATOR = re.compile(r"(AND|OR|NOT)|(NEAR)/([0-9]{1,9})")
_SPACE = re.compile(r"\s*")
_START = re.compile(r'(\^(?=[^\s)]))?(title:(?=[^\s)]))?([("])?')  # of a term
_QUOTED = re.compile(r'([^"]*)"?(\*?)')
_STARS = re.compile(r"\*+$")


def _lexemes(text: str) -> list[_Lexeme]:
    found: list[_Lexeme] = []
    depth = 0
    place = _match_end(_SPACE, text, 0)
    while place < len(text):
        first = len(found)
        end = _read_lexeme(text, place, found)
        if found[-1].kind == "(":
            depth += 1
        elif found[-1].kind == ")":
            depth -= 1
        if depth < 0:  # it closes nothing
            depth = 0
            del found[first:]
        place = _match_end(_SPACE, text, end)
    return found


def _match_end(pattern: re.Pattern[str], text: str, place: int) -> int:
    match = pattern.match(text, place)
    return match.end() if match else place


def _read_lexeme(text: str, place: int, found: list[_Lexeme]) -> int:
    """Adds what begins at `place` and returns where it ends, which is always further on."""
    if text[place] == ")":
        found.append(_Lexeme(")", place))
        return place + 1
    opening = _START.match(text, place)
    assert opening is not None  # it can match the empty string
    negated, title, bracket = bool(opening[1]), bool(opening[2]), opening[3]
    if negated:
        found.append(_Lexeme("NOT", place))
    if bracket == "(":
        found.append(_Lexeme("(", place, title=title))
        return opening.end()
    if bracket == '"':
        quoted = _QUOTED.match(text, opening.end())
        assert quoted is not None
        phrase = _phrase(text, quoted.start(1), quoted.end(1), title=title, star=bool(quoted[2]))
        end = quoted.end()
    else:
        end = _word_end(text, opening.end())
        operator = _OPERATOR.fullmatch(text, place, end)
        if operator:
            found.append(_operator(text, operator))
            return end
        stars = _STARS.search(text, opening.end(), end)
        phrase = _phrase(text, opening.end(), stars.start() if stars else end, title=title, star=bool(stars))
    if phrase is None and title:  # not a column then, but the word
        phrase = _phrase(text, opening.start(2), end, title=False, star=False)
    found.append(_Lexeme("term", place, phrase))
    return end


def _operator(text: str, match: re.Match[str]) -> _Lexeme:
    word = _phrase(text, match.start(), match.end(), title=False, star=False)
    if match[2]:
        return _Lexeme("NEAR", match.start(), word, distance=int(match[3]))
    return _Lexeme("AND" if match[1] == "AND" else "OR" if match[1] == "OR" else "NOT", match.start(), word)


def _word_end(text: str, start: int) -> int:
    """Up to white space, a bracket that was not opened inside, or what an operator without a blank behind it stands before."""
    inside = 0
    for place in range(start, len(text)):
        char = text[place]
        if char.isspace() or (char == ")" and not inside):
            return place
        if char in '("' and _OPERATOR.fullmatch(text, start, place):
            return place
        inside += (char == "(") - (char == ")")
    return len(text)


def _phrase(text: str, start: int, end: int, *, title: bool, star: bool) -> Phrase | None:
    part = normalize("NFC", text[start:end])  # as clean text is stored
    characters = tokens.has_characters(part)
    pattern = tokens.character_pattern() if characters else tokens.word_pattern()
    found = tuple(tokens.unify(match) for match in pattern.findall(part))
    if not found:
        return None
    prefix = star and part.endswith(pattern.findall(part)[-1])  # "C++*" does not end in a token
    return Phrase(found, prefix, title, characters, start, end)


class _Group:
    """What has been read between two brackets, or of the whole query, so far."""

    def __init__(self, *, title: bool, start: int) -> None:
        self.title = title
        self.start = start
        self.alternatives: list[list[Query]] = [[]]  # an OR of ANDs
        self.wants_operand = True
        self.negated_from: int | None = None  # where a NOT stands whose operand has not come yet
        self.operands: list[Query | None] = []  # joined by NEAR
        self.nears: list[_Lexeme] = []

    def close(self) -> Query | None:
        return _combine(Or, [_combine(And, operands) for operands in self.alternatives])

    def add_operand(self) -> None:
        """Takes the operand, or the chain of NEARs, that has just become complete."""
        node = _near_chain(self.operands, self.nears)
        if node is not None and self.negated_from is not None:
            node = node.child if isinstance(node, Not) else Not(node, self.negated_from, node.end)
        if node is not None:
            self.alternatives[-1].append(node)
        self.wants_operand = False
        self.negated_from = None
        self.operands, self.nears = [], []


class _Parser:
    """Operator precedence with a stack of its own: brackets in the query never become calls."""

    def __init__(self, lexemes: list[_Lexeme]) -> None:
        self.lexemes = lexemes
        self.place = 0
        self.groups = [_Group(title=False, start=0)]

    def parse(self) -> Query | None:
        while self.place < len(self.lexemes):
            self._step(self.lexemes[self.place])
            self.place += 1
        while len(self.groups) > 1:
            self._close_group()
        return self.groups[0].close()

    def _step(self, lexeme: _Lexeme) -> None:
        group = self.groups[-1]
        operand_follows = self._kind(1) not in {None, ")"}
        match lexeme.kind:
            case "(":
                self.groups.append(_Group(title=group.title or lexeme.title, start=lexeme.start))
            case ")":
                self._close_group()
            case "NOT" if operand_follows:
                group.negated_from = lexeme.start if group.negated_from is None else None
                group.wants_operand = True
            case "AND" if operand_follows and not group.wants_operand:
                group.wants_operand = True
            case "OR" if operand_follows and not group.wants_operand:
                group.alternatives.append([])
                group.wants_operand = True
            case _:
                self._operand(_in_title(lexeme.phrase) if group.title else lexeme.phrase)

    def _close_group(self) -> None:
        self._operand(self.groups.pop().close())

    def _operand(self, node: Query | None) -> None:
        group = self.groups[-1]
        group.operands.append(node)
        if self._kind(1) == "NEAR" and self._kind(2) in {"term", "("}:
            self.place += 1
            group.nears.append(self.lexemes[self.place])
        else:
            group.add_operand()

    def _kind(self, ahead: int) -> str | None:
        place = self.place + ahead
        return self.lexemes[place].kind if place < len(self.lexemes) else None


def _in_title(phrase: Phrase | None) -> Phrase | None:
    return phrase and replace(phrase, title=True)


def _near_chain(operands: list[Query | None], nears: list[_Lexeme]) -> Query | None:
    """The operand itself, or each neighbouring pair; where a NEAR cannot join its sides, all NEARs are words."""
    if not nears:
        return operands[0]
    pairs: list[Query | None] = []
    for left, near, right in zip(operands, nears, operands[1:], strict=False):
        left_side, right_side = _side(left), _side(right)
        if left is None or right is None:
            pairs.append(left or right)
        elif left_side and right_side:
            pairs.append(_near(left_side, right_side, near))
        else:
            return _combine(And, [*operands, *(near.phrase for near in nears)])
    return _combine(And, pairs)


def _side(node: Query | None) -> tuple[Phrase, ...]:
    """The phrases of which one side of a NEAR is made; none for what cannot be one."""
    nodes = node.children if isinstance(node, Or) else (node,)
    phrases = tuple(child for child in nodes if isinstance(child, Phrase))
    return phrases if len(phrases) == len(nodes) else ()


def _near(left: tuple[Phrase, ...], right: tuple[Phrase, ...], near: _Lexeme) -> Near:
    if len(left) * len(right) > MAX_PAIRS:
        raise UsageError(
            f"query not understood: the NEAR at character {near.start + 1} joins {len(left)} and {len(right)} phrases,"
            f" at most {MAX_PAIRS} pairs are allowed"
        )
    return Near(left, right, near.distance, left[0].start, right[-1].end)


def _combine(kind: type[And] | type[Or], nodes: Iterable[Query | None]) -> Query | None:
    """An AND or OR of what is there, flat; a single node stays itself."""
    children: list[Query] = []
    for node in nodes:
        if isinstance(node, kind):
            children.extend(node.children)
        elif node is not None:
            children.append(node)
    if len(children) < 2:
        return children[0] if children else None
    tree = kind(tuple(children), min(child.start for child in children), max(child.end for child in children))
    if depth(tree) > MAX_DEPTH:
        raise UsageError(f"query not understood: AND and OR are nested more than {MAX_DEPTH} deep at character {tree.start + 1}")
    return tree
