"""`corpuskit filter` as a user meets it: what it prints, what it refuses, and what other commands make of its decisions."""

from __future__ import annotations

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.commands.conftest import Start, wait_for
from tests.conftest import EXAMPLES, CorpusKit, environment

RULE_SETS = "gopher,gopher-repetition,c4,fineweb,date,encoding"


def rows(ck: CorpusKit, *arguments: object) -> dict[str, dict[str, Any]]:
    return {row["rule"]: row for row in ck("filter", "-f", "jsonl", *arguments).rows()}


def test_a_run_prints_each_rule_and_balances(ck: CorpusKit, corpus: Path) -> None:
    result = ck("filter", "--rules", "gopher", "--rules", "c4", "-f", "jsonl")
    assert list(result.rows()[0]) == ["rule", "threshold", "documents", "new", "withdrawn"]
    documents, kept, dropped = (int(result.err.split()[place]) for place in (0, 3, 6))
    assert documents == kept + dropped
    counts = ck("log", "-f", "jsonl").rows()[-1]["counts"]
    assert (counts["documents"], counts["kept"], counts["dropped"]) == (documents, kept, dropped)
    assert len(ck("list", "-f", "ids").out.split()) == kept
    listed = ck("list", "--dropped", "--fields", "id,reason", "-f", "jsonl").rows()
    assert len(listed) == dropped > 0
    assert {row["reason"].partition(".")[0] for row in listed} <= {"gopher", "c4"}
    assert ck("check").code == 0


def test_all_decisions_are_told_by_why_and_undone_by_undo(ck: CorpusKit, corpus: Path) -> None:
    before = ck("list", "-f", "ids").out
    ck("filter", "--rules", "gopher,c4")
    document = ck("list", "--dropped", "-f", "ids").out.split()[0]
    told = json.loads(ck("why", document, "-f", "json").out)[0]["decisions"]
    assert {"gopher.min_words", "c4.min_sentences"} <= {one["rule"] for one in told}
    shown = ck("why", document, "--no-lines").out
    assert "gopher.min_words value " in shown
    assert "threshold 50" in shown
    assert "too few words" in shown
    run = ck("log", "-f", "jsonl").rows()[-1]["run"]
    ck("undo", run)
    assert ck("list", "-f", "ids").out == before
    ck("undo", run + 1)
    assert ck("list", "-f", "ids").out != before


def test_a_dry_run_decides_nothing(ck: CorpusKit, corpus: Path) -> None:
    runs, before = len(ck("log", "-f", "jsonl").rows()), ck("list", "-f", "ids").out
    said = rows(ck, "--rules", "gopher", "--dry-run")
    assert "nothing was decided" in ck("filter", "--rules", "gopher", "--dry-run").err
    assert ck("list", "-f", "ids").out == before
    assert len(ck("log", "-f", "jsonl").rows()) == runs
    assert rows(ck, "--rules", "gopher") == said
    assert said["gopher.min_words"]["new"] > 0
    assert rows(ck, "--rules", "gopher")["gopher.min_words"]["new"] == 0


def test_a_threshold_of_ones_own(ck: CorpusKit, corpus: Path) -> None:
    assert rows(ck, "--rules", "gopher")["gopher.min_words"]["threshold"] == 50
    changed = rows(ck, "--rules", "gopher", "--set", "gopher.min_words=5", "--set", "gopher.min_stop_words=off")
    assert (changed["gopher.min_words"]["documents"], changed["gopher.min_words"]["withdrawn"]) == (0, 1)
    assert changed["gopher.min_stop_words"]["threshold"] is None
    only = rows(ck, "--rules", "language.allowed", "--set", "language.allowed=de,en")
    assert list(only) == ["language.allowed"]
    assert only["language.allowed"]["threshold"] == "de,en"
    other = ck("list", "--dropped", "--where", "reason = 'language.allowed'", "--fields", "id,language", "-f", "jsonl").rows()
    assert len(other) == only["language.allowed"]["documents"] > 0
    assert not {row["language"] for row in other} & {"de", "en"}
    assert f"{other[0]['language']}, not de, en" in ck("why", other[0]["id"], "--no-lines").out


def test_the_rules_are_listed_without_a_corpus(ck: CorpusKit) -> None:
    listed = {row["rule"]: row for row in ck("filter", "--list", "-f", "jsonl").rows()}
    assert listed["gopher.min_words"]["threshold"] == 50
    assert "Rae et al. 2021" in listed["gopher.min_words"]["source"]
    assert ck("filter", "--list", "--fields", "rule,threshold", "-f", "tsv").out.startswith(
        "rule\tthreshold\ngopher.min_words\t50\n"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "which rules?"),
        (("--rules", ","), "which rules?"),
        (("--rules", "goper"), "did you mean gopher?"),
        (("--rules", "gopher", "--set", "gopher.min_wrods=3"), "did you mean gopher.min_words?"),
        (("--rules", "gopher", "--set", "gopher.min_words=few"), "not a number"),
        (("--rules", "length"), "off until they are set"),
        (("--rules", "gopher", "--fields", "meaning"), "unknown field"),
        (("--list", "--fields", "documents"), "unknown field"),
    ],
)
def test_wrong_use(ck: CorpusKit, corpus: Path, arguments: tuple[str, ...], message: str) -> None:
    before = corpus.read_bytes()
    result = ck("filter", *arguments, code=2)
    assert result.out == ""
    assert message in result.err
    assert corpus.read_bytes() == before


def test_nothing_selected(ck: CorpusKit, corpus: Path) -> None:
    result = ck("filter", "--rules", "gopher", "--lang", "xx", code=1)
    assert "nothing selected" in result.err


def test_a_selection_is_judged_and_the_others_are_not(ck: CorpusKit, corpus: Path) -> None:
    german = ck("list", "--lang", "de", "-f", "ids").out.split()
    found = rows(ck, "--rules", "length", "--set", "length.min_words=100000", "--lang", "de")
    assert found["length.min_words"]["documents"] == len(german) > 0
    assert ck("list", "--dropped", "-f", "ids").out.split() == german


def test_duplicates_of_what_is_dropped_now_are_named(ck: CorpusKit, corpus: Path) -> None:
    ck("dedupe")
    pair = ck("list", "--dropped", "--fields", "id,duplicate_of", "-f", "jsonl").rows()[0]
    words = ck("list", "--ids", "-", "--fields", "words", "-f", "jsonl", input=str(pair["duplicate_of"])).rows()[0]["words"]
    result = ck(
        "filter", "--rules", "length", "--set", f"length.min_words={words + 1}", "--ids", "-", input=str(pair["duplicate_of"])
    )
    assert "duplicates of documents that are dropped now: " in result.err
    assert "corpuskit dedupe" in result.err


def exported(ck: CorpusKit, path: Path) -> str:
    return ck("-d", path, "export", "-f", "jsonl").out


def test_only_the_decisions_in_force_make_the_export(ck: CorpusKit, tmp_path: Path) -> None:
    """Filter by two sets, dedupe, undo the first filter, change a threshold: the same as if only that had ever been decided."""
    for name in ("long.db", "short.db"):
        ck("-d", name, "import", EXAMPLES, "-q", code=3)
    long, short = tmp_path / "long.db", tmp_path / "short.db"
    ck("-d", long, "filter", "--rules", "length,gopher", "--set", "length.min_words=150")
    first = ck("-d", long, "log", "-f", "jsonl").rows()[-1]["run"]
    ck("-d", long, "filter", "--rules", "fineweb,c4")
    ck("-d", long, "dedupe")
    between = exported(ck, long)
    ck("-d", long, "undo", first)
    ck("-d", long, "filter", "--rules", "fineweb", "--set", "fineweb.max_short_lines=0.9")
    ck("-d", long, "dedupe")
    ck("-d", short, "filter", "--rules", "c4")
    ck("-d", short, "filter", "--rules", "fineweb", "--set", "fineweb.max_short_lines=0.9")
    ck("-d", short, "dedupe")
    assert exported(ck, long) == exported(ck, short) != between


# Interrupted


@pytest.fixture(scope="module")
def long_texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus whose signals take some seconds."""
    folder = tmp_path_factory.mktemp("long")
    row = json.dumps({"text": " ".join(f"w{number % 997}" for number in range(4000))})
    (folder / "rows.jsonl").write_text("".join(f'{row[:-2]} {number}"}}\n' for number in range(400)))
    command = [sys.executable, "-m", "corpuskit", "-q", "import", "rows.jsonl", "--field", "clean_text=text"]
    subprocess.run(command, cwd=folder, env=environment(), check=True, capture_output=True)
    return folder / "corpus.db"


def signals(path: Path) -> int:
    try:
        with closing(sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)) as connection:
            return int(connection.execute("SELECT count(*) FROM signals").fetchone()[0])
    except sqlite3.Error:
        return 0


def test_an_interrupted_run_goes_on_where_it_stopped(ck: CorpusKit, start: Start, long_texts: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(long_texts, tmp_path / "corpus.db"))
    command = ("filter", "--rules", RULE_SETS, "-j", "1", "-f", "jsonl")
    process = start(*command)
    wait_for(lambda: signals(path) > 0 or process.poll() is not None, "no signals are saved")
    process.send_signal(signal.SIGINT)
    _, error = process.communicate(timeout=60)
    assert process.returncode == 130, error.decode()
    assert b"the same command goes on where it stopped" in error
    saved = signals(path)
    assert 0 < saved < 400
    assert "interrupted" in {row["status"] for row in ck("log", "-f", "jsonl").rows()}
    resumed = ck(*command)
    assert resumed.err.rstrip().endswith(f"{400 - saved} measured")
    assert ck("log", "-f", "jsonl").rows()[-1]["counts"]["documents"] == 400
    assert signals(path) == 400
    shutil.copy(long_texts, tmp_path / "other.db")
    assert ck("-d", "other.db", *command).out == resumed.out
