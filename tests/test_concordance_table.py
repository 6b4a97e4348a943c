"""In a terminal the node stands in one column, whatever the scripts, and no line is wider than the terminal."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st
from wcwidth import wcswidth

from corpuskit.concordance_table import write_concordance
from corpuskit.formats import Output, width_of

FIELDS = ("id", "date", "left", "node", "right", "start")
contexts = st.text(st.sampled_from("ab cé手机한ทีُ่بنهر🤔\n\t\x1b\u202é"), max_size=60)
lines = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.integers(1, 99999),
            "date": st.sampled_from([None, "2021", "2021-02-03"]),
            "left": contexts,
            "node": st.sampled_from(["node", "手机", "نهر", "ab cd", "é"]),
            "right": contexts,
            "start": st.integers(0, 10**6),
        }
    ),
    min_size=1,
    max_size=8,
)


def written(rows: list[dict[str, object]], width: int) -> list[str]:
    stream = io.StringIO()
    assert write_concordance(rows, Output("table", FIELDS, width), stream) == len(rows)
    return stream.getvalue().split("\n")[:-1]


@given(lines, st.integers(70, 160))
def test_the_node_begins_in_one_column_and_nothing_is_too_wide(rows: list[dict[str, object]], width: int) -> None:
    out = written(rows, width)
    column = out[0].index("node")
    assert len(out) == len(rows) + 2
    for line, row in zip(out[2:], rows, strict=True):
        node = str(row["node"])
        places = [place for place in range(len(line)) if line.startswith(node, place)]
        assert column in [width_of(line[:place]) for place in places]
        assert width_of(line) <= width
        assert not any(char in line for char in "\x1b\u202e\t")


def test_a_cut_context_keeps_what_is_next_to_the_node() -> None:
    row = {"id": 1, "date": None, "left": "x" * 200 + " near ", "node": "node", "right": " next " + "y" * 200, "start": 5}
    line = written([row], 80)[2]
    assert "near  node  next" in line
    assert wcswidth(line) <= 80


def test_no_lines_no_header() -> None:
    stream = io.StringIO()
    assert write_concordance([], Output("table", FIELDS, 80), stream) == 0
    assert stream.getvalue() == ""
