"""Reporting: what there is to say about a corpus as a whole, gathered for one page that can be read and printed.

The funnel and the health of sites are about the whole corpus, everything else about the documents of a selection. The same corpus
and the same selection give the same report.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median
from typing import Any

from corpuskit.overview import RepeatedLine, Report, SiteHealth
from corpuskit.passages import LEAST_CHARACTERS
from corpuskit.progress import Advance, silent
from corpuskit.selection import Selection
from corpuskit.store.documents import site_of
from corpuskit.store.store import Store

EXAMPLES = 3
MOST_SITES = 30
MOST_LINES = 30
LEAST_DOCUMENTS = 3  # of a site in which a line has to stand
_ENOUGH_LETTERS = 4  # shorter lines are seldom boilerplate that anybody would miss


def gather(store: Store, selection: Selection, advance: Advance = silent) -> Report:
    """Read the corpus once, and the texts of the selection once more."""
    ids = store.selecting.ids(selection)
    totals = store.selecting.stats(selection)
    unread, uncleaned, dropped = store.summaries.unread(), store.summaries.uncleaned(), store.summaries.dropped()
    funnel: tuple[tuple[str, int, dict[str, int]], ...] = (
        ("inputs read", totals["pages"] + sum(unread.values()), unread),
        ("pages captured", totals["pages"], uncleaned),
        ("texts", totals["documents"], dropped),
        ("kept", totals["kept"], {}),
    )
    return Report(
        corpus=store.path.name,
        totals=totals,
        funnel=funnel,
        words=store.summaries.words(ids),
        sites=_site_health(store),
        cluster_sizes=store.summaries.cluster_sizes(),
        similarities=store.summaries.similarities(),
        repeated=_repeated_lines(store, ids, advance),
        runs=[dict(row) | {"counts": json.loads(row["counts"])} for row in store.summaries.runs()],
    )


def _site_health(store: Store) -> list[SiteHealth]:
    """The sites with the most pages."""
    by_site: dict[str, list[Any]] = {}
    for row in store.summaries.pages():
        by_site.setdefault(site_of(row["url"]) or "", []).append(row)
    largest = sorted(by_site.items(), key=lambda entry: (-len(entry[1]), entry[0]))[:MOST_SITES]
    return [_health(site, rows) for site, rows in largest]


def _health(site: str, rows: Sequence[Any]) -> SiteHealth:
    outcomes = Counter(row["outcome"] for row in rows)
    texts = [row for row in rows if row["words"] is not None]
    worst = sorted(rows, key=lambda row: (row["words"] is not None, row["words"] or 0, row["id"]))
    return SiteHealth(
        site=site,
        pages=len(rows),
        cleaned=outcomes["cleaned"],
        no_text=outcomes["no-text"],
        failed=outcomes["failed"],
        kept=sum(not row["dropped"] for row in texts),
        median_words=int(median(row["words"] for row in texts)) if texts else None,
        text_share=sum(row["characters"] for row in texts) / max(1, sum(row["size"] for row in texts)) if texts else None,
        examples=tuple(row["id"] for row in worst[:EXAMPLES]),
    )


def _repeated_lines(store: Store, ids: Sequence[int], advance: Advance) -> list[RepeatedLine]:
    """The lines that stand in the most documents of a site. Counted by hash first, so that few lines have to be held."""
    counts: Counter[int] = Counter()
    for done, (_, site, lines) in enumerate(_lines(store, ids), start=1):
        counts.update(hash((site, line)) for line in lines)
        advance(done, 2 * len(ids))
    often = {key for key, count in counts.items() if count >= LEAST_DOCUMENTS}
    del counts
    places: dict[tuple[str, str], list[int]] = {}
    for done, (document_id, site, lines) in enumerate(_lines(store, ids) if often else (), start=1):
        for line in lines:
            if hash((site, line)) in often:
                places.setdefault((site, line), []).append(document_id)
        advance(len(ids) + done, 2 * len(ids))
    found = [
        RepeatedLine(site, len(where), line, tuple(where[:EXAMPLES]))
        for (site, line), where in places.items()
        if len(where) >= LEAST_DOCUMENTS
    ]
    return sorted(found, key=lambda one: (-one.documents, -len(one.line), one.site, one.line))[:MOST_LINES]


def _lines(store: Store, ids: Sequence[int]) -> Iterator[tuple[int, str, set[str]]]:
    """The different lines of each document that belongs to a site."""
    for row in store.documents.records(sorted(ids), ("id", "site", "text")):
        if row["site"]:
            lines = {" ".join(line.split()) for line in row["text"].split("\n")}
            yield (
                row["id"],
                row["site"],
                {line for line in lines if sum(map(str.isalpha, line[:LEAST_CHARACTERS])) >= _ENOUGH_LETTERS},
            )
