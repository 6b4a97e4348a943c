"""Decisions about documents: rows that say which rule dropped a document, never the removal of one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpuskit.history import History
from corpuskit.store import sql
from corpuskit.store.database import Database, Row

SELECT_ABOUT = """
SELECT id FROM decisions WHERE withdrawn_by IS NULL AND document_id IN (SELECT value FROM json_each(:ids))
UNION SELECT id FROM decisions
WHERE withdrawn_by IS NULL AND duplicate_of IS NOT NULL AND duplicate_of IN (SELECT value FROM json_each(:ids))
ORDER BY 1
"""
SELECT_DROPPED_SINCE = """
SELECT id, document_id FROM decisions
WHERE withdrawn_by IS NULL AND document_id IN (SELECT value FROM json_each(:ids))
AND (run_id > :run OR id IN (SELECT decision_id FROM restorations WHERE run_id > :run))
"""


@dataclass(frozen=True, slots=True)
class Decision:
    """A document dropped by a rule."""

    document_id: int
    rule: str
    value: float | None = None
    threshold: float | None = None
    duplicate_of: int | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Capture:
    """One capture of a URL that has a document."""

    id: int
    url: str
    superseded_by: int | None  # what a decision in force says
    undone: frozenset[int] = frozenset()  # the captures in favour of which it was superseded until somebody undid that


class Decisions:
    """The decisions of a corpus. Methods that write expect a transaction around them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, decisions: Iterable[Decision], run_id: int) -> None:
        """Record decisions; they are in force from now on."""
        rows = [(d.document_id, run_id, d.rule, d.value, d.threshold, d.duplicate_of, d.detail) for d in decisions]
        self._database.execute_many(sql.INSERT_DECISION, rows)

    def withdraw(self, document_ids: Iterable[int], rules: Sequence[str], run_id: int) -> None:
        """Take back what these rules decided about these documents."""
        parameters = (run_id, json.dumps(list(document_ids)), json.dumps(list(rules)))
        self._database.execute(sql.WITHDRAW_DECISIONS, parameters)

    def of(self, document_id: int) -> list[Row]:
        """Every decision about a document, in force or taken back, oldest first."""
        return self._database.rows(sql.SELECT_DECISIONS, (document_id,))

    def in_force(self, rules: Sequence[str]) -> list[Row]:
        """The decisions of these rules that are in force, by document."""
        return self._database.rows(sql.SELECT_IN_FORCE, (json.dumps(list(rules)),))

    def captures(self) -> list[Capture]:
        """All captures of every URL that has several: by URL, the oldest first."""
        rows = self._database.rows(sql.SELECT_CAPTURES)
        return [Capture(row["id"], row["url"], row["superseded_by"], _ids(row["undone"])) for row in rows]

    # undo

    def undoings(self) -> list[Row]:
        """Every run with its command, and the run that it undoes, if it is an undo."""
        return self._database.rows(sql.SELECT_UNDOINGS)

    def history(self) -> History:
        """Which runs hold, and which were undone."""
        rows = self.undoings()
        return History.of(
            {row["id"]: row["undoes"] for row in rows}, (row["id"] for row in rows if row["accepted_by"] is not None)
        )

    def set_undoes(self, run_id: int, undone: int) -> None:
        """Remember that a run undoes another one."""
        self._database.execute(sql.SET_UNDOES, (undone, run_id))

    def made_by(self, run_id: int) -> list[Row]:
        """The decisions of a run, those that were taken back too."""
        return self._database.rows(sql.SELECT_DECISIONS_BY_RUN, (run_id,))

    def withdrawn_by(self, run_id: int) -> list[Row]:
        """The decisions that a run took back, and that nobody put in force again."""
        return self._database.rows(sql.SELECT_WITHDRAWN_BY_RUN, (run_id,))

    def restored_by(self, run_id: int) -> list[Row]:
        """The decisions that a run put in force again; some may be taken back by now."""
        return self._database.rows(sql.SELECT_RESTORED_BY_RUN, (run_id,))

    def take_back(self, ids: Iterable[int], by: int) -> None:
        """Take decisions back, by their own ids."""
        self._database.execute(sql.SET_WITHDRAWN, (by, json.dumps(list(ids))))

    def restore(self, ids: Sequence[int], by: int) -> None:
        """Put decisions in force again, by their own ids."""
        self._database.execute(sql.SET_WITHDRAWN, (None, json.dumps(ids)))
        self._database.execute_many(sql.INSERT_RESTORATION, [(by, one) for one in ids])

    def rules_in_force(self, document_ids: Iterable[int]) -> dict[int, set[str]]:
        """The rules that drop these documents."""
        found: dict[int, set[str]] = {}
        for row in self._database.rows(sql.SELECT_RULES_IN_FORCE, (json.dumps(list(document_ids)),)):
            found.setdefault(row["document_id"], set()).add(row["rule"])
        return found

    def about(self, ids: Iterable[int]) -> list[int]:
        """The decisions in force about these documents or in their favour, by their own ids."""
        return [row["id"] for row in self._database.rows(SELECT_ABOUT, {"ids": json.dumps(list(ids))})]

    def dropping_since(self, document_ids: Iterable[int], run_id: int) -> dict[int, int]:
        """The decisions that drop these documents and were made, or put in force again, after a run; each with its document."""
        values = {"ids": json.dumps(list(document_ids)), "run": run_id}
        return {row["id"]: row["document_id"] for row in self._database.rows(SELECT_DROPPED_SINCE, values)}

    def with_document(self, ids: Iterable[int]) -> set[int]:
        """Those of the pages that have a document."""
        return {row["id"] for row in self._database.rows(sql.SELECT_WITH_DOCUMENT, (json.dumps(list(ids)),))}

    def runs_about(self, document_ids: Iterable[int]) -> list[int]:
        """The runs which decided about these documents or in their favour, or took such a decision back."""
        return [row[0] for row in self._database.rows(sql.SELECT_RUNS_ABOUT, {"ids": json.dumps(list(document_ids))})]


def _ids(joined: str | None) -> frozenset[int]:
    return frozenset(int(one) for one in joined.split(",")) if joined else frozenset()
