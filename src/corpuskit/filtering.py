"""Filtering: which documents quality rules drop, recorded as decisions that can be changed and taken back.

Every rule judges every selected document by itself, also those that other rules or duplicates have dropped: so the result does
not depend on the order of runs, and taking one back leaves the word of all others standing. A run decides anew about the rules
that it names, and about the documents that it selects; decisions that say the same stay as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from corpuskit.documents import Unread
from corpuskit.duplicate_rules import RULES as DUPLICATES
from corpuskit.measuring import measure_missing
from corpuskit.progress import Advance, silent
from corpuskit.rules import CONDITIONS, RULES, Asked
from corpuskit.selection import Selection
from corpuskit.store.decisions import Decision
from corpuskit.store.signals import DOCUMENT, Limit, home_of
from corpuskit.store.store import Store

# What these dropped is judged all the same; what another mechanism put out of sight (a superseded capture) is not.
JUDGED_ALL_THE_SAME = (*(rule.name for rule in RULES), *DUPLICATES, "in-other-corpus")

Decided: TypeAlias = dict[tuple[int, str], Decision]  # by document and rule


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What one rule says now, and how that differs from before."""

    rule: str
    threshold: float | str | None  # None: it is off
    documents: int
    new: int
    withdrawn: int


@dataclass(slots=True)
class FilterReport:
    """What was decided, or would be."""

    documents: int = 0  # that were judged: kept + dropped
    dropped: int = 0  # by one of these rules
    measured: int = 0
    failed: list[Unread] = field(default_factory=list)
    rules: list[RuleOutcome] = field(default_factory=list)
    stranded: int = 0  # duplicates of documents that are dropped now
    returned: int = 0  # documents that no rule drops any more, in a corpus that was deduped

    @property
    def counts(self) -> dict[str, int]:
        """The counters by name; `documents = kept + dropped`."""
        return {
            "documents": self.documents,
            "kept": self.documents - self.dropped,
            "dropped": self.dropped,
            "new": sum(one.new for one in self.rules),
            "withdrawn": sum(one.withdrawn for one in self.rules),
            "measured": self.measured,
            "failed": len(self.failed),
        }


def filter_documents(
    store: Store,
    selection: Selection,
    asked: Sequence[Asked],
    *,
    run_id: int | None,
    processes: int | None = None,
    advance: Advance = silent,
) -> FilterReport:
    """Judge the selected documents by these rules. Without a run nothing is decided; signals, which are no decisions, are stored.

    Documents whose signals cannot be measured are not judged, and what was decided about them stays.
    """
    report = FilterReport()
    everyone = replace(selection, ignored_rules=JUDGED_ALL_THE_SAME, limit=None, sort=None, sample=None)
    ids = store.selecting.ids(everyone)
    if not ids:
        return report
    tables = {home_of(one.rule.signal) for one in asked if one.is_on} - {DOCUMENT}
    measured = measure_missing(store, sorted(tables, reverse=True), ids, processes=processes, advance=advance)
    report.measured, report.failed = len(measured.documents), [measured.failed[one] for one in sorted(measured.failed)]
    judged = set(ids).difference(measured.failed)
    report.documents = len(judged)
    wanted = _judge(store, asked, judged)
    before = _before(store, asked, judged)
    report.dropped = len({document_id for document_id, _ in wanted})
    report.rules = _outcomes(asked, wanted, before)
    if run_id is not None:
        _record(store, asked, wanted, before, run_id)
        _look_at_duplicates(store, report, wanted, before)
    return report


def list_rules() -> Iterable[dict[str, Any]]:
    """Every rule with its signal, default, meaning and source; and the parameters that rules depend on."""
    for rule in RULES:
        yield {
            "rule": rule.name,
            "signal": rule.signal,
            "drops": rule.drops,
            "threshold": rule.default,
            "meaning": rule.meaning,
            "source": rule.source,
        }
    for one in CONDITIONS:
        meaning = f"{one.meaning} ({', '.join(one.of)})"
        yield {"rule": one.name, "signal": one.signal, "drops": None, "threshold": one.default, "meaning": meaning,
               "source": "corpuskit"}  # fmt: skip


def _judge(store: Store, asked: Sequence[Asked], judged: set[int]) -> Decided:
    wanted: Decided = {}
    by_number = [one for one in asked if one.threshold is not None]
    limits = [Limit(one.rule.signal, one.rule.drops, one.threshold or 0.0, one.conditions) for one in by_number]
    for document_id, place, value in store.signals.beyond(limits):
        if document_id in judged:
            one = by_number[place]
            wanted[document_id, one.rule.name] = Decision(document_id, one.rule.name, value, one.threshold, None, _detail(one))
    for one in asked:
        if one.allowed:
            for document_id, language in store.signals.outside(one.allowed):
                if document_id in judged:
                    detail = f"{language or 'unknown'}, not {', '.join(one.allowed)}"
                    wanted[document_id, one.rule.name] = Decision(document_id, one.rule.name, detail=detail)
    return wanted


def _detail(one: Asked) -> str:
    """What else the decision depends on, where somebody has set it."""
    defaults = {condition.signal: condition.default for condition in CONDITIONS}
    return ", ".join(f"{signal} at least {least:g}" for signal, least in one.conditions if least != defaults[signal])


def _before(store: Store, asked: Sequence[Asked], judged: set[int]) -> Decided:
    rows = store.decisions.in_force([one.rule.name for one in asked])
    return {
        (row["document_id"], row["rule"]): Decision(
            row["document_id"], row["rule"], row["value"], row["threshold"], row["duplicate_of"], row["detail"]
        )
        for row in rows
        if row["document_id"] in judged
    }


def _outcomes(asked: Sequence[Asked], wanted: Mapping[tuple[int, str], Decision], before: Decided) -> list[RuleOutcome]:
    now = Counter(rule for _, rule in wanted)
    new = Counter(rule for _, rule in wanted.keys() - before.keys())
    withdrawn = Counter(rule for _, rule in before.keys() - wanted.keys())
    thresholds = {one.rule.name: ",".join(one.allowed) or one.threshold for one in asked}
    return [RuleOutcome(name, shown, now[name], new[name], withdrawn[name]) for name, shown in thresholds.items()]


def _record(store: Store, asked: Sequence[Asked], wanted: Decided, before: Decided, run_id: int) -> None:
    """Put the new decisions in the place of the old ones. Those that say the same stay as they are."""
    outdated: dict[str, list[int]] = {}
    for key, old in before.items():
        if wanted.get(key) != old:
            outdated.setdefault(old.rule, []).append(old.document_id)
    order = {one.rule.name: place for place, one in enumerate(asked)}
    added = sorted((new for key, new in wanted.items() if before.get(key) != new), key=lambda d: (d.document_id, order[d.rule]))
    with store.transaction():
        for rule, document_ids in outdated.items():
            store.decisions.withdraw(document_ids, (rule,), run_id)
        store.decisions.add(added, run_id)


def _look_at_duplicates(store: Store, report: FilterReport, wanted: Decided, before: Decided) -> None:
    """What `dedupe` would have to decide again: documents were dropped in favour of one that is dropped now, or are back."""
    dropped, were_dropped = ({document_id for document_id, _ in decided} for decided in (wanted, before))
    report.stranded = store.signals.count_dropped_for(dropped - were_dropped, DUPLICATES)
    back = were_dropped - dropped
    if back and store.signatures.prevailing_settings() is not None:
        report.returned = len(back.difference(store.decisions.rules_in_force(back)))
