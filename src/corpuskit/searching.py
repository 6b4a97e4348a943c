"""Searching: documents that match a query, with the place where they do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from corpuskit.matching import excerpt
from corpuskit.occurring import Reader, candidates, shown_of_clusters
from corpuskit.selection import Selection, sample_ids
from corpuskit.store.selecting import Hit

SNIPPET_CHARACTERS = 160
_LEAST_CHARACTERS = 30
_WIDTHS, _OTHER_WIDTH = {"id": 6, "date": 10, "site": 24, "score": 7, "copies": 6}, 30  # of columns, as they usually are
_CHUNK = 50


def find(reader: Reader, selection: Selection) -> list[Hit]:
    """The documents of a selection that match, best first; those of a regular expression in the order of their ids.

    Where the index does not know them all, texts are read: only as many as the limit of the selection asks for.
    """
    finder = reader.finder
    if finder.is_decided:
        return reader.store.selecting.search(replace(selection, match=finder.match))
    hits = {hit.id: hit for hit in _candidates(reader, candidates(selection, finder))}
    matching = reader.matching(list(hits))
    if selection.sample is not None:
        found = list(matching)
        chosen = sample_ids(found, selection.sample, selection.seed)
        matching = (one for one in found if one in chosen)
    return [hits[one] for one in islice(matching, selection.limit)]


def _candidates(reader: Reader, selection: Selection) -> list[Hit]:
    """What the index knows; best first where that means anything: the words of an expression do not say what it is about."""
    if selection.match is None or reader.finder.is_expression:
        return [Hit(document_id, None) for document_id in reader.store.selecting.ids(selection)]
    return reader.store.selecting.search(selection)


def clusters(reader: Reader, selection: Selection) -> tuple[list[Hit], dict[int, int]]:
    """One document of each cluster of duplicates that matches, and how many of its documents do.

    Documents that were dropped as duplicates are searched too: the one that is shown is the kept one, where it matches, else the
    best of the others.
    """
    hits = find(reader, candidates(selection, reader.finder, unique=True))
    shown = shown_of_clusters(reader.store, [hit.id for hit in hits])
    if selection.sample is not None:
        shown = {one: shown[one] for one in sample_ids(shown, selection.sample, selection.seed)}
    return [hit for hit in hits if hit.id in shown][: selection.limit], shown


def snippet_characters(fields: Sequence[str], width: int) -> int:
    """How long a snippet is in a table of these fields: about as long as there is room, so that its match is not cut off."""
    others = sum(_WIDTHS.get(name, _OTHER_WIDTH) + 2 for name in fields if name != "snippet")
    return max(_LEAST_CHARACTERS, min(SNIPPET_CHARACTERS, width - others - 2))  # and an ellipsis on either side


def found_ids(reader: Reader, selection: Selection, *, unique: bool = False) -> list[int]:
    """The ids of the documents that `find` gives, or with `unique` of those that `clusters` gives, in any order."""
    if unique:
        return [hit.id for hit in clusters(reader, selection)[0]]
    if reader.finder.is_decided:  # the index need not tell how well they match
        return reader.store.selecting.ids(replace(selection, match=reader.finder.match))
    return [hit.id for hit in find(reader, selection)]


def count_found(reader: Reader, selection: Selection, *, unique: bool = False) -> int:
    """How many documents `find` gives, or `clusters` with `unique`."""
    if reader.finder.is_decided and not unique:
        return reader.store.selecting.count(replace(selection, match=reader.finder.match))
    return len(found_ids(reader, selection, unique=unique))


def search(
    reader: Reader,
    hits: Sequence[Hit],
    fields: Sequence[str],
    copies: Mapping[int, int] | None = None,
    characters: int = SNIPPET_CHARACTERS,
) -> Iterator[dict[str, Any]]:
    """The records of the hits with these fields; `snippet` and `score` beside those of the record, and `copies` where known.

    A snippet has about as many characters as that, with the match in its middle.
    """
    columns = [name for name in fields if name not in ("snippet", "score", "copies")]
    if "snippet" in fields:
        columns += ["title", "text"]
    for start in range(0, len(hits), _CHUNK):
        chunk = hits[start : start + _CHUNK]
        records = reader.store.documents.records([hit.id for hit in chunk], ["id", *columns])
        for hit, record in zip(chunk, records, strict=True):
            if "snippet" in fields:
                found = reader.finder.find(record["title"], record["text"])
                record["snippet"] = excerpt(record["text"], found, characters=characters)
            if copies is not None:
                record["copies"] = copies[hit.id]
            record["score"] = None if hit.score is None else round(hit.score, 4)
            yield record
