"""Deduping: exact and near-duplicates among the documents of a selection, recorded as decisions that can be taken back.

Documents get signatures, which stay in the corpus. Those that were compared with each other before, under the same settings, and
are kept are settled: they stay. All others are compared with them and with each other. What was decided before stands where the
document that was kept is settled and still has its text; everything else is decided again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from corpuskit.comparing import AT_ONCE, Members, signed
from corpuskit.errors import UsageError
from corpuskit.progress import Advance, silent
from corpuskit.selection import Selection
from corpuskit.store.decisions import Decision
from corpuskit.store.store import Store

if TYPE_CHECKING:
    from corpuskit.near_duplicates import Outcome

EXACT, NEAR, ELSEWHERE = "exact-duplicate", "near-duplicate", "in-other-corpus"
RULES = (EXACT, NEAR)  # what is decided anew; a document of another corpus stays what it is


@dataclass(frozen=True, slots=True)
class DedupeOptions:
    """What counts as a duplicate, and which document of a cluster is kept."""

    threshold: float = 0.8  # Jaccard of word 5-grams, 0 to 1
    keep: str = "longest"  # "longest", "earliest", "newest" or "first"
    pin: tuple[str, ...] = ()  # documents with one of these tags are never dropped
    again: bool = False  # decide everything anew, also what was settled under the same settings


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
        by_rule = Counter(decision.rule for decision in self.dropped)
        kept = self.documents - len(self.dropped)
        return {"documents": self.documents, "kept": kept, **{rule: by_rule[rule] for rule in (EXACT, NEAR, ELSEWHERE)}}


def sign(store: Store, ids: Sequence[int], advance: Advance = silent) -> int:
    """Store a signature for each of these documents that has none of its present text; how many.

    A document whose text changed loses its pairs, and is not settled any more; nor are those that were dropped in its favour.
    """
    missing = store.signatures.missing(ids)
    stale = {document_id for document_id, is_stale in missing if is_stale}
    for start in range(0, len(missing), AT_ONCE):
        chunk = [document_id for document_id, _ in missing[start : start + AT_ONCE]]
        rows = [(document_id, *row) for document_id, row in signed(store, chunk)]
        with store.transaction():
            if changed := stale.intersection(chunk):
                store.signatures.forget_pairs(changed)
                store.signatures.unsettle_duplicates_of(changed)
            store.signatures.put(rows)
        advance(start + len(chunk), len(missing))
    return len(missing)


def dedupe(
    store: Store, selection: Selection, options: DedupeOptions, *, run_id: int | None, advance: Advance = silent
) -> DedupeReport:
    """Decide which documents of the selection are duplicates of which. Documents that another rule dropped take no part.

    Without a run nothing is decided; signatures and verified pairs, which are no decisions, are stored all the same.
    """
    report = DedupeReport()
    ids = store.selecting.ids(replace(selection, ignored_rules=RULES, limit=None, sort=None, sample=None))
    report.documents = len(ids)
    if not ids:
        return report
    report.signed = sign(store, ids, advance)
    before = _Before.read(store, ids, options)
    members = Members.read(
        store, [one for one in ids if one not in before.standing], settled=before.settled, pinned=before.pinned
    )
    outcome = members.compare(store, options.threshold, options.keep)
    decided = _decisions(members, outcome, options)
    report.verified = int(outcome.is_new.sum())
    report.dropped = [*decided, *_standing(store, before)]
    dropped_now = {decision.document_id for decision in report.dropped}
    report.returned = sum(one in before.dropped and one not in dropped_now for one in ids)
    with store.transaction():
        _store_pairs(store, members, outcome)
        if run_id is not None:
            _record(store, members, decided, run_id)
            _settle(store, ids, members, before)
    return report


def find_elsewhere(
    store: Store, other: Store, selection: Selection, options: DedupeOptions, *, run_id: int | None, advance: Advance = silent
) -> DedupeReport:
    """Drop the documents of the selection that another corpus already holds, as themselves or nearly."""
    if other.path.samefile(store.path):
        raise UsageError(f"{other.path} is the corpus itself")
    report = DedupeReport()
    ids = store.selecting.ids(replace(selection, limit=None, sort=None, sample=None))
    report.documents = len(ids)
    if not ids:
        return report
    report.signed = sign(store, ids, advance)
    mine = Members.read(store, ids, pinned=_pinned(store, options))
    both = mine.with_settled(Members.read(other, other.selecting.ids(Selection())))
    outcome = both.compare_with_other(store, other, options.threshold, options.keep)
    report.verified = int(outcome.is_new.sum())
    keepers, similarities = outcome.decisions.keeper.tolist(), outcome.decisions.similarity.tolist()
    for row, document_id in enumerate(mine.ids):
        if keepers[row] >= len(ids):
            detail = f"{other.path}: document {both.ids[keepers[row]]}"
            report.dropped.append(Decision(document_id, ELSEWHERE, similarities[row], options.threshold, None, detail))
    if run_id is not None:
        with store.transaction():
            store.decisions.add(report.dropped, run_id)
    return report


def list_pairs(store: Store) -> Iterator[dict[str, Any]]:
    """Every verified pair, the most similar first: also the closest that were not merged. `dropped` is the id of the dropped one."""
    dropped_for = store.signatures.dropped_for(RULES)
    pairs = store.signatures.pairs()
    ids = sorted({row[end] for row in pairs for end in (0, 1)})
    titles = {record["id"]: record["title"] for record in store.documents.records(ids, ("id", "title"))}
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


@dataclass(frozen=True, slots=True)
class _Before:
    """What earlier runs decided about the documents of a selection, and how much of it stands."""

    settings: str
    comparison: int | None  # the one that the settled documents took part in
    settled: Collection[int]  # kept, and compared with each other under the present settings
    dropped: Collection[int]
    standing: Collection[int]  # dropped, in favour of a document that stays
    pinned: Collection[int]

    @classmethod
    def read(cls, store: Store, ids: Sequence[int], options: DedupeOptions) -> _Before:
        """What is there before a run. The largest comparison with the present settings counts, so that it only ever grows."""
        pinned = _pinned(store, options)
        settings = _settings(options, pinned)
        dropped = store.signatures.dropped_for(RULES)
        if options.again:
            return cls(settings, None, frozenset(), dropped.keys(), frozenset(), pinned)
        fitting = {number for number, said in store.signatures.comparisons().items() if said == settings}
        of_all = store.signatures.settled()
        among = set(ids)
        sizes = Counter(of_all[one] for one in ids if of_all.get(one) in fitting and one not in dropped)
        comparison = min(sizes, key=lambda number: (-sizes[number], number)) if sizes else None
        settled = {one for one in ids if comparison is not None and of_all.get(one) == comparison and one not in dropped}
        standing = {
            one
            for one, keeper in store.signatures.standing(RULES).items()
            if one in among and one not in pinned and of_all.get(one) in fitting
            and (keeper in settled or (keeper not in among and of_all.get(keeper) in fitting))
        }  # fmt: skip
        return cls(settings, comparison, settled, dropped.keys(), standing, pinned)


def _settings(options: DedupeOptions, pinned: Collection[int]) -> str:
    """The settings in one line. Which documents are pinned belongs to them: one that is pinned now may push out a settled one."""
    settings = f"{options.threshold!r} {options.keep}"
    if not pinned:
        return settings
    return f"{settings} pinned {blake2b(' '.join(map(str, sorted(pinned))).encode(), digest_size=8).hexdigest()}"


def _pinned(store: Store, options: DedupeOptions) -> frozenset[int]:
    return frozenset(store.selecting.ids(Selection(tags=options.pin, state="all")) if options.pin else ())


def _decisions(members: Members, outcome: Outcome, options: DedupeOptions) -> list[Decision]:
    keepers, similarities = outcome.decisions.keeper.tolist(), outcome.decisions.similarity.tolist()
    return [
        Decision(
            members.ids[row],
            EXACT if members.digests[row] == members.digests[keeper] else NEAR,
            similarities[row],
            options.threshold,
            members.ids[keeper],
        )
        for row, keeper in enumerate(keepers)
        if keeper >= 0
    ]


def _standing(store: Store, before: _Before) -> list[Decision]:
    return [
        Decision(row["document_id"], row["rule"], row["value"], row["threshold"], row["duplicate_of"])
        for row in store.decisions.in_force(RULES)
        if row["document_id"] in before.standing
    ]


def _store_pairs(store: Store, members: Members, outcome: Outcome) -> None:
    pairs, new, ids = outcome.pairs, outcome.is_new, members.ids
    rows = zip(pairs.left[new].tolist(), pairs.right[new].tolist(), pairs.jaccard[new].tolist(), strict=True)
    store.signatures.add_pairs((*sorted((ids[left], ids[right])), jaccard) for left, right, jaccard in rows)


def _record(store: Store, members: Members, decided: Sequence[Decision], run_id: int) -> None:
    """Put the new decisions in the place of the old ones. Those that say the same stay as they are."""
    wanted = {decision.document_id: decision for decision in decided}
    among = set(members.ids)
    outdated = []
    for row in store.decisions.in_force(RULES):
        if (document_id := row["document_id"]) not in among:
            continue
        new = wanted.get(document_id)
        if new and (row["rule"], row["threshold"], row["duplicate_of"]) == (new.rule, new.threshold, new.duplicate_of):
            del wanted[document_id]
        else:
            outdated.append(document_id)
    store.decisions.withdraw(outdated, RULES, run_id)
    store.decisions.add(wanted.values(), run_id)


def _settle(store: Store, ids: Sequence[int], members: Members, before: _Before) -> None:
    """Let the newcomers join the comparison, if they were compared with all that belong to it; else they make one of their own.

    A document that another rule drops, or that lost its text, was not compared with them: when it comes back it is new.
    """
    newcomers = [one for one, is_settled in zip(members.ids, members.settled, strict=True) if not is_settled]
    if not newcomers:
        return
    comparison = before.comparison
    if comparison is not None:
        among = set(ids)
        dropped = store.signatures.dropped_for(RULES)
        outside = {one for one, number in store.signatures.settled().items() if number == comparison} - among - dropped.keys()
        absent = outside - set(store.selecting.ids(Selection())) if outside else outside
        if outside == absent:
            store.signatures.settle(absent, None)
        else:
            comparison = None
    store.signatures.settle(newcomers, comparison or store.signatures.add_comparison(before.settings))
