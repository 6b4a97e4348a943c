"""Signals of a page beside the text that cleaning made of it: how much of the page the text is, and whether it is only links.

A line of the text is a link where it, or each of its parts between bars, commas and dots, is the text of a link on the page.
Letters are counted without blanks. Pages that are plain text have no links, and texts that were taken as they are have no page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_UNSEEN = frozenset(("script", "style", "noscript", "template", "head", "title"))
_BETWEEN_LINKS = re.compile(r"\s*[|·•/,›»]\s*")
_AROUND = " \t-*•·›»|"


@dataclass(frozen=True, slots=True)
class PageBeside:
    """A page and the text that was made of it."""

    content: bytes
    is_html: bool
    charset: str | None  # declared outside the page
    text: str


def measure(page: PageBeside) -> dict[str, float | None]:
    """Every signal of `names.PAGE_SIGNALS` by name; None where it tells nothing. Meant for a worker: a page can be hostile."""
    from corpuskit.extract.encoding import decode  # here, because who only sends pages to workers needs no parser
    from corpuskit.extract.html import parse

    decoded = decode(page.content, page.charset, is_html=page.is_html).text
    if not page.is_html:
        return _shares(_length(decoded), page.text, None)
    tree = parse(decoded)
    body = tree.find(".//body") if tree is not None else None
    if body is None:
        return _shares(0, page.text, None)
    links = {_bare(_all_text(link)) for link in body.iter("a") if next(link.iterancestors("a"), None) is None}
    return _shares(_visible(body), page.text, links)


def _shares(visible: int, text: str, links: set[str] | None) -> dict[str, float | None]:
    length = _length(text)
    in_links = sum(_length(line) for line in text.split("\n") if _is_link(line, links)) if links is not None else None
    return {
        "visible_characters": visible,
        "text_share": min(1.0, length / visible) if visible else None,
        "link_share": in_links / length if in_links is not None and length else None,
    }


def _is_link(line: str, links: set[str]) -> bool:
    bare = _bare(line)
    return bool(bare) and (bare in links or all(_bare(part) in links for part in _BETWEEN_LINKS.split(bare) if part))


def _bare(text: str) -> str:
    return " ".join(text.split()).strip(_AROUND).casefold()


def _all_text(element: HtmlElement) -> str:
    return "".join(element.itertext())


def _visible(body: HtmlElement) -> int:
    """Letters that a reader sees."""
    return sum((0 if element.tag in _UNSEEN else _length(element.text)) + _length(element.tail) for element in body.iter())


def _length(text: str | None) -> int:
    return sum(map(len, text.split())) if text else 0
