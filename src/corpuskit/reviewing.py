"""Reviewing: what a run of cleaning changed in the texts that were there, and letting the earlier texts go.

What a run gained and lost is counted in words: lines that both texts have are set aside first, then the words of the other lines
are compared as a bag. So a paragraph that moved is no change, and one word that changed in a long line is one word.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from corpuskit.errors import UsageError
from corpuskit.extract.words import word_pattern
from corpuskit.history import History
from corpuskit.store.earlier import Document, standing
from corpuskit.store.store import Store


@dataclass(frozen=True, slots=True)
class PageChange:
    """What a run made of one page that had been cleaned before. Numbers are words."""

    id: int
    site: str | None
    title: str | None
    is_changed: bool
    words_before: int
    words_after: int
    gained: int
    lost: int


def compare(store: Store, run_id: int, ids: Collection[int] | None = None) -> Iterator[PageChange]:
    """Every page that a run cleaned, with what would stand had it not, where that is still there; `ids` narrows it.

    Raises UsageError for a run that is not known.
    """
    history = _history(store, run_id)
    without = history.after_undo(run_id) if run_id not in history.undone else history
    pages = [one for one in store.earlier.pages_with_earlier(run_id) if ids is None or one in ids]
    for page_id, found in store.earlier.documents(pages):
        made = next((version for version in found if version.run_id == run_id), None)
        before = standing((version for version in found if version.run_id < run_id), without)
        if made is not None and before is not None and "failed" not in (made.outcome, before.outcome):
            yield _change(page_id, found[before], found[made])


def by_site(changes: Iterator[PageChange]) -> list[dict[str, Any]]:
    """What was gained and lost for each site, the largest change first."""
    sites: dict[str | None, dict[str, Any]] = {}
    for change in changes:
        empty = {"site": change.site, "documents": 0, "changed": 0, "words_before": 0, "words_after": 0, "gained": 0, "lost": 0}
        row = sites.setdefault(change.site, empty)
        row["documents"] += 1
        row["changed"] += change.is_changed
        for name in ("words_before", "words_after", "gained", "lost"):
            row[name] += getattr(change, name)
    return sorted(sites.values(), key=lambda row: (-row["gained"] - row["lost"], row["site"] or ""))


def by_document(changes: Iterator[PageChange]) -> list[dict[str, Any]]:
    """The documents that changed, the largest change first."""
    changed = sorted((change for change in changes if change.is_changed), key=lambda one: (-one.gained - one.lost, one.id))
    fields = ("id", "site", "words_before", "words_after", "gained", "lost", "title")
    return [{name: getattr(change, name) for name in fields} for change in changed]


def acceptable(store: Store, run_id: int) -> tuple[int, int]:
    """How many earlier cleanings accepting a run would let go, and of how many pages.

    Raises UsageError for a run that is not known, or that is undone.
    """
    history = _history(store, run_id)
    if run_id in history.undone:
        raise UsageError(
            f"run {run_id} is undone: its texts do not stand", hint=f"corpuskit undo {history.undone_by(run_id)} brings them back"
        )
    return store.earlier.count_accepted(run_id)


def accept(store: Store, run_id: int, *, by: int) -> dict[str, int]:
    """Let the texts go that a run has replaced: they cannot be brought back."""
    with store.transaction():
        return {"let-go": store.earlier.accept(run_id, by)}


def _history(store: Store, run_id: int) -> History:
    history = store.decisions.history()
    if run_id not in history.undoes:
        raise UsageError(f"no run {run_id}", hint="corpuskit log")
    return history


def _change(page_id: int, before: Document | None, after: Document | None) -> PageChange:
    latest: Document = after or before or {}
    old, new = (before or {}).get("text") or "", (after or {}).get("text") or ""
    gained, lost = amounts(old, new)
    words_before, words_after = (before or {}).get("words", 0), (after or {}).get("words", 0)
    return PageChange(page_id, latest.get("site"), latest.get("title"), old != new, words_before, words_after, gained, lost)


def amounts(before: str, after: str) -> tuple[int, int]:
    """How many words a text gained, and how many it lost: what is there afterwards is what was there, and this."""
    if before == after:
        return 0, 0
    old, new = Counter(before.split("\n")), Counter(after.split("\n"))
    gone, come = _bag(old - new), _bag(new - old)
    return (come - gone).total(), (gone - come).total()


def _bag(lines: Counter[str]) -> Counter[str]:
    text = "\n".join(lines.elements())
    return Counter(word_pattern(text).findall(text))
