"""What the corpus knows about lines: counted when a plain-text page comes in, asked for when one is cleaned.

Paragraphs of HTML pages are counted in the same way, but only once somebody wants the repeated ones cut.
"""

from __future__ import annotations

from corpuskit.documents import RawPage
from corpuskit.extract.encoding import decode
from corpuskit.extract.recurrence import (
    EVERYWHERE,
    PARAGRAPHS,
    PageLines,
    read_page_lines,
    read_paragraphs,
    recurrence,
    scope_of,
)
from corpuskit.store.documents import site_of
from corpuskit.store.pages import StoredPage
from corpuskit.store.store import Store

LEAST_DOCUMENTS = 3  # in which a passage has to stand to be evidence

_AT_ONCE = 100  # pages that are counted in one transaction
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


def uncount_lines(store: Store, page: StoredPage) -> None:
    """Count the lines of a page that goes for good no longer."""
    if has_lines(page):
        lines = _lines(page)
        store.lines.remove_page(scope_of(site_of(page.url), page.source_id), lines.all)
        store.lines.remove_page(EVERYWHERE, lines.long)
    elif store.lines.count(PARAGRAPHS, page.id):
        store.lines.remove_page(_paragraph_scope(page), _paragraphs(page))
        store.lines.remove_page(PARAGRAPHS, [page.id])


def count_paragraphs(store: Store) -> None:
    """Count the paragraphs of all HTML pages that were not counted yet."""
    unread = store.lines.unread(PARAGRAPHS)
    for start in range(0, len(unread), _AT_ONCE):
        with store.transaction():
            for page_id in unread[start : start + _AT_ONCE]:
                if (page := store.pages.get(page_id)) is not None:
                    store.lines.add_page(_paragraph_scope(page), _paragraphs(page))
                    store.lines.add_page(PARAGRAPHS, [page_id])


def paragraphs_elsewhere(store: Store, page: StoredPage) -> dict[int, int]:
    """On how many other pages of its site the paragraphs of a counted HTML page stand, those on no other left out."""
    counts = store.lines.counts(_paragraph_scope(page), _paragraphs(page))
    return {key: pages - 1 for key, pages in counts.items()}


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
    """Of how many pages and documents the corpus knows the lines: what cleaning depends on besides the page."""
    return store.lines.pages(EVERYWHERE) + store.lines.pages(PARAGRAPHS) + store.passages.documents()


def _paragraph_scope(page: StoredPage) -> int:
    return scope_of(site_of(page.url), page.source_id, "paragraphs\0")


def _paragraphs(page: StoredPage) -> frozenset[int]:
    if len(page.content) > _LARGEST:
        return frozenset()
    return read_paragraphs(decode(page.content, page.charset, is_html=True).text)


def _lines(page: RawPage | StoredPage) -> PageLines:
    return read_page_lines(decode(page.content, page.charset, is_html=False).text)
