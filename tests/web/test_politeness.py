"""Turns are taken one by one with a pause between them, and a server that is busy is left alone."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.web.politeness import LONGEST_PAUSE, LONGEST_WAIT, Turns, retry_after


def test_turns_of_one_host_do_not_overlap_and_keep_the_pause() -> None:
    turns = Turns(0.05)
    spans: list[tuple[float, float]] = []

    def take() -> None:
        with turns.turn("a"):
            spans.append((start := monotonic(), start))
            spans[-1] = (start, monotonic())

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(later[0] - earlier[1] >= 0.05 for earlier, later in pairwise(spans))


def test_hosts_do_not_wait_for_each_other() -> None:
    turns = Turns(3600)
    for host in ("a", "b", "c"):
        with turns.turn(host):
            assert turns.ready_at(host) <= monotonic()
        assert turns.ready_at(host) > monotonic() + 3000


def test_a_turn_is_given_back_when_something_goes_wrong() -> None:
    turns = Turns(0)
    with pytest.raises(ZeroDivisionError), turns.turn("a"):
        1 / 0  # noqa: B018
    with turns.turn("a"):
        pass


@given(delay=st.floats(0, 100), asked=st.floats(0, 1e9))
def test_a_site_can_slow_us_down_but_not_for_ever(delay: float, asked: float) -> None:
    turns = Turns(delay)
    with turns.turn("a"):
        pass
    turns.slow_down("a", asked)
    pause = turns.ready_at("a") - monotonic()
    wanted = max(delay, min(asked, LONGEST_PAUSE))
    assert wanted - 5 <= pause <= wanted


def test_a_wait_that_is_too_long_closes_the_host() -> None:
    turns = Turns(0)
    assert turns.hold("a", LONGEST_WAIT)
    assert turns.closed("a") is None
    assert turns.ready_at("a") > monotonic() + LONGEST_WAIT - 5
    assert not turns.hold("b", LONGEST_WAIT + 1)
    assert "121 s" in (turns.closed("b") or "")


def test_retry_after_is_a_number_or_a_date() -> None:
    assert retry_after("120") == 120
    assert retry_after(" 0 ") == 0
    later = retry_after(format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True))
    assert later is not None
    assert 50 < later <= 100
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == 0
    for nothing in (None, "", "soon", "-1", "1.5", "٣"):
        assert retry_after(nothing) is None


@given(st.text(max_size=40) | st.text(alphabet="0123456789:, GMTWedOct-+", max_size=40))
def test_any_retry_after_is_read(text: str) -> None:
    seconds = retry_after(text)
    assert seconds is None or seconds >= 0
