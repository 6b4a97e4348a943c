"""Repairs on the markup of a page, before it is parsed.

Each takes out something that makes libxml2 or the extractor give up without a word, or take time that grows with the square
of the page. They work on UTF-8 bytes: they run over every page, and bytes are an order of magnitude faster here.
"""

from __future__ import annotations

import re
from collections import Counter

DEEPEST = 250  # levels; libxml2's own limit without huge_tree is near, and the extractor's functions call themselves per level

_INVALID_IN_XML = bytes(code for code in range(0x20) if code not in b"\t\n\f\r")
_FORM_FEED_TO_SPACE = bytes.maketrans(b"\f", b" ")
_NOT_CHARACTERS = re.compile(rb"\xef\xbf[\xbe\xbf]")  # U+FFFE and U+FFFF
# Byte order mark, XML declaration and document type say nothing here, and slashes in a DOCTYPE cost quadratic time. An
# internal subset is skipped with it: its entities are never expanded.
_PROLOGUE = re.compile(
    rb"\A(?:\xef\xbb\xbf)?(?:\s++|<\?xml[^>]*+>|<\s?!\s?doctype[^>\[]*+(?:\[[^\]]*+\]\s*+)?>?)+", re.IGNORECASE
)
_START = 4_096  # bytes in which the html tag stands
_SELF_CLOSED_HTML = re.compile(rb"(?<![^\s>])(<html\b[^<>]*?)\s*/>", re.IGNORECASE)
# The few shapes that a reference to something else than a character of XML can have.
_REFERENCE = re.compile(
    rb"&#(?:[xX]0*([0-9a-fA-F]{1,2}(?![0-9a-fA-F])|[dD][89a-fA-F][0-9a-fA-F]{2}(?![0-9a-fA-F])|[fF]{3}[efEF](?![0-9a-fA-F])"
    rb"|[0-9a-fA-F]{6,})|0*(\d{1,2}(?!\d)|1[0-5]\d(?!\d)|5[5-7]\d{3}(?!\d)|6553[45](?!\d)|\d{7,}));?"
)
_LONG_TAG = 16_384  # bytes without a "<" from which a tag may hold thousands of attributes
_MOST_ATTRIBUTES = 200
_TAG_START = re.compile(rb"<[a-zA-Z][^\s<>/]*+")
_ATTRIBUTE = re.compile(rb"[\s/]*+[^\s<>/=]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s<>]*+))?")
_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^<>\"']|\"[^\"]*+\"|'[^']*+')*+)>")
_VOID = frozenset(b"area base br col embed hr img input link meta param source track wbr".split())
_TEXT_BLOCKS = frozenset(b"p h1 h2 h3 h4 h5 h6 pre".split())


def repair(page: str) -> bytes:
    """The page as UTF-8, without what lxml or the extractor cannot take. Text that can be read is never lost."""
    content = page.encode("utf-8", "ignore").translate(_FORM_FEED_TO_SPACE, _INVALID_IN_XML)
    if b"\xef\xbf" in content:
        content = _NOT_CHARACTERS.sub(b"", content)
    content = _PROLOGUE.sub(b"", content, count=1)
    content = _REFERENCE.sub(_repaired_reference, content)
    if len(content) > _LONG_TAG and max(map(len, content.split(b"<"))) > _LONG_TAG:
        content = _without_surplus_attributes(content)
    if (html := _SELF_CLOSED_HTML.search(content, 0, _START)) is not None:
        content = content[: html.start()] + html[1] + b">" + content[html.end() :]
    return content


def flatten(content: bytes) -> bytes:
    """The same markup with no element deeper than `DEEPEST`: below, only paragraphs and headings keep their tags."""
    parts: list[bytes] = []
    open_tags: list[tuple[bytes, bool]] = []
    counts: Counter[bytes] = Counter()
    position = 0
    for match in _TAG.finditer(content):
        text, position = content[position : match.start()], match.end()
        if text:
            parts.append(text)
        name = match[2].lower()
        if name in _VOID:
            tag = match[0]
        elif match[1]:
            tag = _closed(name, open_tags, counts)
        else:
            kept = len(open_tags) < (DEEPEST if name in _TEXT_BLOCKS else DEEPEST - 10)
            open_tags.append((name, kept))
            counts[name] += 1
            tag = match[0] if kept else b""
        if tag or (parts and not parts[-1][-1:].isspace()):
            parts.append(tag or b" ")  # words on both sides of a tag stay apart
    parts.append(content[position:])
    return b"".join(parts)


def _closed(name: bytes, open_tags: list[tuple[bytes, bool]], counts: Counter[bytes]) -> bytes:
    """The end tags that this one stands for, after closing everything inside its element; nothing if none is open."""
    if not counts[name]:
        return b""
    ends = []
    while open_tags:
        last, kept = open_tags.pop()
        counts[last] -= 1
        if kept:
            ends.append(b"</" + last + b">")
        if last == name:
            break
    return b"".join(ends)


def _repaired_reference(match: re.Match[bytes]) -> bytes:
    """The reference as it is if XML allows it; windows-1252's character for 128 to 159, as in browsers; else nothing."""
    digits = match[1] or match[2]
    code = int(digits, 16 if match[1] else 10) if len(digits) < 8 else 0x110000
    if 0x80 <= code <= 0x9F:
        return bytes([code]).decode("windows-1252", "ignore").encode()
    if code in (0x9, 0xA, 0xD) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF:
        return match[0]
    return b" " if code == 0xC else b""


def _without_surplus_attributes(content: bytes) -> bytes:
    """Tags with their first attributes only: libxml2 compares every attribute of a tag with every other."""
    parts = content.split(b"<")
    for index, part in enumerate(parts):
        if len(part) > _LONG_TAG and part[:1].isalpha():
            parts[index] = _with_few_attributes(b"<" + part)[1:]
    return b"<".join(parts)


def _with_few_attributes(tag: bytes) -> bytes:
    start = _TAG_START.match(tag)
    position = start.end() if start else 0
    count = 0
    kept_until = position
    while (attribute := _ATTRIBUTE.match(tag, position)) is not None and attribute.end() > position:
        position = attribute.end()
        count += 1
        if count == _MOST_ATTRIBUTES:
            kept_until = position
    return tag if count <= _MOST_ATTRIBUTES else tag[:kept_until] + b" " + tag[position:].lstrip(b" \t\r\n")
