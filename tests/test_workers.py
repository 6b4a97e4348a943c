"""One job that hangs, dies, raises or eats memory fails alone, with its reason; all the others give their results.

The jobs are calls of built-in functions, for a worker cannot import a test.
"""

from __future__ import annotations

import math
import operator
import os
import signal
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from corpuskit.reasons import Reason
from corpuskit.workers import Done, Failure, Limits, run_guarded

LIMITS = Limits(seconds=20, memory=256 * 1024 * 1024, processes=2)


def results(function: Callable[[Any], Any], jobs: dict[str, Any], limits: Limits = LIMITS) -> dict[str, Any]:
    """What became of every job by its key."""
    done: list[Done[str, Any]] = list(run_guarded(function, jobs.items(), limits))
    assert len(done) == len(jobs), "every job has one result"
    return {one.key: one.result for one in done}


def test_every_job_has_its_result() -> None:
    jobs = {str(number): number for number in range(50)}
    assert results(math.sqrt, jobs) == {key: math.sqrt(number) for key, number in jobs.items()}


def test_no_jobs_are_no_results() -> None:
    assert results(math.sqrt, {}) == {}


def test_a_job_that_raises_fails_alone() -> None:
    found = results(math.sqrt, {"good": 4, "bad": -1, "odd": "x", "last": 9})
    assert (found["good"], found["last"]) == (2, 3)
    assert found["bad"].reason is found["odd"].reason is Reason.EXTRACTOR_ERROR
    assert "ValueError: math domain error" in found["bad"].detail
    assert "TypeError: must be real number" in found["odd"].detail


def test_a_job_that_takes_too_long_fails_alone() -> None:
    found = results(time.sleep, {"hangs": 300, "short": 0, "last": 0}, Limits(seconds=1, processes=2))
    assert found == {"hangs": Failure(Reason.TIMEOUT, "more than 1 s"), "short": None, "last": None}


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL, signal.SIGABRT, signal.SIGTERM])
def test_a_job_that_dies_of_a_signal_fails_alone(number: signal.Signals) -> None:
    found = results(signal.raise_signal, {"dies": int(number), "lives": int(signal.SIGINT), "last": int(signal.SIGINT)})
    assert found["dies"] == Failure(Reason.CRASHED, f"signal {int(number)} ({number.name})")
    assert (found["lives"], found["last"]) == (None, None), "workers are deaf to Ctrl-C, which the run itself hears"


def test_a_job_that_ends_its_process_fails_alone() -> None:
    found = results(os._exit, {"ends": 7})
    assert found == {"ends": Failure(Reason.CRASHED, "exit code 7")}


def test_a_job_that_eats_memory_fails_alone() -> None:
    found = results(bytearray, {"eats": 1024**3, "small": 3}, LIMITS)
    assert found == {"eats": Failure(Reason.MEMORY, "more than 256 MB"), "small": bytearray(3)}


def test_a_result_that_is_too_large_to_be_handed_over_fails_alone() -> None:
    found = results(bytes, {"large": 200 * 1024**2, "small": 3}, LIMITS)
    assert found == {"large": Failure(Reason.MEMORY, "more than 256 MB"), "small": bytes(3)}


def test_jobs_are_drawn_as_they_are_needed() -> None:
    drawn = 0

    def jobs() -> Iterator[tuple[int, int]]:
        nonlocal drawn
        for number in range(10_000):
            drawn += 1
            yield number, number

    running = run_guarded(operator.neg, jobs(), Limits(processes=1))
    first = next(running)
    assert first.result == -first.key
    assert drawn < 50
    running.close()


def test_an_iterator_that_is_abandoned_ends_its_workers() -> None:
    running = run_guarded(eval, [(number, "__import__('os').getpid()") for number in range(3)], Limits(processes=1))
    pid = next(running).result
    assert isinstance(pid, int)
    assert pid != os.getpid()
    running.close()
    deadline = time.monotonic() + 20
    while _is_there(pid):
        assert time.monotonic() < deadline, "the worker is still there"
        time.sleep(0.02)


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
