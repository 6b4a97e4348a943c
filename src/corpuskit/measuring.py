"""Measuring: the signals of texts and pages, in worker processes, stored as they come.

A signal is measured once for a text and stays; it is measured again when the text, its language or the definition changed. Many
texts go to a worker at once; where a batch fails its texts are measured one by one, so that only the text at fault has no
signals.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from time import monotonic

from corpuskit.documents import Unread
from corpuskit.progress import Advance, silent
from corpuskit.signals.page import PageBeside
from corpuskit.store.signals import PAGE, TEXT, Text
from corpuskit.store.store import Store
from corpuskit.workers import Failure, Limits, run_guarded

BATCH_CHARACTERS = 200_000  # of texts that go to a worker together
SAVE_SECONDS = 1.0
_ALONE = 500_000  # characters; less than this is measured before workers have started

Measured = list[dict[str, float | None]]


@dataclass(slots=True)
class MeasureReport:
    """What was measured. The failed ones have no signals, or those of an older text."""

    documents: set[int] = field(default_factory=set)
    failed: dict[int, Unread] = field(default_factory=dict)


def measure_texts(texts: Sequence[Text]) -> Measured:
    """The signals of these texts, in their order."""
    from corpuskit.signals.text import measure  # here, because a run over known signals measures nothing

    return [measure(one.text, one.language, one.words) for one in texts]


def measure_pages(pages: Sequence[PageBeside | None]) -> Measured:
    """The signals of these pages beside their texts; none for None."""
    from corpuskit.signals.page import measure

    return [{} if one is None else measure(one) for one in pages]


def measure_missing(
    store: Store, tables: Iterable[str], ids: Sequence[int], *, processes: int | None = None, advance: Advance = silent
) -> MeasureReport:
    """Measure and store what is missing in these tables, or out of date. What was saved stays if it is interrupted."""
    report = MeasureReport()
    limits = Limits(seconds=300.0, processes=processes or len(os.sched_getaffinity(0)))
    waiting = {table: store.signals.unmeasured(table, ids) for table in tables}
    total = sum(map(len, waiting.values()))
    for table, documents in waiting.items():
        work = _Work(store, table, limits, report, lambda more: advance(more, total))
        work.run(documents)
        report.documents |= {document_id for document_id, _ in documents}
    report.documents -= report.failed.keys()
    return report


class _Work:
    """Filling one table."""

    def __init__(self, store: Store, table: str, limits: Limits, report: MeasureReport, tell: Callable[[int], None]) -> None:
        self._store = store
        self._table = table
        self._limits = limits
        self._report = report
        self._tell = tell
        self._batch: list[tuple[Sequence[Text], Measured]] = []
        self._saved_at = monotonic()

    def run(self, documents: Sequence[tuple[int, int]]) -> None:
        """Measure documents of these ids and lengths."""
        if self._table == TEXT and sum(length for _, length in documents) < _ALONE:
            for batch in _batches(documents):
                texts = self._store.signals.texts(batch)
                self._take(texts, measure_texts(texts))
            self._save()
            return
        failed = self._guarded(_batches(documents))
        self._guarded([[document_id] for batch in failed for document_id in batch], is_last=True)

    def _guarded(self, batches: Iterable[list[int]], *, is_last: bool = False) -> list[list[int]]:
        """Measure batches in workers; those that failed."""
        jobs = self._page_jobs(batches) if self._table == PAGE else self._text_jobs(batches)
        function = measure_pages if self._table == PAGE else measure_texts
        failed: list[list[int]] = []
        results = run_guarded(function, jobs, self._limits, ("corpuskit.measuring",))  # type: ignore[arg-type]
        try:
            for done in results:
                if isinstance(done.result, Failure):
                    failed.append([one.id for one in done.key])
                    if is_last:
                        self._note(done.key[0].id, done.result)
                else:
                    self._take(done.key, done.result)
        finally:
            results.close()
        self._save()
        return failed

    def _text_jobs(self, batches: Iterable[list[int]]) -> Iterator[tuple[tuple[Text, ...], Sequence[Text]]]:
        for batch in batches:
            texts = tuple(self._store.signals.texts(batch))
            yield texts, texts

    def _page_jobs(self, batches: Iterable[list[int]]) -> Iterator[tuple[tuple[Text, ...], Sequence[PageBeside | None]]]:
        for batch in batches:
            texts = tuple(self._store.signals.texts(batch))
            yield texts, [self._beside(one) for one in texts]

    def _beside(self, one: Text) -> PageBeside | None:
        stored = self._store.pages.get(one.id)
        if stored is None or stored.is_clean:
            return None
        return PageBeside(stored.content, stored.media_type != "text/plain", stored.charset, one.text)

    def _take(self, texts: Sequence[Text], measured: Measured) -> None:
        self._batch.append((texts, measured))
        if monotonic() - self._saved_at >= SAVE_SECONDS:
            self._save()

    def _save(self) -> None:
        put = self._store.signals.put_of_page if self._table == PAGE else self._store.signals.put_of_text
        with self._store.transaction():
            for texts, measured in self._batch:
                for one, signals in zip(texts, measured, strict=True):
                    put(one, signals)
        self._tell(sum(len(texts) for texts, _ in self._batch))
        self._batch, self._saved_at = [], monotonic()

    def _note(self, document_id: int, failure: Failure) -> None:
        place = self._store.pages.place(document_id)
        self._report.failed[document_id] = Unread(place.location, "failed", failure.reason, failure.detail)


def _batches(documents: Sequence[tuple[int, int]]) -> Iterator[list[int]]:
    """Ids by so many characters; a longer text alone."""
    batch: list[int] = []
    room = BATCH_CHARACTERS
    for document_id, length in documents:
        if batch and length > room:
            yield batch
            batch, room = [], BATCH_CHARACTERS
        batch.append(document_id)
        room -= length
    if batch:
        yield batch
