"""The main text of an HTML page. The only module that knows trafilatura.

The page is repaired as a string, parsed once into a tree that may be deep and large, read for its metadata, and handed to
trafilatura for the text alone. What trafilatura cannot tell apart (it answers None to everything) is found out here, so that
every page without a text has its reason.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from corpuskit.documents import Extraction
from corpuskit.extract.no_text import explain
from corpuskit.extract.repair import DEEPEST, flatten, repair
from corpuskit.reasons import Reason

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MODES = ("balanced", "precision", "recall", "fast")
_SETTINGS: dict[str, dict[str, Any]] = {
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


def recipe(mode: str = "balanced") -> dict[str, str]:
    """Extractor, version, mode and options: what must be equal for two extractions to be comparable."""
    options = {key: str(value) for key, value in sorted({**_COMMON, **_SETTINGS[mode]}.items())}
    return {"extractor": "trafilatura", "version": _trafilatura_version(), "mode": mode, **options}


def version(mode: str = "balanced") -> str:
    """Name, version and mode of the extractor in one line."""
    return f"trafilatura {_trafilatura_version()} {mode}"


def extract_html(page: str, *, url: str | None = None, mode: str = "balanced") -> Extraction:
    """Text and metadata of a decoded page; without a text, the reason. Raises for an unknown mode, and for no page."""
    settings = _SETTINGS[mode]
    if not page.strip():
        return Extraction(text=None, reason=Reason.NO_TEXT, detail="nothing but white space")
    tree = parse(page)
    if tree is None:
        return Extraction(text=None, reason=Reason.NO_TEXT, detail="not HTML: no element in it")
    from corpuskit.extract.metadata import Metadata, read_metadata

    text, reason, detail = None, None, ""
    metadata = Metadata()
    try:
        metadata = read_metadata(tree, url=url)
        _lighten(tree)
        text = _main_text(tree, settings)
    except MemoryError:
        raise  # the limit of the worker: not a fault of the page's markup
    except Exception as error:  # noqa: BLE001  (whatever the extractor raises, the page at fault is recorded with it)
        reason, detail = Reason.EXTRACTOR_ERROR, f"{type(error).__name__}: {error}"[:200]
    if text is None and reason is None:
        reason, detail = Reason.NO_TEXT, _why_no_text(page)
    return Extraction(
        text=text,
        reason=reason,
        detail=detail,
        title=metadata.title,
        author=metadata.author,
        date=metadata.date,
        date_source=metadata.date_source,
        site_name=metadata.site_name,
        url=metadata.url,
        url_source=metadata.url_source,
        language=metadata.language,
    )


def _why_no_text(page: str) -> str:
    """One clause on a page without a text. It is parsed again: the extractor has taken the first tree apart."""
    tree = parse(page)
    if tree is None:
        return ""
    raw = _tree(repair(page))
    is_deep = raw is not None and _is_deep()(raw)
    return f"{explain(tree)}; nested too deeply: more than {DEEPEST} levels" if is_deep else explain(tree)


def parse(page: str) -> HtmlElement | None:
    """The tree of a page, always with html and body, and never too deep; None if there is nothing to build one of."""
    content = repair(page)
    tree = _tree(content)
    if tree is not None and _is_deep()(tree):
        # Below some 2,000 levels libxml2 leaves the text out, so the markup is made flat and not the tree.
        tree = _tree(flatten(content))
    return tree


def _tree(content: bytes) -> HtmlElement | None:
    from lxml.etree import LxmlError
    from lxml.html import document_fromstring

    try:
        tree: HtmlElement = document_fromstring(content, parser=_parser())
    except (LxmlError, ValueError, AssertionError):  # an empty document is a ParserError, a comment alone an AssertionError
        return None
    return tree


@cache
def _is_deep() -> Any:
    """Whether a tree has more levels than the extractor can go down: the path of that many steps leads somewhere."""
    from lxml.etree import XPath

    return XPath("boolean(" + "/*" * (DEEPEST + 1) + ")")


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
            element.drop_tree()  # what stands behind the element is kept


def _main_text(tree: HtmlElement, settings: dict[str, Any]) -> str | None:
    from trafilatura import extract

    text: str | None = extract(tree, **_COMMON, **settings)
    return text if text and not text.isspace() else None
