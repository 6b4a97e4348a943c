"""The header fields of a web archive record as values: address, date, digests. What cannot be read is None, and
nothing raises.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from datetime import UTC, datetime, timedelta, timezone

from corpuskit.readers.warc_records import Record

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_TIME = re.compile(
    r"(?P<year>\d{4})-?(?P<month>\d\d)?-?(?P<day>\d\d)?"
    r"(?:[T ]?(?P<hour>\d\d):?(?P<minute>\d\d)(?::?(?P<second>\d\d)(?:[.,]\d*)?)?)?\s*(?P<zone>Z|UTC|[+-]\d\d:?\d\d)?\d*",
    re.ASCII | re.IGNORECASE,
)
# what nearly every record has, so that it needs no more than a look: a day that every month has, and no leap second
_USUAL_TIME = re.compile(r"[12]\d{3}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ", re.ASCII)
_ALGORITHMS = {"md5", "sha1", "sha256", "sha512"}


def read_url(raw: bytes) -> str | None:
    """The address as it was written, without the angle brackets of some writers; control characters are percent-
    encoded.
    """
    try:
        url = raw.decode("utf-8")
    except UnicodeDecodeError:
        url = raw.decode("latin-1")
    if url.startswith("<") and url.endswith(">"):
        url = url[1:-1]
    return _CONTROL.sub(lambda found: f"%{ord(found[0]):02X}", url) or None


def read_date(raw: bytes) -> tuple[str | None, str | None]:
    """A moment in UTC (ISO 8601, `Z`), and a note where the header has none or says less than that."""
    text = raw.decode("latin-1").strip()
    if _USUAL_TIME.fullmatch(text):
        return text, None
    found = _TIME.fullmatch(text)
    if not found:
        return None, f"date not understood: {text[:40]}" if text else "no date"
    try:
        moment = datetime(
            int(found["year"]),
            int(found["month"] or 1),
            int(found["day"] or 1),
            int(found["hour"] or 0),
            int(found["minute"] or 0),
            min(59, int(found["second"] or 0)),  # a leap second
            tzinfo=_zone(found["zone"]),
        ).astimezone(UTC)
    except (ValueError, OverflowError):
        return None, f"no such date: {text[:40]}"
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ").zfill(20), None if found["hour"] else f"a date without a time: {text}"


def _zone(zone: str | None) -> timezone:
    if not zone or zone[0] not in "+-":
        return UTC
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return timezone(-offset if zone[0] == "-" else offset)


def wrong_digests(record: Record, payload: bytes, body: bytes) -> str | None:
    """Whether the record's digest does not fit, as a note. Behind a checksum that was right it is not computed once
    more.

    The block's digest covers everything. Where there is none the payload's is tried, and writers disagree on what a
    payload is: the body as it was sent, put together from its chunks, or unpacked. Any of these will do.
    """
    if record.is_checked:
        return None
    if block_digest := record.headers.get(b"warc-block-digest"):
        return None if _fits(block_digest, record.block) else "damaged: wrong block digest"
    contents = (payload,) if payload == body else (payload, body)
    return None if _fits(record.headers.get(b"warc-payload-digest"), *contents) else "damaged: wrong payload digest"


def _fits(digest: bytes | None, *contents: bytes) -> bool:
    """Whether a labelled digest is that of one of `contents`; True as well where it cannot be checked."""
    label, _, value = (digest or b"").decode("latin-1").strip().partition(":")
    algorithm = label.strip().lower().replace("-", "")
    if algorithm not in _ALGORITHMS or not value:
        return True
    expected = _digest_bytes(value.strip(), hashlib.new(algorithm, usedforsecurity=False).digest_size)
    return any(hashlib.new(algorithm, content, usedforsecurity=False).digest() == expected for content in contents)


def _digest_bytes(value: str, size: int) -> bytes | None:
    """A digest written in base 16, 32 or 64, told apart by what its length can be."""
    for decode in (
        bytes.fromhex,
        lambda text: base64.b32decode(text + "=" * (-len(text) % 8), casefold=True),
        lambda text: base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_" if {"-", "_"} & set(text) else None),
    ):
        try:
            digest = decode(value)
        except (ValueError, binascii.Error):
            continue
        if len(digest) == size:
            return digest
    return None
