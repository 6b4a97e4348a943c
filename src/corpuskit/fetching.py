"""Fetching: pages from the web into the corpus, every address with one outcome, and counters that balance.

What was fetched before is not asked for again, so that an interrupted run goes on where it stopped; with `update` the server is
asked whether it has changed, and a page that has is a second capture.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from corpuskit.documents import RawPage, Unread
from corpuskit.line_evidence import count_lines
from corpuskit.progress import Advance, silent
from corpuskit.readers.http import charset_of
from corpuskit.readers.sniff import media_type
from corpuskit.reasons import Reason
from corpuskit.reports import Notice, Report, SourceReport, unheard
from corpuskit.store.pages import Fetched, digest
from corpuskit.store.store import Store
from corpuskit.web.client import Answer
from corpuskit.web.crowd import by_host
from corpuskit.web.discovery import MAX_SIZE, discover
from corpuskit.web.urls import BadUrlError, host_of, read_url
from corpuskit.web.visitor import Validators, VisitOptions, Visitor

_HTML = ("text/html", "application/xhtml+xml")
_HEAD = 4096  # enough of a body to see what it is
_CHUNK = 1_000  # addresses that are settled in one transaction
_PARTIAL_CONTENT = 206
_NOT_MODIFIED = 304


@dataclass(frozen=True, slots=True)
class Addresses:
    """One source of addresses: a list of them with their numbers, or the sitemap or feed that `name` is the address of."""

    name: str
    kind: Literal["urls", "sitemap", "feed"] = "urls"
    entries: tuple[tuple[int, str], ...] = ()
    is_file: bool = False


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """How to fetch: how to visit sites, and what to do with what is found there."""

    visiting: VisitOptions
    update: bool = False
    limit: int | None = None  # addresses that are taken from a sitemap or feed
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Task:
    """An address that has to be asked for."""

    url: str
    source: int  # position in the report
    validators: Validators | None = None


def fetch_sources(
    store: Store,
    sources: Iterable[Addresses],
    options: FetchOptions,
    *,
    run_id: int,
    notice: Notice = unheard,
    advance: Advance = silent,
) -> Report:
    """Fetch every address of the sources and store its page.

    `notice` is told every address that gave no page. Each page is saved as it comes: an interrupted run loses what was under way.
    """
    fetcher = _Fetcher(store, options, run_id, notice)
    for source in sources:
        fetcher.plan(source)
    fetcher.fetch(advance)
    return fetcher.report


class _Fetcher:
    """One run: settles what needs no request, then fetches the rest."""

    def __init__(self, store: Store, options: FetchOptions, run_id: int, notice: Notice) -> None:
        self.report = Report()
        self._store = store
        self._options = options
        self._run_id = run_id
        self._notice = notice
        self._visitor = Visitor(options.visiting)
        self._tasks: list[_Task] = []
        self._seen: set[str] = set()
        self._refuses = store.tombstones.any()

    # before the requests

    def plan(self, source: Addresses) -> None:
        """Settle every address of a source that need not be asked for, and remember the others."""
        with self._store.transaction():
            source_id = self._store.pages.add_source(source.name, is_file=source.is_file)
        self.report.sources.append(SourceReport(source.name, source.kind))
        self.report.source_ids.append(source_id)
        named = self._named(source)
        while chunk := list(islice(named, _CHUNK)):
            unread: list[Unread] = []
            with self._store.transaction():
                outcomes = [self._settle(name, source_id, unread) for name in chunk]
            for outcome in outcomes:
                if outcome is not None:
                    self.report.sources[-1].count(outcome)
            for problem in unread:
                self._notice(problem)

    def _named(self, source: Addresses) -> Iterator[tuple[str, str] | Unread]:
        """What a source names: the place where it does, and the address as it stands there."""
        if source.kind == "urls":
            yield from ((f"{source.name}#{number}", text) for number, text in source.entries)
            return
        try:
            start = read_url(source.name)
        except BadUrlError as error:
            yield Unread(source.name, "failed", Reason.BAD_URL, str(error))
            return
        count = 0
        for found in discover(start, self._visit_list, self._sitemaps):
            if isinstance(found, Unread):
                yield found
            else:
                count += 1
                yield f"{source.name}#{count}", found
            if count == self._options.limit:
                return

    def _visit_list(self, url: str) -> Answer | Unread:
        return self._visitor.visit(url, max_size=MAX_SIZE)

    def _sitemaps(self, url: str) -> list[str]:
        return [] if self._options.visiting.ignore_robots else self._visitor.robots.sitemaps(url)

    def _settle(self, named: tuple[str, str] | Unread, source_id: int, unread: list[Unread]) -> str | None:
        """The outcome of an address that needs no request, or None for one that has to be asked for."""
        pages = self._store.pages
        source = len(self.report.sources) - 1
        result = named if isinstance(named, Unread) else self._look_up(*named, source_id)
        if isinstance(result, Fetched):
            if not self._options.update:
                self._touch(result.id, self._url_of(named), source_id)
                return "known"
            validators = Validators(result.url, result.etag, result.last_modified)
            self._tasks.append(_Task(self._url_of(named), source, validators))
        elif isinstance(result, Unread):
            pages.add_outcome("fetch", result, source_id, self._run_id)
            unread.append(result)
            return result.status
        else:
            self._tasks.append(_Task(self._url_of(named), source))
        return None

    def _url_of(self, named: tuple[str, str] | Unread) -> str:
        assert not isinstance(named, Unread)
        return read_url(named[1])

    def _look_up(self, place: str, text: str, source_id: int) -> Fetched | Unread | None:
        """What is known of an address: its capture, why there is none to be had, or nothing yet."""
        try:
            url = read_url(text)
        except BadUrlError as error:
            return Unread(text.encode(errors="replace").decode(), "skipped", Reason.BAD_URL, str(error))
        if url in self._seen:
            return Unread(place, "skipped", Reason.ALREADY_READ, url)
        self._seen.add(url)
        if self._refuses and (why := self._store.tombstones.refusal_of_url(url)) is not None:
            return Unread(url, "skipped", Reason.FORGOTTEN, why)
        if (captured := self._store.pages.find_fetched(url)) is not None or self._options.update:
            return captured
        earlier = self._store.pages.outcome("fetch", source_id, url)
        return earlier if earlier is not None and earlier.reason is Reason.UNSUPPORTED_TYPE else None

    # the requests

    def fetch(self, advance: Advance) -> None:
        """Ask for what has to be asked for."""
        tasks = ((host_of(task.url), task) for task in self._tasks)
        with closing(by_host(tasks, self._visit, self._visitor.turns.ready_at)) as results:
            for done, (task, answer) in enumerate(results, start=1):
                self._save(task, answer)
                advance(done, len(self._tasks))

    def _visit(self, task: _Task) -> Answer | Unread:
        return self._visitor.visit(task.url, task.validators)

    def _save(self, task: _Task, answer: Answer | Unread) -> None:
        """Store what came of an address, and only then count and tell it."""
        source_id = self.report.source_ids[task.source]
        validators = task.validators
        was_conditional = validators is not None and isinstance(answer, Answer) and bool(validators.headers_for(answer.url))
        found = answer if isinstance(answer, Unread) else read_answer(task.url, answer, was_conditional=was_conditional)
        if self._refuses and isinstance(found, RawPage) and (why := self._store.tombstones.refusal(found)) is not None:
            found = Unread(task.url, "skipped", Reason.FORGOTTEN, why)
        with self._store.transaction():
            if isinstance(found, Unread):
                self._store.pages.add_outcome("fetch", found, source_id, self._run_id)
                outcome: str = found.status
            else:
                assert isinstance(answer, Answer)
                outcome = self._save_page(task, answer, found, source_id)
        self.report.sources[task.source].count(outcome)
        if isinstance(found, Unread):
            self._notice(found)

    def _save_page(self, task: _Task, answer: Answer, page: RawPage | None, source_id: int) -> str:
        """Store a page, unless it is the one that was fetched before; `None` is one that has not changed."""
        pages = self._store.pages
        before = pages.find_fetched(task.url)
        if page is None or (before is not None and before.url == page.url and before.raw_digest == digest(page.content)):
            assert before is not None  # the server was asked with what it gave for that capture
            page_id, outcome = before.id, "known"
        else:
            page_id, outcome = pages.add(page, source_id, self._run_id)
            if outcome == "new":
                count_lines(self._store, page, source_id)
        if page is not None:
            pages.set_validators(page_id, answer.headers.get("etag"), answer.headers.get("last-modified"))
        self._touch(page_id, task.url, source_id)
        return outcome

    def _touch(self, page_id: int, url: str, source_id: int) -> None:
        """What holds for a page whether it came now or earlier."""
        self._store.pages.tag(page_id, self._options.tags, self._run_id)
        self._store.pages.clear_outcome("fetch", source_id, url)


def read_answer(url: str, answer: Answer, *, was_conditional: bool = False) -> RawPage | Unread | None:
    """The page in the answer to a request for `url`, why there is none, or None for one that has not changed.

    Only a conditional request can be told that the page has not changed.
    """
    if answer.status == _NOT_MODIFIED and was_conditional:
        return None
    if not answer.is_good or answer.status == _PARTIAL_CONTENT:
        detail = f"{answer.status}: a part of the page" if answer.is_good else str(answer.status)
        if wait := answer.headers.get("retry-after"):
            detail += f", to be tried again after {wait[:40]}"
        return Unread(url, "failed", Reason.HTTP_STATUS, detail if answer.url == url else f"{detail} at {answer.url}")
    if not answer.body.strip(b" \t\r\n\f\v\0"):
        return Unread(url, "skipped", Reason.EMPTY, "only white space" if answer.body else f"no bytes, status {answer.status}")
    content_type = answer.headers.get("content-type")
    found = _media_type(answer.body, content_type)
    if found not in (*_HTML, "text/plain"):
        return Unread(url, "skipped", Reason.UNSUPPORTED_TYPE, found)
    return RawPage(
        answer.body,
        found,
        url,
        url=answer.url,
        url_source="web",
        fetched_at=answer.at,
        charset=charset_of(content_type),
        note=f"redirected from {answer.redirected_from}" if answer.redirected_from else None,
    )


def _media_type(body: bytes, declared: str | None) -> str:
    """What a body is: its bytes decide, but text that was served as HTML is HTML, and a script that holds markup is a script."""
    said = (declared or "").partition(";")[0].strip().lower()
    found = media_type(body[:_HEAD], declared)
    if said in _HTML:
        return said if found == "text/plain" else found
    starts_with_markup = body[:_HEAD].lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"<")
    return said if found in _HTML and "/" in said and not starts_with_markup else found
