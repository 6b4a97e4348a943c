"""Work in processes that can be killed: the guard between one hostile page and the rest of the run.

Only killing a process ends a computation that hangs inside a C library, and only a process of its own keeps a crash or a
memory limit away
from the other pages. Pebble blames exactly the job at fault. What is computed is not our matter: any picklable function does.
"""

from __future__ import annotations

import gc
import multiprocessing
import multiprocessing.context
import os
import pickle
import signal
import sys
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, TypeVar

from corpuskit.reasons import Reason

Job = TypeVar("Job")
Result = TypeVar("Result")
Key = TypeVar("Key")

_PER_WORKER = 4  # jobs that wait for each worker: enough that none idles, few enough that memory stays flat


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job may use, and how many run at once."""

    seconds: float = 30.0
    memory: int = 120 * 1024 * 1024  # bytes on top of what an idle worker has
    processes: int = 1


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job has no result."""

    reason: Reason
    detail: str


@dataclass(frozen=True, slots=True)
class Done(Generic[Key, Result]):
    """One finished job."""

    key: Key
    result: Result | Failure


def start_early(preload: tuple[str, ...]) -> None:
    """Let the process that workers are forked from load its modules while the caller still does something else."""
    from multiprocessing import forkserver

    _context(preload)
    forkserver.ensure_running()


def _context(preload: tuple[str, ...]) -> multiprocessing.context.ForkServerContext:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, *preload])
    return context


def run_guarded(
    function: Callable[[Job], Result], jobs: Iterable[tuple[Key, Job]], limits: Limits, preload: tuple[str, ...] = ()
) -> Generator[Done[Key, Result], None, None]:
    """Run every job in a worker process and yield the results as they come, in no order.

    A job that takes longer than `limits.seconds`, needs more than `limits.memory`, raises, or kills its process gives a
    `Failure`; all the others go on. `preload` names modules that workers should find loaded. Jobs are drawn lazily; abandoning
    the iterator ends the workers.
    """
    from pebble import ProcessPool

    waiting: dict[Future[Any], Key] = {}
    source = iter(jobs)
    pool = ProcessPool(max_workers=limits.processes, context=_context(preload), initializer=_prepare, initargs=(limits.memory,))
    try:
        while True:
            for key, job in islice(source, _PER_WORKER * limits.processes - len(waiting)):
                waiting[pool.schedule(_call, args=[function, job], timeout=limits.seconds)] = key
            if not waiting:
                return
            finished, _ = wait(waiting, return_when=FIRST_COMPLETED)
            for future in finished:
                yield Done(waiting.pop(future), _outcome(future, limits))
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def _outcome(future: Future[Any], limits: Limits) -> Any:
    from pebble import ProcessExpired

    try:
        return pickle.loads(future.result())  # noqa: S301  # our own worker pickled it
    except TimeoutError:
        return Failure(Reason.TIMEOUT, f"more than {limits.seconds:g} s")
    except ProcessExpired as error:
        code = error.exitcode
        if code is not None and code < 0:
            return Failure(Reason.CRASHED, f"signal {-code} ({_signal_name(-code)})")
        return Failure(Reason.CRASHED, f"exit code {code}")
    except MemoryError as error:
        return Failure(Reason.MEMORY, str(error) or f"more than {limits.memory // (1024 * 1024)} MB")
    except Exception as error:  # noqa: BLE001  # whatever a job raises is the job's own failure, not the run's
        return Failure(Reason.EXTRACTOR_ERROR, f"{type(error).__name__}: {error}".partition("\n")[0][:300])


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"


def _call(function: Callable[[Job], Result], job: Job) -> bytes:
    """Call the function in the worker; its result, pickled here, where a lack of memory for that is still the job's own failure.

    An exception that cannot be pickled, or is too deep to be, must not break the pool.
    """
    try:
        return pickle.dumps(function(job), pickle.HIGHEST_PROTOCOL)
    except MemoryError as error:
        raise MemoryError(str(error)) from None
    except Exception as error:  # noqa: BLE001  # see above
        raise RuntimeError(f"{type(error).__name__}: {error}"[:300]) from None


def _prepare(memory: int) -> None:
    """Make this process a worker: limited in memory, dying with its parent, deaf to Ctrl-C (which the parent hears)."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    if sys.platform == "linux":
        _die_with_parent()
    _limit_memory(memory)


def _die_with_parent() -> None:
    """Have the kernel kill this process when the one that gave it its work is gone, whatever it is computing by then.

    The parent that the kernel knows is the fork server, which lives as long as any worker does. The pipe whose other end only the
    real parent holds tells the truth: it is closed when that ends.
    """
    import fcntl
    import select

    if (parent := multiprocessing.parent_process()) is None:
        return
    pipe = parent.sentinel
    fcntl.fcntl(pipe, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(pipe, fcntl.F_SETSIG, signal.SIGKILL)
    fcntl.fcntl(pipe, fcntl.F_SETFL, fcntl.fcntl(pipe, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([pipe], [], [], 0)[0]:  # it went before we asked
        os._exit(1)


def _limit_memory(memory: int) -> None:
    """Limit the address space to what the process has now and `memory` bytes more."""
    import resource

    try:
        with open("/proc/self/statm") as statm:  # noqa: PTH123
            used = int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:
        return  # no such measure here; the time limit still stands
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = used + memory
    resource.setrlimit(resource.RLIMIT_AS, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))
