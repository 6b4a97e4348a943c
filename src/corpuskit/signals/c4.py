"""What C4 would leave of a text: Raffel et al. 2020, "Exploring the Limits of Transfer Learning", section 2.2.

C4 cuts lines and then drops pages that have too little left. Nothing is cut here: the signals tell what would be left. A line
is kept that ends with a terminal mark or a quotation mark, has five words, and speaks neither of JavaScript nor of cookies and
terms. In scripts without blanks, words are estimated by their letters; Thai and Lao have no terminal marks, so there the line
rule tells nothing.
"""

from __future__ import annotations

import re

from corpuskit.extract.words import count_words
from corpuskit.signals.reading import Reading
from corpuskit.signals.sentences import QUOTES, count_sentences, ends_sentence

LEAST_WORDS = 5  # of a line
LONGEST_WORD = 1000  # characters; a line with a longer one is cut

_UNWANTED = re.compile(
    "javascript|terms of use|privacy policy|cookie policy|uses cookies|use of cookies|use cookies", re.IGNORECASE
)
_LONG_WORD = re.compile(rf"\S{{{LONGEST_WORD + 1}}}")


def measure(reading: Reading, least_words: int = LEAST_WORDS) -> dict[str, float | None]:
    """The signals by name."""
    always: dict[str, float | None] = {
        "lorem_ipsum": reading.text.lower().count("lorem ipsum"),
        "curly_brackets": reading.text.count("{"),
    }
    if not reading.wording.has_sentence_marks:
        return always | {"sentences": None, "removed_lines": None}
    least = least_words * reading.wording.tokens_per_word
    kept = [line for line in reading.lines if _is_kept(line, least, is_unspaced=reading.wording.is_unspaced)]
    removed = (len(reading.lines) - len(kept)) / len(reading.lines) if reading.lines else None
    return always | {"sentences": sum(map(count_sentences, kept)), "removed_lines": removed}


def _is_kept(line: str, least: float, *, is_unspaced: bool) -> bool:
    if line.endswith(("...", "…")) or not (line[-1] in QUOTES or ends_sentence(line)):
        return False
    if (count_words(line) if is_unspaced else len(line.split())) < least:
        return False
    return (len(line) <= LONGEST_WORD or _LONG_WORD.search(line) is None) and _UNWANTED.search(line) is None
