"""How many pages hold a line, within a site or source and in the whole corpus. Keys and scopes are numbers made elsewhere."""

from __future__ import annotations

import json
from collections.abc import Iterable

from corpuskit.store import sql
from corpuskit.store.database import Database

PAGES = -1  # the key under which a scope counts its pages


class Lines:
    """The counted lines of a corpus. Methods that write expect a transaction around them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_page(self, scope: int, keys: Iterable[int]) -> None:
        """Count one more page with these lines."""
        self._database.execute_many(sql.COUNT_LINE, [(scope, key) for key in sorted((PAGES, *keys))])

    def counts(self, scope: int, keys: Iterable[int]) -> dict[int, int]:
        """On how many pages of the scope these lines stand; those on one page only are left out."""
        rows = self._database.rows(sql.SELECT_LINES, (scope, json.dumps(list(keys))))
        return {row["key"]: row["pages"] for row in rows}

    def pages(self, scope: int) -> int:
        """How many pages were counted in a scope."""
        return int(self._database.value(sql.SELECT_LINE, (scope, PAGES)) or 0)
