"""The schema, pinned, and the way to it from a blank file and from every earlier schema."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

import pytest
import sqlite_utils

from corpuskit.store.migrations import SCHEMA_VERSION, migrate
from corpuskit.store.store import Store

# Every table and view; what belongs to the full-text index and to the record of migrations comes from their libraries.
TABLES = {
    "runs", "sources", "contents", "pages", "recipes", "cleanings", "documents", "documents_fts", "tags", "decisions", "outcomes",
    "lines", "signature_blocks", "outdated_signatures", "searches", "comparisons", "pairs", "passages", "passage_documents",
    "vocabulary", "word_counts", "restorations", "documents_view", "tag_changes", "signals", "page_signals", "earlier_cleanings",
    "selections", "tombstones", "exports",
}  # fmt: skip
_OF_LIBRARIES = {"documents_fts_data", "documents_fts_idx", "documents_fts_docsize", "documents_fts_config", "_sqlite_migrations",
                 "sqlite_sequence"}  # fmt: skip


def schema(path: Path) -> dict[str, str | None]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT type || ' ' || name, sql FROM sqlite_master").fetchall()
        return {name: sql for name, sql in rows if "sqlite_autoindex" not in name}


@pytest.fixture
def fresh(tmp_path: Path) -> Path:
    path = tmp_path / "fresh.db"
    Store.open(path, write=True, create=True).close()
    return path


def test_every_table_is_listed_here(fresh: Path) -> None:
    names = {name.partition(" ")[2] for name in schema(fresh) if name.startswith(("table ", "view "))}
    assert names == TABLES | _OF_LIBRARIES


def test_tables_of_ours_are_strict(fresh: Path) -> None:
    for name, sql in schema(fresh).items():
        if name.startswith("table ") and name.partition(" ")[2] in TABLES - {"documents_fts"}:
            assert sql is not None
            assert "STRICT" in sql.rpartition(")")[2], name


@pytest.mark.parametrize("version", range(SCHEMA_VERSION))
def test_every_earlier_schema_becomes_the_present_one(fresh: Path, tmp_path: Path, version: int) -> None:
    path = tmp_path / "earlier.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        if version:  # else: a blank file
            migrate(connection, until=version)
        connection.execute("COMMIT")
    Store.open(path, write=True).close()
    assert schema(path) == schema(fresh)
    with Store.open(path) as store:
        assert store.database.value("PRAGMA user_version") == SCHEMA_VERSION


@pytest.mark.parametrize("version", [1, 2])
def test_an_index_in_which_emoji_were_letters_is_made_again(tmp_path: Path, version: int) -> None:
    path = tmp_path / "earlier.db"
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        migrate(connection, until=version)
        connection.execute(
            "INSERT INTO documents (id, words, characters, text_digest, encoding, encoding_source, text)"
            " VALUES (1, 1, 6, 'x', 'utf-8', 'utf-8', 'great\N{THINKING FACE}')"
        )
        connection.execute("INSERT INTO documents_fts (documents_fts) VALUES ('rebuild')")
        connection.execute("COMMIT")
        assert not connection.execute("SELECT 1 FROM documents_fts WHERE documents_fts MATCH 'great'").fetchall()
    with Store.open(path, write=True) as store:
        assert store.database.value("SELECT rowid FROM documents_fts WHERE documents_fts MATCH 'great'") == 1
        store.database.execute("INSERT INTO documents_fts (documents_fts, rank) VALUES ('integrity-check', 1)")


def test_opening_again_changes_nothing(fresh: Path) -> None:
    before = schema(fresh)
    Store.open(fresh, write=True).close()
    assert schema(fresh) == before


def test_other_tools_find_the_full_text_table(path: Path) -> None:
    database = sqlite_utils.Database(path)
    documents = database.table("documents")
    assert documents.detect_fts() == "documents_fts"
    assert [row["id"] for row in documents.search("bridge")] == [3]
    database.close()


def test_the_view_has_a_row_for_every_document(reading: Store) -> None:
    assert reading.database.value("SELECT count(*) FROM documents_view") == 6
    assert reading.database.value("SELECT group_concat(DISTINCT status) FROM documents_view WHERE id = 6") == "dropped"
