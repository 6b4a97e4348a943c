"""Frequency lists: against counts made by hand, by plain tokenizers, and by searches."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.test_tallying import WIRE, Written, corpus, dedupe_all
from tests.test_vocabulary import GAPS, WORDS

from corpuskit.counting import WordOptions, words
from corpuskit.errors import UsageError
from corpuskit.matching import find
from corpuskit.query import parse
from corpuskit.selection import Selection
from corpuskit.store.store import Store
from corpuskit.store.texts import GROUPS
from corpuskit.tallying import Spelling

FEW = settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
texts = st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(GAPS)), max_size=30).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)
documents = st.lists(
    st.builds(
        Written,
        text=texts,
        site=st.sampled_from(("a.example", "b.example")),
        date=st.sampled_from((None, "2019", "2021-03", "2021-05-06")),
        language=st.sampled_from(("en", "de", "ru")),
        tags=st.sampled_from(((), ("x",), ("x", "y"))),
    ),
    min_size=1,
    max_size=6,
)

RIVER = (
    Written("The river rose. The ferry, the old ferry, stopped.", "a.example", "2019", tags=("flood",)),
    Written("A climate summit. Climate\n\nsummit again!", "b.example", "2021-03-04", tags=("flood", "talks")),
    Written("La rivière, la Rivière, la riviere.", "b.example", None, "fr"),
    Written("灯台と灯", "c.example", "2021-05", "ja"),
)


def counted(store: Store, selection: Selection | None = None, **options: Any) -> list[dict[str, Any]]:
    return list(words(store, selection or Selection(), WordOptions(**options)))


def brief(rows: list[dict[str, Any]], *fields: str) -> list[tuple[Any, ...]]:
    return [tuple(row[field] for field in fields or ("word", "frequency", "documents")) for row in rows]


def test_a_frequency_list() -> None:
    with corpus(RIVER) as store:
        rows = counted(store, Selection(languages=("en",)))
        assert brief(rows) == [
            ("the", 3, 1), ("climate", 2, 1), ("ferry", 2, 1), ("summit", 2, 1), ("a", 1, 1), ("again", 1, 1), ("old", 1, 1),
            ("river", 1, 1), ("rose", 1, 1), ("stopped", 1, 1),
        ]  # fmt: skip
        assert [row["rank"] for row in rows] == list(range(1, 11))
        assert rows[0]["tokens"] == 15
        assert rows[0]["per_million"] == 1e6 * 3 / 15
        assert rows[0]["dispersion"] == pytest.approx(0.5 * (abs(1 - 9 / 15) + 6 / 15))
        assert rows[0]["dispersion_norm"] == pytest.approx(rows[0]["dispersion"] / (1 - 6 / 15))


def test_the_list_can_be_shorter() -> None:
    with corpus(RIVER) as store:
        english = Selection(languages=("en",))
        assert brief(counted(store, english, limit=2), "word") == [("the",), ("climate",)]
        assert brief(counted(store, english, min_frequency=3), "word") == [("the",)]
        assert counted(store, Selection(languages=("eo",))) == []


def test_accents_count_and_case_does_not_unless_asked_for() -> None:
    with corpus(RIVER) as store:
        french = Selection(languages=("fr",))
        assert brief(counted(store, french)) == [("la", 3, 1), ("rivière", 2, 1), ("riviere", 1, 1)]
        folded = counted(store, french, spelling=Spelling(fold_accents=True))
        assert brief(folded) == [("la", 3, 1), ("riviere", 3, 1)]
        cased = counted(store, french, spelling=Spelling(case=True))
        assert brief(cased) == [("la", 2, 1), ("La", 1, 1), ("Rivière", 1, 1), ("riviere", 1, 1), ("rivière", 1, 1)]


def test_ngrams_run_over_punctuation_but_not_over_the_end_of_a_document() -> None:
    with corpus(RIVER) as store:
        rows = counted(store, Selection(languages=("en",)), length=2, min_frequency=2)
        assert brief(rows) == [("climate summit", 2, 1)]
        grams = {row["word"] for row in counted(store, Selection(languages=("en",)), length=2)}
        assert "rose the" in grams
        assert "stopped a" not in grams
        assert brief(counted(store, Selection(languages=("ja",)), length=2)) == [("と灯", 1, 1), ("台と", 1, 1), ("灯台", 1, 1)]


def test_words_and_phrases_over_time_have_every_year() -> None:
    with corpus(RIVER) as store:
        rows = counted(store, words=("Climate", "climate summit"), by="year")
        assert brief(rows, "year", "word", "frequency", "tokens") == [
            ("2019", "climate", 0, 9), ("2019", "climate summit", 0, 9), ("2020", "climate", 0, 0),
            ("2020", "climate summit", 0, 0), ("2021", "climate", 2, 10), ("2021", "climate summit", 2, 10),
            (None, "climate", 0, 6), (None, "climate summit", 0, 6),
        ]  # fmt: skip
        assert brief(rows, "per_million")[2:5] == [(None,), (None,), (200_000.0,)]
        assert rows[0]["dispersion"] is None
        months = [row["month"] for row in counted(store, words=("climate",), by="month")]
        assert months == ["2021-03", "2021-04", "2021-05", None], "a year alone is no month"


def test_groups() -> None:
    with corpus(RIVER) as store:
        rows = counted(store, words=("climate",), by="tag")
        assert brief(rows, "tag", "frequency", "tokens") == [("flood", 2, 15), ("talks", 2, 6), (None, 0, 10)]
        rows = counted(store, by="site", limit=1)
        assert brief(rows, "site", "word", "frequency") == [
            ("a.example", "the", 3),
            ("b.example", "la", 3),
            ("c.example", "灯", 2),
        ]


@pytest.mark.parametrize("phrase", ["", "…", "!"])
def test_what_holds_no_word_is_refused(phrase: str) -> None:
    with corpus(RIVER) as store, pytest.raises(UsageError, match="not a word"):
        counted(store, words=("river", phrase))


def test_each_story_counts_once() -> None:
    with corpus([*WIRE, Written("ferry")]) as store:
        before = {row["word"]: row["frequency"] for row in counted(store)}
        dedupe_all(store)
        once = {row["word"]: row["frequency"] for row in counted(store, Selection(state="all"), unique=True)}
        kept = Counter(word for one in (WIRE[1], WIRE[2], Written("ferry")) for word in one.text.split())
        assert once == kept
        assert sum(before.values()) == sum(len(one.text.split()) for one in WIRE) + 1
        assert counted(store, Selection(sites=("c.example",))) == []
        assert sum(row["frequency"] for row in counted(store, Selection(sites=("c.example",)), unique=True)) == 140


@FEW
@given(documents)
def test_a_list_equals_that_of_a_plain_tokenizer_in_every_group(found: list[Written]) -> None:
    keys: dict[str, Any] = {
        "year": lambda one: [one.date and one.date[:4]],
        "month": lambda one: [one.date[:7] if one.date and len(one.date) > 4 else None],
        "site": lambda one: [one.site],
        "language": lambda one: [one.language],
        "source": lambda _: ["crawl"],
        "tag": lambda one: one.tags or [None],
    }
    assert keys.keys() == {*GROUPS}
    with corpus(found) as store:
        for by, key in keys.items():
            wanted: dict[Any, Counter[str]] = defaultdict(Counter)
            for one in found:
                for name in key(one):
                    wanted[name].update(
                        word.lower() for word in re.findall(r"(?:[^\W_]|[\u0300-\u036f\u0900-\u0963\u064b-\u0652])+", one.text)
                    )
            rows = counted(store, by=by)
            assert {(row[by], row["word"]): row["frequency"] for row in rows} == {
                (name, word): count for name, counts in wanted.items() for word, count in counts.items()
            }
            assert all(row["tokens"] == wanted[row[by]].total() for row in rows)
            order = [((row[by] is None, row[by] or ""), -row["frequency"], row["word"]) for row in rows]
            assert order == sorted(order)


@FEW
@given(documents, st.data())
def test_what_is_counted_is_what_a_search_finds(found: list[Written], data: st.DataObject) -> None:
    with corpus(found) as store:
        length = data.draw(st.integers(1, 3))
        folded = Spelling(fold_accents=True)
        for row in counted(store, length=length, spelling=folded, limit=10):
            query = parse(f'"{row["word"]}"')
            hits = [len(list(find(one.text, query))) for one in found]
            assert (row["frequency"], row["documents"]) == (sum(hits), sum(map(bool, hits)))
            (asked,) = counted(store, words=(row["word"],), spelling=folded)
            assert asked | {"rank": row["rank"]} == pytest.approx(row)
