"""Importing: one outcome for every input, counters that balance, and nothing lost between batches."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpuskit.batches import MOST_ITEMS
from corpuskit.documents import Unread
from corpuskit.importing import import_sources, try_sources
from corpuskit.readers.options import ReadOptions
from corpuskit.reports import Report
from corpuskit.store.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "corpus.db", write=True, create=True) as store:
        yield store


def run(store: Store, *sources: Path | str, tags: tuple[str, ...] = ()) -> Report:
    run_id = store.runs.start("import", [])
    report = import_sources(store, [str(source) for source in sources], ReadOptions(), run_id=run_id, tags=tags)
    store.runs.finish(run_id, "done", report.counts)
    return report


LINES: dict[str, Callable[[int], str]] = {
    "new": lambda number: json.dumps({"text": f"text {number}", "url": f"https://x.example/{number}"}),
    "known": lambda _: json.dumps({"text": "the same", "url": "https://x.example/same"}),
    "skipped": lambda _: json.dumps({"text": None}),
    "failed": lambda _: "{broken",
}


@given(st.lists(st.sampled_from(sorted(LINES)), max_size=40))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counters_balance_whatever_comes(tmp_path_factory: pytest.TempPathFactory, kinds: list[str]) -> None:
    folder = tmp_path_factory.mktemp("rows")
    rows = [json.dumps({"text": "the same", "url": "https://x.example/same"}), *(LINES[kind](n) for n, kind in enumerate(kinds))]
    (folder / "rows.jsonl").write_text("\n".join(rows) + "\n")
    told: list[Unread] = []
    with Store.open(folder / "corpus.db", write=True, create=True) as store:
        tried = try_sources(None, [str(folder / "rows.jsonl")], ReadOptions()).counts
        run_id = store.runs.start("import", [])
        counts = import_sources(store, [str(folder / "rows.jsonl")], ReadOptions(), run_id=run_id, notice=told.append).counts
        assert counts["read"] == len(rows) == counts["new"] + counts["known"] + counts["skipped"] + counts["failed"]
        assert counts == {
            "read": len(rows), "new": kinds.count("new") + 1, "known": kinds.count("known"), "skipped": kinds.count("skipped"),
            "failed": kinds.count("failed"),
        }  # fmt: skip
        assert tried == counts, "a dry run says what an import does"
        assert len(told) == len(list(store.pages.outcomes())) == counts["skipped"] + counts["failed"]
        assert store.database.value("SELECT count(*) FROM pages") == counts["new"]
        again = run(store, folder / "rows.jsonl").counts
        assert (again["new"], again["known"]) == (0, counts["new"] + counts["known"])
        assert try_sources(store, [str(folder / "rows.jsonl")], ReadOptions()).counts == again
        assert [*store.checks.structure(), *store.checks.rules(), *store.checks.digests()] == []


def test_batches_are_saved_while_reading(store: Store, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text("".join(LINES["new"](n) + "\n" for n in range(MOST_ITEMS * 2 + 1)))
    saved = []

    def look(done: int, total: int | None) -> None:
        with Store.open(tmp_path / "corpus.db") as reader:
            saved.append((done, reader.database.value("SELECT count(*) FROM pages")))

    run_id = store.runs.start("import", [])
    import_sources(store, [str(tmp_path / "rows.jsonl")], ReadOptions(), run_id=run_id, advance=look)
    assert all(done - pages <= MOST_ITEMS for done, pages in saved)
    assert len(saved) == MOST_ITEMS * 2 + 1


def test_what_was_read_before_a_stop_is_kept_by_batches(store: Store, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text("".join(LINES["new"](n) + "\n" for n in range(MOST_ITEMS + 50)))

    def stop(done: int, total: int | None) -> None:
        if done == MOST_ITEMS + 10:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_sources(store, [str(tmp_path / "rows.jsonl")], ReadOptions(), run_id=store.runs.start("import", []), advance=stop)
    assert store.database.value("SELECT count(*) FROM pages") == MOST_ITEMS
    assert run(store, tmp_path / "rows.jsonl").counts["new"] == 50


def test_tags_of_options_and_of_rows_are_put_on_pages_also_on_known_ones(store: Store, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(json.dumps({"text": "x", "tags": ["a"]}) + "\n")
    run(store, tmp_path / "rows.jsonl")
    run(store, tmp_path / "rows.jsonl", tags=("b",))
    assert [row["tag"] for row in store.database.rows("SELECT tag FROM tags ORDER BY tag")] == ["a", "b"]


def test_the_same_page_in_two_files_is_two_captures_of_one_content(store: Store, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("the same text")
    assert run(store, tmp_path / "a.txt", tmp_path / "b.txt").counts["new"] == 2
    assert store.database.value("SELECT count(*) FROM contents") == 1


def test_the_same_address_in_two_files_is_one_page(store: Store, tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text(LINES["new"](1) + "\n")
    counts = run(store, tmp_path / "a.jsonl", tmp_path / "b.jsonl").counts
    assert (counts["new"], counts["known"]) == (1, 1)


def test_a_container_that_was_damaged_and_is_whole_now_is_no_error_any_more(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl.gz"
    whole = gzip.compress("".join(LINES["new"](n) + "\n" for n in range(200)).encode())
    path.write_bytes(whole[: len(whole) // 2])
    assert run(store, path).counts["failed"] == 1
    assert run(store, path).counts["failed"] == 1, "and it is one as long as it is damaged"
    assert [row["reason"] for row in store.pages.outcomes()] == ["truncated"]
    path.write_bytes(whole)
    assert run(store, path).counts["failed"] == 0
    assert list(store.pages.outcomes()) == []


def test_a_source_that_stops_the_run_leaves_the_ones_before_it(store: Store, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text")
    (tmp_path / "odd.json").write_text('{"name": 1}\n')
    report = run(store, tmp_path / "a.txt", tmp_path / "odd.json", tmp_path / "a.txt")
    assert "the keys are: name" in str(report.stopped)
    assert [source.new for source in report.sources] == [1, 0]
    assert store.database.value("SELECT count(*) FROM pages") == 1
