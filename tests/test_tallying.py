"""Which documents are counted, and clusters of duplicates once."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from tests.store.conftest import add, cleaned, page

from corpuskit import tallying
from corpuskit.deduping import dedupe
from corpuskit.postings import of_texts
from corpuskit.selection import Selection
from corpuskit.settling import DedupeOptions
from corpuskit.store.store import Store
from corpuskit.tallying import count_words, counted_ids, frequencies, keep_counts, known_frequencies
from corpuskit.vocabulary import Vocabulary


@dataclass(frozen=True)
class Written:
    """A document to be."""

    text: str
    site: str = "a.example"
    date: str | None = "2020"
    language: str = "en"
    title: str | None = None
    tags: tuple[str, ...] = ()


@contextmanager
def corpus(documents: Sequence[Written]) -> Iterator[Store]:
    """A corpus of these documents; their ids count from 1."""
    with TemporaryDirectory() as folder, Store.open(Path(folder) / "corpus.db", write=True, create=True) as store:
        run = store.runs.start("import", ["written"])
        for number, one in enumerate(documents, start=1):
            raw = page(number, url=f"https://{one.site}/{number}", url_source="given")
            add(store, raw, cleaned(one.text, title=one.title, language=one.language, date=one.date))
            with store.transaction():
                store.pages.tag(number, one.tags, run)
        yield store


def dedupe_all(store: Store) -> None:
    """Find the duplicates among all documents."""
    with store.runs.record("dedupe", []) as record:
        dedupe(store, Selection(), DedupeOptions(), run_id=record.id)


def story(seed: int, *changes: str) -> str:
    """A text of 140 words of its own, and some more."""
    return " ".join([*random.Random(seed).choices(["ba", "ke", "li", "mo", "nu", "ra", "se", "ti"], k=140), *changes])


# The second is the longest of the first cluster: it is kept.
WIRE = (
    Written(story(1, "one"), "a.example", date="2019"),
    Written(story(1, "one", "two"), "b.example", date=None),
    Written(story(2), "a.example", date="2021"),
    Written(story(1), "c.example", date="2018"),
)


def test_each_cluster_counts_once_by_its_kept_document_where_that_is_selected() -> None:
    with corpus(WIRE) as store:
        dedupe_all(store)
        for selection, usual, unique in (
            (Selection(), [2, 3], [2, 3]),
            (Selection(state="all"), [1, 2, 3, 4], [2, 3]),
            (Selection(state="dropped"), [1, 4], [1]),
            (Selection(sites=("a.example",)), [3], [1, 3]),
            (Selection(until="2019-12-31"), [], [1]),
            (Selection(ids=(4, 3, 1)), [3], [4, 3]),
        ):
            assert counted_ids(store, selection, unique=False) == usual
            assert counted_ids(store, selection, unique=True) == unique


def test_a_sample_is_one_of_clusters() -> None:
    with corpus(WIRE) as store:
        dedupe_all(store)
        samples = [counted_ids(store, Selection(state="all", sample=1, seed=seed), unique=True) for seed in range(20)]
        assert {tuple(ids) for ids in samples} == {(2,), (3,)}


def test_without_deduping_every_document_stands_for_itself() -> None:
    with corpus(WIRE) as store:
        assert counted_ids(store, Selection(), unique=True) == [1, 2, 3, 4]


def test_frequencies_are_those_of_the_counts_whatever_the_vocabulary_knew_before() -> None:
    with corpus([*WIRE, Written(""), *(Written(f"more {number} and more") for number in range(300))]) as store:
        ids = store.selecting.ids(Selection())
        vocabulary = Vocabulary()
        counts = count_words(store, ids, vocabulary)
        later = Vocabulary()
        later.number("unheard")
        found = frequencies(store, ids, later)
        plain = Counter(word for one in WIRE for word in one.text.split())
        plain.update(word for number in range(300) for word in f"more {number} and more".split())
        assert dict(zip(later.words, found.tolist(), strict=True)) == {"unheard": 0, **plain}
        assert dict(zip(vocabulary.words, counts.frequency.tolist(), strict=True)) == plain
        assert counts.tokens == plain.total()


# Kept counts


def brief(store: Store, selection: Selection) -> tuple[dict[str, tuple[int, int, float]], int]:
    """What counting says of a selection."""
    vocabulary = Vocabulary()
    counts = count_words(store, store.selecting.ids(selection), vocabulary)
    rows = zip(vocabulary.words, counts.frequency.tolist(), counts.documents.tolist(), counts.dispersion.tolist(), strict=True)
    return {
        word: (frequency, documents, round(dispersion, 9)) for word, frequency, documents, dispersion in rows if frequency
    }, counts.tokens


def known(store: Store, selection: Selection, words: Sequence[str]) -> tuple[list[int], int]:
    vocabulary = Vocabulary()
    for word in words:
        vocabulary.number(word)
    frequency, tokens = known_frequencies(store, store.selecting.ids(selection), vocabulary)
    return frequency.tolist(), tokens


def test_kept_counts_change_no_result_whatever_happened_since(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallying, "_MANY", 0)
    monkeypatch.setattr(tallying, "_AT_ONCE", 2)
    german = Selection(languages=("de",))
    asked = ("ba", "fluss", "unheard", "new")
    with corpus([*WIRE, Written("Der Fluss, der Fluß", language="de"), Written("")]) as store:
        plain = [brief(store, selection) for selection in (Selection(), german)]
        sums = [known(store, selection, asked) for selection in (Selection(), german)]
        kept = keep_counts(store)
        assert (kept.counted, kept.documents, kept.words) == (6, 6, len(plain[0][0]))
        assert [brief(store, selection) for selection in (Selection(), german)] == plain
        assert [known(store, selection, asked) for selection in (Selection(), german)] == sums
        assert keep_counts(store).counted == 0

        with store.transaction():  # a text changes, another goes, a third comes
            place = store.pages.place(5)
            store.documents.put(5, 1, cleaned("new new Fluss", language="de"), place)
            store.documents.remove(1)
        add(store, page(7), cleaned("new ba"))
        after = brief(store, Selection()), known(store, Selection(), asked)
        assert after[1][0][asked.index("new")] == 3
        with store.transaction():
            store.word_counts.clear()
        assert (brief(store, Selection()), known(store, Selection(), asked)) == after
        keep_counts(store)
        assert (brief(store, Selection()), known(store, Selection(), asked)) == after


def test_counts_made_by_other_rules_are_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tallying, "_MANY", 0)
    with corpus(WIRE) as store:
        plain = brief(store, Selection()), known(store, Selection(), ("ba",))
        monkeypatch.setattr(tallying, "rules", lambda: 1)
        monkeypatch.setattr(tallying, "of_texts", lambda texts: of_texts([text[:1] for text in texts]))
        keep_counts(store)
        assert brief(store, Selection()) != plain[0]
        monkeypatch.undo()
        monkeypatch.setattr(tallying, "_MANY", 0)
        assert (brief(store, Selection()), known(store, Selection(), ("ba",))) == plain
        assert keep_counts(store).counted == 4
