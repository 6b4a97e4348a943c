"""The errors that end a command, each with its exit code.

Only what stops a whole run is an exception. An input that cannot be read or a page that cannot be cleaned is not: it is an
`Unread` or a `Cleaned` with a reason, is recorded, and the run goes on.
"""

from __future__ import annotations

EXIT_OK = 0
EXIT_NOTHING = 1  # nothing found or nothing selected, and nothing went wrong
EXIT_USAGE = 2  # wrong use, unreadable corpus, disk full: anything that stopped the run
EXIT_PARTIAL = 3  # the run ended, but some inputs failed
EXIT_BUG = 70
EXIT_LOCKED = 75


class CorpuskitError(Exception):
    """Anything that stops a run. `str()` is one line, `what happened: why`; `hint` is the next step, or None."""

    exit_code = EXIT_USAGE

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class UsageError(CorpuskitError):
    """What was asked for makes no sense: a bad date, an unknown field, a query without a word."""


class CorpusError(CorpuskitError):
    """The corpus file cannot be used: missing, foreign, newer, damaged, removed during the run, disk full."""


class LockedError(CorpusError):
    """Another process holds the corpus for longer than we wait."""

    exit_code = EXIT_LOCKED
