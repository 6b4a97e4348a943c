"""Comparing: the documents of a corpus, or of two, as the engine of near-duplicates wants them, and the texts it asks for.

Signatures come from the corpus; where a corpus has none for a text, it is made here and stored nowhere. What the answer means for
anybody (decisions, sides of a split) is the business of the callers.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpuskit.progress import Advance, silent
from corpuskit.store.store import Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from corpuskit.clusters import Pairs
    from corpuskit.near_duplicates import Outcome
    from corpuskit.shingles import Hashes

AT_ONCE = 500  # documents whose texts are in memory together

_Signed = tuple[str, bytes, int, bytes]


def signed(store: Store, ids: Sequence[int]) -> Iterator[tuple[int, _Signed]]:
    """For each of these documents the digest of its text, that of the normalised text, the number of shingles, the signature."""
    from corpuskit.minhash import pack, signature
    from corpuskit.shingles import shingle_all

    for start in range(0, len(ids), AT_ONCE):
        texts = store.signatures.texts(ids[start : start + AT_ONCE])
        found = shingle_all([text for text, _ in texts.values()])
        for (document_id, (_, text_digest)), shingles in zip(texts.items(), found, strict=True):
            yield document_id, (text_digest, shingles.digest, len(shingles.hashes), pack(signature(shingles.hashes)))


@dataclass(slots=True)
class Members:
    """The documents that are compared, one column for each property."""

    ids: list[int]
    lengths: list[int]
    dates: list[str | None]
    names: list[str]  # what names a document outside this corpus
    digests: list[bytes]
    sizes: list[int]
    signatures: NDArray[np.uint16]
    settled: list[bool]
    pinned: list[bool]

    @classmethod
    def read(
        cls, store: Store, ids: Sequence[int], *, settled: Collection[int] = (), pinned: Collection[int] = (),
        advance: Advance = silent,
    ) -> Members:  # fmt: skip
        """The documents with these ids, in the order of the ids."""
        import numpy as np

        from corpuskit.minhash import PERMUTATIONS, unpack

        missing = [document_id for document_id, _ in store.signatures.missing(ids)]
        made: dict[int, _Signed] = {}
        for document_id, row in signed(store, missing):
            made[document_id] = row
            advance(len(made), len(missing))
        members = cls([], [], [], [], [], [], np.empty((len(ids), PERMUTATIONS), dtype=np.uint16), [], [])
        packed: list[bytes] = []
        for row in store.signatures.stream(ids):
            document_id = row["id"]
            text_digest, digest, size, values = made.get(document_id) or (
                row["text_digest"], row["digest"], row["shingles"], row["signature"]
            )  # fmt: skip
            members.ids.append(document_id)
            members.lengths.append(row["characters"])
            members.dates.append(row["date"])
            members.names.append(f"{text_digest}\n{row['url'] or ''}\n{row['place']}")
            members.digests.append(digest)
            members.sizes.append(size)
            packed.append(values)
            if len(packed) == AT_ONCE:
                members.signatures[len(members.ids) - AT_ONCE : len(members.ids)] = unpack(packed)
                packed = []
        if packed:
            members.signatures[len(members.ids) - len(packed) : len(members.ids)] = unpack(packed)
        members.signatures = members.signatures[: len(members.ids)]
        members.settled = [document_id in settled for document_id in members.ids]
        members.pinned = [document_id in pinned for document_id in members.ids]
        return members

    def with_settled(self, others: Members) -> Members:
        """These as new ones, and those as settled ones behind them."""
        import numpy as np

        return Members(
            [*self.ids, *others.ids],
            [*self.lengths, *others.lengths],
            [*self.dates, *others.dates],
            [*self.names, *others.names],
            [*self.digests, *others.digests],
            [*self.sizes, *others.sizes],
            np.concatenate((self.signatures, others.signatures)),
            [False] * len(self.ids) + [True] * len(others.ids),
            [*self.pinned, *others.pinned],
        )

    def compare(self, store: Store, threshold: float, keep: str) -> Outcome:
        """Who is dropped for whom, among the documents of one corpus."""
        return self._compare(threshold, keep, self._known(store), lambda row: store)

    def compare_with_other(self, store: Store, other: Store, threshold: float, keep: str) -> Outcome:
        """Which of the documents that are not settled resemble a settled one, which is a document of another corpus."""
        return self._compare(threshold, keep, None, lambda row: other if self.settled[row] else store)

    def _compare(self, threshold: float, keep: str, known: Pairs | None, home: Callable[[int], Store]) -> Outcome:
        import numpy as np

        from corpuskit.clusters import Candidates, Keep, rank
        from corpuskit.near_duplicates import Collection as Texts
        from corpuskit.near_duplicates import find_near_duplicates

        candidates = Candidates(self.ids, self.lengths, self.dates, self.digests, self.names, self.pinned)
        texts = Texts(
            signatures=self.signatures,
            digests=np.array(self.digests, dtype="S16"),
            sizes=np.array(self.sizes, dtype=np.intp),
            ranking=rank(candidates, Keep(keep)),
            pinned=np.array(self.pinned, dtype=np.bool_),
            settled=np.array(self.settled, dtype=np.bool_),
        )
        return find_near_duplicates(texts, self._reader(home), threshold, known=known, within=known is not None)

    def _known(self, store: Store) -> Pairs:
        from corpuskit.clusters import Pairs

        place = {document_id: row for row, document_id in enumerate(self.ids)}
        return Pairs.of(
            (place[row["document_id"]], place[row["other_id"]], row["jaccard"])
            for row in store.signatures.known_pairs()
            if row["document_id"] in place and row["other_id"] in place
        )

    def _reader(self, home: Callable[[int], Store]) -> Callable[[list[int]], list[Hashes]]:
        """What gives the shingles of rows; `home` is the corpus that a row belongs to."""
        from corpuskit.shingles import shingle_all

        def read(rows: list[int]) -> list[Hashes]:
            texts: list[str] = [""] * len(rows)
            homes = [home(row) for row in rows]
            for corpus in {id(store): store for store in homes}.values():
                wanted = [place for place, store in enumerate(homes) if store is corpus]
                found = corpus.signatures.texts(self.ids[rows[place]] for place in wanted)
                for place in wanted:
                    texts[place] = found[self.ids[rows[place]]][0]
            return [found.hashes for found in shingle_all(texts)]

        return read
