"""A visit: from an address to its page, step by step, each step checked and none out of turn.

Every redirect is a step like the first: its address is read, its site's robots.txt is asked, its host's turn is waited for. The
time that a page may take counts what is spent on requests, not on waiting politely.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from time import monotonic

from corpuskit.documents import Unread
from corpuskit.reasons import Reason
from corpuskit.web import robots
from corpuskit.web.client import Answer, Asking, ask
from corpuskit.web.politeness import Turns, retry_after
from corpuskit.web.urls import BadUrlError, host_of, read_url

MOST_REDIRECTS = 10
_REDIRECTS = (301, 302, 303, 307, 308)
_BUSY = (429, 503)
_MOST_TRIES = 3  # of a request that the server answers with "later"


@dataclass(frozen=True, slots=True)
class VisitOptions:
    """How to visit. Times in seconds, size in bytes."""

    user_agent: str
    delay: float = 1.0  # between two requests to a host
    seconds: float = 30.0  # for a page, redirects included
    max_size: int = 32 * 1024 * 1024
    ignore_robots: bool = False
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Validators:
    """What the server gave to tell whether a page has changed, and the address that it gave it for."""

    url: str
    etag: str | None = None
    last_modified: str | None = None

    def headers_for(self, url: str) -> dict[str, str]:
        """The headers that ask for the page only if it has changed."""
        if url != self.url:
            return {}
        found = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in found.items() if value and value.isascii() and value.isprintable()}


@dataclass(slots=True)
class _Visit:
    """A visit that is going on."""

    url: str
    seconds: float
    asking: Asking
    validators: Validators | None = None
    obeys: bool = True
    tries: int = 0
    seen: set[str] = field(default_factory=set)


class Visitor:
    """Visits addresses for one run. Safe for threads."""

    def __init__(self, options: VisitOptions) -> None:
        self.options = options
        self.turns = Turns(options.delay)
        self.robots = robots.Robots(options.user_agent, self._robots_txt)

    def visit(self, url: str, validators: Validators | None = None, *, max_size: int | None = None) -> Answer | Unread:
        """The answer that stands at the end of all redirects, or why there is none. A 304 is an answer to `validators`."""
        return self._follow(self._started(url, validators, max_size or self.options.max_size))

    def _robots_txt(self, url: str) -> Answer | Unread:
        visit = self._started(url, None, robots.MAX_SIZE)
        visit.obeys = False
        visit.asking = replace(visit.asking, keep_beginning=True)
        return self._follow(visit)

    def _started(self, url: str, validators: Validators | None, max_size: int) -> _Visit:
        options = self.options
        asking = Asking(options.user_agent, options.seconds, max_size, options.allow_private)
        return _Visit(url, options.seconds, asking, validators, not options.ignore_robots)

    def _follow(self, visit: _Visit) -> Answer | Unread:
        start, hops = visit.url, 0
        while True:
            answer = self._step(visit)
            if isinstance(answer, Unread):
                return replace(answer, location=start, detail=_via(start, visit.url, answer.detail))
            if answer.status in _BUSY and self._waits_for(visit, answer):
                continue
            if answer.status not in _REDIRECTS or not answer.headers.get("location"):
                return replace(answer, redirected_from=start if answer.url != start else None)
            hops += 1
            try:
                visit.url = read_url(answer.headers["location"], answer.url)
            except BadUrlError as error:
                return Unread(start, "skipped", Reason.BAD_URL, f"redirected to {answer.headers['location'][:200]}: {error}")
            if hops > MOST_REDIRECTS or visit.url in visit.seen:
                return Unread(start, "failed", Reason.TOO_MANY_REDIRECTS, f"{hops}, the last to {visit.url[:200]}")

    def _step(self, visit: _Visit) -> Answer | Unread:
        """One request, in its turn."""
        url, host = visit.url, host_of(visit.url)
        if visit.obeys:
            if (refused := self.robots.refusal(url)) is not None:
                return refused
            if pause := self.robots.pause(url):
                self.turns.slow_down(host, pause)
        if (why := self.turns.closed(host)) is not None:
            return Unread(url, "failed", Reason.HTTP_STATUS, why)
        headers: Mapping[str, str] = visit.validators.headers_for(url) if visit.validators else {}
        visit.seen.add(url)
        with self.turns.turn(host):
            started = monotonic()
            answer = ask(url, replace(visit.asking, seconds=max(0.001, visit.seconds), headers=headers))
            visit.seconds -= monotonic() - started
        if isinstance(answer, Unread) and answer.reason is Reason.TIMEOUT:
            return replace(answer, detail=f"more than {self.options.seconds:g} s")
        return answer

    def _waits_for(self, visit: _Visit, answer: Answer) -> bool:
        """Whether the server says when to come back, and that is worth waiting for."""
        seconds = retry_after(answer.headers.get("retry-after"))
        visit.tries += 1
        if seconds is None:
            return False
        return self.turns.hold(host_of(answer.url), seconds) and visit.tries < _MOST_TRIES


def _via(start: str, url: str, detail: str) -> str:
    return detail if url == start else f"redirected to {url[:200]}: {detail}"
