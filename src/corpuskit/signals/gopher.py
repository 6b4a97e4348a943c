"""The quality signals of MassiveText: Rae et al. 2021, "Scaling Language Models: Methods, Analysis & Insights from Training
Gopher", appendix A1.1.

Lines are those that are not blank. A word is what `words` counts, but for the share of alphabetic words, where it is what
stands between blanks: there a lone `|` or `12:30` is the point.
"""

from __future__ import annotations

import re

from corpuskit.signals.reading import Reading
from corpuskit.signals.stop_words import count_stop_words

_ELLIPSIS = re.compile(r"[.]{3,}+|…++")
_BULLET = re.compile(r"[•‣⁃▪▫◦●○■□∙·・]|[-*](?=\s)")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_LETTER = re.compile(r"[^\W\d_]")


def measure(reading: Reading) -> dict[str, float | None]:
    """The signals by name."""
    text, lines, words = reading.text, reading.lines, reading.wording.words
    return {
        "words": words,
        "mean_word_length": _mean_word_length(reading),
        "hash_ratio": _ratio(text.count("#"), words),
        "ellipsis_ratio": _ratio(len(_ELLIPSIS.findall(text)), words),
        "bullet_lines": _ratio(sum(_BULLET.match(line) is not None for line in lines), len(lines)),
        "ellipsis_lines": _ratio(sum(line.endswith(("...", "…")) for line in lines), len(lines)),
        "alphabetic_words": _alphabetic_words(text),
        "stop_words": count_stop_words(reading),
    }


def _ratio(count: int, of: float) -> float | None:
    return count / of if of else None


def _mean_word_length(reading: Reading) -> float | None:
    """Letters to a word. A Hangul syllable counts as the two or three letters that it is made of."""
    if reading.wording.is_unspaced or not reading.tokens:
        return None  # words are not to be seen
    letters = sum(map(len, reading.tokens))
    if not reading.text.isascii():
        letters += sum(1 + bool((ord(syllable) - 0xAC00) % 28) for syllable in _HANGUL.findall(reading.text))
    return letters / len(reading.tokens)


def _alphabetic_words(text: str) -> float | None:
    words = text.split()
    letter = _LETTER.search
    return _ratio(sum(word.isalpha() or letter(word) is not None for word in words), len(words))
