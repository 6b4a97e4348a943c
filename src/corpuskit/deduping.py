"""Deduping: exact and near-duplicates among the documents of a selection, recorded as decisions that can be taken back.

Three steps. Documents get signatures, which stay in the corpus. The engine (`near_duplicates`) finds who resembles whom, asking for
the texts of candidates only. What it decides replaces what was decided before: all of it where the settings changed, else
only what concerns documents that are new since.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from corpuskit.progress import Advance, silent
from corpuskit.selection import Selection
from corpuskit.store.decisions import Decision
from corpuskit.store.store import Store

if TYPE_CHECKING:
    from corpuskit.near_duplicates import Outcome
    from corpuskit.shingles import Hashes

EXACT, NEAR, ELSEWHERE = "exact-duplicate", "near-duplicate", "in-other-corpus"
RULES = (EXACT, NEAR)  # what is decided anew; a document of another corpus stays what it is

_SIGNED_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class DedupeOptions:
    """What counts as a duplicate, and which document of a cluster is kept."""

    threshold: float = 0.8  # Jaccard of word 5-grams, 0 to 1
    keep: str = "longest"  # "longest", "earliest", "newest" or "first"
    pin: tuple[str, ...] = ()  # documents with one of these tags are never dropped
    again: bool = False  # decide everything anew, also what was settled under the same settings

    @property
    def settings(self) -> str:
        """The settings in one line: documents that were compared under the same ones need no second comparison."""
        return f"{self.threshold:g} {self.keep} {' '.join(sorted(self.pin))}".rstrip()


@dataclass(slots=True)
class DedupeReport:
    """What was found. `dropped` are the decisions in force now among the documents that were looked at."""

    documents: int = 0
    signed: int = 0
    verified: int = 0  # pairs whose true Jaccard was computed in this run
    dropped: list[Decision] = field(default_factory=list)
    returned: int = 0  # documents that are not dropped any more

    @property
    def counts(self) -> dict[str, int]:
        """The counters by name; `documents = kept + exact-duplicate + near-duplicate + in-other-corpus`."""
        by_rule = {rule: sum(decision.rule == rule for decision in self.dropped) for rule in (EXACT, NEAR, ELSEWHERE)}
        return {"documents": self.documents, "kept": self.documents - len(self.dropped), **by_rule}


def sign(store: Store, ids: Sequence[int], advance: Advance = silent) -> int:
    """Give a signature to each of these documents that has none of its present text; how many.

    A document whose text changed loses its pairs, and what was decided about it or in its favour is open again.
    """
    from corpuskit.minhash import pack, signature
    from corpuskit.shingles import shingle_all

    missing = store.signatures.missing(ids)
    dropped_for = store.signatures.dropped_for(RULES)
    for start in range(0, len(missing), _SIGNED_AT_ONCE):
        chunk = missing[start : start + _SIGNED_AT_ONCE]
        texts = store.signatures.texts([document_id for document_id, _ in chunk])
        shingled = shingle_all([texts[document_id][0] for document_id, _ in chunk])
        rows = [
            (document_id, texts[document_id][1], found.digest, len(found.hashes), pack(signature(found.hashes)))
            for (document_id, _), found in zip(chunk, shingled, strict=True)
        ]
        stale = {document_id for document_id, is_stale in chunk if is_stale}
        with store.transaction():
            for document_id in stale:
                store.signatures.forget_pairs(document_id)
            store.signatures.settle([one for one, kept in dropped_for.items() if one in stale or kept in stale], None)
            store.signatures.put(rows)
        advance(min(start + _SIGNED_AT_ONCE, len(missing)), len(missing))
    return len(missing)


def dedupe(
    store: Store,
    selection: Selection,
    options: DedupeOptions,
    *,
    run_id: int | None,
    advance: Advance = silent,
) -> DedupeReport:
    """Decide which documents of the selection are duplicates of which. Without a run nothing is decided, only reported.

    Documents that another rule dropped take no part. The result depends on the texts and the settings alone, but for documents
    that were kept in an earlier run under the same settings: they stay, and newer ones are compared with them.
    """
    report = DedupeReport()
    ids = store.selecting.ids(replace(selection, ignored_rules=RULES, limit=None, sort=None, sample=None))
    report.documents = len(ids)
    if not ids:
        return report
    report.signed = sign(store, ids, advance)
    dropped_for = store.signatures.dropped_for(RULES)
    members = _Members.read(store, ids, options, _still_dropped(store, dropped_for, options, ids))
    outcome = members.compare(store, options)
    report.verified = int(outcome.is_new.sum())
    report.dropped = [*members.decisions(outcome, options), *_earlier(store, ids, members)]
    before = {document_id for document_id in ids if document_id in dropped_for}
    report.returned = len(before - {decision.document_id for decision in report.dropped})
    if run_id is not None:
        _record(store, members, outcome, options, run_id)
    return report


def find_elsewhere(
    store: Store, other: Store, selection: Selection, options: DedupeOptions, *, run_id: int | None, advance: Advance = silent
) -> DedupeReport:
    """Drop the documents of the selection that another corpus already holds, as themselves or nearly."""
    report = DedupeReport()
    ids = store.selecting.ids(replace(selection, limit=None, sort=None, sample=None))
    report.documents = len(ids)
    if not ids:
        return report
    report.signed = sign(store, ids, advance)
    mine = _Members.read(store, ids, options, frozenset())
    theirs = _Members.of_other(other)
    both = mine.with_settled(theirs)
    outcome = both.compare(store, options, other=other, within=False)
    report.verified = int(outcome.is_new.sum())
    for row, keeper in enumerate(outcome.decisions.keeper[: len(ids)].tolist()):
        if keeper >= len(ids):
            detail = f"{other.path}: document {both.ids[keeper]}"
            value = float(outcome.decisions.similarity[row])
            report.dropped.append(Decision(ids[row], ELSEWHERE, value, options.threshold, None, detail))
    if run_id is not None:
        with store.transaction():
            store.decisions.add(report.dropped, run_id)
    return report


def list_pairs(store: Store) -> Iterator[dict[str, Any]]:
    """Every verified pair, the most similar first: also the closest that were not merged. `dropped` is the id of the dropped one."""
    dropped_for = store.signatures.dropped_for(RULES)
    pairs = store.signatures.pairs()
    titles = {
        record["id"]: record["title"]
        for record in store.documents.records(sorted({row[end] for row in pairs for end in (0, 1)}), ("id", "title"))
    }
    for row in pairs:
        one, other = row["document_id"], row["other_id"]
        dropped = one if dropped_for.get(one) == other else other if dropped_for.get(other) == one else None
        yield {
            "id": one,
            "other": other,
            "jaccard": round(row["jaccard"], 4),
            "dropped": dropped,
            "title": titles.get(one),
            "other_title": titles.get(other),
        }


def _still_dropped(
    store: Store, dropped_for: dict[int, int | None], options: DedupeOptions, ids: Sequence[int]
) -> frozenset[int]:
    """The documents whose earlier decision stays as it is: same settings, and the document they were dropped for is still kept."""
    settled = {row["id"]: row["settled"] for row in store.signatures.stream(ids)}
    if options.again or any(value not in (None, options.settings) for value in settled.values()):
        return frozenset()
    kept = set(store.selecting.ids(Selection()))
    return frozenset(
        document_id
        for document_id, keeper in dropped_for.items()
        if keeper in kept and settled.get(document_id) == options.settings
    )


@dataclass(slots=True)
class _Members:
    """The documents that are compared, as the columns that the engine wants."""

    ids: list[int]
    lengths: list[int]
    dates: list[str | None]
    names: list[str]
    text_digests: list[str]
    digests: list[bytes]
    sizes: list[int]
    signatures: list[bytes]
    settled: list[bool]
    pinned: list[bool]

    @classmethod
    def read(cls, store: Store, ids: Sequence[int], options: DedupeOptions, left_out: frozenset[int]) -> _Members:
        """The documents with these ids but those that are left out."""
        members = cls([], [], [], [], [], [], [], [], [], [])
        pinned = set(store.selecting.ids(Selection(tags=options.pin, state="all"))) if options.pin else set()
        rows = list(store.signatures.stream([document_id for document_id in ids if document_id not in left_out]))
        changed = options.again or any(row["settled"] not in (None, options.settings) for row in rows)
        for row in rows:
            members.ids.append(row["id"])
            members.lengths.append(row["characters"])
            members.dates.append(row["date"])
            members.names.append(f"{row['url'] or ''}\n{row['place']}")
            members.text_digests.append(row["text_digest"])
            members.digests.append(row["digest"])
            members.sizes.append(row["shingles"])
            members.signatures.append(row["signature"])
            members.settled.append(not changed and row["settled"] == options.settings)
            members.pinned.append(row["id"] in pinned)
        return members

    @classmethod
    def of_other(cls, other: Store) -> _Members:
        """All kept documents of another corpus; signatures that it has not are made, but not stored there."""
        from corpuskit.minhash import pack, signature
        from corpuskit.shingles import shingle_all

        members = cls([], [], [], [], [], [], [], [], [], [])
        ids = other.selecting.ids(Selection())
        signed = {row["id"]: (row["digest"], row["shingles"], row["signature"]) for row in other.signatures.stream(ids)}
        missing = [document_id for document_id, _ in other.signatures.missing(ids)]
        for start in range(0, len(missing), _SIGNED_AT_ONCE):
            chunk = missing[start : start + _SIGNED_AT_ONCE]
            texts = other.signatures.texts(chunk)
            for document_id, found in zip(chunk, shingle_all([texts[one][0] for one in chunk]), strict=True):
                signed[document_id] = (found.digest, len(found.hashes), pack(signature(found.hashes)))
        for document_id in ids:
            digest, size, packed = signed[document_id]
            members.ids.append(document_id)
            members.digests.append(digest)
            members.sizes.append(size)
            members.signatures.append(packed)
        count = len(ids)
        members.lengths, members.dates, members.names = [0] * count, [None] * count, [""] * count
        members.text_digests, members.settled, members.pinned = [""] * count, [True] * count, [False] * count
        return members

    def with_settled(self, others: _Members) -> _Members:
        """These as new ones beside those as settled ones."""
        columns = [[*getattr(self, name), *getattr(others, name)] for name in self.__slots__]
        joined = _Members(*columns)
        joined.settled = [False] * len(self.ids) + [True] * len(others.ids)
        return joined

    def compare(self, store: Store, options: DedupeOptions, other: Store | None = None, *, within: bool = True) -> Outcome:
        """Who is dropped for whom. With `other` the settled ones are documents of that corpus."""
        import numpy as np

        from corpuskit.clusters import Candidates, Keep, rank
        from corpuskit.minhash import unpack
        from corpuskit.near_duplicates import Collection, find_near_duplicates

        candidates = Candidates(self.ids, self.lengths, self.dates, self.text_digests, self.names, self.pinned)
        collection = Collection(
            signatures=unpack(self.signatures),
            digests=np.array(self.digests, dtype="S16"),
            sizes=np.array(self.sizes, dtype=np.intp),
            ranking=rank(candidates, Keep(options.keep)),
            pinned=np.array(self.pinned, dtype=np.bool_),
            settled=np.array(self.settled, dtype=np.bool_),
        )
        known = self._known_pairs(store) if other is None else None
        return find_near_duplicates(collection, self._reader(store, other), options.threshold, known=known, within=within)

    def _known_pairs(self, store: Store) -> Any:
        from corpuskit.clusters import Pairs

        place = {document_id: row for row, document_id in enumerate(self.ids)}
        return Pairs.of(
            (place[row["document_id"]], place[row["other_id"]], row["jaccard"])
            for row in store.signatures.pairs()
            if row["document_id"] in place and row["other_id"] in place
        )

    def _reader(self, store: Store, other: Store | None) -> Any:
        """Shingles of rows: of our documents, and behind them of those of the other corpus."""
        from corpuskit.shingles import shingle_all

        def read(rows: list[int]) -> list[Hashes]:
            sources = [other if other is not None and self.settled[row] else store for row in rows]
            texts: list[str] = [""] * len(rows)
            for corpus in {id(source): source for source in sources}.values():
                wanted = [place for place, source in enumerate(sources) if source is corpus]
                found = corpus.signatures.texts([self.ids[rows[place]] for place in wanted])
                for place in wanted:
                    texts[place] = found[self.ids[rows[place]]][0]
            return [found.hashes for found in shingle_all(texts)]

        return read

    def decisions(self, outcome: Outcome, options: DedupeOptions) -> list[Decision]:
        """The decisions about these documents."""
        decided = []
        keepers = outcome.decisions.keeper.tolist()
        for row, keeper in enumerate(keepers):
            if keeper >= 0:
                rule = EXACT if self.digests[row] == self.digests[keeper] else NEAR
                value = float(outcome.decisions.similarity[row])
                decided.append(Decision(self.ids[row], rule, value, options.threshold, self.ids[keeper]))
        return decided


def _earlier(store: Store, ids: Sequence[int], members: _Members) -> list[Decision]:
    """The decisions that stayed as they were, about documents that took no part."""
    outside = set(ids) - set(members.ids)
    return [
        Decision(row["document_id"], row["rule"], row["value"], row["threshold"], row["duplicate_of"])
        for row in store.decisions.in_force(RULES)
        if row["document_id"] in outside
    ]


def _record(store: Store, members: _Members, outcome: Outcome, options: DedupeOptions, run_id: int) -> None:
    """Put the new decisions in the place of the old ones, all at once. Those that say the same stay as they are."""
    wanted = {decision.document_id: decision for decision in members.decisions(outcome, options)}
    among = set(members.ids)
    same, outdated = set(), []
    for row in store.decisions.in_force(RULES):
        document_id = row["document_id"]
        if document_id not in among:
            continue
        new = wanted.get(document_id)
        if new and (row["rule"], row["threshold"], row["duplicate_of"]) == (new.rule, new.threshold, new.duplicate_of):
            same.add(document_id)
        else:
            outdated.append(document_id)
    pairs, is_new = outcome.pairs, outcome.is_new.tolist()
    rows = zip(pairs.left.tolist(), pairs.right.tolist(), pairs.jaccard.tolist(), is_new, strict=True)
    with store.transaction():
        store.signatures.add_pairs(
            (*sorted((members.ids[left], members.ids[right])), jaccard) for left, right, jaccard, new in rows if new
        )
        store.decisions.withdraw(outdated, RULES, run_id)
        store.decisions.add((decision for one, decision in wanted.items() if one not in same), run_id)
        store.signatures.settle(members.ids, options.settings)
