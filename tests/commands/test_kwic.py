"""`corpuskit kwic` from outside, and what `search` shares with it: -e, --exact, -v."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.commands.conftest import OnTerminal, Start, wait_for
from tests.conftest import CorpusKit

FIELDS = ["id", "date", "site", "left", "node", "right", "start"]


def test_lines_are_exact_pieces_of_the_texts(ck: CorpusKit, examples: Path) -> None:
    rows = ck("-d", examples, "kwic", "river OR town*", "-f", "jsonl", "-C", "4").rows()
    texts = {row["id"]: row["text"] for row in ck("-d", examples, "export", "-f", "jsonl", "--fields", "id,text").rows()}
    assert rows
    assert [*rows[0]] == FIELDS
    for row in rows:
        text, start = texts[row["id"]], row["start"]
        assert text[start:].startswith(row["node"] + row["right"])
        assert text[:start].endswith(row["left"])
    assert [(row["id"], row["start"]) for row in rows] == sorted((row["id"], row["start"]) for row in rows)


def test_a_count_is_that_of_the_lines(ck: CorpusKit, examples: Path) -> None:
    lines = ck("-d", examples, "kwic", "the").out.splitlines()
    assert lines[0].split("\t") == FIELDS
    assert ck("-d", examples, "kwic", "the", "-c").out == f"{len(lines) - 1}\n"
    assert ck("-d", examples, "kwic", "the", "-c", "-n", "3").out == "3\n"
    assert ck("-d", examples, "kwic", "zzyzx", "-c", code=1).out == "0\n"
    assert ck("-d", examples, "kwic", "zzyzx", code=1).out == "\t".join(FIELDS) + "\n"


def test_line_breaks_are_blanks_in_tsv_only(ck: CorpusKit, examples: Path) -> None:
    assert any("\n" in row["left"] + row["right"] for row in ck("-d", examples, "kwic", "the", "-C", "60", "-f", "jsonl").rows())
    lines = ck("-d", examples, "kwic", "the", "-C", "60").out.splitlines()
    assert {line.count("\t") for line in lines} == {len(FIELDS) - 1}


def test_the_node_stands_in_one_column(examples: Path, on_terminal: OnTerminal) -> None:
    lines = on_terminal("-d", examples, "kwic", "the", "--lang", "en", columns=100).out.splitlines()
    column = lines[0].index("node")
    assert len(lines) > 10
    assert all(line[column : column + 3].lower() == "the" for line in lines[2:])
    assert all(len(line) <= 100 for line in lines)


@pytest.mark.parametrize("command", ["kwic", "search"])
def test_a_broken_expression_is_shown_with_its_place(ck: CorpusKit, examples: Path, command: str) -> None:
    done = ck("-d", examples, command, "-e", "ab(c", code=2)
    lines = done.err.splitlines()
    assert lines[0].startswith("corpuskit: expression not understood: ")
    assert lines[1:] == ["  ab(c", "      ^"]
    assert not done.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("river",), "index: words"),
        (("町",), "index: characters"),
        (("町 OR river",), "index: words and characters"),
        (("-e", r"\briv\w+"), "index: words, for riv*"),
        (("-e", "river"), "index: none, all texts are read"),
        (("--exact", "NOT Zzyzx"), "index: none, all texts are read"),
    ],
)
@pytest.mark.parametrize("command", ["kwic", "search"])
def test_the_index_is_told(ck: CorpusKit, examples: Path, command: str, arguments: tuple[str, ...], said: str) -> None:
    assert said in ck("-d", examples, command, *arguments, "-v", code=None).err


def test_search_by_expression_and_exactly(ck: CorpusKit, examples: Path) -> None:
    def ids(*arguments: str) -> list[str]:
        return ck("-d", examples, "search", *arguments, "-f", "ids", code=None).out.split()

    by_expression = ids("-e", r"\briver\b")
    assert by_expression == sorted(by_expression, key=int)
    kwic = ck("-d", examples, "kwic", "river", "-f", "ids").out.split()
    assert set(by_expression) == set(kwic)
    assert set(ids("--exact", "River")) <= set(ids("river"))
    assert not ids("--exact", "rIVER")
    rows = ck("-d", examples, "search", "-e", r"\briver\w*", "-f", "jsonl").rows()
    assert all(re.search("river", row["snippet"], re.IGNORECASE) and row["score"] is None for row in rows)
    count = ck("-d", examples, "search", "-e", r"\briver\b", "-c").out
    assert count == f"{len(by_expression)}\n"


def test_documents_that_take_too_long_are_named(ck: CorpusKit) -> None:
    ck("import", "--as", "jsonl", "--field", "clean_text=t", "-", input='{"t": "' + "a" * 9000 + '!"}\n{"t": "a aab b"}\n')
    done = ck("kwic", "-e", "(a|aa)+b", "--timeout", "0.05", code=3)
    assert done.out.count("aab") == 1
    assert "document 1: timeout" in done.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("x", "-C", "1", "--chars", "2"),
        ("x", "--timeout", "1"),
        ("x", "--fields", "copies"),
        ("...",),
        ("-e", "(?<n"),
        ("x", "--sort", "z"),
    ],
)
def test_wrong_use(ck: CorpusKit, examples: Path, arguments: tuple[str, ...]) -> None:
    assert ck("-d", examples, "kwic", *arguments, code=2).err.startswith("corpuskit: ")


def test_a_reader_that_goes_away_stops_the_work(ck: CorpusKit, start: Start) -> None:
    row = '{"t": "' + "the river and the boat " * 400 + '"}\n'
    ck("import", "--as", "jsonl", "--field", "clean_text=t", "-", input="".join(row.replace("boat", f"b{n}") for n in range(60)))
    process = start("kwic", "the")
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    wait_for(lambda: process.poll() is not None, "it goes on")
    assert process.returncode == 0
    assert process.stderr is not None
    assert process.stderr.read() == b""


def test_the_help_says_that_lines_are_counted(ck: CorpusKit) -> None:
    words = " ".join(ck("kwic", "-h").out.split())
    assert "At most N lines." in words
    assert "N lines by chance" in words
    assert "At most N documents." in " ".join(ck("list", "-h").out.split())
