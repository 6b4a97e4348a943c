"""What the corpus knows about lines and paragraphs, as evidence: counts in, evidence out, and cuts that lose nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.documents import Extraction
from corpuskit.extract.plaintext_lines import line_key
from corpuskit.extract.recurrence import RECURS_ON, long_keys, read_paragraphs, scope_of, without_repeated

NOTICE = "Our newsletter brings you the best of the estuary every Friday, free of charge."
TEXT = (
    "The ferry across the estuary runs again since Monday, with a new engine and the old captain at the wheel.",
    "Two hundred passengers took it on the first day, and most of them went back with the next boat.",
    "It will run until the first fog of October, the harbour office says, and longer if there is none.",
)
KNOWN = {line_key(NOTICE) or 0: RECURS_ON}


@pytest.mark.parametrize(
    "markup",
    [
        f"<p>{NOTICE}</p>",
        f"<P CLASS='x'>{NOTICE}\n</P>",
        f"<div><b>Our</b> <a href='/x'>newsletter</a>{NOTICE[14:]}</div>",
        f"<ul><li>Some other line<li>{NOTICE}</ul>",
        f"line<br>{NOTICE.replace(' ', '&#32;', 1)}<br/>line",
        f"<p>{NOTICE.upper()}<script>var a = '<p>b</p>';</script>",
    ],
)
def test_a_paragraph_is_known_in_any_markup(markup: str) -> None:
    assert line_key(NOTICE) in read_paragraphs(markup)


@pytest.mark.parametrize(
    "markup", [f"<script>{NOTICE}</script>", f"<style>{NOTICE}</style>", "<p>A short line</p>", "", "<", "<p"]
)
def test_what_is_no_long_paragraph_is_no_evidence(markup: str) -> None:
    assert read_paragraphs(markup) == frozenset()


@given(st.text(alphabet="<>/pbscriptle &;! \n'\"", max_size=200))
def test_any_markup_is_read(markup: str) -> None:
    assert all(key >= 0 for key in read_paragraphs(markup))


def test_a_repeated_paragraph_is_cut_and_its_place_told() -> None:
    found = without_repeated(Extraction("\n".join([*TEXT[:2], NOTICE, TEXT[2]])), KNOWN)
    assert found.text == "\n".join(TEXT)
    assert [(cut.first, cut.last, cut.reason) for cut in found.cuts] == [(3, 3, "repeated")]


@pytest.mark.parametrize("others", [{}, dict.fromkeys(KNOWN, RECURS_ON - 1), {1: 99}])
def test_without_evidence_nothing_is_cut(others: dict[int, int]) -> None:
    found = Extraction("\n".join([*TEXT, NOTICE]))
    assert without_repeated(found, others) == found


def test_a_text_that_is_known_as_a_whole_is_a_copy() -> None:
    found = Extraction("\n".join(TEXT))
    assert without_repeated(found, dict.fromkeys(long_keys(TEXT).values(), 9)) == found


@given(st.lists(st.sampled_from([*TEXT, NOTICE, "A short line", ""]), max_size=12), st.sets(st.sampled_from([*TEXT, NOTICE])))
def test_cuts_and_text_are_the_lines_of_the_text(lines: list[str], known: set[str]) -> None:
    found = Extraction("\n".join(lines))
    result = without_repeated(found, dict.fromkeys(long_keys(list(known)).values(), RECURS_ON))
    cut = {place for cut in result.cuts for place in range(cut.first, cut.last + 1)}
    before = (found.text or "").split("\n")
    assert all(before[place - 1] in known for place in cut)
    left = [line for place, line in enumerate(before, 1) if place not in cut]
    assert "\n".join(left) == result.text


@given(st.one_of(st.none(), st.text(min_size=1)), st.integers(0, 2**31), st.sampled_from(["", "paragraphs\0"]))
def test_a_scope_is_a_positive_number_of_its_own(site: str | None, source: int, kind: str) -> None:
    scope = scope_of(site, source, kind)
    assert 0 < scope < 2**63
    assert scope != scope_of(site, source, kind + "other\0")
