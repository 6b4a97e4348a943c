"""Deduping and undoing, on corpora in which every pair is judged by sets of tuples: what must hold whatever was done before."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import combinations, count
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.store.conftest import cleaned

from corpuskit import minhash
from corpuskit.deduping import ELSEWHERE, DedupeReport, dedupe, find_elsewhere, list_pairs
from corpuskit.documents import RawPage
from corpuskit.duplicate_rules import EXACT, NEAR, RULES
from corpuskit.errors import UsageError
from corpuskit.selection import Selection
from corpuskit.settling import DedupeOptions
from corpuskit.store.decisions import Decision
from corpuskit.store.pages import Place
from corpuskit.store.store import Store
from corpuskit.superseding import mark_superseded
from corpuskit.undoing import look, undo

SLOW = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
WORDS = [
    first + second for first in ("ba", "ke", "li", "mo", "nu", "ra", "se", "ti") for second in ("lo", "mi", "ne", "pu", "ta")
]

Version = tuple[int, int, int]  # family, how many words differ from its original, and a seed for which


def text_of(version: Version) -> str:
    """A text of 140 words; versions of one family differ in a few of them. Of two that do not share a change the Jaccard is
    about (136 - 5 n) / (136 + 5 n) for n changes in both together: 0.86 for two, 0.80 for three, 0.74 for four."""
    family, edits, seed = version
    words = random.Random(f"family {family}").choices(WORDS, k=140)
    chooser = random.Random(f"{family} {seed}")
    for place in chooser.sample(range(5, 130, 6), 5)[:edits]:
        words[place] = f"{words[place]}x{seed}"
    return " ".join(words[: 140 - (edits + seed) % 3]).capitalize() + "."


def shingles(text: str) -> frozenset[tuple[str, ...]]:
    words = text.lower().replace(".", " ").split()
    return frozenset(tuple(words[start : start + 5]) for start in range(max(1, len(words) - 4)))


def similarity(one: str, other: str) -> float:
    first, second = shingles(one), shingles(other)
    return len(first & second) / len(first | second)


versions = st.tuples(st.sampled_from((0, 0, 0, 1)), st.integers(0, 4), st.integers(0, 3))
corpora = st.lists(versions, min_size=1, max_size=14)


@contextmanager
def corpus(texts: Iterable[tuple[str, str]] = ()) -> Iterator[Store]:
    """A corpus of named texts."""
    with TemporaryDirectory() as folder, Store.open(Path(folder) / "corpus.db", write=True, create=True) as store:
        store.runs.start("import", ["generated"])
        add(store, texts)
        yield store


def add(store: Store, texts: Iterable[tuple[str, str]], *, tag: str | None = None) -> list[int]:
    """Put named texts into a corpus. The name decides about site and date."""
    ids = []
    with store.transaction():
        source_id = store.pages.add_source("generated")
        for name, text in texts:
            raw = RawPage(name.encode(), "text/plain", name, url=f"https://{name[-1]}.example/{name}")
            page_id, _ = store.pages.add(raw, source_id, 1)
            made = cleaned(text, date=f"20{int(name[1:]) % 7 + 10}")
            store.documents.put(page_id, 1, made, Place(source_id, name, raw.url, "given"))
            if tag:
                store.pages.tag(page_id, (tag,), 1)
            ids.append(page_id)
    return ids


def named(found: Sequence[Version]) -> list[tuple[str, str]]:
    return [(f"d{number}", text_of(version)) for number, version in enumerate(found)]


USUAL, ALL = DedupeOptions(), Selection()


def run(store: Store, options: DedupeOptions = USUAL, selection: Selection = ALL) -> DedupeReport:
    with store.runs.record("dedupe", []) as record:
        return dedupe(store, selection, options, run_id=record.id)


def outcome(store: Store) -> dict[str, tuple[str, str] | None]:
    """For each document by name the rule that drops it and the name of the one that is kept instead."""
    names = {row["id"]: row["location"] for row in store.documents.records(store.selecting.ids(Selection(state="all")))}
    dropped = {row["document_id"]: (row["rule"], names[row["duplicate_of"]]) for row in store.decisions.in_force(RULES)}
    return {name: dropped.get(document_id) for document_id, name in names.items()}


def assert_sound(store: Store, threshold: float, *, pinned: Sequence[int] = ()) -> None:
    """No two kept documents are alike, and nothing is dropped but for a kept document that it resembles itself."""
    texts = {row["id"]: row["text"] for row in store.documents.records(store.selecting.ids(Selection(state="all")))}
    kept = store.selecting.ids(Selection())
    for one, other in combinations(kept, 2):
        assert similarity(texts[one], texts[other]) < threshold or {one, other} <= {*pinned}, (one, other)
    for row in store.decisions.in_force(RULES):
        one, keeper = row["document_id"], row["duplicate_of"]
        if one not in texts or set(store.decisions.rules_in_force([one])[one]) - {*RULES}:
            continue  # another rule drops it: nobody looked at it
        assert one not in pinned
        assert keeper in kept, (one, keeper)
        true = similarity(texts[one], texts[keeper])
        assert true >= threshold
        assert row["value"] == pytest.approx(true)
        assert row["rule"] == EXACT or true < 1


@SLOW
@given(corpora, st.randoms(), st.sampled_from(("longest", "earliest", "newest")), st.sampled_from((0.6, 0.8, 0.95)))
def test_the_order_of_import_changes_nothing(found: list[Version], chooser: random.Random, keep: str, threshold: float) -> None:
    texts = named(found)
    outcomes = []
    for _ in range(2):
        with corpus(texts) as store:
            run(store, DedupeOptions(threshold, keep))
            assert_sound(store, threshold)
            outcomes.append(outcome(store))
        chooser.shuffle(texts)
    assert outcomes[0] == outcomes[1]


@SLOW
@given(corpora, st.integers(1, 10))
def test_portions_leave_no_pair_and_again_equals_all_at_once(found: list[Version], size: int) -> None:
    texts = named(found)
    with corpus() as store, corpus(texts) as whole:
        for start in range(0, len(texts), size):
            add(store, texts[start : start + size])
            run(store)
            assert_sound(store, 0.8)
        run(store, DedupeOptions(again=True))
        run(whole)
        assert outcome(store) == outcome(whole)


@SLOW
@given(corpora, st.lists(st.sampled_from((0.5, 0.7, 0.9, 1.0)), max_size=3))
def test_thresholds_can_be_changed_and_changed_back(found: list[Version], thresholds: list[float]) -> None:
    texts = named(found)
    with corpus(texts) as store, corpus(texts) as other:
        first = run(store)
        for threshold in thresholds:
            report = run(store, DedupeOptions(threshold))
            assert report.signed == 0
            assert_sound(store, threshold)
        assert run(store).verified == 0 or first.verified == 0 or min(thresholds) < 0.7
        run(other)
        assert outcome(store) == outcome(other)


def test_running_again_changes_nothing_and_decides_nothing_new() -> None:
    with corpus(named([(0, edits, seed) for edits in (0, 1, 2) for seed in (0, 1)])) as store:
        first = run(store)
        decisions = store.database.value("SELECT count(*) FROM decisions")
        second = run(store)
        assert (second.signed, second.verified, second.returned) == (0, 0, 0)
        assert second.counts == first.counts
        assert store.database.value("SELECT count(*) FROM decisions") == decisions


def test_selections_one_after_the_other_miss_no_pair() -> None:
    with corpus([(f"d{number}", text_of((0, number % 3, 0))) for number in range(6)]) as store:
        sites = sorted({row["site"] for row in store.documents.records(store.selecting.ids(Selection()), ("site",))})
        for site in sites:
            run(store, selection=Selection(sites=(site,)))
        assert len(store.selecting.ids(Selection())) == 6
        run(store)
        assert_sound(store, 0.8)
        assert len(store.selecting.ids(Selection())) == 1


def test_a_dry_run_decides_nothing_and_keeps_what_it_computed() -> None:
    with corpus(named([(0, 0, 0), (0, 1, 0), (1, 0, 0)])) as store:
        report = dedupe(store, Selection(), DedupeOptions(), run_id=None)
        assert len(report.dropped) == 1
        assert store.decisions.in_force(RULES) == []
        assert store.signatures.prevailing_settings() is None
        after = run(store)
        assert (after.signed, after.verified) == (0, 0)
        assert after.counts == report.counts


def test_signatures_of_another_format_are_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with corpus(named([(0, 0, 0), (0, 1, 0), (1, 0, 0)])) as store:
        first = run(store)
        before = outcome(store)
        monkeypatch.setattr(minhash, "FORMAT", minhash.FORMAT + 1)
        second = run(store)
        assert (second.signed, second.verified, second.counts) == (3, first.verified, first.counts)
        assert outcome(store) == before
        assert run(store).signed == 0


def test_pairs_are_looked_for_once_for_all_thresholds() -> None:
    with corpus(named([(0, edits, seed) for edits in (0, 1, 2) for seed in (0, 1)])) as store:
        assert run(store).verified > 0
        add(store, [("d60", text_of((0, 2, 3))), ("d61", text_of((1, 0, 0)))])
        added = run(store)
        for threshold in (0.7, 0.9, 0.8):
            run(store, DedupeOptions(threshold))
            assert_sound(store, threshold)
        _, members = store.signatures.search()
        assert json.loads(members) == store.selecting.ids(Selection(state="all"))
        assert added.verified < 6


def test_what_is_known_of_forgotten_texts_is_forgotten() -> None:
    with corpus(named([(0, 0, 0), (0, 1, 0), (0, 2, 0)])) as store:
        run(store)
        with store.transaction():
            store.signatures.unsettle_duplicates_of([1])
            store.signatures.forget([1])
        assert all(1 not in (row["document_id"], row["other_id"]) for row in store.signatures.pairs())
        assert 1 not in json.loads(store.signatures.search()[1])
        assert "1" not in store.signatures.settled_in(1).strip("[]").split(",")
        assert run(store).signed == 1
        assert_sound(store, 0.8)


def test_pinned_documents_push_out_settled_ones() -> None:
    with corpus([("d1", text_of((0, 0, 0)))]) as store:
        options = DedupeOptions(pin=("gold",))
        run(store, options)
        pinned = add(store, [("d2", text_of((0, 1, 0))), ("d3", text_of((0, 1, 1)))], tag="gold")
        run(store, options)
        assert store.selecting.ids(Selection()) == pinned
        assert_sound(store, 0.8, pinned=pinned)
        run(store)
        assert len(store.selecting.ids(Selection())) == 1


def test_pairs_are_listed_with_what_became_of_them() -> None:
    texts = named([(0, 0, 0), (0, 2, 0), (0, 2, 2), (1, 0, 0)])
    assert 0.7 < similarity(texts[1][1], texts[2][1]) < 0.8 < similarity(texts[0][1], texts[1][1])
    with corpus(texts) as store:
        run(store)
        rows = list(list_pairs(store))
        by_pair = {(row["id"], row["other"]): row for row in rows}
        assert {pair: row["dropped"] for pair, row in by_pair.items()} == {(1, 2): 2, (1, 3): 3, (2, 3): None}
        assert [row["jaccard"] for row in rows] == sorted((row["jaccard"] for row in rows), reverse=True)
        for (one, other), row in by_pair.items():
            assert row["jaccard"] == pytest.approx(similarity(texts[one - 1][1], texts[other - 1][1]), abs=1e-4)


def test_what_another_corpus_holds_is_dropped() -> None:
    with corpus(named([(0, 0, 0), (0, 2, 0), (1, 0, 0), (2, 0, 0)])) as store, corpus(named([(0, 2, 1), (1, 0, 0)])) as other:
        with store.runs.record("dedupe", []) as record:
            report = find_elsewhere(store, other, Selection(), DedupeOptions(), run_id=record.id)
        assert {decision.document_id for decision in report.dropped} == {1, 3}
        assert {decision.rule for decision in report.dropped} == {ELSEWHERE}
        assert store.selecting.ids(Selection()) == [2, 4]
        assert {row["document_id"]: row["value"] for row in store.decisions.in_force((ELSEWHERE,))}[3] == 1
        assert other.database.value("SELECT count(*) FROM signature_blocks") == 0
        with pytest.raises(UsageError):
            find_elsewhere(store, store, Selection(), DedupeOptions(), run_id=None)


# What was decided is decided again where it does not hold any more


def drop_by_hand(store: Store, document_id: int) -> None:
    _touch(store, "drop", document_id, (0, 0, 0))


def kept_locations(store: Store) -> set[str]:
    return {row["location"] for row in store.documents.records(store.selecting.ids(Selection()), ("location",))}


def test_duplicates_of_a_document_that_another_rule_dropped_are_decided_again() -> None:
    with corpus(named([(0, 0, 0), (0, 1, 0), (0, 1, 1)])) as store:
        run(store)
        assert store.selecting.ids(Selection()) == [1]
        drop_by_hand(store, 1)
        run(store)
        assert len(store.selecting.ids(Selection())) == 1
        assert_sound(store, 0.8)


def test_a_document_that_comes_back_is_compared_with_those_that_came_meanwhile() -> None:
    with corpus(named([(0, 0, 0), (1, 0, 0)])) as store:
        run(store)
        drop_by_hand(store, 1)
        add(store, [("d5", text_of((0, 1, 0)))])
        run(store)
        _touch(store, "return", 1, (0, 0, 0))
        run(store)
        assert_sound(store, 0.8)


def test_a_newcomer_in_a_narrow_selection_is_compared_with_the_rest_later() -> None:
    with corpus([("d11", text_of((0, 0, 0))), ("d12", text_of((1, 0, 0)))]) as store:
        run(store)
        add(store, [("d21", text_of((1, 1, 0)))])
        run(store, selection=Selection(sites=("1.example",)))
        assert kept_locations(store) == {"d11", "d12", "d21"}
        run(store)
        assert_sound(store, 0.8)


def test_duplicates_of_a_text_that_changed_are_decided_again() -> None:
    with corpus(named([(0, 0, 0), (0, 1, 0)])) as store:
        run(store)
        _touch(store, "change", 1, (1, 0, 0))
        run(store, selection=Selection(ids=(1,)))
        assert store.selecting.ids(Selection()) == [1], "nobody asked about the other one yet"
        run(store)
        assert store.selecting.ids(Selection()) == [1, 2]


def test_duplicates_of_a_document_that_is_a_newcomer_elsewhere_are_decided_again() -> None:
    texts = [((0, 2, 1), "d11"), ((0, 4, 1), "d21"), ((0, 0, 0), "d12"), ((1, 0, 0), "d22"), ((2, 0, 0), "d32")]
    with corpus([(name, text_of(version)) for version, name in texts]) as store:
        run(store, selection=Selection(sites=("1.example",)))
        assert decisions_in_force(store)
        run(store, selection=Selection(sites=("2.example",)))
        run(store)
        assert_sound(store, 0.8)


# Whatever was done before

Step = tuple[str, int, Version]
steps = st.lists(
    st.tuples(
        st.sampled_from(("add", "add", "dedupe", "dedupe", "site", "threshold", "keep", "change", "remove", "drop", "return",
                         "capture", "undo", "undo", "dry")),
        st.integers(0, 9),
        versions,
    ),
    max_size=22,
)  # fmt: skip
_BY_HAND = "by-hand"


@settings(SLOW, max_examples=60)
@example(
    [(0, 0, 0), (0, 0, 0), (0, 0, 0), (0, 0, 2)], [("add", 0, (0, 0, 0)), ("dedupe", 0, (0, 0, 0)), ("change", 3, (0, 0, 1))]
)
@given(corpora, steps)
def test_whatever_was_done_before_a_run_leaves_no_pair_and_drops_nothing_unlike(found: list[Version], todo: list[Step]) -> None:
    numbers = count(100)
    with corpus(named(found)) as store:
        for kind, number, version in todo:
            _do(store, kind, number, version, numbers)
        run(store)
        assert_sound(store, 0.8)
        run(store, DedupeOptions(again=True))
        assert_sound(store, 0.8)


def _do(store: Store, kind: str, number: int, version: Version, numbers: Iterator[int]) -> None:
    ids = store.selecting.ids(Selection(state="all"))
    one = ids[number % len(ids)] if ids else None
    if kind == "add":
        add(store, [(f"d{next(numbers)}", text_of(version))])
    elif kind == "dedupe":
        run(store)
    elif kind == "site":
        run(store, selection=Selection(sites=(f"{number}.example",)))
    elif kind == "threshold":
        run(store, DedupeOptions((0.5, 0.7, 0.95)[number % 3]))
    elif kind == "keep":
        run(store, DedupeOptions(keep="earliest"), Selection(sites=(f"{number}.example",)) if number % 2 else Selection())
    elif kind == "dry":
        dedupe(store, Selection(), DedupeOptions(), run_id=None)
    elif kind == "undo":
        runs = [row["id"] for row in store.decisions.undoings()]
        undoing = look(store, runs[-1 - number % min(4, len(runs))])
        if undoing.undone_by is None:
            with store.runs.record("undo", []) as record:
                undo(store, undoing, by=record.id)
    elif one is not None:
        _touch(store, kind, one, version)


def _touch(store: Store, kind: str, document_id: int, version: Version) -> None:
    with store.runs.record("change", []) as record:
        if kind == "capture":
            url = store.pages.place(document_id).url
            with store.transaction():
                source_id = store.pages.add_source("later")
                raw = RawPage(
                    repr(version).encode(), "text/plain", f"d{document_id}{version}", url=url, fetched_at=f"20{version[2]}0"
                )
                page_id, _ = store.pages.add(raw, source_id, record.id)
                store.documents.put(page_id, record.id, cleaned(text_of(version)), Place(source_id, raw.location, url, "given"))
            mark_superseded(store, run_id=record.id)
            return
        with store.transaction():
            if kind == "change":
                store.documents.put(document_id, record.id, cleaned(text_of(version)), store.pages.place(document_id))
            elif kind == "remove":
                store.documents.put(document_id, record.id, cleaned(None), store.pages.place(document_id))
            elif kind == "drop":
                store.decisions.withdraw([document_id], (_BY_HAND,), record.id)
                store.decisions.add([Decision(document_id, _BY_HAND)], record.id)
            elif kind == "return":
                store.decisions.withdraw([document_id], (_BY_HAND,), record.id)


# Undo


def decisions_in_force(store: Store) -> list[tuple[int, str, float | None, int | None]]:
    return [(row["document_id"], row["rule"], row["threshold"], row["duplicate_of"]) for row in store.decisions.in_force(RULES)]


def undo_run(store: Store, run_id: int) -> None:
    with store.runs.record("undo", []) as record:
        undo(store, look(store, run_id), by=record.id)


def last_run(store: Store) -> int:
    return int(store.database.value("SELECT max(id) FROM runs"))


@SLOW
@given(corpora, st.lists(st.sampled_from((0.5, 0.7, 0.9, 1.0)), min_size=1, max_size=4))
def test_runs_can_be_undone_one_after_the_other_and_redone(found: list[Version], thresholds: list[float]) -> None:
    with corpus(named(found)) as store:
        states, runs = [decisions_in_force(store)], []
        for threshold in thresholds:
            run(store, DedupeOptions(threshold))
            states.append(decisions_in_force(store))
            runs.append(last_run(store))
        undos = []
        for run_id, state in zip(reversed(runs), reversed(states[:-1]), strict=True):
            undo_run(store, run_id)
            undos.append(last_run(store))
            assert decisions_in_force(store) == state
        for run_id, state in zip(reversed(undos), states[1:], strict=True):
            undo_run(store, run_id)
            assert decisions_in_force(store) == state


def test_nothing_is_put_back_in_favour_of_a_document_that_is_dropped() -> None:
    with corpus(named([(0, 0, 0), (0, 1, 0)])) as store:
        run(store)
        run(store, DedupeOptions(1.0))
        drop_by_hand(store, 1)
        undo_run(store, 3)
        assert store.selecting.ids(Selection()) == [2]


def test_what_is_undone_is_decided_again_by_the_next_run_only() -> None:
    with corpus(named([(0, 0, 0), (0, 1, 0)])) as store:
        run(store)
        before = decisions_in_force(store)
        undo_run(store, last_run(store))
        assert store.selecting.ids(Selection()) == [1, 2]
        run(store)
        assert decisions_in_force(store) == before


def test_a_superseded_capture_that_was_brought_back_stays_until_there_is_a_newer_one() -> None:
    def capture(store: Store, year: int) -> None:
        with store.runs.record("import", []) as record:
            with store.transaction():
                source_id = store.pages.add_source("crawl")
                raw = RawPage(f"{year}".encode(), "text/plain", f"d{year}", url="https://a.example/", fetched_at=f"{year}")
                page_id, _ = store.pages.add(raw, source_id, record.id)
                store.documents.put(page_id, record.id, cleaned(f"Text {year}"), Place(source_id, raw.location, raw.url, "given"))
            mark_superseded(store, run_id=record.id)

    with corpus() as store:
        capture(store, 2020)
        capture(store, 2021)
        assert store.selecting.ids(Selection()) == [2]
        undo_run(store, last_run(store))
        assert store.selecting.ids(Selection()) == [1]
        with store.runs.record("clean", []) as record:
            with store.transaction():
                store.documents.put(2, record.id, cleaned("Text 2021"), store.pages.place(2))
            mark_superseded(store, run_id=record.id)
        assert store.selecting.ids(Selection()) == [1, 2]
        capture(store, 2022)
        assert store.selecting.ids(Selection()) == [3]


def test_an_unknown_run_is_wrong_use() -> None:
    with corpus() as store, pytest.raises(UsageError):
        look(store, 99)


def test_later_runs_that_build_on_a_run_are_named() -> None:
    with corpus(named([(0, 0, 0), (0, 1, 0), (1, 0, 0)])) as store:
        run(store)
        first = last_run(store)
        assert look(store, first).later == ()
        add(store, [("d50", text_of((0, 1, 2)))])
        run(store)
        assert look(store, first).later == ((last_run(store), "dedupe"),)
        assert look(store, first).counts == {"taken-back": 1, "in-force-again": 0, "tags": 0, "texts": 0, "left": 0}


def test_rules_are_told_apart() -> None:
    with corpus([("d1", "One two three four five six."), ("d2", "one TWO three, four five six!")]) as store:
        assert run(store).counts == {"documents": 2, "kept": 1, EXACT: 1, NEAR: 0, ELSEWHERE: 0}
