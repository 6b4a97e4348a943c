"""What is no text leaves a large page before it is decoded; everything else stays, byte by byte."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.extract.bulk import without_bulk

TEXT = st.text(alphabet="a <>/-!p\n", max_size=30).filter(lambda text: "<!--" not in text)
BULK = st.sampled_from(
    [
        "<!-- <p>not a text --> ",
        "<script>if (a < b) {}</script>",
        "<STYLE type='text/css'>p {}</style >",
        "<script src=x></SCRIPT>",
    ]
)


@given(st.lists(st.tuples(TEXT, BULK), max_size=6), TEXT)
def test_only_bulk_is_taken_out(parts: list[tuple[str, str]], end: str) -> None:
    parts = [(f"{text}.", bulk) for text, bulk in parts]  # a tag that is left open would swallow the next one
    page = "".join(text + bulk for text, bulk in parts) + end
    kept = "".join(text + (" " if bulk.endswith(" ") else "") for text, bulk in parts) + end
    assert without_bulk(page.encode()) == kept.encode()


@given(st.binary(max_size=300))
def test_a_page_without_markup_stays_as_it_is(content: bytes) -> None:
    content = re.sub(rb"<|data:", b"", content)
    assert without_bulk(content) == content


@pytest.mark.parametrize(
    "page",
    [
        b"<p>text<!-- never closed <p>more",
        b"<script>never closed <p>more",
        b'<script type="application/ld+json">{"a": 1}</script><p>more',
        b"\x1b$B<!--\x1b(B text -->",
        "<!-- x -->".encode("utf-16"),
        b"<img src='data:image/gif;base64,R0lGODlh'>",
    ],
)
def test_what_may_be_text_stays(page: bytes) -> None:
    assert without_bulk(page) == page


def test_embedded_images_go_and_what_stands_around_them_stays() -> None:
    page = b"<p>one <img src='data:image/png;base64," + b"A" * 5000 + b"' alt='a boat'> two"
    assert without_bulk(page) == b"<p>one <img src='data:,' alt='a boat'> two"


def test_thousands_of_openings_that_are_never_closed_are_looked_at_once() -> None:
    page = (b"<!--" * 200_000) + (b"<style>" * 100_000) + b"<p>text"
    assert without_bulk(page) == page
