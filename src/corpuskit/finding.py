"""What is looked for, a query or a regular expression, as something that finds its occurrences in a document.

    finder = query_finder('"climate summit" NOT sport', exact=True)
    finder.match                  # a full-text query: the documents that it finds are those worth reading; None for all
    finder.find(title, text)      # the occurrences in the text; none where the document does not match

Pure: who reads the documents, and which, is the business of the callers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from corpuskit import matching, query
from corpuskit.matching import Match
from corpuskit.query_tree import Phrase, Query, phrases

if TYPE_CHECKING:
    from corpuskit.folded_texts import Folded
    from corpuskit.regular_expressions import Expression


class Finder(Protocol):
    """What finds occurrences. `index` says which index chooses the documents, for people."""

    @property
    def match(self) -> str | None:
        """A full-text query whose documents hold all that this finds; None where every document may."""

    @property
    def is_decided(self) -> bool:
        """Whether `match` finds these documents and no others, so that no text has to be read to know."""

    @property
    def is_expression(self) -> bool:
        """Whether it is a regular expression."""

    @property
    def index(self) -> str:
        """Which index chooses the documents."""

    def phrases(self) -> tuple[Phrase, ...]:
        """What a text may be folded for."""

    def find(self, title: str | None, text: str, folded: Folded | None = None) -> list[Match]:
        """The occurrences in the text, in order; none where the document does not match."""

    def matches(self, title: str | None, text: str, folded: Folded | None = None) -> bool:
        """Whether the document is found. It can be without an occurrence in its text: by its title, or by what it lacks."""


@dataclass(frozen=True, slots=True)
class _ByQuery:
    tree: Query
    exact: bool
    match: str | None
    index: str

    @property
    def is_decided(self) -> bool:
        return not self.exact

    @property
    def is_expression(self) -> bool:
        return False

    def phrases(self) -> tuple[Phrase, ...]:
        return phrases(self.tree)

    def find(self, title: str | None, text: str, folded: Folded | None = None) -> list[Match]:
        tree = self.tree
        if folded and isinstance(tree, Phrase) and not self.exact and not tree.title:  # the usual case, without a detour
            spans = folded.find(tree, characters=folded.has_characters)
            if spans is not None:
                return [Match(start, end, tree) for start, end in spans]
        return list(matching.find(text, tree, title=title, exact=self.exact, folded=folded))

    def matches(self, title: str | None, text: str, folded: Folded | None = None) -> bool:
        return matching.matches(self.tree, title, text, exact=self.exact, folded=folded)


@dataclass(frozen=True, slots=True)
class _ByExpression:
    expression: Expression
    match: str | None
    index: str
    phrase: Phrase  # what every match is of

    @property
    def is_decided(self) -> bool:
        return False

    @property
    def is_expression(self) -> bool:
        return True

    def phrases(self) -> tuple[Phrase, ...]:
        return ()

    def find(self, title: str | None, text: str, folded: Folded | None = None) -> list[Match]:  # noqa: ARG002  # texts only
        return [Match(start, end, self.phrase) for start, end in self.expression.find(text)]

    def matches(self, title: str | None, text: str, folded: Folded | None = None) -> bool:
        return bool(self.find(title, text, folded))


def query_finder(text: str, *, exact: bool = False) -> Finder:
    """A finder for a query; with `exact` case and accents have to be those of the query. Raises UsageError."""
    tree = query.parse(text)
    if not exact:
        return _ByQuery(tree, exact=False, match=text, index=_index(tree))
    wider = matching.candidates(tree)
    return _ByQuery(tree, exact=True, match=None if wider is None else query.describe(wider), index=_index(wider))


def regex_finder(text: str, *, exact: bool = False, seconds: float | None = None) -> Finder:
    """A finder for a regular expression, of any case unless `exact`. Raises UsageError; what it finds in, TooSlowError."""
    from corpuskit.narrowing import certain_words
    from corpuskit.regular_expressions import SECONDS, Expression

    expression = Expression.compile(text, ignore_case=not exact, seconds=SECONDS if seconds is None else seconds)
    certain = certain_words(expression.text, ignore_case=not exact)
    match = None if certain is None else query.describe(certain)
    if match is not None and len(match) > query.MAX_CHARACTERS:
        certain = match = None
    whole = Phrase((text,), prefix=False, title=False, characters=False, start=0, end=len(text))
    return _ByExpression(expression, match, _index(certain), whole)


def _index(tree: Query | None) -> str:
    """Which index answers a query, in words for people."""
    if tree is None:
        return "none, all texts are read"
    kinds = {phrase.characters for phrase in phrases(tree)}
    name = "words and characters" if len(kinds) > 1 else "characters" if True in kinds else "words"
    return f"{name}, for {query.describe(tree)}"
