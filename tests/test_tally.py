"""Counting words and n-grams: the same as with dictionaries and sums, in pieces or not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit import ngrams, tally
from corpuskit.ngrams import Stream, Wanted
from corpuskit.postings import of_texts
from corpuskit.tally import Tally
from corpuskit.vocabulary import Numbers

documents = st.lists(st.lists(st.integers(0, 4), max_size=12), max_size=8)


@contextmanager
def small_pieces() -> Iterator[None]:
    """Everything that is done in pieces is done in tiny ones."""
    before = (tally._POSTINGS_AT_ONCE, tally._IN_MEMORY, ngrams._PART, ngrams._BLOCK, ngrams._ROWS)
    tally._POSTINGS_AT_ONCE, tally._IN_MEMORY, ngrams._PART, ngrams._BLOCK, ngrams._ROWS = 3, 16, 4, 3, 2
    try:
        yield
    finally:
        tally._POSTINGS_AT_ONCE, tally._IN_MEMORY, ngrams._PART, ngrams._BLOCK, ngrams._ROWS = before


def numbers(document: list[int]) -> Numbers:
    return np.array(document, dtype=np.uint32)


def expected(found: list[list[int]], length: int) -> dict[tuple[int, ...], tuple[int, int, float]]:
    """Frequency, documents and DP of every n-gram, by the definitions."""
    total = sum(map(len, found))
    grams = [Counter(tuple(words[i : i + length]) for i in range(len(words) - length + 1)) for words in found]
    result = {}
    for gram in set().union(*grams) if grams else set():
        frequency = sum(counts[gram] for counts in grams)
        spread = sum(abs(counts[gram] / frequency - len(words) / total) for counts, words in zip(grams, found, strict=True)) / 2
        result[gram] = frequency, sum(gram in counts for counts in grams), spread
    return result


@given(documents)
@settings(deadline=None)
def test_words_are_counted_as_by_definition(found: list[list[int]]) -> None:
    with small_pieces(), Tally() as counting:
        for start in range(0, len(found), 3):
            counting.add(of_texts([numbers(document) for document in found[start : start + 3]]))
        counts = counting.counts(5)
    wanted = expected(found, 1)
    assert counts.tokens == sum(map(len, found))
    assert counts.smallest_share == pytest.approx(min((len(d) / counts.tokens for d in found if d), default=1.0))
    for word in range(5):
        frequency, in_documents, spread = wanted.get((word,), (0, 0, 0.0))
        assert (counts.frequency[word], counts.documents[word]) == (frequency, in_documents)
        if frequency:
            assert counts.dispersion[word] == pytest.approx(spread, abs=1e-12)


@given(documents, st.integers(1, 4), st.integers(1, 3), st.one_of(st.none(), st.integers(1, 5)))
@settings(deadline=None)
def test_ngrams_are_counted_as_by_definition_and_ordered(
    found: list[list[int]], length: int, least: int, limit: int | None
) -> None:
    ranks = np.array([3, 1, 4, 0, 2])
    with small_pieces(), Stream() as stream:
        for document in found:
            stream.add(numbers(document))
        rows = list(stream.ngrams(Wanted(length, least, limit), ranks))
    wanted = {
        tuple(int(ranks[n]) for n in gram): counts for gram, counts in expected(found, length).items() if counts[0] >= least
    }
    order = sorted(wanted, key=lambda gram: (-wanted[gram][0], gram))[:limit]
    assert [row.words for row in rows] == order
    for row in rows:
        assert (row.frequency, row.documents) == wanted[row.words][:2]
        assert row.dispersion == pytest.approx(wanted[row.words][2], abs=1e-12)


def test_ngrams_with_one_hash_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ngrams, "_hashes", lambda _words, places, _length: np.zeros(places.size, dtype=np.uint64))
    with Stream() as stream:
        for document in ([0, 1, 0, 1, 2], [1, 0, 1]):
            stream.add(numbers(document))
        rows = {row.words: row.frequency for row in stream.ngrams(Wanted(2), np.arange(3))}
    assert rows == {(0, 1): 3, (1, 0): 2, (1, 2): 1}
