"""Signals of documents: what quality rules look at, stored once, and which documents a threshold concerns.

The signals of a text and those of a page beside its text stand in two tables, one column each. What a document or its
neighbours say without being read (language, date) is asked of the documents themselves.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpuskit.signals.names import PAGE_SIGNALS, PAGE_VERSION, TEXT_SIGNALS, TEXT_VERSION
from corpuskit.store.database import Database

TEXT, PAGE, DOCUMENT = "signals", "page_signals", "documents"  # where signals stand

_TABLES = {**dict.fromkeys(TEXT_SIGNALS, TEXT), **dict.fromkeys(PAGE_SIGNALS, PAGE)}
_OPERATORS = ("<", "<=", ">", ">=")

SELECT_UNMEASURED = {
    TEXT: """
        SELECT documents.id, documents.characters FROM documents LEFT JOIN signals ON signals.document_id = documents.id
        WHERE documents.id IN (SELECT value FROM json_each(:ids)) AND (signals.text_digest IS NOT documents.text_digest
            OR signals.language IS NOT documents.language OR signals.version <> :version)
        ORDER BY documents.id
    """,
    PAGE: """
        SELECT documents.id, documents.characters FROM documents LEFT JOIN page_signals ON page_signals.document_id = documents.id
        WHERE documents.id IN (SELECT value FROM json_each(:ids))
            AND (page_signals.text_digest IS NOT documents.text_digest OR page_signals.version <> :version)
        ORDER BY documents.id
    """,
}
# One look at the index by digest, where nothing has to be measured
SELECT_ANY_UNMEASURED = {
    TEXT: """
        SELECT documents.id FROM documents INDEXED BY documents_by_text_digest
        LEFT JOIN signals ON signals.document_id = documents.id
        WHERE signals.text_digest IS NOT documents.text_digest OR signals.language IS NOT documents.language
            OR signals.version <> :version
    """,
    PAGE: """
        SELECT documents.id FROM documents INDEXED BY documents_by_text_digest
        LEFT JOIN page_signals ON page_signals.document_id = documents.id
        WHERE page_signals.text_digest IS NOT documents.text_digest OR page_signals.version <> :version
    """,
}
SELECT_TEXTS = """
SELECT id, text_digest, language, words, text FROM documents WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id
"""
_INSERT = {
    TEXT: ("document_id", "text_digest", "language", "version", *TEXT_SIGNALS),
    PAGE: ("document_id", "text_digest", "version", *PAGE_SIGNALS),
}
UPSERT = {
    table: f"INSERT OR REPLACE INTO {table} ({', '.join(columns)}) VALUES ({', '.join('?' for _ in columns)})"  # noqa: S608
    for table, columns in _INSERT.items()
}
SELECT_OUTSIDE = """
SELECT id AS document_id, NULL AS value, language FROM documents INDEXED BY documents_by_text_digest
WHERE language IS NULL OR language NOT IN (SELECT value FROM json_each(:allowed))
"""
# Signals that are not stored: document and value where the threshold is passed. A date that says less than a day is taken as the
# day of it that speaks for the document.
SELECT_BEYOND = {
    ("language_confidence", "<"): """
        SELECT id AS document_id, language_confidence AS value FROM documents INDEXED BY documents_by_text_digest
        WHERE language_confidence < :threshold
    """,
    ("year", "<"): """
        SELECT id AS document_id, CAST(substr(date, 1, 4) AS INTEGER) AS value FROM documents INDEXED BY documents_by_text_digest
        WHERE date IS NOT NULL AND CAST(substr(date, 1, 4) AS INTEGER) < :threshold
    """,
    ("days_ahead", ">"): """
        SELECT documents.id AS document_id, julianday(substr(documents.date || '-01-01', 1, 10))
               - julianday(substr(coalesce(pages.fetched_at, runs.started_at), 1, 10)) AS value
        FROM documents INDEXED BY documents_by_text_digest
        JOIN pages ON pages.id = documents.id JOIN runs ON runs.id = pages.run_id
        WHERE documents.date IS NOT NULL AND value > :threshold
    """,
    ("site_date_share", ">"): """
        WITH dated AS (
            SELECT site, date, count(*) AS documents FROM documents INDEXED BY documents_by_text_digest
            WHERE site IS NOT NULL AND date IS NOT NULL GROUP BY site, date
        ), sites AS (SELECT site, sum(documents) AS documents FROM dated GROUP BY site)
        SELECT documents.id AS document_id, dated.documents * 1.0 / sites.documents AS value
        FROM dated JOIN sites ON sites.site = dated.site
        JOIN documents ON documents.site = dated.site AND documents.date = dated.date
        WHERE length(dated.date) = 10 AND dated.documents >= :site_date_documents AND value > :threshold
    """,
}
COUNT_DROPPED_FOR = """
SELECT count(DISTINCT document_id) FROM decisions
WHERE withdrawn_by IS NULL AND duplicate_of IS NOT NULL AND duplicate_of IN (SELECT value FROM json_each(?))
AND rule IN (SELECT value FROM json_each(?))
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """A threshold on a signal: what stands in the relation to it is beyond, if the signals of `least` are at least so much."""

    signal: str
    relation: str  # "<", "<=", ">", ">="
    threshold: float
    least: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is to be measured."""

    id: int
    digest: str
    language: str | None
    words: int
    text: str


def home_of(signal: str) -> str:
    """Where a signal stands: in the table of texts, in that of pages, or with the documents themselves."""
    return _TABLES.get(signal, DOCUMENT)


class Signals:
    """The signals of a corpus. Methods that write expect a transaction around them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unmeasured(self, table: str, ids: Iterable[int]) -> list[tuple[int, int]]:
        """Those of the documents that have no signals of their present text, language and definition; and their length."""
        version = {"version": TEXT_VERSION if table == TEXT else PAGE_VERSION}
        missing = {row["id"] for row in self._database.stream(SELECT_ANY_UNMEASURED[table], version)}.intersection(ids)
        if not missing:
            return []
        rows = self._database.rows(SELECT_UNMEASURED[table], version | {"ids": json.dumps(sorted(missing))})
        return [(row["id"], row["characters"]) for row in rows]

    def texts(self, ids: Iterable[int]) -> list[Text]:
        """The texts of these documents, by id."""
        rows = self._database.rows(SELECT_TEXTS, (json.dumps(list(ids)),))
        return [Text(row["id"], row["text_digest"], row["language"], row["words"], row["text"]) for row in rows]

    def put_of_text(self, text: Text, signals: Mapping[str, float | None]) -> None:
        """Store the signals of a text."""
        values = (signals[name] for name in TEXT_SIGNALS)
        self._database.execute(UPSERT[TEXT], (text.id, text.digest, text.language, TEXT_VERSION, *values))

    def put_of_page(self, text: Text, signals: Mapping[str, float | None]) -> None:
        """Store the signals of a page beside its text."""
        values = (signals.get(name) for name in PAGE_SIGNALS)
        self._database.execute(UPSERT[PAGE], (text.id, text.digest, PAGE_VERSION, *values))

    def of(self, document_id: int) -> dict[str, Any]:
        """Every stored signal of a document; empty where nothing was measured."""
        found: dict[str, Any] = {}
        for table, names in ((TEXT, TEXT_SIGNALS), (PAGE, PAGE_SIGNALS)):
            row = self._database.row(f"SELECT * FROM {table} WHERE document_id = ?", (document_id,))  # noqa: S608
            found |= {name: row[name] for name in names} if row else {}
        return found

    def count_dropped_for(self, document_ids: Iterable[int], rules: Sequence[str]) -> int:
        """How many documents these rules drop in favour of one of these."""
        return int(self._database.value(COUNT_DROPPED_FOR, (json.dumps(list(document_ids)), json.dumps(list(rules)))))

    def outside(self, languages: Sequence[str]) -> Iterator[tuple[int, str | None]]:
        """Documents in none of these languages, and their language."""
        for row in self._database.stream(SELECT_OUTSIDE, {"allowed": json.dumps(list(languages))}):
            yield row["document_id"], row["language"]

    def beyond(self, limits: Sequence[Limit]) -> Iterator[tuple[int, int, float]]:
        """Where a limit is passed: document, place of the limit, and the value. Each table is read once for all limits."""
        for table in (TEXT, PAGE):
            of_table = [(place, limit) for place, limit in enumerate(limits) if home_of(limit.signal) == table]
            if of_table:
                yield from self._stored(table, of_table)
        for place, limit in enumerate(limits):
            if home_of(limit.signal) == DOCUMENT:
                parameters = {"threshold": limit.threshold, **dict(limit.least)}
                for row in self._database.stream(SELECT_BEYOND[limit.signal, limit.relation], parameters):
                    yield row["document_id"], place, row["value"]

    def _stored(self, table: str, limits: Sequence[tuple[int, Limit]]) -> Iterator[tuple[int, int, float]]:
        conditions, parameters = [], []
        for _, limit in limits:
            parts = [(limit.signal, limit.relation, limit.threshold), *((name, ">=", least) for name, least in limit.least)]
            assert all(name in _TABLES and relation in _OPERATORS for name, relation, _ in parts)
            conditions.append(" AND ".join(f"{name} {relation} ?" for name, relation, _ in parts))
            parameters += [number for _, _, number in parts]
        # Each limit gives the value where it is passed, else null: so that no comparison is written twice.
        columns = ", ".join(
            f"CASE WHEN {condition} THEN {limit.signal} END" for condition, (_, limit) in zip(conditions, limits, strict=True)
        )
        anywhere = " OR ".join(f"({condition})" for condition in conditions)
        statement = f"SELECT document_id, {columns} FROM {table} WHERE {anywhere}"  # noqa: S608
        places = [place for place, _ in limits]
        for row in self._database.stream(statement, [*parameters, *parameters]):
            document_id, *values = row
            for place, value in zip(places, values, strict=True):
                if value is not None:
                    yield document_id, place, value
