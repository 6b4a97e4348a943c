"""A long life and a short one: what is in force decides what is exported, not how it came to be so."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import EXAMPLES, CorpusKit

SECOND = ("filter", "--rules", "length,c4", "--set", "length.min_words=150", "--set", "c4.min_sentences=4")


def runs_of(ck: CorpusKit, corpus: str, command: str) -> list[int]:
    lines = ck("-d", corpus, "log", "-f", "tsv", "--fields", "run,command").out.splitlines()[1:]
    return [int(line.split("\t")[0]) for line in lines if line.split("\t")[1] == command]


def long_and_short_life(ck: CorpusKit, pages: Path) -> tuple[CorpusKit, int]:
    """Two corpora of the same pages: in one, decisions were taken, changed and taken back; in the other only the last were."""
    ck("-d", "long.db", "import", pages, code=None)
    ck("-d", "long.db", "filter", "--rules", "gopher", "--set", "gopher.min_words=250")
    ck("-d", "long.db", "filter", "--rules", "length,c4", "--set", "length.min_words=60")
    ck("-d", "long.db", "dedupe", "--threshold", "0.6")
    dropped = len(ck("-d", "long.db", "list", "--dropped", "-f", "ids", code=None).out.split())
    first, _ = runs_of(ck, "long.db", "filter")
    ck("-d", "long.db", "undo", first)
    ck("-d", "long.db", *SECOND)
    ck("-d", "long.db", "dedupe")
    ck("-d", "short.db", "import", pages, code=None)
    ck("-d", "short.db", *SECOND)
    ck("-d", "short.db", "dedupe")
    return ck, dropped


def check(ck: CorpusKit, dropped: int) -> None:
    assert dropped, "the first decisions mattered"
    left = ck("-d", "short.db", "list", "--dropped", "--fields", "reason", "-f", "tsv", code=None).out.split()
    assert {reason.partition(".")[0] for reason in left} & {"length", "c4"}, "the last ones do, too"
    for arguments in (("export",), ("export", "--all"), ("export", "--dropped"), ("export", "-f", "csv")):
        assert ck("-d", "long.db", *arguments).out == ck("-d", "short.db", *arguments).out
    for corpus in ("long.db", "short.db"):
        ck("-d", corpus, "check", "--data")


def test_only_the_decisions_in_force_decide_what_is_exported(ck: CorpusKit) -> None:
    check(*long_and_short_life(ck, EXAMPLES))


def test_the_same_on_real_pages(ck: CorpusKit, shared: Path, tmp_path: Path) -> None:
    pages = sorted((shared / "data" / "article-extraction-benchmark" / "html").iterdir())[:25]
    (tmp_path / "real").mkdir()
    for path in pages:
        (tmp_path / "real" / path.name).write_bytes(path.read_bytes())
    check(*long_and_short_life(ck, Path("real")))
