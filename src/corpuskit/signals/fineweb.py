"""The signals of FineWeb's own filters: Penedo et al. 2024, "The FineWeb Datasets", section 3.6.

Lines are those that are not blank. A line is short with less than 30 columns: a letter of East Asia takes two, as on a
terminal, and says about as much as two others.
"""

from __future__ import annotations

import re

from corpuskit.signals.reading import Reading
from corpuskit.signals.sentences import ends_sentence

SHORT = 30  # columns

_WIDE = re.compile(
    "[\u1100-\u115f\u2e80-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\U0001aff0-\U0003ffff]"
)


def measure(reading: Reading) -> dict[str, float | None]:
    """The signals by name."""
    lines, words = reading.lines, reading.wording.words
    punctuated = sum(map(ends_sentence, lines)) if reading.wording.has_sentence_marks else None
    return {
        "punctuated_lines": punctuated / len(lines) if lines and punctuated is not None else None,
        "short_lines": sum(map(_is_short, lines)) / len(lines) if lines else None,
        "breaks_per_word": reading.text.count("\n") / words if words else None,
    }


def _is_short(line: str) -> bool:
    if len(line) >= SHORT:
        return False
    return line.isascii() or len(line) + len(_WIDE.findall(line)) < SHORT
