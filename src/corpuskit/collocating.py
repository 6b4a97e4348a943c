"""Collocations: the words that stand near a node more often than by chance.

The node is a query or a regular expression. Around each of its occurrences lies a window of words, which ends with the document;
a word in the windows of two occurrences is counted once, and the words of the node itself belong to no window.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from corpuskit.association import Table, log_dice
from corpuskit.selection import Selection
from corpuskit.tallying import Spelling, counted_ids, known_frequencies
from corpuskit.vocabulary import word_places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from corpuskit.occurring import Reader
    from corpuskit.vocabulary import Places, Vocabulary

    Flags: TypeAlias = NDArray[np.bool_]

SORTS = ("log_dice", "log_likelihood", "mi", "t_score", "cooccurrences", "frequency")

Record = dict[str, Any]
_AT_ONCE = 64  # documents that are looked through together


@dataclass(frozen=True, slots=True)
class CollocateOptions:
    """What is near, and what is told of it."""

    left: int = 5
    right: int = 5
    unique: bool = False
    spelling: Spelling = field(default_factory=Spelling)
    min_frequency: int = 5  # how often a collocate stands in the windows at least
    sort: str = "log_dice"  # one of SORTS
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class Around:
    """What was found around a node. The dictionaries are by the number of the word."""

    nodes: int  # occurrences
    words: int  # in all windows
    together: dict[int, int]  # how often a word stands in a window
    documents: dict[int, int]  # in how many documents it does
    inside: dict[int, int]  # how often it is a part of the node


def collocates(reader: Reader, selection: Selection, options: CollocateOptions) -> Iterator[Record]:
    """The collocates of what the reader finds, the strongest first."""
    store = reader.store
    ids = counted_ids(store, selection, unique=options.unique)
    candidates = store.selecting.ids(Selection(ids=tuple(ids), match=reader.finder.match, state="all"))
    vocabulary = options.spelling.vocabulary()
    around = look_around(reader, candidates, vocabulary, options)
    if not around.together:
        return
    frequency, tokens = known_frequencies(store, ids, vocabulary)
    outside = tokens - sum(around.inside.values())
    rows = [
        _record(vocabulary.words[number], number, around, int(frequency[number]), outside)
        for number in range(len(frequency))
        if around.together.get(number, 0) >= options.min_frequency
    ]
    rows.sort(key=lambda row: (-row[options.sort], row["word"]))
    yield from rows[: options.limit]


def look_around(reader: Reader, ids: Sequence[int], vocabulary: Vocabulary, options: CollocateOptions) -> Around:
    """The windows in these documents."""
    around = Around(0, 0, {}, {}, {})
    documents = reader.occurrences(ids)
    while block := list(islice(documents, _AT_ONCE)):
        spans, ends = [], [0]
        for document in block:
            spans += [(match.start + ends[-1], match.end + ends[-1]) for match in document.found]
            ends.append(ends[-1] + len(document.record["text"]) + 1)
        text = "\n".join(document.record["text"] for document in block)
        near, node = _near(text, np.array(spans), np.array(ends), vocabulary, options)
        _count(around.together, (word for _, word in near))
        _count(around.documents, (word for _, word in set(near)))
        _count(around.inside, node)
        around = replace(around, nodes=around.nodes + len(spans), words=around.words + len(near))
    return around


def _near(
    text: str, spans: Places, ends: Places, vocabulary: Vocabulary, options: CollocateOptions
) -> tuple[list[tuple[int, int]], list[int]]:
    """Document and number of the words in the windows of a text that is made of several, which begin at `ends`; and the words of
    the nodes.
    """
    words = word_places(text)
    borders = np.searchsorted(words[0], ends)  # the first word of each document
    node, window = marked(*words, spans, borders, options.left, options.right)

    def numbers(places: Places) -> list[int]:
        spans = zip(words[0][places].tolist(), words[1][places].tolist(), strict=True)
        return [vocabulary.number(text[start:end]) for start, end in spans]

    near = np.flatnonzero(window)
    documents = np.searchsorted(borders, near, side="right").tolist()
    return list(zip(documents, numbers(near), strict=True)), numbers(np.flatnonzero(node))


def _count(counts: dict[int, int], numbers: Iterable[int]) -> None:
    for number in numbers:
        counts[number] = counts.get(number, 0) + 1


def marked(starts: Places, ends: Places, spans: Places, borders: Places, left: int, right: int) -> tuple[Flags, Flags]:
    """Which words of a text belong to the node, and which to a window around it.

    `starts` and `ends` are the places of the words, `spans` those of the node's occurrences, in order; `borders` are the first
    words of the documents in the text, and what comes after the last word. No window reaches beyond one.
    """
    first = np.searchsorted(ends, spans[:, 0], side="right")  # the word that the node begins in
    last = np.searchsorted(starts, spans[:, 1], side="left")  # the word after it
    document = np.searchsorted(borders, first, side="right")
    node = _covered(first, last, starts.size)
    window = _covered(np.maximum(first - left, borders[document - 1]), np.minimum(last + right, borders[document]), starts.size)
    return node, window & ~node


def _covered(first: Places, last: Places, size: int) -> Flags:
    """Which of `size` places lie in one of the ranges."""
    steps = np.bincount(first, minlength=size + 1) - np.bincount(last, minlength=size + 1)
    return np.cumsum(steps)[:size] > 0


def _record(word: str, number: int, around: Around, frequency: int, outside: int) -> Record:
    together = around.together[number]
    table = Table(together, around.words, frequency - around.inside.get(number, 0), outside)
    return {
        "word": word,
        "cooccurrences": together,
        "frequency": frequency,
        "documents": around.documents[number],
        "expected": table.expected,
        "log_likelihood": table.log_likelihood,
        "log_dice": log_dice(together, around.nodes, frequency),
        "mi": table.mutual_information,
        "t_score": table.t_score,
        "node_frequency": around.nodes,
        "window_tokens": around.words,
        "tokens": outside + sum(around.inside.values()),
    }
