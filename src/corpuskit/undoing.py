"""Undoing: the decisions of one run are taken back, and those that it had taken back are in force again.

No row is erased. An undo is a run like any other; undoing it puts everything back as it was, so that a run and what was done
about it since are one story, of which only the last word can be undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpuskit.errors import UsageError
from corpuskit.settling import RULES
from corpuskit.store.database import Row
from corpuskit.store.store import Store


@dataclass(frozen=True, slots=True)
class Undoing:
    """What undoing a run would do, or did."""

    run: int
    command: str
    undone_by: int | None  # the run that has undone it already
    decisions: int  # that it made or took back
    taken_back: tuple[int, ...]  # ids of decisions
    taken_back_as: int | None  # the run that took them back before they were restored; None: the undo itself takes them back
    restored: tuple[int, ...]
    documents: frozenset[int]  # all that it concerns
    later: tuple[tuple[int, str], ...]  # runs that build on it: number and command

    @property
    def counts(self) -> dict[str, int]:
        """The counters by name."""
        return {"taken-back": len(self.taken_back), "in-force-again": len(self.restored)}


def look(store: Store, run_id: int) -> Undoing:
    """What there is to undo. Raises UsageError for a run that is not known."""
    runs = {row["id"]: row for row in store.decisions.undoings()}
    if run_id not in runs:
        raise UsageError(f"no run {run_id}", hint="corpuskit log")
    undoes = {number: row["undoes"] for number, row in runs.items()}
    root = _root(run_id, undoes)
    undone_by = next((number for number, undone in undoes.items() if undone == run_id and not _is_undone(number, undoes)), None)
    if root == run_id:
        coming, going, going_as = store.decisions.withdrawn_by(root), store.decisions.made_by(root), None
    else:
        last = max(number for number in undoes if _root(number, undoes) == root)
        backwards = _depth(last, undoes) % 2 == 1  # the root is undone now, and is to come back
        undone_by = undone_by or (None if last == run_id else last)
        if backwards:
            coming, going, going_as = store.decisions.withdrawn_by(last), store.decisions.restored_by(last), root
        else:
            coming, going, going_as = store.decisions.withdrawn_by(root), store.decisions.made_by(root), None
    concerned = [*coming, *going]
    documents = {row["document_id"] for row in concerned} | {row["duplicate_of"] for row in concerned if row["duplicate_of"]}
    in_force = [row for row in going if row["withdrawn_by"] is None]
    coming = [row for row in coming if row["run_id"] == root or not _is_undone(row["run_id"], undoes)]
    later = [
        (number, runs[number]["command"])
        for number in store.decisions.runs_about(documents)
        if number > run_id and undoes[number] is None and not _is_undone(number, undoes)
    ]
    return Undoing(
        run_id,
        runs[run_id]["command"],
        undone_by,
        len(concerned),
        tuple(row["id"] for row in in_force),
        going_as,
        tuple(_restorable(store, in_force, coming)),
        frozenset(documents),
        tuple(later),
    )


def undo(store: Store, undoing: Undoing, *, by: int) -> None:
    """Do it, as the run `by`. The documents that it concerns are compared with all others when `dedupe` runs again."""
    with store.transaction():
        store.decisions.take_back(undoing.taken_back, undoing.taken_back_as or by)
        store.decisions.restore(undoing.restored, by)
        store.signatures.settle(undoing.documents, None)
        store.decisions.set_undoes(by, undoing.run)


def _root(run_id: int, undoes: dict[int, int | None]) -> int:
    """The run that a chain of undos is about."""
    while (undone := undoes[run_id]) is not None:
        run_id = undone
    return run_id


def _depth(run_id: int, undoes: dict[int, int | None]) -> int:
    depth = 0
    while (undone := undoes[run_id]) is not None:
        run_id, depth = undone, depth + 1
    return depth


def _is_undone(run_id: int, undoes: dict[int, int | None]) -> bool:
    """Whether an undo of this run holds."""
    return any(undone == run_id and not _is_undone(number, undoes) for number, undone in undoes.items())


def _restorable(store: Store, going: Sequence[Row], coming: Sequence[Row]) -> list[int]:
    """The decisions that can come back: not where another run has decided since, nor in favour of a document that is dropped."""
    ids = {row["document_id"] for row in coming} | {row["duplicate_of"] for row in coming if row["duplicate_of"]}
    present = store.decisions.with_document(ids)
    dropped = store.decisions.rules_in_force(ids)
    for row in going:
        dropped.get(row["document_id"], set()).discard(row["rule"])
    back = {
        (row["document_id"], _family(row["rule"])): row
        for row in coming
        if row["document_id"] in present and not dropped.get(row["document_id"], set()).intersection(_family(row["rule"]))
    }
    dropped_again = {document_id for document_id, _ in back}
    return [
        row["id"]
        for row in back.values()
        if (keeper := row["duplicate_of"]) is None
        or (keeper in present and keeper not in dropped_again and not dropped.get(keeper))
    ]


def _family(rule: str) -> tuple[str, ...]:
    """The rules of which only one can be in force for a document."""
    return RULES if rule in RULES else (rule,)
