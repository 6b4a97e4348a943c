"""Addresses of pages from sitemaps and feeds: XML sitemaps and their indexes, lists of addresses, RSS, Atom and JSON Feed.

What a file is, its content tells. The XML parser expands no entity and loads nothing; sizes, depth and number are bounded, and
a file that cannot be read costs only itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit

from corpuskit.documents import Unread
from corpuskit.readers.codings import GZIP_MAGIC, TooLargeError, UndecodableError, undo
from corpuskit.reasons import Reason
from corpuskit.web.client import Answer
from corpuskit.web.urls import SCHEMES, BadUrlError, listed_urls, read_url

MAX_SIZE = 64 * 1024 * 1024  # bytes of one file; the standard for sitemaps allows 50 million
MOST_FILES = 5_000  # of one sitemap with all its indexes
_DEEPEST = 4
_BARE_AMPERSAND = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos|#[0-9]+|#x[0-9a-fA-F]+);)")

Visit = Callable[[str], Answer | Unread]


@dataclass(slots=True)
class Found:
    """What one file names."""

    pages: list[str] = field(default_factory=list)
    sitemaps: list[str] = field(default_factory=list)
    problem: str | None = None  # what is broken in it, though something could be read


class NoListError(Exception):
    """Neither a sitemap nor a feed; `str()` says why."""


def discover(start: str, visit: Visit, named_by_robots: Callable[[str], list[str]]) -> Iterator[str | Unread]:
    """The addresses that a sitemap or feed leads to, as they are written there, and the files that could not be read.

    A start that is a bare host stands for the sitemaps that its robots.txt names, else for /sitemap.xml.
    """
    waiting = [(url, 0) for url in _starts(start, named_by_robots)][::-1]
    seen = {url for url, _ in waiting}
    files = 0
    while waiting:
        url, depth = waiting.pop()
        files += 1
        if depth > _DEEPEST or files > MOST_FILES:
            yield Unread(url, "failed", Reason.TOO_LARGE, f"more than {_DEEPEST} levels or {MOST_FILES} files of sitemaps")
            return
        found = _read(url, visit)
        if isinstance(found, Unread):
            yield found
            continue
        if found.problem is not None:
            yield Unread(url, "failed", Reason.BAD_RECORD, f"{found.problem}; what can be read is taken")
        yield from found.pages
        for name in reversed(found.sitemaps):
            try:
                inner = read_url(name, url)
            except BadUrlError as error:
                yield Unread(name, "skipped", Reason.BAD_URL, str(error))
                continue
            if inner not in seen:
                seen.add(inner)
                waiting.append((inner, depth + 1))


def _starts(start: str, named_by_robots: Callable[[str], list[str]]) -> list[str]:
    parts = urlsplit(start)
    if parts.path not in ("", "/") or parts.query:
        return [start]
    starts = []
    for name in named_by_robots(start):
        try:
            starts.append(read_url(name, start))
        except BadUrlError:
            continue
    return list(dict.fromkeys(starts)) or [urljoin(start, "/sitemap.xml")]


def _read(url: str, visit: Visit) -> Found | Unread:
    answer = visit(url)
    if isinstance(answer, Unread):
        return answer
    if not answer.is_good:
        return Unread(url, "failed", Reason.HTTP_STATUS, str(answer.status))
    try:
        return read_list(answer.body, answer.url)
    except TooLargeError:
        return Unread(url, "failed", Reason.TOO_LARGE, f"more than {MAX_SIZE} bytes")
    except (UndecodableError, NoListError) as error:
        return Unread(url, "failed", Reason.BAD_RECORD, f"no sitemap and no feed: {error}")


def read_list(body: bytes, url: str) -> Found:
    """What a sitemap or feed names, page addresses made absolute. Raises TooLargeError, UndecodableError and NoListError."""
    if body.startswith(GZIP_MAGIC):
        body, missing = undo("gzip", body, MAX_SIZE)
        if missing:
            raise NoListError(missing)
    start = body[:1024].lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")
    if start.startswith(b"{"):
        return Found(list(_json_feed(body, url)))
    if start.startswith(b"<"):
        return _xml(body, url)
    pages = [entry for _, entry in listed_urls(body)]
    if not pages or not all(entry.lower().startswith(tuple(f"{scheme}://" for scheme in SCHEMES)) for entry in pages[:10]):
        raise NoListError("neither XML nor JSON nor a list of addresses" if pages else "it is empty")
    return Found(pages)


def _json_feed(body: bytes, url: str) -> Iterator[str]:
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NoListError(f"broken JSON: {str(error)[:100]}") from None
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list):
        raise NoListError("JSON without items")
    for item in items:
        address = (item.get("url") or item.get("external_url")) if isinstance(item, dict) else None
        if isinstance(address, str) and address.strip():
            yield _absolute(url, address)


def _xml(body: bytes, url: str) -> Found:
    """Sitemaps and feeds. Broken XML gives what can be read of it, and says so."""
    from lxml import etree

    found = Found()
    try:
        _walk(body, url, found, recover=False)
    except etree.XMLSyntaxError as error:
        found = Found(problem=f"broken XML: {' '.join(str(error).split())[:100]}")
        with suppress(etree.XMLSyntaxError):
            # an ampersand that is only itself is the usual mistake, and makes the parser lose the good ones behind it
            _walk(_BARE_AMPERSAND.sub(b"&amp;", body), url, found, recover=True)
        if not (found.pages or found.sitemaps):
            raise NoListError(found.problem) from None
        if not body.rstrip().endswith(b">"):  # it is cut, and so may be the last address
            (found.pages or found.sitemaps).pop()
    return found


def _walk(body: bytes, url: str, found: Found, *, recover: bool) -> None:
    """Read element by element, so that memory stays flat."""
    from lxml import etree

    kind = ""
    events = etree.iterparse(
        BytesIO(body), events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, recover=recover,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    for event, element in events:
        name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if event == "start":
            kind = kind or _kind(name)
            continue
        _collect(found, kind, name, element, url)
        if name in ("url", "sitemap", "item", "entry"):
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]


def _kind(root: str) -> str:
    if root not in ("urlset", "sitemapindex", "rss", "RDF", "feed"):
        raise NoListError(f"its first element is <{root[:40]}>")
    return root


def _collect(found: Found, kind: str, name: str, element: Any, url: str) -> None:
    """Take what one element names. An entry of a feed counts once, with its first link."""
    if kind == "urlset" and name == "url":
        found.pages += [_absolute(url, text) for text in _locations(element)]
    elif kind == "sitemapindex" and name == "sitemap":
        found.sitemaps += _locations(element)
    elif name == "item" and kind in ("rss", "RDF"):
        if address := _item_link(element):
            found.pages.append(_absolute(url, address))
    elif name == "entry" and kind == "feed" and (address := _entry_link(element)):
        found.pages.append(_absolute(url, address))


def _locations(element: Any) -> list[str]:
    return [text for child in element.iterchildren("{*}loc") if (text := (child.text or "").strip())]


def _item_link(item: Any) -> str | None:
    for child in item.iterchildren("{*}link"):
        if (text := (child.text or "").strip()) and "atom" not in child.tag.lower():
            return str(text)
    for child in item.iterchildren("{*}guid"):
        text = (child.text or "").strip()
        if text.startswith(("http://", "https://")) and child.get("isPermaLink", "true").strip().lower() != "false":
            return str(text)
    return None


def _entry_link(entry: Any) -> str | None:
    links = [child for child in entry.iterchildren("{*}link") if (child.get("href") or "").strip()]
    chosen = next((link for link in links if link.get("rel", "alternate") == "alternate"), None)
    if chosen is None:
        return None
    base = chosen.base if (chosen.base or "").startswith(("http://", "https://")) else None
    return urljoin(base, chosen.get("href").strip()) if base else str(chosen.get("href").strip())


def _absolute(base: str, address: str) -> str:
    try:
        return urljoin(base, address.strip())
    except ValueError:
        return address.strip()
