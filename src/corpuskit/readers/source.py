"""A source as the user named it: a file, a folder, a mirror of a site, or stdin."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, cast

from corpuskit.documents import RawPage, Unread
from corpuskit.errors import UsageError
from corpuskit.readers import mirrors
from corpuskit.readers.files import Found, show_path, walk
from corpuskit.readers.options import ReadOptions
from corpuskit.readers.shapes import Event, one_of_many, read_stream
from corpuskit.readers.sniff import Kind
from corpuskit.reasons import Reason

STDIN = "-"
_MEMBER = "!/"
_LOG_SIZE = 64 * 1024 * 1024  # of hts-cache/new.txt; more than that is not read


class SourceReader:
    """The pages of one source. `kind` tells, once it was iterated, what the source turned out to be."""

    def __init__(self, source: str, options: ReadOptions) -> None:
        self.source = source
        self.options = options
        self.kind = "folder" if source != STDIN and Path(source).is_dir() else "unknown"
        self._mirrors = _Mirrors(os.fsencode(os.path.normpath(source)))

    def __iter__(self) -> Iterator[Event]:
        """Every page, and every input that gave none.

        Raises UsageError for records in which no field holds a page, and for several pages that shall have one address.
        """
        return self._events() if self.options.url is None else self._only_page()

    def _only_page(self) -> Iterator[Event]:
        """What is there, once it is known that it is no more than one page."""
        events: list[Event] = []
        for event in self._events():
            events.append(event)
            if sum(isinstance(one, RawPage) for one in events[:-1]) and isinstance(event, RawPage):
                raise UsageError(f"--url is for a single page: {self.source} holds more than one")
        yield from events

    def _events(self) -> Iterator[Event]:
        if self.source == STDIN:
            yield from self._read(cast("BinaryIO", sys.stdin.buffer), STDIN, None)
            return
        for found in walk(self.source, self.options):
            if isinstance(found, Unread):
                yield found
            elif self.kind == "folder" and self._mirrors.is_own_file(found.path):
                yield Unread(found.location, "skipped", Reason.MIRROR_FILE)
            else:
                yield from self._read_file(found)

    def _read_file(self, found: Found) -> Iterator[Event]:
        try:
            with open(found.path, "rb") as stream:  # noqa: PTH123  # the path is bytes
                for event in self._read(stream, found.location, found.size):
                    yield self._located(event, found) if isinstance(event, RawPage) and event.url is None else event
        except OSError as error:
            yield Unread(found.location, "failed", Reason.UNREADABLE, error.strerror or str(error))

    def _read(self, stream: BinaryIO, location: str, size: int | None) -> Iterator[Event]:
        events = read_stream(stream, location, self.options, size=size, tell=self._learn)
        yield from one_of_many(events, location) if self.kind == "folder" else events

    def _learn(self, kind: Kind) -> None:
        if self.kind == "unknown":
            self.kind = kind.value

    def _located(self, page: RawPage, found: Found) -> Event:
        """The page with the address that it was saved from, where the saving tool or the path tells it."""
        if page.media_type == "text/plain" or "#" in page.location.removeprefix(found.location):
            return page
        _, _, member = page.location.removeprefix(found.location).partition(_MEMBER)
        origin = self._mirrors.origin(found.path, member, page.content, in_folder=self.kind == "folder")
        return mirrors.placed(page, origin, self.options)


class _Mirrors:
    """What is known of the mirrors in a folder; each log is read once, each host's folder looked at once."""

    def __init__(self, source: bytes) -> None:
        self._source = source
        self._above = show_path(os.path.abspath(source)).split("/")  # noqa: PTH100  # the path is bytes
        self._log = lru_cache(maxsize=64)(_httrack_log)
        self._adjusts_names = lru_cache(maxsize=256)(_adjusts_names)

    def is_own_file(self, path: bytes) -> bool:
        """Whether a mirroring tool wrote this file for itself."""
        root = self._httrack_root(path)
        if root is not None and mirrors.is_own_file(_parts(path, root)):
            return True
        return mirrors.is_for_crawlers(_parts(path, self._source), self._above)

    def origin(self, path: bytes, member: str, content: bytes, *, in_folder: bool) -> mirrors.Origin | None:
        """Where the page in a file, or in a member of an archive, came from."""
        if member:
            return mirrors.find_origin(member.split("/"), content)
        root = self._httrack_root(path) if in_folder else None
        if root is not None:
            return mirrors.find_origin(_parts(path, root), content, mirrors.Mirror(self._log(root) or {}))
        parts = _parts(path, self._source) if in_folder else [show_path(os.path.basename(path))]  # noqa: PTH119
        top = os.path.join(self._source, os.fsencode(parts[0])) if in_folder and len(parts) > 1 else self._source  # noqa: PTH118
        known = mirrors.Mirror(adjusts_names=self._adjusts_names(top) if in_folder else False)
        above = self._above if in_folder else []
        return mirrors.find_origin(parts, content, known, above)

    def _httrack_root(self, path: bytes) -> bytes | None:
        """The nearest folder above the file, inside the source, that HTTrack worked in."""
        folder = os.path.dirname(path)  # noqa: PTH120
        while folder.startswith(self._source) and len(folder) >= len(self._source):
            if self._log(folder) is not None:
                return folder
            above = os.path.dirname(folder)  # noqa: PTH120
            if above == folder:
                break
            folder = above
        return None


def _parts(path: bytes, root: bytes) -> list[str]:
    return os.fsdecode(os.path.relpath(path, root)).split("/")


def _httrack_log(folder: bytes) -> dict[str, mirrors.Origin] | None:
    path = os.path.join(folder, b"hts-cache", b"new.txt")  # noqa: PTH118
    try:
        if not os.path.isfile(path) or os.path.getsize(path) > _LOG_SIZE:  # noqa: PTH113, PTH202
            return None
        with open(path, "rb") as log:  # noqa: PTH123
            return mirrors.read_httrack_log(log.read())
    except OSError:
        return None


def _adjusts_names(folder: bytes) -> bool:
    names = (os.fsdecode(name) for _, _, files in os.walk(folder) for name in files)
    return mirrors.adjusts_names(names)
