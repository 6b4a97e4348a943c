"""Folders are walked in order, nothing but regular files is opened, and every entry is accounted for."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.documents import Unread
from corpuskit.readers.files import Found, show_path, walk
from corpuskit.readers.options import ReadOptions


def look(folder: Path, **options: object) -> tuple[list[str], dict[str, str]]:
    """What is opened, in order; and what is not, with the reason."""
    opened, passed = [], {}
    for entry in walk(str(folder), ReadOptions(**options)):  # type: ignore[arg-type]
        name = os.path.relpath(entry.location, folder)
        if isinstance(entry, Found):
            opened.append(name)
            assert entry.size == (folder / name).stat().st_size
        else:
            passed[name] = entry.reason.value
    return opened, passed


def make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)


def test_files_come_in_the_same_order_everywhere(tmp_path: Path) -> None:
    make(tmp_path, "b.html", "a/z.html", "a/B.html", "a-1.html", "c/d/e.html", "Z.html", "ä.html")
    opened, passed = look(tmp_path)
    assert opened == ["Z.html", "a-1.html", "b.html", "ä.html", "a/B.html", "a/z.html", "c/d/e.html"]
    assert passed == {}
    assert look(tmp_path)[0] == opened


def test_hidden_entries_are_passed_over_unless_named(tmp_path: Path) -> None:
    make(tmp_path, ".git/config", ".page.html", "page.html")
    assert look(tmp_path) == (["page.html"], {".git": "hidden", ".page.html": "hidden"})
    (found,) = walk(str(tmp_path / ".page.html"), ReadOptions())
    assert isinstance(found, Found)


def test_links_are_not_followed_unless_asked_for(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    make(outside, "x.html", "deep/y.html")
    folder = tmp_path / "folder"
    make(folder, "a.html")
    for name, target in (("file.html", outside / "x.html"), ("deep", outside / "deep"), ("up", folder), ("dead", "nowhere")):
        (folder / name).symlink_to(target)
    assert look(folder) == (["a.html"], dict.fromkeys(["file.html", "deep", "up", "dead"], "symbolic-link"))
    opened, passed = look(folder, follow=True)
    assert opened == ["a.html", "file.html", "deep/y.html"]
    assert passed == {"up": "already-read", "dead": "unreadable"}


def test_a_link_that_is_named_is_followed(tmp_path: Path) -> None:
    make(tmp_path, "real/a.html")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert look(tmp_path / "link")[0] == ["a.html"]


def test_a_file_with_two_names_is_read_once_where_links_are_followed(tmp_path: Path) -> None:
    make(tmp_path, "a.html")
    (tmp_path / "b.html").hardlink_to(tmp_path / "a.html")
    assert look(tmp_path) == (["a.html", "b.html"], {})
    assert look(tmp_path, follow=True) == (["a.html"], {"b.html": "already-read"})


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "fifo")
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        assert look(tmp_path) == ([], {"fifo": "not-a-file", "socket": "not-a-file"})
    (device,) = walk("/dev/null", ReadOptions())
    assert isinstance(device, Unread)
    assert device.detail == "character device"


def test_a_name_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    (missing,) = walk(str(tmp_path / "no"), ReadOptions())
    assert isinstance(missing, Unread)
    assert (missing.status, missing.reason) == ("failed", "not-found")
    (too_long,) = walk("x" * 5_000, ReadOptions())
    assert isinstance(too_long, Unread)
    assert (too_long.status, too_long.reason) == ("failed", "unreadable")


@pytest.mark.parametrize(
    ("include", "exclude", "opened"),
    [
        ((), (), ["a.html", "b.txt", "sub/c.html", "sub/d.txt"]),
        (("*.html",), (), ["a.html", "sub/c.html"]),
        (("sub/*",), (), ["sub/c.html", "sub/d.txt"]),
        ((), ("*.txt",), ["a.html", "sub/c.html"]),
        (("*.html",), ("sub/*",), ["a.html"]),
        (("*.HTML",), (), []),
        (("[ab].*",), (), ["a.html", "b.txt"]),
    ],
)
def test_globs(tmp_path: Path, include: tuple[str, ...], exclude: tuple[str, ...], opened: list[str]) -> None:
    make(tmp_path, "a.html", "b.txt", "sub/c.html", "sub/d.txt")
    found, passed = look(tmp_path, include=include, exclude=exclude)
    assert found == opened
    assert set(passed.values()) <= {"excluded"}
    assert len(found) + len(passed) == 4, "every file is accounted for"
    assert look(tmp_path / "a.html", include=("nothing",))[0] == ["."], "a file that is named is not excluded"


@given(st.binary(min_size=1, max_size=60))
def test_every_path_can_be_shown(path: bytes) -> None:
    shown = show_path(path)
    assert shown.encode("utf-8")
    assert not {character for character in shown if ord(character) < 32 or ord(character) == 127}
    try:
        text = path.decode("utf-8")
    except UnicodeDecodeError:
        return
    if not {character for character in text if ord(character) < 32 or ord(character) == 127}:
        assert shown == text, "a usual name is shown as it is"


def test_a_name_in_bytes_is_opened_by_its_bytes(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9.html"
    try:
        Path(os.fsdecode(name)).write_text("x")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    (found,) = walk(str(tmp_path), ReadOptions())
    assert isinstance(found, Found)
    assert found.path == name
    assert found.location.endswith("/caf%E9.html")
