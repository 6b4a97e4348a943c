"""The corpus: one file, with its parts as attributes."""

from __future__ import annotations

from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from corpuskit.store.database import Database

if TYPE_CHECKING:
    from corpuskit.store.checking import Checks
    from corpuskit.store.decisions import Decisions
    from corpuskit.store.documents import Documents
    from corpuskit.store.earlier import Earlier
    from corpuskit.store.exports import Exports
    from corpuskit.store.forgetting import Forgetting
    from corpuskit.store.groups import Groups
    from corpuskit.store.lines import Lines
    from corpuskit.store.pages import Pages
    from corpuskit.store.passages import Passages
    from corpuskit.store.runs import Runs
    from corpuskit.store.selecting import Selecting
    from corpuskit.store.selections import Selections
    from corpuskit.store.signals import Signals
    from corpuskit.store.signatures import Signatures
    from corpuskit.store.summaries import Summaries
    from corpuskit.store.tags import Tags
    from corpuskit.store.texts import Texts
    from corpuskit.store.tombstones import Tombstones
    from corpuskit.store.word_counts import WordCounts

_PARTS = {  # attribute: module and class; each is loaded when it is first asked for, since most commands need few of them
    "runs": ("runs", "Runs"),
    "pages": ("pages", "Pages"),
    "lines": ("lines", "Lines"),
    "tags": ("tags", "Tags"),
    "documents": ("documents", "Documents"),
    "earlier": ("earlier", "Earlier"),
    "texts": ("texts", "Texts"),
    "decisions": ("decisions", "Decisions"),
    "signatures": ("signatures", "Signatures"),
    "word_counts": ("word_counts", "WordCounts"),
    "signals": ("signals", "Signals"),
    "passages": ("passages", "Passages"),
    "selections": ("selections", "Selections"),
    "selecting": ("selecting", "Selecting"),
    "groups": ("groups", "Groups"),
    "summaries": ("summaries", "Summaries"),
    "exports": ("exports", "Exports"),
    "tombstones": ("tombstones", "Tombstones"),
    "forgetting": ("forgetting", "Forgetting"),
    "checks": ("checking", "Checks"),
}


class Store:
    """An open corpus. Open it with `Store.open`, close it or use it in a `with` block."""

    runs: Runs
    pages: Pages
    lines: Lines
    tags: Tags
    documents: Documents
    earlier: Earlier
    texts: Texts
    decisions: Decisions
    signatures: Signatures
    word_counts: WordCounts
    signals: Signals
    passages: Passages
    selections: Selections
    selecting: Selecting
    groups: Groups
    summaries: Summaries
    exports: Exports
    tombstones: Tombstones
    forgetting: Forgetting
    checks: Checks

    def __init__(self, database: Database) -> None:
        self.database = database
        self.path = database.path

    def __getattr__(self, name: str) -> Any:
        if name not in _PARTS:
            raise AttributeError(f"a corpus has no part {name!r}")
        module, part = _PARTS[name]
        loaded = getattr(import_module(f"corpuskit.store.{module}"), part)(self.database)
        setattr(self, name, loaded)
        return loaded

    @classmethod
    def open(cls, path: str | Path, *, write: bool = False, create: bool = False) -> Store:
        """Open a corpus for reading, or with `write` for writing; `create` makes a missing one. Raises CorpusError."""
        return cls(Database.open(Path(path), write=write, create=create))

    @classmethod
    def open_alone(cls, path: str | Path) -> Store:
        """Open a corpus for writing while nobody else has it open. Raises LockedError."""
        return cls(Database.open_alone(Path(path)))

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
