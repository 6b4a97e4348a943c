"""Selections that were saved by name: their criteria, which are evaluated again whenever the name is used."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from corpuskit.errors import UsageError
from corpuskit.selection import Selection, criteria, from_criteria
from corpuskit.store.database import Database
from corpuskit.store.runs import now

SELECT_SELECTION = "SELECT name, criteria, saved_at FROM selections WHERE name = ?"
SELECT_SELECTIONS = "SELECT name, criteria, saved_at FROM selections ORDER BY name"
INSERT_SELECTION = "INSERT INTO selections (name, criteria, saved_at) VALUES (?, ?, ?)"
DELETE_SELECTION = "DELETE FROM selections WHERE name = ?"


@dataclass(frozen=True, slots=True)
class Saved:
    """A selection with its name."""

    name: str
    selection: Selection
    saved_at: str


class Selections:
    """The saved selections of a corpus. Methods that write expect a transaction around them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, name: str) -> Selection:
        """The selection of that name. Raises UsageError where there is none."""
        row = self._database.row(SELECT_SELECTION, (name,))
        if row is None:
            raise UsageError(f"no selection {name!r}", hint=self._near(name))
        return from_criteria(json.loads(row["criteria"]))

    def listed(self) -> list[Saved]:
        """All of them, by name."""
        return [
            Saved(row["name"], from_criteria(json.loads(row["criteria"])), row["saved_at"])
            for row in self._database.rows(SELECT_SELECTIONS)
        ]

    def save(self, name: str, selection: Selection) -> None:
        """Save a selection. Raises UsageError where another one has the name: what a name means does not change silently."""
        row = self._database.row(SELECT_SELECTION, (name,))
        saved = json.dumps(criteria(selection), ensure_ascii=False, sort_keys=True)
        if row is None:
            self._database.execute(INSERT_SELECTION, (name, saved, now()))
        elif row["criteria"] != saved:
            from shlex import quote  # here, because only a mistake needs it

            message = f"there is another selection {name!r}, saved {row['saved_at']}"
            raise UsageError(message, hint=f"corpuskit selections --delete {quote(name)}")

    def delete(self, names: Iterable[str]) -> None:
        """Delete selections. Raises UsageError for one that is not there, and for one that another selection is made of."""
        going = list(names)
        for name in going:
            self.get(name)
        for saved in self.listed():
            if saved.selection.named in going and saved.name not in going:
                raise UsageError(
                    f"selection {saved.name!r} is made of {saved.selection.named!r}", hint="delete both, or that one first"
                )
        self._database.execute_many(DELETE_SELECTION, [(name,) for name in going])

    def _near(self, name: str) -> str:
        from difflib import get_close_matches  # here, because only a mistake needs it

        near = get_close_matches(name, [saved.name for saved in self.listed()], n=3, cutoff=0.5)
        return f"did you mean: {', '.join(near)}" if near else "corpuskit selections"
