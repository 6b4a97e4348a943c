"""A concordance for a terminal: the node in one column, its left context right-aligned before it, its right context behind.

Columns are measured as a terminal does it: wide characters take two, marks none. What stands in a line from right to left keeps
to its column: a mark of direction, which is not seen, parts it from the others.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, TextIO
from unicodedata import bidirectional

from corpuskit.formats import cell, cut, visible, width_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from corpuskit.formats import Output, Record

_BLOCK = 100  # lines that the widths are measured by
_GAP = "  "
_CONTEXTS = ("left", "right")
_WIDEST_NODE = 30
_WIDEST = 16  # of any other column
_LEFT_TO_RIGHT = "\u200e"
_BLANKS = re.compile(r"\s+")


def write_concordance(lines: Iterable[Record], output: Output, stream: TextIO) -> int:
    """Write the lines, cut to the terminal; how many there were."""
    source = iter(lines)
    first = list(islice(source, _BLOCK))
    if not first:
        return 0
    fields = output.fields
    widths = _widths(fields, [_cells(line, fields) for line in first], output.width)
    numbers = {name for name in fields if any(isinstance(line.get(name), int) for line in first)}
    right = {"left", *numbers}
    stream.write(_laid_out([cut(name, widths[name]) for name in fields], fields, widths, right))
    stream.write(_GAP.join("-" * widths[name] for name in fields).rstrip() + "\n")
    count = 0
    for line in _chained(first, source):
        cells = _cells(line, fields)
        stream.write(_laid_out([_shortened(cells[name], name, widths[name]) for name in fields], fields, widths, right))
        count += 1
    return count


def _chained(first: list[Record], rest: Iterator[Record]) -> Iterator[Record]:
    yield from first
    yield from rest


def _cells(line: Record, fields: Sequence[str]) -> dict[str, str]:
    return {name: visible(_BLANKS.sub(" ", cell(line.get(name))).strip()) for name in fields}


def _widths(fields: Sequence[str], rows: Sequence[dict[str, str]], total: int) -> dict[str, int]:
    """The contexts share what the other columns leave."""
    widths = {name: max(width_of(name), *(width_of(row[name]) for row in rows)) for name in fields}
    for name in fields:
        if name not in _CONTEXTS:
            widths[name] = min(widths[name], _WIDEST_NODE if name == "node" else _WIDEST)
    shared = [name for name in fields if name in _CONTEXTS]
    room = total - len(_GAP) * (len(fields) - 1) - sum(widths[name] for name in fields if name not in _CONTEXTS)
    for place, name in enumerate(shared):
        share = max(8, room // (len(shared) - place))
        widths[name] = min(widths[name], share)
        room -= widths[name]
    return widths


def _shortened(text: str, name: str, width: int) -> str:
    return _cut_left(text, width) if name == "left" else cut(text, width)


def _cut_left(text: str, width: int) -> str:
    """The end of the text in at most `width` columns, with an ellipsis where something went."""
    if width_of(text) <= width:
        return text
    place, used = len(text), 0
    while place and used + width_of(text[place - 1]) <= width - 1:
        place -= 1
        used += width_of(text[place])
    while place < len(text) and not width_of(text[place]):  # a mark whose letter went
        place += 1
    return "…" + text[place:]


def _laid_out(cells: Sequence[str], fields: Sequence[str], widths: dict[str, int], right: set[str]) -> str:
    padded = []
    for name, text in zip(fields, cells, strict=True):
        blanks = " " * (widths[name] - width_of(text))
        padded.append(blanks + text if name in right else text + blanks)
    has_right_to_left = any(bidirectional(char) in {"R", "AL"} for text in cells if not text.isascii() for char in text)
    gap = f"{_GAP}{_LEFT_TO_RIGHT}" if has_right_to_left else _GAP
    return gap.join(padded).rstrip() + "\n"
