"""Is the corpus sound? Structure, search index, references, counters, and every digest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from corpuskit.errors import CorpusError, LockedError
from corpuskit.store import sql
from corpuskit.store.database import DamagedError, Database
from corpuskit.store.documents import text_digest
from corpuskit.store.pages import digest
from corpuskit.zstd import zstd_module


class Checks:
    """The checks. Each yields what is wrong, one line a finding."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def structure(self) -> Iterator[str]:
        """SQLite's own check of the file, and references that point at nothing."""
        for row in self._database.rows(sql.INTEGRITY):
            if row[0] != "ok":
                yield f"structure: {row[0]}"
        for row in self._database.rows(sql.FOREIGN_KEYS):
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
        for rule, statement in sql.RULES.items():
            wrong = [str(row[0]) for row in self._database.rows(statement)]
            if wrong:
                yield f"{rule}: {', '.join(wrong[:10])}{f' and {len(wrong) - 10} more' if len(wrong) > 10 else ''}"

    def digests(self) -> Iterator[str]:
        """Every raw page and every text against its digest."""
        zstd = zstd_module()
        for row in self._database.stream(sql.CONTENTS):
            try:
                content = zstd.decompress(row["zstd"])
            except zstd.ZstdError as error:
                yield f"content {row['id']}: cannot be decompressed: {error}"
                continue
            if len(content) != row["size"] or digest(content) != row["digest"]:
                yield f"content {row['id']}: its bytes are not those of its digest"
        for row in self._database.stream(sql.TEXT_DIGESTS):
            if text_digest(row["text"]) != row["text_digest"]:
                yield f"document {row['id']}: its text is not that of its digest"

    def back_up(self, target: Path) -> None:
        """Write one consistent copy of the corpus to `target`, which must not exist. Raises CorpusError."""
        self._database.execute("VACUUM INTO ?", (str(target),))


def _index_finding(writable: Database) -> str | None:
    try:
        writable.execute(sql.CHECK_INDEX)
    except DamagedError as error:
        return f"index: does not fit the documents ({str(error).rpartition(': ')[2]})"
    return None


class _RollBack(Exception):  # noqa: N818  # no error: it ends a transaction that must leave no trace
    pass
