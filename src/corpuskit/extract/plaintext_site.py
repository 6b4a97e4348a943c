"""The name of the site that a page belongs to, and a headline without it.

A name is believed only where something confirms it: the host, a copyright notice, the date of a banner, or a headline that
stands on the page once alone and once with a name behind it, as in the title of a window.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from corpuskit.extract.plaintext_lines import Line
from corpuskit.extract.plaintext_title import SHORT, squeezed

LONGEST_NAME, FEWEST_LETTERS = 5, 3  # words, letters
NOTICES = 20  # lines from the end among which a copyright notice is looked for
_SEPARATOR = re.compile(r"\s+[|–—·•»«:/-]+\s+|\s*[|»«]\s*")


def witnesses(lines: Sequence[Line], url: str | None) -> list[str]:
    """What can confirm a name: the host of the page and its copyright notices."""
    host = urlsplit(url).hostname or "" if url and url.isprintable() and "[" not in url else ""
    notices = " ".join(line.text for line in lines[-NOTICES:] if "©" in line.text)
    return [squeezed(host), squeezed(notices)]


def is_confirmed(name: str, said: Sequence[str]) -> bool:
    """Whether a name is part of one of the witnesses."""
    letters = squeezed(name)
    return len(letters) >= FEWEST_LETTERS and any(letters in witness for witness in said)


def without_site(title: str, others: Iterable[str], said: Sequence[str]) -> tuple[str, str | None]:
    """A headline without the name of the site before or behind it, and that name.

    Something is taken away only if a headline is left and is one of the other lines of the page, or if the name is confirmed.
    """
    if not (parts := list(splits(title))):
        return title, None
    headlines = [squeezed(rest) for rest, _ in parts if len(rest.split()) > LONGEST_NAME]
    fewest = min(map(len, headlines), default=0)  # a shorter line is none of them, unless its signs fold to several
    lines = {squeezed(line) for line in others if len(line) >= fewest or not line.isascii()} if headlines else set()
    for rest, name in parts:
        words = len(rest.split())
        is_known = (words > LONGEST_NAME and squeezed(rest) in lines) or (words > SHORT and is_confirmed(name, said))
        if is_known and last_name(name):
            return rest, last_name(name)
    return title, None


def site_beside(title: str, line: str) -> str | None:
    """The name of the site in the title of a window, `Headline | Section | Site`; None where the line is not built so."""
    wanted = squeezed(title)
    return next((last_name(name) for rest, name in splits(line) if squeezed(rest) == wanted), None)


def splits(line: str) -> Iterator[tuple[str, str]]:
    """A line in two at each of its separators: headline and name, from the shortest headline on, then name and headline."""
    found = list(_SEPARATOR.finditer(line))
    for one in found:
        if one.start():
            yield line[: one.start()], line[one.end() :]
    if found and found[0].start():
        yield line[found[0].end() :], line[: found[0].start()]


def last_name(names: str) -> str | None:
    """The last of the names behind a headline: sections come before the site. None for one that is too long to be a name."""
    name = _SEPARATOR.split(names)[-1].strip()
    return name if name and len(name.split()) <= LONGEST_NAME else None
