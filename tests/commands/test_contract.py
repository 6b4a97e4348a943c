"""What holds for every command: help, the corpus file, formats, exit codes, and what may reach a terminal."""

from __future__ import annotations

import contextlib
import csv
import io
import json
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.commands.conftest import OnTerminal, article
from tests.conftest import EXAMPLES, CorpusKit, environment

from corpuskit import __version__
from corpuskit.cli import SECTIONS, cli

COMMANDS = [name for _, names in SECTIONS for name in names]

# One command line each that has something to print on the example corpus.
READING = {
    "search": ("search", "climate"),
    "kwic": ("kwic", "climate"),
    "list": ("list",),
    "show": ("show", "4"),
    "export": ("export",),
    "why": ("why", "4"),
    "errors": ("errors",),
    "log": ("log",),
    "stats": ("stats",),
    "words": ("words", "--lang", "en"),
    "collocates": ("collocates", "river", "--min-frequency", "2"),
    "keywords": ("keywords", "--match", "climate", "--lang", "en", "--min-ll", "4", "--min-frequency", "2"),
    "query": ("query", "SELECT id, title FROM documents_view"),
    "check": ("check",),
    "backup": ("backup", "copy.db"),
}
NEEDS_CORPUS = READING | {
    "clean": ("clean",),
    "tally": ("tally",),
    "dedupe": ("dedupe",),
    "filter": ("filter", "--rules", "gopher"),
    "undo": ("undo", "1"),
    "tag": ("tag", "gold", "--all"),
    "untag": ("untag", "gold", "--all"),
    "selections": ("selections",),
    "browse": ("browse",),
    "report": ("report", "-o", "report.html"),
    "forget": ("forget", "1"),
}
CREATES_CORPUS = {"import", "fetch"}
PRINTS_RECORDS = {
    name: READING[name] for name in ("search", "kwic", "list", "errors", "log", "stats", "words", "collocates", "keywords")
}
DOCUMENTS = {name: READING[name] for name in ("search", "list")}

each_command = pytest.mark.parametrize("command", COMMANDS)
each_reading = pytest.mark.parametrize("arguments", READING.values(), ids=READING)
each_needing = pytest.mark.parametrize(
    "arguments", [line for name, line in NEEDS_CORPUS.items() if name in COMMANDS], ids=" ".join
)
each_printing = pytest.mark.parametrize("arguments", PRINTS_RECORDS.values(), ids=PRINTS_RECORDS)
each_document = pytest.mark.parametrize("arguments", DOCUMENTS.values(), ids=DOCUMENTS)


def parsed(text: str, format_: str) -> list[dict[str, Any]]:
    """Records of any machine format; CSV and TSV know nothing but text."""
    if format_ == "json":
        records: list[dict[str, Any]] = json.loads(text)
        return records
    if format_ == "jsonl":
        return [json.loads(line) for line in text.splitlines()]
    if format_ == "csv":
        return list(csv.DictReader(io.StringIO(text)))
    lines = [line.split("\t") for line in text.removesuffix("\n").split("\n")]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def test_every_command_is_tested_here() -> None:
    assert NEEDS_CORPUS.keys() | CREATES_CORPUS >= {*COMMANDS}
    assert {"import", "clean", "search", "list", "show", "export", "why", "errors", "log", "stats", "check", "backup"} <= {
        *COMMANDS
    }


# Help


@each_command
def test_help_has_a_sentence_examples_options_and_exit_codes(ck: CorpusKit, command: str) -> None:
    out = ck(command, "-h").out
    first, *lines = out.splitlines()
    assert first.startswith(f"Usage: corpuskit {command}")
    assert any(line.strip().startswith(f"corpuskit {command}") for line in lines), "an example"
    assert "Exit codes:" in out
    assert "-d, --db" in out
    long = CliRunner().invoke(cli, [command, "--help"], prog_name="corpuskit").output
    assert "".join(long.split()) == "".join(out.split()), "the same, but for where its lines break"


def test_help_of_the_tool_names_every_command(ck: CorpusKit) -> None:
    out = ck("--help").out
    assert out == ck("-h").out
    for command in COMMANDS:
        assert f"\n  {command} " in out
    for title, _ in SECTIONS:
        assert f"{title}:" in out
    assert "Exit codes:" in out


def test_version(ck: CorpusKit) -> None:
    assert ck("--version").out == f"corpuskit {__version__}\n"


def test_no_command_is_wrong_use_and_shows_the_help_on_stderr(ck: CorpusKit) -> None:
    result = ck(code=2)
    assert result.out == ""
    assert "Usage: corpuskit" in result.err


@pytest.mark.parametrize(
    "arguments", [("lsit",), ("list", "--nonsense"), ("search",), ("list", "-n", "many"), ("list", "-f", "xml")]
)
def test_wrong_use_is_one_line_and_a_hint(ck: CorpusKit, corpus: Path, arguments: tuple[str, ...]) -> None:
    result = ck(*arguments, code=2)
    assert result.out == ""
    message, hint = result.err.splitlines()
    assert message.startswith("corpuskit: ")
    assert hint.startswith("hint: corpuskit")
    assert "--help" in hint


# The corpus file


@each_needing
def test_a_missing_corpus_is_refused_and_no_file_is_left(ck: CorpusKit, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = ck(*arguments, code=2)
    assert result.out == ""
    assert result.err == "corpuskit: no corpus at corpus.db\nhint: corpuskit import\n"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("arguments", [line for name, line in READING.items() if name != "export"], ids=" ".join)
def test_reading_changes_no_byte_of_the_corpus(ck: CorpusKit, corpus: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    before = corpus.read_bytes()
    ck(*arguments)
    assert corpus.read_bytes() == before
    assert {path.name for path in tmp_path.iterdir()} <= {"corpus.db", "copy.db"}, "a journal was left behind"


def test_an_export_changes_nothing_but_what_the_corpus_remembers_of_it(ck: CorpusKit, corpus: Path, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(corpus)) as connection:
        before = list(connection.iterdump())
    ck("export")
    with contextlib.closing(sqlite3.connect(corpus)) as connection:
        after = list(connection.iterdump())
    changed = {*before} ^ {*after}
    assert all("exports" in line for line in changed), changed
    assert {path.name for path in tmp_path.iterdir()} == {"corpus.db"}, "a journal was left behind"


def test_the_corpus_can_be_named_before_and_after_the_command(ck: CorpusKit, examples: Path) -> None:
    before = ck("-d", examples, "list", "-f", "ids").out
    assert before
    assert ck("list", "-f", "ids", "-d", examples).out == before
    assert ck("--db", examples, "list", "-f", "ids").out == before
    assert ck("list", "-f", "ids", f"--db={examples}").out == before


def test_the_name_after_the_command_wins(ck: CorpusKit, examples: Path) -> None:
    assert "no corpus at other.db" in ck("-d", examples, "list", "-d", "other.db", code=2).err


def test_the_environment_names_the_corpus_unless_an_option_does(ck: CorpusKit, examples: Path) -> None:
    named = {"CORPUSKIT_DB": str(examples)}
    assert ck("list", "-f", "ids", env=named).out
    assert "no corpus at other.db" in ck("-d", "other.db", "list", code=2, env=named).err


def test_an_empty_environment_variable_counts_as_unset(ck: CorpusKit) -> None:
    assert "no corpus at corpus.db" in ck("list", code=2, env={"CORPUSKIT_DB": ""}).err


@pytest.mark.parametrize("name", ["a b?c#d%20.db", "größe-語.db", "-.db"])
def test_a_corpus_may_have_any_name(ck: CorpusKit, tmp_path: Path, name: str) -> None:
    (tmp_path / "page.html").write_text(article("Any name"))
    ck("import", "page.html", "--no-clean", f"--db={name}")
    assert {path.name for path in tmp_path.iterdir()} == {name, "page.html"}
    ck("log", f"--db={name}")


# Formats


@each_printing
def test_every_machine_format_has_the_same_records(ck: CorpusKit, examples: Path, arguments: tuple[str, ...]) -> None:
    found = {
        format_: parsed(ck("-d", examples, *arguments, "-f", format_).out, format_) for format_ in ("jsonl", "csv", "tsv")
    }  # stats as JSON is one object, which has a test of its own
    if arguments[0] != "stats":
        found["json"] = parsed(ck("-d", examples, *arguments, "-f", "json").out, "json")
        assert found["json"] == found["jsonl"]
    keys = {tuple(record) for records in found.values() for record in records}
    assert len(keys) == 1, "every line of every format has the same keys in the same order"
    assert len({len(records) for records in found.values()}) == 1
    for name, value in found["jsonl"][0].items():
        if isinstance(value, (str, int)):
            assert str(value) == found["csv"][0][name]
            assert " ".join(str(value).split()) == " ".join(found["tsv"][0][name].split())


@each_printing
def test_a_pipe_gets_tsv_with_a_header(ck: CorpusKit, examples: Path, arguments: tuple[str, ...]) -> None:
    assert ck("-d", examples, *arguments).out == ck("-d", examples, *arguments, "-f", "tsv").out


@each_printing
def test_a_machine_format_is_never_cut(ck: CorpusKit, examples: Path, arguments: tuple[str, ...]) -> None:
    narrow = {"COLUMNS": "20"}
    for format_ in ("tsv", "jsonl"):
        wide = ck("-d", examples, *arguments, "-f", format_).out
        assert ck("-d", examples, *arguments, "-f", format_, env=narrow).out == wide
        assert "…" not in wide or arguments[0] == "search"


def test_tabs_and_line_breaks_in_a_cell_become_blanks(ck: CorpusKit, examples: Path) -> None:
    out = ck("-d", examples, "list", "--fields", "id,text,title").out
    count = len(ck("-d", examples, "list", "-f", "ids").out.splitlines())
    lines = out.split("\n")
    assert lines.pop() == ""
    assert len(lines) == count + 1
    assert {line.count("\t") for line in lines} == {2}
    assert "\n" in ck("-d", examples, "list", "--fields", "text", "-f", "jsonl", "-n", "1").rows()[0]["text"]


@each_document
def test_ids_are_one_a_line_or_end_with_nul(ck: CorpusKit, examples: Path, arguments: tuple[str, ...]) -> None:
    ids = [str(row["id"]) for row in ck("-d", examples, *arguments, "-f", "jsonl").rows()]
    assert ck("-d", examples, *arguments, "-f", "ids").out == "".join(f"{document_id}\n" for document_id in ids)
    assert ck("-d", examples, *arguments, "-f", "ids", "-0").out == "".join(f"{document_id}\0" for document_id in ids)


@each_document
def test_ids_of_one_command_are_the_selection_of_the_next(ck: CorpusKit, examples: Path, arguments: tuple[str, ...]) -> None:
    for options in ((), ("-0",)):
        ids = ck("-d", examples, *arguments, "-f", "ids", *options).out
        exported = ck("-d", examples, "export", "--ids", "-", "--fields", "id", input=ids).rows()
        assert [row["id"] for row in exported] == [int(line) for line in ids.replace("\0", "\n").split()]


def test_a_tsv_cut_to_its_first_column_is_a_list_of_ids(ck: CorpusKit, examples: Path) -> None:
    column = "".join(line.partition("\t")[0] + "\n" for line in ck("-d", examples, "list", "-n", "3").out.splitlines())
    assert column.startswith("id\n")
    assert len(ck("-d", examples, "list", "--ids", "-", "-f", "ids", input=column).out.splitlines()) == 3


@each_printing
def test_fields_are_those_that_were_asked_for(ck: CorpusKit, examples: Path, arguments: tuple[str, ...]) -> None:
    keys = ck("-d", examples, *arguments, "-f", "jsonl").rows()[0].keys()
    chosen = list(reversed(keys))[:2]
    rows = ck("-d", examples, *arguments, "-f", "jsonl", "--fields", ",".join(chosen)).rows()
    assert [*rows[0]] == chosen
    assert ck("-d", examples, *arguments, "--fields", chosen[0]).out.splitlines()[0] == chosen[0]


@pytest.mark.parametrize("arguments", [*PRINTS_RECORDS.values(), ("export",)], ids=[*PRINTS_RECORDS, "export"])
@pytest.mark.parametrize("fields", ["nonsense", ","])
def test_an_unknown_field_is_wrong_use(ck: CorpusKit, examples: Path, arguments: tuple[str, ...], fields: str) -> None:
    result = ck("-d", examples, *arguments, "--fields", fields, code=2)
    assert result.out == ""
    message, hint = result.err.splitlines()
    assert message.startswith("corpuskit: unknown field")
    assert hint.startswith("hint: the fields are: ")


# Where output goes, and readers that go away


def piped_into(command: str, folder: Path, *arguments: object) -> tuple[int, bytes]:
    """Exit code and stderr of the tool with stdout on the shell's `command`."""
    words = " ".join(f'"{argument}"' for argument in (sys.executable, "-m", "corpuskit", *arguments))
    done = subprocess.run(["bash", "-c", f"{words} {command}; exit ${{PIPESTATUS[0]}}"], cwd=folder, env=environment(),
                          capture_output=True, check=False, timeout=60)  # fmt: skip
    return done.returncode, done.stderr


@pytest.mark.parametrize(
    "arguments", [("list",), ("export",), ("export", "-f", "text"), ("show", *range(1, 15)), ("search", "the")]
)
def test_a_reader_that_goes_away_ends_the_run_silently(examples: Path, tmp_path: Path, arguments: tuple[object, ...]) -> None:
    assert piped_into("| head -1", tmp_path, "-d", examples, *arguments) == (0, b"")
    assert piped_into("| true", tmp_path, "-d", examples, *arguments) == (0, b"")


@each_reading
def test_a_closed_stdout_is_an_error(examples: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    code, err = piped_into(">&-", tmp_path, "-d", examples, *arguments)
    assert code == 2
    assert err.decode().splitlines() == ["corpuskit: cannot write: standard output is closed"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("arguments", [line for name, line in READING.items() if name != "backup"])
def test_a_full_disk_under_stdout_is_an_error(examples: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    code, err = piped_into(">/dev/full", tmp_path, "-d", examples, *arguments)
    assert code == 2
    assert err.decode().splitlines() == ["corpuskit: cannot write the output: No space left on device"]


def test_a_closed_stderr_changes_nothing(examples: Path, tmp_path: Path) -> None:
    assert piped_into("2>&-", tmp_path, "-d", examples, "list", "-n", "1")[0] == 0
    assert piped_into("2>&-", tmp_path, "-d", "none.db", "list")[0] == 2


def test_a_closed_stdin_is_only_missed_where_it_is_read(examples: Path, tmp_path: Path) -> None:
    assert piped_into("<&-", tmp_path, "-d", examples, "list") == (0, b"")
    for arguments in (("list", "--ids", "-"), ("import", "-"), ("import", "--files-from", "-")):
        code, err = piped_into("<&-", tmp_path, "-d", "new.db", *arguments)
        assert code == 2
        assert b"standard input is closed" in err
        assert len(err.splitlines()) == 1


def test_stdout_has_data_only(ck: CorpusKit, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(article("Data only"))
    result = ck("-v", "import", "page.html", "-f", "jsonl")
    assert [row["new"] for row in result.rows()] == [1]
    assert "created corpus.db" in result.err
    quiet = ck("-q", "import", "page.html", "-f", "jsonl")
    assert [row["known"] for row in quiet.rows()] == [1]
    assert quiet.err == ""


# The terminal


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of rows whose every field wants to act on a terminal."""
    folder = tmp_path_factory.mktemp("hostile-text")
    poison = "\x1b]0;owned\x07\x1b[31m\x9b2J\u202eevil\u2066\x7f\b\r"
    row = {
        "html": article(f"Ferry{poison}", extra=f"<p>{poison} and the river</p>"),
        "url": f"https://river.example/{poison}",
        "title": f"River {poison}",
        "author": poison,
        "tags": [f"tag{poison}"],
        "language": "en",
        "date": f"2021{poison}",
    }
    rows = [
        row,
        row | {"html": None, "text": f"River {poison} story\n\n" + "A ferry crossed the river again. " * 20, "url": None},
    ]
    broken = {f"html{poison}": 1}
    lines = [json.dumps(line) for line in [*rows, broken]]
    name = "rows\x1b[31m.jsonl"
    (folder / name).write_text("\n".join([*lines, '{"html": "\x1b[31m'.replace("\x1b", "\\u001b")]) + "\n")
    done = subprocess.run([sys.executable, "-m", "corpuskit", "import", name, "--tag", "t\x1b[31m"], cwd=folder,
                          env=environment(), capture_output=True, check=False, timeout=120)  # fmt: skip
    assert done.returncode == 3, done.stderr
    assert not CONTROLS & {*done.stderr.decode()}, "a name reached stderr as it is"
    return folder / "corpus.db"


CONTROLS = {
    chr(code) for code in (*range(32), *range(127, 160), 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))
} - {"\n"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("list", "--fields", "id,url,title,author,date,site,text,tags,source,location"),
        ("list", "--fields", "id,title,tags", "-f", "table"),
        ("search", "river"),
        ("show", "1", "2"),
        ("show", "--text", "1", "2"),
        ("why", "1"),
        ("why", "2"),
        ("errors",),
        ("log",),
        ("stats",),
        ("words", "--by", "tag"),
        ("check",),
    ],
    ids=" ".join,
)
def test_nothing_in_a_page_acts_on_a_terminal(on_terminal: OnTerminal, hostile: Path, arguments: tuple[str, ...]) -> None:
    result = on_terminal("-d", hostile, *arguments)
    assert result.out
    assert not CONTROLS & {*result.out}
    assert not CONTROLS & {*result.err}


def test_why_json_has_no_escape_in_it(ck: CorpusKit, hostile: Path) -> None:
    out = ck("-d", hostile, "why", "1", "-f", "json").out
    assert "\x1b" not in out
    assert "\x1b" in json.loads(out)[0]["page"]["url"]


def test_what_a_user_names_does_not_act_on_a_terminal_either(on_terminal: OnTerminal, examples: Path) -> None:
    for arguments in (("why", "\x1b[31m"), ("list", "--fields", "\x1b[31m"), ("list", "--since", "\x1b[2J"), ("\x1b[31m",)):
        result = on_terminal("-d", examples, *arguments, code=None)
        assert result.code in (1, 2)
        assert not CONTROLS & {*result.out + result.err}


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_table_is_cut_to_the_terminal(on_terminal: OnTerminal, examples: Path, columns: int) -> None:
    from corpuskit.formats import width_of

    arguments = ("-d", examples, "list", "--fields", "id,title,location")
    assert max(map(width_of, on_terminal(*arguments, columns=columns).out.splitlines())) <= columns
    by_variable = on_terminal(*arguments, columns=120, env={"COLUMNS": str(columns)}).out
    assert max(map(width_of, by_variable.splitlines())) <= columns
    assert by_variable == on_terminal(*arguments, columns=columns).out


def test_a_terminal_gets_a_table_and_machine_formats_stay_as_they_are(
    ck: CorpusKit, on_terminal: OnTerminal, examples: Path
) -> None:
    table = on_terminal("-d", examples, "list", "-n", "2").out
    assert table == on_terminal("-d", examples, "list", "-n", "2", "-f", "table").out
    assert "\t" not in table
    assert set(table.splitlines()[1]) == {"-", " "}
    for format_ in ("jsonl", "csv", "tsv"):
        arguments = ("-d", examples, "list", "-f", format_)
        assert on_terminal(*arguments, columns=30).out == ck(*arguments).out


@pytest.mark.parametrize(
    "env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {"COLUMNS": "0"}, {"COLUMNS": "many"}, {"COLUMNS": "-5"}, {"COLUMNS": "1"}]
)
def test_the_environment_of_a_terminal_is_harmless(on_terminal: OnTerminal, examples: Path, env: dict[str, str]) -> None:
    result = on_terminal("-d", examples, "list", "-n", "2", env=env)
    assert "\x1b" not in result.out + result.err
    assert len(result.out.splitlines()) == 4


def test_progress_is_on_a_terminal_only_and_wiped(ck: CorpusKit, on_terminal: OnTerminal, tmp_path: Path) -> None:
    seen = on_terminal("import", EXAMPLES / "odd", EXAMPLES / "notes.jsonl", code=3, columns=60)
    assert "\r" in seen.err
    assert "cleaning " in seen.err
    assert "\r" not in seen.out
    assert all(len(piece) < 60 for piece in seen.err.replace("\n", "\r").split("\r") if "pages/s" in piece)
    last = seen.err.rpartition("\r")[2]
    assert "pages/s" not in last, "the line is wiped before the summary"
    (tmp_path / "corpus.db").unlink()
    quiet = on_terminal("-q", "import", EXAMPLES / "odd", EXAMPLES / "notes.jsonl", code=3, columns=60)
    assert "\r" not in quiet.err
    (tmp_path / "corpus.db").unlink()
    piped = ck("import", EXAMPLES / "odd", EXAMPLES / "notes.jsonl", code=3)
    assert "\r" not in piped.err + piped.out
    assert "cleaning " not in piped.err


# Values that no corpus can hold


@pytest.mark.parametrize(
    "arguments",
    [
        ("list", "--tag", b"\xff"),
        ("list", "--source", b"\xff"),
        ("list", "--site", b"\xff"),
        ("list", "--match", b"\xff"),
        ("list", "--where", b"title = '\xff'"),
        ("search", b"\xff"),
        ("why", b"\xff"),
        ("list", "--ids", b"\xff"),
        ("-d", b"\xff.db", "list"),
        ("show", "99999999999999999999999"),
        ("list", "-n", "99999999999999999999999"),
        ("list", "--sample", "99999999999999999999999"),
        ("list", "--min-words", "99999999999999999999999"),
        ("list", "--seed", "99999999999999999999999"),
        ("errors", "--run", "99999999999999999999999"),
        ("why", "99999999999999999999999"),
        ("list", "--since", "٢٠٢١"),
        ("list", "--lang", "ⅷ"),
        ("search", "x" * 5000),
        ("search", "\0".replace("\0", "\x01")),
        ("list", "-d", "x" * 300),
    ],
    ids=lambda arguments: " ".join(str(argument)[:20] for argument in arguments),
)
def test_an_odd_value_is_an_answer_or_an_error_never_a_crash(
    examples: Path, tmp_path: Path, arguments: tuple[str | bytes, ...]
) -> None:
    done = subprocess.run([sys.executable, "-m", "corpuskit", *arguments], capture_output=True, check=False, timeout=60,
                          cwd=tmp_path, env=environment() | {"CORPUSKIT_DB": str(examples)})  # fmt: skip
    assert done.returncode in (0, 1, 2), done.stderr.decode()
    assert b"Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) <= 2
    assert list(tmp_path.iterdir()) == []
