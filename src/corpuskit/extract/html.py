"""The main text of an HTML page. The only module that knows trafilatura.

The page is repaired as a string, parsed once into a tree that may be deep and large, read for its metadata, and handed to
trafilatura for the text alone. What trafilatura cannot tell apart (it answers None to everything) is found out here, so that
every page without a text has its reason.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from corpuskit.documents import Extraction
from corpuskit.reasons import Reason

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MODES = ("balanced", "precision", "recall", "fast")
_SETTINGS: dict[str, dict[str, bool]] = {
    "balanced": {},
    "precision": {"favor_precision": True},
    "recall": {"favor_recall": True},
    "fast": {"fast": True},
}
_COMMON: dict[str, Any] = {
    "output_format": "txt",
    "include_comments": False,  # readers' comments are not the page's text; the posts of a forum are kept all the same
    "include_tables": True,
    "with_metadata": False,  # read by our own module: no invented dates, a quarter of the time
    "deduplicate": False,  # it remembers across pages
}
_DEEPEST = 400  # levels below which the tree is flattened: the extractor's functions call themselves level by level


def recipe(mode: str = "balanced") -> dict[str, str]:
    """Extractor, version, mode and options: what must be equal for two extractions to be comparable."""
    options = {key: str(value) for key, value in sorted({**_COMMON, **_SETTINGS[mode]}.items())}
    return {"extractor": "trafilatura", "version": _trafilatura_version(), "mode": mode, **options}


def version(mode: str = "balanced") -> str:
    """Name, version and mode of the extractor in one line."""
    return f"trafilatura {_trafilatura_version()} {mode}"


def extract_html(page: str, *, url: str | None = None, mode: str = "balanced") -> Extraction:
    """Text and metadata of a decoded page; without a text, the reason. Never raises for a known mode."""
    settings = _SETTINGS[mode]
    try:
        tree = parse(page)
    except (ValueError, AssertionError) as error:  # lxml's ParserError is a ValueError of its own kind
        return Extraction(text=None, reason=Reason.NO_TEXT, detail=f"not HTML: {error}")
    if tree is None:
        return Extraction(text=None, reason=Reason.NO_TEXT, detail="not HTML: no element in it")
    from corpuskit.extract.metadata import read_metadata

    metadata = read_metadata(tree, url=url)
    _lighten(tree)
    text, problem = _extract_text(tree, settings)
    found = Extraction(
        text=text,
        reason=None if text is not None else problem or Reason.NO_TEXT,
        detail="",
        title=metadata.title,
        author=metadata.author,
        date=metadata.date,
        date_source=metadata.date_source,
        site_name=metadata.site_name,
        url=metadata.url,
        url_source=metadata.url_source,
        language=metadata.language,
    )
    return found


def parse(page: str) -> HtmlElement | None:
    """The tree of a page, always with html and body; None if there is nothing to build one of."""
    from lxml.etree import LxmlError
    from lxml.html import document_fromstring

    repaired = repair(page)
    if not repaired.strip():
        return None
    try:
        return document_fromstring(repaired, parser=_parser())
    except LxmlError:
        return None


def repair(page: str) -> bytes:
    """The page as UTF-8 without what makes the parser or the extractor give up or take very long."""
    content = page.encode("utf-8", "ignore").translate(_FORM_FEED_TO_SPACE, _INVALID_IN_XML)
    for not_a_character in (b"\xef\xbf\xbe", b"\xef\xbf\xbf"):
        content = content.replace(not_a_character, b"")
    content = _PROLOGUE.sub(b"", content, count=1)
    content = _NUMERIC_REFERENCE.sub(_repaired_reference, content)
    start, rest = content[:_START], content[_START:]
    return _SELF_CLOSED_HTML.sub(rb"\1>", start, count=1) + rest


# Bytes and not characters, for these run over whole pages: the control characters are ASCII, and deleting bytes is fast.
_INVALID_IN_XML = bytes(code for code in range(0x20) if code not in b"\t\n\f\r")
_FORM_FEED_TO_SPACE = bytes.maketrans(b"\f", b" ")
_START = 4_096  # where the html tag stands
# Byte order mark, XML declaration and document type say nothing here, and a slash in a DOCTYPE costs quadratic time.
_PROLOGUE = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:\s++|<\?xml[^>]*+>|<\s?!\s?doctype[^>]*+>)+", re.IGNORECASE)
# References to control characters, surrogates, non-characters and beyond Unicode: the few shapes that can be one of them.
_NUMERIC_REFERENCE = re.compile(
    rb"&#(?:[xX]0*([0-9a-fA-F]{1,2}(?![0-9a-fA-F])|[dD][89a-fA-F][0-9a-fA-F]{2}(?![0-9a-fA-F])|[fF]{3}[efEF](?![0-9a-fA-F])"
    rb"|[0-9a-fA-F]{6,})|0*(\d{1,2}(?!\d)|1[0-5]\d(?!\d)|5[5-7]\d{3}(?!\d)|6553[45](?!\d)|\d{7,}));?"
)
_SELF_CLOSED_HTML = re.compile(rb"(?<![^\s>])(<html\b[^<>]*?)\s*/>", re.IGNORECASE)


def _repaired_reference(match: re.Match[bytes]) -> bytes:
    """The reference as it is if XML allows it; windows-1252's character for 128 to 159, as browsers do; else nothing."""
    digits = match[1] or match[2]
    code = int(digits, 16 if match[1] else 10) if len(digits) < 8 else 0x110000
    if 0x80 <= code <= 0x9F:
        return bytes([code]).decode("windows-1252", "ignore").encode()
    if code in (0x9, 0xA, 0xD) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF:
        return match[0]
    return b" " if code == 0xC else b""


@cache
def _parser() -> Any:
    """trafilatura's parser, without its limits on depth and size.

    Every element gets the one class with the methods that are used; looking the class up by tag for each element costs
    a tenth of an extraction.
    """
    from lxml.etree import ElementDefaultClassLookup
    from lxml.html import HtmlElement, HTMLParser

    parser = HTMLParser(
        huge_tree=True, collect_ids=False, default_doctype=False, encoding="utf-8", remove_comments=True, remove_pis=True
    )
    parser.set_element_class_lookup(ElementDefaultClassLookup(element=HtmlElement))
    return parser


@cache
def _trafilatura_version() -> str:
    from importlib.metadata import version as installed_version

    return installed_version("trafilatura")


def _lighten(tree: HtmlElement) -> None:
    """Take out what no stage of the extractor reads as text, before it copies the tree several times."""
    for element in list(tree.iter("script", "style", "meta", "link", "svg")):
        if element.tag == "script" and "ld+json" in (element.get("type") or ""):
            continue  # the extractor's last resort for pages whose text is only there
        if element.tag == "svg" and "".join(element.itertext()).strip():
            continue
        if element.getparent() is not None:
            element.drop_tree()


def _extract_text(tree: HtmlElement, settings: dict[str, bool]) -> tuple[str | None, Reason | None]:
    from trafilatura import extract

    return extract(tree, **_COMMON, **settings), None
