"""Explaining: the whole life of a page, from where it came to why it is, or is not, in a selection."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from corpuskit.documents import Cut
from corpuskit.extract.encoding import decode
from corpuskit.readers.files import show_path
from corpuskit.reasons import Reason
from corpuskit.record import RECORD_FIELDS
from corpuskit.store.store import Store

_MORE_FIELDS = ("lead", "language_confidence", "encoding_source", "confidence", "url_source")
_DOCUMENT_FIELDS = (*(name for name in RECORD_FIELDS if name != "text"), *_MORE_FIELDS)


def explain(store: Store, text: str) -> Iterator[dict[str, Any]]:
    """What is known of every page that an id, a URL or a location names, and of inputs there that gave no page.

    One dictionary a page, with the parts `page`, `cleaning`, `document`, `decisions` and `cuts`; or one with the part `outcome`.
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
    }  # fmt: skip


def _cut(cut: Cut) -> dict[str, Any]:
    return {"first": cut.first, "last": cut.last, "reason": cut.reason}


def _outcome(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"meaning": Reason(row["reason"]).meaning}
