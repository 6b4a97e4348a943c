"""The corpus remembers what `corpuskit export` handed on, where it can; the export is the same where it cannot."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from tests.conftest import CorpusKit, environment

from corpuskit.store.store import Store


@pytest.fixture
def corpus(corpus: Path) -> Path:
    """The example corpus as if nothing had been exported from it: other tests may have."""
    with contextlib.closing(sqlite3.connect(corpus)) as connection, connection:
        connection.execute("DELETE FROM exports")
    return corpus


def remembered(path: Path) -> list[tuple[str, tuple[int, ...], tuple[str, ...]]]:
    """Path, documents and command line of every export."""
    with Store.open(path) as store:
        return [(one.path, one.holds, one.arguments) for one in store.exports.holding(range(1, 100))]


def ids_of(ck: CorpusKit, *arguments: object) -> tuple[int, ...]:
    return tuple(sorted(int(line) for line in ck("list", "-f", "ids", *arguments).out.split()))


def test_what_went_where_is_remembered(ck: CorpusKit, corpus: Path, tmp_path: Path) -> None:
    everything = ids_of(ck)
    ck("export", "-o", "out.jsonl")
    ck("export", "--lang", "de", "-f", "csv", "--fields", "title")
    ck("export", "-f", "text", "-o", "texts", "-n", "2")
    ck("export", "--all", "-f", "parquet", "-o", "all.parquet")
    assert remembered(corpus) == [
        (f"{tmp_path}/out.jsonl", everything, ("export", "-o", "out.jsonl")),
        ("-", ids_of(ck, "--lang", "de"), ("export", "--lang", "de", "-f", "csv", "--fields", "title")),
        (f"{tmp_path}/texts", everything[:2], ("export", "-f", "text", "-o", "texts", "-n", "2")),
        (f"{tmp_path}/all.parquet", ids_of(ck, "--all"), ("export", "--all", "-f", "parquet", "-o", "all.parquet")),
    ]
    assert f"to {tmp_path}/out.jsonl, {len(everything)} documents" in ck("why", everything[0]).out
    assert ck("check", "--data").out == "sound\n"


def test_every_side_of_a_split_is_an_export_of_its_own(ck: CorpusKit, corpus: Path, tmp_path: Path) -> None:
    ck("export", "--split", "train=0.5,test=0.5", "-o", "{split}.jsonl")
    ck("export", "--split", "train=0.5,test=0.5")
    train, test, whole = remembered(corpus)
    assert (train[0], test[0], whole[0]) == (f"{tmp_path}/train.jsonl", f"{tmp_path}/test.jsonl", "-")
    assert tuple(sorted(train[1] + test[1])) == whole[1] == ids_of(ck)


def test_what_was_not_written_is_not_remembered(ck: CorpusKit, corpus: Path) -> None:
    before = corpus.read_bytes()
    ck("export", "--lang", "xx", code=1)
    ck("export", "-o", "no/out.jsonl", code=2)
    ck("export", "-f", "parquet", code=2)
    assert corpus.read_bytes() == before


def test_a_reader_that_goes_away_has_what_was_written(ck: CorpusKit, corpus: Path, tmp_path: Path) -> None:
    tool = f"'{sys.executable}' -m corpuskit"
    script = f"for i in 1 2 3; do {tool} -q export --all --fields id,text; done | head -c 1000 > beginning"
    subprocess.run(["bash", "-c", script], cwd=tmp_path, env=environment(), check=True, timeout=120)
    for path, ids, _ in remembered(corpus):
        assert path == "-"
        assert {*ids} <= {*ids_of(ck, "--all")}
    assert ck("check", "--data").out == "sound\n"


def test_a_locked_corpus_is_exported_and_does_not_remember(ck: CorpusKit, corpus: Path, tmp_path: Path) -> None:
    ck("export", "-o", "plain.jsonl")
    with contextlib.closing(sqlite3.connect(corpus, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        result = ck("export", "-o", "out.jsonl")
        assert result.err.splitlines()[-1] == f"wrote {len(ids_of(ck))} documents to out.jsonl"
        assert "the corpus does not remember this export: corpus.db: locked: another process is writing" in result.err
        assert ck("-q", "export", "-o", "quiet.jsonl").err == ""
        connection.execute("ROLLBACK")
    assert (tmp_path / "out.jsonl").read_bytes() == (tmp_path / "plain.jsonl").read_bytes()
    assert len(remembered(corpus)) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="this user may write to any file")
def test_a_corpus_that_cannot_be_written_is_exported_and_does_not_remember(ck: CorpusKit, corpus: Path) -> None:
    corpus.chmod(0o444)
    before = corpus.read_bytes()
    result = ck("export")
    assert "the corpus does not remember this export: corpus.db: cannot write: no permission" in result.err
    assert len(result.rows()) == len(ids_of(ck))
    assert corpus.read_bytes() == before


def test_an_export_while_a_writer_is_at_work_is_remembered(ck: CorpusKit, corpus: Path) -> None:
    with Store.open(corpus, write=True) as store:
        store.runs.start("import", [])
        ck("export", "-o", "out.jsonl")
    assert len(remembered(corpus)) == 1
    assert ck("check").out == "sound\n"
