"""`corpuskit export`: the record of the contract, whole or not at all, and the same bytes every time."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from pathlib import Path

import pytest
from tests.conftest import CorpusKit

FIELDS = [
    "id", "url", "title", "author", "date", "date_source", "site_name", "site", "language", "text", "words", "characters",
    "source", "location", "fetched_at", "media_type", "encoding", "raw_digest", "text_digest", "extractor", "tags", "status",
    "reason", "duplicate_of",
]  # fmt: skip


def test_the_record(ck: CorpusKit, examples: Path) -> None:
    rows = ck("-d", examples, "export", "--all").rows()
    assert {tuple(row) for row in rows} == {tuple(FIELDS)}
    for row in rows:
        assert row["date"] is None or re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", row["date"])
        assert (row["date"] is None) == (row["date_source"] is None)
        assert row["date_source"] in (None, "metadata", "url", "text", "header", "given")
        assert row["characters"] == len(row["text"])
        assert row["text_digest"] == "sha256:" + hashlib.sha256(row["text"].encode()).hexdigest()
        assert re.fullmatch("sha256:[0-9a-f]{64}", row["raw_digest"])
        assert row["fetched_at"] is None or re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", row["fetched_at"])
        assert isinstance(row["tags"], list)
        assert row["status"] in ("kept", "dropped")
        assert (row["status"] == "dropped") == (row["reason"] is not None)


def test_the_same_corpus_gives_the_same_bytes(ck: CorpusKit, examples: Path, tmp_path: Path) -> None:
    for format_ in ("jsonl", "csv", "tsv", "text", "parquet", "tei", "vertical"):
        for name in ("one", "two"):
            ck("-d", examples, "export", "-f", format_, "-o", f"{name}.{format_}")
        written = [tmp_path / f"{name}.{format_}" for name in ("one", "two")]
        files = [sorted(path for path in (top, *top.rglob("*")) if path.is_file()) for top in written]
        assert files[0]
        assert [path.read_bytes() for path in files[0]] == [path.read_bytes() for path in files[1]]


def test_every_format_has_the_same_documents(ck: CorpusKit, examples: Path, tmp_path: Path) -> None:
    rows = ck("-d", examples, "export").rows()
    csv_rows = list(csv.DictReader(io.StringIO(ck("-d", examples, "export", "-f", "csv").out, newline="")))
    assert [row["text"] for row in csv_rows] == [row["text"] for row in rows]
    tsv = ck("-d", examples, "export", "-f", "tsv").out.split("\n")
    assert tsv[0].split("\t") == FIELDS
    assert [line.partition("\t")[0] for line in tsv[1:-1]] == [str(row["id"]) for row in rows]
    texts = ck("-d", examples, "export", "-f", "text").out.split("\f\n")
    assert [text.removesuffix("\n") for text in texts] == [row["text"] for row in rows]
    other = ck("-d", examples, "export", "-f", "text", "--separator", "=====", "-n", "2").out
    assert other.count("\n=====\n") == 1
    ck("-d", examples, "export", "-f", "text", "-o", "folder")
    index = (tmp_path / "folder" / "index.tsv").read_text().splitlines()
    assert len(index) == len(rows) + 1
    for line, row in zip(index[1:], rows, strict=True):
        assert (tmp_path / "folder" / line.partition("\t")[0]).read_text() == row["text"] + "\n"
    parquet = pytest.importorskip("pyarrow.parquet")
    ck("-d", examples, "export", "-f", "parquet", "-o", "corpus.parquet")
    assert parquet.read_table(tmp_path / "corpus.parquet").to_pylist() == rows


def test_fields_and_their_order(ck: CorpusKit, examples: Path) -> None:
    assert [*ck("-d", examples, "export", "--fields", "title,id", "-n", "1").rows()[0]] == ["title", "id"]
    assert ck("-d", examples, "export", "-f", "csv", "--fields", "title,id").out.startswith("title,id\n")


def test_a_cell_that_a_spreadsheet_would_run_is_made_safe_when_asked(ck: CorpusKit) -> None:
    ck("import", "-", "--field", "clean_text=t", input='{"t": "=HYPERLINK(1)", "title": "+1", "url": "https://x.example/"}\n')
    (plain,) = csv.DictReader(io.StringIO(ck("export", "-f", "csv").out))
    (safe,) = csv.DictReader(io.StringIO(ck("export", "-f", "csv", "--csv-safe").out))
    assert (plain["text"], plain["title"]) == ("=HYPERLINK(1)", "+1")
    assert (safe["text"], safe["title"], safe["url"]) == ("'=HYPERLINK(1)", "'+1", "https://x.example/")


def test_nothing_is_overwritten_without_force(ck: CorpusKit, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "out.jsonl").write_text("mine")
    result = ck("export", "-o", "out.jsonl", code=2)
    assert result.err == "corpuskit: out.jsonl exists\nhint: --force overwrites it\n"
    assert (tmp_path / "out.jsonl").read_text() == "mine"
    ck("export", "-o", "out.jsonl", "--force")
    assert (tmp_path / "out.jsonl").read_text() == ck("export").out


@pytest.mark.parametrize("name", ["corpus.db", "./corpus.db", "link.db", "hard.db"])
def test_the_corpus_itself_is_never_overwritten(ck: CorpusKit, corpus: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "link.db").symlink_to(corpus)
    (tmp_path / "hard.db").hardlink_to(corpus)
    before = corpus.read_bytes()
    result = ck("export", "-o", name, "--force", code=2)
    assert result.err == f"corpuskit: {Path(name)} is the corpus itself\n"
    assert corpus.read_bytes() == before


def test_what_cannot_be_written_leaves_nothing_behind(ck: CorpusKit, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for arguments in (("-o", "no/out.jsonl"), ("-o", "folder"), ("-f", "parquet")):
        result = ck("export", *arguments, code=2)
        assert result.out == ""
        assert result.err.startswith("corpuskit: ")
    nothing = ck("export", "--lang", "xx", "-o", "out.jsonl", code=1)
    assert "was not written" in nothing.err
    assert ck("export", "--lang", "xx", code=1).out == ""
    assert {path.name for path in tmp_path.iterdir()} == {"corpus.db", "folder"}
    assert list((tmp_path / "folder").iterdir()) == []


def test_a_reader_in_the_middle_of_a_forced_export_sees_the_old_file_or_the_new(
    ck: CorpusKit, corpus: Path, tmp_path: Path
) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "old.txt").write_text("old")
    ck("export", "-f", "text", "-o", "texts", "--force")
    assert not (tmp_path / "texts" / "old.txt").exists()
    assert (tmp_path / "texts" / "index.tsv").exists()
    assert {path.name for path in tmp_path.iterdir()} == {"corpus.db", "texts"}
