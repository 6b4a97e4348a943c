"""Where passages stand. Keys are numbers made elsewhere; nothing is recorded before somebody asks for repeated passages."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from corpuskit.store import sql
from corpuskit.store.database import Database, Row


class Passages:
    """The recorded passages of a corpus. Methods that write expect a transaction around them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unread(self) -> list[int]:
        """The documents whose present text was not read for passages."""
        return [row["id"] for row in self._database.rows(sql.SELECT_UNREAD)]

    def forget_removed(self) -> None:
        """Forget the passages of documents that have no text any more."""
        for statement in sql.DELETE_PASSAGES_OF_REMOVED:
            self._database.execute(statement)

    def put(self, document_id: int, text_digest: str, passages: Iterable[tuple[int, int]]) -> None:
        """Record keys and places of a document's passages, instead of those of an older text."""
        self._database.execute(sql.DELETE_PASSAGES, (document_id,))
        self._database.execute_many(sql.INSERT_PASSAGE, [(key, document_id, place) for key, place in passages])
        self._database.execute(sql.UPSERT_PASSAGE_DOCUMENT, (document_id, text_digest))

    def documents(self) -> int:
        """How many documents were read for passages."""
        return int(self._database.value(sql.COUNT_PASSAGE_DOCUMENTS))

    def repeated(self, ids: Iterable[int], least: int) -> list[Row]:
        """Passages that stand in at least so many of these documents, those in most of them first: key, documents, places."""
        return self._database.rows(sql.SELECT_PASSAGES, {"ids": json.dumps(list(ids)), "least": least})

    def places(self, key: int) -> Iterator[Row]:
        """The documents in which a passage stands, by id, with its first line there."""
        return self._database.stream(sql.SELECT_PASSAGE_PLACES, (key,))

    def counts(self, keys: Iterable[int], *, but: int, least: int) -> dict[int, int]:
        """In how many kept documents these passages stand, one document not counted; those in fewer than `least` are left out."""
        rows = self._database.rows(sql.COUNT_PASSAGES, {"keys": json.dumps(list(keys)), "but": but, "least": least})
        return {row["key"]: row["documents"] for row in rows}
