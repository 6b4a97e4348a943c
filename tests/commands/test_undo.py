"""`corpuskit undo`: exit codes, what it says, and that it is a run like any other."""

from __future__ import annotations

import json
from pathlib import Path

from tests.commands.test_dedupe import NOTICE, five_notes, notes
from tests.conftest import CorpusKit
from tests.test_deduping import text_of

__all__ = ["five_notes", "notes"]


def kept(ck: CorpusKit) -> int:
    return len(ck("list", "-f", "ids").out.split())


def test_a_run_is_undone_and_the_undo_as_well(notes: CorpusKit) -> None:
    notes("dedupe")
    assert kept(notes) == 3
    result = notes("undo", "2", "-f", "jsonl")
    assert result.rows() == [
        {"outcome": "taken-back", "decisions": 2, "tags": 0, "texts": 0},
        {"outcome": "in-force-again", "decisions": 0, "tags": 0, "texts": 0},
        {"outcome": "left", "decisions": 0, "tags": 0, "texts": 0},
    ]
    assert kept(notes) == 5
    assert "taken back by run 3" in notes("why", "2", "--no-lines").out
    notes("undo", "3")
    assert kept(notes) == 3
    assert [row["command"] for row in notes("log", "-f", "jsonl").rows()] == ["import", "dedupe", "undo", "undo"]
    assert "sound" in notes("check").out


def test_what_a_run_had_taken_back_is_in_force_again(notes: CorpusKit) -> None:
    notes("dedupe")
    notes("dedupe", "--threshold", "1.0")
    assert kept(notes) == 4
    notes("undo", "3")
    assert kept(notes) == 3
    notes("undo", "2")
    assert kept(notes) == 5


def test_an_unknown_run_is_wrong_use(notes: CorpusKit) -> None:
    assert notes("undo", "99", code=2).err == "corpuskit: no run 99\nhint: corpuskit log\n"
    notes("undo", "0", code=2)
    notes("undo", "last", code=2)


def test_a_run_that_changed_nothing_has_nothing_to_undo(notes: CorpusKit) -> None:
    notes("dedupe", "--threshold", "1.0")
    notes("dedupe", "--threshold", "1.0")
    result = notes("undo", "3", code=1)
    assert "nothing to undo" in result.err
    assert len(notes("log", "-f", "jsonl").rows()) == 3


def test_an_import_leaves_its_pages_without_texts_and_tags(notes: CorpusKit) -> None:
    listed = notes("list", "--fields", "id,text,tags", "-f", "jsonl").out
    result = notes("undo", "1", "-f", "jsonl")
    assert "pages without a text now: 5 (corpuskit clean gives it again)" in result.err
    assert result.rows()[0] == {"outcome": "taken-back", "decisions": 0, "tags": 0, "texts": 5}
    assert notes("list", code=1).err == ""
    assert "earlier   cleaned by given in run 1" in notes("why", "1").out
    notes("clean", "-q")
    assert notes("list", "--fields", "id,text,tags", "-f", "jsonl").out == listed
    assert "later runs have changed it since: 3 (clean)" in notes("undo", "2", code=1).err
    assert "sound" in notes("check", "--data").out


def test_tags_are_taken_back(notes: CorpusKit) -> None:
    notes("tag", "gold", "--ids", "-", input="1\n2\n")
    notes("untag", "gold", "--ids", "-", input="2\n")
    notes("undo", "3")
    assert notes("list", "--tag", "gold", "-f", "ids").out == "1\n2\n"
    assert notes("undo", "2", "-f", "jsonl").rows()[0]["tags"] == 2
    assert notes("list", "--tag", "gold", "-f", "ids", code=1).out == ""
    notes("undo", "5")
    assert notes("list", "--tag", "gold", "-f", "ids").out == "1\n2\n"


def test_a_run_is_undone_once(notes: CorpusKit) -> None:
    notes("dedupe")
    notes("undo", "2")
    assert "undone already, by run 3" in notes("undo", "2", code=1).err


def test_runs_that_build_on_it_are_named(notes: CorpusKit, tmp_path: Path) -> None:
    notes("dedupe")
    (tmp_path / "more.jsonl").write_text(json.dumps({"text": f"{text_of((0, 1, 2))}\n{NOTICE}"}))
    notes("import", "more.jsonl", "--field", "clean_text=text", "-q")
    notes("dedupe")
    assert "run 4 (dedupe) builds on run 2" in notes("undo", "2").err


def test_a_run_whose_decisions_were_all_replaced_has_nothing_to_undo(notes: CorpusKit) -> None:
    notes("dedupe")
    notes("dedupe", "--threshold", "1.0")
    assert "3 (dedupe)" in notes("undo", "2", code=1).err
