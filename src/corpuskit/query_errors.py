"""What is wrong with a query or a regular expression, and where: the place is shown under it."""

from __future__ import annotations

from corpuskit.errors import UsageError

_SHOWN = 60  # characters of a long query
_MARGIN = 20  # of them before the place


def not_understood(what: str, reason: str, text: str, place: int, *, hint: str | None = None) -> UsageError:
    """The error: one line that says what, then the text, then a mark below the character at `place`."""
    return UsageError(f"{what} not understood: {reason}\n{pointed(text, place)}", hint=hint)


def pointed(text: str, place: int) -> str:
    """Two lines: the text, or the part of it around the place, and a mark below the place."""
    from corpuskit.formats import visible, width_of  # here, because a good query needs neither

    low = max(0, place - _MARGIN) if len(text) > _SHOWN else 0
    before, after = visible(text[low:place]), visible(text[place : low + _SHOWN])
    lead = "…" if low else ""
    return f"  {lead}{before}{after}{'…' if low + _SHOWN < len(text) else ''}\n  {' ' * width_of(lead + before)}^"
