"""ZIP and tar: every member is read as a stream, by whatever reader fits its content, and nothing is ever written to
disk.

Names of members are labels and no paths: `../../page.html` is a page like another. Links, devices and locked members
are passed over with their reason; a broken member costs itself. What is inflated is limited by the reader of the
member, which reads no more than it may keep.
"""

from __future__ import annotations

import io
import stat
import tarfile
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, cast

from corpuskit.documents import RawPage, Revisit, Unread
from corpuskit.readers.files import show_path
from corpuskit.readers.options import ReadOptions
from corpuskit.readers.streams import CHUNK, Buffered, damage
from corpuskit.readers.wacz import own_files
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
_ENCRYPTED = 0x1
_UNIX = 3
_BLOCK = 512
_DESCRIBING = {tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE}
_WITHOUT_CONTENT = {tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE}
_NAME_LIMIT = 64 * 1024
_PAX_LIMIT = 1024 * 1024


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
        for info in archive.infolist():
            if info.is_dir() or id(info) in overlapping:
                continue
            where = labels.give(info.filename)
            why_not = Reason.MIRROR_FILE if own_file(info.filename) else _why_not(info)
            if why_not:
                yield Unread(where, "skipped", why_not)
            else:
                yield from _read_zip_member(archive, info, where, options, read_member)


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
    walker = _TarWalker(stream)
    labels = Labels(location)
    for member in walker:
        if isinstance(member, str):
            # what the compression around the archive says of itself is told by whoever opened it
            if not damage(stream):
                reason = Reason.TRUNCATED if walker.ended else Reason.DAMAGED
                yield Unread(f"{location}#{walker.offset}", "failed", reason, member)
        elif member.type != tarfile.DIRTYPE:
            yield from _read_tar_member(walker, member, labels.give(member.name), options, read_member)


def _read_tar_member(
    walker: _TarWalker, member: tarfile.TarInfo, where: str, options: ReadOptions, read_member: ReadMember
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


class _TarWalker:
    """The members of a tar file one after the other, as its headers say, or a sentence on what is wrong where one
    should be.

    The standard library's own walker ends silently at a broken header, and loops for ever on a size that lies.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.offset = 0
        self.left = 0  # bytes of the current member that were not read yet
        self.ended = False
        self.is_told = False  # somebody has said that the archive is cut
        self._kept = b""  # a header that was read and not used

    def __iter__(self) -> Iterator[tarfile.TarInfo | str]:
        extra: dict[str, str] = {}
        while header := self._next_header():
            if isinstance(header, str):
                yield header
                continue
            member = header
            if member.type in _DESCRIBING:
                extra |= self._extra(member)
                continue
            member.name = extra.get("path", member.name)
            if extra.get("size", "").isdigit():
                member.size = int(extra["size"][:20])
            extra = {}
            size = 0 if member.type in _WITHOUT_CONTENT else max(0, member.size)
            self.left = size
            yield member
            if not self._pass_over(size):
                if not self.is_told:
                    yield f"the archive ends too early: {self.left} of {size} bytes of {member.name[:200]!r} are missing"
                return

    def _next_header(self) -> tarfile.TarInfo | str | None:
        """The next header; what is wrong where there is none; None at the end."""
        lost = 0
        while True:
            block = self._kept or self._exactly(_BLOCK)
            self._kept = b""
            if len(block) < _BLOCK:
                cut, self.is_told = not self.is_told, True
                return "the archive ends too early: it has no end mark" if cut else None
            if not block.strip(b"\0"):
                return f"{lost} bytes are no tar member" if lost else None
            try:
                member = tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
            except tarfile.HeaderError:
                lost += _BLOCK
                continue
            if lost:
                self._kept = block
                return f"{lost} bytes are no tar member"
            if member.type == tarfile.GNUTYPE_SPARSE:
                self._pass_over_sparse_map(block[482])
            return member

    def _pass_over_sparse_map(self, goes_on: int) -> None:
        while goes_on:
            block = self._exactly(_BLOCK)
            goes_on = block[504] if len(block) == _BLOCK else 0

    def read(self, size: int) -> bytes:
        """Bytes of the current member. Raises EOFError where the archive ends inside it."""
        data = self._take(min(size, self.left))
        if self.left and not data and size:
            self.ended = True
            raise EOFError(f"the archive ends too early: {self.left} bytes of the member are missing")
        self.left -= len(data)
        return data

    def _extra(self, member: tarfile.TarInfo) -> dict[str, str]:
        """What a header that only describes the next one says of it."""
        is_name = member.type == tarfile.GNUTYPE_LONGNAME
        limit = _NAME_LIMIT if is_name else _PAX_LIMIT
        self.left = member.size
        data = self._exactly(min(member.size, limit))
        self.left -= len(data)
        self._pass_over(member.size)
        if is_name:
            return {"path": data.rstrip(b"\0").decode("utf-8", "surrogateescape")}
        return _pax_fields(data) if member.type in {tarfile.XHDTYPE, tarfile.SOLARIS_XHDTYPE} else {}

    def _pass_over(self, size: int) -> bool:
        """Go to the end of the member's last block; False where the archive ends before."""
        self.left += -size % _BLOCK
        while self.left > 0:
            data = self._take(min(self.left, CHUNK))
            if not data:
                self.ended = True
                return False
            self.left -= len(data)
        return True

    def _exactly(self, size: int) -> bytes:
        data = b""
        while len(data) < size and (piece := self._take(size - len(data))):
            data += piece
        self.ended = self.ended or len(data) < size
        return data

    def _take(self, size: int) -> bytes:
        data = self._stream.read(size)
        self.offset += len(data)
        return data


def _pax_fields(data: bytes) -> dict[str, str]:
    """`path` and `size` of an extended header: lines of `LENGTH KEY=VALUE`."""
    fields: dict[str, str] = {}
    while data:
        length, _, _ = data.partition(b" ")
        if not length.isdigit() or not 0 < int(length[:9]) <= len(data):
            break
        key, _, value = data[len(length) + 1 : int(length)].rstrip(b"\n").partition(b"=")
        if key in {b"path", b"size"}:
            fields[key.decode()] = value.decode("utf-8", "surrogateescape")
        data = data[int(length) :]
    return fields
