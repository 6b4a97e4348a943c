"""Tombstones: what is left of pages that were forgotten, so that they do not come back."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from corpuskit.documents import RawPage
from corpuskit.store.database import Database, Row
from corpuskit.store.pages import digest
from corpuskit.store.runs import now
from corpuskit.web.urls import BadUrlError, read_url

_HAS_ANY = "SELECT 1 FROM tombstones WHERE allowed_by IS NULL LIMIT 1"
_BY_DIGEST = "SELECT run_id FROM tombstones WHERE digest = ? AND allowed_by IS NULL LIMIT 1"
_BY_ADDRESS = "SELECT run_id FROM tombstones WHERE address = ? AND allowed_by IS NULL LIMIT 1"
_BY_LOCATION = "SELECT run_id FROM tombstones WHERE location = ? AND address IS NOT NULL AND allowed_by IS NULL LIMIT 1"
_INSERT = """
INSERT INTO tombstones (page_id, digest, url, address, location, run_id, forgotten_at, note) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_COLUMNS = """
SELECT page_id AS id, url, location, digest AS raw_digest, run_id AS run, forgotten_at, note, allowed_by,
       address IS NOT NULL AS by_address
FROM tombstones
"""
_LISTED = f"{_COLUMNS} ORDER BY page_id"
_FIND_BY_ID = f"{_COLUMNS} WHERE page_id = ?"
_FIND = f"""{_COLUMNS} WHERE location = :text OR url = :text OR address = :address OR digest = :text ORDER BY page_id"""
_ALLOW = "UPDATE tombstones SET allowed_by = ? WHERE allowed_by IS NULL AND page_id IN (SELECT value FROM json_each(?))"
# a takedown that was interrupted after it began, and that no later one has brought to its end
UNFINISHED = """
SELECT id FROM runs WHERE command = 'forget' AND status <> 'done' AND id > coalesce(
    (SELECT max(id) FROM runs WHERE command = 'forget' AND status = 'done' AND json_extract(counts, '$.pages') IS NOT NULL), 0)
"""


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is kept of a page that is forgotten. `address` is None where only its bytes are refused from now on."""

    page_id: int
    digest: str
    url: str | None
    address: str | None
    location: str


class Tombstones:
    """The tombstones of a corpus. Methods that write expect a transaction around them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def any(self) -> bool:
        """Whether anything is refused."""
        return self._database.value(_HAS_ANY) is not None

    def refusal(self, page: RawPage) -> str | None:
        """Why a page is not taken in again, or None."""
        if page.url is not None and (why := self.refusal_of_url(page.url)) is not None:
            return why
        run = self._database.value(_BY_DIGEST, (digest(page.content),))
        return None if run is None else f"its bytes were forgotten by run {run}"

    def refusal_of_url(self, url: str) -> str | None:
        """Why what stands at a URL is not taken in, or None."""
        run = self._database.value(_BY_ADDRESS, (address_of(url),)) or self._database.value(_BY_LOCATION, (url,))
        return None if run is None else f"its address was forgotten by run {run}"

    def add(self, tombstones: Iterable[Tombstone], run_id: int, note: str) -> None:
        """Set up tombstones."""
        moment = now()
        rows = [(one.page_id, one.digest, one.url, one.address, one.location, run_id, moment, note) for one in tombstones]
        self._database.execute_many(_INSERT, rows)

    def listed(self) -> list[Row]:
        """Every tombstone, by the id of its page."""
        return self._database.rows(_LISTED)

    def find(self, text: str) -> list[Row]:
        """The tombstones of the pages that an id, a URL, a location or a digest names."""
        if text.isascii() and text.isdigit() and len(text) < 19:
            return self._database.rows(_FIND_BY_ID, (int(text),))
        return self._database.rows(_FIND, {"text": text, "address": address_of(text)})

    def allow(self, page_ids: Iterable[int], run_id: int) -> int:
        """Take in again what had these ids; how many were refused until now."""
        return self._database.change(_ALLOW, (run_id, json.dumps(list(page_ids))))

    def unfinished(self) -> list[int]:
        """Runs that were to forget something and did not come to their end."""
        return [row["id"] for row in self._database.rows(UNFINISHED)]


def address_of(url: str) -> str:
    """What every way to write a URL has in common: host, path and query, without scheme and fragment.

    A fragment that names a page of its own (`#!/page`, `#/page`) stays.
    """
    try:
        parts = urlsplit(read_url(url))
    except BadUrlError:
        return url
    fragment = url.partition("#")[2]
    return urlunsplit(("", parts.netloc, parts.path, parts.query, fragment if fragment.startswith(("!", "/")) else ""))
