"""Superseding: of several captures of one URL a selection takes the newest. The others stay, with that decision."""

from __future__ import annotations

from itertools import groupby

from corpuskit.store.decisions import Decision
from corpuskit.store.store import Store

RULE = "superseded"


def mark_superseded(store: Store, *, run_id: int) -> int:
    """Decide for every URL with several captures; how many documents are superseded now that were not.

    The newest capture is the one that was fetched last. Of captures of one time a whole one stands above a damaged one, and HTML
    above a text that somebody made of it; then the one that was imported last counts. What was undone stays undone until there
    is a newer one.
    """
    added: list[Decision] = []
    withdrawn: list[int] = []
    for _, group in groupby(store.decisions.captures(), key=lambda capture: capture.url):
        captures = list(group)
        newest = captures[-1].id
        for capture in captures:
            wanted = None if capture.id == newest else newest
            if capture.superseded_by == wanted or wanted in capture.undone:
                continue
            if capture.superseded_by is not None:
                withdrawn.append(capture.id)
            if wanted is not None:
                added.append(Decision(capture.id, RULE, duplicate_of=wanted))
    with store.transaction():
        store.decisions.withdraw(withdrawn, (RULE,), run_id)
        store.decisions.add(added, run_id)
    return len(added)
