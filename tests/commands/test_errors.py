"""`corpuskit errors`: what failed or was skipped, until it did not."""

from __future__ import annotations

from pathlib import Path

from tests.commands.conftest import article
from tests.conftest import EXAMPLES, CorpusKit

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


def test_sources_reasons_and_a_limit(ck: CorpusKit, examples: Path) -> None:
    def reasons(*arguments: str) -> list[str]:
        return [row["reason"] for row in ck("-d", examples, "errors", "-f", "jsonl", *arguments, code=None).rows()]

    assert reasons("--source", "notes.jsonl") == ["bad-record", "no-content"]
    assert reasons("--reason", "empty") == ["empty", "empty"]
    assert sorted(reasons("--reason", "empty", "--reason", "bad-record")) == ["bad-record", "empty", "empty"]
    assert len(reasons("-n", "2")) == 2
    assert reasons("--source", "nowhere") == []
    assert "is not one of" in ck("-d", examples, "errors", "--reason", "nonsense", code=2).err


def test_records_that_are_no_pages_by_their_nature_have_one_line_for_each_source(ck: CorpusKit) -> None:
    archive = str(EXAMPLES.parent / "archives" / "orle.warc.gz")
    ck("import", archive, "--no-clean")
    rows = ck("errors", "-f", "jsonl", "--fields", "location,reason,detail,status,id").rows()
    assert rows[-1] == {
        "location": archive, "reason": "record-type", "detail": "1 metadata, 1 request, 1 warcinfo", "status": "skipped",
        "id": None,
    }  # fmt: skip
    assert [row["reason"] for row in rows[:-1]] == ["unsupported-type", "http-status", "http-status"]
    every = ck("errors", "--all", "-f", "jsonl").rows()
    assert [row["detail"] for row in every[:3]] == ["warcinfo", "request", "metadata"]
    assert len(every) == 6
    assert ck("errors", "--reason", "record-type", "-f", "jsonl").rows() == every[:3]


def test_an_input_that_is_mended_is_not_listed(ck: CorpusKit, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "page.html").write_bytes(b"%PDF-1.4\n")
    ck("import", "folder", "--no-clean")
    assert len(ck("errors", "-f", "jsonl").rows()) == 1
    (tmp_path / "folder" / "page.html").write_text(article("Mended"))
    ck("import", "folder", "--no-clean")
    assert ck("errors", "-f", "jsonl", code=1).out == ""
