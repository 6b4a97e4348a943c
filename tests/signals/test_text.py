"""All signals of any text: shares stay shares, and a text that is meant to hurt does not."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.extract.words import count_words
from corpuskit.signals import c4, damage
from corpuskit.signals.names import TEXT_SIGNALS
from corpuskit.signals.reading import read
from corpuskit.signals.repetition import measure as measure_repetition
from corpuskit.signals.text import LONGEST, measure

COUNTS = {"characters", "counted_words", "words", "mean_word_length", "stop_words", "sentences", "lorem_ipsum", "curly_brackets"}
RATIOS = {"hash_ratio", "ellipsis_ratio", "breaks_per_word"}  # to a word: can be more than one


@given(st.text() | st.text("ab .\n#…{中ก!", max_size=200))
@settings(deadline=None)
def test_shares_lie_between_none_and_all(text: str) -> None:
    signals = measure(text, "en", count_words(text))
    assert set(signals) == set(TEXT_SIGNALS)
    for name, value in signals.items():
        assert value is None or value >= 0, name
        assert value is None or name in COUNTS | RATIOS or value <= 1, name


@given(st.lists(st.sampled_from("abcd"), max_size=60))
@settings(deadline=None)
def test_repetition_is_what_a_plain_search_finds(words: list[str]) -> None:
    signals = measure_repetition(read(" ".join(words)))
    for n in (5, 6, 7, 8, 9, 10):
        seen, covered = set(), set()
        for start in range(len(words) - n + 1):
            run = tuple(words[start : start + n])
            if run in seen:
                covered.update(range(start, start + n))
            seen.add(run)
        assert signals[f"duplicate_{n}_grams"] == (len(covered) / len(words) if words else None)
    for n in (2, 3, 4):
        runs = [tuple(words[start : start + n]) for start in range(len(words) - n + 1)]
        most = max(Counter(runs).values(), default=0)
        shares = {
            len({place for start, run in enumerate(runs) if run == best for place in range(start, start + n)}) / len(words)
            for best in set(runs)
            if most > 1 and runs.count(best) == most
        }
        assert signals[f"top_{n}_grams"] in (shares or ({0} if words else {None}))


@pytest.mark.parametrize(
    "text",
    [
        "a" * LONGEST,
        "-" * LONGEST,
        "." * LONGEST,
        '"' * LONGEST,
        " " * LONGEST,
        "x\n" * (LONGEST // 50),
        "\n \n" * (LONGEST // 3),
        "!?x…" * (LONGEST // 100),
        "Ã" * (LONGEST // 4),
        "中文" * (LONGEST // 200),
        "ที่" * (LONGEST // 200),
        "same words again. " * (LONGEST // 100),
    ],
    ids=lambda text: repr(text[:4]),
)
def test_a_text_that_is_meant_to_hurt_is_measured(text: str) -> None:
    assert measure(text, "en", 1)["characters"] == len(text)


def test_a_text_without_end_is_judged_by_its_beginning_and_counted_whole() -> None:
    text = "".join(f"w{number} " for number in range(400_000))
    signals = measure(text, "en", 400_000)
    assert len(text) > LONGEST
    assert signals["characters"] == len(text)
    assert signals["counted_words"] == signals["words"] == 400_000


def test_c4_keeps_the_lines_that_it_would_keep() -> None:
    def removed(line: str) -> bool:
        return c4.measure(read(line))["removed_lines"] == 1

    assert not removed("This line has five words.")
    assert not removed('He said that "it is so"')
    assert not removed("Does this line end so?)")
    assert removed("This line has five words")
    assert removed("Only four words here.")
    assert removed("This line trails off at last...")
    assert removed("Please turn on JavaScript in your browser.")
    assert removed("We have a new privacy policy for you.")
    assert removed(f"A word of {'length' * 200} is none at all.")


def test_mojibake_is_found_and_ordinary_letters_are_not() -> None:
    good = "Ça coûte à Évian, naïve Müller, Ærø, señor, ação, Øre, Îles. Â côté: « Ô »"
    assert damage.measure(read(good))["mojibake"] == 0
    for text in ("café — naïve “quotes” …", "Привет, мир", "日本語の本", "مرحبا"):
        broken = text.encode().decode("cp1252", "replace")
        share = damage.measure(read(broken))["mojibake"]
        assert share is not None
        assert share > 0.1, broken
    assert not re.search("mojibake", good)
