"""Kept counts: which words stand in a document, so that counting need not read its text again.

A row belongs to one text and one set of rules for what a word is; where either has changed it counts for nothing, until it is
replaced. Nothing else in the corpus depends on these tables, and they can be emptied at any time.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from corpuskit.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_AT_ONCE = 2000  # rows that are read in one statement

_CURRENT = """
word_counts JOIN documents ON documents.id = word_counts.document_id AND documents.text_digest = word_counts.text_digest
"""
SELECT_COUNTS = f"""
SELECT word_counts.document_id, word_counts.counts
FROM json_each(:ids) AS wanted CROSS JOIN {_CURRENT}
WHERE word_counts.document_id = wanted.value AND word_counts.rules = :rules
"""  # noqa: S608
SELECT_UNCOUNTED = f"""
SELECT id FROM documents
WHERE id NOT IN (SELECT word_counts.document_id FROM {_CURRENT} WHERE word_counts.rules = ?) ORDER BY id
"""  # noqa: S608
SELECT_DIGESTS = "SELECT id, text_digest FROM documents WHERE id IN (SELECT value FROM json_each(?))"
UPSERT_COUNTS = """
INSERT INTO word_counts (document_id, text_digest, rules, counts) VALUES (?, ?, ?, ?)
ON CONFLICT (document_id) DO UPDATE SET text_digest = excluded.text_digest, rules = excluded.rules, counts = excluded.counts
"""
COUNT_WAITING = "SELECT (SELECT count(*) FROM documents) - (SELECT count(*) FROM word_counts)"
HAS_COUNTS = "SELECT 1 FROM word_counts LIMIT 1"
SELECT_WORDS = "SELECT word FROM vocabulary WHERE number >= ? ORDER BY number"
SELECT_NUMBERS = "SELECT number, word FROM vocabulary WHERE word IN (SELECT value FROM json_each(?))"
COUNT_WORDS = "SELECT count(*) FROM vocabulary"
INSERT_WORD = "INSERT INTO vocabulary (number, word) VALUES (?, ?)"
DELETE_COUNTS = "DELETE FROM word_counts"
DELETE_VOCABULARY = "DELETE FROM vocabulary"


class WordCounts:
    """The kept counts of a corpus. Methods that write expect a transaction around them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def any(self) -> bool:
        """Whether counts of any document are kept."""
        return self._database.value(HAS_COUNTS) is not None

    def read(self, ids: Sequence[int], rules: int) -> Iterator[tuple[list[int], list[bytes]]]:
        """Those of the documents that have current counts, and the counts."""
        for start in range(0, len(ids), _AT_ONCE):
            parameters = {"ids": json.dumps(list(ids[start : start + _AT_ONCE])), "rules": rules}
            rows = self._database.rows(SELECT_COUNTS, parameters)
            yield [row["document_id"] for row in rows], [row["counts"] for row in rows]

    def waiting(self) -> int:
        """About how many documents have no counts yet: cheap to ask, and blind for texts that have changed."""
        return int(self._database.value(COUNT_WAITING))

    def uncounted(self, rules: int) -> list[int]:
        """The documents without current counts."""
        return [row["id"] for row in self._database.stream(SELECT_UNCOUNTED, (rules,))]

    def put(self, counts: Iterable[tuple[int, bytes]], digests: dict[int, str], rules: int) -> None:
        """Keep the counts of documents, in place of those that are there."""
        self._database.execute_many(UPSERT_COUNTS, ((number, digests[number], rules, kept) for number, kept in counts))

    def digests(self, ids: Sequence[int]) -> dict[int, str]:
        """The digests of the texts of these documents."""
        return {row["id"]: row["text_digest"] for row in self._database.rows(SELECT_DIGESTS, (json.dumps(list(ids)),))}

    def words(self, start: int = 0) -> list[str]:
        """The words that have a number, from this number on, in the order of the numbers, which have no gaps."""
        return [row["word"] for row in self._database.stream(SELECT_WORDS, (start,))]

    def numbers(self, words: Sequence[str]) -> dict[str, int]:
        """The numbers of those of the words that have one."""
        return {row["word"]: row["number"] for row in self._database.rows(SELECT_NUMBERS, (json.dumps(list(words)),))}

    def size(self) -> int:
        """How many words have a number."""
        return int(self._database.value(COUNT_WORDS))

    def add_words(self, words: Sequence[str]) -> None:
        """Give these words the next numbers."""
        self._database.execute_many(INSERT_WORD, enumerate(words, start=self.size()))

    def clear(self) -> None:
        """Forget all counts and words."""
        self._database.execute(DELETE_COUNTS)
        self._database.execute(DELETE_VOCABULARY)
