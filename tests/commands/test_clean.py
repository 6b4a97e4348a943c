"""`corpuskit clean`: texts for pages that have none, and others for those of another recipe."""

from __future__ import annotations

from pathlib import Path

from tests.commands.conftest import article
from tests.conftest import CorpusKit


def test_what_was_only_stored_is_cleaned_later_and_once(ck: CorpusKit, tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(article("A"))
    (tmp_path / "b.html").write_text("<html><body><p></p></body></html>")
    ck("import", "a.html", "b.html", "--no-clean")
    assert ck("list", code=1).out.splitlines() == ["id\tdate\tlanguage\twords\tsite\ttitle"]
    assert ck("clean").out == "outcome\tpages\ncleaned\t1\nno-text\t1\nfailed\t0\n"
    assert [row["title"] for row in ck("list", "-f", "jsonl").rows()] == ["A"]
    again = ck("clean", code=1)
    assert (again.out, again.err) == ("", "nothing to clean\n")
    assert ck("clean", "--again", code=1).err == "nothing to clean\n"
    assert [run["status"] for run in ck("log", "-f", "jsonl").rows()] == ["done", "done"], "a run that does nothing is none"


def test_again_redoes_exactly_what_has_another_recipe(ck: CorpusKit, corpus: Path) -> None:
    before = {row["id"]: row["extractor"] for row in ck("list", "--all", "-f", "jsonl", "--fields", "id,extractor").rows()}
    html = {number for number, extractor in before.items() if extractor.startswith("trafilatura")}
    ids = ck("list", "--site", "selbrook-courier.example", "-f", "ids").out
    chosen = {int(line) for line in ids.split()} & html
    done = ck("clean", "--again", "--mode", "precision", "--ids", "-", "-f", "jsonl", input=ids).rows()
    assert sum(row["pages"] for row in done) == len(chosen) > 0
    after = {row["id"]: row["extractor"] for row in ck("list", "--all", "-f", "jsonl", "--fields", "id,extractor").rows()}
    assert {number for number in after if after[number] != before[number]} == chosen
    assert {after[number].rpartition(" ")[2] for number in chosen} == {"precision"}
    back = ck("clean", "--again", "-f", "jsonl").rows()
    assert sum(row["pages"] for row in back) == len(chosen), "only those have another recipe now"
    assert ck("check", "--data").out == "sound\n"


def test_wrong_use(ck: CorpusKit, corpus: Path) -> None:
    for arguments in (("--mode", "best"), ("--timeout", "0"), ("--jobs", "0"), ("--max-memory", "0")):
        assert ck("clean", *arguments, code=2).out == ""


def test_a_run_is_compared_and_accepted_or_undone(ck: CorpusKit, corpus: Path) -> None:
    before = ck("export", "--all").out
    cleaned = ck("clean", "--again", "--mode", "recall")
    assert "(corpuskit clean --compare 2 tells what changed)" in cleaned.err
    after = ck("export", "--all").out
    assert after != before
    sites = ck("clean", "--compare", "2", "-f", "jsonl").rows()
    assert all(row["words_before"] + row["gained"] - row["lost"] == row["words_after"] for row in sites)
    documents = ck("clean", "--compare", "2", "--documents", "-f", "jsonl").rows()
    assert sum(row["changed"] for row in sites) == len(documents) > 0
    assert sum(row["gained"] for row in sites) == sum(row["gained"] for row in documents) > 0
    sizes = [row["gained"] + row["lost"] for row in documents]
    assert sizes == sorted(sizes, reverse=True)
    assert ck("clean", "--compare", "2", "--documents", "-n", "1", "-f", "ids").out == f"{documents[0]['id']}\n"
    lost = ck("clean", "--compare", "2", "--documents", "--ids", "-", "-f", "ids", input=f"{documents[1]['id']}\n").out
    assert lost == f"{documents[1]['id']}\n"

    ck("undo", "2", "-q")
    assert ck("export", "--all").out == before
    assert "run 2 is undone" in ck("clean", "--accept", "2", code=2).err
    ck("undo", "3", "-q")
    assert ck("export", "--all").out == after
    assert "earlier texts let go: " in ck("clean", "--accept", "2").err
    assert "nothing to undo" in ck("undo", "2", code=1).err
    assert "nothing to accept" in ck("clean", "--accept", "2", code=1).err
    assert ck("clean", "--compare", "2", code=1).out.splitlines() == [
        "site\tdocuments\tchanged\twords_before\twords_after\tgained\tlost"
    ]
    assert ck("export", "--all").out == after
    assert ck("check", "--data").out == "sound\n"


def test_wrong_use_of_the_review(ck: CorpusKit, corpus: Path) -> None:
    for arguments in (
        ("--compare", "1", "--accept", "1"), ("--again", "--compare", "1"), ("--documents",), ("--compare", "9"), ("-f", "ids"),
        ("--accept", "9"), ("--compare", "1", "-f", "ids"), ("--accept", "1", "--lang", "de"), ("--fields", "site"),
        ("--compare", "1", "--fields", "pages"),
    ):  # fmt: skip
        assert ck("clean", *arguments, code=2).out == ""
