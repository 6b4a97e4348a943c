"""The SQLite file itself: opening it, refusing what is not a corpus, transactions, and what its errors mean.

No other module knows sqlite3. Writers work in WAL mode so that readers never wait, and leave the file in DELETE mode, so that
it is one file that can be copied or read in a folder without write permission.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from corpuskit.errors import CorpusError, LockedError, UsageError
from corpuskit.store.migrations import APPLICATION_ID, SCHEMA_VERSION, migrate

BUSY_SECONDS = 20.0
_CACHE = 65_536  # KiB of the file that a writer keeps in memory
_SMALL_CACHE = 8_192
Row = sqlite3.Row


class DamagedError(CorpusError):
    """What SQLite finds in the file does not fit together."""


class Database:
    """One open connection. Every method raises CorpusError, or LockedError where another process holds the file."""

    def __init__(self, path: Path, connection: sqlite3.Connection, *, writable: bool, wal: bool = True) -> None:
        self.path = path
        self.writable = writable
        self._wal = wal
        self._connection = connection
        self._connection.row_factory = sqlite3.Row
        self._file = _file_identity(path)
        self._depth = 0
        self._journal: dict[Path, tuple[int, int] | None] = {}

    @classmethod
    def open(cls, path: Path, *, write: bool = False, create: bool = False, wal: bool = True) -> Database:
        """Open a corpus. Raises CorpusError where it is missing (unless `create`), foreign, newer or damaged.

        Without `wal` the journal stays as it is, and so does every byte of the file as long as nothing is committed.
        """
        if not path.exists():
            if not create:
                raise CorpusError(f"no corpus at {path}", hint="corpuskit import")
            if not path.parent.is_dir():
                raise CorpusError(f"cannot create {path}: no folder {path.parent}")
        elif not path.is_file():
            raise CorpusError(f"{path}: not a file")
        with errors_explained(path):
            database = cls(path, _connect(path, write=write, create=create), writable=write, wal=wal)
            try:
                database._prepare()
            except BaseException:
                database._connection.close()
                raise
        return database

    @classmethod
    def open_alone(cls, path: Path) -> Database:
        """Open a corpus for writing, with everybody else locked out until it is closed, and what is deleted overwritten.

        References are not looked after. Raises LockedError where somebody else has it open.
        """
        database = cls.open(path, write=True, wal=False)
        try:
            with errors_explained(path):
                connection = database._connection
                if connection.execute("PRAGMA journal_mode = DELETE").fetchone()[0] != "delete":
                    raise LockedError(f"{path}: locked: another process has it open")
                connection.execute("PRAGMA locking_mode = EXCLUSIVE")
                connection.execute("PRAGMA secure_delete = ON")
                connection.execute("PRAGMA foreign_keys = OFF")  # every removal would look for references, table by table
                connection.execute("BEGIN EXCLUSIVE")
                connection.execute("COMMIT")
        except BaseException:
            database.close()
            raise
        return database

    def _prepare(self) -> None:
        version = self._inspect()
        if version == SCHEMA_VERSION and not self.writable:
            self._connection.execute("PRAGMA temp_store = MEMORY")
            self._connection.execute("PRAGMA cache_size = -32768")
            return
        if not self.writable:  # an older corpus: bring it up to date once, through a connection that may write
            Database.open(self.path, write=True).close()
            return
        if self._wal:
            self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.execute("PRAGMA temp_store = MEMORY")
        self._connection.execute(f"PRAGMA cache_size = -{_CACHE}")
        if version < SCHEMA_VERSION:
            with self.transaction():
                migrate(self._connection)

    def _inspect(self) -> int:
        """The schema version, 0 for a new file. Raises CorpusError for a file that is not ours, or newer than we are."""
        (application,) = self._connection.execute("PRAGMA application_id").fetchone()
        (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        (tables,) = self._connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if application != APPLICATION_ID and (tables or application or not self.writable):
            raise CorpusError(f"{self.path}: not a corpus: an SQLite file of another program")
        if version > SCHEMA_VERSION:
            raise CorpusError(
                f"{self.path}: made by a newer corpuskit: its schema is {version}, this one knows {SCHEMA_VERSION}",
                hint="upgrade corpuskit",
            )
        return int(version)

    # reading

    def rows(self, statement: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> list[Row]:
        """All rows of a query."""
        with errors_explained(self.path):
            return self._connection.execute(statement, parameters).fetchall()

    def stream(self, statement: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> Iterator[Row]:
        """Rows one by one. Nothing may be written while it is open."""
        with errors_explained(self.path):
            # `yield from` would close the cursor with the generator, maybe after the connection
            for row in self._connection.execute(statement, parameters):  # noqa: UP028
                yield row

    def row(self, statement: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> Row | None:
        """The first row, or None."""
        with errors_explained(self.path):
            row: Row | None = self._connection.execute(statement, parameters).fetchone()
            return row

    def value(self, statement: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> Any:
        """The first column of the first row, or None."""
        row = self.row(statement, parameters)
        return row[0] if row else None

    def user_rows(
        self, statement: str, parameters: Sequence[Any] = (), *, seconds: float = 30.0
    ) -> tuple[list[str], Iterator[Row]]:
        """Column names and rows of SQL that a user wrote: it can read this file and nothing else, for at most `seconds`.

        Raises UsageError where the SQL is wrong, not allowed or too slow.
        """
        from time import monotonic

        deadline = monotonic() + seconds
        signals: list[BaseException] = []
        ticks = _ticks(lambda: monotonic() > deadline, signals)
        next(ticks)

        def rows(cursor: sqlite3.Cursor) -> Iterator[Row]:
            nonlocal deadline
            try:
                with _user_errors(signals):
                    for row in cursor:
                        handed_over = monotonic()
                        yield row
                        deadline += monotonic() - handed_over  # what a reader does meanwhile, such as to page, is not the SQL's
            finally:
                self._release_user_sql()

        with errors_explained(self.path):  # a virtual table is set up when it is first met, which reading rights do not cover
            self._connection.execute("SELECT 1 FROM json_each('[]'), documents_fts LIMIT 0")
        self._connection.set_authorizer(_reading_only)
        self._connection.set_progress_handler(ticks.__next__, 10_000)
        try:
            with _user_errors(signals):
                cursor = self._connection.execute(statement, parameters)
        except BaseException:
            self._release_user_sql()
            raise
        return [column[0] for column in cursor.description or ()], rows(cursor)

    def _release_user_sql(self) -> None:
        with suppress(sqlite3.ProgrammingError):  # closed already: rows that nobody wants any more go after the file
            self._connection.set_authorizer(None)
            self._connection.set_progress_handler(None, 0)

    # writing

    def execute(self, statement: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> int:
        """Run one statement; the row id of an INSERT."""
        with errors_explained(self.path):
            return self._connection.execute(statement, parameters).lastrowid or 0

    def change(self, statement: str, parameters: Sequence[Any] | dict[str, Any] = ()) -> int:
        """Run one statement; how many rows it changed."""
        with errors_explained(self.path):
            return self._connection.execute(statement, parameters).rowcount

    def execute_many(self, statement: str, rows: Iterable[Sequence[Any]]) -> None:
        """Run one statement for every row of parameters."""
        with errors_explained(self.path):
            self._connection.executemany(statement, rows)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. The write lock is taken at the beginning; a transaction inside one belongs to the outer one."""
        if self._depth:
            yield
            return
        with errors_explained(self.path):
            self._check_file()
            self._connection.execute("BEGIN IMMEDIATE")
        self._journal = self._journal or {path: _file_identity(path) for path in _journal_paths(self.path)}
        self._depth = 1
        try:
            yield
            with errors_explained(self.path):
                self._check_file()
                self._connection.execute("COMMIT")
        except BaseException:
            with suppress(sqlite3.Error):
                self._connection.rollback()
            raise
        finally:
            self._depth = 0

    @contextmanager
    def small_cache(self) -> Iterator[None]:
        """For a block that writes much and reads little of it again: memory stays where it is, and nothing gets slower."""
        self._connection.execute(f"PRAGMA cache_size = -{_SMALL_CACHE}")
        try:
            yield
        finally:
            with suppress(sqlite3.Error):
                self._connection.execute(f"PRAGMA cache_size = -{_CACHE}")

    def _check_file(self) -> None:
        """A corpus that was deleted or replaced during the run would take all commits and keep none."""
        if _file_identity(self.path) != self._file:
            raise CorpusError(f"{self.path}: removed or replaced while it was being written: the last changes are lost")

    def close(self) -> None:
        """Close the file, as one file again where nobody else has it open."""
        if self.writable and self._wal:
            with suppress(sqlite3.Error):
                self._connection.execute("PRAGMA busy_timeout = 200")
                if _file_identity(self.path) == self._file:
                    self._connection.execute("PRAGMA journal_mode = DELETE")
        self._connection.close()
        if self._journal and _file_identity(self.path) != self._file:
            # SQLite would take the journal of a corpus that is gone for that of the file which has its name now
            for path, identity in self._journal.items():
                if identity is not None and _file_identity(path) == identity:
                    path.unlink(missing_ok=True)


def _connect(path: Path, *, write: bool, create: bool) -> sqlite3.Connection:
    mode = "rwc" if create else "rw" if write else "ro"
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
    )


def _journal_paths(path: Path) -> tuple[Path, ...]:
    return tuple(path.with_name(path.name + suffix) for suffix in ("-wal", "-shm"))


def _file_identity(path: Path) -> tuple[int, int] | None:
    try:
        info = os.stat(path)  # noqa: PTH116  # Path.stat raises the same; this is called at every commit
    except OSError:
        return None
    return info.st_dev, info.st_ino


def _reading_only(action: int, first: str | None, second: str | None, _database: str | None, _trigger: str | None) -> int:
    allowed = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE}
    if action in allowed or (action == sqlite3.SQLITE_FUNCTION and second not in {"load_extension", "readfile", "writefile"}):
        return sqlite3.SQLITE_OK
    # FTS5 asks for the data version of its own file when it is queried
    if action == sqlite3.SQLITE_PRAGMA and first == "data_version":
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _ticks(is_late: Callable[[], bool], signals: list[BaseException]) -> Iterator[bool]:
    """Whether to stop, asked again and again by SQLite, which would swallow what a signal raises meanwhile: it is kept here.

    It is a generator because only that is inside of `try` already when it is called.
    """
    try:
        while not is_late():
            yield False
    except (KeyboardInterrupt, SystemExit) as error:
        signals.append(error)
    while True:
        yield True


@contextmanager
def _user_errors(signals: list[BaseException]) -> Iterator[None]:
    try:
        yield
    except UnicodeEncodeError:
        raise UsageError("SQL: not UTF-8") from None
    except (sqlite3.Error, sqlite3.Warning) as error:
        if signals:
            raise signals.pop() from None
        text = str(error)
        if "not authorized" in text or "prohibited" in text or "authorization denied" in text:
            raise UsageError("SQL not allowed: it may only read this corpus") from None
        if text == "interrupted":
            raise UsageError("SQL took too long: stopped", hint="narrow it, or raise --timeout") from None
        raise UsageError(f"SQL: {' '.join(text.split())}") from None


@contextmanager
def errors_explained(path: Path) -> Iterator[None]:
    """sqlite3's errors as ours, in the words of somebody who has to do something about them."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise UsageError(f"not UTF-8: {error.object!r}") from None
    except UnicodeDecodeError:  # sqlite3 cannot even quote what it found
        raise _damaged(path, "its schema is not readable") from None
    except OverflowError:
        raise UsageError("a number is too large") from None
    except sqlite3.Error as error:
        raise _explained(error, path) from error


def _explained(error: sqlite3.Error, path: Path) -> CorpusError:
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return LockedError(
            f"{path}: locked: another process is writing", hint="wait for it to end and run the same command again"
        )
    meanings = {
        "SQLITE_NOTADB": "not a corpus: not an SQLite file",
        "SQLITE_FULL": "cannot write: the disk is full; what was committed before is kept",
        "SQLITE_READONLY": "cannot write: no permission",
        "SQLITE_CANTOPEN": "cannot open it: no permission, or its folder cannot be written",
        "SQLITE_IOERR": f"cannot read or write: {error}; what was committed before is kept",
        "SQLITE_TOOBIG": "a page is larger than SQLite can hold",
    }
    meaning = next((text for prefix, text in meanings.items() if name.startswith(prefix)), f"{error} ({name or 'sqlite'})")
    if name.startswith("SQLITE_CORRUPT"):
        return _damaged(path, str(error))
    return CorpusError(f"{path}: {meaning}")


def _damaged(path: Path, what: str) -> DamagedError:
    return DamagedError(
        f"{path}: damaged: {what}", hint="restore a backup; what can be read of it, sqlite3's .recover still gets"
    )
