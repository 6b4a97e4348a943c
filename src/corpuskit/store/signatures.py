"""Signatures of documents and verified pairs: what near-duplicates are found with, without reading the old texts again."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from corpuskit.store import sql
from corpuskit.store.database import Database, Row


class Signatures:
    """The signatures of a corpus. Methods that write expect a transaction around them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def missing(self, ids: Iterable[int]) -> list[tuple[int, bool]]:
        """Of these documents those without a signature of their present text, and whether they have one of an older text."""
        rows = self._database.rows(sql.SELECT_UNSIGNED, (json.dumps(list(ids)),))
        return [(row["id"], bool(row["is_stale"])) for row in rows]

    def texts(self, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Text and its digest by document."""
        rows = self._database.rows(sql.SELECT_TEXTS, (json.dumps(list(ids)),))
        return {row["id"]: (row["text"], row["text_digest"]) for row in rows}

    def put(self, rows: Iterable[tuple[int, str, bytes, int, bytes]]) -> None:
        """Store signatures: document, digest of the text, digest of the normalised text, distinct shingles, signature."""
        self._database.execute_many(sql.UPSERT_SIGNATURE, rows)

    def forget_pairs(self, document_id: int) -> None:
        """Forget the pairs of a document whose text has changed."""
        self._database.execute(sql.DELETE_PAIRS, (document_id, document_id))

    def stream(self, ids: Iterable[int]) -> Iterator[Row]:
        """Signatures of these documents with what a keep policy looks at, by id."""
        yield from self._database.stream(sql.SELECT_SIGNATURES, (json.dumps(list(ids)),))

    def settle(self, ids: Iterable[int], settled: str | None) -> None:
        """Remember under which settings these documents were compared with all others."""
        self._database.execute(sql.SETTLE, (settled, json.dumps(list(ids))))

    def pairs(self) -> list[Row]:
        """All verified pairs, the most similar first."""
        return self._database.rows(sql.SELECT_PAIRS)

    def add_pairs(self, pairs: Iterable[tuple[int, int, float]]) -> None:
        """Record verified pairs, the lower id first."""
        self._database.execute_many(sql.UPSERT_PAIR, pairs)

    def dropped_for(self, rules: Sequence[str]) -> dict[int, int | None]:
        """Documents that these rules dropped, and in favour of which."""
        rows = self._database.stream(sql.SELECT_DROPPED_FOR, (json.dumps(list(rules)),))
        return {row["document_id"]: row["duplicate_of"] for row in rows}

    def copies(self, ids: Iterable[int], rules: Sequence[str]) -> dict[int, int]:
        """How many documents were dropped in favour of each of these, where there are any."""
        rows = self._database.rows(sql.COUNT_COPIES, (json.dumps(list(rules)), json.dumps(list(ids))))
        return {row["id"]: row["copies"] for row in rows}
