"""Documents: what cleaning made of the pages, their full-text index, and the decisions about them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from corpuskit.documents import Cut
from corpuskit.record import RECORD_FIELDS
from corpuskit.store import sql
from corpuskit.store.database import Database, Row
from corpuskit.store.earlier import Document, Earlier
from corpuskit.store.pages import digest
from corpuskit.tokens import segment

if TYPE_CHECKING:
    from corpuskit.extract.page import Cleaned
    from corpuskit.store.pages import Place

_CHUNK = 200  # documents that are read in one statement

SELECT_OUTCOME = "SELECT outcome FROM cleanings WHERE page_id = ?"
DELETE_CLEANING = "DELETE FROM cleanings WHERE page_id = ?"
SELECT_REPLACEMENTS = "SELECT replacements FROM documents WHERE id = ?"

SELECT_CAPTURES_BESIDE = """
SELECT pages.id, pages.fetched_at, pages.run_id AS run, runs.started_at AS imported_at,
       coalesce((SELECT status FROM documents_view WHERE id = pages.id), cleanings.outcome, 'not cleaned') AS status
FROM pages JOIN runs ON runs.id = pages.run_id LEFT JOIN cleanings ON cleanings.page_id = pages.id
WHERE pages.url = (SELECT url FROM pages WHERE id = :id) AND pages.id <> :id ORDER BY pages.fetched_at, pages.id
"""


class Documents:
    """The documents of a corpus. Methods that write expect a transaction around them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._earlier = Earlier(database)
        self._recipes: dict[str, int] = {}

    def put(self, page_id: int, run_id: int, cleaned: Cleaned, place: Place, evidence: int | None = None) -> str:
        """Store what cleaning made of a page, in place of what was there, which is kept; the outcome: "cleaned" or "no-text".

        A page that came without a URL gets the one that it gives itself. `evidence` is the number of plain-text pages whose lines
        were counted when this one was cleaned; None where they play no part.
        """
        found = cleaned.extraction
        digest_of_text = None if found.text is None else text_digest(found.text)
        self._earlier.keep(page_id, run_id, digest_of_text)
        self.remove(page_id)
        outcome = "no-text" if found.text is None else "cleaned"
        self._record_cleaning(page_id, run_id, cleaned.extractor, outcome, found.reason, found.detail, evidence)
        if found.text is None:
            return outcome
        url, url_source = (place.url, place.url_source) if place.url else (found.url, found.url_source)
        self._insert(
            {
                "id": page_id, "url": url, "url_source": url_source, "site": site_of(url), "title": found.title,
                "lead": found.lead, "author": found.author, "date": found.date, "date_source": found.date_source,
                "site_name": found.site_name, "language": cleaned.language, "language_confidence": cleaned.language_confidence,
                "words": cleaned.words, "characters": cleaned.characters, "text_digest": digest_of_text,
                "encoding": cleaned.encoding, "encoding_source": cleaned.encoding_source, "replacements": cleaned.replacements,
                "confidence": found.confidence, "cuts": json.dumps([[cut.first, cut.last, cut.reason] for cut in found.cuts]),
                "text": found.text,
            }
        )  # fmt: skip
        return outcome

    def put_failure(self, page_id: int, run_id: int, extractor: str, reason: str, detail: str) -> None:
        """Record that cleaning a page failed. What an earlier cleaning came to stays."""
        if self._database.value(SELECT_OUTCOME, (page_id,)) in (None, "failed"):
            self._record_cleaning(page_id, run_id, extractor, "failed", reason, detail)

    def outcome(self, page_id: int) -> str | None:
        """How the cleaning of a page ended that stands; None where there is none."""
        value = self._database.value(SELECT_OUTCOME, (page_id,))
        return None if value is None else str(value)

    def stand(self, page_id: int, earlier_id: int | None, by: int) -> None:
        """Put an earlier cleaning in the place of the one that stands, or nothing; what stood is kept, for the run `by`."""
        coming = None if earlier_id is None else self._earlier.get(earlier_id)
        self._earlier.keep(page_id, by, coming.text_digest if coming else None)
        self.remove(page_id)
        self._database.execute(DELETE_CLEANING, (page_id,))
        if coming is None:
            return
        row = (page_id, coming.recipe_id, coming.run_id, coming.outcome, coming.reason, coming.detail, coming.evidence)
        self._database.execute(sql.UPSERT_CLEANING, row)
        if coming.document is not None:
            self._insert(coming.document)
        self._earlier.delete(coming.id)

    def _insert(self, document: Document) -> None:
        """Put a document into the table and the index. What is made for the index is made here."""
        title = document["title"]
        made = {"title_characters": segment(title) if title else None, "text_characters": segment(document["text"])}
        self._database.execute(sql.INSERT_DOCUMENT, [(document | made).get(name) for name in sql.DOCUMENT_COLUMNS])
        self._database.execute(sql.INDEX_DOCUMENT, (document["id"],))

    def remove(self, page_id: int) -> None:
        """Take a document out of the table and the index; its page and its decisions stay."""
        self._database.execute(sql.UNINDEX_DOCUMENT, (page_id,))
        self._database.execute(sql.DELETE_DOCUMENT, (page_id,))

    def _record_cleaning(
        self,
        page_id: int,
        run_id: int,
        extractor: str,
        outcome: str,
        reason: str | None,
        detail: str,
        evidence: int | None = None,
    ) -> None:
        if extractor not in self._recipes:
            known = self._database.value(sql.SELECT_RECIPE, (extractor,))
            self._recipes[extractor] = known or self._database.execute(sql.INSERT_RECIPE, (extractor,))
        row = (page_id, self._recipes[extractor], run_id, outcome, str(reason) if reason else None, detail, evidence)
        self._database.execute(sql.UPSERT_CLEANING, row)

    def to_clean(self, extractors: Iterable[str] | None = None, evidence: int | None = None) -> list[int]:
        """Pages that have no text yet and were not found to have none.

        With `extractors` also those that were cleaned by any other, and plain-text pages that were cleaned when another number of
        pages than `evidence` had been counted.
        """
        current = None if extractors is None else set(extractors)
        return [
            row["id"]
            for row in self._database.stream(sql.SELECT_UNCLEANED)
            if row["outcome"] in (None, "failed")
            or (current is not None and (row["extractor"] not in current or row["evidence"] not in (None, evidence)))
        ]

    def never_cleaned(self, source_ids: Iterable[int]) -> list[int]:
        """Pages of these sources that were never cleaned."""
        rows = self._database.stream(sql.SELECT_UNCLEANED_OF_SOURCES, (json.dumps(list(source_ids)),))
        return [row["id"] for row in rows]

    def records(self, ids: Sequence[int], fields: Sequence[str] = RECORD_FIELDS) -> Iterator[dict[str, Any]]:
        """Records in the order of `ids`, with these columns of documents_view. Ids without a document give nothing."""
        columns = ", ".join(f'"{name}"' for name in dict.fromkeys(("id", *fields)))
        statement = f"SELECT {columns} FROM documents_view WHERE id IN (SELECT value FROM json_each(?))"  # noqa: S608
        for start in range(0, len(ids), _CHUNK):
            chunk = ids[start : start + _CHUNK]
            found = {row["id"]: row for row in self._database.rows(statement, (json.dumps(list(chunk)),))}
            for document_id in chunk:
                if document_id in found:
                    yield _record(found[document_id], fields)

    def text(self, document_id: int) -> tuple[str | None, str] | None:
        """Title and text of a document, or None."""
        row = self._database.row(sql.SELECT_TEXT, (document_id,))
        return (row["title"], row["text"]) if row else None

    def captures_beside(self, page_id: int) -> list[Row]:
        """The other captures of the address of a page, the oldest first, with what became of them."""
        return self._database.rows(SELECT_CAPTURES_BESIDE, {"id": page_id})

    def replacements(self, document_id: int) -> int:
        """How many sequences of bytes of the page could not be decoded."""
        return int(self._database.value(SELECT_REPLACEMENTS, (document_id,)) or 0)

    def cuts(self, document_id: int) -> list[Cut]:
        """The lines of the page that the cleaner left out."""
        value = self._database.value(sql.SELECT_CUTS, (document_id,))
        return [Cut(first, last, reason) for first, last, reason in json.loads(value or "[]")]


def text_digest(text: str) -> str:
    """The digest of a text as the record shows it."""
    return digest(text.encode())


def _record(row: Row, fields: Sequence[str]) -> dict[str, Any]:
    record = {name: row[name] for name in fields}
    if "tags" in record:
        record["tags"] = json.loads(record["tags"])
    return record


def site_of(url: str | None) -> str | None:
    """The host of a URL, lower case, without a port; None where it has none."""
    from urllib.parse import urlsplit

    try:
        host = urlsplit(url or "").hostname
    except ValueError:
        return None
    return host.rstrip(".") or None if host else None
