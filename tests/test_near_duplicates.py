"""The engine against brute force: the same decisions for any order and any portions, and no pair on an estimate."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit import near_duplicates
from corpuskit.clusters import NOBODY, Pairs, decide
from corpuskit.distinct_texts import Collection
from corpuskit.minhash import PERMUTATIONS, signature
from corpuskit.near_duplicates import Outcome, find_near_duplicates
from corpuskit.shingles import Hashes, jaccard, shingle_all
from corpuskit.signature_tables import SignatureTable


class Corpus:
    """Texts with all that the engine needs. The longest is kept, then the least by alphabet."""

    def __init__(
        self, texts: Sequence[str], pinned: frozenset[str] = frozenset(), settled: int = 0, searched: Sequence[bool] = ()
    ) -> None:
        """The first `settled` texts are settled."""
        self.texts = list(texts)
        self.shingles = [found.hashes for found in shingle_all(self.texts)]
        digests = b"".join(found.digest for found in shingle_all(self.texts))
        values = np.array([signature(hashes) for hashes in self.shingles], dtype=np.uint16).reshape(len(texts), PERMUTATIONS)
        self.asked: list[int] = []
        ranking = sorted(range(len(texts)), key=lambda row: (texts[row] not in pinned, -len(texts[row]), texts[row], row))
        self.collection = Collection(
            SignatureTable.of(values),
            np.frombuffer(digests, dtype="<u8").reshape(-1, 2),
            np.array([len(hashes) for hashes in self.shingles], dtype=np.intp),
            np.array(ranking, dtype=np.intp),
            np.array([text in pinned for text in texts], dtype=np.bool_),
            np.arange(len(texts)) < settled,
            np.array([*searched, *[False] * (len(texts) - len(searched))], dtype=np.bool_),
        )

    def read(self, rows: list[int]) -> list[Hashes]:
        self.asked += rows
        return [self.shingles[row] for row in rows]

    def find(self, threshold: float = 0.8, *, known: Pairs | None = None, within: bool = True) -> Outcome:
        return find_near_duplicates(self.collection, self.read, threshold, known=known, within=within)

    def by_text(self, outcome: Outcome) -> dict[str, tuple[str, float]]:
        """Dropped text -> keeper's text and similarity."""
        keeper, similarity = outcome.decisions.keeper.tolist(), outcome.decisions.similarity.tolist()
        return {self.texts[row]: (self.texts[k], similarity[row]) for row, k in enumerate(keeper) if k != NOBODY}


def family(chooser: random.Random, words: int, copies: int, most: int) -> list[str]:
    """A text and copies of it, each with up to `most` words changed."""
    original = [f"w{chooser.randrange(500)}" for _ in range(words)]
    texts = [" ".join(original)]
    for _ in range(copies):
        edited = list(original)
        for _ in range(chooser.randint(0, most)):
            edited[chooser.randrange(words)] = f"x{chooser.randrange(10**6)}"
        texts.append(" ".join(edited))
    return texts


def random_texts(seed: int) -> list[str]:
    chooser = random.Random(seed)
    texts = ["", "one two three", "one two four"]
    for _ in range(8):
        texts += family(chooser, chooser.randint(4, 120), chooser.randint(0, 6), chooser.choice((1, 3, 8)))
    return list(dict.fromkeys(texts))


def brute_force(corpus: Corpus, threshold: float) -> dict[str, tuple[str, float]]:
    ranking = corpus.collection.ranking.tolist()
    sets = [corpus.shingles[row] for row in ranking]
    pairs = Pairs.of((a, b, jaccard(sets[a], sets[b])) for b in range(len(sets)) for a in range(b))
    decisions = decide(len(sets), pairs, threshold, corpus.collection.pinned[ranking])
    names = [corpus.texts[row] for row in ranking]
    keeper, similarity = decisions.keeper.tolist(), decisions.similarity.tolist()
    return {names[place]: (names[k], similarity[place]) for place, k in enumerate(keeper) if k != NOBODY}


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.3, 0.5, 0.6, 0.7, 0.8, 0.9]))
def test_decisions_are_those_of_brute_force_in_any_order(seed: int, threshold: float) -> None:
    texts = random_texts(seed)
    corpus, shuffled = Corpus(texts), Corpus(random.Random(seed).sample(texts, len(texts)))
    found = corpus.by_text(corpus.find(threshold))
    assert found == shuffled.by_text(shuffled.find(threshold))
    assert found == brute_force(corpus, threshold)


@pytest.fixture
def no_bucket_is_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(near_duplicates, "SMALL", 2)


@pytest.mark.usefixtures("no_bucket_is_small")
def test_crowded_texts_are_decided_as_by_brute_force() -> None:
    for seed in range(12):
        for threshold in (0.7, 0.8, 0.9):
            texts = random_texts(seed)
            corpus, shuffled = Corpus(texts), Corpus(random.Random(seed).sample(texts, len(texts)))
            found = corpus.by_text(corpus.find(threshold))
            assert found == brute_force(corpus, threshold)
            assert found == shuffled.by_text(shuffled.find(threshold))


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 5))
def test_added_in_portions_leaves_no_pair_between_two_kept(seed: int, portions: int) -> None:
    texts = random.Random(seed).sample(random_texts(seed), len(random_texts(seed)))
    kept: list[str] = []
    dropped: dict[str, tuple[str, float]] = {}
    for portion in range(portions):
        corpus = Corpus([*kept, *texts[portion::portions]], settled=len(kept))
        found = corpus.by_text(corpus.find())
        assert not found.keys() & set(kept)
        dropped |= found
        kept = [text for text in corpus.texts if text not in found]
    whole = Corpus(kept)
    assert whole.by_text(whole.find()) == {}
    for text, (keeper, similarity) in dropped.items():
        assert keeper in kept
        one, two = shingle_all([text, keeper])
        assert similarity == pytest.approx(jaccard(one.hashes, two.hashes))
        assert similarity >= 0.8


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.7, 0.75, 0.9]))
def test_another_threshold_reads_no_text_again(seed: int, threshold: float) -> None:
    corpus = Corpus(random_texts(seed))
    first = corpus.find(0.8)
    assert first.is_new.all()
    corpus.asked.clear()
    second = corpus.find(threshold, known=first.pairs)
    assert corpus.asked == []
    assert not second.is_new.any()
    assert corpus.by_text(second) == brute_force(corpus, threshold)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([0.7, 0.8, 0.9]))
def test_pairs_that_were_looked_for_are_not_looked_for_again(seed: int, threshold: float) -> None:
    texts = random.Random(seed).sample(random_texts(seed), len(random_texts(seed)))
    first = Corpus(texts[: 2 * len(texts) // 3])
    before = first.find(0.8)
    corpus = Corpus(texts, searched=before.is_complete.tolist())
    outcome = corpus.find(threshold, known=before.pairs)
    assert corpus.by_text(outcome) == brute_force(corpus, threshold)
    new = outcome.pairs.left[outcome.is_new], outcome.pairs.right[outcome.is_new]
    assert (np.maximum(*new) >= len(first.texts)).all()


def test_of_equal_texts_the_one_that_was_searched_stands_in_the_pairs() -> None:
    text, near = family(random.Random(1), 90, 1, 1)
    before = Corpus([text, near]).find()
    assert before.is_complete.all()
    corpus = Corpus([text, near, text.upper() + "!", text.upper()], searched=(True, True))
    outcome = corpus.find(known=before.pairs)
    assert [outcome.is_new.any(), corpus.asked] == [False, []]
    assert outcome.is_complete.tolist() == [True, True, False, False]
    assert np.count_nonzero(outcome.decisions.keeper == NOBODY) == 1


def template_pages(count: int) -> list[str]:
    """Pages of which most is the same on all, and the rest their own; every fifth is another one with a word changed."""
    chooser = random.Random(7)
    frame = [f"w{chooser.randrange(500)}" for _ in range(120)]
    pages: list[list[str]] = []
    for number in range(count):
        page = list(pages[-1]) if number % 5 == 4 else [*frame, *(f"x{chooser.randrange(10**6)}" for _ in range(60))]
        page[150] = f"y{number}"
        pages.append(page)
    return [" ".join(page) for page in pages]


def test_alike_pages_are_found_in_a_crowd_of_one_template() -> None:
    corpus = Corpus(template_pages(400))
    outcome = corpus.find()
    assert corpus.by_text(outcome) == brute_force(corpus, 0.8)
    assert np.count_nonzero(outcome.decisions.keeper != NOBODY) == 80
    assert len(outcome.pairs) < 2000, "most of the 79,800 pairs are not worth verifying"


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 10**6))
def test_pinned_texts_are_kept_and_preferred(seed: int) -> None:
    texts = random_texts(seed)
    pinned = frozenset(random.Random(seed).sample(texts, 6))
    corpus = Corpus(texts, pinned)
    found = corpus.by_text(corpus.find())
    assert not found.keys() & pinned
    assert found == brute_force(corpus, 0.8)


def test_every_recorded_pair_has_its_true_jaccard() -> None:
    corpus = Corpus(random_texts(5))
    pairs = corpus.find().pairs
    assert len(pairs)
    for a, b, value in zip(pairs.left.tolist(), pairs.right.tolist(), pairs.jaccard.tolist(), strict=True):
        assert value == jaccard(corpus.shingles[a], corpus.shingles[b])


def test_equal_texts_leave_first_and_share_the_fate_of_the_one_that_stands_for_them() -> None:
    text, near = family(random.Random(1), 60, 1, 1)
    longest = text + " and more words"
    texts = [text, text.upper(), longest, near, "", " ", "", "***"]
    corpus = Corpus(texts)
    decisions = corpus.find(0.7).decisions
    assert decisions.keeper[:4].tolist() == [2, 2, NOBODY, 2]
    assert decisions.similarity[0] == decisions.similarity[1] < 1.0
    assert sorted(decisions.keeper[4:].tolist()) == [NOBODY, NOBODY, 5, 5]
    assert decisions.similarity[4:].tolist().count(1.0) == 2


def test_a_corpus_against_another() -> None:
    chooser = random.Random(2)
    families = [family(chooser, 80, 2, 1) for _ in range(5)]
    theirs = [texts[0] for texts in families]
    ours = [text for texts in families for text in (*texts[1:], texts[0])]
    alone = family(chooser, 80, 3, 1)
    corpus = Corpus([*theirs, *ours, *alone, alone[0]], settled=len(theirs))
    decisions = corpus.find(within=False).decisions
    assert decisions.keeper.tolist() == [NOBODY] * 5 + [row // 3 for row in range(15)] + [NOBODY] * 5
    assert decisions.similarity[7] == 1.0


@pytest.mark.usefixtures("no_bucket_is_small")
def test_a_crowd_against_another_corpus() -> None:
    texts = list(dict.fromkeys(family(random.Random(3), 100, 60, 2)))
    corpus = Corpus(texts, settled=5)
    keeper = corpus.find(within=False).decisions.keeper.tolist()
    sets = corpus.shingles
    for row in range(5, len(texts)):
        alike = [k for k in range(5) if jaccard(sets[k], sets[row]) >= 0.8]
        assert keeper[row] in alike if alike else keeper[row] == NOBODY


def test_copies_of_one_page_are_compared_with_their_head_alone() -> None:
    texts = list(dict.fromkeys(family(random.Random(4), 300, 1500, 3)))
    corpus = Corpus(texts)
    outcome = corpus.find()
    assert np.count_nonzero(outcome.decisions.keeper == NOBODY) == 1
    assert len(outcome.pairs) == len(texts) - 1
    assert len(corpus.asked) < 1.2 * len(texts)


def test_texts_that_are_not_alike_are_not_read() -> None:
    chooser = random.Random(6)
    corpus = Corpus([" ".join(f"w{chooser.randrange(3000)}" for _ in range(100)) for _ in range(300)])
    assert (corpus.find().decisions.keeper == NOBODY).all()
    assert corpus.asked == []


@pytest.mark.parametrize("texts", [[], ["alone"], ["", ""], ["one two three"] * 3])
def test_tiny_corpora(texts: list[str]) -> None:
    corpus = Corpus(texts)
    keeper = corpus.find().decisions.keeper
    assert np.count_nonzero(keeper == NOBODY) == len(set(texts))
