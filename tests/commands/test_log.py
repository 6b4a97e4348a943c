"""`corpuskit log`: the runs."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import CorpusKit


def test_a_run_has_command_counts_and_versions(ck: CorpusKit, examples: Path) -> None:
    (run,) = ck(
        "-d", examples, "log", "-f", "jsonl", "--fields", "run,command,status,counts,versions,started_at,finished_at"
    ).rows()
    assert (run["run"], run["command"], run["status"]) == (1, "import", "partial")
    counts = run["counts"]
    assert counts["read"] == counts["new"] + counts["known"] + counts["skipped"] + counts["failed"]
    assert counts["new"] == counts["cleaned"] + counts["no-text"] + counts["not-cleaned"]
    assert {"corpuskit", "python", "trafilatura"} <= run["versions"].keys()
    assert run["started_at"] <= run["finished_at"]


def test_runs_that_change_the_corpus_are_listed_and_no_others(ck: CorpusKit) -> None:
    ck("import", "-", "--no-clean", "--tag", "a b", input="Text one.")
    ck("list", code=1)
    ck("import", "-", "--dry-run", input="Text two.")
    ck("clean")
    runs = ck("log", "-f", "jsonl").rows()
    assert [run["command"] for run in runs] == ["import", "clean"]
    assert runs[0]["arguments"] == ["import", "-", "--no-clean", "--tag", "a b"]
    assert ck("log").out.splitlines()[0] == "run\tstarted_at\tcommand\tstatus\tcounts\targuments"


def test_an_undo_names_its_run_and_a_run_its_undo(ck: CorpusKit, corpus: Path) -> None:
    ck("tag", "gold", "--lang", "de")
    ck("undo", "2")
    rows = ck("log", "-f", "jsonl", "--fields", "run,undoes,undone_by,accepted_by").rows()
    assert [(row["undoes"], row["undone_by"]) for row in rows] == [(None, None), (None, 3), (2, None)]
    ck("undo", "3")
    assert [row["undone_by"] for row in ck("log", "-f", "jsonl", "--fields", "undone_by").rows()] == [None, None, 4, None]
