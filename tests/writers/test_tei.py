"""TEI: valid by the schema of the Guidelines, whatever a record holds, and as small in memory as its largest text."""

from __future__ import annotations

import io
import re
import tracemalloc
from functools import cache
from importlib.util import find_spec
from itertools import repeat
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.record import RECORD_FIELDS
from corpuskit.writers.tei import USUAL_FIELDS, write_tei
from corpuskit.writers.xml_text import allowed

TEI = "{http://www.tei-c.org/ns/1.0}"
RECORD: dict[str, Any] = {
    "id": 12, "url": "https://river.example/a?b=1&c=2", "title": "The <ferry>", "author": "Ann Lee; Bo Ek", "date": "2021-03",
    "date_source": "metadata", "site_name": "River & Sons", "site": "river.example", "language": "en", "text": "One.\nTwo.",
    "words": 2, "characters": 9, "source": "crawl", "location": "crawl/1.html", "fetched_at": "2021-04-01T10:00:00Z",
    "media_type": "text/html", "encoding": "utf-8", "raw_digest": "sha256:0", "text_digest": "sha256:1", "extractor": "given",
    "tags": ["flood", "news"], "status": "dropped", "reason": "duplicate", "duplicate_of": 3, "lead": None,
}  # fmt: skip
NOTHING = dict.fromkeys(RECORD) | {"id": 1, "tags": [], "text": ""}
anything = st.text(st.one_of(st.characters(exclude_categories=()), st.sampled_from("<>&\"'\r\n\t\0\x1b\ud800\uffff]")))


def written(records: list[dict[str, Any]], fields: tuple[str, ...] = USUAL_FIELDS) -> str:
    stream = io.StringIO()
    assert write_tei(records, fields, stream) == len(records)
    return stream.getvalue()


def parsed(document: str) -> ElementTree.Element:
    return ElementTree.fromstring(document.encode())


def only(document: str) -> ElementTree.Element:
    (found,) = parsed(document).findall(f"{TEI}TEI")
    return found


def texts(element: ElementTree.Element, path: str) -> list[str | None]:
    """The texts of all elements at a path without namespaces."""
    return [found.text for found in element.findall("/".join(f"{TEI}{name}" for name in path.split("/")))]


@cache
def schema() -> Any:
    """The schema of TEI P5 that comes with the extractor."""
    from lxml import etree

    spec = find_spec("trafilatura")
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parent / "data" / "tei_corpus.dtd"
    return etree.DTD(str(path)) if path.exists() else None


def check_valid(document: str) -> None:
    """Fails for a document that the schema refuses."""
    from lxml import etree

    if schema() is None:
        pytest.skip("no schema of TEI P5 is installed")
    assert schema().validate(etree.fromstring(document.encode())), schema().error_log


@pytest.mark.parametrize(
    "fields", [USUAL_FIELDS, RECORD_FIELDS[:9] + RECORD_FIELDS[10:], ("id",), ("id", "date_source", "split")]
)
def test_what_is_written_is_valid(fields: tuple[str, ...]) -> None:
    records = [record | {"split": "train"} for record in (RECORD, NOTHING | {"id": 2}, RECORD | {"id": 3, "lead": "A lead."})]
    check_valid(written(records, fields))


def test_the_header_tells_what_the_record_does() -> None:
    document = only(written([RECORD]))
    assert document.get("{http://www.w3.org/XML/1998/namespace}id") == "d12"
    header = document[0]
    file = header[0]
    assert [part.tag.removeprefix(TEI) for part in file] == ["titleStmt", "extent", "publicationStmt", "sourceDesc"]
    assert [part.tag.removeprefix(TEI) for part in header] == ["fileDesc", "profileDesc"]
    assert texts(file, "titleStmt/title") == ["The <ferry>"]
    assert texts(file, "titleStmt/author") == ["Ann Lee", "Bo Ek"]
    measures = {one.get("unit"): one.get("quantity") for one in file.iter(f"{TEI}measure")}
    assert measures == {"words": "2", "characters": "9"}
    assert texts(file, "publicationStmt/p/idno") == ["12"]
    assert texts(file, "sourceDesc/bibl/publisher") == ["River & Sons"]
    assert texts(file, "sourceDesc/bibl/distributor") == ["river.example"]
    assert texts(file, "sourceDesc/bibl/idno") == ["https://river.example/a?b=1&c=2"]
    published, fetched = file.iter(f"{TEI}date")
    assert published.attrib == {"type": "published", "when": "2021-03", "evidence": "metadata"}
    assert fetched.attrib == {"type": "fetched", "when": "2021-04-01T10:00:00Z"}
    assert [one.get("ident") for one in header.iter(f"{TEI}language")] == ["en"]
    assert texts(header, "profileDesc/textClass/keywords/term") == ["flood", "news"]


def test_a_field_without_an_element_of_its_own_is_a_note() -> None:
    document = only(written([RECORD], RECORD_FIELDS[:9] + RECORD_FIELDS[10:]))
    notes = {note.get("type"): note.text for note in document.iter(f"{TEI}note")}
    assert notes == {name: str(RECORD[name]) for name in RECORD_FIELDS if name not in (*USUAL_FIELDS, "text")}


def test_only_fields_that_are_asked_for_are_told() -> None:
    document = only(written([RECORD | {"lead": "A lead."}], ("id", "title")))
    assert [element.tag.removeprefix(TEI) for element in document.iter()] == [
        "TEI", "teiHeader", "fileDesc", "titleStmt", "title", "publicationStmt", "p", "idno", "sourceDesc", "bibl",
        "text", "front", "argument", "p", "body", "p", "p",
    ]  # fmt: skip


def test_paragraphs_and_lines() -> None:
    document = only(written([RECORD | {"text": "a\nb\n\nc", "lead": "Lead\nof two"}]))
    body = document.find(f"{TEI}text/{TEI}body")
    assert body is not None
    assert [["".join(p.itertext()), len(p)] for p in body] == [["ab", 1], ["c", 0]]
    assert {child.tag for p in body for child in p} == {f"{TEI}lb"}
    assert texts(document, "text/front/argument/p") == ["Lead", "of two"]


@given(st.fixed_dictionaries(dict.fromkeys(("title", "author", "url", "site_name", "site", "lead", "text"), anything)))
def test_any_record_gives_a_valid_document_that_holds_its_text(found: dict[str, str]) -> None:
    document = written([RECORD | found | {"tags": [found["title"]], "source": found["url"]}], (*USUAL_FIELDS, "source"))
    check_valid(document)
    body = only(document).find(f"{TEI}text/{TEI}body")
    assert body is not None
    assert "".join("".join(body.itertext()).split()) == "".join(allowed(found["text"]).split())
    assert texts(only(document), "teiHeader/fileDesc/titleStmt/title") == [allowed(found["title"]) or None]


def test_a_corpus_without_a_text_can_be_read() -> None:
    assert [element.tag for element in parsed(written([]))] == [f"{TEI}teiHeader"]


def test_every_id_is_a_name_of_xml() -> None:
    document = written([RECORD | {"id": number} for number in (1, 2, 10**17)])
    ids = re.findall(r'xml:id="([^"]*)"', document)
    assert len({*ids}) == 3
    assert all(re.fullmatch(r"[A-Za-z_][\w.-]*", one) for one in ids)


def test_memory_does_not_grow_with_the_corpus() -> None:
    class Sink(io.StringIO):
        def write(self, text: str) -> int:
            return len(text)

    peaks = []
    for count in (50, 1000):
        tracemalloc.start()
        write_tei(repeat(RECORD | {"text": "A line of text.\n" * 200}, count), USUAL_FIELDS, Sink())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0] + 10_000
