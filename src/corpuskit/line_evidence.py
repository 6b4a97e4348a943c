"""What the corpus knows about lines: counted when a plain-text page comes in, asked for when one is cleaned."""

from __future__ import annotations

from corpuskit.documents import RawPage
from corpuskit.extract.encoding import decode
from corpuskit.extract.recurrence import EVERYWHERE, PageLines, read_page_lines, recurrence, scope_of
from corpuskit.store.documents import site_of
from corpuskit.store.pages import StoredPage
from corpuskit.store.store import Store

LEAST_DOCUMENTS = 3  # in which a passage has to stand to be evidence

_LARGEST = 4 * 1024 * 1024  # bytes; a larger text is a book or a log, has no furniture of a site, and would fill the memory here


def has_lines(page: RawPage | StoredPage) -> bool:
    """Whether the lines of a page are evidence: those of plain text are, unless it is taken as it is or is huge."""
    return page.media_type == "text/plain" and not page.is_clean and len(page.content) <= _LARGEST


def count_lines(store: Store, page: RawPage, source_id: int) -> None:
    """Count the lines of a new page: those that other pages share are boilerplate when it is cleaned."""
    if has_lines(page):
        lines = _lines(page)
        store.lines.add_page(scope_of(site_of(page.url), source_id), lines.all)
        store.lines.add_page(EVERYWHERE, lines.long)


def known_elsewhere(store: Store, page: StoredPage) -> dict[int, int] | None:
    """On how many other pages of the corpus the lines of this one stand; None where they tell nothing."""
    if not has_lines(page):
        return None
    lines = _lines(page)
    scope = scope_of(site_of(page.url), page.source_id)
    others = recurrence(
        lines,
        store.lines.counts(scope, lines.all),
        store.lines.counts(EVERYWHERE, lines.long),
        store.lines.pages(scope),
    )
    for key, documents in store.passages.counts(lines.long, but=page.id, least=LEAST_DOCUMENTS).items():
        others[key] = max(documents, others.get(key, 0))
    return others


def amount(store: Store) -> int:
    """Of how many pages and documents the corpus knows the lines: what cleaning plain text depends on besides the page."""
    return store.lines.pages(EVERYWHERE) + store.passages.documents()


def _lines(page: RawPage | StoredPage) -> PageLines:
    return read_page_lines(decode(page.content, page.charset, is_html=False).text)
