"""`corpuskit query`: read-only SQL, in every format."""

from __future__ import annotations

import csv
import io
import signal
import time
from pathlib import Path

import pytest
from tests.commands.conftest import OnTerminal, Start, processor_seconds, wait_for
from tests.conftest import CorpusKit

ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0"
COUNTING = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT {}) SELECT i FROM n"


def test_the_answer_has_the_columns_of_the_sql(ck: CorpusKit, examples: Path) -> None:
    sql = "SELECT id, language AS lang, words * 2 AS twice FROM documents_view ORDER BY id LIMIT 3"
    listed = ck("-d", examples, "list", "-n", "3", "--fields", "id,language,words", "-f", "jsonl").rows()
    expected = [{"id": row["id"], "lang": row["language"], "twice": 2 * row["words"]} for row in listed]
    assert ck("-d", examples, "query", sql, "-f", "jsonl").rows() == expected
    tsv = ck("-d", examples, "query", sql).out
    assert tsv == ck("-d", examples, "query", sql, "-f", "tsv").out
    assert [line.split("\t") for line in tsv.splitlines()] == [
        ["id", "lang", "twice"],
        *([str(value) for value in row.values()] for row in expected),
    ]
    rows = list(csv.DictReader(io.StringIO(ck("-d", examples, "query", sql, "-f", "csv").out)))
    assert [row["lang"] for row in rows] == [row["lang"] for row in expected]


def test_sql_can_come_from_stdin(ck: CorpusKit, examples: Path) -> None:
    result = ck("-d", examples, "query", "-", input="\ufeff-- how many\nSELECT count(*) AS n\nFROM documents;\n")
    assert result.out.splitlines()[0] == "n"
    assert "not UTF-8" in ck("-d", examples, "query", "-", input=b"SELECT '\xff'", code=2).err
    assert "null character" in ck("-d", examples, "query", "-", input="SELECT 1\0", code=2).err


def test_ids_go_on_to_other_commands(ck: CorpusKit, examples: Path) -> None:
    ids = ck("-d", examples, "query", "SELECT title, id FROM documents_view WHERE language = 'en'", "-f", "ids").out
    assert ck("-d", examples, "list", "--lang", "en", "--ids", "-", "-f", "ids", input=ids).out == ids
    nul = ck("-d", examples, "query", "SELECT 1 AS id UNION SELECT 2", "-f", "ids", "-0").out
    assert nul == "1\x002\x00"
    result = ck("-d", examples, "query", "SELECT title AS name FROM documents", "-f", "ids", code=2)
    assert result.err == "corpuskit: -f ids needs a column id\nhint: the columns are: name\n"


def test_names_and_values_that_formats_cannot_hold_as_they_are(ck: CorpusKit, examples: Path) -> None:
    sql = "SELECT 1 AS a, 2 AS a, x'0a0b' AS b, 9e999 AS c, NULL AS d, 'x\ty\nz' AS e,\n 1 +\n 1"
    (row,) = ck("-d", examples, "query", sql, "-f", "jsonl").rows()
    expected = {"a": 1, "a_2": 2, "b": "x'0a0b'", "c": "Infinity", "d": None, "e": "x\ty\nz", "1 + 1": 2}
    assert row == expected
    assert list(row) == list(expected)
    out = ck("-d", examples, "query", sql).out
    assert out == "a\ta_2\tb\tc\td\te\t1 + 1\n1\t2\tx'0a0b'\tInfinity\t\tx y z\t2\n"


def test_no_row_is_1_and_a_header(ck: CorpusKit, examples: Path) -> None:
    assert ck("-d", examples, "query", "SELECT id, url FROM documents WHERE 0", code=1).out == "id\turl\n"
    assert ck("-d", examples, "query", "SELECT id FROM documents WHERE 0", "-f", "json", code=1).out == "[]\n"
    assert ck("-d", examples, "query", "SELECT id FROM documents WHERE 0", "-f", "ids", code=1).out == ""


@pytest.mark.parametrize(
    "sql",
    ["DELETE FROM documents", "INSERT INTO tags VALUES (1, 'x')", "UPDATE documents SET title = ''", "DROP TABLE tags",
     "CREATE TABLE x (y)", "CREATE TEMP TABLE x (y)", "ATTACH 'other.db' AS other", "VACUUM INTO 'copy.db'", "BEGIN",
     "PRAGMA user_version = 7", "PRAGMA writable_schema", "SELECT * FROM pragma_table_info('documents')",
     "SELECT load_extension('x')", "WITH x AS (SELECT 1) DELETE FROM tags", "EXPLAIN DELETE FROM tags",
     "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE tags", "SELECT ?", "SELECT nonsense", "SELECT 'a\nb", "", " ", "-- nothing"],
)  # fmt: skip
def test_what_is_not_one_reading_statement_is_refused(ck: CorpusKit, examples: Path, tmp_path: Path, sql: str) -> None:
    before = examples.read_bytes()
    result = ck("-d", examples, "query", "--", sql, code=2)
    assert result.out == ""
    message, *hint = result.err.splitlines()
    assert message.startswith("corpuskit: SQL")
    assert all(line.startswith("hint: ") for line in hint)
    assert len(hint) <= 1
    assert list(tmp_path.iterdir()) == []
    assert examples.read_bytes() == before


def test_sql_that_takes_too_long_is_stopped(ck: CorpusKit, examples: Path) -> None:
    for sql in (ENDLESS, ENDLESS.replace("SELECT i FROM", "SELECT count(*) FROM")):
        result = ck("-d", examples, "query", sql, "--timeout", "0.3", code=2)
        assert result.err.splitlines()[0] == "corpuskit: SQL took too long: stopped"
    assert ck("-d", examples, "query", "SELECT 1", "--timeout", "0", code=2).out == ""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_sql_that_computes(start: Start, examples: Path, number: signal.Signals, code: int) -> None:
    process = start("-d", examples, "query", ENDLESS)
    wait_for(lambda: processor_seconds(process.pid) > 1, "it computes")
    process.send_signal(number)
    out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (code, b"", b"")


def test_rows_are_streamed_and_a_slow_reader_costs_no_time(start: Start, examples: Path) -> None:
    """Far more rows than a pipe holds: the first is read before the last can be found, and then nothing for long."""
    process = start("-d", examples, "query", COUNTING.format(10**9), "--timeout", "1.5")
    assert process.stdout is not None
    assert process.stdout.readline() == b"i\n"
    assert process.stdout.readline() == b"1\n"
    time.sleep(2)
    for number in range(2, 100_000):
        assert process.stdout.readline() == b"%d\n" % number
    process.stdout.close()
    wait_for(lambda: process.poll() is not None, "it goes on")
    assert process.stderr is not None
    assert (process.returncode, process.stderr.read()) == (0, b""), "a reader that goes away is no error"
    process.stdout = None


def test_a_table_shows_what_a_terminal_would_obey(on_terminal: OnTerminal, examples: Path) -> None:
    result = on_terminal("-d", examples, "query", 'SELECT char(27) || title AS "a\x1b[31m" FROM documents_view')
    assert "\x1b" not in result.out
    assert "\\x1b[31m" in result.out.splitlines()[0]
    assert max(map(len, result.out.splitlines())) <= 80
