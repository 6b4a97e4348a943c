"""The arithmetic and the signs under the search for the main text, in claims for all numbers and all lines."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from corpuskit.extract.plaintext_clean import EDGE_ROW, edge_row
from corpuskit.extract.plaintext_lines import Line, measure
from corpuskit.extract.plaintext_posts import comments_start
from corpuskit.extract.plaintext_scores import captions, line_scores, topics, weighed
from corpuskit.extract.plaintext_sums import best_run, extent, grown

SCORES = st.lists(st.integers(-30, 60).map(float), max_size=20)
LINES = st.lists(
    st.sampled_from(
        ["Home", "The boat runs again, the harbour office said, and so it did.", "3 May 2019 at 4:17 pm", "It leaked.", "* a"]
    ),
    max_size=20,
)


def lines_of(texts: list[str]) -> list[Line]:
    return [measure(number, number, text) for number, text in enumerate(texts, 1)]


@given(SCORES)
def test_no_run_is_better_than_the_best(scores: list[float]) -> None:
    first, end = best_run(scores, 0, len(scores))
    every = (sum(scores[a:b]) for a in range(len(scores)) for b in range(a, len(scores) + 1))
    assert sum(scores[first:end]) == max(every, default=0)


@given(SCORES, st.data())
def test_a_run_grows_only_by_what_adds_to_it(scores: list[float], data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(scores)))
    end = data.draw(st.integers(first, len(scores)))
    above, below = grown(scores, first, end)
    assert sum(scores[above:below]) >= sum(scores[first:end])


@given(SCORES)
def test_an_extent_is_the_best_beginning(scores: list[float]) -> None:
    last = extent(scores, range(len(scores)), -1)
    assert sum(scores[: last + 1]) == max([sum(scores[:end]) for end in range(len(scores) + 1)])


@given(LINES)
def test_every_line_has_a_score_and_weights_only_lower_it(texts: list[str]) -> None:
    lines = lines_of(texts)
    counts = Counter(line.key for line in lines)
    scores = line_scores(lines, [False] * len(lines), counts)
    assert len(scores) == len(lines)
    first, end = best_run(scores, 0, len(scores))
    for before, after in zip(scores, weighed(lines, scores, topics(lines, scores), first, end), strict=True):
        assert after == before if before <= 0 else 0 < after <= before


@given(LINES)
def test_captions_are_lines_that_are_there_twice(texts: list[str]) -> None:
    lines = lines_of(texts)
    assert all(texts.count(texts[index]) > 1 for index in captions(lines, Counter(line.key for line in lines)))


@given(LINES)
def test_comments_start_with_their_first_stamp(texts: list[str]) -> None:
    lines = lines_of(texts)
    start = comments_start(lines, [float(line.words) if line.is_ended else -15.0 for line in lines])
    assert start is None or start == texts.index("3 May 2019 at 4:17 pm")


@given(st.integers(0, 12), st.booleans())
def test_buttons_at_an_end_are_a_menu_from_some_on(count: int, more: bool) -> None:
    lines = lines_of(["Home"] * count + ["The boat runs again, the harbour office said."] * more)
    assert edge_row(lines) == (count if more and count >= EDGE_ROW else 0)
