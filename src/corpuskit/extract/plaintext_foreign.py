"""Lines inside a text that are about something else: advertising put above it or between its paragraphs.

Such a line is short but full of content words, and shares hardly one of them, and few of its small words, with the rest of
the text. The log odds of that were fitted on clean articles with advertising put into them, and rounded; sharing is measured
against what is usual in the text itself, so that languages that inflect their words much are not at a disadvantage. One
odd sentence is no advertising: only where one line of a text is surely foreign are the doubtful ones judged too.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import chain

from corpuskit.extract.plaintext_lines import Line

FEWEST_LINES, FEWEST_WORDS = 5, 100  # of a text that can be judged
PROSE = 8  # words of its lines, their mean: the lines of verse and lists share few words
ENOUGH_WORDS, SHORT_DOUBT = 400, 3.0  # the shorter the text is below this, the surer a line must be
SHORTEST, LONGEST = 5, 25  # words of a line that can be judged
STEM = 5  # letters in which the forms of a word agree
NEIGHBOURS = 2  # lines before and after
SURE = 2.4  # log odds of a line that shows that the text holds advertising at all
MOST, MOST_SHARE = 5, 0.1  # foreign lines, and share of all; where more are found, the lines share few words with each other
PLAIN = 3.2  # log odds above which a line goes even there
EDGE = 2  # lines at the top and at the end of a text
ON_TOP, AT_THE_END = 3.3, 1.3  # injected advertising stands above a text, an odd sentence at its end says good-bye

_WORD = re.compile(r"[^\W\d_]+")
_ASCII_LETTERS = "".join(sign.lower() if sign.isalpha() else " " for sign in map(chr, range(128)))
# Patterns of one sign each: a search for alternatives tries them all at every sign of a line.
_MONEY = re.compile(r"[$£€¥₹₽%]")
_ADDRESSES = ("www.", "http:", "https:", ">>")
_QUOTE = re.compile('["“”«»„‘「『]')


def foreign_lines(lines: Sequence[Line], words: Sequence[set[str]]) -> set[int]:
    """Indices of the lines that do not belong to the text that the lines make up; `words` are their content words."""
    size = sum(line.words for line in lines)
    if len(lines) < FEWEST_LINES or size < FEWEST_WORDS or size < PROSE * len(lines):
        return set()
    doubt = SHORT_DOUBT * max(0.0, 1 - size / ENOUGH_WORDS)
    found: dict[int, float] = {}
    for index, odds in foreign_odds(lines, words, SURE + doubt).items():
        if odds + (ON_TOP if len(found) == index >= EDGE else 0.0) > doubt / 2:
            found[index] = odds
    if max(found.values(), default=0.0) <= SURE + doubt:
        return set()
    if len(found) > max(MOST, MOST_SHARE * len(lines)):
        return {index for index, odds in found.items() if index < EDGE or odds > PLAIN}
    return set(found)


def foreign_odds(lines: Sequence[Line], words: Sequence[set[str]], sure: float) -> dict[int, float]:
    """For every line that can be judged the log odds that it is foreign to the others; nothing where none is surely so.

    The signs are read from the cheapest to the dearest, and first of the lines that are surely foreign so far. The later signs
    only lower the odds, so most texts need few of them.
    """
    longer = [index for index, line in enumerate(lines) if line.words >= SHORTEST]
    judged = [index for index in longer if lines[index].words <= LONGEST]
    form = {index: form_odds(lines[index], len(words[index]), index, len(lines)) for index in judged}
    suspects = [index for index in judged if form[index] > sure]
    if not suspects:
        return {}
    stems = [{word[:STEM] for word in line} for line in words]
    suspects = [index for index in suspects if form[index] - near_share(stems, index) > sure]
    if not suspects:
        return {}
    themes = Counter(chain.from_iterable(stems))
    shared = {stem for stem, count in themes.items() if count > 1}
    recurring = {stem for stem in shared if themes[stem] > 2}
    usual = usual_share(stems, shared, longer)

    def topic_odds(index: int) -> float:
        return form[index] - (4.6 * share(stems[index], recurring) / usual + near_share(stems, index))

    suspects = [index for index in suspects if topic_odds(index) > sure]
    if not suspects:
        return {}
    spoken = [spoken_words(line.text) for line in lines]
    known = {word for word, count in Counter(chain.from_iterable(spoken)).items() if count > 1}
    usual_spoken = usual_share(spoken, known, longer)

    def odds(index: int) -> float:
        return topic_odds(index) - 2.0 * share(spoken[index], known) / usual_spoken

    if all(odds(index) <= sure for index in suspects):
        return {}
    return {index: odds(index) for index in judged}


def near_share(stems: Sequence[set[str]], index: int) -> float:
    """How much the lines beside a line, which share its words, speak against its being foreign."""
    near = set().union(*stems[max(0, index - NEIGHBOURS) : index], *stems[index + 1 : index + 1 + NEIGHBOURS])
    return 3.6 * share(stems[index], near)


def spoken_words(text: str) -> set[str]:
    """All words of a line, the small ones too."""
    return set(text.translate(_ASCII_LETTERS).split() if text.isascii() else _WORD.findall(text.casefold()))


def form_odds(line: Line, size: int, index: int, total: int) -> float:
    """What a line says for itself: its `size` of content words among all, its signs, and its place among `total` lines."""
    value = 3.1 + 0.67 * min(size, 12) - 0.41 * line.words
    if not line.is_ended:
        value -= 2.4
    if line.text[0].islower():
        value -= 0.9
    if index < EDGE:
        value += ON_TOP
    if index >= total - EDGE:
        value -= AT_THE_END
    if is_offer(line.text):
        value += 1.8
    return value - (3.0 if line.text[0] in "—–-" or _QUOTE.search(line.text) else 0.0)


def is_offer(text: str) -> bool:
    """Whether a line has a price, a share or an address."""
    return _MONEY.search(text) is not None or any(sign in text for sign in _ADDRESSES)


def usual_share(lines: Sequence[set[str]], words: set[str], longer: Sequence[int]) -> float:
    """How much the longer lines of the text share of these words, their mean."""
    return sum([share(lines[index], words) for index in longer]) / (len(longer) or 1) or 1.0


def share(words: set[str], others: set[str]) -> float:
    """How many of the words are among the others, a little less where they are few."""
    return len(words & others) / (len(words) + 1)
