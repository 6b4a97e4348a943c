"""`corpuskit list`: the documents of a selection."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import CorpusKit


def test_a_document_a_line_in_the_order_of_ids(ck: CorpusKit, examples: Path) -> None:
    rows = ck("-d", examples, "list", "-f", "jsonl").rows()
    assert [*rows[0]] == ["id", "date", "language", "words", "site", "title"]
    ids = [row["id"] for row in rows]
    assert ids == sorted(set(ids))
    assert len(rows) >= 30


SELECTIONS: dict[tuple[str, ...], Callable[[dict[str, Any]], bool]] = {
    ("--lang", "de"): lambda row: row["language"] == "de",
    ("--lang", "DE", "--lang", "fr"): lambda row: row["language"] in ("de", "fr"),
    ("--site", "selbrook-courier.example"): lambda row: (row["site"] or "").endswith("selbrook-courier.example"),
    ("--since", "2023", "--until", "2023-05"): lambda row: "2023" <= (row["date"] or "") < "2023-06",
    ("--undated",): lambda row: row["date"] is None,
    ("--undated", "--since", "2024"): lambda row: row["date"] is None or row["date"] >= "2024",
    ("--source", "odd/not-found"): lambda row: row["location"].endswith("odd/not-found.html"),
    ("--min-words", "300", "--max-words", "400"): lambda row: 300 <= row["words"] <= 400,
    ("--where", "words > 200 AND language = 'fr'"): lambda row: row["words"] > 200 and row["language"] == "fr",
}


@pytest.mark.parametrize("arguments", SELECTIONS, ids=" ".join)
def test_a_selection_selects_exactly_what_it_says(ck: CorpusKit, examples: Path, arguments: tuple[str, ...]) -> None:
    fields = ("-f", "jsonl", "--fields", "id,language,site,date,location,words")
    everything = ck("-d", examples, "list", *fields).rows()
    selected = ck("-d", examples, "list", *arguments, *fields).rows()
    assert selected == [row for row in everything if SELECTIONS[arguments](row)]
    assert 0 < len(selected) < len(everything)


def test_dropped_documents_are_left_out_unless_asked_for(ck: CorpusKit) -> None:
    rows = "".join(
        json.dumps({"done": text, "url": "https://river.example/story"}) + "\n" for text in ("The old one.", "The new one.")
    )
    ck("import", "-", "--field", "clean_text=done", input=rows)
    fields = ("-f", "jsonl", "--fields", "id,status,reason,duplicate_of")
    old = {"id": 1, "status": "dropped", "reason": "superseded", "duplicate_of": 2}
    new = {"id": 2, "status": "kept", "reason": None, "duplicate_of": None}
    assert ck("list", *fields).rows() == [new]
    assert ck("list", "--dropped", *fields).rows() == [old]
    assert ck("list", "--all", *fields).rows() == [old, new]
    assert ck("list", "--all", "--dropped", code=2).out == ""


def test_nothing_selected_is_1(ck: CorpusKit, examples: Path) -> None:
    for arguments in (("--lang", "xx"), ("--tag", "none"), ("-n", "0"), ("--where", "0"), ("--min-words", "1000000")):
        assert ck("-d", examples, "list", *arguments, "-f", "ids", code=1).out == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--since", "yesterday"), "not a date: 'yesterday'"),
        (("--until", "2021-02-30"), "not a date: '2021-02-30'"),
        (("--lang", "english"), "not a language code: 'english'"),
        (("--ids", "no-such-file"), "cannot read no-such-file: No such file or directory"),
        (("--ids", "."), "cannot read .: Is a directory"),
        (("--where", "nonsense"), "SQL: no such column: nonsense"),
        (("--where", "1; DROP TABLE documents"), 'SQL: near ";": syntax error'),
        (("--where", "load_extension('x')"), "SQL"),
        (("--sort", "colour"), "'colour' is not one of"),
    ],
)
def test_wrong_use_is_one_line(ck: CorpusKit, examples: Path, arguments: tuple[str, ...], message: str) -> None:
    result = ck("-d", examples, "list", *arguments, code=2)
    assert result.out == ""
    first, *rest = result.err.splitlines()
    assert first.startswith("corpuskit: ")
    assert message in first
    assert all(line.startswith("hint: ") for line in rest)
    assert len(rest) <= 1


def test_the_same_sample_every_time(ck: CorpusKit, examples: Path) -> None:
    sample = ck("-d", examples, "list", "--sample", "5", "--seed", "7", "-f", "ids").out
    assert len(sample.split()) == 5
    assert ck("-d", examples, "list", "--sample", "5", "--seed", "7", "-f", "ids").out == sample
    assert ck("-d", examples, "list", "--sample", "5", "--seed", "8", "-f", "ids").out != sample
