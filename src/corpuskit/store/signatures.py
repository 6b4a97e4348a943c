"""Signatures of documents and verified pairs: what near-duplicates are found with, without reading the old texts again.

A comparison is a set of documents of which each was compared with all others under the same settings. A document belongs to the
latest one that it took part in: it is settled there, and needs to be compared with newcomers only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence

from corpuskit.store import sql
from corpuskit.store.database import Database, Row

_AT_ONCE = 2000  # rows that are read in one statement


class Signatures:
    """The signatures of a corpus. Methods that write expect a transaction around them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def outdated(self, ids: Iterable[int]) -> set[int]:
        """Those of the documents that have a signature of an older text."""
        return {row["id"] for row in self._database.stream(sql.SELECT_OUTDATED, (json.dumps(list(ids)),))}

    def texts(self, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Text and its digest by document."""
        rows = self._database.rows(sql.SELECT_TEXTS, (json.dumps(list(ids)),))
        return {row["id"]: (row["text"], row["text_digest"]) for row in rows}

    def put(self, rows: Iterable[tuple[int, str, bytes, int, bytes]]) -> None:
        """Store signatures: document, digest of the text, digest of the normalised text, distinct shingles, signature."""
        self._database.execute_many(sql.UPSERT_SIGNATURE, rows)

    def portions(self, ids: Sequence[int]) -> Iterator[list[Row]]:
        """Signature and comparison of these documents, by id; null where there is no signature of the present text."""
        for start in range(0, len(ids), _AT_ONCE):
            yield self._database.rows(sql.SELECT_SIGNATURES, (json.dumps(ids[start : start + _AT_ONCE]),))

    def properties(self, ids: Iterable[int]) -> list[Row]:
        """What a keep policy looks at, by id: length and date."""
        return self._database.rows(sql.SELECT_PROPERTIES, (json.dumps(list(ids)),))

    def names(self, ids: Iterable[int]) -> dict[int, str]:
        """A name for each of these documents that does not depend on this corpus."""
        return {row["id"]: row["name"] for row in self._database.rows(sql.SELECT_NAMES, (json.dumps(list(ids)),))}

    # pairs

    def pairs(self) -> list[Row]:
        """All verified pairs of present texts, the most similar first."""
        return self._database.rows(sql.SELECT_PAIRS)

    def pairs_of(self, document_id: int, most: int) -> list[Row]:
        """The most similar verified pairs of a document."""
        return self._database.rows(sql.SELECT_PAIRS_OF, {"id": document_id, "most": most})

    def known_pairs(self, ids: Iterable[int] | None = None) -> list[Row]:
        """The verified pairs with at least one of these documents, or all, in any order; some come twice."""
        if ids is None:
            return self._database.rows(sql.SELECT_ALL_PAIRS)
        return self._database.rows(sql.SELECT_KNOWN_PAIRS, {"ids": json.dumps(list(ids))})

    def add_pairs(self, pairs: Iterable[tuple[int, int, float]]) -> None:
        """Record verified pairs, the lower id first."""
        self._database.execute_many(sql.UPSERT_PAIR, pairs)

    def forget_pairs(self, ids: Iterable[int]) -> None:
        """Forget the pairs of documents whose text has changed."""
        self._database.execute_many(sql.DELETE_PAIRS, [(document_id, document_id) for document_id in ids])

    def split_keys(self) -> list[Row]:
        """Digest of the text and site of every document, by id."""
        return self._database.rows(sql.SELECT_SPLIT_KEYS)

    # comparisons

    def comparisons(self) -> dict[int, str]:
        """The settings of every comparison."""
        return {row["id"]: row["settings"] for row in self._database.rows(sql.SELECT_COMPARISONS)}

    def add_comparison(self, settings: str) -> int:
        """A new comparison; its id."""
        return self._database.execute(sql.INSERT_COMPARISON, (settings,))

    def prevailing_settings(self) -> str | None:
        """The settings under which most documents were compared; None where none were."""
        value = self._database.value(sql.LATEST_COMPARISON)
        return None if value is None else str(value)

    def count_settled_in(self, comparison: int) -> int:
        """How many documents are settled in a comparison."""
        return int(self._database.value(sql.COUNT_SETTLED, (comparison,)))

    def settled_in(self, comparison: int) -> set[int]:
        """The documents that are settled in a comparison."""
        return {row["document_id"] for row in self._database.rows(sql.SELECT_SETTLED, (comparison,))}

    def comparison_of(self, ids: Iterable[int]) -> dict[int, int | None]:
        """The comparison that each of these documents is settled in."""
        rows = self._database.stream(sql.SELECT_COMPARISON_OF, (json.dumps(list(ids)),))
        return {row["document_id"]: row["settled"] for row in rows}

    def unchanged(self, ids: Iterable[int]) -> set[int]:
        """Those of the documents that are kept, and whose text is the one that was compared."""
        return {row["id"] for row in self._database.stream(sql.SELECT_UNCHANGED, (json.dumps(list(ids)),))}

    def settle(self, ids: Iterable[int], comparison: int | None) -> None:
        """Remember that these documents took part in a comparison; with None that they are to be compared with all again."""
        self._database.execute(sql.SETTLE, (comparison, json.dumps(list(ids))))

    def unsettle_duplicates_of(self, ids: Iterable[int]) -> None:
        """Have those that were dropped in favour of these documents decided again."""
        self._database.execute(sql.UNSETTLE_DUPLICATES_OF, (json.dumps(list(ids)),))

    # decisions

    def dropped_for(self, rules: Sequence[str]) -> dict[int, int | None]:
        """Documents that these rules dropped, and in favour of which."""
        rows = self._database.stream(sql.SELECT_DROPPED_FOR, (json.dumps(list(rules)),))
        return {row["document_id"]: row["duplicate_of"] for row in rows}

    def duplicates_of(self, document_id: int) -> list[Row]:
        """Decisions in force that dropped a document in favour of this one: document, rule, value."""
        return self._database.rows(sql.SELECT_DUPLICATES_OF, (document_id,))
