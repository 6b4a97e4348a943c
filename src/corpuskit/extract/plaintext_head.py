"""What stands above the main text: headline, subtitle and caption, author line, date, name of the site.

The headline is the line above the text that shares most of its words with it; the lines between the two are then the lead,
the author and the date. A date above the headline may be the day of the visit and is told apart as `header`. An author is
named only where the line looks like an author line: a page does not say what a lone name means.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from corpuskit.extract.dates import PartialDate, find_dates
from corpuskit.extract.plaintext_lines import Line
from corpuskit.extract.plaintext_run import HEADLINE_REACH, Run

LONGEST_TITLE = 30  # words
PARAGRAPH_WORDS, LONGEST_LEAD = 15, 60  # words of a paragraph, and of all those above the text that are its lead
BANNER_LINES = 12  # lines from the top of the page among which a banner date and the site's name stand
FAINTEST_TITLE = 0.1  # share of the words of a headline that the text uses twice or more
BANNER_TOP = 5  # lines from the top that belong to the banner alone
BYLINE_REACH = 6  # lines of the text among which a dated author line shows that what is above it is no text yet
LONGEST_DATE_LINE, LONGEST_DATED = 20, 300  # words, characters

_NAME = r"[^\W\d_][\w.'’-]*"
_LABEL = re.compile(r"[^\W\d_]+(?:\s[^\W\d_]+)?\s?[:：]")
_AUTHOR = re.compile(rf"(?P<label>{_NAME}(?:\s{_NAME})?\s?[:：]|{_NAME})\s+(?P<name>{_NAME}(?:,?\s+{_NAME}){{1,5}})\s*$")


@dataclass(slots=True)
class Head:
    """What was found above the text, and the role of each line that is not text."""

    body: int  # index of the first line of the text
    title: str | None = None
    lead: list[str] = field(default_factory=list)
    author: str | None = None
    date: str | None = None
    date_source: str | None = None
    site_name: str | None = None
    roles: dict[int, str] = field(default_factory=dict)  # index of a line -> reason of its cut


def read_head(lines: Sequence[Line], run: Run, url: str | None) -> Head:
    """Read the lines above the text, from the headline down."""
    head = Head(body_start(lines, run))
    title = find_title(lines, run, head.body)
    if title is not None:
        head.title = lines[title].text
        between = range(title + 1, head.body)
        head.roles[title] = "title"
        for index in between:
            head.roles[index] = role_below_title(lines[index], head)
        head.author = find_author(lines, between, head.roles)
        return_paragraphs(lines, run, between, head)
    banner = range(min(BANNER_LINES, head.body if title is None else title))
    if head.date is None:
        find_banner_date(lines, banner, head)
    find_site_name(lines, banner, url, head)
    return head


def return_paragraphs(lines: Sequence[Line], run: Run, between: range, head: Head) -> None:
    """Give the text back its first paragraphs where links or pictures part them from the rest: they are too long for a lead."""
    long = [i for i in between if head.roles[i] == "lead" and run.scores[i] > 0 and lines[i].words >= PARAGRAPH_WORDS]
    if sum(lines[index].words for index in long) < LONGEST_LEAD:
        return
    head.body = long[0]
    for index in range(head.body, between.stop):
        if head.roles[index] == "lead":
            del head.roles[index]
    head.lead = [lines[index].text for index in between if head.roles.get(index) == "lead"]


def body_start(lines: Sequence[Line], run: Run) -> int:
    """First line of the text: below a dated author line, if one stands under a caption at the top of the run."""
    sentences = 0
    for index in range(run.first, min(run.first + BYLINE_REACH, run.end - 3)):
        if run.scores[index] > 0:
            sentences += 1
        elif lines[index].words <= LONGEST_DATE_LINE and dates_in(lines[index]):
            return index + 1
        if sentences > 2:
            break
    return run.first


def find_title(lines: Sequence[Line], run: Run, body: int) -> int | None:
    """The line above the text whose words the text uses most; where none does, the nearest that can be a headline.

    Of lines that are nearly equal and close together the upper one is the headline, the others are subtitle and caption.
    """
    uses = Counter(word for index in range(body, run.end) for word in run.words[index])
    reach = range(max(0, body - HEADLINE_REACH), body)
    dated = {index for index in reach if index >= BANNER_TOP and is_dated(lines[index])}
    values = {
        index: title_value(lines[index], run.words[index], uses)
        * (1.2 if not dated.isdisjoint(range(index + 1, index + 4)) else 1.0)  # the author line stands below the headline
        * (1 - 0.005 * (body - index))
        for index in reach
        if run.words[index] and can_be_title(lines[index])
    }
    best = max(values, key=values.__getitem__, default=None)
    if best is not None and values[best] > FAINTEST_TITLE:
        return next(index for index in values if index >= best - 3 and values[index] >= 0.7 * values[best])
    return next((index for index in range(body - 1, max(-1, body - 6), -1) if can_be_title(lines[index])), None)


def title_value(line: Line, words: set[str], uses: Mapping[str, int]) -> float:
    """Share of a line's content words that the text uses, a word that it uses once counting half."""
    value = sum(min(uses[word], 2) for word in words) / 2 / (len(words) + 1)
    if line.is_ended and line.text[-1] not in "?!？！؟":
        value *= 0.6  # a caption or a subtitle rather than a headline
    return value * 0.6 if line.words < 5 else value  # a name, a section


def can_be_title(line: Line) -> bool:
    """Whether a line is built like a headline: no label, no date, no bullet, not a whole paragraph."""
    text = line.text
    is_labelled = line.words <= 5 and _LABEL.match(text) is not None
    starts_small = text[0].islower() and " " in text[:4]
    return (
        2 <= line.words <= LONGEST_TITLE and not starts_small and text[-1] not in ":：" and not is_labelled and not is_dated(line)
    )


def is_dated(line: Line) -> bool:
    """Whether a line says little more than a date."""
    if line.words > 12 or not (dates := dates_in(line)):
        return False
    rest = line.text[: dates[0].start] + line.text[dates[0].end :]
    return sum(word.isalpha() for word in rest.split()) <= 4


def dates_in(line: Line) -> list[PartialDate]:
    """The dates in a line; one that is long or has no number is not searched."""
    if len(line.text) > LONGEST_DATED or ("0" not in line.key and line.text.isascii()):
        return []
    return find_dates(line.text)


def role_below_title(line: Line, head: Head) -> str:
    """What a line between headline and text is; dates and lead are noted."""
    if head.title is not None and line.text.casefold() == head.title.casefold():
        return "title"
    if line.words <= LONGEST_DATE_LINE and (dates := dates_in(line)):
        if head.date is None:
            head.date, head.date_source = dates[0].iso, "text"
        return "date"
    if line.words >= 4:
        head.lead.append(line.text)
        return "lead"
    return "furniture"


def find_author(lines: Sequence[Line], between: range, roles: dict[int, str]) -> str | None:
    """The name in an author line: a label with a colon, a small word, or a date beside it, and capitals in the name."""
    for index in between:
        text = lines[index].text
        if lines[index].words > LONGEST_DATE_LINE:
            continue
        dates = find_dates(text) if roles[index] == "date" else []
        found = _AUTHOR.match(text[: dates[0].start].strip(" ,|–—-·•") if dates else text)
        if found is None or not all(word[0].isupper() or len(word) < 4 for word in found["name"].split()):
            continue
        near_date = any(roles.get(near) == "date" for near in (index - 1, index, index + 1))
        label = found["label"]
        if label[-1] in ":：" or label[0].islower() or (near_date and len(label) <= 5):
            roles[index] = "byline" if not dates else roles[index]
            return found["name"]
    return None


def find_banner_date(lines: Sequence[Line], banner: range, head: Head) -> None:
    """The date at the top of the page: worth little, it may be the day on which the page was fetched."""
    for index in banner:
        if lines[index].words <= 10:
            dates = [date for date in dates_in(lines[index]) if date.precision == "day"]
            if dates:
                head.date, head.date_source = dates[0].iso, "header"
                head.roles[index] = "date"
                return


def find_site_name(lines: Sequence[Line], banner: range, url: str | None, head: Head) -> None:
    """The site's name: a short line at the top that the host, the copyright line or a banner date confirms."""
    host = squeezed(urlsplit(url).hostname or "") if url and url.isprintable() and "[" not in url else ""
    notices = squeezed(" ".join(line.text for line in lines[-20:] if "©" in line.text))
    for index in list(banner)[:3]:
        line = lines[index]
        name = squeezed(line.text)
        if not 1 <= line.words <= 5 or line.is_ended or len(name) < 3 or head.roles.get(index):
            continue
        dated = index == 0 and any(head.roles.get(near) == "date" for near in range(1, 4))
        if dated or name in host or name in notices:
            head.site_name = line.text
            head.roles[index] = "site-name"
            return


def squeezed(text: str) -> str:
    """Letters and digits only, without case."""
    return "".join(char for char in text.casefold() if char.isalnum())
