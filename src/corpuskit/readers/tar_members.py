"""The members of a tar file as its headers tell them.

The standard library's own walker ends silently at a broken header, and loops for ever on a size that lies; this one tells
what is wrong and goes on at the next header that is whole.
"""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from typing import BinaryIO

from corpuskit.readers.streams import CHUNK

_BLOCK = 512
_WITHOUT_CONTENT = {tarfile.LNKTYPE, tarfile.SYMTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE}
_NAME_LIMIT = 64 * 1024
_PAX_LIMIT = 1024 * 1024
_DESCRIBING = {tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK, tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE}


class TarMembers:
    """The headers of members one after the other; a sentence on what is wrong where one should be."""

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
