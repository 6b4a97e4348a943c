"""Importing: pages from sources into the corpus, every input with one outcome, and counters that balance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from corpuskit.batches import batches
from corpuskit.documents import RawPage, Revisit, Unread
from corpuskit.errors import UsageError
from corpuskit.line_evidence import count_lines
from corpuskit.progress import Advance, silent
from corpuskit.readers.options import ReadOptions
from corpuskit.readers.source import SourceReader
from corpuskit.reasons import Reason
from corpuskit.reports import Notice, Report, SourceReport, unheard
from corpuskit.store.pages import page_identity
from corpuskit.store.store import Store

Event = RawPage | Unread | Revisit


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

    `notice` is told every input that gave no page. Work is committed in batches, so that an interrupted import loses a second's
    work at most and goes on where it stopped when it is run again. Records of an unknown layout end the import: the error is in
    the report, and what came before is stored.
    """
    report = Report()
    told = _Told(notice, advance)
    for name in sources:
        reader = SourceReader(name, options)
        source = SourceReport(name)
        report.sources.append(source)
        importer = _Importer(store, name, run_id, tuple(tags), source, notice)
        report.source_ids.append(importer.source_id)
        try:
            with store.database.small_cache():
                for batch in batches(told.each(reader), _size):
                    importer.save(batch)
        except UsageError as error:
            report.stopped = error
            return report
        finally:
            source.kind = reader.kind
    return report


class _Told:
    """Tells of events on their way: the inputs that gave no page, and how many events there were in all."""

    def __init__(self, notice: Notice, advance: Advance) -> None:
        self._notice = notice
        self._advance = advance
        self._done = 0

    def each(self, events: Iterable[Event]) -> Iterator[Event]:
        for event in events:
            if isinstance(event, Unread):
                self._notice(event)
            self._done += 1
            self._advance(self._done, None)
            yield event


def _size(event: Event) -> int:
    return len(event.content) if isinstance(event, RawPage) else 0


def try_sources(
    store: Store | None, sources: Iterable[str], options: ReadOptions, *, notice: Notice = unheard, advance: Advance = silent
) -> Report:
    """Read the sources and count what an import would do, without storing anything. `store` is the corpus, if there is one."""
    report = Report()
    refuses = store is not None and store.tombstones.any()
    told = _Told(notice, advance)
    for name in sources:
        reader = SourceReader(name, options)
        source = SourceReport(name)
        report.sources.append(source)
        met: set[bytes] = set()
        for event in told.each(reader):
            outcome: str = event.status if isinstance(event, Unread) else "skipped"
            if refuses and store and (refused := refusal(store, event)) is not None:
                notice(refused)
            elif isinstance(event, RawPage):
                identity = page_identity(event)
                outcome = "known" if identity in met or (store and store.pages.knows(identity)) else "new"
                met.add(identity)
            source.count(outcome)
        source.kind = reader.kind
    return report


def refusal(store: Store, event: Event) -> Unread | None:
    """Why something is not taken in because it was forgotten; None where nothing is against it."""
    if isinstance(event, Unread):
        return None
    url = event.url or ""
    detail = store.tombstones.refusal(event) if isinstance(event, RawPage) else store.tombstones.refusal_of_url(url)
    return None if detail is None else Unread(event.location, "skipped", Reason.FORGOTTEN, detail)


class _Importer:
    """Saves the pages of one source."""

    def __init__(self, store: Store, name: str, run_id: int, tags: tuple[str, ...], report: SourceReport, notice: Notice) -> None:
        self._store = store
        self._run_id = run_id
        self._tags = tags
        self._report = report
        self._notice = notice
        self._refuses = store.tombstones.any()
        with store.transaction():
            self.source_id = store.pages.add_source(name)
        self._had_outcomes = store.pages.has_outcomes(self.source_id)

    def save(self, batch: list[Event]) -> None:
        """Save a batch in one transaction, and only then count it."""
        counts = dict.fromkeys(("new", "known", "skipped", "failed"), 0)
        forgotten: list[Unread] = []
        unread: list[Unread] = []
        with self._store.transaction():
            for event in batch:
                refused = refusal(self._store, event) if self._refuses else None
                forgotten += [refused] if refused else []
                counts[self._save_one(refused or event, unread)] += 1
            self._store.pages.add_outcomes("import", unread, self.source_id, self._run_id)
        for one in forgotten:
            self._notice(one)
        for name, count in counts.items():
            self._report.count(name, count)

    def _save_one(self, event: Event, unread: list[Unread]) -> str:
        """Save a page, or put what gave none with the others; how it ended."""
        pages = self._store.pages
        if isinstance(event, Revisit):
            event = self._resolve(event)
        if isinstance(event, Unread):
            unread.append(event)
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
