"""Cleaning: from raw pages to documents, each page in a worker process that can be killed."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Literal

from corpuskit.batches import batches
from corpuskit.documents import Unread
from corpuskit.extract.page import Cleaned, PageJob, clean_page, extractor_name
from corpuskit.line_evidence import amount, known_elsewhere, paragraphs_elsewhere
from corpuskit.progress import Advance, silent
from corpuskit.reports import Notice, unheard
from corpuskit.store.store import Store
from corpuskit.workers import Done, Failure, Limits, run_guarded, start_early

_PRELOAD = ("corpuskit.extract.page", "corpuskit.extract.warm")


@dataclass(frozen=True, slots=True)
class CleanOptions:
    """How pages are cleaned. Time in seconds and memory in bytes, both per page."""

    mode: str = "balanced"
    seconds: float = 30.0
    memory: int = 120 * 1024 * 1024
    processes: int | None = None  # None: as many as there are processors for us
    repeated: Literal["keep", "cut"] = "keep"  # paragraphs of HTML that stand on other pages of the site

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


def recipes(mode: str, repeated: str = "keep") -> tuple[str, ...]:
    """The extractors that pages are cleaned with in this mode, one for each kind of page, as the record names them."""
    return (
        extractor_name(as_html=True, is_clean=False, mode=mode, repeated=repeated),
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

    Workers compute, this process writes, batch by batch. A page that takes too long, needs too much memory or kills its worker
    fails alone, with its reason.
    """
    report = CleanReport()
    if not page_ids:
        return report
    results = run_guarded(clean_page, _jobs(store, page_ids, options), options.limits, _PRELOAD)
    with closing(results):
        for batch in batches(_counted(results, len(page_ids), advance)):
            _save(store, batch, run_id, report, notice, options)
    return report


def _counted(results: Iterable[Done[int, Cleaned]], total: int, advance: Advance) -> Iterator[Done[int, Cleaned]]:
    for done, result in enumerate(results, start=1):
        advance(done, total)
        yield result


def _jobs(store: Store, page_ids: Sequence[int], options: CleanOptions) -> Iterator[tuple[int, PageJob]]:
    for page_id in page_ids:
        page = store.pages.get(page_id)
        if page is not None:
            known = known_elsewhere(store, page)
            if known is None and options.repeated == "cut" and not page.is_clean:
                known = paragraphs_elsewhere(store, page)
            said_by: Literal["given", "http"] = "http" if page.url_source in ("web", "warc") else "given"
            yield (
                page_id,
                PageJob(
                    page.content, page.media_type, page.url, page.charset, page.given, page.is_clean, options.mode, known,
                    said_by, options.memory, options.repeated,
                ),
            )  # fmt: skip


def _save(
    store: Store, batch: Sequence[Done[int, Cleaned]], run_id: int, report: CleanReport, notice: Notice, options: CleanOptions
) -> None:
    """Save a batch in one transaction, and only then count and tell it."""
    failures: list[Unread] = []
    cleaned = no_text = 0
    evidence, (html, plain_text, _) = amount(store), recipes(options.mode, options.repeated)
    with_evidence = {plain_text, html} if options.repeated == "cut" else {plain_text}
    with store.transaction():
        for done in batch:
            place = store.pages.place(done.key)
            if isinstance(done.result, Failure):
                unread = Unread(place.location, "failed", done.result.reason, done.result.detail)
                store.documents.put_failure(done.key, run_id, html, unread.reason, unread.detail)
                store.pages.add_outcome("clean", unread, place.source_id, run_id, done.key)
                failures.append(unread)
                continue
            used = evidence if done.result.extractor in with_evidence else None
            outcome = store.documents.put(done.key, run_id, done.result, place, used)
            store.pages.clear_outcome("clean", place.source_id, place.location)
            cleaned += outcome == "cleaned"
            no_text += outcome == "no-text"
            if outcome == "no-text":  # there is nothing to decide about any more; it comes back with the text
                store.decisions.take_back(store.decisions.about([done.key]), run_id)
    report.cleaned += cleaned
    report.no_text += no_text
    report.failed += len(failures)
    for unread in failures:
        notice(unread)
