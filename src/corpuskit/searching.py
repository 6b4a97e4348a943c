"""Searching: documents that match a query, with the place where they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from corpuskit.matching import snippet
from corpuskit.query import parse
from corpuskit.selection import Selection, sample_ids
from corpuskit.settling import RULES
from corpuskit.store.selecting import Hit
from corpuskit.store.store import Store

SNIPPET_CHARACTERS = 160
_CHUNK = 50


def clusters(store: Store, selection: Selection) -> tuple[list[Hit], dict[int, int]]:
    """One document of each cluster of duplicates that matches `selection.match`, and how many of its documents do.

    Documents that were dropped as duplicates are searched too: the one that is shown is the kept one, where it matches, else the
    best of the others.
    """
    everything = replace(selection, ignored_rules=RULES, limit=None, sample=None)
    hits = store.selecting.search(everything)
    keepers = store.signatures.dropped_for(RULES)
    members: dict[int, list[Hit]] = {}
    for hit in hits:
        members.setdefault(keepers.get(hit.id) or hit.id, []).append(hit)
    shown = {next((hit for hit in found if hit.id == keeper), found[0]).id: len(found) for keeper, found in members.items()}
    if selection.sample is not None:
        shown = {one: shown[one] for one in sample_ids(shown, selection.sample, selection.seed)}
    return [hit for hit in hits if hit.id in shown][: selection.limit], shown


def search(
    store: Store, hits: Sequence[Hit], query: str, fields: Sequence[str], copies: Mapping[int, int] | None = None
) -> Iterator[dict[str, Any]]:
    """The records of the hits with these fields; `snippet` and `score` beside those of the record, and `copies` where known."""
    tree = parse(query)
    columns = [name for name in fields if name not in ("snippet", "score", "copies")]
    if "snippet" in fields:
        columns += ["title", "text"]
    for start in range(0, len(hits), _CHUNK):
        chunk = hits[start : start + _CHUNK]
        records = store.documents.records([hit.id for hit in chunk], ["id", *columns])
        for hit, record in zip(chunk, records, strict=True):
            if "snippet" in fields:
                record["snippet"] = snippet(record["text"], tree, title=record["title"], characters=SNIPPET_CHARACTERS)
            if copies is not None:
                record["copies"] = copies[hit.id]
            record["score"] = None if hit.score is None else round(hit.score, 4)
            yield record
