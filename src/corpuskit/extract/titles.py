"""The headline of a page, without the name of its site."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LONGEST = 500
# A blank on both sides tells a separator from a hyphen; a bar needs none.
_SEPARATOR = re.compile(r"\s+[|｜–—·•»«:/~⋆-]+\s+|\s*[|｜»]\s*")
_NAMES = (
    "og:title", "citation_title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title", "headline",
    "twitter:title", "title",
)  # fmt: skip
_HEADLINE_TAGS = ("h1", "h2", "h3", "h4", "dt", "p", "b", "strong", "font", "span", "td")
_SHORTEST_HEADLINE = 6  # letters; shorter titles stand in too many places
_NO_LABEL = frozenset(["www", "com", "co", "org", "net", "blog", "news", "m", "edu", "gov", "ac"])


def find_title(
    tree: HtmlElement, metas: Mapping[str, str], headline: str | None, *, site_names: tuple[str | None, ...], host: str
) -> str | None:
    """The headline: an h1 that a stated title confirms, else what is stated, else any heading."""
    sites = {plain(name) for name in (*site_names, host.removeprefix("www."), _label(host)) if name}
    element = tree.find(".//head//title")
    in_head = text_of(element) if element is not None else None
    stated = [without_site(one, sites) for one in (headline, *map(metas.get, _NAMES), in_head) if one]
    headings = [text for h1 in tree.iter("h1") if (text := text_of(h1)) and plain(text) and plain(text) not in sites]
    confirmed = [text for text in headings if any(_confirms(one, text) for one in stated)]
    if confirmed:
        return max(confirmed, key=len)[:_LONGEST]
    second = (text for h2 in tree.iter("h2") if (text := text_of(h2)))
    candidates = (*(one for one in stated if plain(one) not in sites), *headings, *stated)
    found = next((one for one in candidates if plain(one)), None) or next(second, None)
    return found[:_LONGEST] if found else None


def find_headline(tree: HtmlElement, title: str | None) -> HtmlElement | None:
    """The element that shows the title in the body; else the first h1 or h2."""
    wanted = plain(title or "")
    if len(wanted) >= _SHORTEST_HEADLINE:
        for element in tree.iter(*_HEADLINE_TAGS):
            # Most elements are ruled out by the length of what they begin with.
            if element.text is None and len(element) == 0:
                continue
            text = text_of(element) if len(element) else (element.text or "")
            if (
                len(text) < 2 * len(title or "") + 20
                and (shown := plain(text))
                and shown in wanted
                and 2 * len(shown) >= len(wanted)
            ):
                return element
    first = tree.find(".//h1")
    return first if first is not None else tree.find(".//h2")


def without_site(title: str, sites: set[str]) -> str:
    """A title without the site's name at its ends; behind a bar an unknown short name is taken for one."""
    pieces = _SEPARATOR.split(title)
    separators = _SEPARATOR.findall(title)
    first, last = 0, len(pieces)
    while last - first > 1 and plain(pieces[last - 1]) in sites:
        last -= 1
    while last - first > 1 and plain(pieces[first]) in sites:
        first += 1
    if last - first == len(pieces) > 1 and separators[-1].strip() in ("|", "｜") and len(pieces[-1].split()) <= 4:
        last -= 1
    kept = pieces[first]
    for index in range(first + 1, last):
        kept += separators[index - 1] + pieces[index]
    return kept.strip() or title


def plain(text: str) -> str:
    """Letters and digits only, without case: what is compared."""
    return "".join(char for char in text.casefold() if char.isalnum())


def text_of(element: HtmlElement) -> str:
    """All text inside an element, in one line."""
    return " ".join("".join(element.itertext()).split())


def _confirms(stated: str, heading: str) -> bool:
    """Whether a stated title and a heading are the same, up to one being a cut or lengthened form of the other."""
    short, long = sorted((plain(stated), plain(heading)), key=len)
    return bool(short) and short in long and 2 * len(short) >= len(long)


def _label(host: str) -> str:
    """The name in a host: `example` of www.example.co.uk."""
    labels = [label for label in host.split(".")[:-1] if label not in _NO_LABEL]
    return labels[-1] if labels else ""
