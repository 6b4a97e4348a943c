"""TEI P5: one `teiCorpus`, in which every document is a `TEI` with a header of its own.

The page is described as the source (`sourceDesc`), for this is what the site published; the publication statement of a `TEI` only
says which document of the corpus it is. A field for which TEI has no element becomes a typed note. Text and lead are no fields of
the header: they make the body and the front, so that the body holds what corpuskit counts, and nothing else.

Documents are written one by one. Nothing depends on the time or the place of the export.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TextIO

from corpuskit.writers.paragraphs import paragraphs
from corpuskit.writers.xml_text import allowed, attribute, content

# What a header tells unless fields are asked for. Names of files are left out: they say more about a machine than about a text.
USUAL_FIELDS = (
    "id", "url", "title", "author", "date", "date_source", "site_name", "site", "language", "words", "characters",
    "fetched_at", "tags",
)  # fmt: skip
_START = """\
<?xml version="1.0" encoding="UTF-8"?>
<teiCorpus xmlns="http://www.tei-c.org/ns/1.0">
<teiHeader>
<fileDesc>
<titleStmt><title>A corpus of web pages</title></titleStmt>
<publicationStmt><p>Exported by corpuskit.</p></publicationStmt>
<sourceDesc><p>Web pages; the header of each text describes its own.</p></sourceDesc>
</fileDesc>
<encodingDesc><p>A body is the main text of a page without its furniture, or the text that was given for it.</p></encodingDesc>
</teiHeader>
"""
_END = "</teiCorpus>\n"


def write_tei(records: Iterable[Mapping[str, Any]], fields: Sequence[str], stream: TextIO) -> int:
    """Write the records, which hold `id`, `lead`, `text` and these fields; how many there were.

    A corpus without a record is well-formed, but not valid: TEI wants one text at least.
    """
    stream.write(_START)
    count = 0
    for record in records:
        told = {name: record[name] for name in fields if record[name] is not None}
        stream.write(_head(record["id"], told))
        stream.writelines(_text(record, told.get("language")))
        count += 1
    stream.write(_END)
    return count


def _head(number: int, told: Mapping[str, Any]) -> str:
    """Everything of a document that stands above its text."""
    file = _element("fileDesc", _titles(told), _extent(told), _publication(number), _notes(told), _source(told))
    return f'<TEI xml:id="d{number}">\n{_element("teiHeader", file, _profile(told))}\n'


def _titles(told: Mapping[str, Any]) -> str:
    authors = told.get("author", "").split("; ")
    # TEI wants a title, so a page without one has an empty one
    return _element("titleStmt", f"<title>{content(told.get('title', ''))}</title>", *(_leaf("author", one) for one in authors))


def _extent(told: Mapping[str, Any]) -> str:
    counts = [(unit, told[unit]) for unit in ("words", "characters") if unit in told]
    return _optional("extent", *(f'<measure unit="{unit}" quantity="{n}">{n} {unit}</measure>' for unit, n in counts))


def _publication(number: int) -> str:
    return f'<publicationStmt><p><idno type="corpuskit">{number}</idno></p></publicationStmt>'


def _notes(told: Mapping[str, Any]) -> str:
    others = [name for name in told if name not in USUAL_FIELDS]
    return _optional("notesStmt", *(_leaf("note", str(told[name]), f'type="{name}"') for name in others))


def _source(told: Mapping[str, Any]) -> str:
    date, fetched = told.get("date", ""), told.get("fetched_at", "")
    evidence = f' evidence="{told["date_source"]}"' if "date_source" in told else ""
    parts = (
        _leaf("publisher", told.get("site_name", "")),
        _leaf("distributor", told.get("site", "")),
        _leaf("date", date, f'type="published" when="{date}"{evidence}'),
        _leaf("date", fetched, f'type="fetched" when="{fetched}"'),
        _leaf("idno", told.get("url", ""), 'type="URI"'),
    )
    return _element("sourceDesc", _element("bibl", *parts))


def _profile(told: Mapping[str, Any]) -> str:
    code = told.get("language")
    language = f'<language ident="{attribute(code)}">{content(code)}</language>' if code else ""
    terms = _optional("keywords", *(_leaf("term", tag) for tag in told.get("tags", ())))
    return _optional("profileDesc", _optional("langUsage", language), _optional("textClass", terms))


def _text(record: Mapping[str, Any], language: str | None) -> Iterable[str]:
    """The text of a document with its lead, and the end of the document. A blank text is one empty paragraph: TEI wants one."""
    yield f'<text xml:lang="{attribute(language)}">\n' if language else "<text>\n"
    if lead := record["lead"]:
        yield f"<front>\n<argument>\n{''.join(_paragraphs(lead))}</argument>\n</front>\n"
    yield "<body>\n"
    yield from _paragraphs(record["text"])
    yield "</body>\n</text>\n</TEI>\n"


def _paragraphs(text: str) -> Iterable[str]:
    for lines in paragraphs(allowed(text)) or [[""]]:
        yield f"<p>{'<lb/>'.join(map(content, lines))}</p>\n"


def _element(name: str, *parts: str) -> str:
    """An element with its parts on lines of their own; empty parts are left out."""
    inside = "".join(f"{part}\n" for part in parts if part)
    return f"<{name}>\n{inside}</{name}>"


def _optional(name: str, *parts: str) -> str:
    """The same, or nothing where there are no parts."""
    return _element(name, *parts) if any(parts) else ""


def _leaf(name: str, text: str, attributes: str = "") -> str:
    """An element that holds text, or nothing where there is none."""
    return f"<{' '.join(filter(None, (name, attributes)))}>{content(text)}</{name}>" if text else ""
