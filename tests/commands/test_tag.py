"""`corpuskit tag` and `untag`: on a selection, from a pipe, and never on everything by oversight."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.conftest import CorpusKit


def test_a_selection_is_tagged_and_the_tag_taken_off(ck: CorpusKit, corpus: Path) -> None:
    german = ck("list", "--lang", "de", "-f", "ids").out
    count = len(german.split())
    assert ck("tag", "gold", "--lang", "de").out == f"outcome\tdocuments\ntagged\t{count}\nalready-tagged\t0\n"
    assert ck("list", "--tag", "gold", "-f", "ids").out == german
    assert ck("untag", "gold", "--all", "-f", "jsonl").rows()[0] == {"outcome": "untagged", "documents": count}
    assert ck("list", "--tag", "gold", "-f", "ids", code=1).out == ""
    runs = ck("log", "-f", "jsonl").rows()
    assert [run["command"] for run in runs] == ["import", "tag", "untag"]
    assert runs[1]["counts"] == {"tagged": count, "already-tagged": 0}


def test_ids_come_from_a_pipe(ck: CorpusKit, corpus: Path) -> None:
    assert ck("tag", "two words", "--ids", "-", input="4\n5\n").out.splitlines()[1] == "tagged\t2"
    again = ck("tag", "two words", "--ids", "-", input="4\n5\n")
    assert again.err == "all 2 documents have the tag two words already\n"
    assert len(ck("log", "-f", "jsonl").rows()) == 2, "a run that does nothing is none"
    assert ck("list", "--ids", "-", "--fields", "tags", "-f", "jsonl", input="4\n").rows() == [{"tags": ["two words"]}]


def test_dropped_documents_are_tagged_only_where_they_are_selected(ck: CorpusKit, corpus: Path) -> None:
    ck("dedupe", "-q")
    dropped = ck("list", "--dropped", "-f", "ids").out
    assert ck("tag", "gone", "--ids", "-", input=dropped, code=1).err == "nothing selected\n"
    assert ck("tag", "gone", "--all", "--ids", "-", input=dropped).out.splitlines()[1] == f"tagged\t{len(dropped.split())}"


def test_nothing_is_tagged_by_oversight(ck: CorpusKit, corpus: Path) -> None:
    for command in ("tag", "untag"):
        result = ck(command, "gold", code=2)
        assert result.err.startswith("corpuskit: nothing selected\nhint: give a selection")
    assert ck("untag", "gold", "--all").err.startswith("none of the ")


@pytest.mark.parametrize("name", ["", " ", "a,b", "tag\x1b[31m", " gold", "x" * 101, "a\nb"])
def test_a_tag_is_a_word_that_can_be_typed_again(ck: CorpusKit, corpus: Path, name: str) -> None:
    assert "not a name for a tag" in ck("tag", name, "--all", code=2).err


def test_any_tag_can_be_taken_off(ck: CorpusKit) -> None:
    ck("import", "-", "--as", "jsonl", input='{"text": "One line. Another line.", "tags": ["a, b\\u0007"]}\n')
    tags = ck("list", "--fields", "tags", "-f", "jsonl").rows()[0]["tags"]
    for name in tags:
        ck("untag", name, "--all")
    assert ck("list", "--fields", "tags", "-f", "jsonl").rows() == [{"tags": []}]
