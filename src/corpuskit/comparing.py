"""Comparing: the documents of a corpus, or of two, as the engine of near-duplicates wants them, and the texts it asks for.

Signatures come from the corpus; where a corpus has none for a text, it is made here, and the caller may store it. What the
answer means for anybody (decisions, sides of a split) is the business of the callers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from corpuskit.store.signature_blocks import SignedText
from corpuskit.store.store import Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from corpuskit.clusters import Pairs
    from corpuskit.near_duplicates import Outcome
    from corpuskit.shingles import Hashes
    from corpuskit.signature_tables import SignatureTable

    Ids: TypeAlias = NDArray[np.int64]  # sorted
    Flags: TypeAlias = NDArray[np.bool_]
    Rows: TypeAlias = NDArray[np.intp] | NDArray[np.bool_]

AT_ONCE = 500  # documents whose texts are in memory as objects of their own
FEW = 20_000  # documents of which pairs are read one by one, where they are not most of all


@dataclass(slots=True)
class AtHand:
    """The shingles of the last documents that were signed: most are asked for at once, when their pairs are verified."""

    shingles: dict[int, Hashes] = field(default_factory=dict)
    room: int = 32 << 20  # bytes

    def put(self, document_id: int, hashes: Hashes) -> None:
        """Keep the shingles of a document, and forget those of the first ones."""
        self.shingles[document_id] = hashes
        self.room -= hashes.nbytes
        while self.room < 0:
            self.room += self.shingles.pop(next(iter(self.shingles))).nbytes


def signed(store: Store, ids: Sequence[int], at_hand: AtHand | None = None) -> Iterator[SignedText]:
    """The signatures of these documents, made from their texts."""
    from corpuskit.minhash import pack, signature
    from corpuskit.shingles import shingle_all

    for start in range(0, len(ids), AT_ONCE):
        chunk = ids[start : start + AT_ONCE]
        texts, names = store.signatures.texts(chunk), store.signatures.blocks.names(chunk)
        found = shingle_all([text for text, _ in texts.values()])
        for (document_id, (text, _)), shingles in zip(texts.items(), found, strict=True):
            if at_hand:
                at_hand.put(document_id, shingles.hashes)
            values = pack(signature(shingles.hashes))
            yield SignedText(document_id, shingles.digest, len(shingles.hashes), len(text), names[document_id], values)


@dataclass(frozen=True, slots=True)
class Signatures:
    """What is known of documents, one row each, in the order of their ids."""

    ids: Ids
    digests: NDArray[np.uint64]  # two numbers each
    sizes: NDArray[np.int64]  # distinct shingles
    lengths: NDArray[np.int64]
    names: NDArray[np.uint64]
    table: SignatureTable

    @classmethod
    def read(cls, store: Store, ids: Ids) -> tuple[Signatures, Ids]:
        """The signatures of those of these documents that have one, and the ids of the others."""
        import numpy as np

        from corpuskit.minhash import FORMAT, unpack
        from corpuskit.signature_tables import SignatureTable

        rows = store.signatures.blocks.properties(FORMAT)
        found, digests, sizes, lengths, names = (
            np.frombuffer(b"".join(row[place] for row in rows), dtype=kind)
            for place, kind in enumerate(("<i8", "<u8", "<u4", "<u4", "<u8"))
        )
        is_present = np.isin(found, np.array(store.signatures.blocks.outdated(), dtype=np.int64), invert=True)
        is_present &= is_among(found, ids)
        order = np.argsort(found, kind="stable")
        order = order[is_present[order]]
        table = SignatureTable(
            lambda: (unpack([block]) for block in store.signatures.blocks.signatures(FORMAT)), order, found.size
        )
        signatures = cls(
            found[order].astype(np.int64),
            digests.reshape(-1, 2)[order].astype(np.uint64),
            sizes[order].astype(np.int64),
            lengths[order].astype(np.int64),
            names[order].astype(np.uint64),
            table,
        )
        return signatures, ids[~is_among(ids, signatures.ids)]

    def of(self, rows: Rows) -> Signatures:
        """Those of the chosen rows."""
        return Signatures(
            self.ids[rows],
            self.digests[rows],
            self.sizes[rows],
            self.lengths[rows],
            self.names[rows],
            self.table.chosen(rows),
        )

    def and_of(self, others: Signatures) -> Signatures:
        """These, and those behind them: by id no more."""
        import numpy as np

        return Signatures(
            np.concatenate((self.ids, others.ids)),
            np.concatenate((self.digests, others.digests)),
            np.concatenate((self.sizes, others.sizes)),
            np.concatenate((self.lengths, others.lengths)),
            np.concatenate((self.names, others.names)),
            self.table.and_of(others.table),
        )

    def with_texts(self, texts: Sequence[SignedText]) -> Signatures:
        """These and others, by id."""
        import numpy as np

        from corpuskit.minhash import unpack
        from corpuskit.signature_tables import SignatureTable

        if not texts:
            return self
        more = Signatures(
            np.array([text.document_id for text in texts], dtype=np.int64),
            np.frombuffer(b"".join(text.digest for text in texts), dtype="<u8").astype(np.uint64).reshape(-1, 2),
            np.array([text.shingles for text in texts], dtype=np.int64),
            np.array([text.characters for text in texts], dtype=np.int64),
            np.frombuffer(b"".join(text.name for text in texts), dtype="<u8").astype(np.uint64),
            SignatureTable.of(unpack([text.signature for text in texts])),
        )
        both = self.and_of(more)
        return both.of(np.argsort(both.ids, kind="stable"))


def is_among(values: Ids, members: Ids) -> Flags:
    """Which of the values stand among the members."""
    import numpy as np

    return np.isin(values, members)  # by a table, as ids are small


def unpacked(numbers: str, kind: str = "int64") -> NDArray[Any]:
    """A JSON array of numbers as an array: several times as fast as by way of a list."""
    import numpy as np

    return np.fromstring(numbers[1:-1], dtype=kind, sep=",") if len(numbers) > 2 else np.empty(0, dtype=kind)


def all_signed(store: Store, ids: Sequence[int]) -> Signatures:
    """The signatures of these documents; those that the corpus has not are made, and stored nowhere."""
    import numpy as np

    found, missing = Signatures.read(store, np.sort(np.array(ids, dtype=np.int64)))
    return found.with_texts(list(signed(store, missing.tolist())))


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared with what: everything with everything, but settled documents not with each other.

    `searched` are documents among which pairs were looked for already: what is known of these pairs is all there is.
    """

    store: Store
    signatures: Signatures
    settled: Flags
    searched: Flags
    pinned: Flags
    threshold: float
    keep: str
    at_hand: AtHand = field(default_factory=AtHand)

    def run(self) -> Outcome:
        """Who is dropped for whom; the places are those of the signatures."""
        return self._compare(self._known(), self._reader(lambda _: self.store))

    def run_against(self, other: Store, others: Signatures) -> Outcome:
        """Which of the documents resemble one of another corpus. The places of those lie behind the places of these."""
        import numpy as np

        count, more = len(self.signatures.ids), len(others.ids)
        none = np.zeros(count + more, dtype=np.bool_)
        both = self.signatures.and_of(others)
        joined = Comparison(
            self.store, both, np.arange(count + more) >= count, none, none, self.threshold, self.keep, self.at_hand
        )
        return joined._compare(None, joined._reader(lambda row: self.store if row < count else other))

    def _compare(self, known: Pairs | None, read: Callable[[list[int]], list[Hashes]]) -> Outcome:
        from corpuskit.distinct_texts import Collection
        from corpuskit.near_duplicates import find_near_duplicates

        texts = Collection(
            signatures=self.signatures.table,
            digests=self.signatures.digests,
            sizes=self.signatures.sizes,
            ranking=self._ranking(),
            pinned=self.pinned,
            settled=self.settled,
            searched=self.searched,
        )
        return find_near_duplicates(texts, read, self.threshold, known=known, within=known is not None)

    def _ranking(self) -> NDArray[np.intp]:
        """Rows by rank. That of newcomers decides who is kept; settled ones are kept anyhow, and stand first as they come."""
        import numpy as np

        from corpuskit.clusters import Candidates, Keep, rank

        keep = Keep(self.keep)
        new = np.flatnonzero(~self.settled)
        dates: list[str | None] = []
        if keep in (Keep.EARLIEST, Keep.NEWEST):
            found = self.store.signatures.dates()
            dates = [found.get(one) for one in self.signatures.ids[new].tolist()]
        columns = (self.signatures.ids, self.signatures.lengths, self.signatures.digests, self.signatures.names, self.pinned)
        ids, lengths, digests, names, pinned = (column[new] for column in columns)
        order = rank(Candidates(ids, lengths, dates, digests, names, pinned), keep)
        return np.concatenate((np.flatnonzero(self.settled), new[order]))

    def _known(self) -> Pairs:
        """The verified pairs of these documents, but for those of two settled ones; some stand there twice."""
        import numpy as np

        from corpuskit.clusters import Pairs

        ids = self.signatures.ids
        newcomers = ids[~self.settled]
        is_many = newcomers.size > FEW or 2 * newcomers.size > ids.size
        rows = self.store.signatures.known_pairs(None if is_many else newcomers.tolist())
        if not rows:
            return Pairs.of(())
        one, other, jaccards = (np.array(column) for column in zip(*rows, strict=True))
        wanted = is_among(one, ids) & is_among(other, ids)
        left, right = np.searchsorted(ids, one[wanted]), np.searchsorted(ids, other[wanted])
        return Pairs(left, right, jaccards[wanted])

    def _reader(self, home: Callable[[int], Store]) -> Callable[[list[int]], list[Hashes]]:
        """What gives the shingles of rows; `home` is the corpus that a row belongs to."""
        from corpuskit.shingles import shingle_all

        ids = self.signatures.ids

        def read(rows: list[int]) -> list[Hashes]:
            wanted = {row: (int(ids[row]), home(row)) for row in rows}
            found = {
                row: self.at_hand.shingles[one]
                for row, (one, store) in wanted.items()
                if store is self.store and one in self.at_hand.shingles
            }
            missing = [row for row in rows if row not in found]
            for store in {id(wanted[row][1]): wanted[row][1] for row in missing}.values():
                own = [row for row in missing if wanted[row][1] is store]
                texts = store.signatures.texts(wanted[row][0] for row in own)
                shingles = shingle_all([texts[wanted[row][0]][0] for row in own])
                found |= {row: one.hashes for row, one in zip(own, shingles, strict=True)}
            return [found[row] for row in rows]

        return read
