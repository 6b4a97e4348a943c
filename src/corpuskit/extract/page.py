"""One raw page to one cleaned page: the pure entry that worker processes call.

Bytes are decoded, handed to the extractor of their kind, and what the source says about the page is preferred to what was
found in it. Everything that goes in or comes out can be pickled; nothing is read, stored or remembered besides the models.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, Literal
from unicodedata import normalize

from corpuskit.documents import Extraction, Given
from corpuskit.extract.bulk import LARGE, least_memory, memory_at_once, without_bulk
from corpuskit.extract.encoding import Decoded, decode
from corpuskit.reasons import Reason

_SAMPLE = 65_536  # bytes that are looked at to tell binary content from text
_MOST_CONTROLS = 0.04  # share of control characters above which content is binary; compressed data has 0.11
_MOST_REPLACED = 0.1  # share of characters that could not be decoded from which there is nothing to read

# Every control byte but tab, line feed, form feed, carriage return and escape (which ISO-2022-JP is made of).
_CONTROL_BYTES = bytes(code for code in range(0x20) if code not in (0x09, 0x0A, 0x0C, 0x0D, 0x1B)) + b"\x7f"
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LINE_ENDS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_TRAILING_BLANKS = re.compile(r"[^\S\n]+(?=\n|\Z)")
_MARKUP = re.compile(r"<(?:[a-zA-Z/]|!--|!doctype)", re.IGNORECASE)
_SIGNATURES = (
    (b"%PDF-", "PDF"),
    (b"\x89PNG", "PNG image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"GIF8", "GIF image"),
    (b"PK\x03\x04", "ZIP archive"),
    (b"\x1f\x8b", "gzip"),
    (b"\x7fELF", "program"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
)


@dataclass(frozen=True, slots=True)
class PageJob:
    """Everything that decides how one page is cleaned."""

    content: bytes
    media_type: str = "text/html"
    url: str | None = None
    charset: str | None = None  # declared outside the page
    given: Given = field(default_factory=Given)
    is_clean: bool = False  # text that is taken as it is
    mode: str = "balanced"
    recurrence: Mapping[int, int] | None = None  # on how many other pages a line or paragraph stands
    charset_source: Literal["given", "http"] = "given"
    memory: int | None = None  # bytes that cleaning may use: a page that must need more is not begun
    repeated: Literal["keep", "cut"] = "keep"  # paragraphs of HTML that stand on other pages of the site


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What cleaning makes of a page: its text with all that is known about it, or the reason why it has none."""

    extraction: Extraction
    encoding: str
    encoding_source: str
    replacements: int
    language: str | None
    language_confidence: float | None
    words: int
    characters: int
    extractor: str  # name, version and mode: another value means that the page would be cleaned differently now


def clean_page(job: PageJob) -> Cleaned:
    """Clean one page. Every content gives a result; only the limits of time and memory stand above that.

    Raises MemoryError, with what it would take, for a page that needs more memory than the job allows.
    """
    from corpuskit.extract.language import identify, language_code
    from corpuskit.extract.words import count_words

    is_html = not job.is_clean and job.media_type != "text/plain"
    content = job.content
    if is_html and len(content) > LARGE:
        content = without_bulk(content)
    decoded = decode(content, job.charset, is_html=is_html, declared_by=job.charset_source)
    as_html = is_html and _MARKUP.search(decoded.text) is not None
    _check_memory(job, len(content), as_html=as_html)
    extraction = _extract(job, decoded, as_html=as_html)
    extraction = _prefer_given(extraction, job.given)
    text = extraction.text
    language, confidence = (None, None) if text is None else identify(text, declared=extraction.language)
    if (given := language_code(job.given.language)) is not None and text is not None:
        language, confidence = given, None
    return Cleaned(
        extraction=extraction,
        encoding=decoded.encoding,
        encoding_source=decoded.source,
        replacements=decoded.replacements,
        language=language,
        language_confidence=confidence,
        words=count_words(text) if text else 0,
        characters=len(text) if text else 0,
        extractor=extractor_name(as_html=as_html, is_clean=job.is_clean, mode=job.mode, repeated=job.repeated),
    )


def _check_memory(job: PageJob, size: int, *, as_html: bool) -> None:
    needed = least_memory(size, as_html=as_html)
    if job.memory is not None and needed > job.memory and not job.is_clean:
        mebibyte = 1024 * 1024
        raise MemoryError(f"needs {needed // mebibyte} MB or more, --max-memory is {job.memory // mebibyte} MB")


def extractor_name(*, as_html: bool, is_clean: bool, mode: str, repeated: str = "keep") -> str:
    """The recipe that a page of this kind is cleaned by: extractor, version and mode, and whether repeated paragraphs are cut."""
    if is_clean:
        return "given"
    if as_html:
        from corpuskit.extract.html import version

        return version(mode) + (", repeated cut" if repeated == "cut" else "")
    return f"corpuskit-plaintext {_own_version()}"


@cache
def _own_version() -> str:
    from importlib.metadata import version

    return version("corpuskit")


def warm_up() -> None:
    """Load what every page needs: about a second, once. A parent that forks its workers behind this saves it in each."""
    text = "3 May 2021\n\n" + "Words – “all” of them – that any extractor takes for a sentence of a text. " * 20
    clean_page(PageJob(f"<html><body><p>{text}</p></body></html>".encode()))
    clean_page(PageJob(f"A headline of words\n\n{text}\n".encode(), media_type="text/plain"))


def tidy_text(text: str) -> str:
    """NFC, line feeds only, no control character but line feed and tab, no blanks at line ends, no empty ends."""
    text = _LINE_ENDS.sub("\n", text)
    text = _CONTROLS.sub("", text)
    if not text.isascii():
        text = normalize("NFC", text)
    return _TRAILING_BLANKS.sub("", text).strip("\n")


def _extract(job: PageJob, decoded: Decoded, *, as_html: bool) -> Extraction:
    if (detail := _not_a_page(job.content, decoded)) is not None:
        return Extraction(text=None, reason=Reason.NOT_A_PAGE, detail=detail)
    if not decoded.text.strip():
        return Extraction(text=None, reason=Reason.NO_TEXT, detail="nothing but white space")
    if job.is_clean:
        found = Extraction(text=decoded.text)
    elif as_html and job.memory is not None and memory_at_once(decoded.text, len(decoded.text)) > job.memory:
        from corpuskit.extract.pieces import extract_in_pieces

        found = extract_in_pieces(decoded.text, url=job.url, mode=job.mode, memory=job.memory // 3)
    elif as_html:
        from corpuskit.extract.html import extract_html

        found = extract_html(decoded.text, url=job.url, mode=job.mode)
    else:
        from corpuskit.extract.plaintext import extract_plaintext

        found = extract_plaintext(decoded.text, recurrence=job.recurrence, url=job.url)
    if as_html and job.repeated == "cut" and job.recurrence:
        from corpuskit.extract.recurrence import without_repeated

        found = without_repeated(found, job.recurrence)
    return _tidied(found)


def _tidied(found: Extraction) -> Extraction:
    """The same extraction with tidy strings; a text of which nothing is left has a reason instead."""
    fields: dict[str, Any] = {
        name: _one_line(value) for name in ("title", "author", "site_name") if (value := getattr(found, name)) is not None
    }
    lead = tidy_text(found.lead) or None if found.lead is not None else None
    found = replace(found, lead=lead, **fields)
    if found.text is None:
        return found
    text = tidy_text(found.text)
    if not text.strip():
        return replace(found, text=None, reason=Reason.NO_TEXT, detail="nothing but white space")
    return replace(found, text=text)


def _one_line(value: str) -> str | None:
    return " ".join(tidy_text(value).split()) or None


def _prefer_given(found: Extraction, given: Given) -> Extraction:
    """What the source says of the page stands above what the page says of itself."""
    from corpuskit.extract.dates import parse_date

    changes: dict[str, Any] = {}
    if given.title and (title := _one_line(given.title)):
        changes["title"] = title
    if given.author and (author := _one_line(given.author)):
        changes["author"] = author
    if given.date and (date := parse_date(given.date)) is not None:
        changes |= {"date": date.iso, "date_source": "given"}
    return replace(found, **changes) if changes else found


def _not_a_page(content: bytes, decoded: Decoded) -> str | None:
    """Why content behind a text type is none, or None: a known signature, or too many characters that text has not."""
    for signature, name in _SIGNATURES:
        if content.startswith(signature):
            return f"{name} content"
    if decoded.encoding.startswith(("utf-16", "utf-32")):
        sample = decoded.text[:_SAMPLE]
        controls = len(_CONTROLS.findall(sample))
        size = len(sample)
    else:
        start = content[:_SAMPLE].rstrip(b"\x00")
        size = len(start)
        controls = size - len(start.translate(None, _CONTROL_BYTES))
    if controls > _MOST_CONTROLS * size:
        return f"binary content: {controls / size:.0%} of it are control characters"
    if decoded.replacements > _MOST_REPLACED * max(1, len(decoded.text)):
        return f"binary content: {decoded.replacements} characters cannot be decoded"
    return None
