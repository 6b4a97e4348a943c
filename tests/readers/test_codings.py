"""Inflating: as zlib does it, within a limit, and nothing lost that comes before an error."""

from __future__ import annotations

import contextlib
import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.readers.codings import ZlibMember, undo

CONTENT = st.binary(max_size=3000).map(lambda data: data * 7)


def inflated(data: bytes, chunk: int, size: int, window_bits: int = 31) -> tuple[bytes, bytes, str | None]:
    """What a member gives, fed by chunks: its bytes, what stands behind it, and why it did not come to its end."""
    member, parts, rest = ZlibMember(window_bits), [], [data[at : at + chunk] for at in range(0, len(data), chunk)]
    error: str | None = None
    with contextlib.suppress(IndexError):
        try:
            while not member.eof:
                parts.append(member.decompress(rest.pop(0) if member.needs_input else b"", size))
                assert len(parts[-1]) <= size
        except zlib.error as found:
            error = str(found)
    if not member.eof and error is None:
        error = "cut"
    return b"".join(parts), member.unused_data + b"".join(rest), error


@given(CONTENT, st.integers(1, 500), st.integers(1, 5000), st.sampled_from([31, 15, -15]))
def test_it_gives_back_what_went_in(content: bytes, chunk: int, size: int, window_bits: int) -> None:
    deflater = zlib.compressobj(6, zlib.DEFLATED, window_bits)
    data = deflater.compress(content) + deflater.flush()
    assert inflated(data + b"behind", chunk, size, window_bits) == (content, b"behind", None)


@given(CONTENT, st.integers(1, 500), st.data())
def test_damage_costs_nothing_that_comes_before_it(content: bytes, chunk: int, data: st.DataObject) -> None:
    packed = bytearray(gzip.compress(content, mtime=0))
    position = data.draw(st.integers(0, len(packed) - 1))
    packed[position] ^= data.draw(st.integers(1, 255))
    found, _, error = inflated(bytes(packed), chunk, 64 * 1024)
    judge, expected, judged = zlib.decompressobj(31), bytearray(), None
    try:
        for index in range(len(packed)):
            expected += judge.decompress(packed[index : index + 1])
    except zlib.error as zlib_error:
        judged = str(zlib_error)
    assert found.startswith(bytes(expected)) or bytes(expected).startswith(found)
    if judged is not None and len(expected) < 64 * 1024:
        assert error is not None, "damage that zlib sees is seen, here or as an end that never comes"
    if judged is None and judge.eof:
        assert (found, error) == (bytes(expected), None), "a byte of the header that nobody needs"


def test_every_optional_part_of_a_gzip_header_is_passed_over() -> None:
    body = gzip.compress(b"text" * 100, mtime=0)
    extra, name, comment = b"\x04\x00ab\x00\x00", b"page.warc\0", b"made by hand\0"
    packed = body[:3] + bytes([4 | 8 | 16]) + body[4:10] + extra + name + comment + body[10:]
    assert inflated(packed, 5, 64)[0] == b"text" * 100


@pytest.mark.parametrize("cut", [1, 8, 9, 20])
def test_a_cut_body_is_kept_with_a_note(cut: int) -> None:
    body, note = undo("gzip", gzip.compress(bytes(range(256)) * 40)[:-cut], 100_000)
    assert body == (bytes(range(256)) * 40)[: len(body)]
    assert note == "truncated: gzip data that ends too early"
