"""Reading documents for what occurs in them: what `kwic` and `search` share below them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from corpuskit.documents import Unread
from corpuskit.duplicate_rules import RULES
from corpuskit.errors import UsageError
from corpuskit.reasons import Reason
from corpuskit.regular_expressions import TooSlowError
from corpuskit.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from corpuskit.finding import Finder
    from corpuskit.folded_texts import Folded, Folding
    from corpuskit.matching import Match
    from corpuskit.store.store import Store

Result = TypeVar("Result")
MOST_SLOW = 10  # documents in which a regular expression takes too long, before it is given up

_AT_ONCE = 25  # documents whose texts are in memory
_MANY = 200  # documents after which it pays to fold texts


class Occurring(NamedTuple):
    """A document with occurrences: a record with the fields that were asked for, `id` and `text`."""

    record: dict[str, Any]
    found: list[Match]
    folded: Folded | None


@dataclass(slots=True)
class Reader:
    """Reads documents and finds what a finder finds. A document in which that takes too long is told to `notice`."""

    store: Store
    finder: Finder
    notice: Callable[[Unread], None]
    slow: set[int] = field(default_factory=set)

    def occurrences(self, ids: Sequence[int], fields: Iterable[str] = ()) -> Iterator[Occurring]:
        """Of these documents, in their order, those with occurrences."""
        folding: Folding | None = None
        for place, record in enumerate(self._records(ids, fields)):
            if place == _MANY and len(ids) > 2 * _MANY:
                folding = self._folding()
            folded = folding.fold(record["text"]) if folding else None
            found = self._tried(record, self.finder.find, folded)
            if found:
                yield Occurring(record, found, folded)

    def matching(self, ids: Sequence[int]) -> Iterator[int]:
        """Of these documents, in their order, those that match."""
        for record in self._records(ids, ()):
            if self._tried(record, self.finder.matches, None):
                yield record["id"]

    def _folding(self) -> Folding | None:
        from corpuskit.folded_texts import Folding  # here, because numpy costs a tenth of a second

        try:
            return Folding(self.finder.phrases())
        except ValueError:
            return None

    def _records(self, ids: Sequence[int], fields: Iterable[str]) -> Iterator[dict[str, Any]]:
        columns = tuple(dict.fromkeys(("id", "title", "text", *fields)))
        for start in range(0, len(ids), _AT_ONCE):
            yield from self.store.documents.records(ids[start : start + _AT_ONCE], columns)

    def _tried(
        self, record: dict[str, Any], find: Callable[[str | None, str, Folded | None], Result], folded: Folded | None
    ) -> Result | None:
        if record["id"] in self.slow:
            return None
        try:
            return find(record["title"], record["text"], folded)
        except TooSlowError:
            self._pass_over(record["id"])
            return None

    def _pass_over(self, document_id: int) -> None:
        self.slow.add(document_id)
        self.notice(Unread(f"document {document_id}", "failed", Reason.TIMEOUT, "the expression takes too long in its text"))
        if len(self.slow) >= MOST_SLOW:
            raise UsageError(
                f"the expression takes too long: it was given up after {MOST_SLOW} documents",
                hint="make it simpler, or raise --timeout, the seconds that one document may take",
            )


def candidates(selection: Selection, finder: Finder, *, unique: bool = False) -> Selection:
    """The documents that may hold what is looked for, in the order of the selection, before it is cut to size.

    With `unique` those that were dropped as duplicates belong to them.
    """
    selection = replace(selection, match=finder.match, limit=None, sample=None)
    return replace(selection, ignored_rules=RULES) if unique else selection


def shown_of_clusters(store: Store, ids: Sequence[int]) -> dict[int, int]:
    """Which of these documents stand for their clusters of duplicates, and for how many of them.

    It is the one that is kept, where it is among them, else the first.
    """
    keepers = store.signatures.dropped_for(RULES)
    members: dict[int, list[int]] = {}
    for document_id in ids:
        members.setdefault(keepers.get(document_id) or document_id, []).append(document_id)
    return {keeper if keeper in found else found[0]: len(found) for keeper, found in members.items()}


def several_of_a_cluster(store: Store, ids: Sequence[int]) -> list[int]:
    """Those of these documents that share a cluster with another of them."""
    keepers = store.signatures.dropped_for(RULES)
    sizes: dict[int, int] = {}
    for document_id in ids:
        cluster = keepers.get(document_id) or document_id
        sizes[cluster] = sizes.get(cluster, 0) + 1
    return [document_id for document_id in ids if sizes[keepers.get(document_id) or document_id] > 1]
