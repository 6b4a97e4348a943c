"""The bytes of a web archive as one forward view, and the place in the file of each of them.

A web archive is compressed record by record: every gzip member or zstd frame can be inflated alone. So a damaged one
costs itself: we look for the next one that inflates to the start of a record and go on there. What was passed over is a
`Gap` in the view. This module knows members, not records.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any, BinaryIO

from corpuskit.readers.codings import GZIP_MAGIC, ZSTD_MAGIC, ZlibMember
from corpuskit.readers.streams import damage
from corpuskit.reasons import Reason
from corpuskit.zstd import zstd_module

CHUNK = 32 * 1024  # read at a time
PIECE = 64 * 1024  # inflated at a time: what a bomb costs in memory
_LOOKBACK = 1024 * 1024  # bytes of a member in which the next one is looked for when it breaks
_DICTIONARY_LIMIT = 32 * 1024 * 1024
_PADDING = b"\0"
_SKIPPABLE = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")
_DICTIONARY = b"\x5d\x2a\x4d\x18"  # the frame that carries the dictionary in .warc.zst, after the convention of ArchiveTeam
_RECORD_INSIDE = re.compile(
    rb"\s*(?:WARC/\d|[A-Za-z][A-Za-z0-9+.-]*:)"
)  # what an intact member begins with: a WARC or an ARC record


@dataclass(frozen=True, slots=True)
class Piece:
    """Inflated bytes; `member` is the place in the file of the member that begins with them, None inside a member."""

    data: bytes
    member: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """A part of the file that gave nothing. `place` is its first byte in the file."""

    place: int
    reason: Reason
    detail: str


class Feed:
    """The file as it comes in: `pending` holds what was read but not used, and begins at `place` in the file."""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        self.pending = b""
        self.place = 0
        self.failure: str | None = None  # why reading it ended, where that was not its end

    def more(self) -> bool:
        """Read on; False at the end."""
        try:
            data = self.stream.read(CHUNK)
        except OSError as error:
            self.failure, data = error.strerror or str(error), b""
        self.pending += data
        return bool(data)

    def need(self, size: int) -> bool:
        """Whether at least `size` bytes are pending, after reading on."""
        while len(self.pending) < size:
            if not self.more():
                return False
        return True

    def take(self) -> bytes:
        """All that is pending, or the next bytes of the file."""
        if not self.pending:
            self.more()
        return self.skip(len(self.pending))

    def skip(self, size: int) -> bytes:
        taken, self.pending = self.pending[:size], self.pending[size:]
        self.place += len(taken)
        return taken

    def push_back(self, data: bytes) -> None:
        self.pending = data + self.pending
        self.place -= len(data)

    def skip_padding(self) -> bool:
        """Pass over NUL bytes between members; False at the end of the file."""
        while True:
            self.skip(len(self.pending) - len(self.pending.lstrip(_PADDING)))
            if self.pending:
                return True
            if not self.more():
                return False

    def resync(self, magic: bytes, is_member: Callable[[bytes], bool], first: int = 1) -> None:
        """Go to the next member at `first` or later, or to the end of the file."""
        while True:
            found = self.pending.find(magic, first)
            if found >= 0:
                self.skip(found)
                self.need(4096)
                if is_member(self.pending[:4096]):
                    return
                first = 1
                continue
            self.skip(max(0, len(self.pending) - len(magic)))
            first = 0
            if not self.more():
                self.skip(len(self.pending))
                return


def pieces(feed: Feed) -> Iterator[Piece | Gap]:
    """The bytes of a file, inflated where they are gzip or zstd."""
    feed.need(len(ZSTD_MAGIC))
    if feed.pending.startswith(GZIP_MAGIC):
        yield from _gzip_pieces(feed)
    elif feed.pending.startswith(ZSTD_MAGIC) or _SKIPPABLE.match(feed.pending):
        yield from _zstd_pieces(feed)
    else:
        while data := feed.take():
            yield Piece(data)
    if feed.failure:
        yield Gap(feed.place, Reason.UNREADABLE, feed.failure)


def first_bytes(head: bytes) -> bytes:
    """What a file that begins with `head` begins with, inflated where it is compressed: enough to see whether it holds
    records.

    A .warc.zst with a dictionary cannot be inflated from its head alone; it is the only kind of file that begins with
    such a frame.
    """
    if head.startswith(_DICTIONARY):
        return b"WARC/"
    gap_or_piece = next(pieces(Feed(BytesIO(head))), None)
    return gap_or_piece.data if isinstance(gap_or_piece, Piece) else b""


def _gzip_pieces(feed: Feed) -> Iterator[Piece | Gap]:
    def is_member(head: bytes) -> bool:
        try:
            return bool(_RECORD_INSIDE.match(zlib.decompressobj(31).decompress(head, 64)))
        except zlib.error:
            return False

    while feed.skip_padding():
        feed.need(len(GZIP_MAGIC))
        if not feed.pending.startswith(GZIP_MAGIC):
            yield _foreign(feed, "gzip", GZIP_MAGIC, is_member)
        else:
            yield from _member(feed, ZlibMember(), "gzip", GZIP_MAGIC, is_member)


def _zstd_pieces(feed: Feed) -> Iterator[Piece | Gap]:
    zstd = zstd_module()
    dictionary: Any = None

    def is_member(head: bytes) -> bool:
        try:
            inflated = zstd.ZstdDecompressor(zstd_dict=dictionary).decompress(head, 64)
        except zstd.ZstdError:
            return False
        return not inflated or bool(_RECORD_INSIDE.match(inflated))  # a block may be longer than the head

    while feed.skip_padding():
        feed.need(8)
        if _SKIPPABLE.match(feed.pending):
            frame = _skippable_frame(feed)
            if isinstance(frame, Gap):
                yield frame
            elif frame:
                dictionary = zstd.ZstdDict(frame)
        elif not feed.pending.startswith(ZSTD_MAGIC):
            yield _foreign(feed, "zstd", ZSTD_MAGIC, is_member)
        else:
            yield from _member(feed, zstd.ZstdDecompressor(zstd_dict=dictionary), "zstd", ZSTD_MAGIC, is_member)


def _member(feed: Feed, inflater: Any, name: str, magic: bytes, is_member: Callable[[bytes], bool]) -> Iterator[Piece | Gap]:
    """One member, and the gap behind it where it breaks off."""
    place = feed.place
    errors = (zlib.error, zstd_module().ZstdError)
    start: int | None = place
    recent: deque[bytes] = deque(maxlen=_LOOKBACK // CHUNK)
    while not inflater.eof:
        chunk = b""
        if inflater.needs_input:
            chunk = feed.take()
            if not chunk:
                yield _break(feed, recent, Gap(place, Reason.DAMAGED, f"{name} member without an end"), magic, is_member)
                return
            recent.append(chunk)
        try:
            data = inflater.decompress(chunk, PIECE)
        except errors as error:
            yield _break(feed, recent, Gap(place, Reason.DAMAGED, f"{name} member: {error}"), magic, is_member)
            return
        if data:
            yield Piece(data, start)
            start = None
    feed.push_back(inflater.unused_data)


def _break(feed: Feed, recent: Iterable[bytes], gap: Gap, magic: bytes, is_member: Callable[[bytes], bool]) -> Gap:
    """Go on behind a broken member. What it took in last may hold the next one: damage can make a member longer than it is."""
    end, failure = feed.place, feed.failure
    feed.push_back(b"".join(recent))
    feed.resync(magic, is_member)
    if feed.pending:
        return replace(gap, detail=f"{gap.detail}; goes on at byte {feed.place}")
    if not gap.detail.endswith("without an end"):
        return gap
    feed.failure = None
    return Gap(end, Reason.TRUNCATED, failure or damage(feed.stream) or f"the member that begins at byte {gap.place} is cut")


def _foreign(feed: Feed, name: str, magic: bytes, is_member: Callable[[bytes], bool]) -> Gap:
    """Pass over bytes between members that are none."""
    place = feed.place
    feed.resync(magic, is_member, first=0)
    return Gap(place, Reason.DAMAGED, f"{feed.place - place} bytes that are no {name} member")


def _skippable_frame(feed: Feed) -> bytes | Gap | None:
    """Pass over a skippable frame; its content where that is a usable dictionary."""
    zstd = zstd_module()
    place, magic = feed.place, feed.pending[:4]
    if not feed.need(8):
        feed.skip(8)
        return Gap(place, Reason.TRUNCATED, "the file ends inside a zstd frame header")
    (size,) = struct.unpack("<I", feed.skip(8)[4:])
    if magic != _DICTIONARY or size > _DICTIONARY_LIMIT:
        while size > 0 and (data := feed.take()):
            feed.push_back(data[size:])
            size -= len(data)
        return None
    if not feed.need(size):
        feed.skip(size)
        return Gap(place, Reason.TRUNCATED, "the dictionary of the file is cut")
    content = feed.skip(size)
    try:
        if content.startswith(ZSTD_MAGIC):
            content = zstd.ZstdDecompressor().decompress(content, _DICTIONARY_LIMIT)
        zstd.ZstdDict(content)
    except (zstd.ZstdError, ValueError) as error:
        return Gap(place, Reason.DAMAGED, f"the dictionary of the file: {error}")
    return content
