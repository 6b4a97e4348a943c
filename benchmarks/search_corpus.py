"""A corpus for measuring searches: articles of about 4 KB from real sentences, with planted words of known frequency.

A tenth of the words come from a long tail of made-up ones, as texts of the web have them, so that the index is as large as a real
one. Without the shared sentences everything is made up. The same arguments give the same corpus.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duplicate_corpus
from corpuskit.documents import Extraction, RawPage
from corpuskit.extract.page import Cleaned
from corpuskit.store.pages import Place
from corpuskit.store.store import Store

SIZE = 4000  # characters of a document
WORDS = 10  # of each kind
RARE, MIDDLING, FREQUENT = 1 / 5000, 0.08, 0.65  # share of the documents that hold such a word
ONCE = "oncewordineach"  # stands once in every document
_BATCH = 500
_CONSONANTS, _VOWELS = "bcdfghjklmnprstvwz", ("a", "e", "i", "o", "u", "ai", "ou")


@dataclass(frozen=True, slots=True)
class Article:
    """One generated document."""

    number: int
    title: str
    text: str
    date: str
    site: str
    language: str


def planted(kind: str) -> list[str]:
    """The words of a kind: rare, middling or frequent."""
    return [f"{kind}word{_CONSONANTS[number]}" for number in range(WORDS)]


def generate(count: int, seed: int = 1) -> Iterator[Article]:
    """`count` articles."""
    chooser = random.Random(seed)
    syllables = [consonant + vowel for consonant in _CONSONANTS for vowel in _VOWELS]
    sentences = duplicate_corpus.source_sentences() or [
        " ".join(_tail_word(chooser, syllables) for _ in range(chooser.randint(6, 30))).capitalize() + "." for _ in range(7000)
    ]
    kinds = [(planted("rare"), RARE), (planted("middling"), MIDDLING), (planted("frequent"), FREQUENT)]
    for number in range(count):
        text = _text(chooser, sentences, syllables, kinds)
        site = f"www.site{int(chooser.paretovariate(1)) % 200}.example"
        date = f"{chooser.randint(2010, 2024)}-{chooser.randint(1, 12):02}-{chooser.randint(1, 28):02}"
        yield Article(number, chooser.choice(sentences)[:80], text, date, site, chooser.choice(["en"] * 7 + ["de", "fr", "ru"]))


def store(path: Path, articles: Iterator[Article]) -> None:
    """Put articles into a corpus, which is made where there is none, as documents, without cleaning."""
    with Store.open(path, write=True, create=True) as corpus, corpus.runs.record("import", ["generated"]) as run:
        source_id = corpus.pages.add_source("generated")
        while batch := list(islice(articles, _BATCH)):
            with corpus.transaction():
                for one in batch:
                    url = f"https://{one.site}/{one.number}"
                    page = RawPage(one.text.encode(), "text/plain", f"generated#{one.number}", url=url, is_clean=True)
                    page_id, _ = corpus.pages.add(page, source_id, run.id)
                    extraction = Extraction(text=one.text, title=one.title, date=one.date, date_source="given")
                    words = len(one.text.split())
                    made = Cleaned(extraction, "utf-8", "utf-8", 0, one.language, 1.0, words, len(one.text), "generated")
                    corpus.documents.put(page_id, run.id, made, Place(source_id, page.location, url, "given"))


def _text(chooser: random.Random, sentences: list[str], syllables: list[str], kinds: list[tuple[list[str], float]]) -> str:
    parts: list[str] = []
    size = 0
    while size < SIZE - 100:
        words = chooser.choice(sentences).split(" ")
        for _ in range(len(words) // 10):
            words.insert(chooser.randrange(len(words)), _tail_word(chooser, syllables))
        parts.append(" ".join(words))
        size += len(parts[-1]) + 1
    found = [word for words, share in kinds for word in words if chooser.random() < share]
    for word in [ONCE, *found]:
        place = chooser.randrange(len(parts))
        parts[place] = f"{word} {parts[place]}"
    return "".join(part + ("\n\n" if chooser.random() < 0.2 else " ") for part in parts).strip()


def _tail_word(chooser: random.Random, syllables: list[str]) -> str:
    number = int(chooser.paretovariate(0.6)) % 1_000_000 + 3_000
    word = ""
    while number:
        number, place = divmod(number, len(syllables))
        word += syllables[place]
    return word
