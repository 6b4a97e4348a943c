"""What `import` does with its options: settle the sources, store, clean, and say what came of it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from corpuskit.cleaning import CleanOptions, CleanReport, prepare_workers
from corpuskit.commands._cleaning import clean_waiting, counts_of_new, summary
from corpuskit.commands._options import content_of
from corpuskit.commands._session import Session
from corpuskit.errors import UsageError
from corpuskit.importing import import_sources, try_sources
from corpuskit.readers.options import ReadOptions
from corpuskit.readers.records import NAMES
from corpuskit.readers.source import STDIN


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """What was asked for, made once from the command line."""

    sources: tuple[str, ...]
    reading: ReadOptions
    cleaning: CleanOptions
    tags: tuple[str, ...]
    clean: bool
    dry_run: bool

    @classmethod
    def from_options(
        cls,
        sources: tuple[str, ...],
        *,
        null: bool,
        files_from: str | None,
        mapping: Iterable[str],
        encoding: str | None,
        url: str | None,
        tags: tuple[str, ...],
        cleaning: CleanOptions,
        clean: bool,
        dry_run: bool,
        status: str,
        **reading: Any,
    ) -> ImportRequest:
        """The request. Raises UsageError for sources that cannot be meant and options that make no sense."""
        named = (*sources, *(_listed(files_from, null=null) if files_from else ()))
        _check_sources(named, url)
        options = ReadOptions(fields=_fields(mapping), charset=_charset(encoding), url=url, status=_statuses(status), **reading)
        return cls(named, options, cleaning, tuple(dict.fromkeys(tags)), clean, dry_run)


def run_import(session: Session, request: ImportRequest) -> tuple[list[dict[str, Any]], int]:
    """Import and clean. The row of every source, and how many inputs and pages failed."""
    if request.dry_run:
        return _try(session, request)
    if request.clean:
        prepare_workers()
    with session.open_writable(create=True) as store, store.runs.record("import", session.arguments) as run:
        with session.progress("importing") as advance:
            report = import_sources(
                store, request.sources, request.reading, run_id=run.id, tags=request.tags, notice=session.notice, advance=advance
            )
        run.counts |= report.counts
        cleaned = CleanReport()
        if request.clean:
            waiting = store.documents.never_cleaned(report.source_ids)
            cleaned = clean_waiting(session, store, waiting, run.id, request.cleaning)
            run.counts |= counts_of_new(cleaned)
        failed = report.counts["failed"] + cleaned.failed
        run.partial = failed > 0
        if report.stopped is not None:
            raise report.stopped
    session.end_notices()
    session.say(summary(report, cleaned))
    return [source.row() for source in report.sources], failed


def _try(session: Session, request: ImportRequest) -> tuple[list[dict[str, Any]], int]:
    with ExitStack() as stack:
        store = stack.enter_context(session.open()) if session.path.exists() else None
        advance = stack.enter_context(session.progress("reading"))
        report = try_sources(store, request.sources, request.reading, notice=session.notice, advance=advance)
    session.end_notices()
    session.say(f"{summary(report, CleanReport())}; nothing was stored")
    return [source.row() for source in report.sources], report.counts["failed"]


def _check_sources(sources: tuple[str, ...], url: str | None) -> None:
    if not sources:
        raise UsageError("nothing to import", hint="name files or folders, or - for stdin")
    for source in sources:
        if source.lower().startswith(("http://", "https://", "ftp://")):
            raise UsageError(
                f"{source} is a URL: import never uses the network",
                hint=f"corpuskit fetch {source}",
            )
    if sources.count(STDIN) > 1:
        raise UsageError("stdin can be read once only")
    if STDIN in sources and sys.stdin is None:
        raise UsageError("cannot read -: standard input is closed")
    if all(source != STDIN and not os.path.lexists(source) for source in sources):
        names = ", ".join(sources[:3]) + (" …" if len(sources) > 3 else "")
        raise UsageError(f"no such file or folder: {names}")
    if url is not None and (len(sources) > 1 or os.path.isdir(sources[0])):  # noqa: PTH112  # names may be any bytes
        raise UsageError("--url is for a single page")


def _listed(path: str, *, null: bool) -> list[str]:
    """The sources in a list; names are bytes, and end with a line break, or with NUL where names may hold line breaks."""
    return [os.fsdecode(name) for name in content_of(path).split(b"\0" if null else b"\n") if name]


def _fields(fields: Iterable[str]) -> dict[str, str]:
    mapping = {}
    for field in fields:
        name, equals, path = field.partition("=")
        if not equals or not path or name not in NAMES:
            raise UsageError(f"--field {field}: not NAME=COLUMN", hint=f"NAME is one of {', '.join(NAMES)}")
        mapping[name] = path
    return mapping


def _statuses(text: str) -> tuple[tuple[int, int], ...]:
    """Ranges of HTTP statuses: "200,203,4xx,500-599"."""
    ranges = []
    for part in text.replace(" ", "").lower().split(","):
        found = re.fullmatch(r"([1-5])xx|([1-5][0-9]{2})(?:-([1-5][0-9]{2}))?", part)
        if found is None:
            raise UsageError(f"--status {text}: not a list of HTTP statuses", hint="for example 200,203 or 2xx,404")
        first = int(found[1] + "00") if found[1] else int(found[2])
        ranges.append((first, first + 99 if found[1] else int(found[3] or first)))
    return tuple(ranges)


def _charset(name: str | None) -> str | None:
    if name is None:
        return None
    import webencodings

    if webencodings.lookup(name) is None:
        raise UsageError(f"unknown encoding: {name}", hint="names are those of the WHATWG: utf-8, windows-1251, shift_jis …")
    return name
