"""Expressions of users: what is broken is told with its place, what takes too long is stopped, and nothing else happens."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.errors import UsageError
from corpuskit.regular_expressions import MAX_CHARACTERS, Expression, TooSlowError

pieces = st.sampled_from(
    [*"()[]{}?*+|\\^$.-<>=!:#abP0123&~ ", "(?", "\\p{", "\\N{", "(?P<", "[[", "(?(1)", "{1,", "\\L<", "(*", "é", "\0", "\ud800"]
)


@settings(max_examples=600, deadline=None)
@given(st.lists(pieces, max_size=12).map("".join) | st.text(max_size=20), st.booleans())
def test_any_text_is_an_expression_or_wrong_use(text: str, ignore_case: bool) -> None:
    try:
        expression = Expression.compile(text, ignore_case=ignore_case, seconds=0.2)
        found = expression.find("ab (a) é 12\n" * 3)
    except (UsageError, TooSlowError) as error:
        assert isinstance(error, TooSlowError) or str(error).startswith("expression not understood: ")
    else:
        assert all(start < end for start, end in found)


@pytest.mark.parametrize(
    ("text", "mark"),
    [("a(b", "  a(b\n     ^"), ("ab[c", "  ab[c\n    ^"), ("*a", "  *a\n  ^"), ("手(", "  手(\n     ^")],
)
def test_the_place_of_an_error_is_shown(text: str, mark: str) -> None:
    with pytest.raises(UsageError) as caught:
        Expression.compile(text, ignore_case=True)
    assert str(caught.value).partition("\n")[2].rstrip("^ ").startswith(mark.split("\n", maxsplit=1)[0])
    assert str(caught.value).split("\n")[2].strip() == "^"
    assert "\n" not in (caught.value.hint or "")


def test_a_long_expression_is_refused_and_a_long_broken_one_cut() -> None:
    with pytest.raises(UsageError, match="at most 4,096"):
        Expression.compile("a" * (MAX_CHARACTERS + 1), ignore_case=True)
    with pytest.raises(UsageError) as caught:
        Expression.compile("a" * 500 + "(" + "b" * 500, ignore_case=True)
    assert all(len(line) < 100 for line in str(caught.value).split("\n"))


def test_what_takes_too_long_is_stopped() -> None:
    with pytest.raises(TooSlowError):
        Expression.compile("(a|aa)+b", ignore_case=True, seconds=0.05).find("a" * 5000)


@pytest.mark.parametrize(
    ("text", "document", "found"),
    [
        (r"\bcup\b", "a cup, ½cup, cup² cups", [(2, 5)]),
        (r"x*", "axxb", [(1, 3)]),
        (r"[\b]", "a\bc", [(1, 2)]),
        (r"(?#a \b)b", "ab", [(1, 2)]),
        ("война", "ВОЙНА война", [(0, 5), (6, 11)]),
        ("вода", "ᲀода", []),
    ],
)
def test_what_is_found(text: str, document: str, found: list[tuple[int, int]]) -> None:
    assert Expression.compile(text, ignore_case=True).find(document) == found
