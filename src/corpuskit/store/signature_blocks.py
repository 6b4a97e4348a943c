"""The signatures of documents, a thousand to a block: read as arrays, as near-duplicates are found with all of them at once.

A block has one BLOB for each property, with a value of fixed width for each document. A document stands in one block at most.
Whether the signature is that of its present text the database itself keeps account of, by triggers: `outdated_signatures` lists
the documents whose text has changed or gone since. The format says how signatures were made; those of another one are of no use.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from corpuskit.store.database import Database, Row

CAPACITY = 1000  # documents in a block
WIDTHS = {"ids": 8, "digests": 16, "shingles": 4, "characters": 4, "names": 8, "signatures": 256}  # bytes of a value

_COLUMNS = ", ".join(WIDTHS)
_SELECT_PROPERTIES = """
SELECT ids, digests, shingles, characters, names FROM signature_blocks WHERE format = ? ORDER BY id
"""
_SELECT_VALUES = "SELECT signatures FROM signature_blocks WHERE format = ? ORDER BY id"
_SELECT_IDS = "SELECT id, ids FROM signature_blocks"
_SELECT_IDS_OF_OTHERS = "SELECT ids FROM signature_blocks WHERE format <> ?"
_SELECT_BLOCK = f"SELECT {_COLUMNS} FROM signature_blocks WHERE id = ?"  # noqa: S608
_SELECT_LAST = f"""
SELECT id, {_COLUMNS} FROM signature_blocks
WHERE id = (SELECT max(id) FROM signature_blocks) AND format = ? AND length(ids) < ?
"""  # noqa: S608
_UPSERT_BLOCK = f"""
INSERT OR REPLACE INTO signature_blocks (id, format, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""  # noqa: S608
_UPDATE_BLOCK = f"""
UPDATE signature_blocks SET ({_COLUMNS}) = (?, ?, ?, ?, ?, ?) WHERE id = ?
"""  # noqa: S608
_DELETE_BLOCK = "DELETE FROM signature_blocks WHERE id = ?"
_DELETE_OTHERS = "DELETE FROM signature_blocks WHERE format <> ?"
# not the identity of the page, which holds the folder where it lay
_SELECT_NAMES = """
SELECT documents.id, documents.text_digest || char(10) || coalesce(documents.url, '') || char(10)
       || sources.name || char(10) || pages.location AS name, documents.url IS NOT NULL AS has_address
FROM documents JOIN pages ON pages.id = documents.id JOIN sources ON sources.id = pages.source_id
WHERE documents.id IN (SELECT value FROM json_each(?))
"""
_SELECT_OUTDATED = "SELECT document_id FROM outdated_signatures"
_SELECT_CHANGED = """
SELECT document_id FROM outdated_signatures WHERE document_id IN (SELECT value FROM json_each(?))
"""
_DELETE_OUTDATED = "DELETE FROM outdated_signatures WHERE document_id IN (SELECT value FROM json_each(?))"


@dataclass(frozen=True, slots=True)
class SignedText:
    """What is stored about the text of a document."""

    document_id: int
    digest: bytes  # 16 bytes, of the normalised text
    shingles: int  # how many distinct ones
    characters: int
    name: bytes  # 8 bytes that name the page in every corpus, to decide between equal texts
    signature: bytes


class SignatureBlocks:
    """The blocks of a corpus. Methods that write expect a transaction around them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def properties(self, signature_format: int) -> list[Row]:
        """All but the signatures themselves, block by block."""
        return self._database.rows(_SELECT_PROPERTIES, (signature_format,))

    def signatures(self, signature_format: int) -> Iterator[bytes]:
        """The signatures, block by block in the same order."""
        return (row["signatures"] for row in self._database.stream(_SELECT_VALUES, (signature_format,)))

    def names(self, ids: Iterable[int]) -> dict[int, bytes]:
        """Eight bytes for each document, from its text and from where it was found, that do not depend on this corpus."""
        rows = self._database.rows(_SELECT_NAMES, (json.dumps(list(ids)),))
        return {row["id"]: _name(row["name"], has_address=row["has_address"]) for row in rows}

    def outdated(self) -> list[int]:
        """The documents whose present text, if any, is not the one that was signed."""
        return [row[0] for row in self._database.rows(_SELECT_OUTDATED)]

    def changed(self, ids: Iterable[int]) -> set[int]:
        """Those of the documents whose text has changed since it was signed."""
        return {row[0] for row in self._database.rows(_SELECT_CHANGED, (json.dumps(list(ids)),))}

    def put(self, texts: Sequence[SignedText], signature_format: int) -> None:
        """Add signatures of documents that have none. Their texts are present ones."""
        columns: list[bytes] = [
            struct.pack(f"<{len(texts)}q", *(text.document_id for text in texts)),
            b"".join(text.digest for text in texts),
            struct.pack(f"<{len(texts)}I", *(text.shingles for text in texts)),
            struct.pack(f"<{len(texts)}I", *(text.characters for text in texts)),
            b"".join(text.name for text in texts),
            b"".join(text.signature for text in texts),
        ]
        last = self._database.row(_SELECT_LAST, (signature_format, CAPACITY * WIDTHS["ids"]))
        number = last["id"] if last else None
        if last:
            columns = [last[name] + column for name, column in zip(WIDTHS, columns, strict=True)]
        for start in range(0, len(columns[0]) // WIDTHS["ids"], CAPACITY):
            block = [
                column[start * width : (start + CAPACITY) * width] for column, width in zip(columns, WIDTHS.values(), strict=True)
            ]
            self._database.execute(_UPSERT_BLOCK, (number, signature_format, *block))
            number = None
        self._database.execute(_DELETE_OUTDATED, (json.dumps([text.document_id for text in texts]),))

    def remove(self, ids: Collection[int]) -> None:
        """Take out the signatures of documents, whatever they were made of."""
        unwanted = set(ids)
        blocks = [(row["id"], _unpacked(row["ids"])) for row in self._database.rows(_SELECT_IDS)]
        for number, members in blocks:
            if not unwanted.isdisjoint(members):
                self._rewrite(number, [place for place, member in enumerate(members) if member not in unwanted])
        self._database.execute(_DELETE_OUTDATED, (json.dumps(list(unwanted)),))

    def _rewrite(self, number: int, places: list[int]) -> None:
        """Keep what stands at these places of a block."""
        row = self._database.row(_SELECT_BLOCK, (number,))
        if row is None or not places:
            self._database.execute(_DELETE_BLOCK, (number,))
            return
        kept = [b"".join(row[name][place * width : (place + 1) * width] for place in places) for name, width in WIDTHS.items()]
        self._database.execute(_UPDATE_BLOCK, (*kept, number))

    def remove_other_formats(self, signature_format: int) -> list[int]:
        """Take out the signatures that were made in another way; the documents that had them."""
        ids = [one for row in self._database.rows(_SELECT_IDS_OF_OTHERS, (signature_format,)) for one in _unpacked(row["ids"])]
        if ids:
            self._database.execute(_DELETE_OTHERS, (signature_format,))
        return ids


def _unpacked(ids: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(ids) // WIDTHS['ids']}q", ids)


def _name(text: str, *, has_address: bool) -> bytes:
    """A short name for a long one. As a number it is less for a page that has an address: of equal texts that one is kept."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=7).digest() + (b"\0" if has_address else b"\1")
