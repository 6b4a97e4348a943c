"""A page that is too large to be cleaned at once: cut without loss, and cleaned piece by piece within its memory."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.extract.page import PageJob, clean_page
from corpuskit.extract.pieces import cut, extract_in_pieces
from corpuskit.reasons import Reason

SENTENCE = "The ferry came in late that night, and nobody on the quay had slept. "
MEBIBYTE = 1024 * 1024


@given(st.text(alphabet="ab <>/p=", max_size=400), st.integers(1, 20_000))
def test_the_pieces_are_the_page(page: str, memory: int) -> None:
    assert "".join(cut(page, memory)) == page


@given(st.integers(1, 300), st.integers(50_000, 500_000))
def test_pieces_begin_with_a_block(count: int, memory: int) -> None:
    page = "<html><body>" + f"<p>{SENTENCE}<b>so</b></p>" * count
    pieces = list(cut(page, memory))
    assert all(piece.startswith("<p>") for piece in pieces[1:])
    assert all(len(piece) * 40 <= 2 * memory + 40 * len(SENTENCE) for piece in pieces)


def test_a_text_without_a_tag_is_cut_between_words() -> None:
    pieces = list(cut("<p>" + "word " * 10_000, 40_000))
    assert len(pieces) > 10
    assert {word for piece in pieces for word in piece.split()} == {"<p>word", "word"}


def page_of(paragraphs: int) -> str:
    body = "".join(f"<p>{SENTENCE * 3}Paragraph {number}.</p>\n" for number in range(paragraphs))
    return f"<html><head><title>The ferry</title></head><body><article>{body}</article></body></html>"


def test_every_paragraph_of_a_page_in_pieces_is_there_once_and_in_order() -> None:
    found = extract_in_pieces(page_of(500), url=None, mode="fast", memory=2 * MEBIBYTE)
    numbers = [line.rpartition(" ")[2] for line in (found.text or "").splitlines()]
    assert numbers == [f"{number}." for number in range(500)]
    assert (found.title, found.reason) == ("The ferry", None)
    assert found.detail.startswith("cleaned in ")


def test_a_page_that_needs_too_much_is_not_begun() -> None:
    content = page_of(20_000).encode()
    with pytest.raises(MemoryError, match=r"needs \d+ MB or more, --max-memory is 16 MB"):
        clean_page(PageJob(content, memory=16 * MEBIBYTE))


def test_a_page_that_fits_only_in_pieces_is_cleaned_in_pieces() -> None:
    cleaned = clean_page(PageJob(page_of(5_000).encode(), mode="fast", memory=16 * MEBIBYTE)).extraction
    assert cleaned.text is not None
    assert cleaned.text.endswith("Paragraph 4999.")
    assert "pieces" in cleaned.detail


def test_large_pages_without_text_say_so() -> None:
    found = extract_in_pieces("<div></div>" * 5_000, url=None, mode="fast", memory=MEBIBYTE)
    assert (found.text, found.reason) == (None, Reason.NO_TEXT)
