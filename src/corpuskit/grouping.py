"""Grouping: of the documents that match, how many belong to each site, month, tag ..., and how large a part of it they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from corpuskit.duplicate_rules import RULES
from corpuskit.occurring import shown_of_clusters
from corpuskit.periods import spanned

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from corpuskit.selection import Selection
    from corpuskit.store.store import Store

PERIODS = ("year", "month")


@dataclass(frozen=True, slots=True)
class GroupOptions:
    """How documents are put into groups, and how many groups are told."""

    by: str  # one of store.texts.GROUPS
    unique: bool = False  # whether a cluster of duplicates counts once
    reverse: bool = False
    limit: int | None = None


def groups(store: Store, found: Collection[int], selection: Selection, options: GroupOptions) -> Iterator[dict[str, Any]]:
    """The groups of the documents that were found: `group`, `documents`, `selected` and `share`.

    `selected` is how many documents of the group are selected at all, whether they match or not, and `share` how large a part
    of them was found, from 0 to 1; it is null where there are none. Years and months come in their order, without a gap; others
    by the number of documents. Documents that belong to no group come under null: last, or where their number puts them.
    """
    counts = store.groups.counts(found, options.by)
    everything = _selected(store, found, selection, unique=options.unique)
    totals = counts if len(everything) == len(found) else store.groups.counts(everything, options.by)
    names = _in_order(counts, options.by)
    for name in islice(reversed(names) if options.reverse else names, options.limit):
        documents, selected = counts.get(name, 0), totals.get(name, 0)
        yield {
            "group": name,
            "documents": documents,
            "selected": selected,
            "share": documents / selected if selected else None,
        }


def _selected(store: Store, found: Collection[int], selection: Selection, *, unique: bool) -> Collection[int]:
    """The documents that could have been found. A cluster is the document that was found of it, else the one it would show."""
    everything = replace(selection, match=None, sort=None, reverse=False, sample=None, limit=None)
    if not unique:
        return store.selecting.ids(everything)
    keepers = store.signatures.dropped_for(RULES)
    clusters = {keepers.get(document_id) or document_id for document_id in found}
    shown = shown_of_clusters(store, store.selecting.ids(replace(everything, ignored_rules=RULES)))
    return [*found, *(one for one in shown if (keepers.get(one) or one) not in clusters)]


def _in_order(counts: dict[str | None, int], by: str) -> list[str | None]:
    if by not in PERIODS:
        return sorted(counts, key=lambda name: (-counts[name], name is None, name or ""))
    known = [name for name in counts if name is not None]
    names: list[str | None] = [*spanned(min(known), max(known), by)] if known else []
    return [*names, None] if None in counts else names
