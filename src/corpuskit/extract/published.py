"""When a page was published, by what the page itself shows, strongest evidence first.

Structured data (JSON-LD, meta tags, time elements), then a date in the address, then a dateline that can be read near the
headline, and last the time of a change. Published comes before modified. A date is as precise as its evidence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from corpuskit.extract.dates import PartialDate, day_comes_first, find_dates, parse_date
from corpuskit.extract.titles import find_headline

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from corpuskit.extract.jsonld import LinkedData

_PUBLISHED = (
    "article:published_time", "og:article:published_time", "og:published_time", "article:published",
    "datepublished", "rnews:datepublished", "citation_publication_date", "citation_online_date", "citation_date",
    "dc.date.issued", "dcterms.issued", "dcterms.date", "dc.date", "dc:date", "dc.date.created", "dcterms.created",
    "parsely-pub-date", "sailthru.date", "pubdate", "publish-date", "publish_date", "publishdate",
    "publication_date", "publication-date", "date_published", "published_time", "published_at", "og:pubdate",
    "bt:pubdate", "originalpublicationdate", "cxenseparse:recs:publishtime", "article.published",
    "article:post_date", "release_date", "dateposted", "datecreated", "uploaddate", "date", "created",
    "eprints.date", "bepress_citation_date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:article:modified_time", "og:updated_time", "datemodified", "dcterms.modified",
    "dc.date.modified", "article:updated", "lastmod", "last-modified", "revised", "modified",
)  # fmt: skip

# /2021/05/04/ and /2021-05-04-, /2021/05/, /20210504/; a month in letters as well.
_IN_URL = re.compile(
    r"(?<![0-9])(19[89][0-9]|20[0-9]{2})([/_-])([0-9]{1,2}|[a-z]{3,9})(?:\2([0-9]{1,2}))?(?![0-9])", re.IGNORECASE
)
_COMPACT_IN_URL = re.compile(r"(?<![0-9])(20[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])(?![0-9])")

_IS_PUBLISHED = re.compile(
    r"publi|pubdate|posted|entry-date|post-?date|article-?date|created|dateline|date-?time|byline", re.IGNORECASE
)
_IS_MODIFIED = re.compile(r"updat|modif|revis|edited", re.IGNORECASE)
_ELSEWHERE = frozenset(("aside", "nav", "footer", "form", "template"))
_ELSEWHERE_CLASS = re.compile(
    r"(?:^|\s|js-|id-)(?:comments?|reply|replies|related|sidebar|widget|recommend|teaser|footer|nav|popular|trending"
    r"|most-?read|latest|more-)(?:$|[\s_-])",
    re.IGNORECASE,
)

_NEAR_BEFORE, _NEAR_AFTER = 8, 24  # pieces of text around the headline in which a dateline is looked for
_LONGEST_DATELINE = 160  # characters of a piece of text that can be one
_MOST_OTHER_LETTERS = 60  # letters beside the date: "Posted by Jane Doe in Politics on ..."
_MOST_BESIDE_MONTH = 15
_MOST_IN_SENTENCE = 30
_SENTENCE_ENDS = (".", "!", "?", "…", "。", "।")
_NOT_TEXT = frozenset(("script", "style", "noscript", "template", "option", "textarea", "svg", "head"))
_UPDATED = re.compile(
    r"updated|modified|aktualisiert|stand:|mis à jour|actualiz|aggiornat|bijgewerkt|обновлен|更新", re.IGNORECASE
)


def find_published(
    tree: HtmlElement,
    metas: Mapping[str, str],
    linked: LinkedData,
    *,
    title: str | None,
    urls: tuple[str, ...],
    language: str | None,
    language_tag: str | None,
) -> tuple[str, str] | None:
    """The date (YYYY, YYYY-MM or YYYY-MM-DD) and its source ("metadata", "url", "text"); None if the page does not say."""
    reading = _Reading(language, day_comes_first(language_tag))
    best = reading.best([linked.published, *(metas[name] for name in _PUBLISHED if name in metas)])
    source = "metadata"
    if best is None or best.precision != "day":
        headline = find_headline(tree, title)
        evidence: tuple[tuple[str, Callable[[], PartialDate | None]], ...] = (
            ("metadata", lambda: reading.best(_times(tree, headline, modified=False))),
            ("url", lambda: date_in_url(urls)),
            ("text", lambda: _dateline(headline, reading)),
        )
        for name, look in evidence:
            found = look()
            if found is not None and (best is None or _refines(found, best)):
                best, source = found, name
                if best.precision == "day":
                    break
        if best is None:
            stated = (linked.modified, *(metas[name] for name in _MODIFIED if name in metas))
            best, source = reading.best([*stated, *_times(tree, headline, modified=True)]), "metadata"
    return None if best is None else (best.iso, source)


def date_in_url(urls: tuple[str, ...]) -> PartialDate | None:
    """The date in the path of the first address that has one."""
    for url in urls:
        path = re.sub(r"^[a-z]+://[^/]*|[?#].*$", "", url, flags=re.IGNORECASE)
        match = _IN_URL.search(path)
        if match is not None:
            parts = [match[1], match[3], match[4]]
            value = (
                "-".join(part for part in parts if part)
                if match[3].isdigit()
                else " ".join(part for part in (match[4], match[3], match[1]) if part)
            )
            if (found := parse_date(value)) is not None:
                return found
        if (compact := _COMPACT_IN_URL.search(path)) is not None and (found := parse_date(compact[0])) is not None:
            return found
    return None


class _Reading:
    """Dates read the way the page's language writes them."""

    def __init__(self, language: str | None, day_first: bool | None) -> None:
        self.language = language
        self.day_first = day_first

    def best(self, values: Iterable[str | None]) -> PartialDate | None:
        """The first value with a full date, else the first with any."""
        first: PartialDate | None = None
        for value in values:
            if not value or (found := parse_date(value, language=self.language, day_first=self.day_first)) is None:
                continue
            if found.precision == "day":
                return found
            first = first or found
        return first

    def in_line(self, line: str) -> list[PartialDate]:
        return find_dates(line, language=self.language, day_first=self.day_first)


def _refines(found: PartialDate, known: PartialDate) -> bool:
    """Whether a date says the same as another one and more."""
    return len(found.iso) > len(known.iso) and found.iso.startswith(known.iso)


def _times(tree: HtmlElement, headline: HtmlElement | None, *, modified: bool) -> Iterator[str]:
    """What time elements (and elements marked as the date) of the article itself state; the marked ones first."""
    marked: list[str] = []
    plain: list[str] = []
    headline_seen = headline is None
    tags = {"time", "abbr", "span", "meta", *([] if headline is None else [headline.tag])}
    for element in tree.iter(*tags):
        if element is headline:
            headline_seen = True
        prop = (element.get("itemprop") or element.get("property") or "").lower()
        is_time = element.tag == "time"
        if not is_time and not prop.startswith("date"):
            continue
        value = element.get("datetime") or element.get("content") or element.get("title")
        value = value or ("".join(element.itertext()).strip() if is_time or prop else None)
        if not value or is_elsewhere(element):
            continue
        signs = f"{prop} {element.get('class') or ''} {element.get('id') or ''}"
        if bool(_IS_MODIFIED.search(signs)) is not modified:
            continue
        if element.get("pubdate") is not None or _IS_PUBLISHED.search(signs):
            marked.append(value)
        elif headline_seen and not modified:
            plain.append(value)
    yield from marked
    yield from plain[:1] if not marked else ()
    if modified:
        yield from plain


def is_elsewhere(element: HtmlElement) -> bool:
    """Whether an element stands in a part of the page that is not the article: a comment, a teaser, a footer."""
    for ancestor in element.iterancestors():
        if ancestor.tag in ("body", "html"):
            return False
        if ancestor.tag in _ELSEWHERE:
            return True
        name = ancestor.get("class") or ""
        if name and len(name) < 200 and _ELSEWHERE_CLASS.search(name):
            return True
    return False


def _dateline(headline: HtmlElement | None, reading: _Reading) -> PartialDate | None:
    """The date in a short line near the headline; behind it first, then before it."""
    if headline is None:
        return None
    after = _pieces(headline, _NEAR_AFTER)
    best: PartialDate | None = None
    for piece in (*after, *_pieces_before(headline, _NEAR_BEFORE)):
        for found in _dates_of_dateline(piece, reading):
            if found.precision == "day":
                return found
            best = best or found
    return best


def _dates_of_dateline(piece: str, reading: _Reading) -> list[PartialDate]:
    if len(piece) > _LONGEST_DATELINE or _UPDATED.search(piece):
        return []
    found = reading.in_line(piece)
    if not found:
        return []
    said = sum(one.end - one.start for one in found)
    others = sum(map(str.isalpha, piece)) - said
    # Near the headline stand first sentences, too, and tell of other days. A month without a day is common in any text: it must
    # be nearly all that the piece says.
    most = _MOST_OTHER_LETTERS if found[0].precision == "day" else _MOST_BESIDE_MONTH
    if piece.endswith(_SENTENCE_ENDS):
        most = min(most, _MOST_IN_SENTENCE)
    leads = found[0].start == 0 and found[0].precision == "day"  # "05/10/2018 - Published by: ..."
    return found[:1] if leads or others <= most else []


def _pieces(headline: HtmlElement, most: int) -> Iterator[str]:
    """The pieces of text that follow the headline, in the order of the document, the headline's own left out."""
    inside = set(headline.iter())
    count = 0
    node: HtmlElement | None = headline
    if headline.tail and headline.tail.strip():
        yield " ".join(headline.tail.split())
    while node is not None and count < most:
        for element in node.itersiblings():
            for text in _texts(element):
                yield text
                count += 1
                if count >= most:
                    return
        node = node.getparent()
        if node is None or node.tag == "body" or node in inside:
            return
        if node.tail and node.tail.strip():
            yield " ".join(node.tail.split())


def _pieces_before(headline: HtmlElement, most: int) -> Iterator[str]:
    """The pieces of text before the headline, nearest first."""
    count = 0
    node: HtmlElement | None = headline
    while node is not None and node.tag != "body":
        for element in node.itersiblings(preceding=True):
            for text in reversed(list(_texts(element))[-most:]):
                yield text
                count += 1
                if count >= most:
                    return
        node = node.getparent()


def _texts(element: HtmlElement) -> Iterator[str]:
    """One text per block: an element without block children is read as a whole."""
    if not isinstance(element.tag, str) or element.tag in _NOT_TEXT or element.tag in _ELSEWHERE:
        return
    if len(element) == 0 or all(child.tag in _INLINE for child in element.iterdescendants()):
        text = " ".join(" ".join(element.itertext()).split())
        if text:
            yield text
    else:
        if element.text and element.text.strip():
            yield " ".join(element.text.split())
        for child in element:
            yield from _texts(child)
    if element.tail and element.tail.strip():
        yield " ".join(element.tail.split())


_INLINE = frozenset((
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "img", "mark", "q", "s", "small", "span",
    "strong", "sub", "sup", "time", "u", "svg", "path", "use",
))  # fmt: skip
