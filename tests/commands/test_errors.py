"""`corpuskit errors`: what failed or was skipped, until it did not."""

from __future__ import annotations

from pathlib import Path

from tests.commands.conftest import article
from tests.conftest import CorpusKit

from corpuskit.reasons import Reason


def test_every_input_without_a_page_is_listed_with_its_reason(ck: CorpusKit, examples: Path) -> None:
    rows = ck("-d", examples, "errors", "-f", "jsonl").rows()
    assert [*rows[0]] == ["stage", "source", "location", "reason", "detail", "run"]
    assert {Path(row["location"]).name: row["reason"] for row in rows} == {
        "notes.jsonl#4": "bad-record", "notes.jsonl#5": "no-content", "empty.html": "empty", "report.html": "unsupported-type",
        "white-space.html": "empty",
    }  # fmt: skip
    assert all(row["reason"] in {reason.value for reason in Reason} for row in rows)


def test_only_some(ck: CorpusKit, examples: Path) -> None:
    failed = ck("-d", examples, "errors", "--status", "failed", "-f", "jsonl", "--fields", "reason,status").rows()
    assert failed == [{"reason": "bad-record", "status": "failed"}]
    assert len(ck("-d", examples, "errors", "--status", "skipped", "-f", "jsonl").rows()) == 4
    assert len(ck("-d", examples, "errors", "--stage", "import", "--run", "1", "-f", "jsonl").rows()) == 5
    for arguments in (("--stage", "clean"), ("--run", "99")):
        assert ck("-d", examples, "errors", *arguments, "-f", "jsonl", code=1).out == ""


def test_an_input_that_is_mended_is_not_listed(ck: CorpusKit, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "page.html").write_bytes(b"%PDF-1.4\n")
    ck("import", "folder", "--no-clean")
    assert len(ck("errors", "-f", "jsonl").rows()) == 1
    (tmp_path / "folder" / "page.html").write_text(article("Mended"))
    ck("import", "folder", "--no-clean")
    assert ck("errors", "-f", "jsonl", code=1).out == ""
