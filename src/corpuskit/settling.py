"""Settling: what earlier runs of deduping decided, and how much of it still stands.

Documents that were compared with each other under the same settings, and are kept, are settled: they need to be compared with
newcomers only, and stay. A dropped document stays dropped while the one that was kept is settled and still has its text.
Everything else is decided again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from corpuskit.selection import Selection
from corpuskit.store.decisions import Decision
from corpuskit.store.store import Store

if TYPE_CHECKING:
    from corpuskit.comparing import Signatures

EXACT, NEAR = "exact-duplicate", "near-duplicate"
RULES = (EXACT, NEAR)


@dataclass(frozen=True, slots=True)
class DedupeOptions:
    """What counts as a duplicate, and which document of a cluster is kept."""

    threshold: float = 0.8  # Jaccard of word 5-grams, 0 to 1
    keep: str = "longest"  # "longest", "earliest", "newest" or "first"
    pin: tuple[str, ...] = ()  # documents with one of these tags are never dropped
    again: bool = False  # decide everything anew, also what was settled under the same settings


@dataclass(frozen=True, slots=True)
class Before:
    """What is there before a run over some documents."""

    settings: str
    comparison: int | None  # the one that the settled documents took part in
    settled: Set[int]
    decisions: Mapping[int, Decision]  # those in force about any document
    standing: Set[int]  # dropped, and to stay so
    pinned: Set[int]

    @classmethod
    def read(cls, store: Store, signatures: Signatures, options: DedupeOptions) -> Before:
        """What was decided about these documents. The largest comparison under the present settings counts: so it only grows."""
        pinned = pinned_ids(store, options)
        settings = _settings(options, pinned)
        decisions = {
            row["document_id"]: Decision(row["document_id"], row["rule"], row["value"], row["threshold"], row["duplicate_of"])
            for row in store.decisions.in_force(RULES)
        }
        if options.again:
            return cls(settings, None, frozenset(), decisions, frozenset(), pinned)
        fitting = {number for number, said in store.signatures.comparisons().items() if said == settings}
        found = {
            one: number
            for one, number in zip(signatures.ids, signatures.comparisons, strict=True)
            if number is not None and number in fitting
        }
        sizes = Counter(number for one, number in found.items() if one not in decisions)
        comparison = min(sizes, key=lambda number: (-sizes[number], number), default=None)
        settled = {one for one, number in found.items() if number == comparison and one not in decisions}
        open_to = {one for one in found if one in decisions and one not in pinned}
        standing = {one for one in open_to if decisions[one].duplicate_of in settled}
        standing |= _kept_elsewhere(store, {one: decisions[one] for one in open_to - standing}, signatures.ids, fitting)
        return cls(settings, comparison, settled, decisions, standing, pinned)


def pinned_ids(store: Store, options: DedupeOptions) -> frozenset[int]:
    """The documents with a tag that pins them."""
    return frozenset(store.selecting.ids(Selection(tags=options.pin, state="all")) if options.pin else ())


def _settings(options: DedupeOptions, pinned: Collection[int]) -> str:
    """The settings in one line. Which documents are pinned belongs to them: one that is pinned now may push out a settled one."""
    settings = f"{options.threshold!r} {options.keep}"
    if not pinned:
        return settings
    return f"{settings} pinned {blake2b(' '.join(map(str, sorted(pinned))).encode(), digest_size=8).hexdigest()}"


def _kept_elsewhere(store: Store, decisions: Mapping[int, Decision], ids: Collection[int], fitting: Collection[int]) -> set[int]:
    """Those that were dropped in favour of a document outside the selection which stays as it is."""
    keepers = {d.duplicate_of for d in decisions.values() if d.duplicate_of is not None}.difference(ids)
    if not keepers:
        return set()
    comparisons = store.signatures.comparison_of(keepers)
    stay = {one for one in store.signatures.unchanged(keepers) if comparisons.get(one) in fitting}
    return {one for one, decision in decisions.items() if decision.duplicate_of in stay}
