"""The words that are certain are certain: no text with a match is passed over, whatever the expression."""

from __future__ import annotations

from unicodedata import normalize

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpuskit import matching, narrowing, tokens
from corpuskit.errors import UsageError
from corpuskit.expression_lexemes import OLD_FORMS
from corpuskit.narrowing import MOST_SEQUENCES, certain_words
from corpuskit.query import describe, parse
from corpuskit.query_tree import phrases
from corpuskit.regular_expressions import Expression

ATOMS = [
    "a", "b", "ab", "Ab", "é", "I", "i", "s", "K", "в", "Д", "手", "机", "か", "ที่", "1", "½", "²", " ", "-", "_", "🤔",
    r"\.", ".", r"\w", r"\d", r"\s", r"\W", r"\b", r"\b", r"\b", r"\B", "^", "$", "[ab]", "[^a]", "[вд]", "[a-c]",
    r"[\b]", "[]a]", "[[:alpha:]]", r"\p{L}", r"\P{L}", "(?:", "(", "(", ")", ")", "(?=a)", "(?!b)", "(?<=a)",
    "(?<! )", "(?i)", "(?s)", "(?x)", "(?i:a)", "(?#b)", "|", "?", "*", "+", "{2}", "{0,1}", "{1,}", "{e<=1}", "+?",
    "??", "*+", r"\1", r"\X", r"\K", r"\A", r"\Z", r"\n", "(?P<n>a)", "(?|a|b)", "(?R)", r"(?:\bab\b|\bb\b)", r"\bab",
    r"b\b", r" ab ", r"\x41", "(?V1)", "[[a]--[b]]",
]  # fmt: skip
expressions = st.lists(st.sampled_from(ATOMS), min_size=1, max_size=8).map("".join)
PIECES = [
    "a", "A", "b", "ab", "AB", "é", "e", "i", "I", "ı", "ſ", "K", "k", "в", "ᲀ", "д", "Д", "手", "机", "か", "が", "ที่",
    "1", "½", "²", "\ue000", " ", " ", "-", "_", "\n", "🤔", "́", ".", "ab ", " ab", "\ufe00",
]  # fmt: skip
documents = st.lists(st.sampled_from(PIECES), max_size=14).map(lambda parts: normalize("NFC", "".join(parts)))


def compiled(text: str, *, ignore_case: bool) -> Expression | None:
    try:
        return Expression.compile(text, ignore_case=ignore_case)
    except UsageError:
        return None


@settings(max_examples=700, deadline=None)
@given(expressions, documents, st.booleans())
@example(r"\bab\b", "½ab", True)
@example(r"\bвa\b", "ᲀa", True)
@example(r"\bI", "ıa", True)
@example(r"(?i)\bв", "ᲀ", False)
@example(r" [вд] ", " ᲀ ", True)
def test_every_text_with_a_match_holds_the_words(text: str, document: str, ignore_case: bool) -> None:
    expression = compiled(text, ignore_case=ignore_case)
    certain = expression and certain_words(expression.text, ignore_case=ignore_case)
    if expression and certain and expression.find(document):
        assert matching.matches(certain, None, document), describe(certain)


@settings(max_examples=300, deadline=None)
@given(expressions, st.booleans())
def test_what_is_certain_can_be_asked_of_the_index(text: str, ignore_case: bool) -> None:
    certain = certain_words(text, ignore_case=ignore_case)
    if certain:
        assert describe(parse(describe(certain))) == describe(certain)


@pytest.mark.parametrize(
    ("expression", "words"),
    [
        (r"\bclimate summit\b", "climate AND summit"),
        (r"\bclim\w+", "clim*"),
        (r"\b(?:climat\w*|wetter)\b", "climat* OR wetter"),
        (r"\bColou?r\b", "Colour OR Color"),
        (r"^the\s+\w+", "the"),
        (r"\bдождь\b", "дождь"),
        ("气候.{0,5}变化", "候* AND 化*"),
        (r"\bthe (?:red|green) (?:door|gate)s?\b", None),  # many; only that there is something
    ],
)
def test_words_are_found(expression: str, words: str | None) -> None:
    certain = certain_words(expression, ignore_case=True)
    assert certain is not None
    assert words is None or describe(certain) == words


@pytest.mark.parametrize(
    "expression",
    [
        "climate",
        r"clim\w+",
        r"\w+ing\b",
        r"a|\bfoo\b",
        "(?:foo){e<=1}",
        r"(?r)\bfoo\b",
        r"\bfoo?\b|x",
        r"(\bfoo\b)?",
        r"(?x) foo ",
        r"\ba",
    ],
)
def test_nothing_is_certain(expression: str) -> None:
    assert certain_words(expression, ignore_case=True) is None


def test_an_expression_of_many_choices_ends() -> None:
    certain = certain_words(r"\b" + "(a|b|c)" * 50 + r"\b", ignore_case=True)
    assert certain
    assert len(phrases(certain)) <= MOST_SEQUENCES
    assert certain_words("(" * 500 + "a" + ")" * 500, ignore_case=True) is None


def test_the_forms_of_a_safe_letter_are_one_letter_to_the_index() -> None:
    everything = "".join(chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    safe = narrowing._safe()
    cased = "".join(regex.findall(safe.pattern, everything, regex.IGNORECASE))
    letters = safe.findall(everything)
    assert len(letters) > 500
    for letter in letters:
        forms = regex.findall(letter, cased, regex.IGNORECASE)
        assert {tokens.fold(form) for form in forms} == {tokens.fold(letter)}, letter
    for letter, forms in OLD_FORMS.items():
        assert {tokens.fold(form) for form in forms[1:-1]} == {tokens.fold(letter)}


def test_what_is_no_border_is_part_of_a_word() -> None:
    inside = regex.compile(r"[\w\p{No}\p{Co}\p{Cn}]")
    codes = (chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000)
    assert not [char for char in codes if tokens.word_pattern().match(char) and not inside.match(char)]
    assert not [char for char in map(chr, range(0x10000)) if regex.match(r"\s", char) and tokens.word_pattern().match(char)]
