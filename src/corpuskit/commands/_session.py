"""What every command shares: which corpus, how much to say, and where to say it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpuskit.formats import visible
from corpuskit.progress import Advance, Bar, silent

if TYPE_CHECKING:
    from pathlib import Path

    from corpuskit.documents import Unread
    from corpuskit.store.store import Store

MOST_NOTICES = 20


@dataclass(slots=True)
class Session:
    """One invocation of the tool. stdout belongs to data; everything said here goes to stderr."""

    db: str | None = None
    quiet: bool = False
    verbose: bool = False
    arguments: tuple[str, ...] = ()
    noticed: int = 0
    bar: Bar | None = None
    writes: bool = False

    @property
    def path(self) -> Path:
        """The corpus: --db, else $CORPUSKIT_DB, else corpus.db in the current folder."""
        from pathlib import Path

        return Path(self.db or os.environ.get("CORPUSKIT_DB") or "corpus.db")

    def open(self) -> Store:
        """The corpus for reading."""
        from corpuskit.store.store import Store

        return Store.open(self.path)

    def open_writable(self, *, create: bool = False) -> Store:
        """The corpus for writing; one that is created is announced."""
        from corpuskit.store.store import Store

        is_new = not self.path.exists()
        self.writes = True
        store = Store.open(self.path, write=True, create=create)
        if is_new:
            self.say(f"created {self.path}")
        return store

    def open_alone(self) -> Store:
        """The corpus for writing, while nobody else has it open."""
        from corpuskit.store.store import Store

        self.writes = True
        return Store.open_alone(self.path)

    def say(self, text: str) -> None:
        """One line of talk, unless --quiet."""
        if not self.quiet:
            self._tell(text)

    def explain(self, text: str) -> None:
        """One line that only --verbose shows."""
        if self.verbose:
            self._tell(text)

    def notice(self, unread: Unread) -> None:
        """Name an input that failed or was forgotten, and with --verbose any that was skipped; only the first 20 of them."""
        if unread.status == "skipped" and unread.reason != "forgotten" and not self.verbose:
            return
        self.noticed += 1
        if self.noticed <= MOST_NOTICES or self.verbose:
            detail = f" ({unread.detail})" if unread.detail else ""
            self._tell(f"corpuskit: {unread.status}: {_shortened(unread.location)}: {unread.reason}{detail}")

    def end_notices(self) -> None:
        """Say how many inputs were not named."""
        if self.noticed > MOST_NOTICES and not self.verbose:
            self._tell(f"… and {self.noticed - MOST_NOTICES} more (corpuskit errors)")

    def _tell(self, text: str) -> None:
        """A line on stderr, in the place of a progress bar if there is one."""
        if self.bar is not None:
            self.bar.close()
        warn(text)

    @contextmanager
    def progress(self, label: str) -> Iterator[Advance]:
        """A bar on a terminal, silence elsewhere."""
        if self.quiet or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
            yield silent
            return
        self.bar = Bar(sys.stderr, label, width=terminal_width(sys.stderr.fileno()))
        try:
            yield self.bar
        finally:
            self.bar.close()
            self.bar = None


def _shortened(text: str, width: int = 240) -> str:
    """A long name with its middle left out; `errors` has it whole."""
    return text if len(text) <= width else f"{text[: width // 2]}…{text[-width // 2 :]}"


def warn(text: str) -> None:
    """One line on stderr, whatever it is made of."""
    sys.stderr.write("".join(visible(line) + "\n" for line in text.split("\n")))
    sys.stderr.flush()


def terminal_width(descriptor: int = 1) -> int:
    """$COLUMNS, else the width of the terminal, else 80."""
    columns = os.environ.get("COLUMNS", "")
    if columns.isdigit() and int(columns) > 0:
        return int(columns)
    try:
        return os.get_terminal_size(descriptor).columns or 80
    except OSError:
        return 80
