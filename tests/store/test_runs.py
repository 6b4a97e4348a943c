"""Runs: what was done, and how it ended, also when nobody was there to say so."""

from __future__ import annotations

import json
import os
import socket
import subprocess

import pytest

from corpuskit.errors import CorpusError
from corpuskit.store.store import Store


def statuses(store: Store) -> list[str]:
    return [run["status"] for run in store.runs.listed()][1:]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (KeyboardInterrupt, "interrupted"),
        (SystemExit, "interrupted"),
        (CorpusError("full"), "stopped"),
        (ZeroDivisionError, "stopped"),
    ],
)
def test_a_run_ends_as_its_block_does(writing: Store, error: BaseException, status: str) -> None:
    kind = error if isinstance(error, type) else type(error)
    with pytest.raises(kind), writing.runs.record("import", ["x"]) as run:
        run.counts["read"] = 3
        raise error
    assert statuses(writing) == [status]
    assert list(writing.runs.listed())[-1]["counts"] == {"read": 3}


def test_a_run_ends_as_done_or_partial(writing: Store) -> None:
    for partial in (False, True):
        with writing.runs.record("clean", []) as run:
            run.partial = partial
    assert statuses(writing) == ["done", "partial"]
    last = list(writing.runs.listed())[-1]
    assert last["started_at"] <= last["finished_at"]
    assert last["finished_at"].endswith("Z")


def test_a_run_records_command_arguments_and_versions(writing: Store) -> None:
    arguments = ["import", "ä b", "--tag", '"x"', "\udcff"]
    with writing.runs.record("import", arguments):
        pass
    run = list(writing.runs.listed())[-1]
    assert (run["command"], run["arguments"]) == ("import", arguments)
    assert {"python", "corpuskit", "trafilatura"} <= run["versions"].keys()
    assert "process" not in run["versions"]


def set_process(store: Store, run_id: int, process: str) -> None:
    with store.transaction():
        store.database.execute("UPDATE runs SET versions = ? WHERE id = ?", (json.dumps({"process": process}), run_id))


def test_a_run_whose_process_is_gone_was_interrupted(writing: Store) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    first = writing.runs.start("import", [])
    set_process(writing, first, f"{socket.gethostname()}:{gone.pid}")
    writing.runs.start("import", [])
    assert statuses(writing) == ["interrupted", "running"]


def test_a_run_that_may_still_be_at_work_is_left_alone(writing: Store) -> None:
    for process in (f"{socket.gethostname()}:{os.getpid()}", "another-machine:1", f"{socket.gethostname()}:1"):
        set_process(writing, writing.runs.start("import", []), process)
    writing.runs.start("import", [])
    assert statuses(writing) == ["running"] * 4
