"""Contrasting: the keywords of a selection, which are used more often, or less often, there than in a reference.

The reference is the rest of the corpus unless a selection of the same or of another corpus is given. No document is on both
sides, and with `unique` no cluster of duplicates is.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from corpuskit.duplicate_rules import RULES
from corpuskit.errors import UsageError
from corpuskit.keyness import HIGHLY_SIGNIFICANT, log_likelihood, log_ratio
from corpuskit.selection import Selection
from corpuskit.tallying import Spelling, counted_ids, frequencies

if TYPE_CHECKING:
    from collections.abc import Iterator

    from corpuskit.store.store import Store

SORTS = ("log_likelihood", "log_ratio", "frequency", "reference_frequency")

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reference:
    """What a selection is compared with: by default all other documents of its corpus, in the same languages."""

    selection: Selection | None = None
    store: Store | None = None  # of another corpus


@dataclass(frozen=True, slots=True)
class KeywordOptions:
    """Which words are told, and in which order."""

    unique: bool = False
    spelling: Spelling = field(default_factory=Spelling)
    min_frequency: int = 5  # on the side where the word is more frequent
    min_log_likelihood: float = HIGHLY_SIGNIFICANT
    negative: bool = False  # words that are rarer than in the reference
    sort: str = "log_likelihood"  # one of SORTS
    limit: int | None = None


def keywords(store: Store, selection: Selection, reference: Reference, options: KeywordOptions) -> Iterator[Record]:
    """The keywords of a selection, the most distinctive first. Raises UsageError where there is nothing to compare with."""
    ids = counted_ids(store, selection, unique=options.unique)
    if not ids:
        return
    vocabulary = options.spelling.vocabulary()
    frequency = frequencies(store, ids, vocabulary)
    others = _reference_ids(store, selection, ids, reference, unique=options.unique)
    other_frequency = frequencies(reference.store or store, others, vocabulary)
    frequency = np.concatenate((frequency, np.zeros(other_frequency.size - frequency.size, dtype=np.int64)))
    size, other_size = int(frequency.sum()), int(other_frequency.sum())
    if not other_size:
        raise UsageError(
            "nothing to compare with: the reference has no words",
            hint="select a part of the corpus, or name the other side: --reference-tag, --reference-site, --reference-db ...",
        )
    if not size:
        return
    rows = [
        row
        for word, here, there in zip(vocabulary.words, frequency.tolist(), other_frequency.tolist(), strict=True)
        if (row := _row(word, (here, size), (there, other_size), options)) is not None
    ]
    downwards = options.sort != "log_ratio" or not options.negative  # the most negative ratio comes first
    rows.sort(key=lambda row: (-row[options.sort] if downwards else row[options.sort], row["word"]))
    yield from rows[: options.limit]


def _row(word: str, here: tuple[int, int], there: tuple[int, int], options: KeywordOptions) -> Record | None:
    """The row of a word with its frequency and the size on both sides; None where it is no keyword."""
    (frequency, size), (other_frequency, other_size) = here, there
    more, less = (other_frequency * size, frequency * other_size)[:: 1 if options.negative else -1]
    if more <= less or (other_frequency if options.negative else frequency) < options.min_frequency:
        return None
    likelihood = log_likelihood(frequency, size, other_frequency, other_size)
    if likelihood < options.min_log_likelihood:
        return None
    return {
        "word": word,
        "frequency": frequency,
        "reference_frequency": other_frequency,
        "per_million": 1e6 * frequency / size,
        "reference_per_million": 1e6 * other_frequency / other_size,
        "log_likelihood": likelihood,
        "log_ratio": log_ratio(frequency, size, other_frequency, other_size),
        "tokens": size,
        "reference_tokens": other_size,
    }


def _reference_ids(store: Store, selection: Selection, ids: list[int], reference: Reference, *, unique: bool) -> list[int]:
    wanted = reference.selection or Selection(languages=selection.languages, state=selection.state)
    if reference.store is not None:
        return counted_ids(reference.store, wanted, unique=unique)
    keepers = store.signatures.dropped_for(RULES) if unique else {}

    def cluster(document_id: int) -> int:
        return keepers.get(document_id) or document_id

    taken = {cluster(document_id) for document_id in ids}
    return [document_id for document_id in counted_ids(store, wanted, unique=unique) if cluster(document_id) not in taken]
