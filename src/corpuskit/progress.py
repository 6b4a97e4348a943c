"""Progress of long work: a line on a terminal with count, rate and remaining time; nothing anywhere else."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import TextIO

Advance = Callable[[int, int | None], None]  # how much is done, of how much if that is known

_EVERY = 0.1  # seconds between two drawings


def silent(done: int, total: int | None) -> None:
    """Progress that nobody looks at."""


class Bar:
    """Progress of one piece of work on a terminal. Call it with what is done; `close` wipes the line."""

    def __init__(self, stream: TextIO, label: str, unit: str = "pages", width: int = 80) -> None:
        self._stream = stream
        self._label = label
        self._unit = unit
        self._width = width
        self._started = monotonic()
        self._drawn = 0.0

    def __call__(self, done: int, total: int | None) -> None:
        """Draw, unless it was drawn just now."""
        moment = monotonic()
        if moment - self._drawn < _EVERY and done != total:
            return
        self._drawn = moment
        rate = done / max(moment - self._started, 0.001)
        text = f"{self._label} {done:,}"
        if total:
            left = (total - done) / rate if rate else 0
            filled = round(20 * min(1, done / total))
            text += f"/{total:,} [{'#' * filled}{'.' * (20 - filled)}] {rate:,.0f} {self._unit}/s, {_duration(left)} left"
        else:
            text += f" {self._unit}, {rate:,.0f}/s"
        self._stream.write("\r" + text[: self._width - 1].ljust(self._width - 1))
        self._stream.flush()

    def close(self) -> None:
        """Wipe the line; it is drawn again with the next progress."""
        if self._drawn:
            self._stream.write("\r" + " " * (self._width - 1) + "\r")
            self._stream.flush()
            self._drawn = 0.0


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
