"""The paragraphs of a stored text, and the lines inside them.

Cleaners write a paragraph in one of two ways: as one line, or as lines that end at a blank one (verse, mail, a page of plain
text). A text tells by itself which it is: where there is a blank line, blank lines are what parts its paragraphs.
"""

from __future__ import annotations

import re

_BLANK_LINES = re.compile(r"\n(?:[^\S\n]*\n)+")


def paragraphs(text: str) -> list[list[str]]:
    """The lines of each paragraph. No line is blank, and no paragraph without a line; a blank text has none."""
    parts = _BLANK_LINES.split(text.strip())
    if len(parts) == 1:
        parts = parts[0].split("\n")
    return [part.split("\n") for part in parts if part]
