"""Keywords: against counters and the formulas, and what stands on which side."""

from __future__ import annotations

from collections import Counter
from math import log, log2
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.test_tallying import WIRE, Written, corpus, dedupe_all, story

from corpuskit.contrasting import SORTS, KeywordOptions, Reference, keywords
from corpuskit.errors import UsageError
from corpuskit.selection import Selection
from corpuskit.store.store import Store

FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
texts = st.lists(st.lists(st.sampled_from("abcdef"), max_size=40).map(" ".join), min_size=1, max_size=4)
HERE = Selection(tags=("here",))


def found(store: Store, selection: Selection, reference: Reference | None = None, **options: Any) -> list[dict[str, Any]]:
    options = {"min_frequency": 1, "min_log_likelihood": 0.0} | options
    return list(keywords(store, selection, reference or Reference(), KeywordOptions(**options)))


def sides(rows: list[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    return {row["word"]: (row["frequency"], row["reference_frequency"]) for row in rows}


@FEW
@given(texts, texts, st.booleans(), st.sampled_from(SORTS), st.integers(1, 4))
def test_scores_equal_an_independent_computation(
    here: list[str], there: list[str], negative: bool, sort: str, least: int
) -> None:
    ours, theirs = Counter(" ".join(here).split()), Counter(" ".join(there).split())
    size, other = ours.total(), theirs.total()
    written = [Written(text, tags=("here",)) for text in here] + [Written(text) for text in there]
    with corpus(written) as store:
        if not other:
            with pytest.raises(UsageError, match="nothing to compare with"):
                found(store, HERE)
            return
        rows = found(store, HERE, negative=negative, sort=sort, min_frequency=least)
    wanted = {}
    for word in ours.keys() | theirs.keys() if size else ():
        a, b = ours[word], theirs[word]
        is_key = b * size > a * other and b >= least if negative else a * other > b * size and a >= least
        if is_key:
            wanted[word] = (a, b)
    assert sides(rows) == wanted
    for row in rows:
        a, b = wanted[row["word"]]
        likelihood = 2 * sum(
            count * (log(count) - log(part) - log(a + b) + log(size + other)) for count, part in ((a, size), (b, other)) if count
        )
        assert row["log_likelihood"] == pytest.approx(likelihood, abs=1e-9)
        assert row["log_ratio"] == pytest.approx(log2((a or 0.5) / size) - log2((b or 0.5) / other), abs=1e-9)
        assert (row["log_ratio"] < 0) is negative or row["log_ratio"] == pytest.approx(0) or not (a and b)
        assert row["per_million"] == pytest.approx(1e6 * a / size)
        assert row["reference_per_million"] == pytest.approx(1e6 * b / other)
    sign = 1 if negative and sort == "log_ratio" else -1
    assert [(sign * row[sort], row["word"]) for row in rows] == sorted((sign * row[sort], row["word"]) for row in rows)


def test_thresholds() -> None:
    with corpus([Written("flood " * 20 + "the " * 20 + "rare", tags=("here",)), Written("the " * 40)]) as store:
        assert [row["word"] for row in found(store, HERE)] == ["flood", "rare"]
        assert [row["word"] for row in found(store, HERE, min_log_likelihood=15.13)] == ["flood"]
        assert [row["word"] for row in found(store, HERE, negative=True)] == ["the"]
        assert [row["word"] for row in found(store, HERE, limit=1)] == ["flood"]
        assert next(keywords(store, HERE, Reference(), KeywordOptions()))["word"] == "flood", "the usual thresholds"


def test_the_rest_is_in_the_same_languages_unless_another_reference_is_named() -> None:
    written = [
        Written("flood river", "a.example", tags=("here",)),
        Written("river", "b.example", tags=("there",)),
        Written("Fluss", language="de", tags=("there",)),
    ]
    with corpus(written) as store:
        assert found(store, HERE)[0]["reference_tokens"] == 2
        assert found(store, Selection(tags=("here",), languages=("en",)))[0]["reference_tokens"] == 1
        german = Reference(Selection(languages=("de",)))
        assert sides(found(store, HERE, german)) == {"flood": (1, 0), "river": (1, 0)}
        with pytest.raises(UsageError, match="nothing to compare with"):
            found(store, Selection(languages=("de",)))
        assert found(store, Selection(languages=("eo",))) == []


def test_no_document_is_on_both_sides() -> None:
    with corpus([Written("x y", tags=("here",)), Written("x", tags=("here", "there")), Written("y y", tags=("there",))]) as store:
        (row,) = found(store, HERE, Reference(Selection(tags=("there",))))
        assert (row["word"], row["tokens"], row["reference_tokens"]) == ("x", 3, 2)


def test_another_corpus_is_taken_whole() -> None:
    with corpus([Written("flood flood river")]) as store, corpus([Written("river river flood sea")]) as other:
        assert sides(found(store, Selection(), Reference(store=other))) == {"flood": (2, 1)}
        negative = found(store, Selection(), Reference(store=other), negative=True)
        assert sides(negative) == {"river": (1, 2), "sea": (0, 1)}


def test_each_story_counts_once_and_on_one_side_only() -> None:
    with corpus([*WIRE, Written(story(3), "d.example")]) as store:
        dedupe_all(store)
        everything = Selection(sites=("c.example", "d.example"), state="all")
        (row, *_) = found(store, everything, unique=True)
        assert (row["tokens"], row["reference_tokens"]) == (280, 140), (
            "the wire story, of which c.example had a copy, is not the rest"
        )
        (row, *_) = found(store, everything)
        assert row["reference_tokens"] == 141 + 142 + 140
