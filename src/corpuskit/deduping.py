"""Deduping: exact and near-duplicates among the documents of a selection, recorded as decisions that can be taken back.

Documents get signatures, which stay in the corpus. Those that were compared with each other before, under the same settings, and
are kept are settled: they stay. All others are compared with them and with each other. What was decided before stands where the
document that was kept is settled and still has its text; everything else is decided again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from corpuskit.comparing import AT_ONCE, Comparison, Signatures, all_signed, signed
from corpuskit.errors import UsageError
from corpuskit.progress import Advance, silent
from corpuskit.selection import Selection
from corpuskit.settling import EXACT, NEAR, RULES, Before, DedupeOptions, pinned_ids
from corpuskit.store.decisions import Decision
from corpuskit.store.store import Store

if TYPE_CHECKING:
    from corpuskit.near_duplicates import Outcome

ELSEWHERE = "in-other-corpus"  # what it decides stays until it is undone


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
    signatures, report.signed = _sign(store, ids, advance)
    before = Before.read(store, signatures, options)
    members = signatures.of(set(ids) - before.standing)
    outcome = Comparison(store, members, before.settled, before.pinned, options.threshold, options.keep).run()
    decided = _decisions(members, outcome, options)
    report.verified = int(outcome.is_new.sum())
    report.dropped = [*decided, *(before.decisions[one] for one in before.standing)]
    dropped_now = {decision.document_id for decision in report.dropped}
    report.returned = sum(one in before.decisions and one not in dropped_now for one in ids)
    with store.transaction():
        _store_pairs(store, members, outcome)
        if run_id is not None:
            _record(store, members, before, decided, run_id)
            _settle(store, signatures, members, before)
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
    mine, report.signed = _sign(store, ids, advance)
    theirs = all_signed(other, other.selecting.ids(Selection()))
    pinned = pinned_ids(store, options)
    outcome = Comparison(store, mine, (), (), options.threshold, options.keep).run_against(other, theirs)
    report.verified = int(outcome.is_new.sum())
    keepers, similarities = outcome.decisions.keeper.tolist(), outcome.decisions.similarity.tolist()
    for row, document_id in enumerate(mine.ids):
        place = keepers[row] - len(mine.ids)
        if place >= 0 and document_id not in pinned:
            detail = f"{other.path}: document {theirs.ids[place]}"
            report.dropped.append(Decision(document_id, ELSEWHERE, similarities[row], options.threshold, None, detail))
    if run_id is not None:
        with store.transaction():
            store.decisions.add(report.dropped, run_id)
    return report


def list_pairs(store: Store) -> Iterator[dict[str, Any]]:
    """Every verified pair, the most similar first, also those that were not merged. `dropped` is the id of the dropped one."""
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


def _sign(store: Store, ids: Sequence[int], advance: Advance) -> tuple[Signatures, int]:
    """The signatures of these documents, and how many of them had to be made: they are stored.

    A document whose text changed loses its pairs, and is not settled any more; nor are those that were dropped in its favour.
    """
    signatures, missing = Signatures.read(store, ids)
    for start in range(0, len(missing), AT_ONCE):
        chunk = missing[start : start + AT_ONCE]
        rows = list(signed(store, chunk))
        with store.transaction():
            if changed := store.signatures.outdated(chunk):
                store.signatures.forget_pairs(changed)
                store.signatures.unsettle_duplicates_of(changed)
            store.signatures.put(rows)
        signatures.fill(rows)
        advance(start + len(chunk), len(missing))
    return signatures, len(missing)


def _decisions(members: Signatures, outcome: Outcome, options: DedupeOptions) -> list[Decision]:
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


def _store_pairs(store: Store, members: Signatures, outcome: Outcome) -> None:
    pairs, new, ids = outcome.pairs, outcome.is_new, members.ids
    rows = zip(pairs.left[new].tolist(), pairs.right[new].tolist(), pairs.jaccard[new].tolist(), strict=True)
    store.signatures.add_pairs((*sorted((ids[left], ids[right])), jaccard) for left, right, jaccard in rows)


def _record(store: Store, members: Signatures, before: Before, decided: Sequence[Decision], run_id: int) -> None:
    """Put the new decisions in the place of the old ones. Those that say the same stay as they are."""
    wanted = {decision.document_id: decision for decision in decided}
    outdated = []
    for document_id in members.ids:
        old, new = before.decisions.get(document_id), wanted.get(document_id)
        if old is None:
            continue
        if new and (old.rule, old.threshold, old.duplicate_of) == (new.rule, new.threshold, new.duplicate_of):
            del wanted[document_id]
        else:
            outdated.append(document_id)
    store.decisions.withdraw(outdated, RULES, run_id)
    store.decisions.add(wanted.values(), run_id)


def _settle(store: Store, signatures: Signatures, members: Signatures, before: Before) -> None:
    """Let the newcomers join the comparison, if they were compared with all that belong to it; else they make one of their own.

    A document that another rule drops, or that lost its text, was not compared with them: when it comes back it is new.
    """
    newcomers = [one for one in members.ids if one not in before.settled]
    if not newcomers:
        return
    comparison = before.comparison
    if comparison is not None and store.signatures.count_settled_in(comparison) > signatures.comparisons.count(comparison):
        outside = store.signatures.settled_in(comparison).difference(signatures.ids, store.signatures.dropped_for(RULES))
        absent = outside.difference(store.selecting.ids(Selection())) if outside else outside
        if outside == absent:
            store.signatures.settle(absent, None)
        else:
            comparison = None
    store.signatures.settle(newcomers, comparison or store.signatures.add_comparison(before.settings))
