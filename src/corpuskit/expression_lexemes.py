"""The pieces of a regular expression that cannot be taken apart: an escape, a class, a comment, or one character."""

from __future__ import annotations

import re

LEXEME = re.compile(
    r"""
      \\ .                                                     # an escape
    | \[ \^? \]? (?: \\ . | \[:\^?\w+:\] | [^\]\\] )*+ \]      # a class
    | \(\?\# [^)]* \)                                          # a comment
    | .
    """,
    re.DOTALL | re.VERBOSE,
)
# Letters that `regex` takes for forms of newer ones, which the index does not know: the round в of old prints and the like.
OLD_FORMS = {letter: f"[{letter.lower()}{letter.upper()}]" for letter in "вдостъѣВДОСТЪѢ"}
