"""Good texts in many scripts pass the published rules; what shows no words is not judged by rules about words."""

from __future__ import annotations

import random

import pytest
from tests.signals.texts import GOOD

from corpuskit.extract.words import count_words
from corpuskit.rules import RULES
from corpuskit.signals.gopher import measure as measure_gopher
from corpuskit.signals.names import TEXT_SIGNALS
from corpuskit.signals.reading import read
from corpuskit.signals.sentences import count_sentences, ends_sentence
from corpuskit.signals.stop_words import STOP_WORDS
from corpuskit.signals.text import measure

PUBLISHED = [rule for rule in RULES if rule.signal in TEXT_SIGNALS and rule.default is not None]
_BEYOND = {"<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__}


def broken(text: str, language: str | None) -> list[str]:
    """The rules that drop a text, with their defaults."""
    signals = measure(text, language, count_words(text))
    assert set(signals) == set(TEXT_SIGNALS)
    return [
        rule.name
        for rule in PUBLISHED
        if (value := signals[rule.signal]) is not None and _BEYOND[rule.drops](float(value), float(rule.default or 0))
    ]


@pytest.mark.parametrize("language", sorted(GOOD))
def test_a_good_text_passes_in_every_script(language: str) -> None:
    assert broken(GOOD[language], language) == []
    assert broken(GOOD[language], None) == [], "nor does it need its language"


@pytest.mark.parametrize("language", ["zh", "ja", "ko"])
def test_a_long_text_of_east_asia_passes(language: str) -> None:
    chooser = random.Random(3)
    blocks = {"zh": (0x4E00, 0x8000), "ja": (0x3042, 0x3090), "ko": (0xAC00, 0xD000)}[language]
    sentences = []
    for _ in range(60):
        letters = [chr(chooser.randrange(*blocks)) for _ in range(32)]
        words = ["".join(letters[start : start + 3]) for start in range(0, 32, 3)]
        sentences.append((" " if language == "ko" else "").join(words) + ("." if language == "ko" else "。"))
    assert [name for name in broken("\n".join(sentences), language) if name != "gopher.min_stop_words"] == []


@pytest.mark.parametrize("language", ["zh", "th", "km", "ja"])
def test_repetition_is_found_without_blanks_too(language: str) -> None:
    assert "gopher-repetition.max_duplicate_5_grams" in broken(GOOD[language] * 3, language)


@pytest.mark.parametrize("language", ["zh", "th", "ar", "en"])
def test_a_few_words_are_too_few_in_every_script(language: str) -> None:
    text = "Only a few words stand here." if language == "en" else GOOD[language][:40]
    assert "gopher.min_words" in broken(text, language)


def test_words_without_blanks_are_estimated() -> None:
    assert 80 < read(GOOD["zh"]).wording.words < 140
    assert read("word " * 7).wording.words == 7
    mixed = read("GDP 增长 3%")
    assert mixed.wording.words == pytest.approx(2 + 2 / 1.7, abs=0.05)


def test_what_shows_no_words_or_sentences_is_not_judged_by_them() -> None:
    chinese, thai = (measure(GOOD[language], language, 1) for language in ("zh", "th"))
    assert chinese["mean_word_length"] is None
    assert thai["mean_word_length"] is None
    assert thai["punctuated_lines"] is None
    assert thai["sentences"] is None
    assert chinese["punctuated_lines"] == 1
    assert chinese["sentences"] == 6


def test_a_hangul_syllable_is_as_long_as_its_letters() -> None:
    assert measure_gopher(read("한국 어"))["mean_word_length"] == (6 + 2) / 2


def test_stop_words_are_those_of_the_language() -> None:
    for language, words in STOP_WORDS.items():
        assert len(set(words)) >= 7, language
        assert all(word == word.lower() for word in words)
        assert measure_gopher(read(" ".join(words), language))["stop_words"] == len(set(words)), language
    assert measure_gopher(read("the of and", "de"))["stop_words"] == 0
    assert measure_gopher(read("the of and", "sw"))["stop_words"] is None
    assert measure_gopher(read("the of and"))["stop_words"] is None


@pytest.mark.parametrize(
    ("line", "ends", "sentences"),
    [
        ("It ends.", True, 1),
        ("It costs 3.14 at example.org today", False, 1),
        ("He said “no!” (and left.)", True, 2),
        ("他来了。她走了！真的？", True, 3),
        ("क्या? हाँ।", True, 2),
        ("هل جاء؟ نعم.", True, 2),
        ("Really?! Yes...", True, 2),
        ("a, b", False, 1),
        ("...", True, 1),
        ("", False, 1),
    ],
)
def test_where_sentences_end(line: str, ends: bool, sentences: int) -> None:
    assert ends_sentence(line) is ends
    assert count_sentences(line) == sentences
