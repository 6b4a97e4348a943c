"""Explaining: the whole life of a page, from where it came to why it is, or is not, in a selection."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from corpuskit.differences import differences
from corpuskit.documents import Cut
from corpuskit.extract.encoding import decode
from corpuskit.history import History
from corpuskit.line_evidence import has_lines, known_elsewhere
from corpuskit.readers.files import show_path
from corpuskit.reasons import Reason
from corpuskit.record import RECORD_FIELDS
from corpuskit.remembering import exports_of, forgotten
from corpuskit.rules import meaning_of
from corpuskit.store.earlier import Document, Version, standing
from corpuskit.store.store import Store

MOST_COMPARED = 10  # duplicates whose texts are compared
MOST_OTHERS = 3  # documents that are alike, but were not merged
LEAST_ALIKE = 0.5  # Jaccard from which on such a document is worth naming
MOST_DIFFERENCES = 12  # passages of one pair

_MORE_FIELDS = ("lead", "language_confidence", "encoding_source", "confidence", "url_source")
_DOCUMENT_FIELDS = (*(name for name in RECORD_FIELDS if name != "text"), *_MORE_FIELDS)


def explain(store: Store, text: str) -> Iterator[dict[str, Any]]:
    """What is known of every page that an id, a URL or a location names, and of inputs there that gave no page.

    One dictionary a page, with the parts `page`, `captures`, `cleaning`, `earlier`, `document`, `tags`, `decisions`, `cuts`,
    `duplicates` and `exports`; one with the part `forgotten` for a page that was; or one with the part `outcome`.
    """
    if not _is_utf8(text):
        text = show_path(text)  # as such a name is stored
    page_ids = store.pages.find(text)
    for page_id in page_ids:
        yield _life(store, page_id)
    for stone in forgotten(store, text):
        yield {"forgotten": stone}
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
    found, _ = _cuts(store, page_id)
    cuts = {number: cut.reason for cut in found for number in range(cut.first, cut.last + 1)}
    lines = decoded.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return [(number, line, cuts.get(number)) for number, line in enumerate(lines, start=1)]


def _cuts(store: Store, page_id: int) -> tuple[Sequence[Cut], bool]:
    """The lines that were cut from a page, and whether that was worked out again, as the present recipe does it.

    They are stored with the document; a page of plain text that has no main text has none, so it is read once more.
    """
    if stored := store.documents.cuts(page_id):
        return stored, False
    page = store.pages.get(page_id)
    if page is None or not has_lines(page) or store.pages.life(page_id)["reason"] != Reason.NO_TEXT:
        return (), False
    from corpuskit.extract.plaintext import extract_plaintext  # here, because few pages need it

    decoded = decode(page.content, page.charset, is_html=False)
    return extract_plaintext(decoded.text, recurrence=known_elsewhere(store, page), url=page.url).cuts, True


def _life(store: Store, page_id: int) -> dict[str, Any]:
    life = store.pages.life(page_id)
    history = store.decisions.history()
    _, versions = next(store.earlier.documents([page_id]))
    record = next(store.documents.records([page_id], _DOCUMENT_FIELDS), None)
    if record is not None:
        record["replacements"] = store.documents.replacements(page_id)
    reason = life["reason"]
    cuts, recomputed = _cuts(store, page_id)
    return {
        "page": {
            name: life[name]
            for name in ("id", "source", "location", "url", "url_source", "fetched_at", "media_type", "charset", "raw_digest",
                         "raw_size", "note", "import_run", "imported_at")
        } | {"given": json.loads(life["given"])},
        "captures": [dict(row) for row in store.documents.captures_beside(page_id)],
        "cleaning": {
            "outcome": life["outcome"] or "not cleaned",
            "extractor": life["extractor"],
            "run": life["clean_run"],
            "reason": reason,
            "meaning": Reason(reason).meaning if reason else None,
            "detail": life["detail"] or "",
            "cuts_recomputed": recomputed,
        },
        "earlier": _earlier(store, page_id, history),
        "document": record,
        "tags": _tags(store, page_id, history),
        "decisions": [
            dict(row) | {
                "meaning": meaning_of(row["rule"]),
                "in_force": row["withdrawn_by"] is None,
                "on_earlier_text": record is not None and _on_earlier_text(row["run"], versions, history),
            }
            for row in store.decisions.of(page_id)
        ],
        "cuts": [_cut(cut) for cut in cuts],
        "duplicates": _duplicates(store, page_id) if record else [],
        "exports": exports_of(store, page_id),
    }  # fmt: skip


def _earlier(store: Store, page_id: int, history: History) -> list[dict[str, Any]]:
    """What other runs made of the page, as far as it is kept."""
    return [
        {
            "run": row["run_id"],
            "extractor": row["extractor"],
            "outcome": row["outcome"],
            "reason": row["reason"],
            "words": document["words"] if document else None,
            "text_digest": document["text_digest"] if document else None,
            "replaced_by": row["replaced_by"],
            "undone_by": history.undone_by(row["run_id"]),
        }
        for row, document in store.earlier.of(page_id)
    ]


def _tags(store: Store, page_id: int, history: History) -> list[dict[str, Any]]:
    """Every tag that the page ever had, with the runs that gave it and took it off."""
    tags = []
    for name, group in groupby(store.tags.of(page_id), key=lambda row: row["tag"]):
        changes = [
            {
                "run": row["run"],
                "command": row["command"],
                "given": bool(row["added"]),
                "undone_by": history.undone_by(row["run"]),
            }
            for row in group
        ]
        last = next((change for change in reversed(changes) if change["undone_by"] is None), None)
        tags.append({"tag": name, "holds": last is not None and last["given"], "changes": changes})
    return tags


def _on_earlier_text(run_id: int, versions: dict[Version, Document | None], history: History) -> bool:
    """Whether a run met another text than the one that stands; where that was let go, whether the text is younger than it."""
    present = next((version for version in versions if version.earlier_id is None), None)
    met = standing((version for version in versions if version.run_id <= run_id), history.until(run_id))
    if present is None or met == present:
        return False
    if met is None:
        return present.run_id > run_id
    one, other = versions[met], versions[present]
    return one is not None and other is not None and one["text_digest"] != other["text_digest"]


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
