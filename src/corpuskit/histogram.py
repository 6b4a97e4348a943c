"""Histograms of text: bars beside the rows of a table, as long as the terminal has room. No database, no printing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from corpuskit.formats import cell, cut, visible, width_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpuskit.formats import Record

FIELD = "histogram"
_EIGHTHS = ("", "▏", "▎", "▍", "▌", "▋", "▊", "▉")
_LEAST, _MOST = 8, 100  # columns of the longest bar: enough to be told apart, and no more than an eye takes in
_WIDEST = 32  # columns of a name; a longer one leaves its end to the bar


def with_bars(rows: Sequence[Record], fields: Sequence[str], of: str, width: int) -> list[Record]:
    """The rows with a bar for the number `of` each, in a table of these fields that has `width` columns."""
    most = max((row[of] for row in rows), default=0)
    room = width - sum(_width(rows, name) + 2 for name in fields)
    length = min(_MOST, max(_LEAST, room))
    return [{**_shortened(row, fields), FIELD: bar(row[of], most, length)} for row in rows]


def bar(number: float, most: float, length: int) -> str:
    """A bar of `length` columns for `most`, and a part of it for less, to an eighth of a column; anything above 0 is seen."""
    if number <= 0 or most <= 0:
        return ""
    eighths = max(1, round(8 * length * number / most))
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8]


def _shortened(row: Record, fields: Sequence[str]) -> Record:
    return {name: cut(visible(cell(value)), _WIDEST) if isinstance(value := row.get(name), str) else value for name in fields}


def _width(rows: Sequence[Record], name: str) -> int:
    widest = max((width_of(visible(cell(row.get(name)))) for row in rows), default=0)
    return max(width_of(name), min(widest, _WIDEST))
