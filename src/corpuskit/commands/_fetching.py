"""What `fetch` does with its options: settle the sources, fetch, clean, and say what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from corpuskit import __version__
from corpuskit.cleaning import CleanOptions, CleanReport
from corpuskit.commands._cleaning import clean_waiting, counts_of_new, summary
from corpuskit.commands._options import content_of
from corpuskit.commands._session import Session
from corpuskit.errors import UsageError
from corpuskit.fetching import Addresses, FetchOptions, fetch_sources
from corpuskit.web.urls import BadUrlError, listed_urls, read_url
from corpuskit.web.visitor import VisitOptions

STDIN = "-"
ARGUMENTS = "urls"  # the name of the source that stands on the command line
USER_AGENT = f"corpuskit/{__version__} (+https://github.com/corpuskit/corpuskit)"


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """What was asked for, made once from the command line."""

    sources: tuple[Addresses, ...]
    fetching: FetchOptions
    cleaning: CleanOptions
    clean: bool

    @classmethod
    def from_options(
        cls,
        urls: tuple[str, ...],
        *,
        null: bool,
        files_from: str | None,
        sitemaps: tuple[str, ...],
        feeds: tuple[str, ...],
        user_agent: str | None,
        tags: tuple[str, ...],
        cleaning: CleanOptions,
        clean: bool,
        update: bool,
        limit: int | None,
        **visiting: Any,
    ) -> FetchRequest:
        """The request. Raises UsageError where there is nothing to fetch and for options that make no sense."""
        sources = _sources(urls, files_from, sitemaps, feeds, null=null)
        visits = VisitOptions(_agent(user_agent), seconds=cleaning.seconds, **visiting)
        return cls(sources, FetchOptions(visits, update, limit, tuple(dict.fromkeys(tags))), cleaning, clean)


def run_fetch(session: Session, request: FetchRequest) -> tuple[list[dict[str, Any]], int]:
    """Fetch and clean. The row of every source, and how many addresses and pages failed."""
    with session.open_writable(create=True) as store, store.runs.record("fetch", session.arguments) as run:
        with session.progress("fetching") as advance:
            report = fetch_sources(
                store, request.sources, request.fetching, run_id=run.id, notice=session.notice, advance=advance
            )
        run.counts |= report.counts
        cleaned = CleanReport()
        if request.clean:
            waiting = store.documents.never_cleaned(report.source_ids)
            cleaned = clean_waiting(session, store, waiting, run.id, request.cleaning)
            run.counts |= counts_of_new(cleaned)
        failed = report.counts["failed"] + cleaned.failed
        run.partial = failed > 0
    session.end_notices()
    session.say(summary(report, cleaned))
    return [source.row() for source in report.sources], failed


def _sources(
    urls: tuple[str, ...], files_from: str | None, sitemaps: tuple[str, ...], feeds: tuple[str, ...], *, null: bool
) -> tuple[Addresses, ...]:
    sources = [Addresses(ARGUMENTS, entries=tuple(enumerate(urls, start=1)))] if urls else []
    if files_from is not None:
        entries = tuple(listed_urls(content_of(files_from), null=null))
        sources.append(Addresses(files_from, entries=entries, is_file=files_from != STDIN))
    sources += [Addresses(_list_url(url), "sitemap") for url in dict.fromkeys(sitemaps)]
    sources += [Addresses(_list_url(url), "feed") for url in dict.fromkeys(feeds)]
    if not sources:
        raise UsageError("nothing to fetch", hint="name addresses, or --files-from, --sitemap or --feed")
    return tuple(sources)


def _list_url(text: str) -> str:
    try:
        return read_url(text)
    except BadUrlError as error:
        raise UsageError(f"cannot fetch {text}: {error}") from None


def _agent(name: str | None) -> str:
    """The user agent; a header has no room for other characters."""
    if name is None:
        return USER_AGENT
    if not name.strip() or not name.isascii() or not name.isprintable():
        raise UsageError("--user-agent: only printable ASCII characters", hint=f"for example: {USER_AGENT}")
    return name.strip()
