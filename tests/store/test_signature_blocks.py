"""Blocks of signatures: what is put in comes out, once, and the database itself knows whose text has changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.conftest import cleaned

from corpuskit.documents import RawPage
from corpuskit.store import signature_blocks
from corpuskit.store.migrations import APPLICATION_ID, STEPS, migrate
from corpuskit.store.pages import Place
from corpuskit.store.signature_blocks import WIDTHS, SignatureBlocks, SignedText
from corpuskit.store.store import Store

FORMAT = 7


def signed(document_id: int, seed: int = 0) -> SignedText:
    content = bytes([document_id % 251, seed]) * 128
    return SignedText(document_id, content[:16], document_id + seed, 10 * document_id, content[:8], content)


def held(blocks: SignatureBlocks) -> dict[int, SignedText]:
    """What the blocks hold. A document that stands there twice fails."""
    found: dict[int, SignedText] = {}
    for row, signatures in zip(blocks.properties(FORMAT), blocks.signatures(FORMAT), strict=True):
        columns = {**{name: row[name] for name in WIDTHS if name != "signatures"}, "signatures": signatures}
        values = [
            [columns[name][at : at + width] for at in range(0, len(columns[name]), width)] for name, width in WIDTHS.items()
        ]
        assert len({len(column) for column in values}) == 1
        assert len(values[0]) <= signature_blocks.CAPACITY
        for number, digest, shingles, characters, name, signature in zip(*values, strict=True):
            document_id = int.from_bytes(number, "little")
            assert document_id not in found
            counts = int.from_bytes(shingles, "little"), int.from_bytes(characters, "little")
            found[document_id] = SignedText(document_id, digest, *counts, name, signature)
    return found


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.one_of(st.lists(st.integers(1, 30), max_size=12, unique=True), st.sets(st.integers(1, 30), max_size=5)), max_size=8
    )
)
def test_what_is_put_in_and_not_taken_out_is_there_once(steps: list[Sequence[int] | set[int]]) -> None:
    expected: dict[int, SignedText] = {}
    with TemporaryDirectory() as folder, Store.open(Path(folder) / "corpus.db", write=True, create=True) as store:
        blocks = store.signatures.blocks
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(signature_blocks, "CAPACITY", 4)
            for seed, step in enumerate(steps):
                with store.transaction():
                    if isinstance(step, set):
                        blocks.remove(step)
                        expected = {one: text for one, text in expected.items() if one not in step}
                    else:
                        new = [signed(one, seed) for one in step if one not in expected]
                        blocks.put(new, FORMAT)
                        expected |= {text.document_id: text for text in new}
            assert held(blocks) == expected


def test_signatures_of_another_format_are_taken_out(path: Path) -> None:
    with Store.open(path, write=True) as store, store.transaction():
        blocks = store.signatures.blocks
        blocks.put([signed(1), signed(2)], FORMAT - 1)
        blocks.put([signed(3)], FORMAT)
        assert blocks.remove_other_formats(FORMAT) == [1, 2]
        assert held(blocks) == {3: signed(3)}
        assert blocks.remove_other_formats(FORMAT) == []


texts = st.lists(st.sampled_from(["first", "second", None]), max_size=7)


@settings(max_examples=40, deadline=None)
@given(texts, texts)
def test_a_signature_is_outdated_exactly_while_the_text_is_another_one(before: list[str | None], after: list[str | None]) -> None:
    with (
        TemporaryDirectory() as folder,
        Store.open(Path(folder) / "corpus.db", write=True, create=True) as store,
        store.runs.record("import", []) as run,
        store.transaction(),
    ):
        source_id = store.pages.add_source("generated")
        page_id, _ = store.pages.add(RawPage(b"raw", "text/plain", "page"), source_id, run.id)
        place = Place(source_id, "page", None, None)
        for text in (*before, "signed"):
            store.documents.put(page_id, run.id, cleaned(text), place)
        store.signatures.blocks.put([signed(page_id)], FORMAT)
        assert store.signatures.blocks.outdated() == []
        present: str | None = "signed"
        for text in (*after, "other", "signed"):
            store.documents.put(page_id, run.id, cleaned(text), place)
            present = text
            assert store.signatures.blocks.changed([page_id]) == ({page_id} if present != "signed" else set())


def test_what_was_compared_under_an_earlier_schema_is_carried_over(tmp_path: Path) -> None:
    path = tmp_path / "earlier.db"
    earlier = next(number for number, step in enumerate(STEPS) if any("signature_blocks" in statement for statement in step))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN")
        migrate(connection, earlier)
        connection.execute("COMMIT")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute("INSERT INTO runs (command, arguments, versions, started_at, status) VALUES ('', '', '', '', 'done')")
        connection.execute("INSERT INTO sources (name, path) VALUES ('', '')")
        connection.execute("INSERT INTO contents (digest, size, zstd) VALUES ('', 0, x'')")
        connection.execute("INSERT INTO comparisons (settings) VALUES ('0.8 longest'), ('0.9 longest')")
        for document_id, digest, settled in ((1, "same", 1), (2, "older", 1), (3, "same", 2), (4, "same", None)):
            connection.execute(
                "INSERT INTO pages (identity, content_id, source_id, run_id, location, media_type) VALUES (?, 1, 1, 1, '', '')",
                (bytes([document_id]),),
            )
            connection.execute(
                "INSERT INTO documents (id, words, characters, text_digest, encoding, encoding_source, text)"
                " VALUES (?, 1, 1, 'same', 'utf-8', 'utf-8', '')",
                (document_id,),
            )
            connection.execute("INSERT INTO signatures VALUES (?, ?, x'00', 1, x'00', ?)", (document_id, digest, settled))
    with Store.open(path, write=True) as store:
        assert [store.signatures.settled_in(number) for number in (1, 2)] == ["[1,2]", "[3]"]
        assert store.signatures.blocks.outdated() == [2]
        assert store.signatures.blocks.properties(FORMAT) == []
