"""A generated corpus in which it is known who resembles whom, and an independent opinion on any two texts.

Half of the texts stand alone; the others come in families: one text and its edited copies. The edits are words replaced at
random, sentences dropped or added, the boilerplate of a site wrapped around, letter case and punctuation changed, and none. A
tenth is in scripts without blanks between words. Sentences come from the ground truth of the article extraction benchmark
where it is at hand, else from a made-up vocabulary.

The truth is computed with sets of Python tuples. It shares no code with what it judges.
"""

from __future__ import annotations

import json
import os
import random
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

RATES = (0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.04, 0.06)
SITES = 40
WORD_OR_CHARACTER = re.compile(r"[\u0e01-\u0e4f\u4e00-\u9fff]|[^\s\u0e01-\u0e4f\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Text:
    """One generated text. Texts of one family come from one original; a text that stands alone has a family of its own."""

    text: str
    family: int


def generate(count: int, seed: int = 1) -> Iterator[Text]:
    """`count` texts, families scattered over the corpus; the same for the same seed and source of sentences."""
    chooser = random.Random(seed)
    sentences = source_sentences() or made_up_sentences(chooser)
    sources = {
        " ": sentences,
        "Chinese": _made_up(chooser, [chr(c) for c in range(0x4E00, 0x5600)], "", 3000, (8, 40)),
        "Thai": _made_up(chooser, _thai(chooser), "", 3000, (5, 20)),
    }
    sites = [_boilerplate(chooser, sentences) for _ in range(SITES)]
    texts: list[Text] = []
    family = 0
    while len(texts) < count:
        family += 1
        script = chooser.choices(list(sources), weights=(18, 1, 1))[0]
        pool = sources[script]
        original = [chooser.choice(pool) for _ in range(min(100, max(1, int(chooser.lognormvariate(3.0, 0.6)))))]
        site = chooser.choice(sites)
        texts.append(Text(" ".join(original), family))
        if chooser.random() < 0.3:
            copies = min(30, 1 + int(chooser.expovariate(0.5)))
            texts += [Text(_edited(chooser, original, pool, site, script), family) for _ in range(copies)]
    del texts[count:]
    chooser.shuffle(texts)
    yield from texts


def shingle_set(text: str) -> frozenset[tuple[str, ...]]:
    """The word 5-grams of a text, characters where no blanks stand between words; the whole where it is shorter."""
    tokens = tokens_of(text)
    if not tokens:
        return frozenset()
    return frozenset(tuple(tokens[start : start + 5]) for start in range(max(1, len(tokens) - 4)))


def tokens_of(text: str) -> list[str]:
    """Runs of letters, marks and digits, NFKC and casefolded; each Chinese and Thai character alone."""
    text = unicodedata.normalize("NFKC", text).casefold()
    return WORD_OR_CHARACTER.findall(
        text.translate({ord(c): None if _is_format(c) else " " for c in set(text) if not _is_part(c)})
    )


def true_jaccard(left: frozenset[tuple[str, ...]], right: frozenset[tuple[str, ...]]) -> float:
    """Shared shingles by all shingles."""
    shared = len(left & right)
    return shared / (len(left) + len(right) - shared) if shared else 0.0


def true_pairs(texts: list[Text], floor: float) -> dict[tuple[int, int], float]:
    """All pairs inside a family with a Jaccard of at least `floor`."""
    families: defaultdict[int, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        families[text.family].append(place)
    found = {}
    for members in families.values():
        sets = {place: shingle_set(texts[place].text) for place in members} if len(members) > 1 else {}
        for left, right in combinations(sets, 2):
            jaccard = true_jaccard(sets[left], sets[right])
            if jaccard >= floor:
                found[left, right] = jaccard
    return found


def source_sentences() -> list[str]:
    """Sentences of real pages, or an empty list where the benchmark is not at hand."""
    shared = Path(os.environ.get("CORPUSKIT_SHARED", Path(__file__).resolve().parents[2] / "shared"))
    path = shared / "data/article-extraction-benchmark/ground-truth.json"
    if not path.is_file():
        return []
    pages = json.loads(path.read_text(encoding="utf-8"))
    bodies = (page["articleBody"] for page in pages.values())
    sentences = {s.strip() for body in bodies for s in re.split(r"(?<=[.!?])\s+|\n+", body) if len(s) > 30}
    plain = re.compile(r"[\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u3000-\u9fff]")  # other scripts are made up below
    return sorted(s for s in sentences if not plain.search(s))


def made_up_sentences(chooser: random.Random) -> list[str]:
    """As many sentences of made-up words."""
    return _made_up(chooser, _syllables(chooser), " ", 7000, (6, 30))


def _is_part(character: str) -> bool:
    return unicodedata.category(character)[0] in "LMN" and not "\ufe00" <= character <= "\ufe0f"


def _is_format(character: str) -> bool:
    return unicodedata.category(character) in ("Cf", "Mn")


def _edited(chooser: random.Random, original: list[str], pool: list[str], site: tuple[str, str], script: str) -> str:
    sentences = list(original)
    kind = chooser.choices(("words", "sentences", "wrapped", "surface", "same"), weights=(60, 15, 12, 8, 5))[0]
    if kind == "sentences":
        for _ in range(chooser.randint(1, 1 + len(sentences) // 6)):
            place = chooser.randrange(len(sentences))
            sentences[place : place + 1] = [] if len(sentences) > 2 and chooser.random() < 0.5 else [chooser.choice(pool)]
    text = " ".join(sentences)
    if kind == "words":
        rate = chooser.choice(RATES)
        units, glue = (text.split(" "), " ") if script == " " else (list(text), "")
        others = chooser.choice(pool).split(" ") if script == " " else list(chooser.choice(pool))
        return glue.join(chooser.choice(others) if chooser.random() < rate else unit for unit in units)
    if kind == "wrapped":
        return f"{site[0]}\n\n{text}\n\n{site[1]}"
    if kind == "surface":
        return text.upper().replace(", ", " – ").replace(". ", ".\n\n")
    return text


def _boilerplate(chooser: random.Random, sentences: list[str]) -> tuple[str, str]:
    head, foot = ([chooser.choice(sentences) for _ in range(chooser.randint(0, 3))] for _ in range(2))
    return " ".join(head), " ".join(foot)


def _made_up(chooser: random.Random, letters: list[str], glue: str, count: int, length: tuple[int, int]) -> list[str]:
    """Sentences of made-up words; the n-th word is n times as rare as the first."""
    words = ["".join(chooser.choices(letters, k=chooser.choice((1, 2, 2, 3)))) for _ in range(8000)]
    weights = [1 / (n + 3) for n in range(len(words))]
    return [glue.join(chooser.choices(words, weights=weights, k=chooser.randint(*length))) for _ in range(count)]


def _syllables(chooser: random.Random) -> list[str]:
    return [
        chooser.choice("bcdfghklmnprstvz") + chooser.choice("aeiou") + chooser.choice(("", "n", "r", "s")) for _ in range(200)
    ]


def _thai(chooser: random.Random) -> list[str]:
    consonants = [chr(c) for c in range(0x0E01, 0x0E2F)]
    marks = ["", "\u0e30", "\u0e32", "\u0e34", "\u0e35", "\u0e38", "\u0e31"]
    return [chooser.choice(consonants) + chooser.choice(marks) + chooser.choice(("", *consonants)) for _ in range(300)]
