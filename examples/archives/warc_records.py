"""WARC records, written by hand so that make.py can have them exactly as it wants, and the same each time."""

from __future__ import annotations

import base64
import gzip
import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit


def compressed(content: bytes) -> bytes:
    """One gzip member, with neither time nor system in it."""
    member = gzip.compress(content, 9, mtime=0)
    return member[:9] + b"\xff" + member[10:]


@dataclass(frozen=True, slots=True)
class Record:
    """One WARC record, before its lengths and digests are worked out."""

    type: str
    date: str
    url: str
    block: bytes
    content_type: str
    more: Mapping[str, str] | None = None


def http(status: str, headers: Iterable[str], body: bytes = b"") -> bytes:
    """An HTTP response as a server sends it."""
    return "\r\n".join((f"HTTP/1.1 {status}", *headers, "", "")).encode() + body


def chunked(body: bytes, size: int = 1_500) -> bytes:
    """A body in the transfer coding `chunked`."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in (*pieces, b""))


def digest(content: bytes) -> str:
    """A digest as web archives write it."""
    return "sha1:" + base64.b32encode(hashlib.sha1(content).digest()).decode()


def identifier(*parts: str) -> str:
    """An identifier that is the same each time."""
    return f"<urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, ' '.join(parts))}>"


def record_bytes(record: Record, version: str = "1.1") -> bytes:
    """A record as it stands in a WARC file."""
    fields = {
        "WARC-Type": record.type,
        "WARC-Record-ID": identifier(record.type, record.date, record.url),
        "WARC-Date": record.date,
        "WARC-Target-URI": record.url,
        "Content-Type": record.content_type,
        "WARC-Block-Digest": digest(record.block),
        **(record.more or {}),
        "Content-Length": str(len(record.block)),
    }
    lines = (f"WARC/{version}", *(f"{name}: {value}" for name, value in fields.items() if value), "", "")
    return "\r\n".join(lines).encode() + record.block + b"\r\n\r\n"


def warc(records: Iterable[Record], version: str = "1.1") -> bytes:
    """A WARC file that is compressed record by record."""
    return b"".join(compressed(record_bytes(record, version)) for record in records)


def about(date: str, software: str, **more: str) -> Record:
    """The record at the head of a file that says who wrote it."""
    fields = {"software": software, "format": "WARC File Format 1.1", **more}
    block = "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()
    return Record("warcinfo", date, "", block, "application/warc-fields")


def request(date: str, url: str) -> Record:
    """What the crawler asked."""
    parts = urlsplit(url)
    lines = (f"GET {parts.path or '/'} HTTP/1.1", f"Host: {parts.netloc}", "Accept-Encoding: gzip", "", "")
    return Record("request", date, url, "\r\n".join(lines).encode(), "application/http; msgtype=request")


def response(date: str, url: str, message: bytes) -> Record:
    """What the server answered."""
    payload = {"WARC-Payload-Digest": digest(message.partition(b"\r\n\r\n")[2])}
    return Record("response", date, url, message, "application/http; msgtype=response", payload)


def plain(body: bytes, media_type: str = "text/html; charset=utf-8", status: str = "200 OK") -> bytes:
    """A response with its body as it is."""
    return http(status, (f"Content-Type: {media_type}", f"Content-Length: {len(body)}"), body)
