"""Lines for a terminal: nothing is lost by breaking them, and none is too wide."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from corpuskit.formats import visible, width_of
from corpuskit.telling import tell_lines, wrapped

texts = st.text(st.sampled_from("ab .渡e\u0301-"), max_size=120)
lines = st.one_of(
    texts.map(lambda text: f"  raw       {text}"),
    texts.map(lambda text: f"{17:>6} - {text}"),
    texts.map(lambda text: f"8: kept: {text}"),
)


@given(lines, st.integers(24, 90))
def test_a_broken_line_has_all_its_words_and_fits(line: str, width: int) -> None:
    line = visible(line)
    parts = list(wrapped(line, width))
    assert "".join("".join(parts).split()) == "".join(line.split())
    assert all(width_of(part) <= width for part in parts)
    if width_of(line) <= width:
        assert parts == [line]


def test_what_goes_on_stands_under_what_it_belongs_to() -> None:
    assert list(wrapped("  page      one two three four", 24)) == ["  page      one two", "            three four"]
    assert list(wrapped("    17 - one two three four", 24)) == ["    17 - one two three", "         four"]
    digest = "sha256:" + "0" * 20
    assert list(wrapped(f"  raw       12 bytes, {digest}", 32)) == ["  raw       12 bytes,", f"     {digest}"]


def test_a_narrow_terminal_is_no_endless_loop() -> None:
    assert len(list(wrapped("  page      " + "x" * 500, 1))) < 60


def test_a_run_of_cut_lines_has_its_reason_once() -> None:
    told = list(tell_lines([(1, "Menu", "navigation"), (2, "Home", "navigation"), (3, "A text.", None)]))
    assert told[2:] == ["     1 - Menu   [navigation]", "     2 - Home", "     3   A text."]
