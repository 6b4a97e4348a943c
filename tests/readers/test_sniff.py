"""What an input is, its first bytes tell; nothing they hold makes that fail."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tarfile
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conftest import EXAMPLES

from corpuskit.readers.sniff import Kind, media_type, sniff
from corpuskit.zstd import zstd_module


def a_zip() -> bytes:
    with io.BytesIO() as buffer, zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a", "b")
        archive.close()
        return buffer.getvalue()


def a_tar() -> bytes:
    with io.BytesIO() as buffer, tarfile.open(fileobj=buffer, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("a"))
        archive.close()
        return buffer.getvalue()


KINDS = [
    (b"", Kind.EMPTY),
    (b" \r\n\t\f", Kind.EMPTY),
    (b"\xef\xbb\xbf\n", Kind.EMPTY),
    (b"<!DOCTYPE html><p>x", Kind.HTML),
    (b"\xef\xbb\xbf\r\n<HTML>", Kind.HTML),
    (b"<!-- saved --><!-- twice -->\n<html lang=de>", Kind.HTML),
    (b"<p>A fragment", Kind.HTML),
    (b'<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML"><html xmlns="x">', Kind.HTML),
    ("<html><body>grün".encode("utf-16"), Kind.HTML),
    ("<html><body>grün".encode("utf-16-le"), Kind.HTML),
    (b'<?xml version="1.0"?><rss version="2.0"><channel>', Kind.OTHER),
    (b"<svg xmlns='x'>", Kind.OTHER),
    (b"A plain text about <b> tags.\n", Kind.TEXT),
    ("Ein Satz über Öl.".encode("cp1252"), Kind.TEXT),
    ("洪水".encode("shift_jis") * 20, Kind.TEXT),
    (b"\x1b$B$3$s\x1b(B", Kind.TEXT),
    (b"[Photo] The bridge opens", Kind.TEXT),
    (b"{curly} but no object", Kind.TEXT),
    (b'{"text": "a"}\n{"text": "b"}\n', Kind.JSONL),
    (b'\xef\xbb\xbf{"text": "a"}', Kind.JSONL),
    (b'{"text": "' + b"a" * 20_000, Kind.JSONL),
    (b'{"text": broken}\n{"text": "b"}\n', Kind.JSONL),
    (b'{\n  "text": "a"\n}\n', Kind.JSON),
    (b'[\n {"text": "a"}]', Kind.JSON),
    (b"[]", Kind.JSON),
    (gzip.compress(b"x"), Kind.GZIP),
    (bz2.compress(b"x"), Kind.BZIP2),
    (lzma.compress(b"x"), Kind.XZ),
    (zstd_module().compress(b"x"), Kind.ZSTD),
    (a_zip(), Kind.ZIP),
    (a_tar(), Kind.TAR),
    (b"WARC/1.1\r\nWARC-Type: warcinfo\r\n", Kind.WARC),
    (b"SQLite format 3\0" + bytes(100), Kind.CORPUS),
    (b"%PDF-1.4\n", Kind.OTHER),
    (b"\x89PNG\r\n\x1a\n", Kind.OTHER),
    (b"\x7fELF\x02\x01", Kind.OTHER),
    (bytes(range(256)), Kind.OTHER),
    (bytes(4_000), Kind.OTHER),
]


@pytest.mark.parametrize(("head", "kind"), KINDS, ids=[f"{kind} {head[:20]!r}" for head, kind in KINDS])
def test_an_input_is_what_its_bytes_say(head: bytes, kind: Kind) -> None:
    found, media = sniff(head)
    assert found is kind
    assert "/" in media


@pytest.mark.parametrize(
    "path", sorted(path for path in EXAMPLES.rglob("*") if path.is_file() and path.parent.name != "odd"), ids=str
)
def test_the_example_pages_are_what_their_names_say(path: object) -> None:
    from pathlib import Path

    assert isinstance(path, Path)
    expected = {".html": Kind.HTML, ".txt": Kind.TEXT, ".jsonl": Kind.JSONL}[path.suffix]
    assert sniff(path.read_bytes()[:16_384])[0] is expected


heads = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.tuples(st.sampled_from([head for head, _ in KINDS]), st.binary(max_size=50)).map(lambda parts: parts[0][:60] + parts[1]),
    st.sampled_from(
        [b"[" * 100_000, b'{"a":' * 50_000, b'{"a": ' + b"9" * 10_000 + b"}", b"<!--" * 5_000, b"<!-- x --> " * 2_000]
    ),
)


@given(heads)
def test_no_bytes_make_it_fail(head: bytes) -> None:
    kind, media = sniff(head)
    assert isinstance(kind, Kind)
    assert "/" in media


@given(heads, st.none() | st.text(max_size=30))
def test_no_declaration_makes_it_fail(head: bytes, declared: str | None) -> None:
    assert media_type(head, declared)


@given(st.binary(max_size=300))
def test_white_space_before_a_page_does_not_matter(blank: bytes) -> None:
    blank = bytes(byte for byte in blank if byte in b" \t\r\n")
    assert sniff(blank + b"<!doctype html><html><p>x")[0] is Kind.HTML
