"""Differences: the passages in which two texts differ, short enough to be read.

Texts are compared sentence by sentence; letter case, punctuation and spacing make no difference, as they make none for
near-duplicates. Of two passages that stand for each other only what differs is shown, with a few words around it. What is shown
and the time it takes are bounded, whatever the texts are. Pure: two texts in, a list out.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice, zip_longest
from typing import Literal

MOST_CHARACTERS = 500_000  # of each text that are looked at
MOST_SENTENCES = 1_500  # of each that are aligned; beyond that only what one text lacks is found, without its place
MOST_SHOWN = 160  # characters of a passage
MOST_WORDS = 400  # of a passage that are aligned; of a longer one its equal ends are left out
AROUND = 4  # words on both sides of what differs

_SENTENCE = re.compile(r"[^\n]+?(?:[.!?…]+[\"'”’»)\]]*(?=\s|$)|[。！？．]+|$)", re.MULTILINE)
_WORD = re.compile(r"\w+")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True, slots=True)
class Difference:
    """A passage that only one of the texts has: "-" the first, "+" the second."""

    side: Literal["-", "+"]
    text: str


def differences(first: str, second: str, most: int) -> tuple[list[Difference], bool]:
    """At most so many passages in which the texts differ, and whether there are more."""
    is_cut = max(len(first), len(second)) > MOST_CHARACTERS
    found = list(islice(_all(_sentences(first), _sentences(second)), most + 1))
    return found[:most], len(found) > most or (is_cut and first[MOST_CHARACTERS:] != second[MOST_CHARACTERS:])


def _sentences(text: str) -> list[str]:
    return [sentence for found in _SENTENCE.findall(text[:MOST_CHARACTERS]) if (sentence := " ".join(found.split()))]


def _key(sentence: str) -> str:
    """What is compared: the words alone; of a line without words the line."""
    return " ".join(_WORD.findall(sentence.casefold())) or sentence


def _all(first: Sequence[str], second: Sequence[str]) -> Iterator[Difference]:
    mine, theirs = [_key(sentence) for sentence in first], [_key(sentence) for sentence in second]
    head = _shared(mine, theirs)
    tail = _shared(mine[head:][::-1], theirs[head:][::-1])
    first, second = first[head : len(first) - tail], second[head : len(second) - tail]
    mine, theirs = mine[head : len(mine) - tail], theirs[head : len(theirs) - tail]
    if max(len(mine), len(theirs)) > MOST_SENTENCES:
        sides = _unordered(first, mine, theirs, "-"), _unordered(second, theirs, mine, "+")
        yield from (found for both in zip_longest(*sides) for found in both if found is not None)
        return
    for kind, a, b, c, d in SequenceMatcher(None, mine, theirs).get_opcodes():
        if kind == "replace":
            yield from _replaced(" ".join(first[a:b]), " ".join(second[c:d]))
        elif kind != "equal":
            yield from (Difference("-", _shortened(sentence)) for sentence in first[a:b])
            yield from (Difference("+", _shortened(sentence)) for sentence in second[c:d])


def _unordered(
    sentences: Sequence[str], keys: Sequence[str], others: Sequence[str], side: Literal["-", "+"]
) -> Iterator[Difference]:
    missing = Counter(keys) - Counter(others)
    for sentence, key in zip(sentences, keys, strict=True):
        if missing[key] > 0:
            missing[key] -= 1
            yield Difference(side, _shortened(sentence))


def _replaced(first: str, second: str) -> Iterator[Difference]:
    """Two passages that stand for each other: what differs in them, with a few words around it."""
    mine, theirs = _words(first), _words(second)
    for a, b, c, d in _ranges([word.casefold() for word, _, _ in mine], [word.casefold() for word, _, _ in theirs]):
        if a < b:
            yield Difference("-", _excerpt(first, mine, a, b))
        if c < d:
            yield Difference("+", _excerpt(second, theirs, c, d))


def _ranges(first: Sequence[str], second: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    """Where the words differ: first and last place in both, with those around."""
    if max(len(first), len(second)) <= MOST_WORDS:
        for group in SequenceMatcher(None, first, second, autojunk=False).get_grouped_opcodes(AROUND):
            yield group[0][1], group[-1][2], group[0][3], group[-1][4]
        return
    head = _shared(first, second)
    tail = _shared(first[head:][::-1], second[head:][::-1])
    start = max(0, head - AROUND)
    yield start, min(len(first), len(first) - tail + AROUND), start, min(len(second), len(second) - tail + AROUND)


def _excerpt(text: str, words: Sequence[tuple[str, int, int]], start: int, end: int) -> str:
    begin, stop = words[start][1] if start else 0, words[end - 1][2] if end < len(words) else len(text)
    return f"{'… ' if start else ''}{_shortened(text[begin:stop])}{' …' if end < len(words) else ''}"


def _words(text: str) -> list[tuple[str, int, int]]:
    """Words with their places; in scripts without blanks each character."""
    found = []
    for match in _WORD.finditer(text):
        if _UNSPACED.search(match[0]):
            found += [(letter, match.start() + place, match.start() + place + 1) for place, letter in enumerate(match[0])]
        else:
            found.append((match[0], match.start(), match.end()))
    return found


def _shared(first: Sequence[str], second: Sequence[str]) -> int:
    """How many items both begin with."""
    count = 0
    for one, other in zip(first, second, strict=False):
        if one != other:
            break
        count += 1
    return count


def _shortened(text: str) -> str:
    half = MOST_SHOWN // 2
    return text if len(text) <= MOST_SHOWN else f"{text[:half].rstrip()} … {text[-half:].lstrip()}"
