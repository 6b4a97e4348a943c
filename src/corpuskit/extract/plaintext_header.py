"""The header of a message at the top of a page: `Subject: ...`, `From: ...`, `Date: ...`, as RFC 5322 names its fields.

Archives of mailing lists and newsgroups, and messages that were saved, begin so. The names are those of the standard, which mail
in every language uses; a block counts as a header from two of them on. Lines that were put together because the page is
wrapped are taken apart again at the names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from corpuskit.extract.dates import find_dates
from corpuskit.extract.plaintext_lines import Line, is_apart

FEWEST_FIELDS = 2

_NAMES = (
    "Subject|From|Sender|Reply-To|To|Cc|Bcc|Date|Message-ID|In-Reply-To|References|Newsgroups|Organization|Path|Lines|"
    "MIME-Version|Content-Type|Content-Transfer-Encoding|Return-Path|Received|List-[A-Za-z]+|X-[A-Za-z-]+"
)
_FIELD = re.compile(rf"(?:^|(?<=\s))({_NAMES}):\s+", re.IGNORECASE)
_ADDRESS = re.compile(r"[<(]?[^\s<>()]+(?:@| at )[^\s<>()]+[>)]?")


@dataclass(slots=True)
class Header:
    """The fields of a header that say something about the document, and the lines that it takes up."""

    subject: str | None = None
    author: str | None = None
    date: str | None = None
    lines: list[int] = field(default_factory=list)


def read_header(lines: Sequence[Line], stop: int) -> Header:
    """The first header above a line; an empty one where there is none."""
    start = next((index for index in range(stop) if _FIELD.match(lines[index].text)), None)
    header = Header()
    if start is None:
        return header
    fields: dict[str, str] = {}
    for index in range(start, stop):
        found = list(_FIELD.finditer(lines[index].text))
        if not found or found[0].start() > 0 or (index > start and is_apart(lines, index)):
            break
        ends = [*(one.start() for one in found[1:]), len(lines[index].text)]
        for one, end in zip(found, ends, strict=True):
            fields.setdefault(one[1].lower(), lines[index].text[one.end() : end].strip())
        header.lines.append(index)
    if len(fields) < FEWEST_FIELDS:
        return Header()
    header.subject = fields.get("subject") or None
    header.author = name_in(fields.get("from", ""))
    header.date = next((date.iso for date in find_dates(fields.get("date", "")[:100])), None)
    return header


def name_in(sender: str) -> str | None:
    """The name of a sender without the address; None where only an address is given."""
    name = _ADDRESS.sub("", sender).strip(" \"'()<>")
    return name if any(map(str.isalpha, name)) else None
