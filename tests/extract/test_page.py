"""The entry that workers call: bytes in, a cleaned page or a reason out, for every kind of content."""

from __future__ import annotations

import gzip
import pickle
import re
from unicodedata import is_normalized

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.documents import Given
from corpuskit.extract.page import PageJob, clean_page, extractor_name, tidy_text
from corpuskit.extract.words import count_words
from corpuskit.reasons import Reason

SENTENCE = "The ferry leaves the northern pier at seven, and whoever misses it waits for the evening boat. "
PAGE = (
    '<html lang="en"><head><title>The ferry</title><meta name="author" content="Ada Quill">'
    '<meta name="date" content="2021-05-04"></head><body><h1>The ferry</h1>' + f"<p>{SENTENCE * 3}</p>" * 3 + "</body></html>"
).encode()


def test_a_page_with_everything() -> None:
    cleaned = clean_page(PageJob(PAGE, url="https://e.org/ferry"))
    found = cleaned.extraction
    assert found.reason is None
    assert found.text is not None
    assert SENTENCE.strip() in found.text
    assert (found.title, found.author, found.date, found.date_source) == ("The ferry", "Ada Quill", "2021-05-04", "metadata")
    assert (cleaned.encoding, cleaned.encoding_source, cleaned.replacements) == ("utf-8", "utf-8", 0)
    assert cleaned.language == "en"
    assert cleaned.words == count_words(found.text)
    assert cleaned.characters == len(found.text)
    assert cleaned.extractor == extractor_name(as_html=True, is_clean=False, mode="balanced")


def test_job_and_result_can_be_sent_to_another_process() -> None:
    job = pickle.loads(pickle.dumps(PageJob(PAGE, given=Given(title="T"), recurrence={1: 2})))
    assert job.content == PAGE
    assert pickle.loads(pickle.dumps(clean_page(job))) == clean_page(job)


def test_what_the_source_says_is_preferred() -> None:
    given_fields = Given(title=" Given\ntitle ", author="B. Ink", date="3 June 2020", language="de-AT")
    cleaned = clean_page(PageJob(PAGE, given=given_fields))
    found = cleaned.extraction
    assert (found.title, found.author, found.date, found.date_source) == ("Given title", "B. Ink", "2020-06-03", "given")
    assert (cleaned.language, cleaned.language_confidence) == ("de", None)


def test_given_fields_that_say_nothing_are_not_preferred() -> None:
    found = clean_page(PageJob(PAGE, given=Given(title=" ", author="", date="yesterday", language="?"))).extraction
    assert (found.title, found.author, found.date, found.date_source) == ("The ferry", "Ada Quill", "2021-05-04", "metadata")


def test_declared_charset_reaches_the_text() -> None:
    content = "<html><body><p>Паром отходит от северного причала.</p></body></html>".encode("koi8-r")
    cleaned = clean_page(PageJob(content, charset="koi8-r", charset_source="http"))
    assert (cleaned.encoding, cleaned.encoding_source) == ("koi8-r", "http")
    assert cleaned.extraction.text == "Паром отходит от северного причала."


def test_clean_text_is_taken_as_it_is() -> None:
    text = "First line\r\n\r\n<b>not markup</b>  \nMenu\nMenu"
    cleaned = clean_page(PageJob(text.encode(), "text/plain", is_clean=True))
    assert cleaned.extraction.text == "First line\n\n<b>not markup</b>\nMenu\nMenu"
    assert cleaned.extraction.title is None
    assert cleaned.extractor == "given"


def test_text_behind_an_html_type_is_read_as_text() -> None:
    text = "The ferry\n\n" + "\n".join([SENTENCE * 2] * 4)
    cleaned = clean_page(PageJob(text.encode()))
    assert cleaned.extraction.text is not None
    assert SENTENCE.strip() in cleaned.extraction.text
    assert "plaintext" in cleaned.extractor


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n1 0 obj << /Type /Catalog >> endobj",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20,
        gzip.compress(PAGE),
        bytes(range(256)) * 50,
        b"<html>" + b"\x00\x01\x02\x03" * 5000,
    ],
    ids=["pdf", "png", "gzip", "bytes", "nul"],
)
def test_binary_content_is_no_page(content: bytes) -> None:
    cleaned = clean_page(PageJob(content))
    assert cleaned.extraction.text is None
    assert cleaned.extraction.reason is Reason.NOT_A_PAGE
    assert cleaned.extraction.detail
    assert cleaned.words == cleaned.characters == 0


@pytest.mark.parametrize("media_type", ["text/html", "text/plain"])
@pytest.mark.parametrize("content", [b"", b" \n ", b"\xef\xbb\xbf", b"\x00\x00\x00\x00"])
def test_nothing_is_no_text(content: bytes, media_type: str) -> None:
    assert clean_page(PageJob(content, media_type)).extraction.reason in (Reason.NO_TEXT, Reason.NOT_A_PAGE)


def test_few_control_characters_do_not_make_a_page_binary() -> None:
    content = PAGE.replace(b"ferry", b"fe\x00rry\x07") + b"\x00" * 20_000
    text = clean_page(PageJob(content)).extraction.text
    assert text is not None
    assert "The ferry leaves" in text


@given(st.text())
def test_tidy_text(text: str) -> None:
    tidy = tidy_text(text)
    assert is_normalized("NFC", tidy)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]", tidy)
    assert all(line == line.rstrip() for line in tidy.split("\n"))
    assert tidy == tidy.strip("\n")
    assert tidy_text(tidy) == tidy


@given(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1))
def test_tidy_text_keeps_every_sign(text: str) -> None:
    tidy = tidy_text(f"  {text}\t{text}")
    assert tidy.split() == tidy_text(f"{text} {text}").split()


@settings(max_examples=120, deadline=None)
@given(
    st.binary(max_size=300) | st.text(max_size=200).map(lambda text: f"<p>{text}</p>".encode("utf-8", "surrogatepass")),
    st.sampled_from(["text/html", "application/xhtml+xml", "text/plain"]),
    st.booleans(),
    st.none() | st.text(max_size=10),
)
def test_any_content_gives_a_text_or_a_reason(content: bytes, media_type: str, is_clean: bool, charset: str | None) -> None:
    job = PageJob(content, media_type, charset=charset, is_clean=is_clean, given=Given(date=charset, title=charset))
    cleaned = clean_page(job)
    found = cleaned.extraction
    assert (found.text is None) == (found.reason is not None)
    assert cleaned.characters == len(found.text or "")
    for value in (found.text, found.title, found.author):
        if value is not None:
            assert value == tidy_text(value)
            assert value.strip()
            value.encode()
