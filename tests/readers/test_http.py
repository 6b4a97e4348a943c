"""HTTP responses out of archives: what headers say is tried, what the body is decides, and nothing inflates beyond its limit."""

from __future__ import annotations

import gzip
import zlib
from contextlib import suppress
from typing import Any

import brotli
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.readers.codings import TooLargeError, UndecodableError
from corpuskit.readers.http import Response, charset_of, dechunk, decode_body, parse_response
from corpuskit.readers.streams import zstd_module

LIMIT = 1 << 20
HTML = b"<!DOCTYPE html><html><body><p>" + b"words " * 50 + b"</p></body></html>"


def raw_deflate(content: bytes) -> bytes:
    return zlib.compress(content)[2:-4]


ENCODERS: dict[str, Any] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": lambda content: zstd_module().compress(content),
}


def response(body: bytes, **headers: str) -> Response:
    return Response(200, {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}, body)


def chunked(body: bytes, sizes: list[int], extension: bytes = b"") -> bytes:
    parts, position = [], 0
    for size in [*sizes, len(body)]:
        part = body[position : position + size]
        if part:
            parts.append(b"%x%s\r\n%s\r\n" % (len(part), extension, part))
        position += size
    return b"".join(parts) + b"0\r\n\r\n"


@given(
    body=st.binary(max_size=500), sizes=st.lists(st.integers(1, 90), max_size=8), extension=st.sampled_from([b"", b";a=b", b" "])
)
def test_chunks_are_put_together(body: bytes, sizes: list[int], extension: bytes) -> None:
    assert dechunk(chunked(body, sizes, extension)) == (body, None)


@given(st.binary(max_size=300).map(lambda tail: b"<html>" + tail))
def test_a_body_that_is_put_together_already_stays_as_it_is(body: bytes) -> None:
    content, note = dechunk(body)
    assert content == body
    assert note is None or body.endswith(b"0\r\n\r\n")


@given(body=st.binary(min_size=20, max_size=300), data=st.data())
def test_cut_chunks_give_what_there_is_and_a_note(body: bytes, data: st.DataObject) -> None:
    whole = chunked(body, [])
    cut = data.draw(st.integers(len(whole) - len(body) - 7, len(whole) - 8))
    content, note = dechunk(whole[:cut])
    assert body.startswith(content)
    assert note


def test_an_endless_chunk_is_as_long_as_what_there_is() -> None:
    content, note = dechunk(b"ffffffffffffffff\r\n" + HTML)
    assert content == HTML
    assert note
    assert "truncated" in note


@given(
    body=st.binary(max_size=400).map(lambda tail: b"<html>" + tail),
    codings=st.lists(st.sampled_from(sorted(ENCODERS)), max_size=3),
    is_chunked=st.booleans(),
)
def test_codings_are_undone_in_reverse_order(body: bytes, codings: list[str], is_chunked: bool) -> None:
    sent = body
    for coding in codings:
        sent = ENCODERS[coding](sent)
    headers = {"content_encoding": ", ".join(codings)} if codings else {}
    if is_chunked:
        sent, headers["transfer_encoding"] = chunked(sent, [50]), "chunked"
    assert decode_body(response(sent, **headers), LIMIT) == (body, None)


def test_deflate_without_its_wrapper_is_undone_too() -> None:
    assert decode_body(response(raw_deflate(HTML), content_encoding="deflate"), LIMIT) == (HTML, None)


@pytest.mark.parametrize("coding", [*ENCODERS, "compress", "utf-8", "made-up"])
def test_a_page_that_never_had_the_coding_stays_as_it_is(coding: str) -> None:
    assert decode_body(response(HTML, content_encoding=coding), LIMIT)[0] == HTML


@pytest.mark.parametrize("coding", ["br", "compress", "made-up"])
def test_bytes_in_an_unknown_or_broken_coding_are_undecodable(coding: str) -> None:
    with pytest.raises(UndecodableError, match=coding):
        decode_body(response(bytes(range(256)) * 4, content_encoding=coding), LIMIT)


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd", "br"])
def test_cut_data_gives_what_inflates_and_a_note(coding: str) -> None:
    body = b"<html>" + b"".join(b"%d " % (number * number) for number in range(20_000))
    content, note = decode_body(response(ENCODERS[coding](body)[:-9], content_encoding=coding), LIMIT)
    assert body.startswith(content)
    assert len(content) > len(body) // 2
    assert note
    assert "truncated" in note


def test_a_wrong_checksum_is_noted_and_costs_nothing() -> None:
    sent = bytearray(gzip.compress(HTML))
    sent[-5] ^= 1
    assert decode_body(response(bytes(sent), content_encoding="gzip"), LIMIT) == (HTML, "damaged: broken gzip data")


@pytest.mark.parametrize("coding", sorted(ENCODERS))
def test_nothing_inflates_beyond_the_limit(coding: str) -> None:
    bomb = ENCODERS[coding](b"<html>" + b"a" * (8 * LIMIT))
    with pytest.raises(TooLargeError):
        decode_body(response(bomb, content_encoding=coding), LIMIT)


def test_a_gzip_body_that_no_header_speaks_of_is_inflated_where_a_page_is_promised() -> None:
    assert decode_body(response(gzip.compress(HTML), content_type="text/html"), LIMIT)[0] == HTML
    archive = gzip.compress(HTML)
    assert decode_body(response(archive, content_type="application/gzip"), LIMIT)[0] == archive


def test_a_body_shorter_than_announced_is_noted() -> None:
    assert decode_body(response(HTML, content_length=str(len(HTML) + 1)), LIMIT) == (
        HTML,
        f"truncated: {len(HTML)} of {len(HTML) + 1} bytes",
    )
    assert decode_body(response(HTML, content_length="5"), LIMIT) == (HTML, None)


def test_interim_responses_are_passed_over() -> None:
    block = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/html; charset='koi8-r'\r\n\r\n" + HTML
    parsed = parse_response(block)
    assert (parsed.status, parsed.body) == (200, HTML)
    assert charset_of(parsed.content_type) == "koi8-r"


@given(st.binary(max_size=300))
def test_any_block_parses(block: bytes) -> None:
    for content in (
        block,
        b"HTTP/1.1 200 OK\r\n" + block,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n" + block,
    ):
        parsed = parse_response(content)
        assert content.endswith(parsed.body)
        with suppress(UndecodableError):
            decode_body(parsed, LIMIT)
