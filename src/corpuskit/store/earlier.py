"""Earlier cleanings: what a page's text was before another run replaced it, kept until that run is accepted.

A page has one cleaning that stands, in `cleanings` and `documents`; the others lie here, each with its document as JSON. A text
that equals the one which stands is not kept twice: it is put in when the two part. Which one stands is `standing`'s rule: the
latest result by a run that is not undone.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from corpuskit.history import History
from corpuskit.store.database import Database, Row
from corpuskit.store.sql import DOCUMENT_COLUMNS
from corpuskit.zstd import zstd_module

KEPT_COLUMNS = tuple(name for name in DOCUMENT_COLUMNS if not name.endswith("_characters"))
_LEVEL = 3

SELECT_STANDING = "SELECT * FROM cleanings WHERE page_id = ?"
SELECT_DOCUMENT = f"SELECT {', '.join(KEPT_COLUMNS)} FROM documents WHERE id = ?"  # noqa: S608
SELECT_TEXT_OF = "SELECT text FROM documents WHERE id = ? AND text_digest = ?"
INSERT_EARLIER = """
INSERT INTO earlier_cleanings (page_id, recipe_id, run_id, outcome, reason, detail, evidence, replaced_by, document)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
SELECT_EARLIER = "SELECT * FROM earlier_cleanings WHERE id = ?"
SELECT_EARLIER_OF_PAGE = """
SELECT earlier_cleanings.*, recipes.extractor FROM earlier_cleanings JOIN recipes ON recipes.id = recipe_id
WHERE page_id = ? ORDER BY run_id, earlier_cleanings.id
"""
SELECT_DOCUMENTS_OF_PAGE = "SELECT id, document FROM earlier_cleanings WHERE page_id = ? AND document IS NOT NULL"
SET_DOCUMENT = "UPDATE earlier_cleanings SET document = ? WHERE id = ?"
DELETE_EARLIER = "DELETE FROM earlier_cleanings WHERE id = ?"
_CONCERNED = """
WITH concerned AS (
    SELECT page_id FROM cleanings WHERE run_id = :run UNION SELECT page_id FROM earlier_cleanings WHERE run_id = :run
)
"""
SELECT_VERSIONS_AROUND = f"""
{_CONCERNED}
SELECT page_id, run_id, outcome, NULL AS earlier_id FROM cleanings WHERE page_id IN concerned
UNION ALL SELECT page_id, run_id, outcome, id FROM earlier_cleanings WHERE page_id IN concerned
ORDER BY page_id, run_id
"""  # noqa: S608
SELECT_PAGES_WITH_EARLIER = f"""
{_CONCERNED}
SELECT DISTINCT page_id FROM earlier_cleanings WHERE page_id IN concerned ORDER BY page_id
"""  # noqa: S608
_ACCEPTED = """
FROM earlier_cleanings WHERE replaced_by = :run OR page_id IN (SELECT page_id FROM cleanings WHERE run_id = :run)
"""
COUNT_ACCEPTED = f"SELECT count(*), count(DISTINCT page_id) {_ACCEPTED}"
DELETE_ACCEPTED = f"DELETE {_ACCEPTED}"
SET_ACCEPTED = "UPDATE runs SET accepted_by = ? WHERE id = ?"

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Version:
    """One cleaning of a page: the one that stands, or an earlier one."""

    page_id: int
    run_id: int
    outcome: str
    earlier_id: int | None  # None: it stands


@dataclass(frozen=True, slots=True)
class Kept:
    """An earlier cleaning with its document, as it can stand again."""

    id: int
    page_id: int
    recipe_id: int
    run_id: int
    outcome: str
    reason: str | None
    detail: str
    evidence: int | None
    document: Document | None

    @property
    def text_digest(self) -> str | None:
        """The digest of its text; None where there is none."""
        return self.document["text_digest"] if self.document else None


def standing(versions: Iterable[Version], history: History) -> Version | None:
    """Which cleaning of a page stands: the latest of a run that is not undone. A failure hides no result."""
    may_stand = [version for version in versions if history.keeps_text_of(version.run_id)]
    return max(may_stand, key=lambda version: (version.outcome != "failed", version.run_id), default=None)


class Earlier:
    """The earlier cleanings of a corpus. Methods that write expect a transaction around them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._zstd = zstd_module()

    def keep(self, page_id: int, by: int, coming_digest: str | None) -> None:
        """Keep the cleaning that stands, for the run `by` puts a text with this digest in its place, or none.

        What the same run made before is not kept, nor a failure before another one.
        """
        row = self._database.row(SELECT_STANDING, (page_id,))
        if row is None:
            return
        found = self._database.row(SELECT_DOCUMENT, (page_id,))
        document = dict(found) if found else None
        if document is not None and document["text_digest"] != coming_digest:
            self._put_text_in(page_id, document["text_digest"], document["text"])
        if row["run_id"] == by:
            return
        if document is not None and document["text_digest"] == coming_digest:
            del document["text"]
        self._database.execute(
            INSERT_EARLIER,
            (
                page_id, row["recipe_id"], row["run_id"], row["outcome"], row["reason"], row["detail"], row["evidence"], by,
                self._packed(document),
            ),
        )  # fmt: skip

    def _put_text_in(self, page_id: int, text_digest: str, text: str) -> None:
        """Give their text to those that shared it with the document that is about to go."""
        for row in self._database.rows(SELECT_DOCUMENTS_OF_PAGE, (page_id,)):
            document = self._unpacked(row["document"])
            if "text" not in document and document["text_digest"] == text_digest:
                self._database.execute(SET_DOCUMENT, (self._packed(document | {"text": text}), row["id"]))

    def get(self, earlier_id: int) -> Kept:
        """An earlier cleaning with its whole document."""
        row = self._database.row(SELECT_EARLIER, (earlier_id,))
        assert row is not None
        return self._kept(row)

    def delete(self, earlier_id: int) -> None:
        """Let an earlier cleaning go."""
        self._database.execute(DELETE_EARLIER, (earlier_id,))

    def of(self, page_id: int) -> list[tuple[Row, Document | None]]:
        """The earlier cleanings of a page, the first run first, each with its document."""
        return [(row, self._kept(row).document) for row in self._database.rows(SELECT_EARLIER_OF_PAGE, (page_id,))]

    def versions_around(self, run_id: int) -> list[Version]:
        """Every cleaning of the pages that a run cleaned, by page and run."""
        return [Version(*row) for row in self._database.rows(SELECT_VERSIONS_AROUND, {"run": run_id})]

    def pages_with_earlier(self, run_id: int) -> list[int]:
        """The pages that a run cleaned, and of which there is another cleaning."""
        return [row[0] for row in self._database.rows(SELECT_PAGES_WITH_EARLIER, {"run": run_id})]

    def documents(self, page_ids: Sequence[int]) -> Iterator[tuple[int, dict[Version, Document | None]]]:
        """The cleanings of these pages with what each made of the page."""
        for page_id in page_ids:
            row = self._database.row(SELECT_STANDING, (page_id,))
            found: dict[Version, Document | None] = {}
            if row is not None:
                document = self._database.row(SELECT_DOCUMENT, (page_id,))
                found[Version(page_id, row["run_id"], row["outcome"], None)] = dict(document) if document else None
            for earlier, kept in self.of(page_id):
                found[Version(page_id, earlier["run_id"], earlier["outcome"], earlier["id"])] = kept
            yield page_id, found

    def count_accepted(self, run_id: int) -> tuple[int, int]:
        """How many cleanings accepting a run would let go, and of how many pages."""
        row = self._database.row(COUNT_ACCEPTED, {"run": run_id})
        assert row is not None
        return row[0], row[1]

    def accept(self, run_id: int, by: int) -> int:
        """Let go what a run has replaced, and all else of the pages where its text stands; how many cleanings."""
        gone = self._database.change(DELETE_ACCEPTED, {"run": run_id})
        self._database.execute(SET_ACCEPTED, (by, run_id))
        return gone

    def _kept(self, row: Row) -> Kept:
        document = self._unpacked(row["document"]) if row["document"] is not None else None
        if document is not None and "text" not in document:
            document["text"] = self._database.value(SELECT_TEXT_OF, (row["page_id"], document["text_digest"]))
        return Kept(
            row["id"], row["page_id"], row["recipe_id"], row["run_id"], row["outcome"], row["reason"], row["detail"],
            row["evidence"], document,
        )  # fmt: skip

    def _packed(self, document: Document | None) -> bytes | None:
        if document is None:
            return None
        frame: bytes = self._zstd.compress(json.dumps(document, ensure_ascii=False).encode(), _LEVEL)
        return frame

    def _unpacked(self, frame: bytes) -> Document:
        document: Document = json.loads(self._zstd.decompress(frame))
        return document
