"""Compressed bytes come apart, never further than a limit: gzip, deflate, Brotli and zstd as web servers and web
archives use them.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from enum import Enum, auto
from typing import Any

from isal.igzip_lib import IsalError
from isal.isal_zlib import decompressobj as fast_decompressobj

from corpuskit.zstd import zstd_module

GZIP_MAGIC = b"\x1f\x8b"
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
_REPLAY_LIMIT = 1024 * 1024  # compressed bytes that are kept to go through again after an error
_PIECE = 64 * 1024
_ERRORS: tuple[type[Exception], ...] = (IsalError, zlib.error)  # type: ignore[assignment]  # its stub takes a class for a value
_GZIP = 31  # zlib's window bits for gzip
_PLAIN_HEADERS = (b"\0", b"\x04", b"\x08")  # the flags: nothing, an extra field, or a name
_MOST_OF_A_BYTE = 8 * 258  # bytes that one compressed byte can stand for: eight codes, each the longest repetition


class TooLargeError(Exception):
    """A body inflates beyond the limit."""


class UndecodableError(Exception):
    """A body in a coding that cannot be undone; `str()` names it."""


class ZlibMember:
    """One gzip member, zlib or deflate stream, behind the interface that the zstd decompressor has.

    ISA-L inflates in less than half of zlib's time. Where it meets an error zlib is the judge: the data goes through it once
    more, so that what inflates before the error is not lost, and the error is zlib's. A gzip header with more in it than one
    field is zlib's from the start: ISA-L takes some of those apart wrongly.
    """

    __slots__ = ("_bits", "_error", "_fed", "_fed_size", "_given", "_inflater", "_tail", "needs_input")

    def __init__(self, window_bits: int = 31) -> None:
        self._bits = window_bits
        self._inflater: Any = fast_decompressobj(window_bits)
        self._fed: list[bytes] | None = []  # all that came in, while that is little: a call that fails gives nothing
        self._fed_size = 0
        self._given = 0
        self._tail = b""
        self._error: zlib.error | None = None
        self.needs_input = True

    @property
    def eof(self) -> bool:
        return bool(self._inflater.eof)

    @property
    def unused_data(self) -> bytes:
        unused: bytes = self._inflater.unused_data
        return unused

    def decompress(self, data: bytes, size: int) -> bytes:
        if self._error:
            raise self._error
        if data and self._fed is not None:
            if not self._fed and self._bits == _GZIP and data[3:4] not in _PLAIN_HEADERS:
                self._inflater = zlib.decompressobj(_GZIP)
            self._fed.append(data)
            self._fed_size += len(data)
            self._fed = self._fed if self._fed_size <= _REPLAY_LIMIT else None
        try:
            inflated: bytes = self._inflater.decompress(self._tail + data, size)
        except _ERRORS as error:
            return self._judge(error, size)
        self._given += len(inflated)
        self._tail = self._inflater.unconsumed_tail
        self.needs_input = len(inflated) < size
        return inflated

    def _judge(self, error: Exception, size: int) -> bytes:
        """What inflates before the error comes: again from the start, and byte by byte from where the failed call began."""
        inflated, self.needs_input = bytearray(), False
        if self._fed is None:
            self._error = zlib.error(str(error))
            return b""
        self._inflater, data = zlib.decompressobj(self._bits), b"".join(self._fed)
        try:
            if self._given:
                self._inflater.decompress(data, self._given)
                data = self._inflater.unconsumed_tail
            position = 0
            while position < len(data) and len(inflated) < max(1, size - _MOST_OF_A_BYTE):
                inflated += self._inflater.decompress(data[position : position + 1])
                position += 1
            self._tail, self.needs_input = data[position:], position == len(data)
        except zlib.error as found:
            self._error = found
        self._given += len(inflated)
        return bytes(inflated)


def undo(coding: str, body: bytes, limit: int) -> tuple[bytes, str | None]:
    """`body` without `coding`, and a note where it is cut. A body that never had the coding stays as it is."""
    inflate = _INFLATERS.get(coding)
    inflated, end = inflate(body, limit) if inflate and body else (b"", _End.BROKEN)
    if end is _End.WHOLE:
        return inflated, None
    if not _is_binary(body):
        return body, None
    if not inflated:
        raise UndecodableError(coding)
    return inflated, f"truncated: {coding} data that ends too early" if end is _End.CUT else f"damaged: broken {coding} data"


def _is_binary(body: bytes) -> bool:
    """Compressed bytes hold control characters at once, a page does not."""
    head = body[:512]
    controls = sum(byte < 9 or 13 < byte < 27 for byte in head)
    return controls > len(head) // 50 and not head.startswith((b"\xff\xfe", b"\xfe\xff"))


class _End(Enum):
    """How compressed data ended."""

    WHOLE = auto()
    CUT = auto()
    BROKEN = auto()


_Inflated = tuple[bytes, _End]


def _inflate(new: Callable[[], Any], body: bytes, limit: int) -> _Inflated:
    """What inflates from `body`, all its members in a row."""
    parts: list[bytes] = []
    size = 0
    while True:
        inflater, pending = new(), body
        while not inflater.eof:
            try:
                piece = inflater.decompress(pending, _PIECE)
            except (zlib.error, zstd_module().ZstdError):
                return b"".join(parts), _End.BROKEN
            pending = b""
            size += len(piece)
            if size > limit:
                raise TooLargeError
            parts.append(piece)
            if not piece and inflater.needs_input and not inflater.eof:
                return b"".join(parts), _End.CUT
        body = inflater.unused_data
        if not body.startswith((GZIP_MAGIC, ZSTD_MAGIC)):
            return b"".join(parts), _End.WHOLE  # padding and other bytes behind the data are nobody's


def _gunzip(body: bytes, limit: int) -> _Inflated:
    return _inflate(ZlibMember, body, limit)


def _undeflate(body: bytes, limit: int) -> _Inflated:
    """ "deflate" is zlib data by the standard, and bare deflate data from many servers."""
    if body.startswith((GZIP_MAGIC, ZSTD_MAGIC)):
        return _gunzip(body, limit)
    inflated, end = _inflate(lambda: ZlibMember(15), body, limit)
    return (inflated, end) if inflated or end is _End.WHOLE else _inflate(lambda: ZlibMember(-15), body, limit)


def _unzstd(body: bytes, limit: int) -> _Inflated:
    return _inflate(zstd_module().ZstdDecompressor, body, limit)


def _unbrotli(body: bytes, limit: int) -> _Inflated:
    import brotli

    parts: list[bytes] = []
    inflater, pending, size = brotli.Decompressor(), body, 0
    while not inflater.is_finished():
        try:
            piece = inflater.process(pending, output_buffer_limit=_PIECE)
        except brotli.error:
            return b"".join(parts), _End.BROKEN
        pending = b""
        size += len(piece)
        if size > limit:
            raise TooLargeError
        parts.append(piece)
        if not piece and inflater.can_accept_more_data():
            return b"".join(parts), _End.CUT
    return b"".join(parts), _End.WHOLE


_INFLATERS: dict[str, Callable[[bytes, int], _Inflated]] = {
    "gzip": _gunzip,
    "x-gzip": _gunzip,
    "deflate": _undeflate,
    "br": _unbrotli,
    "zstd": _unzstd,
}
