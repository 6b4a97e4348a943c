"""Every occurrence, once, in its context: counted by a tokeniser of the test's own, sorted, sampled, and one for each cluster."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from unicodedata import category, normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.conftest import add, cleaned, page

from corpuskit.concordance import SORTS, Concordance, Layout
from corpuskit.contexts import Window, sort_key
from corpuskit.documents import Unread
from corpuskit.errors import UsageError
from corpuskit.finding import Finder, query_finder, regex_finder
from corpuskit.occurring import MOST_SLOW, Reader
from corpuskit.selection import Selection
from corpuskit.store.decisions import Decision
from corpuskit.store.store import Store

FIELDS = ("id", "date", "site", "left", "node", "right", "start", "end", "copies", "text")
Lines = list[dict[str, Any]]

# Words of the tests' own, in six languages and with what makes trouble: accents, digits, hyphens, apostrophes, emoji.
VOCABULARY = {
    "en": "river boat don't twenty-one 1,000 3.5 naïve U.S. boat's Boat BOAT well-being 2nd 🤔 boat🫠 re-enter co2 O'Neil",
    "de": "Fluss Straße STRASSE über Übung Müller-Lüdenscheidt 1.000 geht's Öl größer Größe Fähre fähre 3% E-Mail",
    "ru": "река Река ёлка Ёлка война из-за 1990-х Йод мост мосту д’Артаньян съезд 😀 город",
    "el": "ποτάμι Ποτάμι ΠΟΤΑΜΙ γέφυρα σοφός σοφοί 21ος κ.λπ. άνθρωπος Άνθρωπος πλημμύρα",
    "tr": "ırmak Irmak İstanbul istanbul ışık İŞ iş köprü Türkiye'de 2020'de çay Çay şehir",
    "ar": "نهر النهر جسر قَلَم قلم ١٢٣ مدينة إلى الى كتاب، سفينة؟ لا",
    "zh": "河流 气候 变化 渡船 3月 iPhone 你好 在 的 ABC公司 早上",
}


def reader(store: Store, finder: Finder, notice: Callable[[Unread], None] = lambda _: None) -> Reader:
    return Reader(store, finder, notice)


def lines(store: Store, finder: Finder, selection: Selection = Selection(), **layout: Any) -> Lines:  # noqa: B008  # frozen
    asked = Layout(**({"window": Window(5)} | layout))
    return list(Concordance(reader(store, finder), selection, asked).lines(FIELDS))


def places(found: Lines) -> list[tuple[int, int]]:
    return [(line["id"], line["start"]) for line in found]


@pytest.fixture(scope="module")
def texts() -> list[str]:
    chance = random.Random(6)
    made = []
    for place in range(1000):
        words = VOCABULARY[[*VOCABULARY][place % len(VOCABULARY)]].split(" ")
        blank = "" if place % len(VOCABULARY) == 6 else " "
        count = chance.randint(3, 60)
        parts = [
            chance.choice(words) + chance.choice([blank, blank, blank, ", ", ". ", "\n\n", " – ", "“"]) for _ in range(count)
        ]
        made.append(normalize("NFC", "".join(parts).strip()))
    return made


@pytest.fixture(scope="module")
def store(texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("concordance") / "corpus.db"
    with Store.open(path, write=True, create=True) as writing:
        run = writing.runs.start("import", ["texts"])
        for number, text in enumerate(texts, start=1):
            date = None if number % 5 == 0 else f"20{number % 20:02}"
            add(writing, page(number, url=f"https://s{number % 3}.example/{number}"), cleaned(text, date=date), run_id=run)
    with Store.open(path) as reading:
        yield reading


# Counting, with nothing of ours: what a token is to anybody, letters, marks and digits


def plain_tokens(text: str) -> list[str]:
    """Letters, marks and numbers; a character of Chinese by itself; without case and accents, except in Turkish dotless i."""
    found, word = [], ""
    for char in [*text, " "]:
        is_letter = category(char)[0] in "LMN" and char not in "\ufe0f"
        if "\u4e00" <= char <= "\u9fff" or not is_letter:
            found += [word] if word else []
            found += [char] if is_letter else []
            word = ""
        else:
            word += char
    return [plain_fold(token) for token in found]


def plain_fold(token: str) -> str:
    """The index takes accents from Latin letters only; Greek and Cyrillic ones stay, İ is i."""
    letters = []
    for char in token:
        base = normalize("NFD", char)[0]
        letters.append(base.lower() if base.isascii() else char.lower())
    return re.sub("[\u0300-\u036f]", "", "".join(letters)).replace("ς", "σ")


def plain_count(documents: list[list[str]], words: list[str]) -> int:
    size = len(words)
    return sum(
        here[place : place + size] == words for here in documents if words[0] in here for place in range(len(here) - size + 1)
    )


def phrases_of(texts: list[str], count: int, chance: random.Random) -> Iterator[str]:
    """Words and phrases that stand somewhere, as they are written there."""
    while count:
        text = chance.choice(texts)
        found = [match.span() for match in re.finditer(r"[^\s,.–“]+", text)]
        first = chance.randrange(len(found))
        last = min(len(found) - 1, first + chance.choice([0, 0, 0, 1, 2]))
        phrase = text[found[first][0] : found[last][1]]
        if plain_tokens(phrase):
            count -= 1
            yield phrase


def check_counts(store: Store, texts: list[str], count: int) -> None:
    documents = [plain_tokens(text) for text in texts]
    for phrase in phrases_of(texts, count, random.Random(8)):
        words = plain_tokens(phrase)
        found = Concordance(reader(store, query_finder(f'"{phrase}"')), Selection(), Layout(Window(0))).count()
        assert found == plain_count(documents, words), (phrase, words)


def test_the_count_is_that_of_a_plain_tokeniser(store: Store, texts: list[str]) -> None:
    check_counts(store, texts, 200)


def test_the_count_is_that_of_a_plain_tokeniser_on_real_texts(shared: Path, tmp_path: Path) -> None:
    import json

    truth = json.loads((shared / "data" / "article-extraction-benchmark" / "ground-truth.json").read_text(encoding="utf-8"))
    texts = [
        normalize("NFC", row["articleBody"])
        for row in truth.values()
        if not re.search("[\u0e00-\u10ff\u3000-\u30ff\uac00-\ud7a3]", row["articleBody"])
    ]
    with Store.open(tmp_path / "real.db", write=True, create=True) as store:
        run = store.runs.start("import", ["texts"])
        for number, text in enumerate(texts, start=1):
            add(store, page(number), cleaned(text), run_id=run)
        check_counts(store, texts, 30)


# Lines


@pytest.mark.parametrize("query", ["boat", "fluss OR über*", "в* NEAR/3 мост", "河", '"气候变化"', "NOT boat", "zzz"])
@pytest.mark.parametrize("window", [Window(0), Window(3), Window(12, "characters")])
def test_a_line_is_an_exact_piece_of_its_text(store: Store, query: str, window: Window) -> None:
    for line in lines(store, query_finder(query), window=window):
        text, start, end = line["text"], line["start"], line["end"]
        assert line["node"] == text[start:end] != ""
        assert text[start - len(line["left"]) : end + len(line["right"])] == line["left"] + line["node"] + line["right"]


@settings(max_examples=12, deadline=None)
@given(
    query=st.sampled_from(["boat", "река", "fähre*", "河", "İstanbul OR boat"]),
    sort=st.lists(st.sampled_from(SORTS), max_size=2).map(tuple),
    reverse=st.booleans(),
    size=st.integers(0, 40),
    seed=st.integers(0, 3),
)
def test_sorting_and_sampling_lose_and_add_nothing(
    store: Store, query: str, sort: tuple[str, ...], reverse: bool, size: int, seed: int
) -> None:
    finder = query_finder(query)
    plain = lines(store, finder)
    ordered = lines(store, finder, Selection(reverse=reverse), sort=sort)
    assert sorted(places(ordered)) == sorted(places(plain))
    sample = lines(store, finder, Selection(sample=size, seed=seed), sort=sort)
    assert set(places(sample)) <= set(places(plain))
    assert len(sample) == min(size, len(plain))
    assert sample == lines(store, finder, Selection(sample=size, seed=seed), sort=sort)
    assert set(places(sample)) <= set(places(lines(store, finder, Selection(sample=size + 5, seed=seed))))
    assert places(lines(store, finder, Selection(reverse=reverse, limit=7), sort=sort)) == places(ordered)[:7]


def test_the_order_is_that_of_neighbours(store: Store) -> None:
    def words(text: str) -> list[str]:
        return [token for token in re.split(r"[^\w\u0300-\u036f]+|_", text) if token]

    right = [
        sort_key(words(line["right"])[:3]) for line in lines(store, query_finder("boat"), sort=("right",), window=Window(12))
    ]
    assert [key.split(b"\0")[0] for key in right] == sorted(key.split(b"\0")[0] for key in right)
    left = [
        sort_key(words(line["left"])[::-1][:3]) for line in lines(store, query_finder("fluss"), sort=("left",), window=Window(12))
    ]
    assert [key.split(b"\0")[0] for key in left] == sorted(key.split(b"\0")[0] for key in left)
    dates = [line["date"] for line in lines(store, query_finder("boat"), Selection(reverse=True), sort=("date",))]
    assert dates == sorted((date for date in dates if date), reverse=True) + [None] * dates.count(None)
    nodes = [line["node"].lower() for line in lines(store, query_finder("boat*"), sort=("node", "right"))]
    assert nodes == sorted(nodes)


def test_the_direction_of_unsorted_lines(store: Store) -> None:
    forward, backward = lines(store, query_finder("boat")), lines(store, query_finder("boat"), Selection(reverse=True))
    assert places(backward) == places(forward)[::-1]


def test_case_and_accents_count_when_asked(store: Store) -> None:
    assert {line["node"] for line in lines(store, query_finder("boat"))} == {"boat", "Boat", "BOAT"}
    assert {line["node"] for line in lines(store, query_finder("BOAT", exact=True))} == {"BOAT"}
    assert {line["node"] for line in lines(store, query_finder("fähre", exact=True))} == {"fähre"}
    assert not lines(store, query_finder("fahre", exact=True))
    assert {line["node"] for line in lines(store, query_finder("Irmak OR ırmak", exact=True))} == {"Irmak", "ırmak"}
    with_boat = {line["id"] for line in lines(store, query_finder("river NOT BOAT", exact=True))}
    assert with_boat > {line["id"] for line in lines(store, query_finder("river NOT boat"))}


# Regular expressions


@pytest.mark.parametrize(
    "expression",
    [
        r"\bboat\b",
        r"\bboat's?\b",
        r"\bwell-\w+",
        r"\bСтраны?|\bрек\w+",
        r"(?i)\bSTRA(ß|ss)e\b",
        r"河.{0,4}气候",
        r"\d+",
        r"\b[Bb]oat",
        "x?",
    ],
)
@pytest.mark.parametrize("exact", [False, True])
def test_the_index_changes_nothing(store: Store, texts: list[str], expression: str, exact: bool) -> None:
    finder = regex_finder(expression, exact=exact)
    found = lines(store, finder)
    everywhere = {(number, match.start) for number, text in enumerate(texts, start=1) for match in finder.find(None, text)}
    assert set(places(found)) == everywhere
    assert all(line["node"] for line in found)


def test_a_document_that_takes_too_long_is_named_and_the_tenth_ends_the_run(tmp_path: Path) -> None:
    named: list[Unread] = []
    with Store.open(tmp_path / "slow.db", write=True, create=True) as store:
        run = store.runs.start("import", ["texts"])
        for number in range(1, MOST_SLOW + 1):
            text = "a" * 5000 + "!" if number > 1 else "ab"
            add(store, page(number), cleaned(text), run_id=run)
        slow = Concordance(reader(store, regex_finder(r"(a|aa)+b", seconds=0.02), named.append), Selection(), Layout(Window(1)))
        assert [line["id"] for line in slow.lines(("id",))] == [1]
        assert [unread.location for unread in named] == [f"document {number}" for number in range(2, MOST_SLOW + 1)]
        add(store, page(MOST_SLOW + 1), cleaned("a" * 5000 + "?"), run_id=run)
        with pytest.raises(UsageError, match="takes too long"):
            Concordance(slow.reader, Selection(), Layout(Window(1))).count()


# Clusters


@pytest.fixture
def wires(tmp_path: Path) -> Iterator[Store]:
    """Three copies of one report, of which the second is kept, and another text."""
    with Store.open(tmp_path / "wires.db", write=True, create=True) as store:
        run = store.runs.start("import", ["wires"])
        for number, text in enumerate(("A boat and a boat.", "A boat, once more.", "A ship. A boat", "Boat!"), start=1):
            add(store, page(number), cleaned(text), run_id=run)
        with store.transaction():
            store.decisions.add([Decision(one, "near-duplicate", duplicate_of=2) for one in (1, 3)], run)
        yield store


def test_one_document_of_a_cluster_stands_for_all(wires: Store) -> None:
    def shown(query: str) -> list[tuple[int, int]]:
        return [(line["id"], line["copies"]) for line in lines(wires, query_finder(query), unique=True)]

    assert shown("boat") == [(2, 3), (4, 1)]
    assert shown('"and a"') == [(1, 1)]
    assert shown("ship OR and") == [(1, 2)]
    assert places(lines(wires, regex_finder("boat"), unique=True)) == places(lines(wires, query_finder("boat"), unique=True))
    assert Concordance(reader(wires, query_finder("boat")), Selection(), Layout(Window(1), unique=True)).count() == 2
    assert [line["id"] for line in lines(wires, query_finder("boat"))] == [2, 4]
