"""What an input is, told by its first bytes and never by its name."""

from __future__ import annotations

import json
import re
from enum import StrEnum


class Kind(StrEnum):
    """The shapes of input that are told apart."""

    EMPTY = "empty"
    HTML = "html"
    TEXT = "text"
    JSONL = "jsonl"
    JSON = "json"  # an array of objects, or objects that fill several lines
    CSV = "csv"
    GZIP = "gzip"
    ZSTD = "zstd"
    BZIP2 = "bzip2"
    XZ = "xz"
    ZIP = "zip"
    WACZ = "wacz"  # a ZIP file, told by its directory
    TAR = "tar"
    WARC = "warc"
    ARC = "arc"
    MHTML = "mhtml"
    PARQUET = "parquet"
    CORPUS = "corpus"
    OTHER = "other"  # named by its media type


# (offset, magic bytes, kind, media type)
_MAGIC: tuple[tuple[int, bytes, Kind, str], ...] = (
    (0, b"\x1f\x8b", Kind.GZIP, "application/gzip"),
    (0, b"\x28\xb5\x2f\xfd", Kind.ZSTD, "application/zstd"),
    (0, b"BZh", Kind.BZIP2, "application/x-bzip2"),
    (0, b"\xfd7zXZ\x00", Kind.XZ, "application/x-xz"),
    (0, b"PK\x03\x04", Kind.ZIP, "application/zip"),
    (0, b"PK\x05\x06", Kind.ZIP, "application/zip"),
    (257, b"ustar", Kind.TAR, "application/x-tar"),
    (0, b"PAR1", Kind.PARQUET, "application/vnd.apache.parquet"),
    (0, b"WARC/", Kind.WARC, "application/warc"),
    (0, b"filedesc://", Kind.ARC, "application/x-arc"),
    (0, b"SQLite format 3\x00", Kind.CORPUS, "application/vnd.sqlite3"),
    (0, b"%PDF-", Kind.OTHER, "application/pdf"),
    (0, b"%!PS", Kind.OTHER, "application/postscript"),
    (0, b"{\\rtf", Kind.OTHER, "application/rtf"),
    (0, b"\x89PNG\r\n\x1a\n", Kind.OTHER, "image/png"),
    (0, b"\xff\xd8\xff", Kind.OTHER, "image/jpeg"),
    (0, b"GIF8", Kind.OTHER, "image/gif"),
    (0, b"RIFF", Kind.OTHER, "application/x-riff"),
    (0, b"BM\x00", Kind.OTHER, "image/bmp"),
    (0, b"\x00\x00\x01\x00", Kind.OTHER, "image/x-icon"),
    (0, b"wOFF", Kind.OTHER, "font/woff"),
    (0, b"wOF2", Kind.OTHER, "font/woff2"),
    (0, b"\xd0\xcf\x11\xe0", Kind.OTHER, "application/x-ole-storage"),
    (0, b"7z\xbc\xaf'\x1c", Kind.OTHER, "application/x-7z-compressed"),
    (0, b"Rar!", Kind.OTHER, "application/vnd.rar"),
    (0, b"\x04\x22\x4d\x18", Kind.OTHER, "application/x-lz4"),
    (0, b"\x7fELF", Kind.OTHER, "application/x-executable"),
    (0, b"MZ\x90\x00", Kind.OTHER, "application/x-executable"),
    (0, b"ID3", Kind.OTHER, "audio/mpeg"),
    (0, b"OggS", Kind.OTHER, "audio/ogg"),
    (4, b"ftyp", Kind.OTHER, "video/mp4"),
)

_SKIPPABLE_ZSTD = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")  # a skippable frame, as at the head of a .warc.zst with dictionary
# possessive throughout: there is one way only to read a row of comments, so a long one takes no longer than it is
_HTML_START = re.compile(
    r"\s*+(?:<!--(?:(?!-->).)*+-->\s*+)*+<(?:!doctype\s+html|html|head|body|title|meta|link|script|style|div|p|h[1-6]|table|article|main|section"
    r"|span|a|br|ul|ol|font|center|b|i|iframe|frameset|base|nav|header|img|form)\b",
    re.IGNORECASE | re.DOTALL,
)
_USUAL_HTML = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*+<(?:!doctype\s++html|html)\b", re.IGNORECASE)  # a look is enough
_HTML_INSIDE = re.compile(r"<(?:!doctype\s+html|html[\s>]|head>|body[\s>])", re.IGNORECASE)
_XML_START = re.compile(r"\s*<\?xml|\s*<(?:rss|feed|urlset|sitemapindex|svg|TEI)\b")
_MHTML_START = re.compile(
    rb"(?:From|MIME-Version|Subject|Date|Snapshot-Content-Location):.{0,2000}?multipart/related", re.I | re.S
)
# control characters that no text holds; ESC stays out for ISO-2022-JP, FF for old text files
_CONTROL = bytes(set(range(32)) - {9, 10, 12, 13, 27})
_MANY_CONTROLS = 0.02


def sniff(head: bytes) -> tuple[Kind, str]:
    """The kind of an input that begins with `head` (at least 4 kB, or all there is), and its media type."""
    if _USUAL_HTML.match(head):
        return Kind.HTML, "text/html"
    for offset, magic, kind, media_type in _MAGIC:
        if head.startswith(magic, offset):
            return kind, media_type
    if _SKIPPABLE_ZSTD.match(head):
        return Kind.ZSTD, "application/zstd"
    if _MHTML_START.match(head):
        return Kind.MHTML, "multipart/related"
    text = _as_text(head)
    if text is None:
        return Kind.OTHER, "application/octet-stream"
    return _sniff_text(text)


def _as_text(head: bytes) -> str | None:
    """The head as characters, good enough to recognise markup in it; None where it is binary."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="replace")
    for parity, codec in ((0, "utf-16-be"), (1, "utf-16-le")):  # UTF-16 without a mark: every other byte is NUL
        if len(head) >= 8 and head[parity::2].count(0) > 0.4 * len(head) / 2 and not head[1 - parity :: 2].count(0):
            return head.decode(codec, errors="replace")
    controls = len(head) - len(head.translate(None, _CONTROL))
    text = head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    if controls > _MANY_CONTROLS * len(head) and not _HTML_START.match(text.replace("\0", "")):
        return None
    return text


def _sniff_text(text: str) -> tuple[Kind, str]:
    start = text.lstrip("\ufeff \t\r\n\0\x0b\x0c")
    if not start:
        return Kind.EMPTY, "application/x-empty"
    if start.startswith(("{", "[")):
        kind = _sniff_json(start)
        if kind is not None:
            return kind, "application/json"
    if _XML_START.match(start):
        if _HTML_INSIDE.search(start):
            return Kind.HTML, "application/xhtml+xml"
        return Kind.OTHER, "application/xml"
    if _HTML_START.match(start) or _HTML_INSIDE.search(start[:4096]):
        return Kind.HTML, "text/html"
    return Kind.TEXT, "text/plain"


def _sniff_json(start: str) -> Kind | None:
    """JSON where it opens like an array of objects or like one object: `[Photo]` at the start of a text is no JSON."""
    line, newline, rest = start.partition("\n")
    if start.startswith("{"):
        if not re.match(r'\{\s*(?:"|\}|$)', start):
            return None
        try:
            json.loads(line)
        except (ValueError, RecursionError):
            # a broken or very long first line, or an object that goes on below: what the next line begins with tells
            goes_on = newline and rest.strip() and not rest.lstrip().startswith("{")
            return Kind.JSON if goes_on else Kind.JSONL
        return Kind.JSONL
    return Kind.JSON if re.match(r"\[\s*(?:\{|\]\s*$)", start) else None


def media_type(head: bytes, declared: str | None = None) -> str:
    """The media type of a body by its first bytes; what its server declared only refines plain text (CSS, scripts, JSON)."""
    kind, found = sniff(head)
    named = (declared or "").partition(";")[0].strip().lower()
    if (
        kind in {Kind.TEXT, Kind.JSON, Kind.JSONL}
        and named
        and named not in _VAGUE
        and not named.startswith(("text/html", "image/"))
    ):
        return named
    return found


_VAGUE = {
    "text/plain",
    "application/octet-stream",
    "binary/octet-stream",
    "application/x-unknown",
    "unknown/unknown",
    "application/xhtml+xml",
}
