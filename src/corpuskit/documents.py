"""The nouns: what travels between readers, extractors, the store and the commands. No behaviour beyond construction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from corpuskit.reasons import Reason


@dataclass(frozen=True, slots=True)
class Given:
    """What the source says about a page (a JSONL row, an option). It is preferred to what the page says of itself."""

    title: str | None = None
    author: str | None = None
    date: str | None = None  # as given; made a partial ISO date when the page is cleaned
    language: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RawPage:
    """One page as a reader found it: bytes that are stored unchanged, and where they came from."""

    content: bytes
    media_type: str  # "text/html", "application/xhtml+xml" or "text/plain"
    location: str  # file, with "#row" or "!/member" behind it: enough to find the page again
    url: str | None = None
    url_source: str | None = None  # how the URL was found: "given", "record", "warc", "mirror" ...
    fetched_at: str | None = None  # UTC, ISO 8601, "Z"
    charset: str | None = None  # declared outside the page (HTTP header, --encoding), as it was written
    given: Given = Given()
    is_clean: bool = False  # text that is taken as it is
    note: str | None = None  # damage that did not cost the page: "truncated: 1200 of 1591 bytes"
    payload_digest: str | None = None  # as written in a web archive ("sha1:..."); revisit records refer to it


@dataclass(frozen=True, slots=True)
class Revisit:
    """A capture whose bytes equal those of an earlier one: the web archive holds only the reference."""

    location: str
    url: str | None
    fetched_at: str | None
    refers_to_url: str | None = None
    refers_to_date: str | None = None  # UTC, ISO 8601, "Z"
    payload_digest: str | None = None


@dataclass(frozen=True, slots=True)
class Unread:
    """An input, or a part of one, that gave no page: skipped on purpose, or failed."""

    location: str
    status: Literal["skipped", "failed"]
    reason: Reason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Cut:
    """A run of lines that a cleaner left out of the text."""

    first: int  # line numbers in the decoded page, from 1, both ends belong
    last: int
    reason: str  # "navigation", "furniture", "repeated" ...


@dataclass(frozen=True, slots=True)
class Extraction:
    """What an extractor finds in one decoded page. `text` is None exactly when `reason` is set."""

    text: str | None
    reason: Reason | None = None
    detail: str = ""
    title: str | None = None
    lead: str | None = None  # subtitle and caption, kept apart from the body
    author: str | None = None
    date: str | None = None  # YYYY, YYYY-MM or YYYY-MM-DD: never a part that the page did not say
    date_source: str | None = None  # "metadata", "url", "text", "header", "given"
    site_name: str | None = None
    url: str | None = None  # the address that the page gives itself
    url_source: str | None = None  # "canonical", "og:url" ...
    language: str | None = None  # as the page declares it, ISO 639-1
    confidence: float | None = None  # 0 to 1: how sure the cleaner is of the text
    cuts: tuple[Cut, ...] = ()
