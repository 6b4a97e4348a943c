"""Comparing: the documents of a corpus, or of two, as the engine of near-duplicates wants them, and the texts it asks for.

Signatures come from the corpus; where a corpus has none for a text, it is made here, and the caller may store it. What the
answer means for anybody (decisions, sides of a split) is the business of the callers.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from corpuskit.store.store import Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from corpuskit.clusters import Pairs
    from corpuskit.near_duplicates import Outcome
    from corpuskit.shingles import Hashes

AT_ONCE = 500  # documents whose texts or signatures are in memory as objects of their own

Signed: TypeAlias = tuple[int, str, bytes, int, bytes]  # id, digests of text and normalised text, shingles, signature


def signed(store: Store, ids: Sequence[int]) -> Iterator[Signed]:
    """The signatures of these documents, made from their texts."""
    from corpuskit.minhash import pack, signature
    from corpuskit.shingles import shingle_all

    for start in range(0, len(ids), AT_ONCE):
        texts = store.signatures.texts(ids[start : start + AT_ONCE])
        found = shingle_all([text for text, _ in texts.values()])
        for (document_id, (_, text_digest)), shingles in zip(texts.items(), found, strict=True):
            yield document_id, text_digest, shingles.digest, len(shingles.hashes), pack(signature(shingles.hashes))


@dataclass(slots=True)
class Signatures:
    """The signatures of documents, in the order of their ids; `comparisons` names the one that each is settled in."""

    ids: list[int]
    digests: list[bytes]
    sizes: list[int]
    values: NDArray[np.uint16]  # one row each
    comparisons: list[int | None]

    @classmethod
    def read(cls, store: Store, ids: Sequence[int]) -> tuple[Signatures, list[int]]:
        """The signatures of these documents, and the ids of those that have none yet: their rows are to be filled."""
        import numpy as np

        from corpuskit.minhash import PERMUTATIONS, SIGNATURE_BYTES

        found = cls([], [], [], np.zeros((len(ids), PERMUTATIONS), dtype="<u2"), [])
        missing: list[int] = []
        nothing = bytes(SIGNATURE_BYTES)
        for rows in store.signatures.portions(sorted(ids)):
            start = len(found.ids)
            numbers, digests, sizes, packed, comparisons = zip(*rows, strict=True)
            found.ids.extend(numbers)
            found.digests.extend(digests)
            found.sizes.extend(sizes)
            found.comparisons.extend(comparisons)
            if None in digests:
                missing += [number for number, digest in zip(numbers, digests, strict=True) if digest is None]
                packed = tuple(values or nothing for values in packed)
            found.values[start : start + len(rows)] = np.frombuffer(b"".join(packed), dtype="<u2").reshape(len(rows), -1)
        found.values = found.values[: len(found.ids)].astype(np.uint16, copy=False)
        return found, missing

    def fill(self, rows: Iterable[Signed]) -> None:
        """Put signatures where there were none."""
        from corpuskit.minhash import unpack

        for document_id, _, digest, size, values in rows:
            row = bisect_left(self.ids, document_id)
            self.digests[row], self.sizes[row], self.values[row] = digest, size, unpack([values])[0]

    def of(self, chosen: Collection[int]) -> Signatures:
        """Those of the chosen documents."""
        if len(chosen) == len(self.ids):
            return self
        rows = [row for row, document_id in enumerate(self.ids) if document_id in chosen]
        columns = ([column[row] for row in rows] for column in (self.ids, self.digests, self.sizes, self.comparisons))
        ids, digests, sizes, comparisons = columns
        return Signatures(ids, digests, sizes, self.values[rows], comparisons)  # type: ignore[arg-type]

    def and_of(self, others: Signatures) -> Signatures:
        """These, and those behind them."""
        import numpy as np

        return Signatures(
            [*self.ids, *others.ids],
            [*self.digests, *others.digests],
            [*self.sizes, *others.sizes],
            np.concatenate((self.values, others.values)),
            [*self.comparisons, *others.comparisons],
        )


def all_signed(store: Store, ids: Sequence[int]) -> Signatures:
    """The signatures of these documents; those that the corpus has not are made, and stored nowhere."""
    found, missing = Signatures.read(store, ids)
    found.fill(signed(store, missing))
    return found


@dataclass(frozen=True, slots=True)
class Comparison:
    """What is compared with what: everything with everything, but settled documents not with each other."""

    store: Store
    signatures: Signatures
    settled: Collection[int]
    pinned: Collection[int]
    threshold: float
    keep: str

    def run(self) -> Outcome:
        """Who is dropped for whom; the places are those of the signatures."""
        settled = [document_id in self.settled for document_id in self.signatures.ids]
        newcomers = [one for one, is_settled in zip(self.signatures.ids, settled, strict=True) if not is_settled]
        return self._compare(settled, self._known(newcomers), self._reader(lambda _: self.store))

    def run_against(self, other: Store, others: Signatures) -> Outcome:
        """Which of the documents resemble one of another corpus. The places of those lie behind the places of these."""
        count = len(self.signatures.ids)
        both = Comparison(self.store, self.signatures.and_of(others), (), (), self.threshold, self.keep)
        settled = [False] * count + [True] * len(others.ids)
        return both._compare(settled, None, both._reader(lambda row: self.store if row < count else other))

    def _compare(self, settled: list[bool], known: Pairs | None, read: Callable[[list[int]], list[Hashes]]) -> Outcome:
        import numpy as np

        from corpuskit.near_duplicates import Collection as Texts
        from corpuskit.near_duplicates import find_near_duplicates

        pinned = [document_id in self.pinned for document_id in self.signatures.ids]
        texts = Texts(
            signatures=self.signatures.values,
            digests=np.array(self.signatures.digests, dtype="S16"),
            sizes=np.array(self.signatures.sizes, dtype=np.intp),
            ranking=self._ranking(settled, pinned),
            pinned=np.array(pinned, dtype=np.bool_),
            settled=np.array(settled, dtype=np.bool_),
        )
        return find_near_duplicates(texts, read, self.threshold, known=known, within=known is not None)

    def _ranking(self, settled: list[bool], pinned: list[bool]) -> NDArray[np.intp]:
        """Rows by rank. That of newcomers decides who is kept; settled ones are kept anyhow, and stand first as they come."""
        import numpy as np

        from corpuskit.clusters import Candidates, Keep, rank

        old, new = np.flatnonzero(settled), np.flatnonzero(~np.array(settled, dtype=np.bool_))
        rows = new.tolist()
        ids, digests = [self.signatures.ids[row] for row in rows], [self.signatures.digests[row] for row in rows]
        found = self.store.signatures.properties(ids)
        lengths, dates = zip(*found, strict=True) if found else ((), ())
        times = Counter(digests)  # only equal texts need a name to tell them apart
        names = self.store.signatures.names(one for one, digest in zip(ids, digests, strict=True) if times[digest] > 1)
        candidates = Candidates(ids, lengths, dates, digests, [names.get(one, "") for one in ids], [pinned[row] for row in rows])
        return np.concatenate((old, new[rank(candidates, Keep(self.keep))]))

    def _known(self, newcomers: Sequence[int]) -> Pairs:
        from corpuskit.clusters import Pairs

        place = {document_id: row for row, document_id in enumerate(self.signatures.ids)}
        is_most = 2 * len(newcomers) > len(place)
        return Pairs.of(
            (place[one], place[other], jaccard)
            for one, other, jaccard in self.store.signatures.known_pairs(None if is_most else newcomers)
            if one in place and other in place
        )

    def _reader(self, home: Callable[[int], Store]) -> Callable[[list[int]], list[Hashes]]:
        """What gives the shingles of rows; `home` is the corpus that a row belongs to."""
        from corpuskit.shingles import shingle_all

        ids = self.signatures.ids

        def read(rows: list[int]) -> list[Hashes]:
            texts: list[str] = [""] * len(rows)
            homes = [home(row) for row in rows]
            for corpus in {id(store): store for store in homes}.values():
                wanted = [place for place, store in enumerate(homes) if store is corpus]
                found = corpus.signatures.texts(ids[rows[place]] for place in wanted)
                for place in wanted:
                    texts[place] = found[ids[rows[place]]][0]
            return [found.hashes for found in shingle_all(texts)]

        return read
