"""robots.txt: what a site does not want to be fetched, how slowly it wants to be asked, and where its sitemaps are.

As RFC 9309 has it: a missing file allows everything; one that cannot be had now (an error of the server, no connection) allows
nothing for now.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from protego import Protego

from corpuskit.documents import Unread
from corpuskit.reasons import Reason
from corpuskit.web.client import Answer
from corpuskit.web.urls import origin_of

MAX_SIZE = 512 * 1024  # bytes; what stands behind them is not read
_ALLOWING = (Reason.BAD_URL, Reason.TOO_MANY_REDIRECTS)  # where it leads nowhere there is none
_TOO_MANY_REQUESTS = 429

Fetch = Callable[[str], Answer | Unread]


@dataclass(slots=True)
class _Site:
    lock: threading.Lock = field(default_factory=threading.Lock)
    known: bool = False
    rules: Protego | None = None
    unread: Unread | None = None  # why there are no rules for now


class Robots:
    """The robots.txt of every site, each fetched once. Safe for threads."""

    def __init__(self, user_agent: str, fetch: Fetch) -> None:
        # an address in the name of the agent is not a part of the name
        self._agent = re.sub(r"\+?https?://\S+", "", user_agent)
        self._fetch = fetch
        self._sites: dict[str, _Site] = {}
        self._lock = threading.Lock()

    def refusal(self, url: str) -> Unread | None:
        """Why an address may not be fetched, or None."""
        site = self._site(url)
        if site.unread is not None:
            return replace(site.unread, location=url)
        if site.rules is not None and not site.rules.can_fetch(url, self._agent):
            return Unread(url, "skipped", Reason.ROBOTS, f"{origin_of(url)}/robots.txt")
        return None

    def pause(self, url: str) -> float:
        """The seconds between two requests that the site asks for; 0 where it says nothing."""
        rules = self._site(url).rules
        if rules is None:
            return 0.0
        rate = rules.request_rate(self._agent)
        return max(rules.crawl_delay(self._agent) or 0.0, rate.seconds / max(1, rate.requests) if rate else 0.0)

    def sitemaps(self, url: str) -> list[str]:
        """The sitemaps that the site names."""
        rules = self._site(url).rules
        return list(rules.sitemaps) if rules is not None else []

    def _site(self, url: str) -> _Site:
        origin = origin_of(url)
        with self._lock:
            site = self._sites.setdefault(origin, _Site())
        with site.lock:
            if not site.known:
                self._read(site, f"{origin}/robots.txt")
                site.known = True
        return site

    def _read(self, site: _Site, url: str) -> None:
        answer = self._fetch(url)
        if isinstance(answer, Unread):
            if answer.reason not in _ALLOWING:
                # an address is not allowed whatever file was asked for
                is_address = answer.reason is Reason.ADDRESS_NOT_ALLOWED
                site.unread = answer if is_address else replace(answer, detail=f"robots.txt: {answer.detail}")
        elif answer.is_good:
            site.rules = Protego.parse(answer.body.decode("utf-8-sig", "replace"))
        elif answer.status >= 500 or answer.status == _TOO_MANY_REQUESTS:
            site.unread = Unread(url, "failed", Reason.HTTP_STATUS, f"robots.txt: {answer.status}")
