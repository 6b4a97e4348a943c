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
ENOUGH_WORDS, SHORT_DOUBT = 400, 2.0  # the shorter the text is below this, the surer a line must be
SHORTEST, LONGEST = 5, 25  # words of a line that can be judged
STEM = 5  # letters in which the forms of a word agree
NEIGHBOURS = 2  # lines before and after
SURE = 3.2  # log odds of a line that shows that the text holds advertising at all
EDGE = 2  # lines at the top and at the end of a text
ON_TOP, AT_THE_END = 3.3, 1.3  # injected advertising stands above a text, an odd sentence at its end says good-bye

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_OFFER = re.compile(r"[$£€¥₹₽%]|www\.|https?:|>>")
_QUOTE = re.compile('["“”«»„‘「『]|^[—–-]')


def foreign_lines(lines: Sequence[Line], words: Sequence[set[str]]) -> set[int]:
    """Indices of the lines that do not belong to the text that the lines make up; `words` are their content words."""
    size = sum(line.words for line in lines)
    if len(lines) < FEWEST_LINES or size < FEWEST_WORDS:
        return set()
    doubt = SHORT_DOUBT * max(0.0, 1 - size / ENOUGH_WORDS)
    found: set[int] = set()
    surest = 0.0
    for index, odds in foreign_odds(lines, words).items():
        if odds + (ON_TOP if len(found) == index >= EDGE else 0.0) > doubt / 2:
            found.add(index)
            surest = max(surest, odds)
    return found if surest > SURE + doubt else set()


def foreign_odds(lines: Sequence[Line], words: Sequence[set[str]]) -> dict[int, float]:
    """For every line that can be judged the log odds that it is foreign to the others."""
    stems = [{word[:STEM] for word in line} for line in words]
    spoken = [set(_WORD.findall(line.text.casefold())) for line in lines]
    themes, uses = Counter(chain.from_iterable(stems)), Counter(chain.from_iterable(spoken))
    shared = {stem for stem, count in themes.items() if count > 1}
    recurring = {stem for stem, count in themes.items() if count > 2}
    known = {word for word, count in uses.items() if count > 1}
    longer = [index for index, line in enumerate(lines) if line.words >= SHORTEST]
    usual_theme = sum(share(stems[index], shared) for index in longer) / (len(longer) or 1) or 1.0
    usual_known = sum(share(spoken[index], known) for index in longer) / (len(longer) or 1) or 1.0
    found = {}
    for index in longer:
        line, own = lines[index], stems[index]
        if line.words <= LONGEST:
            near: set[str] = set().union(*stems[max(0, index - NEIGHBOURS) : index], *stems[index + 1 : index + 1 + NEIGHBOURS])
            found[index] = (
                3.1
                - 4.6 * share(own, recurring) / usual_theme
                - 2.0 * share(spoken[index], known) / usual_known
                - 3.6 * share(own, near)
                + 0.67 * min(len(own), 12)
                - 0.41 * line.words
                + (0.6 if _OFFER.search(line.text) else 0.0)
                - (3.0 if _QUOTE.search(line.text) else 0.0)
                - (0.0 if line.is_ended else 2.4)
                - (0.9 if line.text[0].islower() else 0.0)
                + (ON_TOP if index < EDGE else 0.0)
                - (AT_THE_END if index >= len(lines) - EDGE else 0.0)
            )
    return found


def share(words: set[str], others: set[str]) -> float:
    """How many of the words are among the others, a little less where they are few."""
    return len(words & others) / (len(words) + 1)
