"""Is the corpus sound? Structure, search index, references, counters, and every digest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from corpuskit.errors import CorpusError, LockedError
from corpuskit.store import data_checks
from corpuskit.store.database import DamagedError, Database
from corpuskit.store.soundness import broken_rules

_INTEGRITY = "PRAGMA integrity_check(20)"
_FOREIGN_KEYS = "PRAGMA foreign_key_check"
_CHECK_INDEX = "INSERT INTO documents_fts (documents_fts, rank) VALUES ('integrity-check', 1)"


class Checks:
    """The checks. Each yields what is wrong, one line a finding."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def structure(self) -> Iterator[str]:
        """SQLite's own check of the file, and references that point at nothing."""
        for row in self._database.rows(_INTEGRITY):
            if row[0] != "ok":
                yield f"structure: {row[0]}"
        for row in self._database.rows(_FOREIGN_KEYS):
            yield f"reference: row {row[1]} of {row[0]} points at a row of {row[2]} that does not exist"

    def index(self) -> Iterator[str]:
        """Whether the search index holds exactly the words of the documents. FTS5 checks by a write, which is rolled back."""
        finding = None
        writable = Database.open(self._database.path, write=True, wal=False)
        try:
            with suppress(_RollBack), writable.transaction():
                finding = _index_finding(writable)
                raise _RollBack
        except LockedError:
            raise
        except CorpusError as error:
            raise CorpusError(f"the search index was not checked: {error}", hint=error.hint) from None
        finally:
            writable.close()
        if finding:
            yield finding

    def rules(self) -> Iterator[str]:
        """What must hold between the tables."""
        yield from broken_rules(self._database)

    def digests(self) -> Iterator[str]:
        """Every raw page and every text against its digest, and what was counted and made of them."""
        yield from data_checks.raw_pages(self._database)
        yield from data_checks.texts(self._database)
        yield from data_checks.earlier_texts(self._database)

    def back_up(self, target: Path) -> None:
        """Write one consistent copy of the corpus to `target`, which must not exist. Raises CorpusError."""
        self._database.execute("VACUUM INTO ?", (str(target),))


def _index_finding(writable: Database) -> str | None:
    try:
        writable.execute(_CHECK_INDEX)
    except DamagedError as error:
        return f"index: does not fit the documents ({str(error).rpartition(': ')[2]})"
    return None


class _RollBack(Exception):  # noqa: N818  # no error: it ends a transaction that must leave no trace
    pass
