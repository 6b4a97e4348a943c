"""The plain-text cleaner: pages written for it, pages from the shared data, and claims for all pages."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from corpuskit.documents import Extraction
from corpuskit.extract.plaintext import extract_plaintext, line_key, page_line_keys
from corpuskit.reasons import Reason
from hypothesis import example, given
from hypothesis import strategies as st

PAGES = Path(__file__).parents[1] / "pages" / "plaintext"
SHARED = Path(os.environ.get("CORPUSKIT_SHARED") or Path(__file__).parents[3] / "shared")
SEEDS = SHARED / "data" / "seed-pages"


@dataclass(frozen=True)
class Golden:
    """A page and what must become of each of its lines."""

    page: str
    marks: dict[int, str]
    fields: dict[str, str]


def read_golden(name: str) -> Golden:
    lines = (PAGES / name).read_text("utf-8").split("\n")
    fields = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# "))
    body = [line for line in lines if not line.startswith("# ")]
    return Golden("\n".join(line[1:] for line in body), {n: line[0] for n, line in enumerate(body, 1) if line}, fields)


def cut_lines(result: Extraction) -> dict[int, str]:
    """Reason of every line that is in a cut."""
    return {number: cut.reason for cut in result.cuts for number in range(cut.first, cut.last + 1)}


GOLDEN = sorted(path.name for path in PAGES.glob("*.txt"))


@pytest.mark.parametrize("name", GOLDEN)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_golden_page(name: str, ends: str) -> None:
    golden = read_golden(name)
    result = extract_plaintext(golden.page.replace("\n", ends))
    lines = golden.page.split("\n")
    cut = cut_lines(result)
    wrong = {n: (mark, lines[n - 1]) for n, mark in golden.marks.items() if (mark == "+" and n in cut) or (mark in "-LT" and n not in cut)}
    assert not wrong
    titles = [lines[n - 1] for n, mark in golden.marks.items() if mark == "T"]
    assert result.title == (titles[0] if titles else None)
    if golden.fields.get("text") == "none":
        assert result.text is None
        assert result.reason is Reason.NO_TEXT
        assert result.detail
    for field in ("author", "date", "date_source", "site_name"):
        if field in golden.fields:
            assert getattr(result, field) == golden.fields[field]
