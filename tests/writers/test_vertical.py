"""Vertical text: its words are the words that corpuskit counts, its paragraphs can be restored, and no text breaks it."""

from __future__ import annotations

import io
import re
import tracemalloc
from dataclasses import dataclass, field
from html import unescape
from itertools import repeat

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from corpuskit import tokens
from corpuskit.vocabulary import cut_words
from corpuskit.writers.paragraphs import paragraphs
from corpuskit.writers.vertical import write_vertical
from corpuskit.writers.xml_text import allowed

_TAG = re.compile(r'<doc((?: [a-z_]+="[^"<>\n\t]*")*)>|</doc>|<p>|</p>|<g/>')
_UNSEEN = regex.compile(r"[\p{Default_Ignorable_Code_Point}\x7f-\x84\x86-\x9f]+")  # by Unicode's own table, not ours

SIGNS = ("<doc id='1'>", "</p>", "<g/>", "&lt;", "&", "...", "?!", "\x00", "\udc80")
UNSEEN = ("\u200d", "\u00ad", "\u200c", "\ufe0f", "\u202e", "\x80", "\U000e0041")
EMOJI = ("👩‍👩‍👧", "🇩🇪🇫🇷", "❤️❤️", "👍🏽", "#️⃣")
WORDS = ("river", "don't", "2-1", "नदियाँ", "عَرَبِيّ", "中文ABC", "น้ำท่วม", "한국어", "1️⃣", "می‌خواهم", "\U0001f600x")
GAPS = (" ", "", "\n", "\n\n", "\t", "\u3000", "\u2028", "\x0c", ", ", " – ")
texts = st.lists(st.sampled_from((*SIGNS, *UNSEEN, *EMOJI, *WORDS, *GAPS, *GAPS)), max_size=40).map("".join)
anything = st.one_of(texts, st.text(st.characters(exclude_categories=())))


@dataclass
class Document:
    """What a reader finds between `<doc>` and `</doc>`."""

    attributes: dict[str, str]
    paragraphs: list[str] = field(default_factory=list)  # with a blank where there is no <g/>
    tokens: list[str] = field(default_factory=list)


def read_vertical(text: str) -> list[Document]:
    """The documents of a vertical file; fails where a line is neither a token nor a tag in its place."""
    documents: list[Document] = []
    open_tags: list[str] = []
    glue = ""
    assert text == "" or text.endswith("\n")
    for line in text.split("\n")[:-1]:
        found = _TAG.fullmatch(line)
        if line.startswith("<doc"):
            assert found is not None
            assert open_tags == []
            open_tags.append("doc")
            documents.append(Document({name: unescape(value) for name, value in re.findall(r'([a-z_]+)="([^"]*)"', line)}))
        elif line == "<p>":
            assert open_tags == ["doc"]
            open_tags.append("p")
            pieces: list[str] = []
            glue = ""
        elif line in ("</p>", "</doc>"):
            assert glue != "glue"
            assert open_tags.pop() == line[2:-1]
            if line == "</p>":
                documents[-1].paragraphs.append("".join(pieces))
        elif line == "<g/>":
            assert open_tags == ["doc", "p"]
            assert glue == " "
            glue = "glue"
        else:
            assert open_tags == ["doc", "p"]
            assert not line.startswith("<")
            assert line == line.strip() != ""
            token = unescape(line)
            documents[-1].tokens.append(token)
            pieces += ["" if glue == "glue" else glue, token]
            glue = " "
    assert open_tags == []
    return documents


def written(*contents: str) -> str:
    stream = io.StringIO()
    records = [{"id": number, "text": text} for number, text in enumerate(contents, start=1)]
    assert write_vertical(records, ("id",), stream) == len(contents)
    return stream.getvalue()


def lines_of(text: str) -> list[str]:
    """The lines of the paragraphs of one text."""
    return [line for line in written(text).split("\n")[1:-2] if line not in ("<p>", "</p>")]


def seen(text: str) -> str:
    """The text with one blank for all white space in a row, and without what does not show."""
    return allowed(" ".join(_UNSEEN.sub("", text).split()))


@given(st.lists(anything, max_size=3))
def test_paragraphs_can_be_restored_and_words_are_those_that_are_counted(contents: list[str]) -> None:
    documents = read_vertical(written(*contents))
    assert [document.attributes for document in documents] == [{"id": str(n)} for n in range(1, len(contents) + 1)]
    for text, document in zip(contents, documents, strict=True):
        expected = ["\n".join(lines) for lines in paragraphs(text)]
        assert [seen(paragraph) for paragraph in document.paragraphs] == [seen(paragraph) for paragraph in expected]
        assert [token for token in document.tokens if cut_words(token)] == cut_words(text)


def test_what_does_not_show_is_what_unicode_calls_so() -> None:
    for first, last in tokens.intervals("separators"):
        for character in map(chr, range(first, last + 1)):
            if allowed(character) == character and not character.isspace():
                assert (lines_of(character) == []) == (_UNSEEN.fullmatch(character) is not None), hex(ord(character))


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("The ferry, again.", ["The", "ferry", "<g/>", ",", "again", "<g/>", "."]),
        ("don't", ["don", "<g/>", "'", "<g/>", "t"]),
        ("渡船过河。", ["渡", "<g/>", "船", "<g/>", "过", "<g/>", "河", "<g/>", "。"]),
        ("한국어 문장.", ["한국어", "문장", "<g/>", "."]),
        ("(a) -- b ...!", ["(", "<g/>", "a", "<g/>", ")", "--", "b", "...", "<g/>", "!"]),
        ("a < b && c", ["a", "&lt;", "b", "&amp;&amp;", "c"]),
        ("<g/>", ["&lt;", "<g/>", "g", "<g/>", "/", "<g/>", "&gt;"]),
        ("&lt;", ["&amp;", "<g/>", "lt", "<g/>", ";"]),
        ("so\u00adft", ["so", "<g/>", "ft"]),
        ("a \u200b b", ["a", "b"]),
        ("hi👩‍👩‍👧🇩🇪🇫🇷", ["hi", "<g/>", "👩‍👩‍👧", "<g/>", "🇩🇪", "<g/>", "🇫🇷"]),
        ("👍🏽👍🏽 ❤️", ["👍🏽👍🏽", "❤️"]),
        ("a\x00b", ["a", "<g/>", "\ufffd", "<g/>", "b"]),
        ("one\ntwo\n\nthree", ["one", "two", "three"]),
        ("a\x85b\u2028c\u00a0d\u3000e", ["a", "b", "c", "d", "e"]),
    ],
)
def test_tokens(text: str, lines: list[str]) -> None:
    assert lines_of(text) == lines


def test_a_text_that_looks_like_the_file_stays_text() -> None:
    hostile = '</p>\n</doc>\n<doc id="2">\n<p>\n<g/>\nfoo\n'
    (document,) = read_vertical(written(hostile))
    assert document.attributes == {"id": "1"}
    assert document.paragraphs == [line for line in hostile.split("\n") if line]


def test_attributes_are_on_one_line_and_quoted() -> None:
    stream = io.StringIO()
    record = {"id": 1, "title": 'A "b"\t<c>\n& d\u2028e\x00', "author": None, "tags": ["x", "y"], "text": ""}
    write_vertical([record], ("id", "title", "author", "tags"), stream)
    assert stream.getvalue() == ('<doc id="1" title="A &quot;b&quot; &lt;c&gt; &amp; d e\ufffd" author="" tags="x,y">\n</doc>\n')


def test_a_line_of_a_million_characters() -> None:
    long_word, long_signs = "x" * 1_000_000, "-" * 1_000_000
    assert lines_of(long_word) == [long_word]
    assert lines_of(long_signs) == [long_signs]
    assert len(lines_of("水。" * 200_000)) == 800_000 - 1
    assert len(lines_of("<>" * 200_000)) == 800_000 - 1


def test_memory_does_not_grow_with_the_corpus() -> None:
    class Sink(io.StringIO):
        def write(self, text: str) -> int:
            return len(text)

        def writelines(self, lines: object) -> None:
            for _ in lines:  # type: ignore[attr-defined]
                pass

    peaks = []
    write_vertical([{"id": 1, "text": "A line, of text."}], ("id",), Sink())  # tables are made once
    for count in (10, 100):
        tracemalloc.start()
        write_vertical(repeat({"id": 1, "text": "A line, of text.\n" * 100}, count), ("id",), Sink())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0] + 10_000
