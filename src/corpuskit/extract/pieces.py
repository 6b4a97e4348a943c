"""A page that is too large to be cleaned at once is cut in front of blocks, and every piece cleaned like a page.

What it costs is the memory of one piece and a few copies of the text. The extractor sees less of the page at a time; what it
looks for, blocks of running text among furniture, is there in every piece.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from corpuskit.documents import Extraction
from corpuskit.extract.html import extract_html
from corpuskit.reasons import Reason

_BLOCK = re.compile(r"<(?:p|div|h[1-6]|li|tr|section|article|blockquote|pre|table|ul|ol|dl|dt|br|hr)\b|<", re.IGNORECASE)
_PER_CHARACTER = 40  # bytes of memory; text beyond Latin-1 takes twice as much as text in it
_PER_TAG = 1_200


def extract_in_pieces(page: str, *, url: str | None, mode: str, memory: int) -> Extraction:
    """Text and metadata of a decoded page, found in pieces that need no more than `memory` bytes each."""
    whole: Extraction | None = None
    texts: list[str] = []
    count = 0
    for piece in cut(page, memory):
        found = extract_html(piece, url=url, mode=mode)
        whole = whole or replace(found, text=None)
        texts += [found.text] if found.text else []
        count += 1
    if whole is None or not texts:
        return replace(whole or Extraction(text=None), reason=Reason.NO_TEXT, detail=f"no main text in any of {count} pieces")
    return replace(whole, text="\n".join(texts), reason=None, detail=f"cleaned in {count} pieces")


def cut(page: str, memory: int) -> Iterator[str]:
    """The page in pieces that each need about `memory` bytes: together they are the page."""
    start = tags = 0
    longest = max(1, memory // _PER_CHARACTER)
    for block in _BLOCK.finditer(page):
        tags += 1
        while block.start() - start > longest:  # a text without a tag
            end = _between_words(page, start + longest, block.start())
            yield page[start:end]
            start, tags = end, 1
        is_full = (block.start() - start) * _PER_CHARACTER + tags * _PER_TAG > memory
        if is_full and (len(block[0]) > 1 or tags * _PER_TAG > 2 * memory):
            yield page[start : block.start()]
            start, tags = block.start(), 0
    while len(page) - start > longest:
        end = _between_words(page, start + longest, len(page))
        yield page[start:end]
        start = end
    if start < len(page):
        yield page[start:]


def _between_words(page: str, wanted: int, last: int) -> int:
    """The first place between two words from `wanted` on, and outside a tag; `last` where there is none."""
    if page.rfind("<", 0, wanted) > page.rfind(">", 0, wanted):
        wanted = page.find(">", wanted, last)
        return last if wanted < 0 else wanted + 1
    space = page.find(" ", wanted, last)
    return last if space < 0 else space
