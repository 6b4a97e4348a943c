"""How many pages hold a line, within a site or source and in the whole corpus. Keys and scopes are numbers made elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable

from corpuskit.store import sql
from corpuskit.store.database import Database

_UNCOUNT = "UPDATE lines SET pages = pages - 1 WHERE scope = ? AND key = ?"
_DELETE_UNCOUNTED = "DELETE FROM lines WHERE scope = ? AND key = ? AND pages < 1"
_UNREAD = """
SELECT id FROM pages WHERE media_type <> 'text/plain' AND NOT is_clean
   AND NOT EXISTS (SELECT 1 FROM lines WHERE scope = ? AND key = pages.id)
 ORDER BY id
"""
PAGES = -1  # the key under which a scope counts its pages


class Lines:
    """The counted lines of a corpus. Methods that write expect a transaction around them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_page(self, scope: int, keys: Iterable[int]) -> None:
        """Count one more page with these lines."""
        self._database.execute_many(sql.COUNT_LINE, [(scope, key) for key in sorted((PAGES, *keys))])

    def remove_page(self, scope: int, keys: Iterable[int]) -> None:
        """Count one page with these lines less; lines that stand on no page any more are gone."""
        listed = [(scope, key) for key in sorted((PAGES, *keys))]
        self._database.execute_many(_UNCOUNT, listed)
        self._database.execute_many(_DELETE_UNCOUNTED, listed)

    def counts(self, scope: int, keys: Iterable[int]) -> dict[int, int]:
        """On how many pages of the scope these lines stand; those on one page only are left out."""
        rows = self._database.rows(sql.SELECT_LINES, (scope, json.dumps(list(keys))))
        return {row["key"]: row["pages"] for row in rows}

    def count(self, scope: int, key: int) -> int:
        """On how many pages of the scope a line stands."""
        return int(self._database.value(sql.SELECT_LINE, (scope, key)) or 0)

    def pages(self, scope: int) -> int:
        """How many pages were counted in a scope."""
        return self.count(scope, PAGES)

    def unread(self, scope: int) -> list[int]:
        """The pages of markup whose ids are not among the keys of a scope."""
        return [row["id"] for row in self._database.rows(_UNREAD, (scope,))]
