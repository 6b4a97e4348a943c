"""Counting: frequency lists of words and n-grams, of a selection or of every group in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from corpuskit.dispersion import normalised
from corpuskit.errors import UsageError
from corpuskit.ngrams import Stream, Wanted
from corpuskit.periods import complete
from corpuskit.postings import Postings, of_texts
from corpuskit.tally import Counts, Tally
from corpuskit.tallying import Spelling, count_words, counted_ids, encoded
from corpuskit.vocabulary import cut_words, joined

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from corpuskit.selection import Selection
    from corpuskit.store.store import Store
    from corpuskit.vocabulary import Numbers, Vocabulary

Record = dict[str, Any]
_AT_ONCE = 256  # documents that are looked through together


@dataclass(frozen=True, slots=True)
class WordOptions:
    """What is counted, and what is told of it."""

    words: tuple[str, ...] = ()  # only these words and phrases, also where they do not occur; none means all words
    length: int = 1  # of the n-grams that are listed
    by: str | None = None  # one of store.texts.GROUPS
    unique: bool = False
    spelling: Spelling = field(default_factory=Spelling)
    min_frequency: int = 1
    limit: int | None = None  # words of each group


def words(store: Store, selection: Selection, options: WordOptions) -> Iterator[Record]:
    """Words with their counts: the most frequent first, then by the word; of each group one after the other.

    Words that were asked for come in the order in which they were asked for. Raises UsageError where one holds no word.
    """
    for phrase in options.words:
        if not cut_words(phrase):
            raise UsageError(f"not a word: {phrase!r}", hint="a word has at least one letter or digit")
    ids = counted_ids(store, selection, unique=options.unique)
    if not ids:
        return
    if options.by is None:
        yield from _rows(store, ids, options)
        return
    groups = store.texts.groups(ids, options.by)
    for name, members in complete(groups, options.by) if options.words else groups:
        for row in _rows(store, members, options):
            yield {options.by: name, **row}


def _rows(store: Store, ids: Sequence[int], options: WordOptions) -> Iterator[Record]:
    if options.words:
        return _asked_rows(store, ids, options)
    return _word_rows(store, ids, options) if options.length == 1 else _ngram_rows(store, ids, options)


def _word_rows(store: Store, ids: Sequence[int], options: WordOptions) -> Iterator[Record]:
    vocabulary = options.spelling.vocabulary()
    counts = count_words(store, ids, vocabulary)
    kept = np.flatnonzero(counts.frequency >= options.min_frequency).tolist()
    kept.sort(key=vocabulary.words.__getitem__)
    kept.sort(key=counts.frequency.__getitem__, reverse=True)
    for rank, number in enumerate(kept[: options.limit], start=1):
        yield {"rank": rank, **_row(vocabulary.words[number], counts, number)}


def _ngram_rows(store: Store, ids: Sequence[int], options: WordOptions) -> Iterator[Record]:
    vocabulary = options.spelling.vocabulary()
    with Stream() as stream:
        for numbers in encoded(store, ids, vocabulary):
            stream.add(numbers)
        ranks, in_order = vocabulary.ranks()
        wanted = Wanted(options.length, options.min_frequency, options.limit)
        tokens, smallest = stream.tokens, stream.smallest_share
        for rank, gram in enumerate(stream.ngrams(wanted, ranks), start=1):
            word = joined([in_order[number] for number in gram.words])
            counted = gram.frequency, gram.documents, gram.dispersion
            yield {"rank": rank, **_record(word, *counted, tokens, smallest)}


def _asked_rows(store: Store, ids: Sequence[int], options: WordOptions) -> Iterator[Record]:
    vocabulary = options.spelling.vocabulary()
    phrases = [vocabulary.encode(phrase) for phrase in options.words]
    with Tally() as tally:
        for found in _asked_postings(store, ids, vocabulary, phrases):
            tally.add(found)
        counts = tally.counts(len(phrases))
    for number, phrase in enumerate(phrases):
        yield {"rank": number + 1, **_row(_written(phrase, vocabulary), counts, number)}


def _asked_postings(store: Store, ids: Sequence[int], vocabulary: Vocabulary, phrases: Sequence[Numbers]) -> Iterator[Postings]:
    """Postings of the phrases, by their place in the list."""
    texts = encoded(store, ids, vocabulary)
    while block := list(islice(texts, _AT_ONCE)):
        yield of_texts([_occurrences(numbers, phrases) for numbers in block], [numbers.size for numbers in block])


def _occurrences(numbers: Numbers, phrases: Sequence[Numbers]) -> Numbers:
    """The number of a phrase for every place where one begins."""
    found = []
    for item, phrase in enumerate(phrases):
        places = np.flatnonzero(numbers == phrase[0])
        for offset in range(1, phrase.size):
            places = places[places + offset < numbers.size]
            places = places[numbers[places + offset] == phrase[offset]]
        found.append(np.full(places.size, item, dtype=np.uint32))
    return np.concatenate(found)


def _written(phrase: Numbers, vocabulary: Vocabulary) -> str:
    return joined([vocabulary.words[number] for number in phrase.tolist()])


def _row(word: str, counts: Counts, number: int) -> Record:
    frequency, documents = int(counts.frequency[number]), int(counts.documents[number])
    return _record(word, frequency, documents, float(counts.dispersion[number]), counts.tokens, counts.smallest_share)


def _record(word: str, frequency: int, documents: int, dispersion: float, tokens: int, smallest_share: float) -> Record:
    """One row. What has no meaning is null: the rate in a group without words, the dispersion of what does not occur."""
    spread = normalised(dispersion, smallest_share)
    return {
        "word": word,
        "frequency": frequency,
        "documents": documents,
        "per_million": 1e6 * frequency / tokens if tokens else None,
        "dispersion": dispersion if frequency else None,
        "dispersion_norm": spread if frequency else None,
        "tokens": tokens,
    }
