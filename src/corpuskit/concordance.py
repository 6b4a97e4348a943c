"""Concordances: every occurrence of what is looked for, in its context, one line each.

Lines come as they are found, document by document; sorted ones when all are found, through a file where they are many, so that
memory does not grow with them. A context never leaves its document. A sample is drawn from places, not from lines, and only
the documents of the chosen ones are read a second time.
"""

from __future__ import annotations

import hashlib
import heapq
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from corpuskit.contexts import Contexts, Window, sort_key
from corpuskit.occurring import Reader, candidates, several_of_a_cluster, shown_of_clusters
from corpuskit.record import RECORD_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpuskit.phrases import Span
    from corpuskit.selection import Selection

SORTS = ("left", "right", "node", "date", "id")
_LAST = "~"  # behind every date


@dataclass(frozen=True, slots=True)
class Layout:
    """How lines are made and ordered: by the first of `sort`, then the next, at last by id and place."""

    window: Window
    sort: tuple[str, ...] = ()  # of `SORTS`; none is the order of the documents
    unique: bool = False


@dataclass(slots=True)
class Concordance:
    """The occurrences in the documents of a selection. Its limit, sample and direction are those of the lines."""

    reader: Reader
    selection: Selection
    layout: Layout

    def count(self) -> int:
        """How many lines there are."""
        ids, _ = self._documents()
        found = sum(len(one.found) for one in self.reader.occurrences(ids))
        sizes = (self.selection.sample, self.selection.limit)
        return min(found, *(size for size in sizes if size is not None), found)

    def lines(self, fields: Sequence[str]) -> Iterator[dict[str, Any]]:
        """The lines, each with these fields: those of the record, `left`, `node`, `right`, `start`, `end`, `copies`."""
        ids, copies = self._documents()
        chosen: set[tuple[int, int, int]] | None = None
        if self.selection.sample is not None:
            chosen = self._sample(ids, self.selection.sample)
            holding = {document_id for document_id, _, _ in chosen}
            ids = [document_id for document_id in ids if document_id in holding]
        lines = self._lines(ids, copies, fields, chosen)
        if self._is_sorted():
            from corpuskit.external_sort import sorted_by_key

            ordered = sorted_by_key(lines, reverse=self.selection.reverse)
        else:
            ordered = (line for _, line in lines)
        return islice(ordered, self.selection.limit)

    def _is_sorted(self) -> bool:
        return self.layout.sort not in ((), ("id",))

    def _documents(self) -> tuple[list[int], dict[int, int]]:
        """The documents to read, in order, and how many of its cluster each stands for, where it is more than one."""
        store = self.reader.store
        selection = replace(
            self.selection,
            sort="id" if self.layout.sort else None,
            reverse=self.selection.reverse and not self._is_sorted(),
        )
        ids = store.selecting.ids(candidates(selection, self.reader.finder, unique=self.layout.unique))
        if not self.layout.unique:
            return ids, {}
        # a document stands for its cluster only if something occurs in it, so those with others beside them are tried first
        several = several_of_a_cluster(store, ids)
        holding = [one.record["id"] for one in self.reader.occurrences(sorted(several))]
        shown = shown_of_clusters(store, holding)
        others = set(several).difference(shown)
        return [document_id for document_id in ids if document_id not in others], shown

    def _sample(self, ids: Sequence[int], size: int) -> set[tuple[int, int, int]]:
        """`size` of the places, chosen by a hash of seed and place: the same everywhere, and stable while the corpus grows."""
        ranked = (
            (_rank(self.selection.seed, record["id"], match.start, match.end), (record["id"], match.start, match.end))
            for record, found, _ in self.reader.occurrences(ids)
            for match in found
        )
        return {place for _, place in heapq.nsmallest(size, ranked)}

    def _lines(
        self, ids: Sequence[int], copies: dict[int, int], fields: Sequence[str], chosen: set[tuple[int, int, int]] | None
    ) -> Iterator[tuple[bytes, dict[str, Any]]]:
        columns = [name for name in fields if name in RECORD_FIELDS and name not in ("id", "text")]
        columns += ["date"] if "date" in self.layout.sort and "date" not in columns else []
        is_backwards = self.selection.reverse and not self._is_sorted()
        for record, found, folded in self.reader.occurrences(ids, columns):
            document = {name: record[name] for name in ("id", *columns)}
            if "text" in fields:
                document["text"] = record["text"]
            if "copies" in fields:
                document["copies"] = copies.get(record["id"], 1)
            contexts = Contexts(record["text"], self.layout.window, folded)
            for match in reversed(found) if is_backwards else found:
                span = (match.start, match.end)
                if chosen is None or (record["id"], *span) in chosen:
                    key = self._key(contexts, record, span) if self._is_sorted() else b""
                    yield key, document | _line(contexts, span)

    def _key(self, contexts: Contexts, record: dict[str, Any], span: Span) -> bytes:
        pieces = [self._part(name, contexts, record, span) for name in self.layout.sort if name != "id"]
        numbers = (record["id"], *span)
        return b"".join((*pieces, *(number.to_bytes(8, "big") for number in numbers)))

    def _part(self, name: str, contexts: Contexts, record: dict[str, Any], span: Span) -> bytes:
        match name:
            case "left":
                return sort_key(contexts.words_before(span[0]))
            case "right":
                return sort_key(contexts.words_after(span[1]))
            case "node":
                return sort_key(contexts.words_in(*span))
            case _:
                without = "" if self.selection.reverse else _LAST  # undated ones come last in either direction
                return f"{record['date'] or without}\0".encode()


def _line(contexts: Contexts, span: Span) -> dict[str, Any]:
    (start, end), text = span, contexts.text
    low, high = contexts.around(start, end)
    return {"left": text[low:start], "node": text[start:end], "right": text[end:high], "start": start, "end": end}


def _rank(seed: int, document_id: int, start: int, end: int) -> bytes:
    return hashlib.blake2b(f"{seed}:{document_id}:{start}:{end}".encode(), digest_size=8).digest()
