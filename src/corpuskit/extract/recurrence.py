"""What the corpus knows about the lines of a plain-text page: on how many other pages each of them stands.

Lines are counted in scopes. A long line that stands on several pages anywhere is boilerplate, or the pages are copies. A short
one ("Introduction", a recipe's "Ingredients") stands on pages that have nothing to do with each other; it is evidence only
within its own site or source, and only where it stands on a fair share of the pages there. Pure: counts come in, evidence
goes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b

from corpuskit.extract.plaintext_lines import line_key, split_lines
from corpuskit.extract.words import count_words

EVERYWHERE = 0  # the scope of the whole corpus, in which long lines are counted

LONG = 8  # words from which on a line is too peculiar to stand on unrelated pages by chance
FAIR_SHARE = 0.02  # of the pages of its site or source, on which a short line has to stand


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


def scope_of(site: str | None, source_id: int) -> int:
    """The scope of a page: its site, or its source where no site is known. A positive 62-bit number."""
    name = f"site\0{site}" if site else f"source\0{source_id}"
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
