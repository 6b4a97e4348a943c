"""The view of a web archive that records are read from: a buffer that moves forward, and where each of its bytes is
in the file.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from corpuskit.readers.codings import GZIP_MAGIC, ZSTD_MAGIC
from corpuskit.readers.warc_bytes import Feed, Gap, pieces
from corpuskit.reasons import Reason


@dataclass(frozen=True, slots=True)
class Loss:
    """What could not be read; `place` is written as in a location."""

    place: str
    reason: Reason
    detail: str


class Window:
    """The view: `buffer` holds the bytes that are looked at. It ends at a gap until `cross` passes over it."""

    def __init__(self, stream: BinaryIO) -> None:
        feed = Feed(stream)
        feed.need(len(ZSTD_MAGIC))
        self.has_checksums = feed.pending.startswith(GZIP_MAGIC)  # every gzip member carries one, which is checked
        self._pieces = pieces(feed)
        self.buffer = bytearray()
        self._base = 0  # bytes of the view before the buffer
        self._members: deque[tuple[int, int]] = deque()  # where a member begins: in the view, in the file
        self.gap: Gap | None = None
        self.ended = False

    def fill(self, size: int) -> bool:
        """Have `size` bytes in the buffer; False where the view stops before."""
        while len(self.buffer) < size:
            if self.gap or self.ended:
                return False
            piece = next(self._pieces, None)
            if piece is None:
                self.ended = True
            elif isinstance(piece, Gap):
                self.gap = piece
            else:
                if piece.member is not None:
                    self._members.append((self._base + len(self.buffer), piece.member))
                self.buffer += piece.data
        return True

    @property
    def is_broken(self) -> bool:
        """Whether the view stopped because the last member that gave something broke off."""
        gap = self.gap
        return gap is not None and gap.reason is Reason.DAMAGED and bool(self._members) and self._members[-1][1] == gap.place

    def at_stop(self, index: int) -> bool:
        """Whether the view stops at `index` of the buffer."""
        return not self.fill(index + 1)

    def read(self, size: int) -> bytes:
        """The first bytes of the buffer, which keeps them."""
        with memoryview(self.buffer) as view:
            return view[:size].tobytes()

    def drop(self, size: int) -> None:
        del self.buffer[:size]
        self._base += size
        while len(self._members) > 1 and self._members[1][0] <= self._base:
            self._members.popleft()

    def cross(self) -> Loss | None:
        """Go on behind the gap at which the view stopped; what was lost there."""
        gap, self.gap = self.gap, None
        if gap is None:
            return None
        # a member that broke off after it gave something is named by the byte of it where it broke
        begun = bool(self._members) and self._members[-1][1] == gap.place
        return Loss(self.place(len(self.buffer)) if begun else str(gap.place), gap.reason, gap.detail)

    def boundaries(self, first: int, last: int) -> Iterator[int]:
        """Indices into the buffer, from `first` to `last`, where a member begins."""
        for view, _ in self._members:
            if first <= view - self._base <= last:
                yield view - self._base

    def is_boundary(self, index: int) -> bool:
        """Whether a member begins at `index` of the buffer."""
        return any(view == self._base + index for view, _ in self._members)

    def place(self, index: int = 0) -> str:
        """Where the byte at `index` is: its byte in the file, `member+byte` for one inside a compressed member."""
        position = self._base + index
        begun = [(view, member) for view, member in self._members if view <= position]
        if not begun:
            return str(position)
        view, member = begun[-1]
        return str(member) if view == position else f"{member}+{position - view}"
