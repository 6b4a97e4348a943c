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
from itertools import chain
from typing import TYPE_CHECKING, Any, TextIO

from corpuskit.writers.paragraphs import paragraphs
from corpuskit.writers.xml_text import attribute, content

if TYPE_CHECKING:
    from corpuskit.vocabulary import Places

# What a document tells unless fields are asked for: each has to be declared where the file is read.
USUAL_FIELDS = ("id", "url", "title", "author", "date", "site", "language", "tags")

_GLUE = "<g/>\n"
_SHORT, _MOST = 8, 1 << 16  # characters between two words, and how many such strings are remembered
_AT_ONCE = 1 << 12  # words of a paragraph that are written together
_BLOCK = 1 << 20  # characters in which words are looked for together
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
        for lines in _paragraphs(record["text"]):
            stream.write("<p>\n")
            stream.writelines(lines)
            stream.write("</p>\n")
        stream.write("</doc>\n")
        count += 1
    return count


def _paragraphs(text: str) -> Iterator[Iterator[str]]:
    """The lines of each paragraph, many in one string. Words are looked for in many paragraphs at once, which saves most time."""
    from corpuskit.vocabulary import word_places  # here, because it loads numpy, which no other format needs

    for block in _blocks("\n".join(lines) for lines in paragraphs(text)):
        part_of_text = "\n".join(block)
        starts, ends = word_places(part_of_text)
        first = 0
        for paragraph in block:
            last = first + len(paragraph)
            low, high = starts.searchsorted((first, last)).tolist()
            yield _tokens(part_of_text, (first, last), starts[low:high], ends[low:high])
            first = last + 1


def _blocks(parts: Iterable[str]) -> Iterator[list[str]]:
    """The paragraphs in lists that are not much longer than a block, or than one paragraph: the places of words take memory."""
    block: list[str] = []
    size = 0
    for part in parts:
        block.append(part)
        size += len(part)
        if size >= _BLOCK:
            yield block
            block, size = [], 0
    yield block


def _tokens(text: str, paragraph: tuple[int, int], starts: Places, ends: Places) -> Iterator[str]:
    """The lines of a paragraph, `text[first:last]`, whose words begin and end at these places of the text."""
    first, last = paragraph
    if not starts.size:
        yield _signs(text[first:last], follows=False, leads=False)
        return
    yield _signs(text[first : starts[0]], follows=False, leads=True)
    for place in range(0, starts.size - 1, _AT_ONCE):
        from_, to = starts[place : place + _AT_ONCE + 1].tolist(), ends[place : place + _AT_ONCE].tolist()
        words = [text[start:end] for start, end in zip(from_, to, strict=False)]
        between = [text[end:start] for end, start in zip(to, from_[1:], strict=False)]
        yield "".join(chain.from_iterable(zip(words, map(_BETWEEN.__getitem__, between), strict=False)))
    yield f"{text[starts[-1] : ends[-1]]}\n"
    yield _signs(text[ends[-1] : last], follows=True, leads=False)


def _signs(text: str, *, follows: bool, leads: bool) -> str:
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


class _Between(dict[str, str]):
    """What is written between two words, by what stands between them. Short strings come again and again, and are remembered."""

    def __missing__(self, text: str) -> str:
        lines = "\n" + _signs(text, follows=True, leads=True)
        if len(text) <= _SHORT and len(self) < _MOST:
            self[text] = lines
        return lines


_BETWEEN = _Between()
