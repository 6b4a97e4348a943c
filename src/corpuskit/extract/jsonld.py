"""What a page says of itself in JSON-LD, the linked data of schema.org, read as leniently as pages write it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LARGEST = 500_000  # characters of one block; larger ones are product catalogues
_MOST_NODES = 2_000
_DEEPEST = 12

_ARTICLE = re.compile(
    r"article|posting|report|review$|newsitem|recipe|howto|videoobject|audioobject|podcastepisode|qapage|question|thesis|book$",
    re.I,
)
_PAGE = re.compile(r"webpage|itempage|aboutpage|medicalwebpage|creativework|product|event$", re.I)
# Nodes below these describe something else than the page.
_ASIDE = frozenset(
    (
        "comment",
        "itemListElement",
        "review",
        "relatedLink",
        "mentions",
        "hasPart",
        "citation",
        "breadcrumb",
        "isPartOf",
        "suggestedAnswer",
        "liveBlogUpdate",
        "video",
        "image",
        "about",
    )
)
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/)+|(?:-->|//\s*\]\]>|\]\]>|/\*\s*\]\]>\s*\*/|;)+\s*$"
)
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_LOOSE_STRING = r'"\s*:\s*"((?:[^"\\]|\\.)*)"'


@dataclass(frozen=True, slots=True)
class LinkedData:
    """The article's own description; empty where there is none."""

    headline: str | None = None
    authors: tuple[str, ...] = ()
    publisher: str | None = None
    published: str | None = None
    modified: str | None = None


def read_linked_data(tree: HtmlElement) -> LinkedData:
    """The node that describes the page, out of all JSON-LD blocks: an article before a web page, the first before others."""
    nodes: list[dict[str, Any]] = []
    loose: list[str] = []
    for script in tree.iter("script"):
        text = script.text
        if not text or len(text) > _LARGEST or "ld+json" not in (script.get("type") or "").lower():
            continue
        try:
            nodes.extend(_nodes(_parse(text)))
        except (ValueError, RecursionError):
            loose.append(text)
    articles = [node for node in nodes if _is_a(node, _ARTICLE)]
    pages = [node for node in nodes if _is_a(node, _PAGE)]
    found = LinkedData()
    for node in (*articles[:1], *pages[:1]):
        found = _merge(found, _describe(node, nodes))
    for text in loose:
        found = _merge(found, _describe_loosely(text))
    return found


def _parse(text: str) -> Any:
    """JSON with the usual faults of pages: comment marks around it, raw line breaks in strings, a comma too many."""
    text = _WRAPPING.sub("", text)
    try:
        return json.loads(text, strict=False)
    except ValueError:
        return json.loads(_TRAILING_COMMA.sub(r"\1", text), strict=False)


def _nodes(data: Any) -> Iterator[dict[str, Any]]:
    """Every object that may describe the page, in the order of the document, to a bounded depth and number."""
    stack: list[tuple[Any, int]] = [(data, 0)]
    count = 0
    while stack and count < _MOST_NODES:
        value, depth = stack.pop()
        count += 1
        if depth > _DEEPEST:
            continue
        if isinstance(value, list):
            stack.extend((item, depth + 1) for item in reversed(value))
        elif isinstance(value, dict):
            yield value
            inner = [item for key, item in value.items() if key not in _ASIDE and isinstance(item, dict | list)]
            stack.extend((item, depth + 1) for item in reversed(inner))


def _is_a(node: dict[str, Any], kind: re.Pattern[str]) -> bool:
    types = node.get("@type")
    return any(isinstance(one, str) and kind.search(one) for one in (types if isinstance(types, list) else [types]))


def _describe(node: dict[str, Any], nodes: list[dict[str, Any]]) -> LinkedData:
    by_id = {one["@id"]: one for one in nodes if isinstance(one.get("@id"), str) and len(one) > 1}
    published = next((value for key in ("datePublished", "uploadDate", "dateCreated") if (value := _string(node.get(key)))), None)
    return LinkedData(
        headline=_string(node.get("headline")) or (_string(node.get("name")) if _is_a(node, _ARTICLE) else None),
        authors=tuple(dict.fromkeys(_names(node.get("author") or node.get("creator"), by_id))),
        publisher=next(iter(_names(node.get("publisher"), by_id)), None),
        published=published,
        modified=_string(node.get("dateModified")),
    )


def _names(value: Any, by_id: dict[str, dict[str, Any]], depth: int = 0) -> Iterator[str]:
    """The names in an author or publisher: strings, objects, references to objects, or lists of them."""
    if depth > 3:
        return
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, dict):
            whole = by_id.get(one.get("@id", ""), one) if "name" not in one and isinstance(one.get("@id"), str) else one
            yield from _names(whole.get("name"), by_id, depth + 1)
        elif (name := _string(one)) is not None and not name.startswith(("http:", "https:", "#")):
            yield name


def _describe_loosely(text: str) -> LinkedData:
    """The dates and the headline of a block that is not JSON, found by their keys."""

    def value(key: str) -> str | None:
        match = re.search(f'"{key}{_LOOSE_STRING}', text)
        return _string(match[1].replace('\\"', '"').replace("\\/", "/")) if match else None

    return LinkedData(headline=value("headline"), published=value("datePublished"), modified=value("dateModified"))


def _string(value: Any) -> str | None:
    if isinstance(value, list) and value:
        value = value[0]
    if not isinstance(value, str):
        return None
    return " ".join(unescape(re.sub(r"<[^<>]*>", "", value)).split()) or None


def _merge(first: LinkedData, second: LinkedData) -> LinkedData:
    return LinkedData(
        headline=first.headline or second.headline,
        authors=first.authors or second.authors,
        publisher=first.publisher or second.publisher,
        published=first.published or second.published,
        modified=first.modified or second.modified,
    )
