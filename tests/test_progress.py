"""Progress is one line that is drawn over and wiped."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st

from corpuskit.progress import Bar, silent


def test_silence_is_silent() -> None:
    silent(1, 2)


def test_a_bar_tells_count_share_rate_and_remaining_time() -> None:
    stream = io.StringIO()
    bar = Bar(stream, "cleaning", width=100)
    bar(1_000, 2_000)
    text = stream.getvalue()
    assert "cleaning 1,000/2,000 [##########..........]" in text
    assert "pages/s" in text
    assert text.rstrip().endswith("left")


def test_without_a_total_there_is_no_share() -> None:
    stream = io.StringIO()
    Bar(stream, "importing", width=100)(5, None)
    assert "importing 5 pages, " in stream.getvalue()
    assert "left" not in stream.getvalue()


@given(st.lists(st.tuples(st.integers(0, 10**9), st.none() | st.integers(0, 10**9)), max_size=5), st.integers(2, 120))
def test_a_bar_never_fills_the_last_column_and_wipes_itself(steps: list[tuple[int, int | None]], width: int) -> None:
    stream = io.StringIO()
    bar = Bar(stream, "x", width=width)
    for done, total in steps:
        bar(done, total)
    bar.close()
    pieces = stream.getvalue().split("\r")
    assert all(len(piece) <= width - 1 for piece in pieces)
    assert "\n" not in stream.getvalue()
    if steps:
        assert pieces[-2:] == [" " * (width - 1), ""]
    else:
        assert stream.getvalue() == ""
