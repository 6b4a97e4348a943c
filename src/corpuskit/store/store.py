"""The corpus: one file, with its parts as attributes."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

from corpuskit.store.checking import Checks
from corpuskit.store.database import Database
from corpuskit.store.decisions import Decisions
from corpuskit.store.documents import Documents
from corpuskit.store.lines import Lines
from corpuskit.store.pages import Pages
from corpuskit.store.passages import Passages
from corpuskit.store.runs import Runs
from corpuskit.store.selecting import Selecting
from corpuskit.store.signatures import Signatures


class Store:
    """An open corpus. Open it with `Store.open`, close it or use it in a `with` block."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.path = database.path
        self.runs = Runs(database)
        self.pages = Pages(database)
        self.lines = Lines(database)
        self.documents = Documents(database)
        self.decisions = Decisions(database)
        self.signatures = Signatures(database)
        self.passages = Passages(database)
        self.selecting = Selecting(database)
        self.checks = Checks(database)

    @classmethod
    def open(cls, path: str | Path, *, write: bool = False, create: bool = False) -> Store:
        """Open a corpus for reading, or with `write` for writing; `create` makes a missing one. Raises CorpusError."""
        return cls(Database.open(Path(path), write=write, create=create))

    def transaction(self) -> AbstractContextManager[None]:
        """All writes inside, or none."""
        return self.database.transaction()

    def close(self) -> None:
        """Close the file."""
        self.database.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()
