"""Streams begin again after a look, and inflate to what went in, or to a part of it with a word about the damage."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
from typing import BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.readers.streams import CHUNK, HEAD, MAGIC, damage, inflate, peek
from corpuskit.zstd import zstd_module

COMPRESS = {"gzip": gzip.compress, "zstd": zstd_module().compress, "bzip2": bz2.compress, "xz": lzma.compress}
kinds = st.sampled_from(sorted(COMPRESS))
contents = st.one_of(st.binary(max_size=2_000), st.integers(1, 200_000).map(lambda size: b"flood " * (size // 6)))


class Trickle(io.RawIOBase):
    """A stream that gives a few bytes at a time, as a pipe may."""

    def __init__(self, content: bytes, size: int) -> None:
        self._content = content
        self._size = size

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        taken = self._size if size < 0 else min(size, self._size)
        piece, self._content = self._content[:taken], self._content[taken:]
        return piece


def inflated(content: bytes, kind: str) -> tuple[bytes, str | None]:
    stream = inflate(io.BytesIO(content), kind)
    return stream.read(), damage(stream)


def test_every_kind_is_tested() -> None:
    assert COMPRESS.keys() == MAGIC.keys()


@given(content=contents, kind=kinds)
@settings(deadline=None)
def test_what_was_compressed_comes_out(content: bytes, kind: str) -> None:
    assert inflated(COMPRESS[kind](content), kind) == (content, None)


@given(parts=st.lists(contents, min_size=1, max_size=4), kind=kinds, padding=st.integers(0, 20))
@settings(deadline=None)
def test_members_in_a_row_come_out_as_one(parts: list[bytes], kind: str, padding: int) -> None:
    compressed = (b"\0" * padding).join(COMPRESS[kind](part) for part in parts) + b"\0" * padding
    assert inflated(compressed, kind) == (b"".join(parts), None)


@given(content=contents, kind=kinds, data=st.data())
@settings(deadline=None)
def test_a_cut_anywhere_gives_the_beginning_and_a_word_about_it(content: bytes, kind: str, data: st.DataObject) -> None:
    compressed = COMPRESS[kind](content)
    cut = data.draw(st.integers(1, len(compressed) - 1))
    out, why = inflated(compressed[:cut], kind)
    assert content.startswith(out)
    assert why is not None
    assert "too early" in why


@given(content=st.binary(min_size=1, max_size=500), kind=kinds, data=st.data())
@settings(deadline=None)
def test_a_changed_byte_never_raises(content: bytes, kind: str, data: st.DataObject) -> None:
    compressed = bytearray(COMPRESS[kind](content))
    compressed[data.draw(st.integers(0, len(compressed) - 1))] ^= data.draw(st.integers(1, 255))
    out, why = inflated(bytes(compressed), kind)
    assert isinstance(out, bytes)
    assert why is None or why


@given(content=st.binary(max_size=300), kind=kinds)
def test_any_bytes_at_all_never_raise(content: bytes, kind: str) -> None:
    inflated(content, kind)
    inflated(MAGIC[kind] + content, kind)


@pytest.mark.parametrize("kind", sorted(COMPRESS))
def test_foreign_bytes_behind_are_damage_and_nothing_is_lost(kind: str) -> None:
    out, why = inflated(COMPRESS[kind](b"flood") + b"<html>", kind)
    assert out == b"flood"
    assert why == f"foreign bytes behind the {kind} data"


@pytest.mark.parametrize("kind", sorted(COMPRESS))
def test_a_bomb_is_inflated_piece_by_piece(kind: str) -> None:
    import tracemalloc

    bomb = COMPRESS[kind](bytes(64 * 1024 * 1024))
    tracemalloc.start()
    stream = inflate(io.BytesIO(bomb), kind)
    assert len(stream.read(1_000)) == 1_000
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 16 * 1024 * 1024


@given(content=st.binary(max_size=3_000), size=st.integers(1, 500), head=st.integers(1, 4_000))
def test_a_look_takes_nothing_away(content: bytes, size: int, head: int) -> None:
    trickle: BinaryIO = Trickle(content, size)  # type: ignore[assignment]
    seen, stream = peek(trickle, head)
    assert seen == content[:head]
    assert stream.read() == content


def test_a_look_into_a_cut_stream_still_knows_of_the_cut() -> None:
    compressed = gzip.compress(b"x" * 100_000)[:-3]
    _, stream = peek(inflate(io.BytesIO(compressed), "gzip"))
    stream.read()
    assert damage(stream)


def test_lines_of_an_inflated_stream(kind: str = "gzip") -> None:
    lines = [b"a" * size + b"\n" for size in (1, HEAD, CHUNK, CHUNK + 1)]
    assert list(inflate(io.BytesIO(COMPRESS[kind](b"".join(lines))), kind)) == lines
