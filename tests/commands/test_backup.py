"""`corpuskit backup`: one whole copy, and never over another file."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import CorpusKit


def test_a_backup_is_the_same_corpus_in_one_file(ck: CorpusKit, examples: Path, tmp_path: Path) -> None:
    result = ck("-d", examples, "backup", "copy.db")
    assert result.out == ""
    assert result.err == f"wrote copy.db: {(tmp_path / 'copy.db').stat().st_size:,} bytes, checked\n"
    assert ck("-d", "copy.db", "export", "--all").out == ck("-d", examples, "export", "--all").out
    assert [path.name for path in tmp_path.iterdir()] == ["copy.db"]
    assert ck("-q", "-d", examples, "backup", "quiet.db").err == ""


def test_nothing_is_ever_overwritten(ck: CorpusKit, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "there.db").write_text("mine")
    (tmp_path / "dead.db").symlink_to("nowhere")
    before = corpus.read_bytes()
    for name in ("there.db", "corpus.db", "dead.db", "."):
        result = ck("backup", name, code=2)
        assert result.err.startswith("corpuskit: ")
        assert "never overwrites" in result.err
    assert (tmp_path / "there.db").read_text() == "mine"
    assert corpus.read_bytes() == before
    assert "no folder" in ck("backup", "no/copy.db", code=2).err
    assert {path.name for path in tmp_path.iterdir()} == {"there.db", "dead.db", "corpus.db"}


def test_a_damaged_corpus_has_no_backup(ck: CorpusKit, corpus: Path, tmp_path: Path) -> None:
    content = bytearray(corpus.read_bytes())
    for start in range(8 * 4096, len(content) - 4096, 3 * 4096):
        content[start : start + 4096] = bytes(4096)
    corpus.write_bytes(content)
    result = ck("backup", "copy.db", code=2)
    assert len([line for line in result.err.splitlines() if line.startswith("corpuskit: ")]) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["corpus.db"]
