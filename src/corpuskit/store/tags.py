"""Tags: what pages are marked with, and every change of it.

A page has a tag when the latest change of it, among the runs that are not undone, gave it. So an undo needs no rows of its own:
what it touches is settled again from the changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from corpuskit.history import History
from corpuskit.store.database import Database, Row

RECORD_GIVEN = """
INSERT INTO tag_changes (run_id, page_id, tag, added) SELECT ?1, ?2, ?3, 1
WHERE NOT EXISTS (SELECT 1 FROM tags WHERE page_id = ?2 AND tag = ?3)
"""
GIVE = "INSERT OR IGNORE INTO tags (run_id, page_id, tag) VALUES (?, ?, ?)"
RECORD_GIVEN_TO_ALL = """
INSERT INTO tag_changes (run_id, page_id, tag, added) SELECT :run, value, :tag, 1 FROM json_each(:ids)
WHERE NOT EXISTS (SELECT 1 FROM tags WHERE page_id = value AND tag = :tag)
"""
GIVE_TO_ALL = "INSERT OR IGNORE INTO tags (page_id, tag, run_id) SELECT value, :tag, :run FROM json_each(:ids)"
RECORD_TAKEN = """
INSERT INTO tag_changes (run_id, page_id, tag, added) SELECT :run, page_id, tag, 0 FROM tags
WHERE tag = :tag AND page_id IN (SELECT value FROM json_each(:ids)) ORDER BY page_id
"""
TAKE = "DELETE FROM tags WHERE tag = :tag AND page_id IN (SELECT value FROM json_each(:ids))"
COUNT_WITH = "SELECT count(*) FROM tags WHERE tag = :tag AND page_id IN (SELECT value FROM json_each(:ids))"
# every change of what a run has changed
SELECT_CHANGES_AROUND = """
SELECT every.page_id, every.tag, every.run_id, every.added
FROM tag_changes AS mine JOIN tag_changes AS every ON every.page_id = mine.page_id AND every.tag = mine.tag
WHERE mine.run_id = ? ORDER BY every.page_id, every.tag, every.id
"""
DELETE_TAG = "DELETE FROM tags WHERE page_id = ? AND tag = ?"
INSERT_TAG = "INSERT INTO tags (page_id, tag, run_id) VALUES (?, ?, ?)"
SELECT_CHANGES_OF_PAGE = """
SELECT tag_changes.tag, tag_changes.run_id AS run, runs.command, tag_changes.added
FROM tag_changes JOIN runs ON runs.id = tag_changes.run_id WHERE page_id = ? ORDER BY tag_changes.tag, tag_changes.id
"""


@dataclass(frozen=True, slots=True)
class Settled:
    """A tag of a page before and after an undo: the run that gave it, or None where the page has it not."""

    page_id: int
    tag: str
    before: int | None
    after: int | None
    decided_by: int | None  # the run whose change holds after it, also where that took the tag away


class Tags:
    """The tags of a corpus. Methods that write expect a transaction around them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def give(self, page_id: int, names: Iterable[str], run_id: int) -> None:
        """Put tags on a page; those it has stay as they are."""
        rows = [(run_id, page_id, name) for name in dict.fromkeys(names)]
        if rows:
            self._database.execute_many(RECORD_GIVEN, rows)
            self._database.execute_many(GIVE, rows)

    def give_to_all(self, ids: Sequence[int], name: str, run_id: int) -> int:
        """Put a tag on pages; how many did not have it."""
        values = {"run": run_id, "tag": name, "ids": json.dumps(list(ids))}
        given = self._database.change(RECORD_GIVEN_TO_ALL, values)
        self._database.execute(GIVE_TO_ALL, values)
        return given

    def take_from_all(self, ids: Sequence[int], name: str, run_id: int) -> int:
        """Take a tag off pages; how many had it."""
        values = {"run": run_id, "tag": name, "ids": json.dumps(list(ids))}
        self._database.execute(RECORD_TAKEN, values)
        return self._database.change(TAKE, {"tag": name, "ids": values["ids"]})

    def count(self, ids: Sequence[int], name: str) -> int:
        """How many of the pages have a tag."""
        return int(self._database.value(COUNT_WITH, {"tag": name, "ids": json.dumps(list(ids))}))

    def of(self, page_id: int) -> list[Row]:
        """Every change of the tags of a page, by tag, oldest first."""
        return self._database.rows(SELECT_CHANGES_OF_PAGE, (page_id,))

    # undo

    def around(self, run_id: int, before: History, after: History) -> list[Settled]:
        """What a run has changed: how it stands now, and how it stands where `after` is the history."""
        found = []
        rows = self._database.rows(SELECT_CHANGES_AROUND, (run_id,))
        for (page_id, tag), changes in groupby(rows, key=lambda row: (row["page_id"], row["tag"])):
            history = [(row["run_id"], bool(row["added"])) for row in changes]
            now, then = _holding(history, before), _holding(history, after)
            found.append(Settled(page_id, tag, _giver(now), _giver(then), then[0] if then else None))
        return found

    def settle(self, settled: Iterable[Settled]) -> None:
        """Bring tags to where they stand afterwards."""
        changed = [one for one in settled if one.before != one.after]
        self._database.execute_many(DELETE_TAG, [(one.page_id, one.tag) for one in changed])
        self._database.execute_many(INSERT_TAG, [(one.page_id, one.tag, one.after) for one in changed if one.after is not None])


def _holding(changes: Sequence[tuple[int, bool]], history: History) -> tuple[int, bool] | None:
    """The latest change by a run that is not undone: run, and whether it gave the tag."""
    return next((change for change in reversed(changes) if change[0] not in history.undone), None)


def _giver(change: tuple[int, bool] | None) -> int | None:
    return change[0] if change is not None and change[1] else None
