"""Forgetting: taking pages out of every table, leaving nothing behind in free space, and reading what is left.

What refers to a page is found in the schema, so that a table of tomorrow is not forgotten. The full-text index is built anew: it
merges its parts lazily, and words of a text that was merely deleted from it can stay for years.
"""

# ruff: noqa: S608  # what is put together here are names of tables, never what a user wrote

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from corpuskit.store.database import Database, Row
from corpuskit.store.tombstones import address_of

_IN = "IN (SELECT value FROM json_each(:ids))"
_SELECT_URLS = "SELECT id, url FROM pages WHERE url IS NOT NULL"
_SELECT_OWN_URLS = "SELECT id, url FROM documents WHERE url IS NOT NULL"
_SELECT_SAME_BYTES = f"""
SELECT pages.id, contents.digest FROM pages JOIN contents ON contents.id = pages.content_id
WHERE pages.content_id IN (SELECT content_id FROM pages WHERE id {_IN}) ORDER BY pages.id
"""
_SELECT_PAGES = f"""
SELECT pages.id, coalesce(pages.url, documents.url) AS url, pages.url AS given_url, documents.title, pages.location,
       contents.digest, (SELECT count(*) FROM earlier_cleanings WHERE page_id = pages.id) AS earlier
FROM pages JOIN contents ON contents.id = pages.content_id LEFT JOIN documents ON documents.id = pages.id
WHERE pages.id {_IN} ORDER BY pages.id
"""
# documents that are like these: what dedupe measured, what it decided, and texts that are the same to the letter
_SELECT_ALIKE = f"""
SELECT other AS id, mine AS like, max(jaccard) AS jaccard, max(decided) AS decided FROM (
    SELECT other_id AS other, document_id AS mine, jaccard, 0 AS decided FROM pairs WHERE document_id {_IN}
    UNION ALL SELECT document_id, other_id, jaccard, 0 FROM pairs WHERE other_id {_IN}
    UNION ALL SELECT duplicate_of, document_id, value, 1 FROM decisions
        WHERE document_id {_IN} AND duplicate_of IS NOT NULL AND withdrawn_by IS NULL AND rule <> 'superseded'
    UNION ALL SELECT document_id, duplicate_of, value, 1 FROM decisions
        WHERE duplicate_of {_IN} AND withdrawn_by IS NULL AND rule <> 'superseded'
    UNION ALL SELECT theirs.id, mine.id, 1.0, 0 FROM documents AS mine JOIN documents AS theirs USING (text_digest)
        WHERE mine.id {_IN} AND theirs.id <> mine.id
) JOIN documents ON documents.id = other
WHERE other NOT {_IN} AND (jaccard >= :least OR decided) GROUP BY other ORDER BY jaccard DESC, other
"""

# what is text of a page, or was made of it: the columns, and the frames in which bytes lie
_TEXT_COLUMNS = ("title", "lead", "author", "text", "title_characters", "text_characters")
_SELECT_TEXTS = f"SELECT {', '.join(_TEXT_COLUMNS)} FROM documents WHERE id = ?"
_SELECT_GIVEN = "SELECT given, zstd FROM pages JOIN contents ON contents.id = pages.content_id WHERE pages.id = ?"
_SELECT_EARLIER = "SELECT document FROM earlier_cleanings WHERE page_id = ? AND document IS NOT NULL"

_SELECT_ARGUMENTS = {
    "runs": "SELECT id, arguments FROM runs ORDER BY id",
    "exports": "SELECT id, arguments FROM exports ORDER BY id",
}
_SET_ARGUMENTS = {
    "runs": "UPDATE runs SET arguments = ? WHERE id = ?",
    "exports": "UPDATE exports SET arguments = ? WHERE id = ?",
}

_SELECT_TABLES = r"SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'documents\_fts%' ESCAPE '\'"
_SELECT_REFERENCES = """
SELECT tables.name AS "table", keys."from" AS "column" FROM sqlite_schema AS tables, pragma_foreign_key_list(tables.name) AS keys
WHERE tables.type = 'table' AND keys."table" = 'pages'
"""
_RELEASED = f"""
SELECT DISTINCT document_id FROM decisions
WHERE duplicate_of {_IN} AND withdrawn_by IS NULL AND document_id NOT {_IN} ORDER BY 1
"""
_FORGET = (
    f"DELETE FROM restorations WHERE decision_id IN (SELECT id FROM decisions WHERE document_id {_IN})",
    f"DELETE FROM decisions WHERE document_id {_IN}",
    f"""UPDATE decisions SET withdrawn_by = :run, duplicate_of = NULL,
        detail = ltrim(detail || '; ', '; ') || 'a duplicate of ' || duplicate_of || ', which was forgotten'
        WHERE duplicate_of {_IN}""",
    f"""DELETE FROM outcomes WHERE page_id {_IN} OR EXISTS (
        SELECT 1 FROM pages WHERE id {_IN} AND pages.location = outcomes.location AND pages.source_id = outcomes.source_id)""",
    f"DELETE FROM contents WHERE id IN (SELECT content_id FROM pages WHERE id {_IN})",
    "DELETE FROM word_counts",  # and with them the words, of which some may have stood in these pages only
    "DELETE FROM vocabulary",
)  # fmt: skip
_FORGET_PAGES = f"DELETE FROM pages WHERE id {_IN}"
_HANDLED = {("decisions", "document_id"), ("decisions", "duplicate_of"), ("outcomes", "page_id")}
_DELETE_SELECTION = "DELETE FROM selections WHERE name = ?"
_BUILD_INDEX = "INSERT INTO documents_fts (documents_fts) VALUES ('rebuild')"

# tables in which the words of one page may also stand as those of another; in all others they are a trace of it
_HOLDERS = {"documents": "id", "pages": "id", "contents": "id", "earlier_cleanings": "page_id"}
_MAY_HOLD = ("sources", "outcomes", "cleanings", "tags", "tag_changes", "decisions", "recipes", "tombstones", "sqlite_schema")
_SELECT_OWNERS = "SELECT id FROM pages WHERE content_id = ? ORDER BY id"


@dataclass(frozen=True, slots=True)
class Cell:
    """The values of one row that is still there."""

    table: str
    row: int
    pages: tuple[int, ...]  # whose it is
    content: bytes
    is_log: bool  # no page has a right to its words


class Forgetting:
    """Taking pages out of a corpus. Methods that write expect a transaction around them, but for `sweep`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # what would go

    def captures(self, addresses: Iterable[str]) -> list[int]:
        """The pages that are captures of these addresses, however their URLs are written."""
        return self._at(_SELECT_URLS, addresses)

    def claimants(self, addresses: Iterable[str]) -> list[int]:
        """The pages of which these are the addresses, also by nothing but their own word."""
        return self._at(_SELECT_OWN_URLS, addresses)

    def _at(self, statement: str, addresses: Iterable[str]) -> list[int]:
        wanted = frozenset(addresses)
        return [row["id"] for row in self._database.stream(statement) if address_of(row["url"]) in wanted] if wanted else []

    def same_bytes(self, ids: Iterable[int]) -> list[Row]:
        """The pages with the bytes of these, themselves among them: `id`, `digest`."""
        return self._database.rows(_SELECT_SAME_BYTES, {"ids": json.dumps(list(ids))})

    def pages(self, ids: Iterable[int]) -> list[Row]:
        """What is worth saying of pages, by id."""
        return self._database.rows(_SELECT_PAGES, {"ids": json.dumps(list(ids))})

    def alike(self, ids: Iterable[int], least: float) -> list[Row]:
        """Other documents that are duplicates of these, as far as that was ever measured: `id`, `like`, `jaccard`, `decided`."""
        return self._database.rows(_SELECT_ALIKE, {"ids": json.dumps(list(ids)), "least": least})

    def values(self, page_id: int) -> Iterator[str | bytes]:
        """Every text and every frame of bytes that is stored of a page."""
        for row in self._database.rows(_SELECT_TEXTS, (page_id,)):
            yield from (value for value in row if value)
        for row in self._database.rows(_SELECT_GIVEN, (page_id,)):
            yield from (value for value in json.loads(row["given"]).values() if isinstance(value, str))
            yield row["zstd"]
        for row in self._database.rows(_SELECT_EARLIER, (page_id,)):
            yield row["document"]

    def arguments(self) -> Iterator[tuple[str, int, list[str]]]:
        """The command lines in the logs: table, row, arguments."""
        for table, statement in _SELECT_ARGUMENTS.items():
            for row in self._database.rows(statement):
                yield table, row["id"], json.loads(row["arguments"])

    # taking away

    def set_arguments(self, table: str, row: int, arguments: Sequence[str]) -> None:
        """Put another command line in the place of one."""
        self._database.execute(_SET_ARGUMENTS[table], (json.dumps(arguments), row))

    def delete_selection(self, name: str) -> None:
        """Let a saved selection go."""
        self._database.execute(_DELETE_SELECTION, (name,))

    def remove(self, ids: Sequence[int], run_id: int) -> list[int]:
        """Take pages out of every table. Documents that were dropped in their favour are kept again: which."""
        values: dict[str, Any] = {"ids": json.dumps(list(ids)), "run": run_id}
        released = [row[0] for row in self._database.rows(_RELEASED, values)]
        for statement in _FORGET:
            self._database.execute(statement, values)
        for row in self._database.rows(_SELECT_REFERENCES):
            if (row["table"], row["column"]) not in _HANDLED:
                self._database.execute(f'DELETE FROM "{row["table"]}" WHERE "{row["column"]}" {_IN}', values)
        self._database.execute(_FORGET_PAGES, values)
        self._database.execute(_BUILD_INDEX)
        return released

    def sweep(self) -> None:
        """Write the whole file anew, so that free space holds nothing of the past. Needs room for a second and a third copy."""
        self._database.execute("PRAGMA temp_store = FILE")  # the copy is as large as the corpus
        self._database.execute("VACUUM")

    # what is left

    def cells(self, *, with_contents: bool) -> Iterator[Cell]:
        """Every row that is still there; of raw pages, if they are asked for, the frames and what is in them."""
        for table in ("sqlite_schema", *(row[0] for row in self._database.rows(_SELECT_TABLES))):
            if (table == "contents") == with_contents:
                yield from self._cells_of(table)

    def _cells_of(self, table: str) -> Iterator[Cell]:
        is_log = table not in _HOLDERS and table not in _MAY_HOLD
        for number, row in enumerate(self._database.stream(f'SELECT * FROM "{table}"'), start=1):
            values = dict(zip(row.keys(), row, strict=True))
            place = values.get("id", number)
            owner = values.get(_HOLDERS.get(table, ""))
            if table == "contents":
                owners = tuple(one[0] for one in self._database.rows(_SELECT_OWNERS, (owner,)))
            else:
                owners = () if owner is None else (owner,)
            yield Cell(table, place if isinstance(place, int) else number, owners, _joined(values.values()), is_log)


def _joined(values: Iterable[Any]) -> bytes:
    from corpuskit.zstd import zstd_module

    zstd = zstd_module()
    parts = []
    for value in values:
        if isinstance(value, str):
            parts.append(value.encode())
        elif isinstance(value, bytes):
            parts.append(value)
            if value.startswith(b"\x28\xb5\x2f\xfd"):
                try:
                    parts.append(zstd.decompress(value))
                except zstd.ZstdError:  # `check` says so
                    continue
    return b"\0".join(parts)
