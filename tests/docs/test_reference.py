"""The hand-written reference tells the truth: what queries find, what a record holds, which tables and columns there are."""

from __future__ import annotations

import json
import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from corpuskit import Selection, Store
from corpuskit.errors import UsageError
from corpuskit.record import RECORD_FIELDS

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
QUERIES = re.findall(r"^\| `([^`]+)` \| (\d+) \|", (REFERENCE / "queries.md").read_text("utf-8"), re.MULTILINE)
SCHEMA = (REFERENCE / "schema.md").read_text("utf-8")
SQL = re.findall(r"^```sql\n(.*?)^```$", SCHEMA, re.DOTALL | re.MULTILINE)


# queries


@pytest.mark.parametrize(("query", "documents"), QUERIES)
def test_a_query_finds_as_many_documents_as_the_page_says(query: str, documents: str, html_corpus: Path) -> None:
    with Store.open(html_corpus) as store:
        assert store.selecting.count(Selection(match=query)) == int(documents)


def test_the_examples_of_the_query_language_tell_something() -> None:
    assert len(QUERIES) > 40
    assert {"0", "1"} < {documents for _, documents in QUERIES}


@pytest.mark.parametrize("query", ["", "!!!", "* ^", "a" * 4_097])
def test_a_query_without_a_word_or_too_long_is_refused(query: str, html_corpus: Path) -> None:
    with Store.open(html_corpus) as store, pytest.raises(UsageError):
        store.selecting.count(Selection(match=query))


# the record


def record_rows() -> list[tuple[str, str, str]]:
    """Field, type and null of the table of the record."""
    page = (REFERENCE / "record.md").read_text("utf-8")
    return re.findall(r"^\| `([a-z_]+)` \| (integer|string|array of strings) \| ([^|]+?) \| [^|]+ \|$", page, re.MULTILINE)


@pytest.fixture(scope="module")
def records(corpus: Path) -> list[dict[str, Any]]:
    command = [sys.executable, "-m", "corpuskit", "--db", str(corpus), "export", "-f", "jsonl"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_record_is_described_field_by_field(records: list[dict[str, Any]]) -> None:
    described = [name for name, _, _ in record_rows()]
    assert described == list(RECORD_FIELDS)
    assert all(list(record) == described for record in records)


@pytest.mark.parametrize(("name", "kind", "null"), record_rows())
def test_a_field_has_the_type_that_is_described(name: str, kind: str, null: str, records: list[dict[str, Any]]) -> None:
    for record in records:
        value = record[name]
        if value is None:
            assert null != "never"
        elif kind == "array of strings":
            assert isinstance(value, list)
            assert all(isinstance(item, str) for item in value)
        else:
            assert type(value) is {"integer": int, "string": str}[kind]


def test_sources_of_dates_are_described(records: list[dict[str, Any]]) -> None:
    page = (REFERENCE / "record.md").read_text("utf-8")
    described = set(re.findall(r"^\| `([a-z]+)` \| ", page.partition("## Where a date comes from")[2], re.MULTILINE))
    assert {record["date_source"] for record in records} - {None} <= described


# the schema


def described_tables() -> dict[str, list[tuple[str, str]]]:
    """Table to its columns with their types, as the page has them."""
    tables = {}
    for title, text in re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", SCHEMA, re.DOTALL | re.MULTILINE):
        rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| (\w*) ?\|", text, re.MULTILINE)
        if rows:
            tables[title] = [(name, kind) for names, kind in rows for name in re.findall(r"`(\w+)`", names)]
    return tables


def real_tables(database: sqlite3.Connection) -> dict[str, list[tuple[str, str]]]:
    names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")]
    return {name: [(row[1], row[2]) for row in database.execute(f'PRAGMA table_info("{name}")')] for name in names}


def test_every_table_and_column_is_described_in_order_and_with_its_type(corpus: Path) -> None:
    with closing(sqlite3.connect(f"file:{corpus}?mode=ro", uri=True)) as database:
        real = real_tables(database)
    described = described_tables()
    of_the_index = {name for name in real if name.startswith("documents_fts_")}
    assert all(f"`{name}`" in SCHEMA for name in (*of_the_index, "sqlite_sequence"))
    assert set(described) == set(real) - of_the_index - {"sqlite_sequence"}
    for table, columns in described.items():
        assert [name for name, _ in columns] == [name for name, _ in real[table]], table
        assert [kind for _, kind in columns if kind] == [kind for (_, kind), (_, said) in
                                                         zip(real[table], columns, strict=True) if said], table  # fmt: skip


@pytest.mark.parametrize("statement", SQL)
def test_the_sql_of_the_page_runs_and_finds_something(statement: str, corpus: Path) -> None:
    with closing(sqlite3.connect(f"file:{corpus}?mode=ro", uri=True)) as database:
        assert database.execute(statement).fetchall()


def test_numbers_of_the_file_are_described(corpus: Path) -> None:
    with closing(sqlite3.connect(f"file:{corpus}?mode=ro", uri=True)) as database:
        (application,) = database.execute("PRAGMA application_id").fetchone()
    assert f"is {application} " in SCHEMA
    assert application.to_bytes(4, "big").decode() == "ckit"


def test_the_raw_bytes_can_be_read_as_the_page_shows(corpus: Path, tmp_path: Path) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```$", SCHEMA, re.DOTALL | re.MULTILINE)
    if sys.version_info >= (3, 14):
        code = code.replace("from backports import", "from compression import")
    folder = tmp_path / "here"
    folder.mkdir()
    (folder / "corpus.db").write_bytes(corpus.read_bytes())
    script = f"{code}\nimport sys; sys.stdout.buffer.write(page)"
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", script], cwd=folder, capture_output=True, timeout=60, check=True)
    with Store.open(corpus) as store:
        assert done.stdout == store.pages.raw(1)
