"""Runs: what was done to the corpus, by which command and which versions, and how it ended."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from corpuskit.errors import CorpusError
from corpuskit.history import History
from corpuskit.store import sql
from corpuskit.store.database import Database

_PACKAGES = ("corpuskit", "trafilatura", "lxml", "py3langid", "charset-normalizer", "faust-cchardet")


def now() -> str:
    """The time, UTC, ISO 8601 with `Z`."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(slots=True)
class Run:
    """A run that is going on. What stands in `counts` is recorded when it ends, and whether some inputs failed."""

    id: int
    counts: dict[str, int] = field(default_factory=dict)
    partial: bool = False


class Runs:
    """The runs of a corpus."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, command: str, arguments: Sequence[str]) -> int:
        """Record that a run began; its id. Runs whose process is gone are marked as interrupted."""
        with self._database.transaction():
            self._mark_interrupted()
            return self._database.execute(sql.INSERT_RUN, (command, json.dumps(arguments), json.dumps(_versions()), now()))

    @contextmanager
    def record(self, command: str, arguments: Sequence[str]) -> Iterator[Run]:
        """A run around a block: it ends as done or partial, as interrupted by a signal, or as stopped by an error."""
        run = Run(self.start(command, arguments))
        try:
            yield run
        except BaseException as error:
            status = "interrupted" if isinstance(error, (KeyboardInterrupt, SystemExit, GeneratorExit)) else "stopped"
            with suppress(CorpusError):  # the corpus may be what stopped it
                self.finish(run.id, status, run.counts)
            raise
        self.finish(run.id, "partial" if run.partial else "done", run.counts)

    def finish(self, run_id: int, status: str, counts: Mapping[str, int]) -> None:
        """Record how a run ended: "done", "partial", "interrupted" or "stopped"."""
        with self._database.transaction():
            self._database.execute(sql.FINISH_RUN, (now(), status, json.dumps(counts), run_id))

    def listed(self) -> Iterator[dict[str, Any]]:
        """Every run, oldest first, with the run that it undoes and the undo of it that holds."""
        rows = self._database.rows(sql.SELECT_RUNS)
        undone_by = History.of({row["id"]: row["undoes"] for row in rows}).holding_undos()
        for row in rows:
            yield {
                "run": row["id"],
                "command": row["command"],
                "started_at": row["started_at"],
                "finished_at": row["finished_at"],
                "status": row["status"],
                "counts": json.loads(row["counts"]),
                "arguments": json.loads(row["arguments"]),
                "versions": {name: text for name, text in json.loads(row["versions"]).items() if name != "process"},
                "undoes": row["undoes"],
                "undone_by": undone_by.get(row["id"]),
                "accepted_by": row["accepted_by"],
            }

    def _mark_interrupted(self) -> None:
        for row in self._database.rows(sql.SELECT_RUNNING):
            if not _alive(json.loads(row["versions"]).get("process", "")):
                self._database.execute(sql.FINISH_RUN, (None, "interrupted", "{}", row["id"]))


def _versions() -> dict[str, str]:
    import platform
    import socket
    from importlib.metadata import PackageNotFoundError, version

    versions = {"python": platform.python_version()}
    for package in _PACKAGES:
        with suppress(PackageNotFoundError):
            versions[package] = version(package)
    return versions | {"process": f"{socket.gethostname()}:{os.getpid()}"}


def _alive(process: str) -> bool:
    """Whether the process of a run may still be at work; one on another machine is given the benefit of the doubt."""
    import socket

    host, _, number = process.rpartition(":")
    if host != socket.gethostname():
        return bool(host)
    try:
        os.kill(int(number), 0)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False
    return True
