"""Deduping: exact and near-duplicates among the documents of a selection, recorded as decisions that can be taken back.

Documents get signatures, which stay in the corpus. Those that were compared with each other before, under the same settings, and
are kept are settled: they stay. All others are compared with them and with each other. What was decided before stands where the
document that was kept is settled and still has its text; everything else is decided again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from corpuskit.comparing import AT_ONCE, AtHand, Comparison, Signatures, all_signed, is_among, signed, unpacked
from corpuskit.duplicate_rules import EXACT, NEAR, RULES
from corpuskit.errors import UsageError
from corpuskit.progress import Advance, silent
from corpuskit.selection import Selection
from corpuskit.settling import NOBODY, Before, Decided, DedupeOptions, pinned_ids
from corpuskit.store.decisions import Decision
from corpuskit.store.store import Store

if TYPE_CHECKING:
    from corpuskit.comparing import Ids
    from corpuskit.near_duplicates import Outcome

SAME_SIMILARITY = 1e-9  # less is a matter of how numbers are written
ELSEWHERE = "in-other-corpus"  # what it decides stays until it is undone


@dataclass(slots=True)
class DedupeReport:
    """What was found among the documents that were looked at."""

    documents: int = 0
    signed: int = 0
    verified: int = 0  # pairs whose true Jaccard was computed in this run
    dropped: list[Decision] = field(default_factory=list)  # the decisions that are new
    by_rule: dict[str, int] = field(default_factory=dict)  # the decisions in force now
    returned: int = 0  # documents that are not dropped any more

    @property
    def counts(self) -> dict[str, int]:
        """The counters by name; `documents = kept + exact-duplicate + near-duplicate + in-other-corpus`."""
        by_rule = {rule: self.by_rule.get(rule, 0) for rule in (EXACT, NEAR, ELSEWHERE)}
        return {"documents": self.documents, "kept": self.documents - sum(by_rule.values()), **by_rule}


def dedupe(
    store: Store, selection: Selection, options: DedupeOptions, *, run_id: int | None, advance: Advance = silent
) -> DedupeReport:
    """Decide which documents of the selection are duplicates of which. Documents that another rule dropped take no part.

    Without a run nothing is decided; signatures and verified pairs, which are no decisions, are stored all the same.
    """
    import numpy as np  # here, because reading commands do without it

    report = DedupeReport()
    ids = _selected(store, replace(selection, ignored_rules=RULES))
    report.documents = ids.size
    if not ids.size:
        return report
    at_hand = AtHand()
    signatures, report.signed = _sign(store, ids, at_hand, advance)
    before = Before.read(store, ids, options)
    is_member = ~before.standing
    members = signatures.of(is_member)
    search = _Search.read(store, options.threshold)
    searched = is_among(members.ids, search.members)
    settled, pinned = before.settled[is_member], before.pinned[is_member]
    outcome = Comparison(store, members, settled, searched, pinned, options.threshold, options.keep, at_hand).run()
    old, new = before.decided.of(is_member), _decided(members, outcome, options.threshold)
    is_fresh = new.is_dropped & ~_is_same(old, new)
    report.dropped = _decisions(members.ids[is_fresh], new.of(is_fresh))
    report.verified = int(np.count_nonzero(outcome.is_new))
    standing = before.decided.of(before.standing).counts()
    report.by_rule = {rule: count + standing[rule] for rule, count in new.counts().items()}
    report.returned = int(np.count_nonzero(old.is_dropped & ~new.is_dropped))
    with store.transaction():
        _store_pairs(store, members.ids, outcome)
        if not settled.any():
            search.extended(members.ids[outcome.is_complete], options.threshold).store(store)
        if run_id is not None:
            outdated = members.ids[old.is_dropped & ~_is_same(old, new)]
            store.decisions.withdraw(outdated.tolist(), RULES, run_id)
            store.decisions.add(report.dropped, run_id)
            _settle(store, ids, members.ids[~settled], before)
    return report


def find_elsewhere(
    store: Store, other: Store, selection: Selection, options: DedupeOptions, *, run_id: int | None, advance: Advance = silent
) -> DedupeReport:
    """Drop the documents of the selection that another corpus already holds, as themselves or nearly."""
    if other.path.samefile(store.path):
        raise UsageError(f"{other.path} is the corpus itself")
    import numpy as np  # here, because reading commands do without it

    report = DedupeReport()
    ids = _selected(store, selection)
    report.documents = ids.size
    if not ids.size:
        return report
    mine, report.signed = _sign(store, ids, at_hand := AtHand(), advance)
    theirs = all_signed(other, other.selecting.ids(Selection()))
    nothing = np.zeros(ids.size, dtype=np.bool_)
    comparison = Comparison(store, mine, nothing, nothing, nothing, options.threshold, options.keep, at_hand)
    outcome = comparison.run_against(other, theirs)
    report.verified = int(np.count_nonzero(outcome.is_new))
    pinned = np.array(sorted(pinned_ids(store, options)), dtype=np.int64)
    places = outcome.decisions.keeper[: ids.size] - ids.size
    for row in np.flatnonzero((places >= 0) & ~is_among(ids, pinned)).tolist():
        detail = f"{other.path}: document {theirs.ids[places[row]]}"
        similarity = float(outcome.decisions.similarity[row])
        report.dropped.append(Decision(int(ids[row]), ELSEWHERE, similarity, options.threshold, None, detail))
    report.by_rule = {ELSEWHERE: len(report.dropped)}
    if run_id is not None:
        with store.transaction():
            store.decisions.add(report.dropped, run_id)
    return report


def list_pairs(store: Store) -> Iterator[dict[str, Any]]:
    """Every verified pair, the most similar first, also those that were not merged. `dropped` is the id of the dropped one."""
    dropped_for, equals = store.signatures.dropped_for(RULES), store.signatures.dropped_for((EXACT,))
    pairs = store.signatures.pairs()
    ids = sorted({row[end] for row in pairs for end in (0, 1)})
    titles = {record["id"]: record["title"] for record in store.documents.records(ids, ("id", "title"))}
    for row in pairs:
        one, other = row["document_id"], row["other_id"]
        dropped = next((a for a, b in ((one, other), (other, one)) if dropped_for.get(a, 0) in (b, equals.get(b))), None)
        yield {
            "id": one,
            "other": other,
            "jaccard": round(row["jaccard"], 4),
            "dropped": dropped,
            "title": titles.get(one),
            "other_title": titles.get(other),
        }


def _selected(store: Store, selection: Selection) -> Ids:
    import numpy as np

    return np.sort(unpacked(store.selecting.packed_ids(selection)))


def _sign(store: Store, ids: Ids, at_hand: AtHand, advance: Advance) -> tuple[Signatures, int]:
    """The signatures of these documents, and how many of them had to be made: they are stored.

    A document whose text changed loses its pairs, and is not settled any more; nor are those that were dropped in its favour.
    """
    from corpuskit.minhash import FORMAT

    known = store.signatures
    with store.transaction():
        if outdated := known.blocks.remove_other_formats(FORMAT):
            known.forget(outdated)
    found, missing = Signatures.read(store, ids)
    wanted = missing.tolist()
    if changed := known.blocks.changed(wanted):
        with store.transaction():
            known.forget(changed)
            known.unsettle_duplicates_of(changed)
    for start in range(0, len(wanted), AT_ONCE):
        texts = list(signed(store, wanted[start : start + AT_ONCE], at_hand))
        with store.transaction():
            known.blocks.put(texts, FORMAT)
        advance(start + len(texts), len(wanted))
    return Signatures.read(store, ids)[0] if wanted else found, len(wanted)


def _decided(members: Signatures, outcome: Outcome, threshold: float) -> Decided:
    """What the outcome says, by document."""
    import numpy as np

    rows = outcome.decisions.keeper
    is_dropped = rows >= 0
    is_exact = is_dropped & (members.digests == members.digests[rows]).all(axis=1)
    keepers = np.where(is_dropped, members.ids[rows], NOBODY)
    return Decided(keepers, is_exact, np.full(rows.size, threshold), np.asarray(outcome.decisions.similarity))


def _is_same(old: Decided, new: Decided) -> Any:
    """Where a decision may stay as it is. A text that has changed since may be another bit as like the same document."""
    is_same = (old.keepers == new.keepers) & (old.is_exact == new.is_exact) & (old.thresholds == new.thresholds)
    return is_same & (abs(old.similarities - new.similarities) < SAME_SIMILARITY)


def _decisions(ids: Ids, decided: Decided) -> list[Decision]:
    columns = (ids, decided.is_exact, decided.similarities, decided.thresholds, decided.keepers)
    return [
        Decision(one, EXACT if is_exact else NEAR, similarity, threshold, keeper)
        for one, is_exact, similarity, threshold, keeper in zip(*(column.tolist() for column in columns), strict=True)
    ]


def _store_pairs(store: Store, ids: Ids, outcome: Outcome) -> None:
    pairs, new = outcome.pairs, outcome.is_new
    rows = zip(ids[pairs.left[new]].tolist(), ids[pairs.right[new]].tolist(), pairs.jaccard[new].tolist(), strict=True)
    store.signatures.add_pairs((*sorted((left, right)), jaccard) for left, right, jaccard in rows)


@dataclass(frozen=True, slots=True)
class _Search:
    """The documents among which all pairs were looked for, down to a Jaccard that reaches below the threshold."""

    floor: float
    members: Ids
    stored: int  # how many documents the search has that the corpus remembers

    @classmethod
    def read(cls, store: Store, threshold: float) -> _Search:
        from corpuskit.near_duplicates import FLOOR

        floor, members = store.signatures.search()
        found = unpacked(members)
        return cls(floor, found if floor <= min(FLOOR, threshold) else found[:0], found.size)

    def extended(self, members: Ids, threshold: float) -> _Search:
        """The search that is to be remembered: of these documents, unless the other one has all of them or many more."""
        from corpuskit.near_duplicates import FLOOR

        if is_among(members, self.members).all() or (self.members.size and members.size < self.stored):
            return self
        return _Search(min(FLOOR, threshold), members, self.stored)

    def store(self, store: Store) -> None:
        if self.members.size != self.stored:
            store.signatures.set_search(self.floor, self.members.tolist())


def _settle(store: Store, ids: Ids, newcomers: Ids, before: Before) -> None:
    """Let the newcomers join the comparison, if they were compared with all that belong to it; else they make one of their own.

    A document that another rule drops, or that lost its text, was not compared with them: when it comes back it is new.
    """
    if not newcomers.size:
        return
    comparison = before.comparison
    outside = set(before.members[~is_among(before.members, ids)].tolist())
    if outside:
        outside.difference_update(store.signatures.dropped_for(RULES))
        absent = outside.difference(store.selecting.ids(Selection()))
        if outside == absent:
            store.signatures.settle(absent, None)
        else:
            comparison = None
    store.signatures.settle(newcomers.tolist(), comparison or store.signatures.add_comparison(before.settings))
