"""`corpuskit dedupe` and what shows its decisions, as a user meets them; and runs that are killed."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.commands.conftest import article
from tests.conftest import CorpusKit, environment
from tests.test_deduping import corpus as temporary_corpus
from tests.test_deduping import text_of

from corpuskit.store.store import Store

NOTICE = "Readers who want to support this paper can become members for the price of two coffees a month."


@pytest.fixture(scope="session")
def five_notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of five notes: 1 and 2 are alike, 3 is 1 in capitals, 4 and 5 stand alone; all have the same notice at the end."""
    original, edited = text_of((0, 0, 0)), text_of((0, 2, 2))
    texts = [original, edited, original.upper(), text_of((1, 0, 0)), text_of((2, 0, 0))]
    rows = [
        {"text": f"{text}\n{NOTICE}", "url": f"https://s{number}.example/", "title": f"Note {number}"}
        for number, text in enumerate(texts, 1)
    ]
    return imported(tmp_path_factory.mktemp("notes"), rows)


def imported(folder: Path, rows: list[dict[str, Any]]) -> Path:
    """A corpus of rows with clean texts."""
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    command = [sys.executable, "-m", "corpuskit", "-q", "import", "rows.jsonl", "--field", "clean_text=text"]
    subprocess.run(command, cwd=folder, env=environment(), check=True, capture_output=True)
    return folder / "corpus.db"


@pytest.fixture
def notes(ck: CorpusKit, five_notes: Path, tmp_path: Path) -> CorpusKit:
    """The tool in a folder with a copy of that corpus."""
    shutil.copy(five_notes, tmp_path / "corpus.db")
    return ck


def counts(ck: CorpusKit, *arguments: object) -> dict[str, int]:
    return {row["outcome"]: row["documents"] for row in ck("dedupe", "-f", "jsonl", *arguments).rows()}


def test_counts_balance_and_dropped_documents_leave_the_selection(notes: CorpusKit) -> None:
    assert counts(notes) == {"kept": 3, "exact-duplicate": 1, "near-duplicate": 1, "in-other-corpus": 0}
    dropped = notes("list", "--dropped", "--fields", "id,reason,duplicate_of", "-f", "jsonl").rows()
    assert {row["reason"] for row in dropped} == {"exact-duplicate", "near-duplicate"}
    kept = notes("list", "-f", "ids").out.split()
    assert len(kept) == 3
    assert {str(row["duplicate_of"]) for row in dropped} < {*kept}


def test_a_dry_run_says_the_same_and_decides_nothing(notes: CorpusKit) -> None:
    said = counts(notes, "--dry-run")
    assert "nothing was decided" in notes("dedupe", "--dry-run").err
    assert len(notes("list", "-f", "ids").out.split()) == 5
    assert {row["command"] for row in notes("log", "-f", "jsonl").rows()} == {"import"}
    assert counts(notes) == said


def test_pairs_are_listed_without_deciding_anything(notes: CorpusKit) -> None:
    assert notes("dedupe", "--pairs", code=1).out.count("\n") == 1
    counts(notes)
    pair = notes("dedupe", "--pairs", "-f", "jsonl").rows()[0]
    assert list(pair) == ["id", "other", "jaccard", "dropped", "title", "other_title"]
    assert pair["dropped"] == 2
    assert 0.8 <= pair["jaccard"] < 1


def test_a_corpus_that_holds_them_already(notes: CorpusKit, tmp_path: Path) -> None:
    shutil.copy(tmp_path / "corpus.db", tmp_path / "other.db")
    before = (tmp_path / "other.db").read_bytes()
    assert counts(notes, "--against", "other.db") == {
        "kept": 0, "exact-duplicate": 0, "near-duplicate": 0, "in-other-corpus": 5,
    }  # fmt: skip
    assert (tmp_path / "other.db").read_bytes() == before
    assert "other.db: document" in notes("why", "4", "--no-lines").out
    assert "is the corpus itself" in notes("dedupe", "--against", "corpus.db", code=2).err
    assert "no corpus at none.db" in notes("dedupe", "--against", "none.db", code=2).err


def test_passages_that_many_documents_share(notes: CorpusKit) -> None:
    counts(notes)
    (row,) = notes("dedupe", "--passages", "-f", "jsonl").rows()
    assert row == {"documents": 3, "places": 3, "examples": [row["examples"][0], 4, 5], "passage": row["passage"]}
    assert row["passage"].casefold() == NOTICE.casefold()
    assert notes("dedupe", "--passages", "--min-documents", "4", code=1).out.count("\n") == 1
    assert notes("show", "--text", "4").out.count(NOTICE) == 1, "nothing is cut from a text"


def test_passages_are_read_once_and_again_when_there_are_new_documents(notes: CorpusKit, tmp_path: Path) -> None:
    def reads() -> list[int]:
        return [row["counts"]["read"] for row in notes("log", "-f", "jsonl").rows() if row["command"] == "dedupe"]

    notes("dedupe", "--passages")
    notes("dedupe", "--passages")
    assert reads() == [5]
    (tmp_path / "more.jsonl").write_text(json.dumps({"text": f"{text_of((3, 0, 0))}\n{NOTICE}"}) + "\n")
    notes("import", "more.jsonl", "--field", "clean_text=text", "-q")
    assert notes("dedupe", "--passages", "-f", "jsonl").rows()[0]["documents"] == 6
    assert reads() == [5, 1]


def test_passages_are_evidence_for_plain_text_pages(ck: CorpusKit, tmp_path: Path) -> None:
    promotion = "Join our newsletter to receive the best stories of the week in your mailbox every single Sunday morning."
    for number in range(4):
        text = f"{text_of((number, 0, 0))} {text_of((number + 10, 0, 0))}"
        (tmp_path / f"page{number}.html").write_text(article(f"Story {number}", extra=f"<p>{text}</p><p>{promotion}</p>"))
    body = "\n\n".join(f"The ferry crossed the river {when}, and nobody on the quay was surprised to see it go." for when in
                       ("at dawn", "at noon", "in the rain", "at night"))  # fmt: skip
    (tmp_path / "page.txt").write_text(f"A ferry and its river\n\n{body}\n\n{promotion}\n")
    ck("import", "page0.html", "page1.html", "page2.html", "page3.html", "page.txt", "-q")
    shown = [row["passage"] for row in ck("dedupe", "--passages", "-f", "jsonl").rows()]
    assert promotion in shown
    ck("clean", "--again", "-q")
    assert promotion not in ck("show", "--text", "5").out
    assert "nobody on the quay" in ck("show", "--text", "5").out


@pytest.mark.parametrize(
    "arguments",
    [("--threshold", "1.5"), ("--keep", "best"), ("--pairs", "--passages"), ("--min-documents", "3"), ("--min-documents", "1"),
     ("--pairs", "--fields", "passage"), ("--fields", "jaccard")],
)  # fmt: skip
def test_wrong_use(notes: CorpusKit, arguments: tuple[str, ...]) -> None:
    result = notes("dedupe", *arguments, code=2)
    assert result.out == ""
    assert {row["command"] for row in notes("log", "-f", "jsonl").rows()} == {"import"}


def test_nothing_selected(notes: CorpusKit) -> None:
    assert "nothing selected" in notes("dedupe", "--lang", "xx", code=1).err


def test_why_shows_the_duplicates_and_where_they_differ(notes: CorpusKit) -> None:
    counts(notes)
    told: list[dict[str, Any]] = json.loads(notes("why", "2", "-f", "json").out)
    (duplicate,) = [one for one in told[0]["duplicates"] if one["relation"] == "kept in its place"]
    assert 0.8 <= duplicate["jaccard"] < 1
    sides = {difference["side"] for difference in duplicate["differences"]}
    assert sides == {"-", "+"}
    assert any("x2" in one["text"] for one in duplicate["differences"] if one["side"] == "-")
    assert not any("x2" in one["text"] for one in duplicate["differences"] if one["side"] == "+")
    shown = notes("why", "2", "--no-lines").out
    assert f"duplicate {duplicate['id']}: kept in its place" in shown
    kept = json.loads(notes("why", str(duplicate["id"]), "-f", "json").out)[0]["duplicates"]
    assert {one["relation"] for one in kept} == {"dropped in its favour"}
    assert [one["differences"] for one in kept if one["jaccard"] == 1] == [[]], "letter case is no difference"


def test_search_unique_shows_one_document_of_each_cluster(notes: CorpusKit) -> None:
    word = text_of((0, 0, 0)).split()[3]
    before = notes("search", "members", "--unique", "-f", "jsonl")
    assert "corpuskit dedupe" in before.err
    assert [row["copies"] for row in before.rows()] == [1] * 5
    counts(notes)
    rows = notes("search", "members", "--unique", "-f", "jsonl").rows()
    assert sorted(row["copies"] for row in rows) == [1, 1, 3]
    kept = {*notes("list", "-f", "ids").out.split()}
    assert {str(row["id"]) for row in rows} == kept
    assert notes("search", "members", "--unique", "-c").out == "3\n"
    only = text_of((0, 2, 2)).split()
    changed = next(word for word in only if word.endswith("x2"))
    (row,) = notes("search", changed, "--unique", "-f", "jsonl").rows()
    assert (row["id"], row["copies"]) == (2, 1), "a cluster is found where only a dropped document matches"
    assert len(notes("search", word, "--unique", "-f", "ids", "-n", "1").out.split()) == 1
    assert "--unique" in notes("search", word, "--fields", "copies", code=2).err


# Killed


def decisions(path: Path) -> list[tuple[Any, ...]]:
    with Store.open(path) as store:
        return [(*row,) for row in store.decisions.in_force(("exact-duplicate", "near-duplicate"))]


def test_a_run_that_is_killed_at_any_moment_is_made_good_by_the_next(tmp_path: Path) -> None:
    chooser = random.Random(5)
    versions = [(chooser.randrange(250), chooser.randrange(3), chooser.randrange(3)) for _ in range(1200)]
    texts = [(f"d{number}", text_of(version)) for number, version in enumerate(versions)]
    with temporary_corpus(texts) as store:
        path = Path(shutil.copy(store.path, tmp_path / "whole.db"))
        for suffix in ("-wal", "-shm"):
            if (journal := store.path.with_name(store.path.name + suffix)).exists():
                shutil.copy(journal, tmp_path / f"whole.db{suffix}")
    command = [sys.executable, "-m", "corpuskit", "-q", "dedupe", "-d"]
    with Store.open(path, write=True):
        pass  # so that it is one file
    shutil.copy(path, tmp_path / "killed.db")
    subprocess.run([*command, path], env=environment(), check=True, capture_output=True)
    expected = decisions(path)
    assert len(expected) > 300
    codes, delay = [], 0.1
    while 0 not in codes:
        process = subprocess.Popen([*command, tmp_path / "killed.db"], env=environment(), stdout=subprocess.DEVNULL)
        try:
            codes.append(process.wait(delay))
        except subprocess.TimeoutExpired:
            process.kill()
            codes.append(process.wait())
        delay *= 1.3
    assert -signal.SIGKILL in codes
    assert decisions(tmp_path / "killed.db") == expected
