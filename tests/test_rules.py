"""The rules as data: the published thresholds, and what `--rules` and `--set` make of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.errors import UsageError
from corpuskit.rules import (
    C4,
    CONDITIONS,
    DATATROVE,
    FAMILIES,
    FINEWEB,
    FINEWEB_LANGUAGE,
    GOPHER,
    OWN,
    REPETITION,
    RULES,
    ask,
    meaning_of,
)
from corpuskit.signals.names import PAGE_SIGNALS, TEXT_SIGNALS
from corpuskit.store.signals import SELECT_BEYOND

# As printed in the papers: who is changed here is no longer the published rule.
PUBLISHED = {
    "gopher.min_words": ("<", 50, GOPHER),
    "gopher.max_words": (">", 100_000, GOPHER),
    "gopher.min_mean_word_length": ("<", 3, GOPHER),
    "gopher.max_mean_word_length": (">", 10, GOPHER),
    "gopher.max_hash_ratio": (">", 0.1, GOPHER),
    "gopher.max_ellipsis_ratio": (">", 0.1, GOPHER),
    "gopher.max_bullet_lines": (">", 0.9, GOPHER),
    "gopher.max_ellipsis_lines": (">", 0.3, GOPHER),
    "gopher.min_alphabetic_words": ("<", 0.8, GOPHER),
    "gopher.min_stop_words": ("<", 2, GOPHER),
    "gopher-repetition.max_duplicate_lines": (">", 0.3, REPETITION),
    "gopher-repetition.max_duplicate_paragraphs": (">", 0.3, REPETITION),
    "gopher-repetition.max_duplicate_line_characters": (">", 0.2, REPETITION),
    "gopher-repetition.max_duplicate_paragraph_characters": (">", 0.2, REPETITION),
    "gopher-repetition.max_top_2_grams": (">", 0.2, REPETITION),
    "gopher-repetition.max_top_3_grams": (">", 0.18, REPETITION),
    "gopher-repetition.max_top_4_grams": (">", 0.16, REPETITION),
    "gopher-repetition.max_duplicate_5_grams": (">", 0.15, REPETITION),
    "gopher-repetition.max_duplicate_6_grams": (">", 0.14, REPETITION),
    "gopher-repetition.max_duplicate_7_grams": (">", 0.13, REPETITION),
    "gopher-repetition.max_duplicate_8_grams": (">", 0.12, REPETITION),
    "gopher-repetition.max_duplicate_9_grams": (">", 0.11, REPETITION),
    "gopher-repetition.max_duplicate_10_grams": (">", 0.10, REPETITION),
    "c4.min_sentences": ("<", 3, C4),
    "c4.max_lorem_ipsum": (">", 0, C4),
    "c4.max_curly_brackets": (">", 0, C4),
    "fineweb.min_punctuated_lines": ("<=", 0.12, FINEWEB),
    "fineweb.max_duplicate_line_characters": (">=", 0.1, FINEWEB),
    "fineweb.max_short_lines": (">=", 0.67, FINEWEB),
    "fineweb.max_breaks_per_word": (">", 0.3, DATATROVE),
    "language.min_confidence": ("<", 0.65, FINEWEB_LANGUAGE),
}


def test_published_rules_have_their_published_thresholds() -> None:
    assert {rule.name: (rule.drops, rule.default, rule.source) for rule in RULES if rule.source != OWN} == PUBLISHED


def test_every_rule_is_whole() -> None:
    names = [rule.name for rule in RULES] + [one.name for one in CONDITIONS]
    assert len(set(names)) == len(names)
    assert {rule.family for rule in RULES} == set(FAMILIES)
    for rule in RULES:
        assert rule.meaning
        assert rule.signal in (*TEXT_SIGNALS, *PAGE_SIGNALS, "language") or (rule.signal, rule.drops) in SELECT_BEYOND
        assert meaning_of(rule.name) == rule.meaning
    assert meaning_of("near-duplicate") is None
    for one in CONDITIONS:
        assert set(one.of) <= {rule.name for rule in RULES}


def test_a_set_brings_all_its_rules_in_their_order() -> None:
    assert [one.rule.name for one in ask(["c4", "gopher"], [])] == [
        rule.name for rule in RULES if rule.family in ("gopher", "c4")
    ]
    assert [one.rule.name for one in ask(["gopher.min_words"], [])] == ["gopher.min_words"]
    assert [one.rule.name for one in ask(["gopher.min_words", "gopher"], [])] == [one.rule.name for one in ask(["gopher"], [])]


@given(st.sampled_from([rule for rule in RULES if rule.drops != "not in"]), st.floats(allow_nan=False, allow_infinity=False))
def test_any_number_can_be_a_threshold(rule, number: float) -> None:  # type: ignore[no-untyped-def]
    (one,) = ask([rule.name], [f"{rule.name}={number!r}"])
    assert one.threshold == number
    assert one.is_on


def test_a_rule_can_be_turned_off_and_a_list_be_given() -> None:
    asked = {one.rule.name: one for one in ask(["language", "gopher"], ["language.allowed=DE, en", "gopher.min_words = off"])}
    assert asked["language.allowed"].allowed == ("de", "en")
    assert not asked["gopher.min_words"].is_on
    assert asked["gopher.max_words"].is_on
    assert not {one.rule.name: one for one in ask(["language"], [])}["language.allowed"].is_on


def test_a_condition_is_set_like_a_rule() -> None:
    def least(*settings: str) -> tuple[tuple[str, float], ...]:
        return {one.rule.name: one for one in ask(["extraction"], settings)}["extraction.min_text_share"].conditions

    assert least() == (("visible_characters", 5000),)
    assert least("extraction.large_page=100") == (("visible_characters", 100),)


@pytest.mark.parametrize(
    ("names", "settings", "message", "hint"),
    [
        (["goper"], [], "no rule set 'goper'", "did you mean gopher?"),
        (["xyz"], [], "no rule set 'xyz'", "gopher, gopher-repetition, c4"),
        (["gopher"], ["gopher.min_word=3"], "no rule 'gopher.min_word'", "did you mean gopher.min_words?"),
        (["gopher"], ["min_words"], "not RULE.PARAMETER=VALUE", "--set gopher.min_words=30"),
        (["gopher"], ["gopher.min_words=many"], "not a number: gopher.min_words=many", "gopher.min_words=0.5"),
        (["gopher"], ["gopher.min_words=nan"], "not a number", "gopher.min_words"),
        (["gopher"], ["gopher.min_words="], "not a number", "gopher.min_words"),
        (["gopher"], ["gopher.min_words=inf"], "not a number", "gopher.min_words"),
        (["gopher"], ["c4.min_sentences=2"], "c4.min_sentences is set, but was not asked for", "--rules c4"),
        (["gopher"], ["extraction.large_page=2"], "extraction.large_page is set, but was not asked for", "--rules extraction"),
        (["language"], ["language.allowed=english"], "not language codes", "language.allowed=en,de"),
        (["length"], [], "these rules are off until they are set", "--set length.min_words"),
        (["gopher.min_words"], ["gopher.min_words=off"], "these rules are off", "--set gopher.min_words"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_the_next_step(
    names: list[str], settings: list[str], message: str, hint: str
) -> None:
    with pytest.raises(UsageError, match=message.replace(".", "[.]")) as caught:
        ask(names, settings)
    assert hint in (caught.value.hint or "")
