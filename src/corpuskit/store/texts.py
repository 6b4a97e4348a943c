"""Texts and groups of documents, as counting reads them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from corpuskit.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_AT_ONCE = 200  # documents that are read in one statement

SELECT_TEXTS = """
SELECT documents.id, documents.title, documents.text
FROM json_each(?) AS wanted JOIN documents ON documents.id = wanted.value ORDER BY documents.id
"""
# group and document of every document; one that belongs to no group has null there
_SELECTED = "SELECT {} AS name, documents.id FROM json_each(?) AS wanted JOIN documents ON documents.id = wanted.value {}"
_GROUPS = {
    "year": ("substr(documents.date, 1, 4)", ""),
    "month": ("CASE WHEN length(documents.date) >= 7 THEN substr(documents.date, 1, 7) END", ""),
    "site": ("documents.site", ""),
    "language": ("documents.language", ""),
    "source": ("sources.name", "JOIN pages ON pages.id = documents.id JOIN sources ON sources.id = pages.source_id"),
    "tag": ("tags.tag", "LEFT JOIN tags ON tags.page_id = documents.id"),
}
SELECT_MEMBERS = {name: _SELECTED.format(column, joins) for name, (column, joins) in _GROUPS.items()}
SELECT_GROUPS = {name: statement + " ORDER BY name IS NULL, name, documents.id" for name, statement in SELECT_MEMBERS.items()}
GROUPS = tuple(SELECT_GROUPS)


class Texts:
    """The texts of a corpus."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self, ids: Sequence[int]) -> Iterator[tuple[int, str | None, str]]:
        """Id, title and text of these documents, in the order of their ids."""
        ordered = sorted(ids)
        for start in range(0, len(ordered), _AT_ONCE):
            rows = self._database.rows(SELECT_TEXTS, (json.dumps(ordered[start : start + _AT_ONCE]),))
            yield from ((row["id"], row["title"], row["text"]) for row in rows)

    def groups(self, ids: Sequence[int], by: str) -> list[tuple[str | None, list[int]]]:
        """These documents by one of `GROUPS`, in the order of the names; those that have none come last, under None.

        With "tag" a document belongs to as many groups as it has tags.
        """
        groups: dict[str | None, list[int]] = {}
        for row in self._database.stream(SELECT_GROUPS[by], (json.dumps(list(ids)),)):
            groups.setdefault(row["name"], []).append(row["id"])
        return list(groups.items())
