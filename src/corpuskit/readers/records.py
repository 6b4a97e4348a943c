"""A record with named fields (a JSON object, a row of a table) becomes a page.

Field names differ with whoever wrote the file. `--field NAME=PATH` settles them; else the names below are tried, in order, and
the first that holds a value wins. Paths are dotted (`metadata.url`); a key that itself contains the dots is tried first.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from corpuskit.documents import Given, RawPage, Unread
from corpuskit.readers.options import ReadOptions
from corpuskit.readers.sniff import media_type
from corpuskit.readers.streams import HEAD
from corpuskit.reasons import Reason

# our name -> where other tools keep it: scrapy feeds, C4, mC4, CulturaX, FineWeb, OSCAR, RedPajama, Dolma, HPLT, CC-News,
# crawl4ai, Firecrawl, news-please, Wikimedia's snapshots
GUESSES: dict[str, tuple[str, ...]] = {
    "html": ("html", "raw_html", "rawHtml", "page_html", "body_html", "cleaned_html", "response_body",
             "article_body.html"),
    "text": ("text", "raw_text", "content", "raw_content", "plain_text", "maintext", "article", "article_text", "body",
             "markdown"),
    "clean_text": (),
    "url": ("url", "URL", "uri", "link", "target_uri", "source_url", "page_url", "metadata.url", "metadata.sourceURL",
            "meta.url", "warc_headers.warc-target-uri", "metadata.warc_headers.warc-target-uri",
            "meta.warc_headers.warc-target-uri", "responded_url", "requested_url", "u"),
    "title": ("title", "headline", "metadata.title", "meta.title"),
    "author": ("author", "authors", "byline", "metadata.author", "meta.author"),
    "date": ("date", "date_publish", "published", "published_at", "publish_date", "date_published", "datePublished", "pubdate",
             "published_date", "metadata.date", "metadata.publishedTime", "meta.date", "created"),
    "language": ("language", "lang", "document_lang", "metadata.language", "meta.language", "metadata.identification.label",
                 "meta.identification.label", "in_language.identifier"),
    "tags": ("tags", "keywords"),
    "fetched_at": ("fetched_at", "crawled_at", "crawl_date", "date_download", "timestamp", "scraped_at", "warc_headers.warc-date",
                   "metadata.warc_headers.warc-date", "meta.warc_headers.warc-date", "meta.timestamp", "meta.date_download", "ts",
                   "added"),
}  # fmt: skip
NAMES = tuple(GUESSES)
TELLING = ("dump", "source", "metadata", "status", "status_code", "content_type", "contentType", "content-type", "mime_type")
_CONTENT_TYPES = ("content_type", "contentType", "content-type", "mime_type")  # what the server called the page
_LONGEST_MAPPING = 16 * 1024  # characters of text that is looked into for a mapping
_EARLIEST_EPOCH = 600_000_000  # seconds: a number below is no time of a page
_MILLISECONDS = 100_000_000_000  # a number above counts milliseconds
_FROM_COMMON_CRAWL = re.compile(r"(?:cc|c4|common[-_ ]?crawl)(?![A-Za-z0-9])", re.IGNORECASE)  # Dolma's names of its sources
CONTENT = ("html", "text", "clean_text")


def look_up(record: Mapping[str, Any], path: str) -> Any:
    """The value at a dotted path, or None. Case matters only where two names differ in nothing else."""
    if (name := _name(record, path)) is not None:
        return record[name]
    key, dot, rest = path.partition(".")
    inner = _name(record, key) if dot else None
    value = _opened(record[inner]) if inner is not None else None
    return look_up(value, rest) if isinstance(value, Mapping) else None


def _opened(value: Any) -> Any:
    """A mapping that was written as text, as tables do that have one type a column; anything else as it is."""
    if not (isinstance(value, str) and value[:1] == "{" and value[-1:] == "}" and len(value) <= _LONGEST_MAPPING):
        return value
    for read in (json.loads, ast.literal_eval):
        try:
            return read(value)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
    return value


def _name(record: Mapping[str, Any], name: str) -> str | None:
    if name in record:
        return name
    return next((key for key in record if isinstance(key, str) and key.lower() == name.lower()), None)


def has_content_field(record: Mapping[str, Any], fields: Mapping[str, str]) -> bool:
    """Whether the record has a field that can hold a page, empty or not."""
    return any(_present(record, path) for name in CONTENT for path in _paths(name, fields))


def page_from_record(record: Mapping[str, Any], location: str, options: ReadOptions) -> RawPage | Unread:
    """The page in `record`. A record without one is an `Unread` that names the keys there are."""
    values = {name: _value(record, _paths(name, options.fields)) for name in NAMES}
    for name in CONTENT:
        content, note = _content(values[name])
        if content is not None and content.strip():
            break
    else:
        wrong = [(name, values[name]) for name in CONTENT if not isinstance(values[name], (str, bytes, type(None)))]
        if wrong:
            kind = type(wrong[0][1]).__name__
            return Unread(location, "failed", Reason.BAD_RECORD, f"the field for {wrong[0][0]} holds no text but: {kind}")
        keys = ", ".join(str(key) for key in record) or "none"
        return Unread(location, "skipped", Reason.NO_CONTENT, f"no page in the record; its keys are: {_short(keys)}")
    if len(content) > options.max_size:
        return Unread(location, "skipped", Reason.TOO_LARGE, f"{len(content)} bytes")
    if unwanted := _unwanted(record, content, name, options):
        return Unread(location, "skipped", *unwanted)
    dump = look_up(record, "dump") or look_up(record, "metadata.dump") or ""
    source = str(look_up(record, "source") or "")
    # FineWeb, datatrove, Dolma: `date` or `created` is when it was crawled
    is_common_crawl = str(dump).startswith("CC-MAIN") or _FROM_COMMON_CRAWL.match(source) is not None
    fetched_at = (values["date"] if is_common_crawl else None) or values["fetched_at"]
    return RawPage(
        content=content,
        media_type="text/html" if name == "html" else "text/plain",
        location=location,
        url=_text(values["url"]) or options.url,
        url_source="record" if _text(values["url"]) else "given" if options.url else None,
        fetched_at=utc_time(fetched_at),
        charset="utf-8",
        given=Given(
            title=_text(values["title"]),
            author=_joined(values["author"]),
            date=None if is_common_crawl else _text(values["date"]),
            language=next(iter(_strings(values["language"])), None),
            tags=tuple(_strings(values["tags"])),
        ),
        is_clean=name == "clean_text",
        note=note,
    )


def _unwanted(record: Mapping[str, Any], content: bytes, name: str, options: ReadOptions) -> tuple[Reason, str] | None:
    """Why a record that says what the server answered is none of a page: its status, or a type that is not HTML."""
    status = record.get("status", record.get("status_code"))
    is_status = str(status).isdigit() and 100 <= int(status) <= 599
    if is_status and not any(low <= int(status) <= high for low, high in options.status):
        return Reason.HTTP_STATUS, str(status)
    if name != "html":
        return None
    declared = next((text for key in _CONTENT_TYPES if (text := _text(record.get(key)))), None)
    found = media_type(content[:HEAD], declared)
    is_other = found not in ("text/html", "application/xhtml+xml", "text/plain", "application/octet-stream")
    is_plain_text = found == "text/plain" and (declared or "").lower().startswith("text/plain")
    return (Reason.UNSUPPORTED_TYPE, found) if is_other or is_plain_text else None


def utc_time(value: Any) -> str | None:
    """A time as UTC in ISO 8601 with `Z`, or None where it cannot be read. A time without a zone is taken as UTC."""
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value > _EARLIEST_EPOCH:
            moment: datetime | None = datetime.fromtimestamp(value / (1000 if value > _MILLISECONDS else 1), UTC)
        else:
            moment = datetime.fromisoformat(str(value)) if value else None
    except (ValueError, OverflowError, OSError):
        return None
    if moment is None:
        return None
    try:
        moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (OverflowError, ValueError):
        return None
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _paths(name: str, fields: Mapping[str, str]) -> tuple[str, ...]:
    if name in fields:
        return (fields[name],)
    # where the user named the field that holds the page, no other one is guessed to hold it
    if name in CONTENT and any(content in fields for content in CONTENT):
        return ()
    return GUESSES[name]


def _present(record: Mapping[str, Any], path: str) -> bool:
    if _name(record, path) is not None:
        return True
    key, dot, rest = path.partition(".")
    value = _opened(look_up(record, key)) if dot else None
    return isinstance(value, Mapping) and _present(value, rest)


def _value(record: Mapping[str, Any], paths: Iterable[str]) -> Any:
    return next((value for path in paths if (value := look_up(record, path)) not in (None, "", [])), None)


def _content(value: Any) -> tuple[bytes | None, str | None]:
    """The bytes of a page given as text, and a note on characters that cannot be stored (lone surrogates)."""
    if isinstance(value, bytes):
        return value, None
    if not isinstance(value, str):
        return None, None
    try:
        return value.encode("utf-8"), None
    except UnicodeEncodeError:
        lone = sum("\ud800" <= character <= "\udfff" for character in value)
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").encode("utf-8"), f"{lone} surrogates"


def _text(value: Any) -> str | None:
    """A scalar as one line of text; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return None
    text = str(value).encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "")
    return " ".join(text.split()) or None


def _strings(value: Any) -> list[str]:
    values = value if isinstance(value, (list, tuple)) else str(value).split(",") if isinstance(value, str) else []
    return list(dict.fromkeys(text for item in values if (text := _text(item))))


def _joined(value: Any) -> str | None:
    return "; ".join(_strings(value)) or None if isinstance(value, (list, tuple)) else _text(value)


def _short(text: str, width: int = 200) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
