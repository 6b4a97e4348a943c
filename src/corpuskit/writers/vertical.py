"""Vertical text: one token on each line, with tags for documents and paragraphs on lines of their own.

It is what the Corpus Workbench, CQPweb, Sketch Engine, NoSketch Engine and KonText read. A word is what corpuskit counts as one;
everything between two words that shows is a token too: a sign, with what belongs to it (an emoji of several code points), or a
run of the same sign ("..."). `<g/>` stands between two tokens where the text has no white space. What does not show, such as a
soft hyphen or a mark of direction, is left out. There are no sentences, for nothing here finds their ends.

Characters that are markup are escaped as in XML, so that no token looks like a tag, whatever the text holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, TextIO

from corpuskit.writers.paragraphs import paragraphs
from corpuskit.writers.xml_text import allowed, attribute, content

# What a document tells unless fields are asked for: each has to be declared where the file is read.
USUAL_FIELDS = ("id", "url", "title", "author", "date", "site", "language", "tags")

_GLUE = "<g/>\n"
_SHORT = 8  # characters between two words; most texts repeat a few hundred such strings
# Code points that no reader sees: controls, and what Unicode calls default ignorable, as far as it is not part of a word
_UNSEEN = (
    "\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff0-\ufff8"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_JOINED = "\ufe00-\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f"  # the look, key, skin and flag of the emoji before
_SEEN = rf"[^\s{_UNSEEN}]"
_SIGN = rf"(?:[\U0001f1e6-\U0001f1ff]{{2}}|{_SEEN})[{_JOINED}]*"  # two regional letters are one flag
_PIECE = re.compile(rf"(?P<blank>\s+)|(?P<sign>{_SIGN}(?:\u200d{_SIGN})*)(?P=sign)*")


def write_vertical(records: Iterable[Mapping[str, Any]], fields: Sequence[str], stream: TextIO) -> int:
    """Write the records, which hold `text` and these fields; how many there were.

    Every `<doc>` has all fields as attributes, in this order; null is an empty one.
    """
    count = 0
    for record in records:
        attributes = (f' {name}="{attribute(record[name])}"' for name in fields)
        stream.write(f"<doc{''.join(attributes)}>\n")
        for lines in paragraphs(allowed(record["text"])):
            stream.write("<p>\n")
            stream.writelines(_tokens("\n".join(lines)))
            stream.write("</p>\n")
        stream.write("</doc>\n")
        count += 1
    return count


def _tokens(text: str) -> Iterator[str]:
    """The lines of a paragraph."""
    from corpuskit.vocabulary import word_places  # here, because it loads numpy, which no other format needs

    starts, ends = word_places(text)
    last, follows = 0, False
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        between = text[last:start]
        yield (_between if len(between) <= _SHORT else _looked_through)(between, follows, True)
        yield f"{text[start:end]}\n"
        last, follows = end, True
    yield _looked_through(text[last:], follows, False)


def _looked_through(text: str, follows: bool, leads: bool) -> str:
    """The lines of what stands between two words; `follows` and `leads` say whether there is a word before and behind it."""
    lines = []
    is_glued = follows
    for piece in _PIECE.finditer(text):
        is_sign = piece["sign"] is not None
        if is_sign:
            lines.append((_GLUE if is_glued else "") + content(piece[0]) + "\n")
        is_glued = is_sign
    if is_glued and leads:
        lines.append(_GLUE)
    return "".join(lines)


_between = lru_cache(maxsize=1 << 14)(_looked_through)
