"""Every kind of damage that is planted is found, and a sound corpus has none."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
from pathlib import Path

import pytest

from corpuskit.errors import CorpusError
from corpuskit.store.store import Store


def findings(path: Path, *, data: bool = True) -> list[str]:
    with Store.open(path) as store:
        checks = store.checks
        return [*checks.structure(), *checks.rules(), *checks.index(), *(checks.digests() if data else ())]


def plant(path: Path, *statements: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def test_a_sound_corpus_has_no_findings(path: Path) -> None:
    assert findings(path) == []


DAMAGE = {
    "a text was changed": (
        ["UPDATE documents SET text = replace(text, 'river', 'rover') WHERE id = 1"],
        ["index: does not fit the documents", "document 1: its text is not that of its digest"],
    ),
    "a text was changed and indexed": (
        ["UPDATE documents SET text = 'other' WHERE id = 1", "INSERT INTO documents_fts (documents_fts) VALUES ('rebuild')"],
        ["document 1: its text is not that of its digest"],
    ),
    "a title was changed": (["UPDATE documents SET title = 'Zebra' WHERE id = 2"], ["index: does not fit the documents"]),
    "a document is not indexed": (
        ["""INSERT INTO documents_fts (documents_fts, rowid, title, text, title_characters, text_characters)
            SELECT 'delete', id, title, text, title_characters, text_characters FROM documents WHERE id = 3"""],
        ["index: does not fit the documents"],
    ),
    "a row of the index is gone": (
        ["DELETE FROM documents_fts_data WHERE id = (SELECT max(id) FROM documents_fts_data)"],
        ["index: does not fit the documents"],
    ),
    "a page's digest was changed": (
        ["UPDATE contents SET digest = 'sha256:0' WHERE id = 2"],
        ["content 2: its bytes are not those of its digest"],
    ),
    "a page's size was changed": (
        ["UPDATE contents SET size = size + 1 WHERE id = 2"], ["content 2: its bytes are not those of its digest"]
    ),
    "a page was cut": (
        ["UPDATE contents SET zstd = substr(zstd, 1, length(zstd) - 3) WHERE id = 2"], ["content 2: cannot be decompressed"]
    ),
    "a page is garbage": (["UPDATE contents SET zstd = x'00' WHERE id = 2"], ["content 2: cannot be decompressed"]),
    "a page is nothing": (["UPDATE contents SET zstd = x'' WHERE id = 2"], ["content 2: "]),
    "a content is gone": (
        ["DELETE FROM contents WHERE id = 8"], ["reference: row 8 of pages points at a row of contents that does not exist"]
    ),
    "a source is gone": (
        ["DELETE FROM sources WHERE id = 2"],
        [f"reference: row {page_id} of pages points at a row of sources" for page_id in (4, 5, 6)],
    ),
    "a page is gone": (["DELETE FROM pages WHERE id = 8"], ["a content that no page refers to: 8"]),
    "a document is gone": (
        ["""INSERT INTO documents_fts (documents_fts, rowid, title, text, title_characters, text_characters)
            SELECT 'delete', id, title, text, title_characters, text_characters FROM documents WHERE id = 3""",
         "DELETE FROM documents WHERE id = 3"],
        ["a cleaned page without a document: 3"],
    ),
    "a document of a page without text": (
        ["UPDATE cleanings SET outcome = 'no-text' WHERE page_id = 1"], ["a document of a page that is not cleaned: 1"]
    ),
    "a failure that nobody hears of": (
        ["INSERT INTO cleanings (page_id, recipe_id, run_id, outcome) VALUES (8, 1, 1, 'failed')"],
        ["a failed cleaning without an outcome: 8"],
    ),
    "a decision about nothing": (
        ["INSERT INTO decisions (document_id, run_id, rule) VALUES (7, 1, 'duplicate')"],
        ["a decision about a page without a document: 2"],
    ),
    "a tag of a page that is not there": (
        ["INSERT INTO tags VALUES (99, 'x', 1)"], ["of tags points at a row of pages that does not exist"]
    ),
    "counters that do not balance": (
        ["""UPDATE runs SET counts = json_set(counts, '$.new', 7)"""], ["a run whose counters do not balance: 1"]
    ),
}  # fmt: skip


@pytest.mark.parametrize(("statements", "expected"), DAMAGE.values(), ids=DAMAGE)
def test_planted_damage_is_found(path: Path, statements: list[str], expected: list[str]) -> None:
    plant(path, *statements)
    found = findings(path)
    for text in expected:
        assert any(text in finding for finding in found), found
    assert len(found) == len(expected), "and nothing else is reported"
    assert all("\n" not in finding for finding in found)


def test_what_only_a_digest_can_find_needs_data(path: Path) -> None:
    plant(path, "UPDATE contents SET digest = 'sha256:0' WHERE id = 2")
    assert findings(path, data=False) == []


@pytest.mark.parametrize("share", [0.2, 0.4, 0.6, 0.8])
def test_a_file_with_a_hole_is_never_sound(path: Path, share: float) -> None:
    content = bytearray(path.read_bytes())
    start = int(len(content) * share) // 4096 * 4096
    content[start : start + 4096] = bytes(4096)
    path.write_bytes(content)
    try:
        assert findings(path)
    except CorpusError as error:
        assert "\n" not in str(error)


def test_checking_changes_nothing(path: Path) -> None:
    before = path.read_bytes()
    assert findings(path) == []
    assert path.read_bytes() == before
    assert [entry.name for entry in path.parent.iterdir()] == ["corpus.db"]


def test_a_backup_is_the_same_corpus(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    with Store.open(path) as store:
        store.checks.back_up(target)
    with Store.open(path) as store, Store.open(target) as copy:
        ids = [1, 2, 3, 4, 5, 6]
        assert list(copy.documents.records(ids)) == list(store.documents.records(ids))
    assert findings(target) == []


def test_a_backup_of_a_corpus_that_is_written_to_is_of_one_moment(path: Path, tmp_path: Path) -> None:
    with Store.open(path, write=True) as writer, Store.open(path) as store:
        writer.database.execute("BEGIN IMMEDIATE")
        writer.database.execute("DELETE FROM tags")
        store.checks.back_up(tmp_path / "copy.db")
        writer.database.execute("ROLLBACK")
    assert findings(Path(shutil.move(tmp_path / "copy.db", tmp_path / "moved.db"))) == []
    with Store.open(tmp_path / "moved.db") as copy:
        assert copy.database.value("SELECT count(*) FROM tags") == 3
