"""Groups by time without gaps, so that what is counted over time can be plotted as it is. No database."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    Groups: TypeAlias = Sequence[tuple[str | None, list[int]]]


def complete(groups: Groups, by: str) -> Groups:
    """The groups, and where they are years or months also those in between that have no document."""
    if by not in ("year", "month"):
        return groups
    known = {name: members for name, members in groups if name is not None}
    if not known:
        return groups
    names = spanned(min(known), max(known), by)
    return [(name, known.get(name, [])) for name in names] + [group for group in groups if group[0] is None]


def spanned(first: str, last: str, by: str) -> list[str]:
    """Every "year" or "month" from the first to the last."""
    steps = 12 if by == "month" else 1
    return [_name(number, steps) for number in range(_number(first, steps), _number(last, steps) + 1)]


def _number(name: str, steps: int) -> int:
    return int(name[:4]) * steps + (int(name[5:7]) - 1 if steps > 1 else 0)


def _name(number: int, steps: int) -> str:
    return f"{number:04}" if steps == 1 else f"{number // steps:04}-{number % steps + 1:02}"
