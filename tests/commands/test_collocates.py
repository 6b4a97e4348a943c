"""`corpuskit collocates`: the words near a node on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.commands.conftest import OnTerminal
from tests.conftest import CorpusKit

SORTS = ("log_likelihood", "mi", "frequency")


def test_rows_and_order(ck: CorpusKit, examples: Path) -> None:
    rows = ck("-d", examples, "collocates", "climate", "--min-frequency", "2", "-f", "jsonl").rows()
    assert [*rows[0]] == [
        "word", "cooccurrences", "frequency", "documents", "expected", "log_likelihood", "log_dice", "mi", "t_score",
    ]  # fmt: skip
    assert rows[0]["word"] == "summit"
    assert min(row["cooccurrences"] for row in rows) >= 2
    frequencies = {row["word"]: row["frequency"] for row in ck("-d", examples, "words", "-f", "jsonl").rows()}
    assert all(frequencies[row["word"]] == row["frequency"] for row in rows)


@pytest.mark.parametrize("sort", SORTS)
def test_sorted_by_any_measure(ck: CorpusKit, examples: Path, sort: str) -> None:
    rows = ck("-d", examples, "collocates", "river", "--sort", sort, "--min-frequency", "2", "-f", "jsonl").rows()
    assert [(-row[sort], row["word"]) for row in rows] == sorted((-row[sort], row["word"]) for row in rows)


def test_windows(ck: CorpusKit, examples: Path) -> None:
    def words(window: str) -> set[str]:
        rows = ck("-d", examples, "collocates", "climate", "--window", window, "--min-frequency", "1", "-f", "jsonl").rows()
        return {row["word"] for row in rows}

    assert words("0,1") | words("1,0") == words("1")
    assert words("1") < words("5,5")
    for window in ("0", "0,0", "x", "1,2,3", "-1", "9999"):
        assert ck("-d", examples, "collocates", "climate", f"--window={window}", code=2).err.startswith("corpuskit: not a window")


def test_the_node_may_be_a_regular_expression(ck: CorpusKit, examples: Path) -> None:
    options = ("--window", "0,1", "--min-frequency", "1", "-f", "jsonl", "--lang", "en")
    by_query = ck("-d", examples, "collocates", "climate", *options).rows()
    assert ck("-d", examples, "collocates", "-e", r"\bclimate\b", *options).rows() == by_query


def test_nothing_found(ck: CorpusKit, examples: Path) -> None:
    assert ck("-d", examples, "collocates", "zzyzx", "-f", "jsonl", code=1).out == ""
    assert ck("-d", examples, "collocates", "!", code=2).out == ""


def test_a_terminal_gets_rounded_numbers(on_terminal: OnTerminal, examples: Path) -> None:
    lines = on_terminal("-d", examples, "collocates", "climate", "--min-frequency", "2", columns=200).out.splitlines()
    assert all(len(cell.partition(".")[2]) <= 4 for cell in lines[2].split()[4:])
