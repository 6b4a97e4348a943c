"""Files and folders: which of them are opened, in which order, and why the others are not.

A folder is walked in sorted order, so that the same folder gives the same corpus everywhere. Nothing but a regular file is
ever opened: opening a FIFO waits for ever, reading a device never ends. Links are not followed unless that is asked for, and
then every real file is read once.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch

from corpuskit.documents import Unread
from corpuskit.readers.options import ReadOptions
from corpuskit.reasons import Reason


@dataclass(frozen=True, slots=True)
class Found:
    """A regular file that can be opened. `path` has the bytes of the name, `location` shows them."""

    path: bytes
    location: str
    size: int


def show_path(path: bytes | str) -> str:
    """A path as text that can be stored and printed: bytes that are no UTF-8, and control characters, percent-encoded."""
    raw = os.fsencode(path)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = "".join(chr(byte) if byte < 0x80 else f"%{byte:02X}" for byte in raw)
    return "".join(f"%{ord(c):02X}" if ord(c) < 32 or ord(c) == 127 else c for c in text)


def walk(source: str, options: ReadOptions) -> Iterator[Found | Unread]:
    """The files of `source`, which is a file or a folder, and what was passed over.

    A source named by the user may itself be a link, hidden or excluded: naming it is asking for it.
    """
    path = os.fsencode(os.path.normpath(source))
    try:
        info = os.stat(path)  # noqa: PTH116  # paths are bytes here, which pathlib does not take
    except OSError as error:
        reason = Reason.NOT_FOUND if isinstance(error, FileNotFoundError) else Reason.UNREADABLE
        yield Unread(show_path(path), "failed", reason, error.strerror or str(error))
        return
    if stat.S_ISDIR(info.st_mode):
        yield from _walk_folder(path, options, {(info.st_dev, info.st_ino)})
    elif stat.S_ISREG(info.st_mode):
        yield Found(path, show_path(path), info.st_size)
    else:
        yield Unread(show_path(path), "skipped", Reason.NOT_A_FILE, _kind_of_file(info.st_mode))


def _walk_folder(root: bytes, options: ReadOptions, seen: set[tuple[int, int]]) -> Iterator[Found | Unread]:
    """`seen` are the files and folders that were reached, by device and inode; needed only where links are followed."""
    waiting = [root]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                names = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            yield Unread(show_path(folder), "failed", Reason.UNREADABLE, error.strerror or str(error))
            continue
        below: list[bytes] = []
        for entry in names:
            here = _look_at(entry, root, options, seen)
            if here is _FOLDER:
                below.append(entry.path)
            elif isinstance(here, (Found, Unread)):
                yield here
        waiting.extend(reversed(below))


_FOLDER = object()


def _look_at(entry: os.DirEntry[bytes], root: bytes, options: ReadOptions, seen: set[tuple[int, int]]) -> object:
    """What one entry of a folder is: a `Found`, an `Unread`, or the mark of a folder to go into."""
    location = show_path(entry.path)
    if entry.name.startswith(b"."):
        return Unread(location, "skipped", Reason.HIDDEN)
    try:
        if entry.is_symlink() and not options.follow:
            return Unread(location, "skipped", Reason.SYMBOLIC_LINK)
        info = entry.stat(follow_symlinks=options.follow)
    except OSError as error:
        return Unread(location, "failed", Reason.UNREADABLE, error.strerror or str(error))
    if options.follow:
        if (info.st_dev, info.st_ino) in seen:
            return Unread(location, "skipped", Reason.ALREADY_READ)
        seen.add((info.st_dev, info.st_ino))
    if stat.S_ISDIR(info.st_mode):
        return _FOLDER
    if not stat.S_ISREG(info.st_mode):
        return Unread(location, "skipped", Reason.NOT_A_FILE, _kind_of_file(info.st_mode))
    if not _wanted(os.path.relpath(entry.path, root), options):
        return Unread(location, "skipped", Reason.EXCLUDED)
    return Found(entry.path, location, info.st_size)


def _wanted(path: bytes, options: ReadOptions) -> bool:
    name, whole = show_path(os.path.basename(path)), show_path(path)  # noqa: PTH119

    def matches(globs: tuple[str, ...]) -> bool:
        return any(fnmatch(name, glob) or fnmatch(whole, glob) for glob in globs)

    return (not options.include or matches(options.include)) and not matches(options.exclude)


def _kind_of_file(mode: int) -> str:
    kinds = {
        stat.S_IFIFO: "FIFO",
        stat.S_IFSOCK: "socket",
        stat.S_IFCHR: "character device",
        stat.S_IFBLK: "block device",
    }
    return kinds.get(stat.S_IFMT(mode), "special file")
