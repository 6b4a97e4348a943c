"""Extraction from HTML: the text is there whatever the markup, and without one there is a reason."""

from __future__ import annotations

import gzip
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.extract.html import MODES, extract_html, recipe, version
from corpuskit.reasons import Reason

SHARED = Path(os.environ.get("CORPUSKIT_SHARED") or Path(__file__).parents[3] / "shared")
REAL_PAGES = SHARED / "data" / "article-extraction-benchmark" / "html"

SENTENCES = (
    "The ferry leaves the northern pier at seven in the morning.",
    "Whoever misses it has to wait for the boat in the evening, which is slower and often full.",
    "The company says that a second ship will be put into service before the summer.",
)
PARAGRAPHS = "".join(f"<p>{sentence} {sentence}</p>" for sentence in SENTENCES)


def article(inside: str = PARAGRAPHS, head: str = "") -> str:
    links = "".join(f'<li><a href="/{n}">Section {n}</a></li>' for n in range(12))
    return (
        f"<!DOCTYPE html><html><head><title>The ferry</title>{head}</head><body><nav><ul>{links}</ul></nav>"
        f"<article><h1>The ferry</h1>{inside}</article><footer>Imprint</footer></body></html>"
    )


def text_of(page: str, mode: str = "balanced") -> str:
    found = extract_html(page, mode=mode)
    assert found.reason is None
    assert found.text is not None
    return found.text


def assert_has_sentences(text: str) -> None:
    for sentence in SENTENCES:
        assert sentence in text


@pytest.mark.parametrize("mode", MODES)
def test_text_without_its_surroundings(mode: str) -> None:
    text = text_of(article(), mode)
    assert_has_sentences(text)
    assert "Section" not in text
    assert "Imprint" not in text


def test_metadata_comes_along() -> None:
    head = '<meta name="author" content="Ada Quill"><meta property="article:published_time" content="2021-05-04T10:00Z">'
    found = extract_html(article(head=head), url="https://e.org/ferry")
    assert (found.title, found.author, found.date, found.date_source) == ("The ferry", "Ada Quill", "2021-05-04", "metadata")


def test_identical_pages_stay_identical() -> None:
    # The extractor's own deduplication would give nothing for the fourth page.
    assert len({text_of(article()) for _ in range(6)}) == 1


@pytest.mark.parametrize("reference", ["&#12;", "&#27;", "&#xFFFF;", "&#xD800;", "&#0;", "&#x110000;", "\x0b", "\x1f", "\ufffe"])
def test_control_characters_cost_nothing(reference: str) -> None:
    assert_has_sentences(text_of(article(f"<p>{reference}</p>" + PARAGRAPHS)))


@pytest.mark.parametrize("tag", ["div", "span", "blockquote", "section", "b"])
@pytest.mark.parametrize("depth", [200, 1_000, 5_000, 50_000])
def test_depth_costs_no_text(tag: str, depth: int) -> None:
    assert_has_sentences(text_of(f"<html><body>{f'<{tag}>' * depth}{PARAGRAPHS}"))


def test_a_text_node_of_more_than_ten_megabytes() -> None:
    text = text_of(f"<html><body><article><p>{SENTENCES[0] * 200_000}</p></article></body></html>", "fast")
    assert len(text) > 10_000_000


@pytest.mark.parametrize(
    "page",
    [
        PARAGRAPHS,
        f"<div>{PARAGRAPHS}</div>",
        f"<p>{' '.join(SENTENCES)}</p>",
        f"<body>{PARAGRAPHS}",
        f"<HTML LANG=en />{PARAGRAPHS}",
        f"<?xml version='1.0' encoding='koi8-r'?><html xmlns='http://www.w3.org/1999/xhtml'><body>{PARAGRAPHS}</body></html>",
        f"<!-- saved --><html><body>{PARAGRAPHS}</body></html>",
        f"\ufeff\n\n<!DOCTYPE html{'/' * 40_000}><html><body>{PARAGRAPHS}</body></html>",
        f"<html><body {' '.join(f'a{n}=1' for n in range(30_000))}>{PARAGRAPHS}</body></html>",
        f"<html><head><meta charset=koi8-r></head><body>{PARAGRAPHS}</body></html>",
        f"<form method=post><input type=hidden>{PARAGRAPHS}</form>",
        f"<table><tr><td>{PARAGRAPHS}</td></tr></table>",
    ],
    ids=lambda page: page[:40],
)
def test_unusual_markup(page: str) -> None:
    assert_has_sentences(text_of(page))


@pytest.mark.parametrize(
    ("page", "detail"),
    [
        ("", "white space"),
        (" \n\t ", "white space"),
        ("<!-- only a comment -->", ""),
        ("<html></html>", "empty body"),
        ("<html><body></body></html>", "empty body"),
        ("<html><body><div></div></body></html>", "without text"),
        ("<html><body><div id=root></div><script>start()</script></body></html>", "scripts"),
        ("<html><frameset cols='20%,80%'><frame src=a><frame src=b></frameset></html>", "frameset"),
        ("<html><head><meta http-equiv=refresh content='0; url=/new'></head><body><i></i></body></html>", "redirect"),
        ("<html><body><form><input name=user><input type=password></form></body></html>", "log-in"),
    ],
)
def test_no_text_has_a_reason_and_a_detail(page: str, detail: str) -> None:
    found = extract_html(page)
    assert found.text is None
    assert found.reason is Reason.NO_TEXT
    assert detail in found.detail


def test_recipe_tells_settings_apart() -> None:
    assert len({version(mode) for mode in MODES}) == len(MODES)
    assert all(recipe(mode)["mode"] == mode for mode in MODES)
    assert recipe()["include_comments"] == "False"


pieces = st.sampled_from(
    [
        "<div>",
        "</div>",
        "<p>",
        "</p>",
        "<table>",
        "<tr>",
        "<td>",
        "<ul><li>",
        "<a href='/x'>",
        "</a>",
        "<h1>",
        "</h1>",
        "<svg>",
        "<math>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<![CDATA[",
        "<form>",
        "<select><option>",
        "&#1;",
        "&amp;",
        "<",
        ">",
        "\x00",
        chr(0xD800),  # a lone surrogate
        *SENTENCES,
        "word ",
        "\n",
        "日本語",
        "é",
    ],
)


@settings(max_examples=80, deadline=None)
@given(st.lists(pieces, max_size=40).map("".join), st.sampled_from(MODES))
def test_any_markup_gives_a_text_or_a_reason(page: str, mode: str) -> None:
    found = extract_html(page, mode=mode)
    assert (found.text is None) == (found.reason is not None)
    assert found.reason is not Reason.EXTRACTOR_ERROR, found.detail
    if found.reason is not None:
        assert found.detail


def test_real_pages_have_the_text_that_trafilatura_gives() -> None:
    """Our parser, our repairs and what is taken out before change nothing on pages without faults."""
    paths = sorted(REAL_PAGES.glob("*.html.gz"))[::12]
    if not paths:
        pytest.skip(f"no pages in {REAL_PAGES}")
    from trafilatura import extract

    settings_of: dict[str, dict[str, Any]] = {"balanced": {}, "precision": {"favor_precision": True}}
    for path in paths:
        page = gzip.decompress(path.read_bytes()).decode("utf-8", "replace")
        for mode, options in settings_of.items():
            assert extract_html(page, mode=mode).text == extract(page, include_comments=False, **options), path.name
