"""Which documents are counted, and counting what stands in them: what frequency lists, collocations and keywords share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from corpuskit.duplicate_rules import RULES
from corpuskit.errors import UsageError
from corpuskit.occurring import shown_of_clusters
from corpuskit.postings import MOST_WORDS, Postings, of_texts, pack, unpack, unpack_together
from corpuskit.progress import Advance, silent
from corpuskit.selection import Selection, sample_ids
from corpuskit.tally import Counts, Tally
from corpuskit.vocabulary import Vocabulary, rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from corpuskit.store.store import Store
    from corpuskit.vocabulary import Numbers

_AT_ONCE = 256  # documents whose words are added up together
_MANY = 1000  # below that, reading texts is faster than reading all words that are kept


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeping counts came to."""

    counted: int  # documents, this time
    documents: int
    words: int  # different ones that have a number


@dataclass(frozen=True, slots=True)
class Spelling:
    """Which spellings are one word: by default those that differ in letter case only."""

    case: bool = False  # case counts too
    fold_accents: bool = False  # accents do not count

    def vocabulary(self) -> Vocabulary:
        """An empty vocabulary."""
        return Vocabulary(case=self.case, fold_accents=self.fold_accents)


def counted_ids(store: Store, selection: Selection, *, unique: bool) -> list[int]:
    """The documents of a selection, each cluster of duplicates once with `unique`.

    Documents that were dropped as duplicates then take part in the selection; of the selected members of a cluster the one that
    was kept is counted, else the first. So a story that only one of two papers dates is still found by its date.
    """
    if not unique:
        return store.selecting.ids(selection)
    ids = store.selecting.ids(replace(selection, ignored_rules=RULES, limit=None, sample=None))
    chosen = set(shown_of_clusters(store, ids))
    if selection.sample is not None:
        chosen = sample_ids(chosen, selection.sample, selection.seed)
    return [document_id for document_id in ids if document_id in chosen][: selection.limit]


def encoded(store: Store, ids: Sequence[int], vocabulary: Vocabulary) -> Iterator[Numbers]:
    """The words of these documents, in the order of their ids."""
    return (vocabulary.encode(text) for _, _, text in store.texts.read(ids))


def postings(store: Store, ids: Sequence[int], vocabulary: Vocabulary) -> Iterator[Postings]:
    """Which word stands in which of the documents how often, in any order; from kept counts where that is faster.

    New words are added to the vocabulary.
    """
    missing = ids
    if vocabulary.is_usual and len(ids) >= _MANY and store.word_counts.any():
        numbers = np.array([vocabulary.adopt(word) for word in store.word_counts.words()], dtype=np.uint32)
        found: set[int] = set()
        for present, kept in store.word_counts.read(ids, rules()):
            found.update(present)
            block = unpack(kept)
            yield replace(block, words=numbers[block.words])
        missing = [document_id for document_id in ids if document_id not in found]
    texts: list[Numbers] = []
    for words in encoded(store, missing, vocabulary):
        texts.append(words)
        if len(texts) == _AT_ONCE:
            yield of_texts(texts)
            texts.clear()
    yield of_texts(texts)


def count_words(store: Store, ids: Sequence[int], vocabulary: Vocabulary) -> Counts:
    """Frequency, documents and dispersion of every word of these documents."""
    with Tally() as tally:
        for found in postings(store, ids, vocabulary):
            tally.add(found)
        return tally.counts(len(vocabulary))


def frequencies(store: Store, ids: Sequence[int], vocabulary: Vocabulary) -> NDArray[np.int64]:
    """How often each word of the vocabulary stands in these documents. New words are added to it."""
    total = np.zeros(len(vocabulary), dtype=np.int64)
    for found in postings(store, ids, vocabulary):
        total = _added(total, found.words, found.counts, len(vocabulary))
    return total


def known_frequencies(store: Store, ids: Sequence[int], vocabulary: Vocabulary) -> tuple[NDArray[np.int64], int]:
    """How often each word that the vocabulary has now stands in these documents, and how many words they have.

    Reads the counts that are kept without the words that are not asked for, so that it takes a fraction of the time.
    """
    known = len(vocabulary)
    if not (vocabulary.is_usual and store.word_counts.any()):
        total = frequencies(store, ids, vocabulary)
        return total[:known], int(total.sum())
    sums = np.zeros(store.word_counts.size())  # whole numbers all the same: exact up to 2**53
    missing = set(ids)
    for present, kept in store.word_counts.read(ids, rules()):
        sums += np.bincount(*unpack_together(kept), sums.size)
        missing.difference_update(present)
    rest = frequencies(store, sorted(missing), vocabulary)
    numbers = store.word_counts.numbers(vocabulary.words[:known])
    kept_sums = [int(sums[numbers[word]]) if word in numbers else 0 for word in vocabulary.words[:known]]
    return rest[:known] + np.array(kept_sums, dtype=np.int64), int(sums.sum() + rest.sum())


def _added(total: NDArray[np.int64], words: Numbers, counts: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """The sums with some counts added to them, for words with numbers below `size`."""
    total = np.concatenate((total, np.zeros(size - total.size, dtype=np.int64)))
    added = np.bincount(words, counts).astype(np.int64)
    total[: added.size] += added
    return total


def keep_counts(store: Store, advance: Advance = silent, *, most_words: int | None = None) -> Kept:
    """Count the documents whose counts are not kept, and keep them. What is done is done: the next call goes on there.

    All words are held in memory meanwhile: with `most_words` it ends where there are so many of them.
    """
    waiting = store.word_counts.uncounted(rules())
    vocabulary = Vocabulary()
    for start in range(0, len(waiting), _AT_ONCE):
        if most_words is not None and len(vocabulary) > most_words:
            waiting = waiting[:start]
            break
        ids = waiting[start : start + _AT_ONCE]
        with store.transaction():
            for word in store.word_counts.words(len(vocabulary)):  # another process may be at it too
                vocabulary.adopt(word)
            known = len(vocabulary)
            digests = store.word_counts.digests(ids)
            found = of_texts(list(encoded(store, ids, vocabulary)))
            if len(vocabulary) > MOST_WORDS:
                raise UsageError(f"more than {MOST_WORDS:,} different words: the counts of some documents are not kept")
            store.word_counts.add_words(vocabulary.words[known:])
            store.word_counts.put(zip(sorted(digests), pack(found), strict=True), digests, rules())
        advance(start + len(ids), len(waiting))
    return Kept(len(waiting), store.selecting.count(Selection(state="all")), store.word_counts.size())
