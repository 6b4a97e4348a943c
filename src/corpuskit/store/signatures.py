"""Verified pairs, and which documents were compared with which: what spares `dedupe` to compare them again.

A comparison is a set of documents of which each was compared with all others under the same settings. A document belongs to the
latest one that it took part in: it is settled there, and needs to be compared with newcomers only. A search is a set of documents
among which all pairs were looked for, down to some Jaccard, whatever was decided about them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from corpuskit.store.database import Database, Row
from corpuskit.store.signature_blocks import SignatureBlocks

_SELECT_TEXTS = "SELECT id, text, text_digest FROM documents WHERE id IN (SELECT value FROM json_each(?))"
_SELECT_DATES = "SELECT id, date FROM documents WHERE date IS NOT NULL ORDER BY date"  # so that the index is read alone
_SELECT_SPLIT_KEYS = "SELECT id, text_digest, site FROM documents ORDER BY id"

_SELECT_COMPARISONS = "SELECT id, settings FROM comparisons"
_SELECT_MEMBERS = "SELECT members FROM comparisons WHERE id = ?"
_INSERT_COMPARISON = "INSERT INTO comparisons (settings) VALUES (?)"
_UPDATE_MEMBERS = "UPDATE comparisons SET members = ? WHERE id = ?"
_PREVAILING = "SELECT settings FROM comparisons WHERE members <> '[]' ORDER BY json_array_length(members) DESC, id LIMIT 1"
_SELECT_DUPLICATE_IDS = """
SELECT document_id FROM decisions
WHERE withdrawn_by IS NULL AND duplicate_of IS NOT NULL AND duplicate_of IN (SELECT value FROM json_each(?))
"""
# of these documents those that are kept, and still have the text that was compared
_SELECT_UNCHANGED = """
SELECT id FROM documents WHERE id IN (SELECT value FROM json_each(?))
AND id NOT IN (SELECT document_id FROM outdated_signatures)
AND id NOT IN (SELECT document_id FROM decisions WHERE withdrawn_by IS NULL)
"""

_SELECT_SEARCH = "SELECT floor, members FROM searches"
_UPSERT_SEARCH = "INSERT OR REPLACE INTO searches (id, floor, members) VALUES (1, ?, ?)"

# pairs of texts that are still what they were when they were compared
_PAIRS = """
SELECT document_id, other_id, jaccard FROM pairs
WHERE document_id NOT IN (SELECT document_id FROM outdated_signatures)
AND other_id NOT IN (SELECT document_id FROM outdated_signatures)
"""
_SELECT_PAIRS = _PAIRS + "ORDER BY jaccard DESC, document_id, other_id"
_SELECT_PAIRS_OF = _PAIRS + "AND (document_id = :id OR other_id = :id) ORDER BY jaccard DESC, 1, 2 LIMIT :most"
_SELECT_ALL_PAIRS = "SELECT document_id, other_id, jaccard FROM pairs"
_SELECT_KNOWN_PAIRS = """
SELECT document_id, other_id, jaccard FROM pairs WHERE document_id IN (SELECT value FROM json_each(:ids))
UNION ALL SELECT document_id, other_id, jaccard FROM pairs WHERE other_id IN (SELECT value FROM json_each(:ids))
"""
_UPSERT_PAIR = "INSERT OR REPLACE INTO pairs (document_id, other_id, jaccard) VALUES (?, ?, ?)"
_DELETE_PAIRS = "DELETE FROM pairs WHERE document_id = ? OR other_id = ?"

_SELECT_DROPPED_FOR = """
SELECT document_id, duplicate_of FROM decisions
WHERE withdrawn_by IS NULL AND rule IN (SELECT value FROM json_each(?))
"""
_SELECT_DECIDED = """
SELECT rule, threshold, json_group_array(document_id) AS documents, json_group_array(coalesce(duplicate_of, 0)) AS keepers,
       json_group_array(coalesce(value, 0.0)) AS similarities
FROM decisions WHERE withdrawn_by IS NULL AND rule IN (SELECT value FROM json_each(?)) GROUP BY rule, threshold
"""
_SELECT_DUPLICATES_OF = """
SELECT document_id, rule, value, duplicate_of FROM decisions
WHERE withdrawn_by IS NULL AND duplicate_of IS NOT NULL AND duplicate_of = ? ORDER BY document_id
"""


class Signatures:
    """What is known of the likeness of documents. Methods that write expect a transaction around them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.blocks = SignatureBlocks(database)

    # documents

    def texts(self, ids: Iterable[int]) -> dict[int, tuple[str, str]]:
        """Text and its digest by document."""
        rows = self._database.rows(_SELECT_TEXTS, (json.dumps(list(ids)),))
        return {row["id"]: (row["text"], row["text_digest"]) for row in rows}

    def dates(self) -> dict[int, str]:
        """The dates of all documents that have one."""
        return {row["id"]: row["date"] for row in self._database.rows(_SELECT_DATES)}

    def split_keys(self) -> list[Row]:
        """Digest of the text and site of every document, by id."""
        return self._database.rows(_SELECT_SPLIT_KEYS)

    def forget(self, ids: Iterable[int]) -> None:
        """Forget all that is known of the texts of these documents: signatures, pairs, and with whom they were compared."""
        gone = set(ids)
        self.blocks.remove(gone)
        self.forget_pairs(gone)
        self.settle(gone, None)

    # pairs

    def pairs(self) -> list[Row]:
        """All verified pairs of present texts, the most similar first."""
        return self._database.rows(_SELECT_PAIRS)

    def pairs_of(self, document_id: int, most: int) -> list[Row]:
        """The most similar verified pairs of a document."""
        return self._database.rows(_SELECT_PAIRS_OF, {"id": document_id, "most": most})

    def known_pairs(self, ids: Iterable[int] | None = None) -> list[Row]:
        """The verified pairs with at least one of these documents, or all, in any order; some come twice."""
        if ids is None:
            return self._database.rows(_SELECT_ALL_PAIRS)
        return self._database.rows(_SELECT_KNOWN_PAIRS, {"ids": json.dumps(list(ids))})

    def add_pairs(self, pairs: Iterable[tuple[int, int, float]]) -> None:
        """Record verified pairs, the lower id first."""
        self._database.execute_many(_UPSERT_PAIR, pairs)

    def forget_pairs(self, ids: Iterable[int]) -> None:
        """Forget the pairs of documents whose text has changed, and that pairs with them were looked for."""
        gone = set(ids)
        self._database.execute_many(_DELETE_PAIRS, [(document_id, document_id) for document_id in gone])
        floor, packed = self.search()
        members: list[int] = json.loads(packed)
        if not gone.isdisjoint(members):
            self.set_search(floor, [one for one in members if one not in gone])

    def search(self) -> tuple[float, str]:
        """Down to which Jaccard all pairs were looked for, and among which documents: a JSON array."""
        row = self._database.row(_SELECT_SEARCH)
        return (row["floor"], row["members"]) if row else (1.0, "[]")

    def set_search(self, floor: float, members: Iterable[int]) -> None:
        """Remember that all pairs among these documents were looked for."""
        self._database.execute(_UPSERT_SEARCH, (floor, _packed(members)))

    # comparisons

    def comparisons(self) -> dict[int, str]:
        """The settings of every comparison."""
        return {row["id"]: row["settings"] for row in self._database.rows(_SELECT_COMPARISONS)}

    def add_comparison(self, settings: str) -> int:
        """A new comparison; its id."""
        return self._database.execute(_INSERT_COMPARISON, (settings,))

    def prevailing_settings(self) -> str | None:
        """The settings under which most documents were compared; None where none were."""
        value = self._database.value(_PREVAILING)
        return None if value is None else str(value)

    def settled_in(self, comparison: int) -> str:
        """The documents that are settled in a comparison, as a JSON array."""
        return str(self._database.value(_SELECT_MEMBERS, (comparison,)) or "[]")

    def settle(self, ids: Iterable[int], comparison: int | None) -> None:
        """Remember that these documents took part in a comparison; with None that they are to be compared with all again."""
        chosen = set(ids)
        if not chosen:
            return
        for number in self.comparisons():
            packed = self.settled_in(number)
            members: list[int] = json.loads(packed)
            if not chosen.isdisjoint(members):
                packed = _packed(one for one in members if one not in chosen)
            elif number != comparison:
                continue
            if number == comparison:
                packed = f"{packed[:-1]}{',' * (packed != '[]')}{_packed(chosen)[1:]}"
            self._database.execute(_UPDATE_MEMBERS, (packed, number))

    def unchanged(self, ids: Iterable[int]) -> set[int]:
        """Those of the documents that are kept, and whose text is the one that was compared."""
        return {row["id"] for row in self._database.stream(_SELECT_UNCHANGED, (json.dumps(list(ids)),))}

    def unsettle_duplicates_of(self, ids: Iterable[int]) -> None:
        """Have those that were dropped in favour of these documents decided again."""
        self.settle([row[0] for row in self._database.rows(_SELECT_DUPLICATE_IDS, (json.dumps(list(ids)),))], None)

    # decisions

    def decided(self, rules: Sequence[str]) -> list[Row]:
        """The decisions of these rules that are in force, by rule and threshold; the other columns are JSON arrays."""
        return self._database.rows(_SELECT_DECIDED, (json.dumps(list(rules)),))

    def dropped_for(self, rules: Sequence[str]) -> dict[int, int | None]:
        """Documents that these rules dropped, and in favour of which."""
        rows = self._database.stream(_SELECT_DROPPED_FOR, (json.dumps(list(rules)),))
        return {row["document_id"]: row["duplicate_of"] for row in rows}

    def duplicates_of(self, document_id: int) -> list[Row]:
        """Decisions in force that dropped a document in favour of this one: document, rule, value."""
        return self._database.rows(_SELECT_DUPLICATES_OF, (document_id,))


def _packed(ids: Iterable[int]) -> str:
    return json.dumps(sorted(ids), separators=(",", ":"))
