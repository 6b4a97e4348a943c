"""Which line above the text is its headline.

A headline shares its words with the text, most of all with the first sentences, and a date stands soon below it. It has empty
lines around it, is repeated in the title of the window or in a path of links where a teaser or a caption is not, and is
neither a lone name nor a sentence. No sign is enough alone: each adds to the log odds or takes from them. The weights were
fitted on about 400 pages of news, magazines, blogs and manuals in a dozen languages, made text by four converters, and rounded.
There is nothing in them that belongs to one language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpuskit.extract.dates import PartialDate, find_dates
from corpuskit.extract.plaintext_lines import Line, content_words, is_apart, is_button_row
from corpuskit.extract.plaintext_run import Run

LONGEST_TITLE = 30  # words
REACH = 80  # lines above the text among which the headline is looked for
BANNER_TOP = 5  # lines from the top that belong to the banner: a date there says nothing about the line above it
OPENING, FIRST = 8, 2  # sentences of the text: those that count as its opening, and those that a headline sums up
SHORT, LONG = 3, 18  # words: a name or a button, a caption or a paragraph
SENTENCE = 8  # words of a line that is one, if it ends in a full stop
FEWEST_LETTERS = 12  # of a line that another one quotes
FEWEST_IN_WINDOW = 8  # letters of a line that the title of the window holds
DATED_REACH, DATED_NEAR = 8, 3  # lines
CAPTION_REACH, NEARLY = 3, 1.5  # lines; of a headline and a name below it that is nearly as like one, the name is a caption
NEAREST = 6  # lines above a text that has no word of any of them
LONGEST_DATED = 300  # characters

# Log odds: of the words that a line shares with the text ...
SHARED, SHARED_OPENING, SHARED_FIRST = 2.6, 1.3, 1.3
# ... of its form ...
ENDED, A_BUTTON, A_NAME, A_PARAGRAPH, BULLETED, A_PATH, A_DATE = -1.5, -2.5, -0.9, -0.7, -1.2, -2.5, -0.5
# ... and of its place
WINDOW, IN_WINDOW, DATED, DATED_SOON, APART, QUOTED, FIRST_LONG = 1.9, 1.2, 1.2, 1.3, 3.0, 0.9, 1.0
A_SENTENCE, BELOW_SENTENCE, OF_THE_TEXT, LOW = -0.7, -0.6, -0.6, -0.7

_DIGIT = re.compile(r"\d")
_NO_LETTERS = re.compile(r"[\W_]+")
_ASCII_SIGNS = {code: None for code in range(128) if not chr(code).isalnum()}
_PATH_SIGNS = frozenset(">»›/|•·→←")
_SEPARATOR = re.compile(r"\s[>»›/|•·→←]\s")
_BULLET = re.compile(r"[0-9]{1,2}[.)]\s|[*•+‣◦·>»–—-]")


@dataclass(frozen=True, slots=True)
class Topic:
    """The words of a text, as a headline is compared with them."""

    used: set[str]
    used_again: set[str]  # by a second line of the text
    opening: set[str]
    first: set[str]


def find_title(lines: Sequence[Line], run: Run, body: int, recurs: Sequence[bool], topic: Topic) -> int | None:
    """The line that is most like a headline among those above the text, and the first of the text itself.

    A line that stands on other pages too is one only where no other line shares a word with the text: other pages name this
    one among their related headlines. Where no line at all shares a word with the text it is the best of the nearest. All
    lines of a page that is nothing but its text belong to the text.
    """
    reach = [index for index in range(body) if index == 0 or index >= body - REACH]
    if not run.is_clean and body < run.end - 1 and is_marked(lines, run, body):
        reach.append(body)
    candidates = [index for index in reach if is_possible(lines[index])]
    words = {index: run.words[index] or content_words(lines[index].text) for index in candidates}
    all_shares = {index: overlap(words[index], topic, inside=index >= body) for index in candidates}
    shares = {index: share for index, share in all_shares.items() if not recurs[index]}
    if not any(shares.values()):
        shares = all_shares
    if not any(shares.values()):
        nearest = [index for index in candidates if body - NEAREST <= index < body and not recurs[index]]
        places = place_odds(lines, run, body, reach, nearest)
        return max(reversed(nearest), key=places.__getitem__, default=None)
    best = max(shares.values())
    shares = {index: share for index, share in shares.items() if share or lines[index].words > SHORT}  # others are buttons
    odds = place_odds(lines, run, body, reach, list(shares))
    for index, share in shares.items():
        odds[index] += likeness(words[index], topic) + form_odds(lines[index]) + LOW * index / (body + 1)
        odds[index] += (SHARED + (WINDOW if index == 0 else 0.0)) * share / best
    likest = max(odds, key=odds.__getitem__)

    def is_above_caption(index: int) -> bool:
        is_like = index in odds and odds[index] > odds[likest] - NEARLY and 2 * shares[index] > shares[likest]
        return is_like and lines[index].words > SHORT + 1 >= lines[likest].words

    return next((index for index in range(likest - CAPTION_REACH, likest) if is_above_caption(index)), likest)


def is_marked(lines: Sequence[Line], run: Run, index: int) -> bool:
    """Whether the first line of a text may be its headline: it is there twice, or the next line says a day."""
    return run.counts[lines[index].key] > 1 or has_day(lines[index + 1])


def topic_of(run: Run, body: int) -> Topic:
    """The words of the text that starts at a line, of its opening, and of its first sentences."""
    used: set[str] = set()
    used_again: set[str] = set()
    for words in run.words[body : run.end]:
        used_again |= used & words
        used |= words
    sentences = [run.words[index] for index in range(body, run.end) if run.scores[index] > 0]
    return Topic(used, used_again, set().union(*sentences[:OPENING]), set().union(*sentences[:FIRST]))


def overlap(words: set[str], topic: Topic, *, inside: bool = False) -> float:
    """Share of some content words that the text uses, a word that it uses once counting half.

    Of a line `inside` the text the words count that another line has too.
    """
    again = len(words & topic.used_again)
    return (again if inside else (len(words & topic.used) + again) / 2) / (len(words) + 1)


def likeness(words: set[str], topic: Topic) -> float:
    """How much a line sums up the beginning of the text."""
    return (SHARED_OPENING * len(words & topic.opening) + SHARED_FIRST * len(words & topic.first)) / (len(words) + 1)


def is_possible(line: Line) -> bool:
    """Whether a line can be a headline at all: it has letters, is no whole paragraph, no label and no row of buttons."""
    text = line.text
    if not 0 < line.words <= LONGEST_TITLE or text[-1] in ":：>|/" or not any(map(str.isalpha, text)):
        return False
    if text[0].islower() and " " in text[:4]:
        return False  # the small word of an author line
    has_gaps = "  " in text or not text.isprintable()  # the only sign that is white space and printable is the space
    return not has_gaps or not is_button_row(line)


def is_sentence(line: Line, score: float) -> bool:
    """Whether a line reads like a sentence of some length."""
    return score > 0 and line.words >= SENTENCE


def may_quote(text: str) -> bool:
    """Whether a line may have enough letters to quote another one; signs that are not ASCII may fold to several."""
    return len(text) >= FEWEST_IN_WINDOW or not text.isascii()


def form_odds(line: Line) -> float:
    """What a line says for itself."""
    text = line.text
    odds = ENDED if line.is_ended and text[-1] not in "?!？！؟" else 0.0
    odds += A_BUTTON if line.words <= SHORT else A_NAME if line.words == SHORT + 1 else A_PARAGRAPH if line.words > LONG else 0.0
    odds += BULLETED if _BULLET.match(text) else 0.0
    odds += A_PATH if not _PATH_SIGNS.isdisjoint(text) and len(_SEPARATOR.findall(text)) > 1 else 0.0
    return odds + (A_DATE if is_dated(line) else 0.0)


def place_odds(lines: Sequence[Line], run: Run, body: int, reach: Sequence[int], possible: Sequence[int]) -> dict[int, float]:
    """What the place of each line says: the dates below it, the empty lines around it, the lines that repeat it."""
    dated = [index for index in reach if index >= BANNER_TOP and has_day(lines[index])]
    letters = {index: squeezed(lines[index].text) for index in reach if may_quote(lines[index].text)}
    uses = Counter(letters.values())
    everything = "\n".join(letters.values())

    dated_soon = {index for date in dated for index in range(date - DATED_NEAR, date)}
    dated_below = {index for date in dated for index in range(date - DATED_REACH, date + 1)}
    sentences = [
        index for index in range(max(0, body - REACH - DATED_REACH), body) if is_sentence(lines[index], run.scores[index])
    ]
    below_sentence = {index for sentence in sentences for index in range(sentence + 1, sentence + DATED_REACH + 1)}
    window = letters.get(0, "")
    first_long = next((index for index in possible if lines[index].words > SHORT + 1), -1)
    found = {}
    for index in possible:
        own = letters.get(index, "")
        odds = IN_WINDOW if index and len(own) >= FEWEST_IN_WINDOW and own in window else 0.0
        odds += DATED if index in dated_below else 0.0
        odds += DATED_SOON if index in dated_soon else 0.0
        odds += APART if 0 < index < len(lines) - 1 and is_apart(lines, index) and is_apart(lines, index + 1) else 0.0
        odds += QUOTED if len(own) >= FEWEST_LETTERS and everything.count(own) > uses[own] else 0.0
        odds += FIRST_LONG if index == first_long else 0.0
        odds += A_SENTENCE if run.scores[index] > 0 else 0.0
        odds += BELOW_SENTENCE if index in below_sentence else 0.0
        found[index] = odds + (OF_THE_TEXT if index >= body else 0.0)
    return found


def is_dated(line: Line) -> bool:
    """Whether a line says little more than a date."""
    if line.words > 12 or not (dates := dates_in(line)):
        return False
    rest = line.text[: dates[0].start] + line.text[dates[0].end :]
    return sum(word.isalpha() for word in rest.split()) <= 4


def dates_in(line: Line) -> tuple[PartialDate, ...]:
    """The dates in a line; one that is long or has no number is not searched."""
    text = line.text
    if len(text) > LONGEST_DATED:
        return ()
    if text.isascii():
        return dates_of(text) if "19" in text or "20" in text else ()
    return dates_of(text) if _DIGIT.search(text) is not None or "年" in text else ()


@lru_cache(maxsize=256)
def dates_of(text: str) -> tuple[PartialDate, ...]:
    """The dates in a text. A page is asked for the same ones several times on the way to its headline."""
    return tuple(find_dates(text))


def has_day(line: Line) -> bool:
    """Whether a line names a day."""
    dates = dates_in(line)
    return bool(dates) and any(date.precision == "day" for date in dates)


def squeezed(text: str) -> str:
    """Letters and digits only, without case."""
    return text.lower().translate(_ASCII_SIGNS) if text.isascii() else _NO_LETTERS.sub("", text.casefold())
