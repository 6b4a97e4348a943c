"""A web archive becomes records, WARC and ARC alike, and no damaged record costs its neighbours.

A record's length is believed only where it leads to the next record, to the end of a compressed member or of the file.
Where it does not, the next line that can begin a record ends it, and the record is kept with a note. After garbage the
reader goes on at the next such line. Whatever is lost is a `Loss` with its place. This module knows no HTTP and no
media types.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from corpuskit.readers.warc_bytes import PIECE
from corpuskit.readers.warc_window import Loss, Window
from corpuskit.reasons import Reason

HEADER_LIMIT = 1024 * 1024
_GAP_LIMIT = 64 * 1024  # blank lines and NUL bytes behind a record that are looked through

_WARC_START = re.compile(rb"WARC/\d+\.\d+[ \t]*\r?\n")
_ARC_START = re.compile(
    rb"(?P<url>[A-Za-z][A-Za-z0-9+.-]*:[^\n]*?) (?P<ip>[0-9A-Fa-f.:]+|-) (?P<date>\d{8,20}) "
    rb"(?P<type>[^ \n]+)(?: [^\n]*)? (?P<length>[^ \r\n]+)[ \t]*\r?\n"
)
_WARC_LINE = re.compile(rb"(?<=\n)WARC/\d+\.\d+[ \t]*\r?\n(?=[A-Za-z])")
_ARC_LINE = re.compile(rb"(?<=\n)[A-Za-z][A-Za-z0-9+.-]*:[^\n]* (?:[0-9A-Fa-f.:]+|-) \d{14} [^ \n]+(?: [^\n]*)? \d+[ \t]*\r?\n")
_BLANK_LINE = re.compile(rb"\r?\n[ \t]*\r?\n")
_FILLING_BYTES = b"\r\n\0"
_FILLING = re.compile(rb"[\r\n\0]*")
_BLANKS = (b" ", b"\t")
_FIELD = re.compile(rb"^([^:\n]*):([^\n]*)", re.MULTILINE)
_LENGTH = re.compile(rb"\d{1,18}")


@dataclass(frozen=True, slots=True)
class Record:
    """One record. `type` is its WARC-Type ("response", "resource" ...), "arc" for a record of an ARC file."""

    place: str
    type: str
    block: bytes
    headers: Mapping[bytes, bytes] = field(default_factory=dict)  # names in lower case; the first of several wins
    note: str | None = None
    is_checked: bool = False  # a checksum of the container covers it


@dataclass(frozen=True, slots=True)
class _Head:
    """The header of a record: what it says, how long it is, and how long it says the block is (None: nothing usable)."""

    type: str
    headers: Mapping[bytes, bytes]
    size: int
    length: int | None
    claim: str  # the length as it is written


def records(window: Window, limit: int) -> Iterator[Record | Loss]:
    """The records of an archive in order. A block of more than `limit` bytes is passed over as too large."""
    is_arc = False
    while True:
        _drop_filling(window)
        if window.at_stop(0):
            loss = window.cross()
            if loss is None:
                return
            yield loss
            continue
        place = window.place()
        head = _read_head(window)
        if isinstance(head, _Head):
            is_arc = is_arc or head.type == "arc"
            yield from _read_block(window, head, place, limit, _ARC_LINE if is_arc else _WARC_LINE)
            continue
        size = _pass_over(window, _ARC_LINE if is_arc else _WARC_LINE)
        stopped = window.at_stop(0) and window.gap
        if stopped and head is None:
            continue  # the garbage of a broken member: the gap says it
        loss = window.cross() if stopped else None
        yield loss or Loss(place, Reason.BAD_RECORD, f"{head or 'no record begins here'}: {size} bytes passed over")


def _drop_filling(window: Window) -> None:
    """Blank lines and NUL bytes between records."""
    while window.fill(1) and window.buffer[0] in _FILLING_BYTES:
        filling = _FILLING.match(window.buffer)
        window.drop(filling.end() if filling else 1)


def _read_head(window: Window) -> _Head | str | None:
    """The header that begins here; what is wrong with it; or None where no record begins here."""
    window.fill(16)
    if window.buffer.startswith(b"WARC/"):
        return _read_warc_head(window)
    window.fill(4096)
    while b"\n" not in window.buffer and len(window.buffer) < HEADER_LIMIT and window.fill(2 * len(window.buffer)):
        pass
    if found := _ARC_START.match(window.buffer):
        claim = found["length"]
        headers = {name.encode(): found[name] for name in ("url", "date", "type")}
        return _Head("arc", headers, found.end(), _length(claim), _show(claim))
    return None


def _read_warc_head(window: Window) -> _Head | str | None:
    first = _WARC_START.match(window.buffer)
    if first is None:
        return None
    wanted = 2048
    while True:
        whole = window.fill(wanted)
        end = _BLANK_LINE.search(window.buffer, first.end() - 2, HEADER_LIMIT)
        if end:
            break
        if not whole:
            return "the header is cut"
        if len(window.buffer) >= HEADER_LIMIT:
            return f"a header of more than {HEADER_LIMIT} bytes"
        wanted = 4 * len(window.buffer)
    has_another = window.buffer.find(b"\nWARC/", 1, end.end()) >= 0 or any(True for _ in window.boundaries(1, end.end() - 1))
    if has_another and _first_start(window, _WARC_LINE, first.end(), end.end()) is not None:
        return "the header is cut by the next record"
    headers = parse_fields(bytes(window.buffer[first.end() : end.start()]))
    claim = headers.get(b"content-length", b"")
    name = _show(headers.get(b"warc-type", b"")).lower()
    return _Head(name, headers, end.end(), _length(claim), _show(claim) or "no length")


def parse_fields(lines: bytes) -> dict[bytes, bytes]:
    """The fields of a header, names in lower case; folded lines are joined, the first of several fields of one name
    wins.
    """
    fields: dict[bytes, bytes] = {}
    if b"\n " not in lines and b"\n\t" not in lines and not lines.startswith(_BLANKS):  # nothing is folded, as nearly always
        for name, value in _FIELD.findall(lines):
            if (key := name.strip().lower()) not in fields:
                fields[key] = value.strip()
        return fields
    last: bytes | None = None
    for line in lines.split(b"\n"):
        if line.startswith(_BLANKS):
            if last is not None:
                fields[last] += b" " + line.strip()
            continue
        name, colon, value = line.partition(b":")
        last = None
        if colon and (key := name.strip().lower()) not in fields:
            fields[key] = value.strip()
            last = key
    return fields


def _read_block(window: Window, head: _Head, place: str, limit: int, line: re.Pattern[bytes]) -> Iterator[Record | Loss]:
    """The block behind a header: one record, one loss, or a record with a note and the loss that the note is about."""
    length, end_of_head = head.length, window.place(head.size - 1)
    window.drop(head.size)
    if length is not None and length > limit:
        yield _pass_over_block(window, place, length, line)
    elif length is not None and window.fill(length) and not _member_inside(window, length) and _leads_on(window, length):
        is_broken = window.is_broken and not window.buffer[length:].strip(_FILLING_BYTES)
        note = f"damaged: {window.gap.detail}" if is_broken and window.gap else None
        yield Record(place, head.type, window.read(length), head.headers, note, window.has_checksums)
        window.drop(length)
    else:
        yield from _mend(window, head, place, end_of_head, limit, line)


def _mend(
    window: Window, head: _Head, place: str, end_of_head: str, limit: int, line: re.Pattern[bytes]
) -> Iterator[Record | Loss]:
    """A record whose length leads nowhere ends where the next record begins, or where the view stops.

    The last byte of its head is where a record is said to have a wrong length.
    """
    end = _next_record(window, line, limit)
    if end is None and head.length is not None and window.fill(head.length):
        end = head.length  # nothing follows that is a record: what is left behind the block is passed over as garbage
    if end is None and not window.at_stop(len(window.buffer)):
        window.drop(len(window.buffer))
        yield Loss(place, Reason.BAD_RECORD, f"length {head.claim}, and no record begins in the next {limit} bytes")
        return
    if end is None and window.gap and window.gap.reason is Reason.DAMAGED:
        detail = window.gap.detail
        window.cross()
        window.drop(len(window.buffer))
        yield Loss(place, Reason.DAMAGED, detail)
        return
    size = len(window.buffer) if end is None else end
    block = window.read(size)
    if end is None and head.length is not None:
        note = f"truncated: {size} of {head.claim} bytes"
        yield Record(place, head.type, block, head.headers, note)
        loss = Loss(window.place(size), Reason.TRUNCATED, f"the record at {place} is {note}")
        yield window.cross() or loss
    else:
        block = re.sub(rb"(?:\r?\n){1,2}\Z", b"", block)
        note = f"wrong length: {head.claim}, not {len(block)}"
        yield Record(place, head.type, block, head.headers, note)
        yield Loss(end_of_head, Reason.DAMAGED, f"the record at {place} has a {note}")
    window.drop(size)


def _member_inside(window: Window, length: int) -> bool:
    """Whether a member with a record begins inside a block: then the block is shorter than it says."""
    return any(_starts_record(window, index) for index in window.boundaries(1, length - 1))


def _starts_record(window: Window, index: int) -> bool:
    window.fill(index + 256)
    return bool(_WARC_START.match(window.buffer, index) or _ARC_START.match(window.buffer, index))


def _leads_on(window: Window, index: int) -> bool:
    """Whether what follows a block is what follows a record: blank lines and then a record, a member or the end."""
    end = index
    if window.fill(index + 5) and window.buffer.startswith(b"\r\n\r\n", index) and window.is_boundary(index + 4):
        return True
    while end - index < _GAP_LIMIT:
        window.fill(end + 2048)
        found = _FILLING.match(window.buffer, end)
        end = found.end() if found else end
        if end < len(window.buffer) or window.at_stop(end):
            break
    if end - index >= _GAP_LIMIT or window.at_stop(end):
        return True
    if _BLANK_LINE.match(window.buffer, index) and window.buffer.find(b"\n", end) < 0 and not window.fill(end + HEADER_LIMIT):
        return True  # the view stops inside the first line of the next record
    return any(True for _ in window.boundaries(index, end)) or _starts_record(window, end)


def _first_start(window: Window, line: re.Pattern[bytes], first: int, last: int) -> int | None:
    """The first index in the buffer at which a record seems to begin: a line that looks so, or a member."""
    found = line.search(window.buffer, first, min(len(window.buffer), last + 256))
    starts = [found.start()] if found and found.start() < last else []
    starts += [index for index in window.boundaries(max(first, 1), last - 1) if _starts_record(window, index)]
    return min(starts, default=None)


def _next_record(window: Window, line: re.Pattern[bytes], limit: int) -> int | None:
    """The index at which the next record begins; None where the view stops before, or `limit` bytes hold none."""
    if _starts_record(window, 0):
        return 0
    searched = 0
    while True:
        found = _first_start(window, line, searched, len(window.buffer))
        if found is not None or len(window.buffer) > limit:
            return found
        searched = max(0, len(window.buffer) - HEADER_LIMIT // 16)  # as long as the header line of a record may be
        if window.at_stop(len(window.buffer)):
            return None


def _pass_over(window: Window, line: re.Pattern[bytes]) -> int:
    """Pass over garbage to where the next record begins, or to a stop; how many bytes there were."""
    size, first = 0, 1
    while True:
        window.fill(first + PIECE)
        end = _first_start(window, line, first, len(window.buffer))
        if end is not None:
            window.drop(end)
            return size + end
        searched = len(window.buffer)
        stopped = window.at_stop(searched)
        # the line that begins a record may be cut by the end of what was searched
        dropped = searched if stopped else max(0, searched - 4096)
        window.drop(dropped)
        size, first = size + dropped, 0
        if stopped:
            return size


def _pass_over_block(window: Window, place: str, length: int, line: re.Pattern[bytes]) -> Loss:
    """Pass over a block that is too large, without believing that it is: a record that begins inside it ends it."""
    left = length
    while left > 0:
        whole = window.fill(min(left, PIECE))
        here = min(left, len(window.buffer))
        inside = _first_start(window, line, 0, here)
        if inside is not None:
            window.drop(inside)
            return Loss(place, Reason.DAMAGED, f"length {length}, but a record begins {length - left + inside} bytes on")
        # the line that begins a record may be cut by the end of the buffer
        dropped = here if left <= PIECE or not whole else here - 256
        window.drop(dropped)
        left -= dropped
        if not whole:
            loss = window.cross()
            reason, why = (loss.reason, loss.detail) if loss else (Reason.TRUNCATED, "the file ends")
            return Loss(place, reason, f"{length - left} of {length} bytes: {why}")
    return Loss(place, Reason.TOO_LARGE, f"{length} bytes")


def _length(claim: bytes) -> int | None:
    return int(claim) if _LENGTH.fullmatch(claim) else None


def _show(raw: bytes) -> str:
    return raw[:80].decode("latin-1")
