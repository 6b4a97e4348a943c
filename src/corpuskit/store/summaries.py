"""Summaries: the corpus in numbers, for `report`. What concerns documents counts those of a selection."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from corpuskit.store.database import Database, Row

# What was met on the way in: a page is captured, an input without one has an outcome that says why.
_UNREAD = """
SELECT status || ': ' || reason AS name, count(*) AS count FROM outcomes
WHERE stage IN ('import', 'fetch') GROUP BY 1 ORDER BY 2 DESC, 1
"""
_UNCLEANED = """
SELECT CASE WHEN cleanings.page_id IS NULL THEN 'not cleaned yet' ELSE outcome || coalesce(': ' || reason, '') END AS name,
       count(*) AS count
FROM pages LEFT JOIN cleanings ON cleanings.page_id = pages.id
WHERE coalesce(outcome, '') <> 'cleaned' GROUP BY 1 ORDER BY 2 DESC, 1
"""
_DROPPED = "SELECT reason AS name, count(*) AS count FROM documents_view WHERE reason IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
_PAGES = """
SELECT pages.id, coalesce(documents.url, pages.url) AS url, coalesce(cleanings.outcome, 'not cleaned') AS outcome,
       documents.words, documents.characters, contents.size,
       EXISTS (SELECT 1 FROM decisions WHERE document_id = pages.id AND withdrawn_by IS NULL) AS dropped
FROM pages JOIN contents ON contents.id = pages.content_id
LEFT JOIN cleanings ON cleanings.page_id = pages.id LEFT JOIN documents ON documents.id = pages.id ORDER BY pages.id
"""
_WORDS = "SELECT words FROM documents WHERE id IN (SELECT value FROM json_each(?))"
_CLUSTERS = """
SELECT copies + 1 AS size, count(*) AS clusters FROM (
    SELECT count(*) AS copies FROM decisions WHERE withdrawn_by IS NULL AND duplicate_of IS NOT NULL AND rule <> 'superseded'
    GROUP BY duplicate_of
) GROUP BY 1 ORDER BY 1
"""
_TAGS = "SELECT tag AS name, count(*) AS count FROM tags GROUP BY 1 ORDER BY 2 DESC, 1"
_JACCARD = "SELECT CAST(jaccard * 20 AS INTEGER) AS step, count(*) AS pairs FROM pairs GROUP BY 1 ORDER BY 1"
_RUNS = "SELECT id, command, started_at, status, counts FROM runs ORDER BY id"


class Summaries:
    """Counts over a corpus. Nothing here writes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def unread(self) -> dict[str, int]:
        """Inputs that gave no page, by what became of them and why."""
        return self._counts(_UNREAD)

    def uncleaned(self) -> dict[str, int]:
        """Pages without a text, by why."""
        return self._counts(_UNCLEANED)

    def dropped(self) -> dict[str, int]:
        """Dropped documents, by the rule that their record names."""
        return self._counts(_DROPPED)

    def tags(self) -> dict[str, int]:
        """Pages by tag."""
        return self._counts(_TAGS)

    def pages(self) -> Iterator[Row]:
        """Every page: id, url, outcome of cleaning, words and characters of its text, size in bytes, whether it is dropped."""
        return self._database.stream(_PAGES)

    def words(self, ids: Sequence[int]) -> list[int]:
        """The lengths of these documents, in words."""
        return [row["words"] for row in self._database.stream(_WORDS, (json.dumps(list(ids)),))]

    def cluster_sizes(self) -> dict[int, int]:
        """How many clusters of duplicates have how many documents, the kept one included."""
        return {row["size"]: row["clusters"] for row in self._database.rows(_CLUSTERS)}

    def similarities(self) -> dict[int, int]:
        """How many verified pairs have a Jaccard in each twentieth; 20 stands for equal texts."""
        return {row["step"]: row["pairs"] for row in self._database.rows(_JACCARD)}

    def runs(self) -> list[Row]:
        """Every run: number, command, when, how it ended, counts as JSON."""
        return self._database.rows(_RUNS)

    def _counts(self, statement: str) -> dict[str, int]:
        return {row["name"]: row["count"] for row in self._database.rows(statement)}
