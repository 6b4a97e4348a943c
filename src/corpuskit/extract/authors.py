"""Who wrote a page: from linked data, meta tags, or a marked byline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from corpuskit.extract.published import is_elsewhere
from corpuskit.extract.titles import plain, text_of

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_LONGEST_NAME = 120
_NAMES = (
    "article:author", "author", "citation_author", "dc.creator", "dc:creator", "dcterms.creator", "parsely-author",
    "sailthru.author", "byl", "og:article:author", "og:author", "authors", "creator", "rbauthors",
    "article:author_name",
)  # fmt: skip
_BYLINE = re.compile(
    r"(?:^|[\s_-])(?:author|byline|by-line|autor|auteur|autore|writer|contributor)(?:[\s_-]*(?:name|link|title))?(?:$|\s)",
    re.IGNORECASE,
)
_BY = re.compile(
    r"^(?:(?:written|posted|published|story|text|words|reported)\s+)?"
    r"(?:by|von|par|por|da|di|door|av|af|od|автор|tekst|text|autor|author|autore|auteur)\b[\s:]*",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"https?:|www\.|@\S+\.|^\W*$|\d{3,}|^(?:admin|administrator|author|unknown|none|null|anonymous|webmaster|root|user)$",
    re.IGNORECASE,
)
_JOINED = re.compile(r"\s*(?:;|\s\|\s|\s&\s|\n)\s*")
_ASIDE = re.compile(r"\s[|•·–—]\s")
_MOST_WORDS = 10


def find_author(tree: HtmlElement, metas: Mapping[str, str], linked: tuple[str, ...], *, site_name: str | None) -> str | None:
    """The names of the authors, joined by "; "; None if the page does not name them."""
    for names in (linked, *(_JOINED.split(metas[name]) for name in _NAMES if name in metas)):
        if (author := _joined(names, site_name)) is not None:
            return author
    return _joined(_byline(tree), site_name)


def _joined(names: Iterable[str], site_name: str | None) -> str | None:
    clean: list[str] = []
    for name in names:
        one = _BY.sub("", " ".join(name.split())).strip(" ,;:|–-")
        if one and len(one) <= _LONGEST_NAME and not _NO_NAME.search(one) and one not in clean:
            clean.append(one)
    return "; ".join(one for one in clean if not site_name or plain(one) != plain(site_name)) or None


def _byline(tree: HtmlElement) -> list[str]:
    """The marked author of the page: rel or itemprop, else the first element whose class says so."""
    for element in _marked_elements()(tree):
        marked = element.get("rel") == "author" or (element.get("itemprop") or "") in ("author", "creator")
        if (not marked and not _BYLINE.search(element.get("class") or "")) or is_elsewhere(element):
            continue
        name = element.find('.//*[@itemprop="name"]')
        text = _ASIDE.split(text_of(element if name is None else name))[0]
        if text and len(text.split()) <= _MOST_WORDS:
            return _JOINED.split(text)
    return []


@cache
def _marked_elements() -> Any:
    from lxml.etree import XPath

    # The shortest pieces that the names of such classes share: the search runs over every element.
    return XPath(
        './/body//*[@rel="author" or @itemprop="author" or @itemprop="creator"]'
        '|.//body//@class[contains(., "ut") or contains(., "yline") or contains(., "riter")]/..'
    )
