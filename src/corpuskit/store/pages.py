"""Raw pages: contents by digest, captures with where they came from, and the inputs that gave no page."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from corpuskit.documents import Given, RawPage, Revisit, Unread
from corpuskit.reasons import Reason
from corpuskit.store import sql
from corpuskit.store.database import Database, Row
from corpuskit.store.tags import Tags
from corpuskit.zstd import zstd_module

_LEVEL = 1  # zstd: three quarters of the time of its usual level, for 6 % more bytes
_NOTHING_GIVEN = Given()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page came from."""

    source_id: int
    location: str
    url: str | None
    url_source: str | None


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page as it lies in the corpus, with its bytes."""

    id: int
    content: bytes
    media_type: str
    location: str
    source_id: int
    url: str | None
    url_source: str | None
    charset: str | None
    given: Given
    is_clean: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Which outcomes somebody wants to see. Of several sources or reasons one has to fit; those of `together` are summed up."""

    run: int | None = None
    stage: str | None = None
    status: str | None = None
    sources: tuple[str, ...] = ()  # a part of the name of a source, or of a location
    reasons: tuple[str, ...] = ()
    together: tuple[str, ...] = ()
    most: int | None = None

    def parameters(self) -> dict[str, Any]:
        """The parameters of the statements that answer."""
        lists = {name: json.dumps(getattr(self, name)) for name in ("sources", "reasons", "together")}
        most = -1 if self.most is None else self.most
        return {"run": self.run, "stage": self.stage, "status": self.status, "most": most} | lists


@dataclass(frozen=True, slots=True)
class Fetched:
    """The latest capture that was fetched from the web for an address, and how to ask whether the page has changed."""

    id: int
    url: str  # where redirects led to
    raw_digest: str
    etag: str | None
    last_modified: str | None


def digest(content: bytes) -> str:
    """The digest of bytes as the record shows it."""
    return "sha256:" + hashlib.sha256(content).hexdigest()


class Pages:
    """The raw pages of a corpus. Methods that write expect a transaction around them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tags = Tags(database)
        self._zstd = zstd_module()
        self._compressor = self._zstd.ZstdCompressor(_LEVEL)  # one for all pages: it keeps its tables

    def add_source(self, name: str, *, is_file: bool = True) -> int:
        """The id of a source, which is known by its name and the absolute path behind it; where it is no file, by its name."""
        # resolving links would hide how it was named
        path = os.path.abspath(name) if is_file and name != "-" else name  # noqa: PTH100
        path, name = _storable(path), _storable(name)
        known = self._database.value(sql.SELECT_SOURCE, (path, name))
        return int(known) if known else self._database.execute(sql.INSERT_SOURCE, (name, path))

    def add(self, page: RawPage, source_id: int, run_id: int) -> tuple[int, Literal["new", "known"]]:
        """Store a page unless it is there: the same bytes from the same place. Its id, and which it was."""
        raw_digest = digest(page.content)
        identity = page_identity(page, raw_digest)
        known = self._database.value(sql.SELECT_PAGE_BY_IDENTITY, (identity,))
        if known is not None:
            return int(known), "known"
        content_id = self._database.value(sql.SELECT_CONTENT, (raw_digest,)) or self._database.execute(
            sql.INSERT_CONTENT, (raw_digest, len(page.content), self._compressed(page.content))
        )
        page_id = self._database.execute(
            sql.INSERT_PAGE,
            (
                identity, content_id, source_id, run_id, page.location, page.url, page.url_source, page.fetched_at,
                page.media_type, page.charset, _given_as_json(page.given), page.is_clean, page.note,
                page.payload_digest,
            ),
        )  # fmt: skip
        return page_id, "new"

    def _compressed(self, content: bytes) -> bytes:
        frame: bytes = self._compressor.compress(content, self._compressor.FLUSH_FRAME)
        return frame

    def knows(self, identity: bytes) -> bool:
        """Whether a page of this identity is there."""
        return self._database.value(sql.SELECT_PAGE_BY_IDENTITY, (identity,)) is not None

    def tag(self, page_id: int, names: tuple[str, ...], run_id: int) -> None:
        """Put tags on a page; those it has stay as they are."""
        self._tags.give(page_id, names, run_id)

    def add_outcome(self, stage: str, unread: Unread, source_id: int, run_id: int, page_id: int | None = None) -> None:
        """Record an input that failed or was skipped. An input has one outcome a stage: the latest."""
        self._database.execute(
            sql.UPSERT_OUTCOME,
            (stage, source_id, unread.location, unread.status, unread.reason.value, unread.detail, run_id, page_id),
        )

    def add_outcomes(self, stage: str, unread: Iterable[Unread], source_id: int, run_id: int) -> None:
        """Record many inputs that failed or were skipped, as `add_outcome` does one."""
        self._database.execute_many(
            sql.UPSERT_OUTCOME,
            [(stage, source_id, one.location, one.status, one.reason.value, one.detail, run_id, None) for one in unread],
        )

    def clear_outcome(self, stage: str, source_id: int, location: str, *, before_run: int | None = None) -> None:
        """Forget that an input failed, because now it did not; with `before_run` only what an earlier run found."""
        self._database.execute(
            sql.DELETE_OUTCOME, {"stage": stage, "source": source_id, "location": location, "before": before_run}
        )

    def has_outcomes(self, source_id: int) -> bool:
        """Whether anything failed or was skipped in a source."""
        return self._database.value(sql.HAS_OUTCOMES, (source_id,)) is not None

    def outcome(self, stage: str, source_id: int, location: str) -> Unread | None:
        """What is recorded of an input that gave no page, or None."""
        row = self._database.row(sql.SELECT_OUTCOME, (stage, source_id, location))
        return Unread(location, row["status"], Reason(row["reason"]), row["detail"]) if row else None

    def outcomes(self, asked: Asked = Asked()) -> Iterator[Row]:
        """Inputs that failed or were skipped, in the order of their recording."""
        yield from self._database.stream(sql.SELECT_OUTCOMES, asked.parameters())

    def summed_outcomes(self, asked: Asked) -> list[Row]:
        """Those that are told together: a row for each source, with their details counted, and their `amount`."""
        return self._database.rows(sql.SELECT_SUMMED_OUTCOMES, asked.parameters())

    def get(self, page_id: int) -> StoredPage | None:
        """A page with its bytes, or None."""
        row = self._database.row(sql.SELECT_PAGE, (page_id,))
        if row is None:
            return None
        given = json.loads(row["given"])
        return StoredPage(
            id=row["id"],
            content=self._zstd.decompress(row["zstd"]),
            media_type=row["media_type"],
            location=row["location"],
            source_id=row["source_id"],
            url=row["url"],
            url_source=row["url_source"],
            charset=row["charset"],
            given=Given(**given | {"tags": tuple(given.get("tags", ()))}),
            is_clean=bool(row["is_clean"]),
        )

    def place(self, page_id: int) -> Place:
        """Where a page that is in the corpus came from."""
        row = self._database.row(sql.SELECT_PLACE, (page_id,))
        assert row is not None
        return Place(row["source_id"], row["location"], row["url"], row["url_source"])

    def raw(self, page_id: int) -> bytes | None:
        """The bytes of a page exactly as they came, or None."""
        row = self._database.row(sql.SELECT_RAW, (page_id,))
        return self._zstd.decompress(row["zstd"]) if row else None

    def find_original(self, revisit: Revisit) -> int | None:
        """The page whose bytes a revisit refers to: by address and time, else by digest, else the latest capture before it."""
        by_place = (revisit.refers_to_url or revisit.url, revisit.refers_to_date)
        for statement, parameters in (
            (sql.FIND_CAPTURE, by_place),
            (sql.FIND_CAPTURE_BY_DIGEST, (revisit.payload_digest,)),
        ):
            if None not in parameters and (found := self._database.value(statement, parameters)) is not None:
                return int(found)
        if revisit.refers_to_date is None and revisit.payload_digest is None:
            found = self._database.value(sql.FIND_EARLIER_CAPTURE, (by_place[0], revisit.fetched_at))
            return None if found is None else int(found)
        return None

    def find_fetched(self, url: str) -> Fetched | None:
        """The latest capture that was fetched when this address was asked for, or that came from it."""
        row = self._database.row(sql.FIND_FETCHED, {"url": url})
        return Fetched(row["id"], row["url"], row["digest"], row["etag"], row["last_modified"]) if row else None

    def set_validators(self, page_id: int, etag: str | None, last_modified: str | None) -> None:
        """Keep what the server gave to tell later whether the page has changed."""
        self._database.execute(sql.SET_VALIDATORS, (etag, last_modified, page_id))

    def find(self, text: str) -> list[int]:
        """The pages that an id, a URL or a location names."""
        if text.isascii() and text.isdigit() and len(text) < 19:
            return [row["id"] for row in self._database.rows(sql.FIND_PAGE_BY_ID, (int(text),))]
        found = self._database.rows(sql.FIND_PAGES, {"text": text})
        return [row["id"] for row in found]

    def life(self, page_id: int) -> dict[str, Any]:
        """What is known of a page's capture, run and cleaning."""
        row = self._database.row(sql.SELECT_LIFE, (page_id,))
        return dict(row) if row else {}

    def outcomes_at(self, text: str) -> list[Row]:
        """The inputs at a location that gave no page."""
        return self._database.rows(sql.SELECT_OUTCOMES_AT, {"text": text})


def page_identity(page: RawPage, raw_digest: str | None = None) -> bytes:
    """What makes a page the same page: its bytes, and where they came from.

    A URL that its source vouches for is a place of its own, whatever file holds the page; else the place is the file.
    """
    if page.url is not None:
        place = f"url\0{page.url}\0{page.fetched_at or ''}"
    elif page.location.startswith("-"):
        place = f"stdin\0{page.location}"
    else:
        place = f"file\0{os.path.abspath(page.location)}"  # noqa: PTH100
    return hashlib.blake2b(
        f"{raw_digest or digest(page.content)}\0{place}".encode(errors="surrogatepass"), digest_size=16
    ).digest()


def _given_as_json(given: Given) -> str:
    if given == _NOTHING_GIVEN:
        return "{}"
    return json.dumps({name: value for name, value in asdict(given).items() if value}, ensure_ascii=False)


def _storable(text: str) -> str:
    """A path as text; the bytes of a name that are no UTF-8 are percent-encoded."""
    return "".join(f"%{ord(c) - 0xDC00:02X}" if "\udc80" <= c <= "\udcff" else c for c in text)
