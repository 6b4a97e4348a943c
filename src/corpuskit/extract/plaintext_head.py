"""What stands above the main text: headline, subtitle and caption, author line, date, name of the site.

The headline is the line above the text that shares most of its words with it; the lines between the two are then the lead,
the author and the date. A date above the headline may be the day of the visit and is told apart as `header`. An author is
named only where the line looks like an author line: a page does not say what a lone name means.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from corpuskit.extract.dates import PartialDate, find_dates
from corpuskit.extract.plaintext_header import read_header
from corpuskit.extract.plaintext_lines import Line
from corpuskit.extract.plaintext_run import Run
from corpuskit.extract.plaintext_site import FEWEST_LETTERS, LONGEST_NAME, is_confirmed, site_beside, without_site, witnesses
from corpuskit.extract.plaintext_title import SHORT, dates_in, find_title, is_dated, overlap, squeezed, topic_of

PARAGRAPH_WORDS, LONGEST_LEAD = 15, 60  # words of a paragraph, and of all those above the text that are its lead
BANNER_LINES = 12  # lines from the top of the page among which a banner date and the site's name stand
FEWEST_LEAD, SHORT_LEAD = 4, 6  # words of a subtitle or caption; a shorter one must share more of them with the text
HEADLINE_OVERLAP = 0.3  # share of the words of a line that the text uses twice or more
LEAD_REACH = 8  # lines between it and the headline or the text
BYLINE_REACH, LONGEST_CAPTIONS = 6, 50  # lines of the text; words above a dated author line that are no text yet
KICKER_LINES = 3  # lines above a headline that can date it
LONGEST_DATE_LINE = 20  # words

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


def read_head(lines: Sequence[Line], run: Run, url: str | None, recurs: Sequence[bool] | None = None) -> Head:
    """Read the lines above the text, from the headline down.

    `recurs` says for each line whether it stands on other pages too: such a line is no headline.
    """
    head = Head(body_start(lines, run))
    header = read_header(lines, min(BANNER_LINES, run.end - 1))
    head.body = max(head.body, *(index + 1 for index in header.lines), 0)
    head.roles = dict.fromkeys(header.lines, "header")
    head.author, head.date, head.date_source = header.author, header.date, "text" if header.date else None
    topic = topic_of(run, head.body)
    if header.subject is not None:
        title: int | None = header.lines[-1]
        head.title = header.subject
    else:
        title = find_title(lines, run, head.body, recurs or [False] * len(lines), topic)
        if title is not None:
            head.title = lines[title].text
            head.roles[title] = "title"
            head.body = max(head.body, title + 1)
    said = witnesses(lines, url)
    if title is not None:
        read_below_title(lines, run, title, head, topic.used)
        if head.date is None:
            find_date_above(lines, title, head)
    banner = range(min(BANNER_LINES, head.body if title is None else title))
    if head.date is None:
        find_banner_date(lines, banner, head)
    find_site_name(lines, banner, said, head)
    if head.title is not None and title is not None and header.subject is None:
        others = (line.text for index, line in enumerate(lines) if index != title)
        head.title, name = without_site(head.title, others, [*said, squeezed(head.site_name or "")])
        head.site_name = head.site_name or name
    return head


def read_below_title(lines: Sequence[Line], run: Run, title: int, head: Head, vocabulary: AbstractSet[str]) -> None:
    """The lines between headline and text: lead, author and date. `vocabulary` are the words of the text."""
    between = range(title + 1, head.body)
    for index in between:
        if index not in head.roles:
            head.roles[index] = role_below_title(lines, run, index, title, head, vocabulary)
    if head.date is None and (date := find_date(lines, between, head)) is not None:
        head.date, head.date_source = date.iso, "text"
    head.author = head.author or find_author(lines, between, head.roles)
    return_paragraphs(lines, run, between, head)
    head.lead = [lines[index].text for index in between if head.roles.get(index) == "lead"]


def return_paragraphs(lines: Sequence[Line], run: Run, between: range, head: Head) -> None:
    """Give the text back its first paragraphs where links or pictures part them from the rest.

    They are too long for a lead, or whole sentences below the author line, where no subtitle stands. A caption ends in a credit.
    """
    long = [i for i in between if head.roles[i] == "lead" and run.scores[i] > 0 and lines[i].words >= PARAGRAPH_WORDS]
    if sum(lines[index].words for index in long) < LONGEST_LEAD:
        signed = next((i for i in between if head.roles[i] in ("date", "byline")), between.stop)
        near = [i for i in long if signed < i >= between.stop - BYLINE_REACH]
        long = [i for i in near if lines[i].is_ended and lines[i].text[-1] not in ")]）"]
    if long:
        head.body = long[0]
        for index in range(head.body, between.stop):
            if head.roles[index] == "lead":
                del head.roles[index]


def body_start(lines: Sequence[Line], run: Run) -> int:
    """First line of the text: below a head that the run holds, or a dated author line under a caption at its top."""
    opening = next((index for index in range(run.first, run.end) if run.scores[index] > 0), run.first)
    if run.first < opening <= run.first + BYLINE_REACH and is_head(lines, run, opening):
        return opening
    words = 0
    for index in range(run.first, min(run.first + BYLINE_REACH, run.end - 3)):
        if run.scores[index] > 0:
            words += lines[index].words
        elif lines[index].words <= LONGEST_DATE_LINE and dates_in(lines[index]):
            return index + 1
        if words > LONGEST_CAPTIONS:
            break
    return run.first


def is_head(lines: Sequence[Line], run: Run, opening: int) -> bool:
    """Whether the lines of the run above its first sentence are a head: sentences follow, and a headline or a date is there.

    A page that is hardly more than its text is a run as a whole.
    """
    following = [run.scores[index] > 0 for index in range(opening, run.end)]
    if sum(following) * 2 < len(following) or lines[opening].words < PARAGRAPH_WORDS:
        return False
    topic = topic_of(run, opening)
    return any(
        is_dated(lines[index]) or (lines[index].words > SHORT and overlap(run.words[index], topic) >= HEADLINE_OVERLAP)
        for index in range(run.first, opening)
    )


def role_below_title(lines: Sequence[Line], run: Run, index: int, title: int, head: Head, vocabulary: AbstractSet[str]) -> str:
    """What a line between headline and text is. A lead is near one of the two, and shares a word with the text."""
    line = lines[index]
    if head.title is not None and line.text.casefold() == head.title.casefold():
        return "title"
    if line.words <= LONGEST_DATE_LINE and dates_in(line):
        return "date"
    is_near = index - title <= LEAD_REACH or head.body - index <= LEAD_REACH
    words = run.words[index]
    shared = len(words & vocabulary)
    is_about = shared > 0 if line.words >= SHORT_LEAD else 3 * shared > len(words)
    return "lead" if is_near and line.words >= FEWEST_LEAD and is_about else "furniture"


def find_date(lines: Sequence[Line], between: range, head: Head) -> PartialDate | None:
    """The date below the headline: the first one with a day, else the first one with a month.

    A line whose label stands before other dates of the page too (of members, of comments) says nothing about the document.
    """
    months: list[PartialDate] = []
    for index in between:
        if head.roles[index] != "date":
            continue
        date = dates_in(lines[index])[0]
        if is_pattern(lines, index, date):
            continue
        if date.precision == "day":
            return date
        months.append(date)
    return months[0] if months else None


def is_pattern(lines: Sequence[Line], index: int, date: PartialDate) -> bool:
    """Whether the words before a date stand before other dates of the page."""
    own = lines[index].text
    label = own[: date.start]
    if not any(map(str.isalpha, label)):
        return False
    return any(line.text.startswith(label) and line.text != own and dates_in(line) for line in lines)


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
            words = found["name"].split()
            return " ".join(words[1:] if words[0].islower() and len(words) > 2 else words)
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


def find_site_name(lines: Sequence[Line], banner: range, said: Sequence[str], head: Head) -> None:
    """The site's name: beside the headline in the first line, or a line at the top that a witness or a banner date confirms."""
    if head.title is not None and banner and (name := site_beside(head.title, lines[0].text)):
        head.site_name = name
        head.roles[0] = "title"
        return
    for index in banner[:3]:
        line = lines[index]
        if not 1 <= line.words <= LONGEST_NAME or line.is_ended or head.roles.get(index):
            continue
        dated = (
            index == 0 and len(squeezed(line.text)) >= FEWEST_LETTERS and any(head.roles.get(i) == "date" for i in range(1, 4))
        )
        if dated or is_confirmed(line.text, said):
            head.site_name = line.text
            head.roles[index] = "site-name"
            return


def find_date_above(lines: Sequence[Line], title: int, head: Head) -> None:
    """A date right above the headline and below the menus is as good as one below it."""
    for index in range(title - 1, max(BANNER_LINES, title - KICKER_LINES) - 1, -1):
        if is_dated(lines[index]) and (dates := [date for date in dates_in(lines[index]) if date.precision == "day"]):
            head.date, head.date_source = dates[0].iso, "text"
            head.roles[index] = "date"
            return
