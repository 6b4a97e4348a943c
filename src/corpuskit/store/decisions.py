"""Decisions about documents: rows that say which rule dropped a document, never the removal of one."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpuskit.store import sql
from corpuskit.store.database import Database, Row


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
        return [Capture(row["id"], row["url"], row["superseded_by"]) for row in rows]
