"""The file: opening, refusing, transactions, and SQL that a user wrote."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest

from corpuskit.errors import CorpusError, LockedError, UsageError
from corpuskit.store.database import Database
from corpuskit.store.migrations import APPLICATION_ID, SCHEMA_VERSION
from corpuskit.store.store import Store


def pragma(path: Path, name: str) -> object:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]


def count_runs(database: Database) -> int:
    return int(database.value("SELECT count(*) FROM runs"))


@pytest.mark.parametrize("write", [False, True])
def test_a_missing_corpus_is_refused_and_not_created(tmp_path: Path, write: bool) -> None:
    with pytest.raises(CorpusError, match="no corpus at") as refused:
        Database.open(tmp_path / "no.db", write=write)
    assert refused.value.hint == "corpuskit import"
    assert list(tmp_path.iterdir()) == []


def test_a_corpus_is_not_created_in_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="no folder"):
        Database.open(tmp_path / "no" / "corpus.db", write=True, create=True)


@pytest.mark.parametrize("name", ["corpus.db", "a?b.db", "a#b.db", "a%41b.db", "a b&mode=ro.db", "grün-語.db"])
def test_a_new_corpus_is_one_file_that_says_what_it_is(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    Database.open(path, write=True, create=True).close()
    assert [entry.name for entry in tmp_path.iterdir()] == [name]
    assert pragma(path, "application_id") == APPLICATION_ID
    assert pragma(path, "user_version") == SCHEMA_VERSION
    assert pragma(path, "journal_mode") == "delete"


def test_files_of_others_are_refused_and_stay_as_they_are(tmp_path: Path) -> None:
    text, foreign, stolen = tmp_path / "text", tmp_path / "foreign.db", tmp_path / "other-id.db"
    text.write_text("no database at all " * 100)
    for path, statement in ((foreign, "CREATE TABLE runs (id)"), (stolen, "PRAGMA application_id = 1")):
        with contextlib.closing(sqlite3.connect(path)) as connection:
            connection.execute(statement)
            connection.commit()
    for path in (text, foreign, stolen):
        before = path.read_bytes()
        for write in (False, True):
            with pytest.raises(CorpusError, match="not a corpus"):
                Database.open(path, write=write, create=write)
        assert path.read_bytes() == before
    with pytest.raises(CorpusError, match="not a file"):
        Database.open(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {"text", "foreign.db", "other-id.db"}


def test_a_newer_corpus_is_refused_with_a_hint(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    for write in (False, True):
        with pytest.raises(CorpusError, match="newer corpuskit") as refused:
            Database.open(path, write=write)
        assert refused.value.hint == "upgrade corpuskit"
    assert pragma(path, "user_version") == SCHEMA_VERSION + 1


def test_a_reading_connection_cannot_write(reading: Store) -> None:
    with pytest.raises(CorpusError, match="cannot write"):
        reading.database.execute("DELETE FROM runs")


def test_a_transaction_is_all_or_nothing(writing: Store) -> None:
    database = writing.database
    before = count_runs(database)
    with pytest.raises(ZeroDivisionError), database.transaction():
        database.execute("INSERT INTO runs (command, arguments, versions, started_at, status) VALUES ('x', '', '', '', 'done')")
        with database.transaction():  # belongs to the outer one
            database.execute(
                "INSERT INTO runs (command, arguments, versions, started_at, status) VALUES ('y', '', '', '', 'done')"
            )
        _ = 1 / 0
    assert count_runs(database) == before
    with database.transaction():
        database.execute("INSERT INTO runs (command, arguments, versions, started_at, status) VALUES ('z', '', '', '', 'done')")
    assert count_runs(database) == before + 1


def test_readers_do_not_wait_for_an_open_transaction(path: Path) -> None:
    with Store.open(path, write=True) as writer, contextlib.suppress(ZeroDivisionError), writer.transaction():
        writer.database.execute("DELETE FROM tags")
        with Store.open(path) as reader:
            assert reader.database.value("SELECT count(*) FROM tags") == 3
        _ = 1 / 0


def test_a_second_writer_is_locked_out(path: Path) -> None:
    with Store.open(path, write=True) as first, Store.open(path, write=True) as second:
        second.database.execute("PRAGMA busy_timeout = 1")
        with first.transaction(), pytest.raises(LockedError, match="another process is writing") as locked, second.transaction():
            pass
        assert locked.value.exit_code == 75
        with second.transaction():
            second.database.execute("DELETE FROM tags")
        assert first.database.value("SELECT count(*) FROM tags") == 0


@pytest.mark.parametrize("replaced", [False, True])
def test_a_corpus_that_went_away_takes_no_commit(path: Path, tmp_path: Path, replaced: bool) -> None:
    store = Store.open(path, write=True)
    for name in tmp_path.iterdir():
        name.unlink()
    if replaced:
        path.write_text("another file")
    with pytest.raises(CorpusError, match="removed or replaced"), store.transaction():
        store.database.execute("DELETE FROM tags")
    store.close()
    assert [name.name for name in tmp_path.iterdir()] == (["corpus.db"] if replaced else [])


def test_two_that_create_at_once_make_one_corpus(tmp_path: Path) -> None:
    import subprocess
    import sys

    path = tmp_path / "corpus.db"
    code = "import sys; from corpuskit import Store; Store.open(sys.argv[1], write=True, create=True).close()"
    both = [subprocess.Popen([sys.executable, "-c", code, path]) for _ in range(4)]
    assert [process.wait(60) for process in both] == [0] * 4
    with Store.open(path) as store:
        assert list(store.checks.structure()) == []
        assert store.database.value("SELECT count(*) FROM sqlite_master WHERE name = 'documents'") == 1


def test_text_and_numbers_that_sqlite_cannot_hold_are_wrong_use(reading: Store) -> None:
    with pytest.raises(UsageError, match="UTF-8"):
        reading.database.value("SELECT ?", ("\udcff",))
    with pytest.raises(UsageError, match="too large"):
        reading.database.value("SELECT ?", (2**64,))


# SQL that a user wrote

READABLE = (
    "SELECT id, title FROM documents_view",
    "SELECT upper(title) || length(text) FROM documents_view WHERE language = 'en' ORDER BY words LIMIT 2",
    "SELECT id FROM documents_view WHERE id IN (SELECT rowid FROM documents_fts WHERE documents_fts MATCH 'ferry')",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT i FROM n",
    "SELECT value FROM json_each('[1, 2]')",
    "VALUES (1)",
)
FORBIDDEN = (
    "ATTACH DATABASE '/tmp/stolen.db' AS stolen",
    "DETACH DATABASE main",
    "PRAGMA user_version = 9",
    "PRAGMA journal_mode",
    "SELECT * FROM pragma_database_list",
    "INSERT INTO tags VALUES (1, 'x', 1)",
    "UPDATE documents SET text = ''",
    "DELETE FROM documents",
    "DROP TABLE documents",
    "CREATE TABLE mine (x)",
    "CREATE TEMP TABLE mine (x)",
    "CREATE TEMP TRIGGER t AFTER INSERT ON tags BEGIN SELECT 1; END",
    "ALTER TABLE documents ADD COLUMN x",
    "REINDEX",
    "ANALYZE",
    "VACUUM",
    "VACUUM INTO '/tmp/stolen.db'",
    "BEGIN IMMEDIATE",
    "SAVEPOINT s",
    "SELECT load_extension('/tmp/evil.so')",
    "SELECT writefile('/tmp/stolen', 'x')",
    "INSERT INTO documents_fts (documents_fts) VALUES ('rebuild')",
    "EXPLAIN DELETE FROM documents",
)


def run_sql(store: Store, statement: str, seconds: float = 30.0) -> list[sqlite3.Row]:
    return list(store.database.user_rows(statement, seconds=seconds)[1])


@pytest.mark.parametrize("statement", READABLE)
def test_a_user_may_read(reading: Store, statement: str) -> None:
    assert run_sql(reading, statement)


@pytest.mark.parametrize("statement", FORBIDDEN)
@pytest.mark.parametrize("connection", ["reading", "writing"])
def test_a_user_may_do_nothing_else(request: pytest.FixtureRequest, statement: str, connection: str) -> None:
    store: Store = request.getfixturevalue(connection)
    with pytest.raises(UsageError, match="SQL") as refused:
        run_sql(store, statement)
    assert "\n" not in str(refused.value)
    assert store.database.value("SELECT count(*) FROM documents") == 6
    assert store.database.value("SELECT count(*) FROM sqlite_temp_master") == 0


WRONG = ("SELECT nonsense", "SELEC 1", "", ";", "SELECT 1; SELECT 2", "SELECT 1; DROP TABLE tags", "SELECT 'cut",
         "SELECT (" * 5_000, "SELECT 1 WHERE " + "NOT " * 100_000 + "1")  # fmt: skip


@pytest.mark.parametrize("statement", WRONG, ids=lambda statement: statement[:30])
def test_wrong_sql_is_wrong_use_in_one_line(reading: Store, statement: str) -> None:
    if not statement.strip(";"):
        assert run_sql(reading, statement) == []
        return
    with pytest.raises(UsageError, match=r"^SQL: ") as refused:
        run_sql(reading, statement)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "statement",
    [
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n",
    ],
)
def test_sql_that_never_ends_is_stopped(reading: Store, statement: str) -> None:
    with pytest.raises(UsageError, match="took too long"):
        for _ in reading.database.user_rows(statement, seconds=0.2)[1]:
            pass
    assert run_sql(reading, "SELECT 1"), "the connection can be used again"


def test_what_a_user_may_not_the_tool_still_may(writing: Store) -> None:
    with pytest.raises(UsageError):
        run_sql(writing, "DELETE FROM tags")
    rows = writing.database.user_rows("SELECT id FROM documents")[1]
    next(rows)
    rows.close()  # type: ignore[attr-defined]
    with writing.transaction():
        writing.database.execute("DELETE FROM tags")
    assert writing.database.value("SELECT count(*) FROM tags") == 0
