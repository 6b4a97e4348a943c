"""Repeating: passages that stand in many documents, recorded with their places, so that they can be listed and counted.

A passage that many documents share is seldom part of what they have to say: a notice, a biography, an invitation to subscribe.
Nothing is cut from a text here; the cleaner of plain-text pages takes the counts as evidence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from corpuskit.passages import passage_at, read_passages
from corpuskit.progress import Advance, silent
from corpuskit.store.store import Store

LEAST_DOCUMENTS = 3  # in which a passage has to stand to be called repeated
_EXAMPLES = 5
_AT_ONCE = 200


def record_passages(store: Store, advance: Advance = silent) -> int:
    """Read the documents that are new or have a new text; how many there were."""
    unread = store.passages.unread()
    with store.transaction():
        store.passages.forget_removed()
    for start in range(0, len(unread), _AT_ONCE):
        chunk = unread[start : start + _AT_ONCE]
        found = {
            document_id: (digest, read_passages(text)) for document_id, (text, digest) in store.signatures.texts(chunk).items()
        }
        with store.transaction():
            for document_id, (digest, passages) in found.items():
                store.passages.put(document_id, digest, passages)
        advance(start + len(chunk), len(unread))
    return len(unread)


def list_passages(store: Store, ids: Sequence[int], least: int = LEAST_DOCUMENTS) -> Iterator[dict[str, Any]]:
    """The passages that stand in at least so many of these documents, those in most of them first, with the first few ids."""
    among = set(ids)
    for row in store.passages.repeated(ids, least):
        places = list(islice((place for place in store.passages.places(row["key"]) if place["document_id"] in among), _EXAMPLES))
        text = store.documents.text(places[0]["document_id"])
        yield {
            "documents": row["documents"],
            "places": row["places"],
            "examples": [place["document_id"] for place in places],
            "passage": passage_at(text[1], places[0]["line"]) if text else None,
        }
