"""Importing: pages from sources into the corpus, every input with one outcome, and counters that balance."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from time import monotonic

from corpuskit.documents import RawPage, Revisit, Unread
from corpuskit.line_evidence import count_lines
from corpuskit.progress import Advance, silent
from corpuskit.readers.options import ReadOptions
from corpuskit.readers.source import SourceReader
from corpuskit.reasons import Reason
from corpuskit.reports import Notice, Report, SourceReport, unheard
from corpuskit.store.pages import page_identity
from corpuskit.store.store import Store

BATCH_PAGES = 200
BATCH_SECONDS = 1.0
BATCH_BYTES = 64 * 1024 * 1024


def import_sources(
    store: Store,
    sources: Iterable[str],
    options: ReadOptions,
    *,
    run_id: int,
    tags: Sequence[str] = (),
    notice: Notice = unheard,
    advance: Advance = silent,
) -> Report:
    """Store every page of the sources. What is there already stays as it is and counts as known.

    `notice` is told every input that gave no page. Work is committed in batches of at most 200 pages, 64 MB or a second, so
    that an interrupted import loses a second's work at most and goes on where it stopped when it is run again.
    """
    report = Report()
    done = 0
    for name in sources:
        reader = SourceReader(name, options)
        source = SourceReport(name)
        report.sources.append(source)
        importer = _Importer(store, name, run_id, tuple(tags), source)
        report.source_ids.append(importer.source_id)
        batch: list[RawPage | Unread | Revisit] = []
        size, since = 0, monotonic()
        try:
            for event in reader:
                batch.append(event)
                size += len(event.content) if isinstance(event, RawPage) else 0
                if isinstance(event, Unread):
                    notice(event)
                done += 1
                advance(done, None)
                if len(batch) >= BATCH_PAGES or size >= BATCH_BYTES or monotonic() - since >= BATCH_SECONDS:
                    importer.save(batch)
                    batch, size, since = [], 0, monotonic()
        finally:
            source.kind = reader.kind
        importer.save(batch)
    return report


def try_sources(
    store: Store | None, sources: Iterable[str], options: ReadOptions, *, notice: Notice = unheard, advance: Advance = silent
) -> Report:
    """Read the sources and count what an import would do, without storing anything. `store` is the corpus, if there is one."""
    report = Report()
    done = 0
    for name in sources:
        reader = SourceReader(name, options)
        source = SourceReport(name)
        report.sources.append(source)
        met: set[bytes] = set()
        for event in reader:
            outcome: str = event.status if isinstance(event, Unread) else "skipped"
            if isinstance(event, Unread):
                notice(event)
            elif isinstance(event, RawPage):
                identity = page_identity(event)
                outcome = "known" if identity in met or (store and store.pages.knows(identity)) else "new"
                met.add(identity)
            setattr(source, outcome, getattr(source, outcome) + 1)
            done += 1
            advance(done, None)
        source.kind = reader.kind
    return report


class _Importer:
    """Saves the pages of one source."""

    def __init__(self, store: Store, name: str, run_id: int, tags: tuple[str, ...], report: SourceReport) -> None:
        self._store = store
        self._run_id = run_id
        self._tags = tags
        self._report = report
        with store.transaction():
            self.source_id = store.pages.add_source(name)
        self._had_outcomes = store.pages.has_outcomes(self.source_id)

    def save(self, batch: list[RawPage | Unread | Revisit]) -> None:
        """Save a batch in one transaction, and only then count it."""
        counts = dict.fromkeys(("new", "known", "skipped", "failed"), 0)
        with self._store.transaction():
            for event in batch:
                counts[self._save_one(event)] += 1
        for name, count in counts.items():
            setattr(self._report, name, getattr(self._report, name) + count)

    def _save_one(self, event: RawPage | Unread | Revisit) -> str:
        pages = self._store.pages
        if isinstance(event, Revisit):
            event = self._resolve(event)
        if isinstance(event, Unread):
            pages.add_outcome("import", event, self.source_id, self._run_id)
            return event.status
        page_id, outcome = pages.add(event, self.source_id, self._run_id)
        if outcome == "new":
            count_lines(self._store, event, self.source_id)
        pages.tag(page_id, (*event.given.tags, *self._tags), self._run_id)
        if self._had_outcomes:
            pages.clear_outcome("import", self.source_id, event.location)
            if container := _container(event.location):  # it gives pages again: what was wrong with it before is out of date
                pages.clear_outcome("import", self.source_id, container, before_run=self._run_id)
        return outcome

    def _resolve(self, revisit: Revisit) -> RawPage | Unread:
        """The page that a revisit record stands for: the bytes of its original, at the time of the revisit."""
        original = self._store.pages.find_original(revisit)
        page = self._store.pages.get(original) if original is not None else None
        if page is None:
            return Unread(revisit.location, "skipped", Reason.NO_ORIGINAL, revisit.url or "")
        return RawPage(
            page.content,
            page.media_type,
            revisit.location,
            url=revisit.url,
            url_source="warc",
            fetched_at=revisit.fetched_at,
            charset=page.charset,
            note=f"revisit of page {page.id}",
            payload_digest=revisit.payload_digest,
        )


def _container(location: str) -> str:
    """The file that a row or a member stands in; empty for a page that is a file itself."""
    return location.rpartition("!/")[0] or location.rpartition("#")[0]
