"""Byte streams for readers: look at the beginning without losing it, and inflate without believing what is claimed.

A compressed stream that ends too early or is damaged does not raise: it ends, and says why in `damage`, so that a reader keeps
everything that came before.
"""

from __future__ import annotations

import bz2
import io
import lzma
import zlib
from collections.abc import Iterator
from typing import Any, BinaryIO, cast

from corpuskit.readers.codings import ZlibMember
from corpuskit.zstd import zstd_module

CHUNK = 64 * 1024
HEAD = 16 * 1024

MAGIC = {"gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd", "bzip2": b"BZh", "xz": b"\xfd7zXZ\x00"}


def damage(stream: object) -> str | None:
    """Why the stream ended before its end, or None. Meaningful once it gives no more bytes."""
    return getattr(stream, "damage", None)


def peek(stream: BinaryIO, size: int = HEAD) -> tuple[bytes, BinaryIO]:
    """The first `size` bytes (fewer only at the end of the stream), and a stream that begins with them again."""
    head = b""
    while len(head) < size:
        piece = stream.read(size - len(head))
        if not piece:
            break
        head += piece
    return head, cast("BinaryIO", Buffered(_Rewound(head, stream), CHUNK))


def inflate(stream: BinaryIO, kind: str) -> BinaryIO:
    """The bytes inside a stream of `kind` ("gzip", "zstd", "bzip2", "xz"), all its members in a row, in bounded memory."""
    return cast("BinaryIO", Buffered(_Inflated(stream, kind), CHUNK))


class Buffered(io.BufferedReader):
    """A buffered reader that passes on why the stream under it ended."""

    @property
    def damage(self) -> str | None:
        return damage(self.raw)


class _Rewound(io.RawIOBase):
    """A stream whose first bytes were read already and are handed out again."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        data = self._head[: len(buffer)] or self._rest.read(len(buffer))
        self._head = self._head[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)

    @property
    def damage(self) -> str | None:
        return damage(self._rest)


class _Inflated(io.RawIOBase):
    def __init__(self, compressed: BinaryIO, kind: str) -> None:
        self._pieces = _pieces(compressed, kind)
        self._piece = memoryview(b"")
        self.damage: str | None = None

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if not self._piece:
            self._piece = memoryview(self._next())
        data = self._piece[: len(buffer)]
        self._piece = self._piece[len(data) :]
        buffer[: len(data)] = data
        return len(data)

    def _next(self) -> bytes:
        # OSError is bzip2's and zlib's word for bad data; what the disk itself refuses looks the same and ends the stream as well
        errors = (zlib.error, OSError, EOFError, lzma.LZMAError, zstd_module().ZstdError)
        try:
            return next(self._pieces, b"")
        except errors as error:
            self.damage = str(error)
            return b""


def _pieces(compressed: BinaryIO, kind: str) -> Iterator[bytes]:
    """Inflated pieces of at most CHUNK bytes. Raises EOFError or the library's own error at damage."""
    pending = compressed.read(CHUNK)
    while pending:
        decompressor = _decompressor(kind)
        while not decompressor.eof:
            data = decompressor.decompress(pending, CHUNK)
            pending = b""  # what it did not use it keeps
            if data:
                yield data
            elif not pending and not decompressor.eof:
                pending = compressed.read(CHUNK)
                if not pending:
                    raise EOFError(damage(compressed) or f"the {kind} data ends too early")
        pending = _next_member(decompressor.unused_data, compressed)
        if pending and not pending.startswith(MAGIC[kind]):
            raise EOFError(f"foreign bytes behind the {kind} data")


def _next_member(pending: bytes, compressed: BinaryIO) -> bytes:
    """The bytes of the next member, NUL padding skipped, enough of them to see its magic number; empty at the end."""
    while len(pending := pending.lstrip(b"\0")) < len(MAGIC["xz"]):
        more = compressed.read(CHUNK)
        if not more:
            break
        pending += more
    return pending


def _decompressor(kind: str) -> Any:
    if kind == "gzip":
        return ZlibMember()
    if kind == "zstd":
        return zstd_module().ZstdDecompressor()
    return bz2.BZ2Decompressor() if kind == "bzip2" else lzma.LZMADecompressor()
