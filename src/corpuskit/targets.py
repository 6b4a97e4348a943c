"""Targets: files and folders that commands write. Each appears under its name only when it is whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corpuskit.errors import UsageError


def check_target(target: Path, corpus: Path, *, force: bool, is_folder: bool = False) -> None:
    """Raise UsageError where the target exists, unless `force`, or cannot be made; the corpus itself is never overwritten."""
    if target.exists() and corpus.exists() and target.samefile(corpus):
        raise UsageError(f"{target} is the corpus itself")
    if os.path.lexists(target) and not force:
        raise UsageError(f"{target} exists", hint="--force overwrites it")
    if target.is_dir() and not is_folder:
        raise UsageError(f"{target} is a folder")
    if not target.absolute().parent.is_dir():
        raise UsageError(f"cannot write {target}: no folder {target.parent}")


@contextmanager
def whole(target: Path) -> Iterator[Path]:
    """A path beside the target, renamed to it at the end; nothing is left behind when the block fails."""
    partial = target.absolute().with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        yield partial
        if target.is_dir() and not target.is_symlink():
            aside = target.absolute().with_name(f".{target.name}.{os.getpid()}.old")
            target.rename(aside)
            partial.rename(target)
            shutil.rmtree(aside)
        else:
            partial.replace(target)
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror or error}") from None
    finally:
        if partial.is_dir():
            shutil.rmtree(partial)
        else:
            partial.unlink(missing_ok=True)


def write_whole(target: Path, text: str) -> None:
    """Write a text file, whole or not at all."""
    with whole(target) as partial, partial.open("w", encoding="utf-8", newline="\n", errors="backslashreplace") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
