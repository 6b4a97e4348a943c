"""Which line above the text is its headline.

A headline shares its words with the text, most of all with the first sentences, and a date stands soon below it and not
soon above. It is repeated (in the title of the window, in a path of links) where a teaser or a caption is not, has empty
lines around it, is neither a lone name nor a sentence. No sign is enough alone; their weights were fitted once on
article pages of several converters and rounded. There is nothing in them that belongs to one language.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpuskit.extract.dates import PartialDate, find_dates
from corpuskit.extract.plaintext_lines import Line, content_words, is_apart
from corpuskit.extract.plaintext_run import Run

LONGEST_TITLE = 30  # words
REACH = 60  # lines above the text among which the headline is looked for
BANNER_TOP = 5  # lines from the top that belong to the banner: a date there says nothing about the line above it
OPENING, FIRST = 8, 2  # sentences of the text that a headline sums up
SHORT, LONG = 3, 18  # words: a name or a button, a caption or a paragraph
FEWEST_LETTERS = 12  # of a line that another one quotes
MANY = 3  # times that a page has a button, a section, a frame around its posts
TWICE_REACH = 4  # lines between a headline and its repetition
DATED_REACH, DATED_NEAR = 8, 3  # lines
CAPTION_REACH, NEARLY = 3, 1.0  # lines; of those nearly as like a headline the lower ones are caption and subtitle
TITLE_OF_WINDOW = 2.5  # many dumps have it as their first line
NEAREST = 6  # lines above a text that has no word of any of them
LONGEST_DATED = 300  # characters

_DIGIT = re.compile(r"\d")
_LABEL = re.compile(r"[^\W\d_]+(?:\s[^\W\d_]+)?\s?[:：]")
_MENU = re.compile(r"\S\s{2,}\S.*\S\s{2,}\S")
_NO_LETTERS = re.compile(r"[\W_]+")
_ASCII_SIGNS = {code: None for code in range(128) if not chr(code).isalnum()}
_BULLET = re.compile(r"[0-9]{1,2}[.)]\s|[*•+‣◦·>»–—-]")


@dataclass(frozen=True, slots=True)
class Topic:
    """The words of a text, as a headline is compared with them."""

    used: set[str]
    used_again: set[str]  # by a second line of the text
    opening: set[str]
    first: set[str]


def find_title(lines: Sequence[Line], run: Run, body: int, recurs: Sequence[bool], topic: Topic | None = None) -> int | None:
    """The line above the text that is most like its headline; where no line shares a word with it, the best of the nearest.

    A line that stands on other pages too is one only where no other line shares a word with the text: other pages name this
    one among their related headlines. What the page repeats many times is none. `topic` is that of the text, if it is known.
    """
    reach = [index for index in range(body) if index == 0 or index >= body - REACH]
    candidates = [index for index in reach if is_headline(lines[index], run.counts[lines[index].key])]
    topic = topic or topic_of(run, body)
    words = {index: run.words[index] or content_words(lines[index].text) for index in candidates}
    all_shares = {index: share for index in words if (share := overlap(words[index], topic)) > 0}
    shares = {index: share for index, share in all_shares.items() if not recurs[index]} or all_shares
    possible = [index for index in candidates if not recurs[index]]
    if not shares:
        nearest = [index for index in reversed(possible) if index >= body - NEAREST]
        signs = signs_of(lines, run.counts, reach, nearest)
        return max(nearest, key=lambda index: signs[index] - form(lines[index]), default=None)
    signs = signs_of(lines, run.counts, reach, list(shares))
    best = max(shares.values())
    values = {index: likeness(words[index], share, best, topic) + signs[index] for index, share in shares.items()}
    if 0 in shares:
        values[0] += TITLE_OF_WINDOW * shares[0] / best
    likest = max(values, key=values.__getitem__)
    for index in range(max(0, likest - CAPTION_REACH), likest):
        is_like = index in shares and values[index] > values[likest] - NEARLY and shares[index] > shares[likest] / 2
        if is_like and lines[index].words > SHORT + 1 and signs[index] >= signs[likest]:
            return index
    return likest


def topic_of(run: Run, body: int) -> Topic:
    """The words of the text that starts at a line, of its opening, and of its first sentences."""
    used: set[str] = set()
    used_again: set[str] = set()
    for words in run.words[body : run.end]:
        used_again |= used & words
        used |= words
    sentences = [run.words[index] for index in range(body, run.end) if run.scores[index] > 0]
    return Topic(used, used_again, set().union(*sentences[:OPENING]), set().union(*sentences[:FIRST]))


def overlap(words: set[str], topic: Topic) -> float:
    """Share of some content words that the text uses, a word that it uses once counting half."""
    return (len(words & topic.used) + len(words & topic.used_again)) / 2 / (len(words) + 1)


def likeness(words: set[str], share: float, best: float, topic: Topic) -> float:
    """How much a line says what the text is about; `best` is the largest share on the page."""
    size = len(words) + 1
    return 1.5 * share + 1.8 * share / best + 2.0 * len(words & topic.opening) / size + 1.5 * len(words & topic.first) / size


def signs_of(lines: Sequence[Line], counts: Mapping[str, int], reach: Sequence[int], possible: Sequence[int]) -> dict[int, float]:
    """What the form of each line and its place on the page say for its being the headline."""
    dated = [index for index in reach if index >= BANNER_TOP and has_day(lines[index])]
    letters = {index: squeezed(lines[index].text) for index in reach if may_quote(lines[index].text)}
    uses = Counter(letters.values())
    everything = "\n".join(letters.values())
    signs = {}
    for index in possible:
        signs[index] = form(lines[index]) + place(index, dated)
        if 0 < index < len(lines) - 1 and is_apart(lines, index) and is_apart(lines, index + 1):
            signs[index] += 2.5
        if len(own := letters.get(index, "")) >= FEWEST_LETTERS and everything.count(own) > uses[own]:
            signs[index] += 2.0  # a longer line holds this one: the title with the site's name, the path of links to the page
        if counts[lines[index].key] > 1 and is_doubled(lines, index, reach[-1] + 1):
            signs[index] += 3.0
    return signs


def may_quote(text: str) -> bool:
    """Whether a line may have enough letters to quote another one; signs that are not ASCII may fold to several."""
    return len(text) >= FEWEST_LETTERS or not text.isascii()


def form(line: Line) -> float:
    """What a line says for itself."""
    value = -2.0 if line.is_ended and line.text[-1] not in "?!？！؟" else 0.0
    value -= 3.5 if line.words <= SHORT else 2.0 if line.words == SHORT + 1 or line.words > LONG else 0.0
    return value - (1.5 if _BULLET.match(line.text) else 0.0)


def place(index: int, dated: Sequence[int]) -> float:
    """What the dates around a line say: the author line stands below the headline, and what is below that is none."""
    if not dated:
        return 0.0
    value = 2.0 if any(index <= date <= index + DATED_REACH for date in dated) else 0.0
    value += 0.8 if any(index < date <= index + DATED_NEAR for date in dated) else 0.0
    return value - (1.4 if any(index - DATED_REACH <= date < index for date in dated) else 0.0)


def is_doubled(lines: Sequence[Line], index: int, body: int) -> bool:
    """Whether a line is there a second time close by, as headlines are below the title of the window."""
    near = lines[max(0, index - TWICE_REACH) : min(body, index + TWICE_REACH + 1)]
    return lines[index].words > SHORT and sum(other.key == lines[index].key for other in near) == 2


def is_headline(line: Line, count: int) -> bool:
    """Whether a line is built like a headline: no label, no date, not a whole paragraph, nothing that the page repeats."""
    text = line.text
    if not 2 <= line.words <= LONGEST_TITLE or (count >= MANY and (line.words <= SHORT or count > 2 * MANY)):
        return False
    if (
        text[-1] in ":：>|/"
        or (text[-1] == "»" and "«" not in text)
        or (text[0].islower() and " " in text[:4])
        or not any(map(str.isalpha, text))
    ):
        return False
    if line.words <= 5 and (":" in text or "：" in text) and _LABEL.match(text):
        return False
    has_gaps = "  " in text or not text.isprintable()  # the only sign that is white space and printable is the space
    return not (has_gaps and _MENU.search(text)) and not is_dated(line)


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
