"""All signals of a text, measured together."""

from __future__ import annotations

from corpuskit.signals import c4, damage, fineweb, gopher, repetition
from corpuskit.signals.reading import read

LONGEST = 2_000_000  # characters; a longer text is judged by its beginning, but counted as a whole


def measure(text: str, language: str | None, counted_words: int) -> dict[str, float | None]:
    """Every signal of `names.TEXT_SIGNALS` by name; None where one tells nothing about such a text. Time is linear in the text.

    `counted_words` is what `extract.words` counts in the text.
    """
    reading = read(text[:LONGEST], language)
    signals: dict[str, float | None] = {
        "characters": len(text),
        "counted_words": counted_words,
        **gopher.measure(reading),
        **repetition.measure(reading),
        **c4.measure(reading),
        **fineweb.measure(reading),
        **damage.measure(reading),
    }
    if len(text) > LONGEST and reading.tokens:
        signals["words"] = round(counted_words * reading.wording.words / len(reading.tokens), 1)
    return signals
