"""Turns: one request at a time to a host, a pause between two, and what a server asks for when it is busy."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from time import monotonic, sleep

LONGEST_PAUSE = 60.0  # seconds: a Crawl-delay beyond that is cut to it
LONGEST_WAIT = 120.0  # seconds: a server that asks for more is left alone for the rest of the run


@dataclass(slots=True)
class _Host:
    lock: threading.Lock = field(default_factory=threading.Lock)
    pause: float = 0.0
    asked_at: float = float("-inf")  # when the last request ended
    held_until: float = float("-inf")
    closed: str | None = None

    @property
    def ready_at(self) -> float:
        return max(self.asked_at + self.pause, self.held_until)


class Turns:
    """Whose turn it is, host by host. Safe for threads."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    def _host(self, name: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault(name, _Host(pause=self._delay))

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """Wait until the host may be asked again, and keep everybody else from asking meanwhile."""
        host = self._host(name)
        with host.lock:
            while (seconds := host.ready_at - monotonic()) > 0:
                sleep(seconds)
            try:
                yield
            finally:
                host.asked_at = monotonic()

    def ready_at(self, name: str) -> float:
        """When (of the monotonic clock) the host may be asked next."""
        return self._host(name).ready_at

    def slow_down(self, name: str, seconds: float) -> None:
        """What robots.txt asks for as the pause between two requests."""
        host = self._host(name)
        host.pause = max(host.pause, min(seconds, LONGEST_PAUSE))

    def hold(self, name: str, seconds: float) -> bool:
        """Leave the host alone for a while, or for good where that is too long; whether it is worth waiting for."""
        host = self._host(name)
        if seconds > LONGEST_WAIT:
            host.closed = f"the server asks to be left alone for {seconds:.0f} s"
            return False
        host.held_until = monotonic() + seconds
        return True

    def closed(self, name: str) -> str | None:
        """Why the host is asked nothing more in this run, or None."""
        return self._host(name).closed


def retry_after(value: str | None) -> float | None:
    """The seconds in a Retry-After header, which are a number or a date; None where there are none."""
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return float(text[:12])
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
