"""Repairs of markup: what is dangerous goes, what can be read stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.extract.repair import DEEPEST, flatten, repair


@pytest.mark.parametrize(
    ("reference", "becomes"),
    [
        ("&#0;", ""),
        ("&#12;", " "),
        ("&#27;", ""),
        ("&#x1B;", ""),
        ("&#xFFFF;", ""),
        ("&#65534;", ""),
        ("&#xD800;", ""),
        ("&#57343", ""),
        ("&#x110000;", ""),
        ("&#99999999999;", ""),
        ("&#x000000000000041;", "&#x000000000000041;"),
        ("&#9;", "&#9;"),
        ("&#10;", "&#10;"),
        ("&#38;", "&#38;"),
        ("&#8217;", "&#8217;"),
        ("&#x1F600;", "&#x1F600;"),
        ("&#55295;", "&#55295;"),
        ("&#57344;", "&#57344;"),
        ("&#146;", "’"),
        ("&#x80;", "€"),
        ("&#129;", ""),
    ],
)
def test_references(reference: str, becomes: str) -> None:
    assert repair(f"<p>a{reference}b</p>").decode() == f"<p>a{becomes}b</p>"


@given(st.integers(0, 0x120000), st.booleans(), st.booleans())
def test_no_reference_to_what_xml_forbids_is_left(code: int, as_hex: bool, closed: bool) -> None:
    written = f"&#{f'x{code:x}' if as_hex else code}{';' if closed else ' '}"
    left = re.findall(rb"&#([xX]?)([0-9a-fA-F]+)", repair(written))
    for sign, digits in left:
        kept = int(digits, 16 if sign else 10)
        assert kept == code
        assert chr(kept) in "\t\n\r" or 0x20 <= kept <= 0xD7FF or 0xE000 <= kept <= 0xFFFD or 0x10000 <= kept <= 0x10FFFF


def test_prologue_goes_and_the_page_stays() -> None:
    page = (
        '\ufeff <?xml version="1.0" encoding="koi8-r"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD' + "/" * 40_000 + '">\n<html>ä</html>'
    )
    assert repair(page).decode() == "<html>ä</html>"


def test_entities_of_an_internal_subset_go_with_it() -> None:
    page = '<!DOCTYPE r [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><html>text</html>'
    assert repair(page) == b"<html>text</html>"


def test_self_closed_html_is_opened() -> None:
    assert repair('<html lang="en" /><body>x').startswith(b'<html lang="en">')


@given(st.text())
def test_any_text_becomes_utf8_without_control_characters(text: str) -> None:
    content = repair(text)
    content.decode("utf-8")
    assert not re.search(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]", content)


def test_surplus_attributes_go_and_the_text_stays() -> None:
    page = "<html><body " + " ".join(f'a{n}="x"' for n in range(50_000)) + "><p>text</p></body></html>"
    repaired = repair(page)
    assert b"<p>text</p>" in repaired
    assert b'a0="x"' in repaired
    assert len(repaired) < 10_000


def test_one_long_attribute_stays() -> None:
    page = f'<html><body><div data-json="{"x" * 100_000}">text</div></body></html>'
    assert repair(page).decode() == page


def depth(content: bytes) -> int:
    deepest = now = 0
    for closing in re.findall(rb"<(/?)\w+", content):
        now += -1 if closing else 1
        deepest = max(deepest, now)
    return deepest


@pytest.mark.parametrize("opening", ["<div>", "<span>", "<ul><li>", "<table><tr><td>", "<b><i><a href=x>", "<p>"])
def test_flat_markup_keeps_the_text(opening: str) -> None:
    flat = flatten((opening * 3000 + "deep <p>paragraph</p> words").encode())
    assert depth(flat) <= DEEPEST
    assert re.sub(rb"<[^>]*>|\s+", b" ", flat).split() == [b"deep", b"paragraph", b"words"]


@given(st.lists(st.sampled_from(["<div>", "</div>", "<p>", "</p>", "<br>", "word", " ", "</b>", "<b>", "< ", ">", "&amp;"])))
def test_shallow_markup_keeps_every_word(parts: list[str]) -> None:
    content = "".join(parts)
    assert flatten(content.encode()).count(b"word") == content.count("word")
