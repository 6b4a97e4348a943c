"""Tagging: marks on the documents of a selection, put there and taken off by runs that can be undone."""

from __future__ import annotations

from collections.abc import Sequence

from corpuskit.store.store import Store


def tag(store: Store, ids: Sequence[int], name: str, *, run_id: int) -> dict[str, int]:
    """Put a tag on documents; how many got it, and how many had it already."""
    with store.transaction():
        given = store.tags.give_to_all(ids, name, run_id)
    return {"tagged": given, "already-tagged": len(ids) - given}


def untag(store: Store, ids: Sequence[int], name: str, *, run_id: int) -> dict[str, int]:
    """Take a tag off documents; how many had it, and how many did not."""
    with store.transaction():
        taken = store.tags.take_from_all(ids, name, run_id)
    return {"untagged": taken, "not-tagged": len(ids) - taken}
