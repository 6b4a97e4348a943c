"""What `import`, `fetch` and `clean` do alike: clean pages, mark older captures, count words; and what they say of it."""

from __future__ import annotations

from collections.abc import Sequence

from corpuskit.cleaning import CleanOptions, CleanReport, clean_pages
from corpuskit.commands._session import Session
from corpuskit.reports import Report
from corpuskit.store.store import Store
from corpuskit.superseding import mark_superseded

_MANY_UNCOUNTED = 1000  # documents; few are as fast counted when they are asked for
_MOST_WORDS = 2_000_000  # in memory, when nobody has asked for them


def clean_waiting(session: Session, store: Store, page_ids: Sequence[int], run_id: int, options: CleanOptions) -> CleanReport:
    """Clean pages, and do what new texts call for."""
    with session.progress("cleaning") as advance:
        report = clean_pages(store, page_ids, run_id=run_id, options=options, notice=session.notice, advance=advance)
    mark_superseded(store, run_id=run_id)
    if store.word_counts.waiting() >= _MANY_UNCOUNTED:
        from corpuskit.tallying import keep_counts  # here, because it loads numpy

        with session.progress("counting words") as advance:
            keep_counts(store, advance, most_words=_MOST_WORDS)
    return report


def counts_of_new(report: CleanReport) -> dict[str, int]:
    """The counters of cleaning in a run that also stores pages."""
    return {"cleaned": report.cleaned, "no-text": report.no_text, "not-cleaned": report.failed}


def summary(report: Report, cleaned: CleanReport) -> str:
    """One line about what came in, and what became of it."""
    text = "{read} read = {new} new + {known} known + {skipped} skipped + {failed} failed".format(**report.counts)
    if read := cleaned.counts["read"]:
        text += f"; {read} cleaned = {cleaned.cleaned} with text + {cleaned.no_text} without + {cleaned.failed} failed"
    return text
