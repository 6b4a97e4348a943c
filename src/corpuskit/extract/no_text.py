"""Why a page has no main text, as far as the page itself shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_UNREAD = frozenset(("script", "style", "noscript", "template", "head", "title"))
_MOSTLY_LINKS = 0.8


def explain(tree: HtmlElement) -> str:
    """One clause for the record: a frameset, an empty body, only links, a log-in form ..."""
    if tree.find(".//frameset") is not None:
        return "a frameset: the text is in other pages"
    body = tree.find(".//body")
    text, in_links = _lengths(body) if body is not None else (0, 0)
    has_scripts = next(tree.iter("script"), None) is not None
    if body is None or (len(body) == 0 and not text):
        return "an empty body"
    if _refreshes(tree):
        return "a redirect to another page"
    if tree.find('.//input[@type="password"]') is not None:
        return "a log-in form"
    if not text:
        return "a body without text, filled by scripts" if has_scripts else "a body without text"
    if in_links >= _MOSTLY_LINKS * text:
        return f"only links: {in_links} of {text} characters"
    return f"no main text found in {text} characters"


def _refreshes(tree: HtmlElement) -> bool:
    return any(
        (meta.get("http-equiv") or "").lower() == "refresh" and "url" in (meta.get("content") or "").lower()
        for meta in tree.iter("meta")
    )


def _lengths(body: HtmlElement) -> tuple[int, int]:
    """Characters that a reader sees, and how many of them are links."""
    seen = links = 0
    for element in body.iter():
        hidden = element.tag in _UNREAD
        own = 0 if hidden else _length(element.text)
        seen += own + (_length(element.tail) if element is not body else 0)
        if element.tag == "a" or (own and any(ancestor.tag == "a" for ancestor in element.iterancestors())):
            links += own
    return seen, links


def _length(text: str | None) -> int:
    return sum(not char.isspace() for char in text) if text else 0
