"""What an HTML page says of itself: title, author, site, address, language and date, each from its best evidence.

Reads the parsed tree and changes nothing. The text of the page is no concern of this module.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from corpuskit.extract.authors import find_author
from corpuskit.extract.jsonld import LinkedData, read_linked_data
from corpuskit.extract.language import language_code
from corpuskit.extract.published import find_published
from corpuskit.extract.titles import find_title

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SITE_NAMES = ("og:site_name", "citation_journal_title", "dc.publisher", "application-name", "apple-mobile-web-app-title")
_LONGEST_SITE_NAME = 100


@dataclass(frozen=True, slots=True)
class Metadata:
    """The fields of `Extraction` that do not need the text."""

    title: str | None = None
    author: str | None = None
    date: str | None = None
    date_source: str | None = None
    site_name: str | None = None
    url: str | None = None
    url_source: str | None = None
    language: str | None = None


def read_metadata(tree: HtmlElement, *, url: str | None = None) -> Metadata:
    """Everything that a parsed page states. `url` is its address where that is known from outside."""
    metas = _metas(tree)
    linked = read_linked_data(tree)
    address, address_source = _address(tree, metas, url)
    site_name = _site_name(metas, linked)
    tag = _language_tag(tree, metas)
    language = language_code(tag)
    urls = tuple(one for one in (url, address) if one)
    site_names = (site_name, linked.publisher)
    title = find_title(tree, metas, linked.headline, site_names=site_names, host=_host(urls))
    published = find_published(tree, metas, linked, title=title, urls=urls, language=language, language_tag=tag)
    return Metadata(
        title=title,
        author=find_author(tree, metas, linked.authors, site_name=site_name),
        date=published[0] if published else None,
        date_source=published[1] if published else None,
        site_name=site_name,
        url=address,
        url_source=address_source,
        language=language,
    )


def _metas(tree: HtmlElement) -> dict[str, str]:
    """Lower-case name -> first content of the meta tags; several authors are joined."""
    metas: dict[str, str] = {}
    for element in tree.iter("meta"):
        content = element.get("content")
        if not content or not (content := " ".join(content.split())):
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            if (name := element.get(attribute)) is not None:
                name = name.strip().lower()
                if name == "citation_author" and name in metas:
                    metas[name] += f"; {content}"
                metas.setdefault(name, content)
    return metas


def _site_name(metas: dict[str, str], linked: LinkedData) -> str | None:
    for name in (metas.get(_SITE_NAMES[0]), linked.publisher, *map(metas.get, _SITE_NAMES[1:])):
        if name and len(name) <= _LONGEST_SITE_NAME and not name.startswith(("http:", "https:")):
            return name
    return None


def _address(tree: HtmlElement, metas: dict[str, str], url: str | None) -> tuple[str | None, str | None]:
    """The address that the page gives itself. A canonical link to the bare host says less than an og:url with a path."""
    canonical = next((link.get("href") for link in tree.iter("link") if _is_canonical(link)), None)
    stated = metas.get("og:url")
    base = url or stated or ""
    found = [
        (address, source)
        for value, source in ((canonical, "canonical"), (stated, "og:url"))
        if (address := _absolute(value, base)) is not None
    ]
    found.sort(key=lambda one: urlsplit(one[0]).path in ("", "/"))
    return found[0] if found else (None, None)


def _is_canonical(link: HtmlElement) -> bool:
    return "canonical" in (link.get("rel") or "").lower().split()


def _absolute(value: str | None, base: str) -> str | None:
    """A usable http address, or None."""
    try:
        address = urljoin(base, (value or "").strip())
        parts = urlsplit(address)
        usable = bool(value) and parts.scheme in ("http", "https") and "." in (parts.hostname or "") and " " not in address
    except ValueError:
        return None
    return address if usable else None


def _language_tag(tree: HtmlElement, metas: dict[str, str]) -> str | None:
    """The declared language as it is written: the html element's, else what the meta tags say."""
    for value in (
        tree.get("lang"),
        tree.get("xml:lang"),
        tree.get("{http://www.w3.org/XML/1998/namespace}lang"),
        metas.get("content-language"),
        metas.get("og:locale"),
        metas.get("dc.language"),
        metas.get("language"),
    ):
        if language_code(value) is not None:
            return value
    return None


def _host(urls: tuple[str, ...]) -> str:
    try:
        return (urlsplit(urls[0]).hostname or "") if urls else ""
    except ValueError:
        return ""
