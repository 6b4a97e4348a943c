"""Every task is done once, those of one host in their order, and none of one host at the same time."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import closing

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.web.crowd import MOST_THREADS, _Plan, by_host


@given(st.lists(st.tuples(st.sampled_from("abcdefghijklm"), st.integers())))
@settings(deadline=None, max_examples=60)
def test_every_task_has_one_result_and_hosts_keep_their_order(tasks: list[tuple[str, int]]) -> None:
    busy: Counter[str] = Counter()
    lock = threading.Lock()

    def work(task: tuple[str, int]) -> int:
        with lock:
            busy[task[0]] += 1
            assert busy[task[0]] == 1
        result = task[1] * 2
        with lock:
            busy[task[0]] -= 1
        return result

    done = list(by_host(((task[0], task) for task in tasks), work, lambda _: 0.0))
    assert Counter(task for task, _ in done) == Counter(tasks)
    assert all(result == task[1] * 2 for task, result in done)
    for host in {host for host, _ in tasks}:
        assert [task for task, _ in done if task[0] == host] == [task for task in tasks if task[0] == host]


def test_hosts_are_worked_on_at_the_same_time() -> None:
    together = threading.Barrier(MOST_THREADS, timeout=30)
    tasks = [(str(number), number) for number in range(MOST_THREADS)]
    assert len(list(by_host(tasks, lambda _: together.wait(), lambda _: 0.0))) == MOST_THREADS


def test_the_host_that_is_ready_first_goes_first() -> None:
    ready = {"a": 3.0, "b": 1.0, "c": 2.0}
    plan = _Plan([(host, host + number) for number in "12" for host in "abc"], ready.__getitem__)
    for wanted in (["a1", "b1", "c1"], ["b2", "c2", "a2"]):
        taken = [found for _ in ready if (found := plan.take()) is not None]
        assert [task for _, task in taken] == wanted
        for host, _ in taken:
            plan.give_back(host)
    assert plan.take() is None


def test_an_error_is_raised_where_the_results_are_awaited() -> None:
    with pytest.raises(ZeroDivisionError):
        list(by_host([("a", 1), ("a", 0), ("a", 2)], lambda number: 1 // number, lambda _: 0.0))


def test_abandoning_ends_the_threads() -> None:
    before = threading.active_count()
    with closing(
        by_host(((str(number % 20), number) for number in range(1000)), lambda number: number, lambda _: 0.0)
    ) as results:
        next(results)
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and thread.daemon:
            thread.join(5)
    assert threading.active_count() <= before


def test_nothing_to_do() -> None:
    assert list(by_host([], lambda task: task, lambda _: 0.0)) == []
