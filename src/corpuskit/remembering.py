"""Remembering: what the corpus knows of pages that were forgotten, and where pages were handed on to."""

from __future__ import annotations

from typing import Any

from corpuskit.store.store import Store


def forgotten(store: Store, text: str | None = None) -> list[dict[str, Any]]:
    """What was forgotten: all of it, or what an id, a URL, a location or a digest names; each with the exports that hold it."""
    found = []
    for row in store.tombstones.listed() if text is None else store.tombstones.find(text):
        stone = dict(row)
        refuses = "bytes and address" if stone.pop("by_address") else "bytes"
        stone["refuses"] = "nothing" if stone["allowed_by"] is not None else refuses
        found.append(stone | {"exports": exports_of(store, row["id"])})
    return found


def exports_of(store: Store, page_id: int) -> list[dict[str, Any]]:
    """The exports that hold a page, oldest first: `id`, `exported_at`, `path`, `documents`, `arguments`."""
    return [
        {
            "id": export.id,
            "exported_at": export.exported_at,
            "path": export.path,
            "documents": export.documents,
            "arguments": list(export.arguments),
        }
        for export in store.exports.holding([page_id])
    ]
