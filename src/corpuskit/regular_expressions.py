r"""Regular expressions of users: compiled with the package `regex`, and stopped where they take too long.

They are those of `regex`, with two differences. `\b` is never beside a fraction, a superscript, a character for private use or
one that is not assigned. The index takes these for parts of the word beside them, and so does `\b` then: between "10" and "½"
there is no border. And letters of which Unicode knows forms in old prints since 2016 (в, д, о, с, т, ъ, ѣ) are not these.
Without that nothing could be said about the words that a match of `\bcup\b` holds.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from corpuskit.errors import UsageError
from corpuskit.expression_lexemes import LEXEME, OLD_FORMS
from corpuskit.query_errors import not_understood

if TYPE_CHECKING:
    from corpuskit.phrases import Span

MAX_CHARACTERS = 4_096
SECONDS = 2.0  # that one text may take

_JOINED = r"[\p{No}\p{Co}\p{Cn}]"  # part of a token to the index, no part of a word to `regex`
_BORDER = rf"(?:\b(?<!{_JOINED})(?!{_JOINED}))"


class TooSlowError(Exception):
    """Looking for an expression in one text took longer than it may."""


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression, its text as it is matched (NFC), and the seconds that one text may take."""

    text: str
    pattern: Any  # a pattern of `regex`, which has no types
    seconds: float

    @classmethod
    def compile(cls, text: str, *, ignore_case: bool, seconds: float = SECONDS) -> Expression:
        """Compile an expression. Raises UsageError, with the place shown, where it is broken."""
        import regex

        if len(text) > MAX_CHARACTERS:
            raise UsageError(
                f"expression not understood: it has {len(text):,} characters, at most {MAX_CHARACTERS:,} are allowed"
            )
        text = normalize("NFC", text)  # as texts are stored
        flags = regex.IGNORECASE if ignore_case else 0
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about what a future version may read otherwise
                regex.compile(text, flags)  # as it was written, for the sake of the place of an error
                pattern = regex.compile(_as_indexed(text, ignore_case=ignore_case), flags)
        except regex.error as error:
            raise not_understood("expression", str(error.msg), text, min(error.pos or 0, len(text))) from None
        except (ArithmeticError, LookupError, RecursionError, TypeError, ValueError) as error:
            raise UsageError(f"expression not understood: {_one_line(error)}") from None
        return cls(text, pattern, seconds)

    def find(self, text: str) -> list[Span]:
        """Where it matches, in order; empty matches are none. Raises TooSlowError."""
        try:
            found = [match.span() for match in self.pattern.finditer(text, timeout=self.seconds)]
        except TimeoutError:
            raise TooSlowError from None
        return [span for span in found if span[0] < span[1]]


def _one_line(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "too deeply nested"
    return " ".join(str(error).split()) or type(error).__name__


def _as_indexed(text: str, *, ignore_case: bool) -> str:
    """The expression with its borders and forms of letters as the index sees them."""
    forms = {letter: f"(?-i:{either})" for letter, either in OLD_FORMS.items()} if ignore_case else {}
    return LEXEME.sub(lambda lexeme: _BORDER if lexeme[0] == r"\b" else forms.get(lexeme[0], lexeme[0]), text)
