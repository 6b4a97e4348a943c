"""Explaining: the whole life of a page, from where it came to why it is, or is not, in a selection."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from corpuskit.differences import differences
from corpuskit.documents import Cut
from corpuskit.extract.encoding import decode
from corpuskit.readers.files import show_path
from corpuskit.reasons import Reason
from corpuskit.record import RECORD_FIELDS
from corpuskit.store.store import Store

MOST_COMPARED = 10  # duplicates whose texts are compared
MOST_OTHERS = 3  # documents that are alike, but were not merged
LEAST_ALIKE = 0.5  # Jaccard from which on such a document is worth naming
MOST_DIFFERENCES = 12  # passages of one pair

_MORE_FIELDS = ("lead", "language_confidence", "encoding_source", "confidence", "url_source")
_DOCUMENT_FIELDS = (*(name for name in RECORD_FIELDS if name != "text"), *_MORE_FIELDS)


def explain(store: Store, text: str) -> Iterator[dict[str, Any]]:
    """What is known of every page that an id, a URL or a location names, and of inputs there that gave no page.

    One dictionary a page, with the parts `page`, `cleaning`, `document`, `decisions`, `cuts` and `duplicates`; or one with the
    part `outcome`.
    """
    if not _is_utf8(text):
        text = show_path(text)  # as such a name is stored
    page_ids = store.pages.find(text)
    for page_id in page_ids:
        yield _life(store, page_id)
    for row in store.pages.outcomes_at(text):
        if row["id"] is None or row["id"] not in page_ids:
            yield {"outcome": _outcome(dict(row))}


def _is_utf8(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)


def page_lines(store: Store, page_id: int) -> list[tuple[int, str, str | None]]:
    """The lines of a plain-text page: number from 1, the line, and why it was cut, or None where it was kept."""
    page = store.pages.get(page_id)
    if page is None or page.media_type != "text/plain" or page.is_clean:
        return []
    decoded = decode(page.content, page.charset, is_html=False)
    cuts = {number: cut.reason for cut in store.documents.cuts(page_id) for number in range(cut.first, cut.last + 1)}
    lines = decoded.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [(number, line, cuts.get(number)) for number, line in enumerate(lines, start=1)]


def _life(store: Store, page_id: int) -> dict[str, Any]:
    life = store.pages.life(page_id)
    record = next(store.documents.records([page_id], _DOCUMENT_FIELDS), None)
    reason = life["reason"]
    return {
        "page": {
            name: life[name]
            for name in ("id", "source", "location", "url", "url_source", "fetched_at", "media_type", "charset", "raw_digest",
                         "raw_size", "note", "import_run", "imported_at")
        } | {"given": json.loads(life["given"])},
        "cleaning": {
            "outcome": life["outcome"] or "not cleaned",
            "extractor": life["extractor"],
            "run": life["clean_run"],
            "reason": reason,
            "meaning": Reason(reason).meaning if reason else None,
            "detail": life["detail"] or "",
        },
        "document": record,
        "decisions": [
            dict(row) | {"in_force": row["withdrawn_by"] is None} for row in store.decisions.of(page_id)
        ],
        "cuts": [_cut(cut) for cut in store.documents.cuts(page_id)],
        "duplicates": _duplicates(store, page_id) if record else [],
    }  # fmt: skip


def _duplicates(store: Store, document_id: int) -> list[dict[str, Any]]:
    """The documents that this one was dropped for, or that were dropped for it, and the closest others; with the differences."""
    related: dict[int, tuple[str, float | None]] = {}
    for row in store.decisions.of(document_id):
        if row["withdrawn_by"] is None and row["duplicate_of"] is not None:
            related.setdefault(row["duplicate_of"], ("kept in its place", row["value"]))
    for row in store.signatures.duplicates_of(document_id):
        related.setdefault(row["document_id"], ("dropped in its favour", row["value"]))
    pairs = {
        row["other_id"] if row["document_id"] == document_id else row["document_id"]: row["jaccard"]
        for row in store.signatures.pairs_of(document_id, len(related) + MOST_OTHERS)
    }
    others = [one for one, jaccard in pairs.items() if one not in related and jaccard >= LEAST_ALIKE]
    related |= {one: ("alike", pairs[one]) for one in others[:MOST_OTHERS]}
    titles = {row["id"]: row for row in store.documents.records(list(related), ("id", "title", "location"))}
    found: list[dict[str, Any]] = []
    for other_id, (relation, value) in related.items():
        if other_id in titles:
            known = pairs.get(other_id, value)
            compared = _compared(store, document_id, other_id, known, with_differences=len(found) < MOST_COMPARED)
            found.append(titles[other_id] | {"relation": relation} | compared)
    return found


def _compared(store: Store, document_id: int, other_id: int, jaccard: float | None, *, with_differences: bool) -> dict[str, Any]:
    """Jaccard and differences of two documents; beyond the first few the Jaccard alone, if it is known."""
    shown: dict[str, Any] = {"jaccard": None, "differences": [], "more_differences": False}
    mine, theirs = store.documents.text(document_id), store.documents.text(other_id)
    if with_differences and mine is not None and theirs is not None:
        if jaccard is None:
            from corpuskit.shingles import jaccard as true_jaccard  # here, because it loads numpy
            from corpuskit.shingles import shingle_all

            one, other = shingle_all([mine[1], theirs[1]])
            jaccard = 1.0 if one.digest == other.digest else true_jaccard(one.hashes, other.hashes)
        listed, is_more = differences(mine[1], theirs[1], MOST_DIFFERENCES)
        shown["differences"] = [{"side": difference.side, "text": difference.text} for difference in listed]
        shown["more_differences"] = is_more
    shown["jaccard"] = None if jaccard is None else round(jaccard, 4)
    return shown


def _cut(cut: Cut) -> dict[str, Any]:
    return {"first": cut.first, "last": cut.last, "reason": cut.reason}


def _outcome(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"meaning": Reason(row["reason"]).meaning}
