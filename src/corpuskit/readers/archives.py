"""ZIP and tar: every member is read as a stream, by whatever reader fits its content, and nothing is ever written to
disk.

Names of members are labels and no paths: `../../page.html` is a page like another. Links, devices and locked members
are passed over with their reason; a broken member costs itself. What is inflated is limited by the reader of the
member, which reads no more than it may keep.
"""

from __future__ import annotations

import contextlib
import io
import stat
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO, cast

from corpuskit.documents import RawPage, Revisit, Unread
from corpuskit.readers.files import show_path
from corpuskit.readers.mirrors import (
    HTTRACK_LOG,
    Mirror,
    Origin,
    find_origin,
    is_for_crawlers,
    is_own_file,
    placed,
    read_httrack_log,
)
from corpuskit.readers.options import ReadOptions
from corpuskit.readers.streams import CHUNK, Buffered, damage
from corpuskit.readers.tar_members import TarMembers
from corpuskit.readers.wacz import is_wacz, own_files
from corpuskit.reasons import Reason

Event = RawPage | Revisit | Unread
ReadMember = Callable[[BinaryIO, str, ReadOptions], Iterator[Event]]

# all that zipfile and the decompressors under it raise on broken data
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    NotImplementedError,
    OverflowError,
    MemoryError,
)
_LOCAL_HEADER = 30
_LOG_SIZE = 16 * 1024 * 1024  # bytes of a log in an archive that are read
_ENCRYPTED = 0x1
_UNIX = 3


class _MemberStream(io.RawIOBase):
    """The bytes of one member. Where they break off, the stream ends and `damage` says why."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read
        self.damage: str | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if self.damage:
            return 0
        try:
            data = self._read(len(buffer))
        except _ZIP_ERRORS as error:
            self.damage, data = str(error) or type(error).__name__, b""
        buffer[: len(data)] = data
        return len(data)


def open_member(read: Callable[[int], bytes]) -> BinaryIO:
    """A stream over `read(size)` that ends where `read` raises, and then says why in its `damage`."""
    return cast("BinaryIO", Buffered(_MemberStream(read), CHUNK))


def is_hidden(name: str) -> bool:
    """Whether a member lies in a hidden folder, or is hidden itself: a dot file, or a Mac's `__MACOSX/._page.html`."""
    return any(part.startswith(".") and part not in {".", ".."} for part in name.replace("\\", "/").split("/"))


class Labels:
    """Locations of members, each one its own: the second member of one name is `name (2)`."""

    def __init__(self, location: str) -> None:
        self._location = location
        self._seen: Counter[str] = Counter()

    def give(self, name: str) -> str:
        shown = show_path(name.encode("utf-8", "surrogateescape"))
        self._seen[shown] += 1
        count = self._seen[shown]
        return f"{self._location}!/{shown}" + (f" ({count})" if count > 1 else "")


def seekable(stream: BinaryIO, limit: int) -> BinaryIO | None:
    """`stream` itself where it can be searched, else its bytes in memory; None where these are more than `limit`."""
    if stream.seekable():
        return stream
    content = stream.read(limit + 1)
    return io.BytesIO(content) if len(content) <= limit else None


def read_zip(stream: BinaryIO, location: str, options: ReadOptions, read_member: ReadMember) -> Iterator[Event]:
    """Every member of a ZIP file through `read_member`; of a WACZ collection only those that hold records."""
    file = seekable(stream, options.max_size)
    if file is None:
        yield Unread(location, "skipped", Reason.TOO_LARGE, f"a ZIP file of more than {options.max_size} bytes inside a stream")
        return
    try:
        archive = zipfile.ZipFile(file)
    except _ZIP_ERRORS as error:
        if not damage(stream):  # else whoever opened the stream tells
            yield Unread(location, "failed", Reason.DAMAGED, f"ZIP: {error}")
        return
    with archive:
        overlapping = _overlapping(archive.infolist())
        if overlapping:
            yield Unread(location, "failed", Reason.DAMAGED, f"{len(overlapping)} members overlap and are not read")
        labels = Labels(location)
        own_file = own_files(archive.namelist())
        mirrored = Mirrors(_httrack_logs(archive, overlapping))
        for info in archive.infolist():
            if info.is_dir() or id(info) in overlapping:
                continue
            where = labels.give(info.filename)
            is_own = own_file(info.filename) or mirrored.is_own_file(info.filename)
            why_not = Reason.MIRROR_FILE if is_own else _why_not(info)
            if why_not:
                yield Unread(where, "skipped", why_not)
            else:
                events = _read_zip_member(archive, info, where, options, read_member)
                yield from mirrored.placed(events, info.filename, where, options)


def is_wacz_file(file: BinaryIO) -> bool:
    """Whether a ZIP file, which can be searched, is a WACZ collection."""
    try:
        with zipfile.ZipFile(file) as archive:
            return is_wacz(archive.namelist())
    except _ZIP_ERRORS:
        return False


def _httrack_logs(archive: zipfile.ZipFile, overlapping: set[int]) -> dict[str, Mapping[str, Origin]]:
    """The logs of HTTrack in an archive, by the folder they are the log of."""
    logs: dict[str, Mapping[str, Origin]] = {}
    for info in archive.infolist():
        folder, is_log, rest = f"/{info.filename}".rpartition(f"/{HTTRACK_LOG}")
        if not is_log or rest or id(info) in overlapping or _why_not(info):
            continue
        with contextlib.suppress(*_ZIP_ERRORS), archive.open(info) as log:
            logs[f"{folder}/"[1:]] = read_httrack_log(log.read(_LOG_SIZE))
    return logs


class Mirrors:
    """What the logs of HTTrack in an archive tell of its members. Folders end with a slash; the archive itself is empty."""

    def __init__(self, logs: Mapping[str, Mapping[str, Origin]]) -> None:
        self._mirrors = {folder: Mirror(log) for folder, log in logs.items()}

    def _below(self, name: str) -> tuple[Mirror, list[str]] | None:
        folder = max((folder for folder in self._mirrors if name.startswith(folder)), key=len, default=None)
        return None if folder is None else (self._mirrors[folder], name[len(folder) :].split("/"))

    def is_own_file(self, name: str) -> bool:
        """Whether a mirroring tool wrote this member for itself, or fetched it to find its way."""
        below = self._below(name)
        return (below is not None and is_own_file(below[1])) or is_for_crawlers(name.split("/"))

    def placed(self, events: Iterator[Event], name: str, where: str, options: ReadOptions) -> Iterator[Event]:
        """The events of a member, a page with its address."""
        below = self._below(name)
        for event in events:
            is_page = isinstance(event, RawPage) and event.url is None and event.location == where
            if below and is_page and isinstance(event, RawPage) and event.media_type != "text/plain":
                yield placed(event, find_origin(below[1], event.content, below[0]), options)
            else:
                yield event


def _why_not(info: zipfile.ZipInfo) -> Reason | None:
    """Why a member is not opened."""
    kind = stat.S_IFMT(info.external_attr >> 16) if info.create_system == _UNIX else 0
    if kind == stat.S_IFLNK:
        return Reason.SYMBOLIC_LINK
    if kind not in {0, stat.S_IFREG}:
        return Reason.NOT_A_FILE
    if info.flag_bits & _ENCRYPTED:
        return Reason.ENCRYPTED
    return Reason.HIDDEN if is_hidden(info.filename) else None


def _read_zip_member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str, options: ReadOptions, read_member: ReadMember
) -> Iterator[Event]:
    try:
        member = archive.open(info)
    except NotImplementedError as error:
        yield Unread(where, "failed", Reason.UNDECODABLE, str(error))
        return
    except _ZIP_ERRORS as error:
        yield Unread(where, "failed", Reason.DAMAGED, str(error))
        return
    with member:
        yield from read_member(open_member(member.read), where, options)


def _overlapping(members: list[zipfile.ZipInfo]) -> set[int]:
    """Members (by `id`) whose bytes another one claims too: thousands of them may lie on one bomb."""
    overlapping: set[int] = set()
    last: zipfile.ZipInfo | None = None
    end = 0
    for info in sorted(members, key=lambda member: member.header_offset):
        if last is not None and info.header_offset < end:
            overlapping |= {id(last), id(info)}
        if info.header_offset + _LOCAL_HEADER + info.compress_size >= end:
            last, end = info, info.header_offset + _LOCAL_HEADER + info.compress_size
    return overlapping


def read_tar(stream: BinaryIO, location: str, options: ReadOptions, read_member: ReadMember) -> Iterator[Event]:
    """Every member of a tar file through `read_member`. `stream` is the tar itself, already inflated where it was
    compressed.
    """
    walker = TarMembers(stream)
    labels = Labels(location)
    for member in walker:
        if isinstance(member, str):
            # what the compression around the archive says of itself is told by whoever opened it
            if not damage(stream):
                reason = Reason.TRUNCATED if walker.ended else Reason.DAMAGED
                yield Unread(f"{location}#{walker.offset}", "failed", reason, member)
        elif member.type in tarfile.REGULAR_TYPES and is_for_crawlers(member.name.split("/")):
            yield Unread(labels.give(member.name), "skipped", Reason.MIRROR_FILE)
        elif member.type != tarfile.DIRTYPE:
            yield from _read_tar_member(walker, member, labels.give(member.name), options, read_member)


def _read_tar_member(
    walker: TarMembers, member: tarfile.TarInfo, where: str, options: ReadOptions, read_member: ReadMember
) -> Iterator[Event]:
    if member.type == tarfile.SYMTYPE:
        yield Unread(where, "skipped", Reason.SYMBOLIC_LINK)
    elif member.type == tarfile.LNKTYPE:
        yield Unread(where, "skipped", Reason.ALREADY_READ, "hard link to another member")
    elif member.type == tarfile.GNUTYPE_SPARSE:
        yield Unread(where, "skipped", Reason.UNSUPPORTED_TYPE, "sparse member")
    elif member.type not in {*tarfile.REGULAR_TYPES, tarfile.CONTTYPE}:
        yield Unread(where, "skipped", Reason.NOT_A_FILE)
    elif is_hidden(member.name):
        yield Unread(where, "skipped", Reason.HIDDEN)
    else:
        yield from read_member(open_member(walker.read), where, options)
        walker.is_told = walker.is_told or (walker.left > 0 and walker.ended)  # the reader of the member saw the cut
