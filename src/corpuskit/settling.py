"""Settling: what earlier runs of deduping decided, and how much of it still stands.

Documents that were compared with each other under the same settings, and are kept, are settled: they need to be compared with
newcomers only, and stay. A dropped document stays dropped while the one that was kept is settled and still has its text.
Everything else is decided again.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from corpuskit.comparing import is_among, unpacked
from corpuskit.duplicate_rules import EXACT, NEAR, RULES
from corpuskit.selection import Selection
from corpuskit.store.store import Store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from corpuskit.comparing import Flags, Ids

NOBODY = -1  # in the place of the document that is kept instead


@dataclass(frozen=True, slots=True)
class DedupeOptions:
    """What counts as a duplicate, and which document of a cluster is kept."""

    threshold: float = 0.8  # Jaccard of word 5-grams, 0 to 1
    keep: str = "longest"  # "longest", "earliest", "newest" or "first"
    pin: tuple[str, ...] = ()  # documents with one of these tags are never dropped
    again: bool = False  # decide everything anew, also what was settled under the same settings


@dataclass(frozen=True, slots=True)
class Decided:
    """The duplicates among some documents, one row each: the document that is kept instead (`NOBODY`: none), and the decision."""

    keepers: Ids
    is_exact: Flags
    thresholds: NDArray[np.float64]
    similarities: NDArray[np.float64]  # of the two documents

    @classmethod
    def read(cls, store: Store, ids: Ids) -> Decided:
        """The decisions in force about these documents."""
        import numpy as np

        found = cls(np.full(ids.size, NOBODY), np.zeros(ids.size, dtype=np.bool_), np.zeros(ids.size), np.zeros(ids.size))
        for row in store.signatures.decided(RULES):
            documents, keepers = unpacked(row["documents"]), unpacked(row["keepers"])
            is_here = is_among(documents, ids)
            rows = np.searchsorted(ids, documents[is_here])
            found.keepers[rows] = keepers[is_here]
            found.is_exact[rows], found.thresholds[rows] = row["rule"] == EXACT, row["threshold"]
            found.similarities[rows] = unpacked(row["similarities"], "float64")[is_here]
        return found

    @property
    def is_dropped(self) -> Flags:
        """Which documents are dropped."""
        import numpy as np

        return np.not_equal(self.keepers, NOBODY)

    def of(self, is_chosen: Flags) -> Decided:
        """Those about the chosen rows."""
        is_exact, thresholds = self.is_exact[is_chosen], self.thresholds[is_chosen]
        return Decided(self.keepers[is_chosen], is_exact, thresholds, self.similarities[is_chosen])

    def counts(self) -> dict[str, int]:
        """How many documents each rule drops."""
        import numpy as np

        exact = int(np.count_nonzero(self.is_exact & self.is_dropped))
        return {EXACT: exact, NEAR: int(np.count_nonzero(self.is_dropped)) - exact}


@dataclass(frozen=True, slots=True)
class Before:
    """What is there before a run over some documents, whose rows the flags are about."""

    settings: str
    comparison: int | None  # the one that the settled documents took part in
    members: Ids  # of that comparison, also outside the selection
    settled: Flags
    standing: Flags  # dropped, and to stay so
    pinned: Flags
    decided: Decided

    @classmethod
    def read(cls, store: Store, ids: Ids, options: DedupeOptions) -> Before:
        """What was decided about these documents. The largest comparison under the present settings counts: so it only grows."""
        import numpy as np

        pinned = pinned_ids(store, options)
        settings = _settings(options, pinned)
        is_pinned = is_among(ids, np.array(sorted(pinned), dtype=np.int64))
        decided = Decided.read(store, ids)
        nothing = np.zeros(ids.size, dtype=np.bool_)
        fitting = [number for number, said in store.signatures.comparisons().items() if said == settings and not options.again]
        if not fitting:
            return cls(settings, None, ids[:0], nothing, nothing, is_pinned, decided)
        members = {number: unpacked(store.signatures.settled_in(number)) for number in fitting}
        is_member = {number: is_among(ids, found) for number, found in members.items()}
        comparison = max(fitting, key=lambda number: (int(np.count_nonzero(is_member[number] & ~decided.is_dropped)), -number))
        settled = is_member[comparison] & ~decided.is_dropped
        is_open = np.logical_or.reduce([*is_member.values()]) & decided.is_dropped & ~is_pinned
        standing = is_open & is_among(decided.keepers, ids[settled])
        elsewhere = is_open & ~is_among(decided.keepers, ids)
        if elsewhere.any():  # kept outside the selection
            stay = store.signatures.unchanged(decided.keepers[elsewhere].tolist())
            outside = np.intersect1d(np.array(sorted(stay), dtype=np.int64), np.concatenate([*members.values()]))
            standing |= elsewhere & is_among(decided.keepers, outside)
        if not settled.any():
            return cls(settings, None, ids[:0], nothing, standing, is_pinned, decided)
        return cls(settings, comparison, members[comparison], settled, standing, is_pinned, decided)


def pinned_ids(store: Store, options: DedupeOptions) -> frozenset[int]:
    """The documents with a tag that pins them."""
    return frozenset(store.selecting.ids(Selection(tags=options.pin, state="all")) if options.pin else ())


def _settings(options: DedupeOptions, pinned: Collection[int]) -> str:
    """The settings in one line. Which documents are pinned belongs to them: one that is pinned now may push out a settled one."""
    settings = f"{options.threshold!r} {options.keep}"
    if not pinned:
        return settings
    return f"{settings} pinned {blake2b(' '.join(map(str, sorted(pinned))).encode(), digest_size=8).hexdigest()}"
