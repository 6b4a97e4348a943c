"""Collocations: against windows laid word by word, and tables filled cell by cell."""

from __future__ import annotations

from collections import Counter
from math import log, log2, sqrt
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.test_tallying import WIRE, Written, corpus, dedupe_all

from corpuskit.collocating import SORTS, CollocateOptions, collocates, marked
from corpuskit.errors import UsageError
from corpuskit.finding import query_finder
from corpuskit.occurring import Reader
from corpuskit.selection import Selection
from corpuskit.store.store import Store
from corpuskit.tallying import Spelling

FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
documents = st.lists(st.lists(st.sampled_from(("node", "Node", *"abcde")), max_size=25), min_size=1, max_size=5)


def found(store: Store, node: str, selection: Selection | None = None, **options: Any) -> list[dict[str, Any]]:
    options = {"min_frequency": 1} | options
    reader = Reader(store, query_finder(node), lambda unread: pytest.fail(str(unread)))
    return list(collocates(reader, selection or Selection(), CollocateOptions(**options)))


def by_word(rows: list[dict[str, Any]], field: str) -> dict[str, Any]:
    return {row["word"]: row[field] for row in rows}


def test_the_window_ends_with_the_document_and_crosses_nothing_else() -> None:
    with corpus([Written("one two. Node three\n\nfour five"), Written("six node"), Written("seven eight")]) as store:
        rows = found(store, "node", left=1, right=2)
        assert by_word(rows, "cooccurrences") == {"two": 1, "three": 1, "four": 1, "six": 1}
        assert {(row["node_frequency"], row["window_tokens"], row["tokens"]) for row in rows} == {(2, 4, 10)}
        assert by_word(found(store, "node", left=0, right=1), "cooccurrences") == {"three": 1}


def test_a_word_between_two_nodes_is_counted_once_and_the_node_never() -> None:
    with corpus([Written("a node b node c")]) as store:
        rows = found(store, "node")
        assert by_word(rows, "cooccurrences") == {"a": 1, "b": 1, "c": 1}
        assert found(store, "node b node")[0]["node_frequency"] == 3, "both words of the query are nodes"


def test_the_node_may_be_a_phrase_or_a_prefix_or_characters() -> None:
    with corpus([Written("the climate summit of the climate camp"), Written("灯台と灯", language="ja")]) as store:
        assert by_word(found(store, '"climate summit"', left=1, right=1), "cooccurrences") == {"the": 1, "of": 1}
        assert by_word(found(store, "clim*", left=0, right=1), "cooccurrences") == {"summit": 1, "camp": 1}
        assert by_word(found(store, "灯", left=1, right=1), "cooccurrences") == {"台": 1, "と": 1}


def test_a_part_of_the_node_can_be_a_collocate_elsewhere() -> None:
    """The table leaves the words of the nodes out; the frequency that is shown is that of the list of words."""
    with corpus([Written("hot dog hot mustard"), Written("hot x y z")]) as store:
        rows = {row["word"]: row for row in found(store, '"hot dog"', right=1, left=0)}
        assert rows["hot"]["cooccurrences"] == 1
        assert rows["hot"]["frequency"] == 3
        assert rows["hot"]["expected"] == pytest.approx(1 * 2 / 6)


def test_what_is_not_there_has_no_collocates() -> None:
    with corpus([Written("one two", title="node")]) as store:
        assert found(store, "node") == [], "a title is no text"
        assert found(store, "three") == []
        assert found(store, "NOT three") == []
        with pytest.raises(UsageError):
            found(store, "!")


def test_spelling_and_selection() -> None:
    with corpus([Written("Node Été"), Written("node été"), Written("node ete", language="fr")]) as store:
        assert by_word(found(store, "node"), "cooccurrences") == {"été": 2, "ete": 1}
        assert by_word(found(store, "node", spelling=Spelling(fold_accents=True)), "cooccurrences") == {"ete": 3}
        assert by_word(found(store, "node", spelling=Spelling(case=True)), "cooccurrences") == {"Été": 1, "été": 1, "ete": 1}
        french = found(store, "node", Selection(languages=("fr",)))
        assert by_word(french, "frequency") == {"ete": 1}
        assert by_word(found(store, "node", Selection(match="ete", limit=1)), "documents") == {"été": 1}


def test_each_story_counts_once() -> None:
    with corpus(WIRE) as store:
        (before,) = [row for row in found(store, "one", left=1, right=1) if row["word"] == "two"]
        assert before["node_frequency"] == 2
        dedupe_all(store)
        (row,) = [
            row for row in found(store, "one", Selection(state="all"), left=1, right=1, unique=True) if row["word"] == "two"
        ]
        assert (row["node_frequency"], row["cooccurrences"], row["tokens"]) == (1, 1, 282)


@FEW
@given(documents, st.integers(0, 4), st.integers(0, 4), st.integers(1, 3), st.sampled_from(SORTS))
def test_scores_equal_an_independent_computation(texts: list[list[str]], left: int, right: int, least: int, sort: str) -> None:
    near: Counter[str] = Counter()
    every: Counter[str] = Counter()
    with_near: Counter[str] = Counter()
    nodes = 0
    for words in ([word.lower() for word in text] for text in texts):
        places = {place for place, word in enumerate(words) if word == "node"}
        window = {place + step for place in places for step in range(-left, right + 1)} - places
        inside = [words[place] for place in window if 0 <= place < len(words)]
        near.update(inside)
        with_near.update({*inside})
        every.update(words)
        nodes += len(places)
    total, row = every.total() - nodes, near.total()
    with corpus([Written(" ".join(text)) for text in texts]) as store:
        rows = found(store, "node", left=left, right=right, min_frequency=least, sort=sort)
    assert by_word(rows, "cooccurrences") == {word: count for word, count in near.items() if count >= least}
    for record in rows:
        both, column = near[record["word"]], every[record["word"]]
        cells = [(both, row, column), (row - both, row, total - column), (column - both, total - row, column),
                 (total - row - column + both, total - row, total - column)]  # fmt: skip
        likelihood = 2 * sum(cell * (log(cell) - log(first) - log(second) + log(total)) for cell, first, second in cells if cell)
        expected = row * column / total
        assert record["frequency"] == column
        assert record["documents"] == with_near[record["word"]]
        assert record["expected"] == pytest.approx(expected, abs=1e-9)
        assert abs(record["log_likelihood"]) == pytest.approx(likelihood, abs=1e-9)
        assert record["log_likelihood"] >= 0 or both < expected
        assert record["mi"] == pytest.approx(log2(both) - log2(expected), abs=1e-9)
        assert record["t_score"] == pytest.approx((both - expected) / sqrt(both), abs=1e-9)
        assert record["log_dice"] == pytest.approx(14 + log2(2 * both / (nodes + column)), abs=1e-9)
    assert [(-record[sort], record["word"]) for record in rows] == sorted((-record[sort], record["word"]) for record in rows)


def test_matches_may_overlap_and_begin_inside_a_word_of_ours() -> None:
    starts, ends = np.array([0, 4, 8, 12]), np.array([3, 7, 11, 15])
    everything = np.array([0, 4])
    node, window = marked(starts, ends, np.array([(4, 7), (4, 11)]), everything, 1, 1)
    assert node.tolist() == [False, True, True, False]
    assert window.tolist() == [True, False, False, True]
    node, window = marked(starts, ends, np.array([(5, 6)]), everything, 0, 1)
    assert (node.tolist(), window.tolist()) == ([False, True, False, False], [False, False, True, False])
