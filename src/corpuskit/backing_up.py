"""Backing up: one consistent, checked copy of the corpus, which appears under its name only when it is whole."""

from __future__ import annotations

import os
from pathlib import Path

from corpuskit.errors import CorpusError, UsageError
from corpuskit.store.store import Store


def back_up(store: Store, target: Path) -> int:
    """Copy the corpus to `target` and check the copy; its size in bytes.

    Raises UsageError where `target` exists or cannot be made, and CorpusError where the copy is not sound.
    """
    if os.path.lexists(target):
        raise UsageError(f"{target} exists: a backup never overwrites")
    if not target.parent.is_dir():
        raise UsageError(f"cannot write {target}: no folder {target.parent}")
    partial = target.with_name(f".{target.name}.{os.getpid()}.partial")
    try:
        store.checks.back_up(partial)
        with Store.open(partial) as copy:
            if finding := next(copy.checks.structure(), None):
                raise CorpusError(f"the copy is not sound: {finding}")
        os.link(partial, target)  # unlike a rename, a link never replaces what came there meanwhile
    except FileExistsError:
        raise UsageError(f"{target} exists: a backup never overwrites") from None
    except OSError as error:
        raise UsageError(f"cannot write {target}: {error.strerror}") from None
    finally:
        partial.unlink(missing_ok=True)
    return target.stat().st_size
