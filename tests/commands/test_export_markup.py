"""`corpuskit export -f tei` and `-f vertical`: the same documents as JSONL has, whatever their texts hold."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from unicodedata import normalize
from xml.etree import ElementTree

import pytest
from tests.conftest import CorpusKit
from tests.writers.test_tei import TEI, check_valid
from tests.writers.test_vertical import read_vertical, seen

from corpuskit.vocabulary import cut_words
from corpuskit.writers.tei import USUAL_FIELDS

HOSTILE = {
    "looks like the file": '</p>\n</doc>\n<doc id="9" title="no">\n<p>\n<g/>\n&lt;p&gt; ]]></p></body></text></TEI>',
    "controls": "bell \x07, escape \x1b[31m, null \x00, delete \x7f, next line \x85 and \u2028 separator" + ", and so on" * 20,
    "not characters": "\ufffe \uffff \ufdd0 \U0001ffff \ud800 \udfff",
    "Chinese": "渡船每天早上过河。\n水位很高，没有人过河。",
    "right to left": "العبّارة تعبر النهر \u202bكل صباح\u202c. המעבורת חוצה את הנהר.",
    "emoji": "The ferry 👩‍👩‍👧 🇩🇪🇫🇷 ❤️ 1️⃣ 👍🏽👍🏽",
    "one line": "x" * 1_000_000,
    "one long line of words": "river & <bank> " * 20_000,
    "tabs and ends": "\tone\ttwo\r\nthree\rfour \n\n\n five",
    'a quote in "the"\ttitle <&>\n\'': "Text.",
}


@pytest.fixture
def hostile(ck: CorpusKit, tmp_path: Path) -> list[dict[str, object]]:
    """A corpus of texts that try to break a format, and its records."""
    lines = [json.dumps({"t": text, "title": title, "tags": ["a<b", "c&d"]}) for title, text in HOSTILE.items()]
    (tmp_path / "hostile.jsonl").write_text("\n".join(lines))
    ck("import", "hostile.jsonl", "--field", "clean_text=t", "--field", "text=none")
    records = ck("export").rows()
    assert len(records) == len(HOSTILE)
    return records


def documents_of(path: Path) -> list[ElementTree.Element]:
    """The TEI elements of a file."""
    root = ElementTree.parse(path).getroot()
    assert root.tag == f"{TEI}teiCorpus"
    return root.findall(f"{TEI}TEI")


def text_of(document: ElementTree.Element) -> str:
    """The text of a document, with a line break for each <lb/> and after each paragraph."""
    body = document.find(f"{TEI}text/{TEI}body")
    assert body is not None
    for lb in body.iter(f"{TEI}lb"):
        lb.text = "\n"
    return "\n".join("".join(p.itertext()) for p in body)


def lines(text: object) -> list[str]:
    """The lines of a text that are not blank, without blanks at their ends."""
    return [line.strip() for line in str(text).split("\n") if line.strip()]


def test_tei_has_the_documents_and_what_is_known_of_them(ck: CorpusKit, examples: Path, tmp_path: Path) -> None:
    rows = ck("-d", examples, "export", "--all").rows()
    leads = ck("-d", examples, "query", "SELECT id, lead FROM documents_view WHERE lead IS NOT NULL", "-f", "jsonl").rows()
    assert leads
    ck("-d", examples, "export", "--all", "-f", "tei", "-o", "corpus.xml")
    check_valid((tmp_path / "corpus.xml").read_text(encoding="utf-8"))
    documents = documents_of(tmp_path / "corpus.xml")
    assert [document.get("{http://www.w3.org/XML/1998/namespace}id") for document in documents] == [
        f"d{row['id']}" for row in rows
    ]
    for document, row in zip(documents, rows, strict=True):
        assert lines(text_of(document)) == lines(row["text"])
        found = {
            name: element.text
            for name in ("title", "author", "publisher", "distributor")
            for element in document.iter(f"{TEI}{name}")
        }
        expected = {"title": row["title"], "author": row["author"], "publisher": row["site_name"], "distributor": row["site"]}
        assert found == {name: value for name, value in expected.items() if value or name == "title"}
        dates = [(date.text, date.get("evidence")) for date in document.iter(f"{TEI}date") if date.get("type") == "published"]
        assert dates == ([(row["date"], row["date_source"])] if row["date"] else [])
        assert [one.get("ident") for one in document.iter(f"{TEI}language")] == [row["language"]] * (row["language"] is not None)
        front = {"".join(one.itertext()).split() == [] for one in document.iter(f"{TEI}argument")}
        assert bool(front) == (row["id"] in {lead["id"] for lead in leads})


def test_vertical_has_the_words_that_are_counted(ck: CorpusKit, examples: Path) -> None:
    rows = ck("-d", examples, "export", "--all").rows()
    documents = read_vertical(ck("-d", examples, "export", "--all", "-f", "vertical").out)
    for document, row in zip(documents, rows, strict=True):
        expected = {name: row[name] or "" for name in ("url", "title", "author", "date", "site", "language")}
        assert document.attributes == {"id": str(row["id"]), **expected, "tags": ",".join(row["tags"])}
        assert [seen(paragraph) for paragraph in " ".join(document.paragraphs).split()] == seen(row["text"]).split()
    words = (token for document in documents for token in document.tokens if cut_words(token))
    counted = {row["word"]: row["frequency"] for row in ck("-d", examples, "words", "--all", "-f", "jsonl").rows()}
    assert Counter(normalize("NFC", word).lower() for word in words) == counted


def test_no_text_breaks_tei(ck: CorpusKit, hostile: list[dict[str, object]], tmp_path: Path) -> None:
    ck("export", "-f", "tei", "-o", "corpus.xml")
    check_valid((tmp_path / "corpus.xml").read_text(encoding="utf-8"))
    documents = documents_of(tmp_path / "corpus.xml")
    for document, record in zip(documents, hostile, strict=True):
        assert lines(text_of(document)) == lines(record["text"])
        assert [title.text for title in document.iter(f"{TEI}title")] == [record["title"]]
        assert [term.text for term in document.iter(f"{TEI}term")] == ["a<b", "c&d"]


def test_no_text_breaks_vertical(ck: CorpusKit, hostile: list[dict[str, object]]) -> None:
    for document, record in zip(read_vertical(ck("export", "-f", "vertical").out), hostile, strict=True):
        assert seen(" ".join(document.paragraphs)) == seen(str(record["text"]))
        assert [token for token in document.tokens if cut_words(token)] == cut_words(str(record["text"]))
        assert document.attributes["title"] == " ".join(str(record["title"]).replace("\t", " ").split("\n"))


def test_fields_choose_what_is_told_and_the_text_is_always_there(ck: CorpusKit, corpus: Path, tmp_path: Path) -> None:
    for fields in ("date,id,title", "date,title,text,date"):
        text = ck("export", "-f", "vertical", "--fields", fields, "-n", "1").out
        (document,) = read_vertical(text)
        assert {*document.attributes} == {"id", "date", "title"}
        assert document.tokens
    assert text.startswith('<doc id="1" date="')
    ck("export", "-f", "tei", "--fields", "encoding,status", "-n", "1", "-o", "one.xml")
    (one,) = documents_of(tmp_path / "one.xml")
    assert {note.get("type"): note.text for note in one.iter(f"{TEI}note")} == {"encoding": "utf-8", "status": "kept"}
    assert [title.text for title in one.iter(f"{TEI}title")] == [None]
    assert text_of(one)
    wrong = ck("export", "-f", "tei", "--fields", "sentences", code=2)
    assert wrong.err.startswith("corpuskit: unknown field: sentences\n")


@pytest.mark.parametrize("format_", ["tei", "vertical"])
def test_what_makes_no_sense_is_refused_in_one_line(ck: CorpusKit, corpus: Path, tmp_path: Path, format_: str) -> None:
    result = ck("export", "-f", format_, "--csv-safe", "-o", "out", code=2)
    assert result.err == f"corpuskit: --csv-safe is for cells of a table: {format_} has none\n"
    (tmp_path / "out").write_text("mine")
    assert ck("export", "-f", format_, "-o", "out", code=2).err == "corpuskit: out exists\nhint: --force overwrites it\n"
    ck("export", "-f", format_, "-o", "out", "--force")
    assert (tmp_path / "out").read_text(encoding="utf-8") == ck("export", "-f", format_).out


def test_an_empty_selection(ck: CorpusKit, corpus: Path, tmp_path: Path) -> None:
    assert len(ElementTree.fromstring(ck("export", "-f", "tei", "--lang", "xx", code=1).out)) == 1
    assert ck("export", "-f", "vertical", "--lang", "xx", code=1).out == ""
    for format_ in ("tei", "vertical"):
        assert "was not written" in ck("export", "-f", format_, "--lang", "xx", "-o", "out", code=1).err
    assert not (tmp_path / "out").exists()


def test_sides_of_a_split_are_told_or_written_apart(ck: CorpusKit, corpus: Path, tmp_path: Path) -> None:
    sides = {row["id"]: row["split"] for row in ck("export", "--split", "a=0.5,b=0.5", "--fields", "id,split").rows()}
    told = read_vertical(ck("export", "-f", "vertical", "--split", "a=0.5,b=0.5").out)
    assert {int(one.attributes["id"]): one.attributes["split"] for one in told} == sides
    ck("export", "-f", "tei", "--split", "a=0.5,b=0.5", "-o", "all.xml")
    notes = [[note.text for note in one.iter(f"{TEI}note")] for one in documents_of(tmp_path / "all.xml")]
    assert notes == [[side] for side in sides.values()]
    ck("export", "-f", "tei", "--split", "a=0.5,b=0.5", "-o", "{split}.xml")
    apart = {name: len(documents_of(tmp_path / f"{name}.xml")) for name in ("a", "b")}
    assert apart == Counter(sides.values())


def test_the_usual_header_names_no_file(ck: CorpusKit, corpus: Path) -> None:
    assert not {"source", "location"} & {*USUAL_FIELDS}
    sources = {row["source"] for row in ck("export", "--fields", "source").rows()}
    text = ck("export", "-f", "tei").out
    assert not [source for source in sources if f">{source}<" in text]
