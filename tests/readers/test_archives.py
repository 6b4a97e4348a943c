"""ZIP and tar: members are streams with labels, and a broken or hostile one costs itself."""

from __future__ import annotations

import gzip
import io
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.documents import RawPage, Unread
from corpuskit.readers import archives, warc
from corpuskit.readers.archives import Event
from corpuskit.readers.options import ReadOptions
from corpuskit.readers.pages import read_page
from corpuskit.readers.sniff import Kind, sniff
from corpuskit.readers.streams import damage, inflate, peek
from corpuskit.reasons import Reason

Member = tuple[str, bytes]


def html(text: str) -> bytes:
    return f"<!DOCTYPE html><html><body><p>{text}</p></body></html>".encode()


def read_any(stream: BinaryIO, location: str, options: ReadOptions) -> Iterator[Event]:
    """A door as the real one: by content, one archive inside another."""
    head, stream = peek(stream)
    if warc.is_archive(head):
        yield from warc.read(stream, location, options)
        return
    kind, media_type = sniff(head)
    if kind is Kind.GZIP:
        stream = inflate(stream, "gzip")
        head, stream = peek(stream)
        kind, media_type = sniff(head)
    if kind is Kind.ZIP:
        yield from archives.read_zip(stream, location, options, read_any)
    elif kind is Kind.TAR:
        yield from archives.read_tar(stream, location, options, read_any)
    else:
        events = list(read_page(stream, location, options, media_type))
        yield from [] if damage(stream) else events
    if why := damage(stream):
        yield Unread(location, "failed", Reason.DAMAGED, why)


def read(content: bytes, options: ReadOptions | None = None) -> list[Event]:
    opened = io.BytesIO(content)
    kind, _ = sniff(content[:1024])
    reader = archives.read_zip if kind is Kind.ZIP else archives.read_tar
    stream: BinaryIO = opened if kind in {Kind.ZIP, Kind.TAR} else inflate(opened, "gzip")
    return list(reader(stream, "a", options or ReadOptions(), read_any)) + (
        [Unread("a", "failed", Reason.DAMAGED, why)] if (why := damage(stream)) else []
    )


def pages(events: list[Event]) -> list[tuple[str, bytes]]:
    return [(event.location, event.content) for event in events if isinstance(event, RawPage)]


def reasons(events: list[Event]) -> list[tuple[str, Reason]]:
    return [(event.status, event.reason) for event in events if isinstance(event, Unread)]


def zip_of(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return target.getvalue()


def tar_of(*members: Member, format: int = tarfile.PAX_FORMAT, **kinds: bytes) -> bytes:  # noqa: A002
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=format) as archive:
        for name, content in members:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for name, kind in kinds.items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    return target.getvalue()


NAMES = ["ok.html", "../../evil.html", "/abs.html", "C:\\win.html", "a/../../b.html", "ü/ß.html", "long/" * 30 + "x.html"]


@pytest.mark.parametrize(
    "pack",
    [
        zip_of,
        tar_of,
        lambda *members: tar_of(*members, format=tarfile.GNU_FORMAT),
        lambda *members: gzip.compress(tar_of(*members)),
    ],
)
def test_every_member_is_read_under_its_own_name_and_nothing_is_written(
    pack: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    members = [(name, html(name)) for name in NAMES]
    assert pages(read(pack(*members))) == [(f"a!/{name}", content) for name, content in members]  # type: ignore[operator]
    assert not list(tmp_path.iterdir())


@given(st.lists(st.tuples(st.sampled_from(["a.html", "b.html"]), st.binary(max_size=3000)), max_size=6))
def test_members_of_one_name_keep_their_own_locations(members: list[Member]) -> None:
    contents = [(name, b"<html><body>" + content) for name, content in members]
    events = read(tar_of(*contents))
    assert [content for _, content in pages(events)] == [content for _, content in contents]
    assert len({location for location, _ in pages(events)}) == len(contents)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_both_of_two_zip_members_of_one_name_are_read() -> None:
    assert pages(read(zip_of(("a.html", html("1")), ("a.html", html("2"))))) == [
        ("a!/a.html", html("1")),
        ("a!/a.html (2)", html("2")),
    ]


def test_links_devices_and_hidden_files_are_passed_over() -> None:
    link = zipfile.ZipInfo("link.html")
    link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    hidden = "__MACOSX/._a.html"
    assert reasons(read(zip_of((link, b"/etc/passwd"), (hidden, html("x"))))) == [
        ("skipped", Reason.SYMBOLIC_LINK),
        ("skipped", Reason.HIDDEN),
    ]
    events = read(
        tar_of(
            ("a/.git/x.html", html("x")),
            s=tarfile.SYMTYPE,
            h=tarfile.LNKTYPE,
            c=tarfile.CHRTYPE,
            f=tarfile.FIFOTYPE,
            d=tarfile.DIRTYPE,
        )
    )
    assert [reason for _, reason in reasons(events)] == [
        Reason.HIDDEN,
        Reason.SYMBOLIC_LINK,
        Reason.ALREADY_READ,
        Reason.NOT_A_FILE,
        Reason.NOT_A_FILE,
    ]


def test_one_archive_inside_another_is_read() -> None:
    inner = zip_of(("in.html", html("in")))
    assert pages(read(zip_of(("inner.zip", inner)))) == [("a!/inner.zip!/in.html", html("in"))]
    assert pages(read(tar_of(("inner.zip", inner)))) == [("a!/inner.zip!/in.html", html("in"))]
    record = b"WARC/1.0\r\nWARC-Type: resource\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s\r\n\r\n" % (
        len(html("w")),
        html("w"),
    )
    assert pages(read(zip_of(("w.warc.gz", gzip.compress(record) * 2))))[0] == ("a!/w.warc.gz#0", html("w"))


def test_a_broken_member_costs_itself() -> None:
    content = bytearray(zip_of(("bad.html", html("bad" * 99)), ("ok.html", html("ok"))))
    content[content.index(b"bad.html") + 25] ^= 0xFF
    events = read(bytes(content))
    assert pages(events) == [("a!/ok.html", html("ok"))]
    assert ("failed", Reason.DAMAGED) in reasons(events)


def test_a_locked_member_is_named() -> None:
    content = bytearray(zip_of(("a.html", html("x"))))
    content[6] |= 1
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert reasons(read(bytes(content))) == [("skipped", Reason.ENCRYPTED)]


def test_a_zip_file_without_its_directory_is_damaged() -> None:
    assert reasons(read(zip_of(("a.html", html("x")))[:-30])) == [("failed", Reason.DAMAGED)]


def test_a_member_larger_than_a_page_may_be_is_skipped() -> None:
    members = [("large.html", html("x" * 500_000)), ("ok.html", html("ok"))]
    for content in (zip_of(*members), tar_of(*members)):
        events = read(content, ReadOptions(max_size=100_000))
        assert pages(events) == [("a!/ok.html", html("ok"))]
        assert reasons(events) == [("skipped", Reason.TOO_LARGE)]


def test_a_broken_tar_header_costs_its_member() -> None:
    content = bytearray(tar_of(("1.html", html("1")), ("2.html", html("2")), ("3.html", html("3")), format=tarfile.GNU_FORMAT))
    content[2 * 512 + 150] ^= 0x55
    events = read(bytes(content))
    assert pages(events) == [("a!/1.html", html("1")), ("a!/3.html", html("3"))]
    assert reasons(events) == [("failed", Reason.DAMAGED)]


@given(st.integers(1, 5 * 1024))
def test_a_cut_tar_file_keeps_what_is_whole_and_says_so(cut: int) -> None:
    names = ["1.html", "2.html", "3.html"]
    content = tar_of(*((name, html(name)) for name in names), format=tarfile.GNU_FORMAT)
    events = read(content[:512] + content[512 : 512 + cut])
    assert pages(events) == [(f"a!/{name}", html(name)) for name in names][: len(pages(events))]
    assert len(pages(events)) >= min(3, (cut + 512) // 1024)
    whole = cut + 512 >= 3 * 1024 + 512
    assert [status for status, _ in reasons(events)] == ([] if whole else ["failed"])


def test_a_size_that_lies_ends_at_the_end_of_the_file() -> None:
    info = tarfile.TarInfo("lie.html")
    info.size = 1 << 60
    assert reasons(read(info.tobuf(tarfile.GNU_FORMAT) + html("x"))) == [("failed", Reason.DAMAGED)]


@given(st.binary(max_size=1500), st.booleans())
def test_any_bytes_behind_a_magic_number_give_events_and_no_error(content: bytes, is_zip: bool) -> None:
    read(b"PK\x03\x04" + content if is_zip else b"\0" * 257 + b"ustar\0" + content)


HOSTILE = {
    # id: pages, skipped, failed
    "z01": (5, 0, 0), "z02": (1, 1, 0), "z03": (1, 1, 0), "z04": (0, 0, 1), "z05": (3, 0, 0), "z06": (1, 0, 1), "z07": (0, 0, 1),
    "z08": (3, 0, 0), "z09": (0, 2, 0), "t01": (3, 4, 0), "t02": (1, 0, 2), "t03": (0, 1, 1), "t04": (0, 0, 1),
}  # fmt: skip


def test_hostile_archives_cost_what_they_must_and_no_more(hostile: Path) -> None:
    found = {}
    for path in sorted((*(hostile / "zip").iterdir(), *(hostile / "tar").iterdir())):
        events = [event for event in read(path.read_bytes()) if not (isinstance(event, Unread) and event.reason is Reason.EMPTY)]
        states = [status for status, _ in reasons(events)]
        found[path.name[:3]] = (len(pages(events)), states.count("skipped"), states.count("failed"))
    assert found == HOSTILE


LOG = (
    b"date\tsize'/'remotesize\tflags(request:Update,Range state:File response:Modified,Chunked,gZipped)\tstatuscode\t"
    b"status ('servermsg')\tMIME\tEtag|Date\tURL\tlocalfile\t(from URL)\n"
    b"10:00:00\t9/9\t---M--\t200\tadded ('OK')\ttext/html\tdate:Thu,%2013%20Oct%202022%2005:44:10%20GMT\t"
    b"https://orle.example/news?id=1\tsite/orle.example/news4a.html\t(from )\n"
    b"10:00:01\t9/9\t---M--\t404\tadded ('OK')\ttext/html\t\thttps://orle.example/gone\tsite/orle.example/gone.html\t(from )\n"
)


@pytest.mark.parametrize("folder", ["", "mirrors/orle/"])
def test_the_log_of_httrack_is_used_in_a_zip_file(folder: str) -> None:
    log = LOG.replace(b"site/", b"")
    content = zip_of(
        (f"{folder}orle.example/news4a.html", html("news")),
        (f"{folder}orle.example/gone.html", html("gone")),
        (f"{folder}orle.example/robots.txt", b"User-agent: *\nDisallow: /private\n"),
        (f"{folder}index.html", html("HTTrack's own")),
        (f"{folder}hts-cache/new.txt", log),
    )
    events = read(content)
    (page,) = [event for event in events if isinstance(event, RawPage)]
    assert (page.url, page.url_source) == ("https://orle.example/news?id=1", "httrack")
    assert page.fetched_at == "2022-10-13T05:44:10Z"
    assert sorted(reasons(events)) == [
        ("skipped", Reason.HTTP_STATUS), ("skipped", Reason.MIRROR_FILE), ("skipped", Reason.MIRROR_FILE),
        ("skipped", Reason.MIRROR_FILE),
    ]  # fmt: skip


@pytest.mark.parametrize("make", [zip_of, tar_of])
def test_what_a_mirroring_tool_fetched_to_find_its_way_is_no_page(make: Callable[..., bytes]) -> None:
    events = read(make(("site/orle.example/robots.txt", b"User-agent: *"), ("site/notes/robots.txt", html("about robots"))))
    assert reasons(events) == [("skipped", Reason.MIRROR_FILE)]
    assert len(pages(events)) == 1, "only at the root of a host"
