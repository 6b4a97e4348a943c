"""What the corpus knows about the lines of a page: on how many other pages each of them stands.

Lines are counted in scopes. A long line that stands on several pages anywhere is boilerplate, or the pages are copies. A short
one ("Introduction", a recipe's "Ingredients") stands on pages that have nothing to do with each other; it is evidence only
within its own site or source, and only where it stands on a fair share of the pages there.

Of HTML only the long paragraphs count, as a text that another extractor found may hold them whole. Pure: counts come in,
evidence goes out.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from html import unescape
from itertools import groupby

from corpuskit.documents import Cut, Extraction
from corpuskit.extract.plaintext_lines import line_key, split_lines
from corpuskit.extract.words import count_words

EVERYWHERE = 0  # the scope of the whole corpus, in which long lines are counted
PARAGRAPHS = -1  # the scope in which pages of HTML are marked, by their id, when their paragraphs have been counted

RECURS_ON = 2  # other pages that hold a line, from which on it is boilerplate
MOST_KNOWN = 0.5  # of the words of a text; where other pages hold more, the page is a copy, and they are no boilerplate

LONG = 8  # words from which on a line is too peculiar to stand on unrelated pages by chance
FAIR_SHARE = 0.02  # of the pages of its site or source, on which a short line has to stand

_PIECE = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>|([^<]+)|<")
_UNREAD = frozenset(("script", "style", "noscript", "template", "svg", "head"))
_INLINE_NAMES = "a abbr b cite code em font i kbd mark q s small span strong sub sup time u"
_INLINE = frozenset(_INLINE_NAMES.split())


@dataclass(frozen=True, slots=True)
class PageLines:
    """The keys of a page's lines, by length."""

    short: frozenset[int]
    long: frozenset[int]

    @property
    def all(self) -> frozenset[int]:
        """All keys."""
        return self.short | self.long


def read_page_lines(page: str) -> PageLines:
    """The keys of the lines of a decoded page."""
    short: set[int] = set()
    long: set[int] = set()
    for line in set(split_lines(page)):
        if (key := line_key(line)) is not None:
            (long if count_words(line) >= LONG else short).add(key)
    return PageLines(frozenset(short - long), frozenset(long))


def read_paragraphs(page: str) -> frozenset[int]:
    """The keys of the long paragraphs of a decoded page of HTML. Markup is read just well enough to tell them apart."""
    paragraphs: list[list[str]] = [[]]
    unread = ""
    for end, name, text in _PIECE.findall(page):
        tag = name.lower()
        if unread:
            unread = "" if end and tag == unread else unread
        elif text:
            paragraphs[-1].append(text)
        elif tag in _UNREAD and not end:
            unread = tag
        elif tag and tag not in _INLINE and paragraphs[-1]:
            paragraphs.append([])
    return frozenset(long_keys([unescape("".join(pieces)) for pieces in paragraphs]).values())


def long_keys(lines: Sequence[str]) -> dict[int, int]:
    """The places of the long ones among some lines, and their keys."""
    keys = {place: line_key(line) for place, line in enumerate(lines) if count_words(line) >= LONG}
    return {place: key for place, key in keys.items() if key is not None}


def without_repeated(found: Extraction, others: Mapping[int, int]) -> Extraction:
    """A text without the paragraphs that other pages hold too; the cuts number its lines as they were before.

    A text of which most is known elsewhere is a copy, and stays whole.
    """
    if found.text is None:
        return found
    lines = found.text.split("\n")
    known = {place for place, key in long_keys(lines).items() if others.get(key, 0) >= RECURS_ON}
    if not known or sum(count_words(lines[place]) for place in known) > MOST_KNOWN * count_words(found.text):
        return found
    cuts: list[Cut] = []
    for _, group in groupby(enumerate(sorted(known)), key=lambda pair: pair[1] - pair[0]):
        places = [place for _, place in group]
        cuts.append(Cut(places[0] + 1, places[-1] + 1, "repeated"))
    text = "\n".join(line for place, line in enumerate(lines) if place not in known)
    return replace(found, text=text, cuts=(*found.cuts, *cuts))


def scope_of(site: str | None, source_id: int, kind: str = "") -> int:
    """The scope of a page: its site, or its source where no site is known. A positive 62-bit number.

    Lines of another `kind` are counted in scopes of their own.
    """
    name = kind + (f"site\0{site}" if site else f"source\0{source_id}")
    return (int.from_bytes(blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()) >> 2) + 1


def recurrence(
    lines: PageLines, in_scope: Mapping[int, int], everywhere: Mapping[int, int], pages_in_scope: int
) -> dict[int, int]:
    """On how many other pages each line stands, lines without evidence left out.

    `in_scope` and `everywhere` count pages by line key; this page itself is among them.
    """
    others: dict[int, int] = {}
    for key in lines.long:
        count = max(in_scope.get(key, 0), everywhere.get(key, 0)) - 1
        if count > 0:
            others[key] = count
    for key in lines.short:
        count = in_scope.get(key, 0)
        if count > 1 and count >= FAIR_SHARE * pages_in_scope:
            others[key] = count - 1
    return others
