"""`corpuskit report`: one page that needs nothing else, and says what the corpus says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.commands.conftest import article
from tests.conftest import CorpusKit

from corpuskit.reporting import gather
from corpuskit.selection import Selection
from corpuskit.store.store import Store

pytest.importorskip("matplotlib", reason="matplotlib is not installed")


def test_the_page_needs_nothing_else_and_is_always_the_same(ck: CorpusKit, corpus: Path, tmp_path: Path) -> None:
    ck("dedupe")
    before = corpus.read_bytes()
    assert ck("report", "-o", "one.html").err == "wrote one.html\n"
    ck("report", "-o", "two.html", "-q")
    assert corpus.read_bytes() == before
    page = (tmp_path / "one.html").read_text("utf-8")
    assert page == (tmp_path / "two.html").read_text("utf-8")
    assert "<script" not in page
    assert not re.search(r"""(?:src|href)\s*=\s*["']?(?!#)""", page), "a request to somewhere"
    assert "url(http" not in page
    drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(drawings) >= 6
    for drawing in drawings:
        ElementTree.fromstring(drawing)
        assert "var(--bar)" in drawing, "colours follow the page"
    assert not re.search(r"(?:fill|stroke): #0[1-9]0", page), "a colour that stands for a variable"


def test_the_numbers_are_those_of_the_corpus(ck: CorpusKit, corpus: Path, tmp_path: Path) -> None:
    ck("dedupe")
    ck("report", "-o", "report.html")
    page = (tmp_path / "report.html").read_text("utf-8")
    stats = json.loads(ck("stats", "-f", "json").out)
    figures = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", page))
    assert (figures["pages"], figures["texts kept"], figures["texts dropped"]) == tuple(
        str(stats[name]) for name in ("pages", "kept", "dropped")
    )
    listed = json.loads(ck("list", "-f", "json").out)
    assert figures["words of the selection"] == f"{sum(row['words'] for row in listed):,}"
    german = ck("report", "-o", "german.html", "--lang", "de")
    assert german.code == 0
    page = (tmp_path / "german.html").read_text("utf-8")
    chosen = json.loads(ck("list", "-f", "json", "--lang", "de").out)
    assert f"{len(chosen)} of {stats['documents']} texts are selected." in page


def test_the_funnel_balances_and_sites_are_whole(ck: CorpusKit, corpus: Path) -> None:
    ck("dedupe")
    with Store.open(corpus) as store:
        report = gather(store, Selection())
    for (_, count, lost), (name, left, _) in zip(report.funnel, report.funnel[1:], strict=False):
        assert count - sum(lost.values()) == left, name
    assert sum(site.pages for site in report.sites) == report.totals["pages"]
    for site in report.sites:
        assert site.pages >= site.cleaned + site.no_text + site.failed
        assert 1 <= len(site.examples) <= 3


def test_what_repeats_across_a_site_is_named_and_what_pages_say_never_acts(ck: CorpusKit, tmp_path: Path) -> None:
    left_over = "Write <b>to</b> us & win a $5$ prize: we read every letter that our readers send, whatever it is about."
    for number in range(4):
        told = left_over.replace("&", "&amp;").replace("<", "&lt;")
        (tmp_path / f"{number}.html").write_text(
            article(
                f"Story {number}",
                extra=f"<p>{told}</p>" if number else "",
                head=f"<link rel='canonical' href='https://odd.example/{number}'>",
            )
        )
    ck("import", *(f"{number}.html" for number in range(4)))
    ck("report", "-o", "report.html", "--all")
    with Store.open(tmp_path / "corpus.db") as store:
        report = gather(store, Selection(state="all"))
    found = {one.line: one for one in report.repeated}
    assert found[left_over].documents == 3
    assert found[left_over].site == "odd.example"
    page = (tmp_path / "report.html").read_text("utf-8")
    assert "&lt;b&gt;to&lt;/b&gt; us &amp; win" in page
    assert "<b>" not in page


def test_a_file_that_is_there_stays(ck: CorpusKit, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "mine.html").write_text("mine")
    for target in ("mine.html", "corpus.db", "no/report.html", "."):
        assert ck("report", "-o", target, code=2).err.startswith("corpuskit: ")
    assert (tmp_path / "mine.html").read_text() == "mine"
    assert ck("report", "-o", "mine.html", "--force").code == 0
    assert "corpus itself" in ck("report", "-o", "corpus.db", "--force", code=2).err


def test_an_empty_corpus_has_no_report(ck: CorpusKit, tmp_path: Path) -> None:
    Store.open(tmp_path / "corpus.db", write=True, create=True).close()
    assert "empty" in ck("report", "-o", "report.html", code=1).err
    assert not (tmp_path / "report.html").exists()
