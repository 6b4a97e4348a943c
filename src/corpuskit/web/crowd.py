"""Many hosts at once, each of them one task at a time: a few threads that go where somebody is ready.

The threads do nothing but wait for the network; whoever iterates gets the results one by one, and the threads go no further than
a few results ahead.
"""

from __future__ import annotations

import heapq
import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable
from typing import Generic, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

MOST_THREADS = 8


class _Plan(Generic[Task]):
    """Which task is next: of all hosts that nobody is at, the one that has been ready for longest."""

    def __init__(self, tasks: Iterable[tuple[str, Task]], ready_at: Callable[[str], float]) -> None:
        self._waiting: dict[str, deque[Task]] = {}
        for host, task in tasks:
            self._waiting.setdefault(host, deque()).append(task)
        self._ready_at = ready_at
        # the order of the list decides between hosts that are equally ready
        self._free = [(float("-inf"), number, host) for number, host in enumerate(self._waiting)]
        self._number = len(self._free)
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._busy = 0
        self._stopped = False

    def __len__(self) -> int:
        return len(self._waiting)

    def take(self) -> tuple[str, Task] | None:
        """The next task, or None at the end. The host is not free before `give_back`."""
        with self._changed:
            while not self._free and self._busy and not self._stopped:
                self._changed.wait()
            if not self._free or self._stopped:
                return None
            _, _, host = heapq.heappop(self._free)
            self._busy += 1
            return host, self._waiting[host].popleft()

    def give_back(self, host: str) -> None:
        """The host is free again."""
        with self._changed:
            self._busy -= 1
            self._number += 1
            if self._waiting[host]:
                heapq.heappush(self._free, (self._ready_at(host), self._number, host))
            self._changed.notify_all()

    def stop(self) -> None:
        """No more tasks."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()


class _Results(Generic[Task, Result]):
    """What the threads hand over: pairs, an error that ends everything, or None from a thread that has nothing more to do."""

    def __init__(self) -> None:
        self._queue: queue.Queue[tuple[Task, Result] | BaseException | None] = queue.Queue(MOST_THREADS)
        self.abandoned = threading.Event()

    def put(self, item: tuple[Task, Result] | BaseException | None) -> None:
        """Hand over, unless nobody is interested any more."""
        while not self.abandoned.is_set():
            try:
                self._queue.put(item, timeout=0.2)
            except queue.Full:
                continue
            break

    def get(self) -> tuple[Task, Result] | BaseException | None:
        """The next one."""
        return self._queue.get()


def by_host(
    tasks: Iterable[tuple[str, Task]], work: Callable[[Task], Result], ready_at: Callable[[str], float]
) -> Generator[tuple[Task, Result], None, None]:
    """Do the work for every task, given with its host, and yield tasks with their results as they come.

    Tasks of one host are done one after the other, in their order. `ready_at` tells when a host may be asked next; what `work`
    raises is raised here. Abandoning the iterator ends the threads with what they are just doing.
    """
    plan = _Plan(tasks, ready_at)
    results: _Results[Task, Result] = _Results()
    running = min(MOST_THREADS, len(plan))
    for _ in range(running):
        threading.Thread(target=_run, args=(plan, work, results), daemon=True).start()
    try:
        while running:
            item = results.get()
            if item is None:
                running -= 1
            elif isinstance(item, BaseException):
                raise item
            else:
                yield item
    finally:
        results.abandoned.set()
        plan.stop()


def _run(plan: _Plan[Task], work: Callable[[Task], Result], results: _Results[Task, Result]) -> None:
    try:
        while not results.abandoned.is_set() and (taken := plan.take()) is not None:
            host, task = taken
            results.put((task, work(task)))
            plan.give_back(host)
        results.put(None)
    except BaseException as error:  # noqa: BLE001  # it is raised where the results are awaited
        results.put(error)
