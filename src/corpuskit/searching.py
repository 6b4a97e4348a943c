"""Searching: documents that match a query, with the place where they do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from corpuskit.matching import snippet
from corpuskit.query import parse
from corpuskit.store.selecting import Hit
from corpuskit.store.store import Store

SNIPPET_CHARACTERS = 160
_CHUNK = 50


def search(store: Store, hits: Sequence[Hit], query: str, fields: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The records of the hits with these fields; `snippet` and `score` beside those of the record."""
    tree = parse(query)
    columns = [name for name in fields if name not in ("snippet", "score")]
    if "snippet" in fields:
        columns += ["title", "text"]
    for start in range(0, len(hits), _CHUNK):
        chunk = hits[start : start + _CHUNK]
        records = store.documents.records([hit.id for hit in chunk], ["id", *columns])
        for hit, record in zip(chunk, records, strict=True):
            if "snippet" in fields:
                record["snippet"] = snippet(record["text"], tree, title=record["title"], characters=SNIPPET_CHARACTERS)
            record["score"] = None if hit.score is None else round(hit.score, 4)
            yield record
