"""Keep policies, decisions without chains, and splits that hold together."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.clusters import NOBODY, Candidates, Keep, Pairs, components, decide, rank, split

COUNT = 12
PAIRS = st.dictionaries(
    st.tuples(st.integers(0, COUNT - 1), st.integers(0, COUNT - 1)).filter(lambda pair: pair[0] < pair[1]),
    st.sampled_from([0.5, 0.7, 0.8, 0.9, 1.0]),
    max_size=40,
)
FLAGS = st.lists(st.booleans(), min_size=COUNT, max_size=COUNT).map(lambda flags: np.array(sorted(flags, reverse=True)))


def pairs_from(found: dict[tuple[int, int], float], shuffled: int = 0) -> Pairs:
    rows = [(a, b, jaccard) if (a + shuffled) % 2 else (b, a, jaccard) for (a, b), jaccard in found.items()]
    random.Random(shuffled).shuffle(rows)
    return Pairs.of(rows)


@given(PAIRS, FLAGS, st.sampled_from([0.7, 0.8, 0.95]))
def test_decisions_obey_their_rules(found: dict[tuple[int, int], float], forced: np.ndarray, threshold: float) -> None:
    decisions = decide(COUNT, pairs_from(found), threshold, forced)
    kept = decisions.keeper == NOBODY
    assert kept[forced].all()
    for (a, b), jaccard in found.items():
        assert jaccard < threshold or not (kept[a] and kept[b]) or (forced[a] and forced[b])
    for number in np.flatnonzero(~kept).tolist():
        keeper = int(decisions.keeper[number])
        assert kept[keeper]
        assert found[keeper, number] == decisions.similarity[number] >= threshold
        better = [k for k in range(keeper) if kept[k] and found.get((k, number), 0.0) >= threshold]
        assert not better


@given(PAIRS, FLAGS, st.integers(1, 9))
def test_the_order_of_the_pairs_does_not_matter(found: dict[tuple[int, int], float], forced: np.ndarray, seed: int) -> None:
    one, two = (decide(COUNT, pairs_from(found, shuffled), 0.8, forced) for shuffled in (0, seed))
    assert np.array_equal(one.keeper, two.keeper)
    assert np.array_equal(one.similarity, two.similarity)


@given(PAIRS, FLAGS)
def test_pairs_told_on_request_lead_to_the_same_decisions(found: dict[tuple[int, int], float], forced: np.ndarray) -> None:
    def further(kept: int, is_open: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        assert not is_open[kept]
        own = [(b, jaccard) for (a, b), jaccard in found.items() if a == kept and b % 2 and is_open[b]]
        return np.array([b for b, _ in own], dtype=np.intp), np.array([jaccard for _, jaccard in own])

    known = {pair: jaccard for pair, jaccard in found.items() if pair[1] % 2 == 0}
    one = decide(COUNT, pairs_from(found), 0.8, forced)
    two = decide(COUNT, pairs_from(known), 0.8, forced, further)
    assert np.array_equal(one.keeper, two.keeper)


def test_no_chains() -> None:
    chain = Pairs.of([(0, 1, 0.9), (1, 2, 0.9), (2, 3, 0.9)])
    assert decide(4, chain, 0.8).keeper.tolist() == [NOBODY, 0, NOBODY, 2]


Row = tuple[int, int, str | None, str, str, bool]
ROWS: list[Row] = [
    (1, 50, "2021", "c", "x", False),
    (2, 90, None, "b", "x", False),
    (3, 90, "2020-05", "a", "x", False),
    (4, 10, "2021-03", "d", "x", False),
    (5, 90, "2020-05", "a", "w", False),
]


def ranked(rows: list[Row], keep: Keep) -> list[Row]:
    columns = [list(column) for column in zip(*rows, strict=True)]
    return [rows[place] for place in rank(Candidates(*columns), keep)]


@pytest.mark.parametrize(
    ("keep", "order"),
    [
        (Keep.LONGEST, [5, 3, 2, 1, 4]),
        (Keep.EARLIEST, [5, 3, 1, 4, 2]),
        (Keep.NEWEST, [4, 1, 5, 3, 2]),
        (Keep.FIRST, [1, 2, 3, 4, 5]),
    ],
)
def test_policies(keep: Keep, order: list[int]) -> None:
    for seed in range(5):
        assert [row[0] for row in ranked(random.Random(seed).sample(ROWS, len(ROWS)), keep)] == order


@pytest.mark.parametrize("keep", list(Keep))
def test_pinned_ones_stand_before_all_others(keep: Keep) -> None:
    pinned: Row = (9, 1, None, "z", "z", True)
    assert ranked([*ROWS, pinned], keep) == [pinned, *ranked(ROWS, keep)]


@pytest.mark.parametrize("keep", [Keep.LONGEST, Keep.EARLIEST, Keep.NEWEST])
def test_ties_do_not_depend_on_ids(keep: Keep) -> None:
    first: list[Row] = [(number, 10, "2020", "same", name, False) for number, name in enumerate("bac")]
    second: list[Row] = [(number, 10, "2020", "same", name, False) for number, name in enumerate("cab")]
    assert [row[4] for row in ranked(first, keep)] == [row[4] for row in ranked(second, keep)] == ["a", "b", "c"]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=25))
def test_components_are_those_of_the_graph(edges: list[tuple[int, int]]) -> None:
    left, right = (np.array([edge[end] for edge in edges], dtype=np.intp) for end in (0, 1))
    labels = components(21, left, right).tolist()
    reached = list(range(21))
    for _ in range(21):
        for a, b in edges:
            reached[a] = reached[b] = min(reached[a], reached[b])
    assert labels == reached


SHARES = {"train": 0.9, "test": 0.1}


def test_shares_are_kept_and_seeds_differ() -> None:
    keys = [f"sha256:{number}" for number in range(10_000)]
    sides = split(keys, [], SHARES, seed=7)
    assert abs(Counter(sides)["train"] / 10_000 - 0.9) < 0.01
    assert sides == split(keys, [], SHARES, seed=7)
    assert sides != split(keys, [], SHARES, seed=8)


@given(st.lists(st.tuples(st.integers(0, 59), st.integers(0, 59)), max_size=30), st.integers(0, 3))
def test_what_is_alike_or_in_one_group_stands_on_one_side(alike: list[tuple[int, int]], seed: int) -> None:
    keys = [f"{number}" for number in range(60)]
    groups = [number % 7 or None for number in range(60)]
    sides = split(keys, alike, {"a": 1, "b": 1, "c": 2}, seed, groups)
    assert all(sides[a] == sides[b] for a, b in alike)
    assert all(len({side for side, own in zip(sides, groups, strict=True) if own == group}) == 1 for group in range(1, 7))


@given(st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=12), st.integers(30, 60))
def test_a_document_keeps_its_side_when_the_corpus_grows(alike: list[tuple[int, int]], size: int) -> None:
    keys = [f"{number}" for number in range(size)]
    before = split(keys[:30], alike, SHARES, seed=1)
    newcomers = [(number % 30, number) for number in range(30, size)]  # each resembles one that is there
    assert split(keys, [*alike, *newcomers], SHARES, seed=1)[:30] == before


def test_a_side_without_a_share_stays_empty() -> None:
    sides = split([str(number) for number in range(200)], [], {"none": 0.0, "all": 2.0, "nothing": 0.0}, seed=0)
    assert set(sides) == {"all"}


@pytest.mark.parametrize("shares", [{}, {"a": 0.0}, {"a": 1.0, "b": -0.5}])
def test_shares_that_make_no_sense_are_refused(shares: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="shares"):
        split(["key"], [], shares, seed=0)


def test_a_text_alone_and_no_text_at_all() -> None:
    assert split([], [], SHARES, seed=0) == []
    assert decide(0, Pairs.of([]), 0.8).keeper.tolist() == []
    assert rank(Candidates([], [], [], [], [], []), Keep.LONGEST).tolist() == []
