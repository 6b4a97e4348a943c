"""Undoing tags and texts: whatever was done, an undo and its undo leave nothing behind, and what holds follows from the runs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.store.conftest import cleaned

from corpuskit.cleaning import CleanOptions, CleanReport, _save
from corpuskit.documents import RawPage
from corpuskit.exporting import ExportOptions, export_to_stream
from corpuskit.extract.page import Cleaned
from corpuskit.reasons import Reason
from corpuskit.record import RECORD_FIELDS
from corpuskit.reports import unheard
from corpuskit.selection import Selection
from corpuskit.store.decisions import Decision
from corpuskit.store.store import Store
from corpuskit.tagging import tag, untag
from corpuskit.undoing import look, undo
from corpuskit.workers import Done, Failure

SLOW = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
PAGES, TAGS = 4, ("gold", "late")
EVERYTHING = Selection(state="all")


@contextmanager
def corpus() -> Iterator[Store]:
    """Raw pages, of which the first run cleaned each but the last."""
    with TemporaryDirectory() as folder, Store.open(Path(folder) / "corpus.db", write=True, create=True) as store:
        run_id = store.runs.start("import", [])
        with store.transaction():
            source_id = store.pages.add_source("crawl")
            for number in range(PAGES):
                raw = RawPage(f"page {number}".encode(), "text/html", f"{number}.html")
                page_id, _ = store.pages.add(raw, source_id, run_id)
                store.pages.tag(page_id, ("crawl",), run_id)
        store.runs.finish(run_id, "done", {})
        clean(store, run_id, {number: number for number in range(1, PAGES)})
        yield store


def clean(store: Store, run_id: int, results: dict[int, int]) -> None:
    """Save what cleaning came to, as `clean` does: for each page a text by number, 8 is none and 9 a failure."""

    def result(page_id: int, number: int) -> Cleaned | Failure:
        if number == 9:
            return Failure(Reason.TIMEOUT, "slow")
        return cleaned(
            None if number == 8 else f"Page {page_id}.\nThe text {number}.", title=f"渡船 {number}" if number % 2 else None
        )

    done = [Done(page_id, result(page_id, number)) for page_id, number in results.items()]
    _save(store, done, run_id, CleanReport(), unheard, CleanOptions())


def run(store: Store, command: str, do: Any) -> int:
    with store.runs.record(command, []) as record:
        do(record.id)
    return record.id


def undo_run(store: Store, run_id: int) -> int:
    return run(store, "undo", lambda by: undo(store, look(store, run_id), by=by))


def state(store: Store) -> dict[str, object]:
    """All that undoing may touch, but for how it was done."""
    tables = {name: [tuple(row) for row in store.database.rows(f"SELECT * FROM {name} ORDER BY 1, 2")]
              for name in ("tags", "documents", "cleanings")}  # fmt: skip
    exported = io.StringIO()
    export_to_stream(store, store.selecting.ids(EVERYTHING), ExportOptions("jsonl", RECORD_FIELDS), exported)
    decisions = [row["id"] for row in store.database.rows("SELECT id FROM decisions WHERE withdrawn_by IS NULL ORDER BY id")]
    return tables | {"export": exported.getvalue(), "decisions": decisions}


def assert_sound(store: Store) -> None:
    assert not [*store.checks.structure(), *store.checks.index(), *store.checks.digests(), *store.checks.rules()]


numbers = st.integers(0, 9)
some_pages = st.sets(st.integers(1, PAGES), min_size=1)
steps = st.lists(
    st.one_of(
        st.tuples(st.just("clean"), st.dictionaries(st.integers(1, PAGES), numbers, min_size=1)),
        st.tuples(st.sampled_from(("tag", "untag")), st.tuples(st.sampled_from(TAGS), some_pages)),
        st.tuples(st.just("drop"), st.tuples(st.integers(1, PAGES), st.integers(1, PAGES))),
        st.tuples(st.just("undo"), st.integers(0, 7)),
    ),
    max_size=10,
)  # fmt: skip


def do(store: Store, kind: str, argument: Any) -> None:
    """One step, as a run."""
    if kind == "clean":
        run(store, "clean", lambda by: clean(store, by, argument))
    elif kind in ("tag", "untag"):
        name, ids = argument
        run(store, kind, lambda by: (tag if kind == "tag" else untag)(store, sorted(ids), name, run_id=by))
    elif kind == "drop":
        present = store.decisions.with_document(argument)
        keeper = argument[1] if argument[1] in present and argument[1] != argument[0] else None
        with store.runs.record("filter", []) as record, store.transaction():
            if argument[0] in present:
                store.decisions.withdraw([argument[0]], ("by-hand",), record.id)
                store.decisions.add([Decision(argument[0], "by-hand", duplicate_of=keeper)], record.id)
    elif kind == "undo":
        runs = [row["id"] for row in store.decisions.undoings()]
        chosen = runs[-1 - argument % len(runs)]
        if look(store, chosen).undone_by is None:
            undo_run(store, chosen)


@SLOW
@given(steps)
def test_an_undo_that_is_undone_has_never_been(todo: list[tuple[str, Any]]) -> None:
    with corpus() as store:
        for kind, argument in todo:
            do(store, kind, argument)
        for row in store.decisions.undoings():
            if look(store, row["id"]).undone_by is None:
                before = state(store)
                by = undo_run(store, row["id"])
                undo_run(store, by)
                assert state(store) == before
        assert_sound(store)


@SLOW
@given(steps)
def test_what_holds_is_what_the_runs_that_are_not_undone_said(todo: list[tuple[str, Any]]) -> None:
    """The latest text and the latest word on a tag, of the runs that hold."""
    with corpus() as store:
        for kind, argument in todo:
            do(store, kind, argument)
        history = store.decisions.history()
        for page_id, found in store.earlier.documents(range(1, PAGES + 1)):
            results = [version for version in found if version.outcome != "failed" and version.run_id not in history.undone]
            stands = next((version for version in found if version.earlier_id is None), None)
            if results:
                assert stands == max(results, key=lambda version: version.run_id)
            else:
                assert stands is None or stands.outcome == "failed"
            tags = {}
            for row in store.tags.of(page_id):
                if row["run"] not in history.undone:
                    tags[row["tag"]] = row["run"] if row["added"] else None
            assert {name: by for name, by in tags.items() if by} == {
                row["tag"]: row["run_id"]
                for row in store.database.rows("SELECT tag, run_id FROM tags WHERE page_id = ?", (page_id,))
            }


@SLOW
@given(steps)
def test_no_text_is_lost_on_the_way(todo: list[tuple[str, Any]]) -> None:
    """Every text that a run made is there as it was made, until it is accepted."""
    made: dict[tuple[int, int], str | None] = {}
    with corpus() as store:
        made |= _texts(store)
        for kind, argument in todo:
            do(store, kind, argument)
            for key, text in _texts(store).items():
                assert made.setdefault(key, text) == text
        assert made.keys() >= _texts(store).keys()
        assert {key for key, text in made.items() if text is not None} <= _texts(store).keys()


def _texts(store: Store) -> dict[tuple[int, int], str | None]:
    """The text that each run made of each page, where it made one."""
    return {
        (version.page_id, version.run_id): document["text"]
        for _, found in store.earlier.documents(range(1, PAGES + 1))
        for version, document in found.items()
        if document is not None
    }


def titles(store: Store) -> dict[int, str]:
    return {row["id"]: row["text"].rpartition("\n")[2] for row in store.documents.records([1, 2, 3, 4], ("id", "text"))}


def test_another_recipe_is_taken_back() -> None:
    with corpus() as store:
        before = state(store)
        by = run(store, "clean", lambda by: clean(store, by, {1: 7, 2: 2, 3: 8, 4: 5}))
        assert titles(store) == {1: "The text 7.", 2: "The text 2.", 4: "The text 5."}
        again = look(store, by)
        assert (again.counts["texts"], again.without_text) == (4, 1)
        undo_run(store, by)
        assert state(store) == before
        assert store.selecting.ids(Selection(match="title:船")) == [1, 3]


def test_the_texts_of_an_import_go_and_come_with_it() -> None:
    with corpus() as store:
        before = state(store)
        by = undo_run(store, 1)
        assert store.selecting.ids(EVERYTHING) == []
        assert store.database.rows("SELECT * FROM tags") == []
        assert store.documents.to_clean() == [1, 2, 3, 4]
        assert store.pages.raw(1) == b"page 0"
        undo_run(store, by)
        assert state(store) == before


def test_what_a_later_run_has_changed_is_left_and_counted() -> None:
    with corpus() as store:
        first = run(store, "clean", lambda by: clean(store, by, {1: 5, 2: 6}))
        second = run(store, "clean", lambda by: clean(store, by, {1: 7}))
        third = run(store, "tag", lambda by: tag(store, [1, 2], "gold", run_id=by))
        run(store, "untag", lambda by: untag(store, [1], "gold", run_id=by))
        undoing = look(store, first)
        assert undoing.left == {"tags": 0, "texts": 1}
        assert undoing.later == ((second, "clean"),)
        undo_run(store, first)
        assert titles(store)[1] == "The text 7."
        assert titles(store)[2] == "The text 2."
        assert look(store, third).left == {"tags": 1, "texts": 0}
        undo_run(store, second)
        assert titles(store)[1] == "The text 1.", "not the one that is undone"


def test_a_document_without_a_text_takes_its_decisions_along() -> None:
    with corpus() as store:
        with store.runs.record("dedupe", []) as record, store.transaction():
            store.decisions.add([Decision(1, "by-hand", duplicate_of=2)], record.id)
        before = state(store)
        by = run(store, "clean", lambda by: clean(store, by, {2: 8}))
        assert store.selecting.ids(Selection()) == [1, 3], "nothing is dropped in favour of a page without a text"
        assert_sound(store)
        undo_run(store, by)
        assert state(store) == before
        import_undone = undo_run(store, 1)
        assert_sound(store)
        undo_run(store, import_undone)
        assert state(store) == before


def test_a_failure_hides_no_result_and_is_listed_again_where_it_stands() -> None:
    with corpus() as store:

        def reasons() -> list[str]:
            return [row["location"] for row in store.pages.outcomes()]

        failed = run(store, "clean", lambda by: clean(store, by, {4: 9}))
        assert reasons() == ["3.html"]
        mended = run(store, "clean", lambda by: clean(store, by, {4: 1}))
        assert reasons() == []
        undo_run(store, mended)
        assert reasons() == ["3.html"]
        assert store.documents.outcome(4) == "failed"
        undo_run(store, failed)
        assert (reasons(), store.documents.outcome(4)) == ([], None)


def test_a_text_that_stays_the_same_is_not_kept_twice() -> None:
    def bytes_kept() -> int:
        return int(store.database.value("SELECT sum(length(document)) FROM earlier_cleanings"))

    long = " ".join(f"word{number}" for number in range(4000))
    with corpus() as store:

        def put(text: str, by: int) -> None:
            with store.transaction():
                store.documents.put(1, by, cleaned(text), store.pages.place(1))

        run(store, "clean", lambda by: put(long, by))
        run(store, "clean", lambda by: put(long, by))
        assert bytes_kept() < 2000
        last = run(store, "clean", lambda by: put("Something else.", by))
        assert bytes_kept() > 2000
        texts = {text for (page_id, _), text in _texts(store).items() if page_id == 1}
        assert texts == {long, "Something else.", "Page 1.\nThe text 1."}
        undo_run(store, last)
        assert next(store.documents.records([1], ("text",)))["text"] == long


def test_accepted_texts_are_final() -> None:
    with corpus() as store:
        by = run(store, "clean", lambda by: clean(store, by, {1: 5, 2: 6}))
        kept = store.earlier.count_accepted(by)
        assert kept == (2, 2)
        with store.transaction():
            assert store.earlier.accept(by, by) == 2
        assert store.database.value("SELECT count(*) FROM earlier_cleanings") == 0
        assert not look(store, by).changes
        undo_run(store, by)
        assert titles(store)[1] == "The text 5."
        undo_run(store, 1)
        assert titles(store) == {1: "The text 5.", 2: "The text 6."}


def test_the_rows_of_a_version_survive_the_way_there_and_back() -> None:
    """Every column of a document, those that are made for the index too."""
    with corpus() as store:
        with store.transaction():
            store.documents.put(
                1, 1,
                cleaned("渡船每天早上过河。\nA line.", title="渡船", lead="A lead", author="Ann", date="2021-02",
                        date_source="text", site_name="River", url="https://a.example/",
                        url_source="canonical", confidence=0.1 + 0.2),
                store.pages.place(1),
            )  # fmt: skip
        before = state(store)
        by = run(store, "clean", lambda by: clean(store, by, {1: 3}))
        undo_run(store, by)
        assert state(store) == before


def test_wrong_order_of_undoing_is_refused() -> None:
    with corpus() as store:
        first = run(store, "tag", lambda by: tag(store, [1], "gold", run_id=by))
        by = undo_run(store, first)
        assert look(store, first).undone_by == by
        redone = undo_run(store, by)
        assert look(store, by).undone_by == redone
        assert look(store, first).undone_by is None


@pytest.mark.parametrize("name", ["gold", "a b", "größe", "語"])
def test_tags_are_counted(name: str) -> None:
    with corpus() as store:
        by = run(store, "tag", lambda by: tag(store, [1, 2], name, run_id=by))
        assert tag(store, [1, 2, 3], name, run_id=by) == {"tagged": 1, "already-tagged": 2}
        assert untag(store, [1, 4], name, run_id=by) == {"untagged": 1, "not-tagged": 1}
        assert set(next(store.documents.records([2], ("tags",)))["tags"]) == {"crawl", name}
