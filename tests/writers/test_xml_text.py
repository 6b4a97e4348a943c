"""Text as XML: whatever it holds, a parser takes it, and gives back what XML can hold."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.formats import cell
from corpuskit.writers.xml_text import allowed, attribute, content

FORBIDDEN = {*range(0x20), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF} - {9, 10, 13}
anything = st.text(st.one_of(st.characters(exclude_categories=()), st.sampled_from("<>&\"'\r\n\t\0\x1b\ud800\uffff]")))


def parsed(document: str) -> ElementTree.Element:
    return ElementTree.fromstring(document.encode())


@given(anything)
def test_any_text_comes_back_from_a_parser(text: str) -> None:
    element = parsed(f'<a b="{attribute(text)}">{content(text)}</a>')
    assert (element.text or "") == allowed(text)
    assert element.get("b") == allowed(cell(text))
    assert len(element) == 0


@given(anything)
def test_an_attribute_is_one_line(text: str) -> None:
    assert not {*attribute(text)} & {*'\n\r\t"<>\x85\u2028'}


def test_what_is_replaced_is_what_a_parser_refuses() -> None:
    assert {code for code in range(0x110000) if allowed(chr(code)) != chr(code)} == FORBIDDEN
    for code in FORBIDDEN - {*range(0xD800, 0xE000)}:  # surrogates cannot even be encoded
        with pytest.raises(ElementTree.ParseError):
            parsed(f"<a>{chr(code)}</a>")
    everything = "".join(chr(code) for code in range(0x110000) if code not in FORBIDDEN)
    assert parsed(f"<a>{content(everything)}</a>").text == everything


@pytest.mark.parametrize(("value", "shown"), [(None, ""), (7, "7"), (["a", 'b"'], "a,b&quot;"), ("a\nb & c", "a b &amp; c")])
def test_values_of_a_record(value: object, shown: str) -> None:
    assert attribute(value) == shown
