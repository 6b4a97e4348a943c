"""Cleaning: from raw pages to documents, each page in a worker process that can be killed."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Literal

from corpuskit.documents import Unread
from corpuskit.extract.page import Cleaned, PageJob, clean_page, extractor_name
from corpuskit.line_evidence import amount, known_elsewhere
from corpuskit.progress import Advance, silent
from corpuskit.reports import Notice, unheard
from corpuskit.store.store import Store
from corpuskit.workers import Done, Failure, Limits, run_guarded, start_early

BATCH_PAGES = 200
BATCH_SECONDS = 1.0

_PRELOAD = ("corpuskit.extract.page", "corpuskit.extract.warm")


@dataclass(frozen=True, slots=True)
class CleanOptions:
    """How pages are cleaned. Time in seconds and memory in bytes, both per page."""

    mode: str = "balanced"
    seconds: float = 30.0
    memory: int = 1024 * 1024 * 1024
    processes: int | None = None  # None: as many as there are processors for us

    @property
    def limits(self) -> Limits:
        """The limits of each worker."""
        return Limits(self.seconds, self.memory, self.processes or len(os.sched_getaffinity(0)))


@dataclass(slots=True)
class CleanReport:
    """How many pages ended how: `read = cleaned + no_text + failed`."""

    cleaned: int = 0
    no_text: int = 0
    failed: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """The counters by name."""
        return {
            "read": self.cleaned + self.no_text + self.failed,
            "cleaned": self.cleaned,
            "no-text": self.no_text,
            "failed": self.failed,
        }


def prepare_workers() -> None:
    """Begin to load what workers need, in another process, while this one still reads pages."""
    start_early(_PRELOAD)


def recipes(mode: str) -> tuple[str, ...]:
    """The extractors that pages are cleaned with in this mode, one for each kind of page, as the record names them."""
    return (
        extractor_name(as_html=True, is_clean=False, mode=mode),
        extractor_name(as_html=False, is_clean=False, mode=mode),
        extractor_name(as_html=False, is_clean=True, mode=mode),
    )


def clean_pages(
    store: Store,
    page_ids: Sequence[int],
    *,
    run_id: int,
    options: CleanOptions = CleanOptions(),  # frozen
    notice: Notice = unheard,
    advance: Advance = silent,
) -> CleanReport:
    """Clean these pages. `notice` is told every page that failed, by its location.

    Workers compute, this process writes, in batches of at most 200 pages or a second. A page that takes too long, needs too much
    memory or kills its worker fails alone, with its reason.
    """
    report = CleanReport()
    if not page_ids:
        return report
    batch: list[Done[int, Cleaned]] = []
    since, done = monotonic(), 0
    results = run_guarded(clean_page, _jobs(store, page_ids, options.mode), options.limits, _PRELOAD)
    try:
        for result in results:
            batch.append(result)
            done += 1
            advance(done, len(page_ids))
            if len(batch) >= BATCH_PAGES or monotonic() - since >= BATCH_SECONDS:
                _save(store, batch, run_id, report, notice, options)
                batch, since = [], monotonic()
    finally:
        results.close()
    _save(store, batch, run_id, report, notice, options)
    return report


def _jobs(store: Store, page_ids: Sequence[int], mode: str) -> Iterator[tuple[int, PageJob]]:
    for page_id in page_ids:
        page = store.pages.get(page_id)
        if page is not None:
            known = known_elsewhere(store, page)
            said_by: Literal["given", "http"] = "http" if page.url_source in ("web", "warc") else "given"
            yield (
                page_id,
                PageJob(page.content, page.media_type, page.url, page.charset, page.given, page.is_clean, mode, known, said_by),
            )


def _save(
    store: Store, batch: Sequence[Done[int, Cleaned]], run_id: int, report: CleanReport, notice: Notice, options: CleanOptions
) -> None:
    """Save a batch in one transaction, and only then count and tell it."""
    failures: list[Unread] = []
    cleaned = no_text = 0
    evidence, plain_text = amount(store), recipes(options.mode)[1]
    with store.transaction():
        for done in batch:
            place = store.pages.place(done.key)
            if isinstance(done.result, Failure):
                unread = Unread(place.location, "failed", done.result.reason, done.result.detail)
                store.documents.put_failure(done.key, run_id, recipes(options.mode)[0], unread.reason, unread.detail)
                store.pages.add_outcome("clean", unread, place.source_id, run_id, done.key)
                failures.append(unread)
                continue
            used = evidence if done.result.extractor == plain_text else None
            outcome = store.documents.put(done.key, run_id, done.result, place, used)
            store.pages.clear_outcome("clean", place.source_id, place.location)
            cleaned += outcome == "cleaned"
            no_text += outcome == "no-text"
    report.cleaned += cleaned
    report.no_text += no_text
    report.failed += len(failures)
    for unread in failures:
        notice(unread)
