"""The main text of a page that is only lines, and the reason for every line that is left out.

Reading goes in four steps, each in a module of its own: what a line says about itself (`plaintext_lines`), which run of lines
is the text (`plaintext_run`), what stands above it (`plaintext_head`), and here: what inside the run is not text, and what the
corpus knows about lines that recur. There are no phrases and no word lists; a page in any script is read in the same way.
Nothing is remembered between pages: the same page with the same counts gives the same text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from corpuskit.documents import Cut, Extraction
from corpuskit.extract.plaintext_foreign import foreign_lines
from corpuskit.extract.plaintext_head import Head, read_head
from corpuskit.extract.plaintext_lines import (
    Line,
    content_words,
    is_apart,
    is_punctuated,
    line_key,
    read_lines,
    recurring,
    split_lines,
)
from corpuskit.extract.plaintext_run import Run, find_run
from corpuskit.extract.plaintext_scores import captions
from corpuskit.extract.recurrence import RECURS_ON
from corpuskit.reasons import Reason

__all__ = ["extract_plaintext", "line_key", "page_line_keys"]

FEWEST_WORDS = 20  # of a text, unless the page has nothing else
LONGEST_BUTTON = 3  # words of a repeated line inside the text that is furniture wherever its copies stand
ON_TOPIC = 2  # words of the headline in a line that is not foreign to the text
FEWEST_LINKS, LINK_WORDS = 3, 4  # lines of a row of links, and their words, the mean
LEAST_SHARED = 0.4  # of the content words of a row that belongs to the text
MOSTLY_PROSE = 0.7  # share of the words of a text that stands in sentences
LONGEST_BESIDE = 4  # words of a line that is furniture because the line beside it is


def page_line_keys(page: str) -> set[int]:
    """The keys that one page adds to the corpus's counts of lines."""
    return {key for line in split_lines(page) if (key := line_key(line)) is not None}


def extract_plaintext(page: str, *, recurrence: Mapping[int, int] | None = None, url: str | None = None) -> Extraction:
    """The text of a page of plain text, its title and lead, and the lines that were cut.

    `recurrence` says on how many other pages (of the site, the import or the corpus) a line stands, by `line_key`.
    """
    raw = split_lines(page)
    lines = read_lines(raw)
    recurs = recurring_lines(raw, lines, recurrence or {})
    run = find_run(lines, recurs)
    if run.first == run.end:
        return without_text(lines, "no line reads like a sentence")
    head = read_head(lines, run, url, recurs)
    reasons = dict.fromkeys(range(run.end, len(lines)), "after-the-end")
    reasons |= {index: "foreign" if run.scores[index] > 0 else "navigation" for index in range(min(head.body, run.end))}
    reasons |= head.roles | furniture(lines, run, head, recurs)
    kept = [index for index in range(head.body, run.end) if index not in reasons]
    words = sum(lines[index].words for index in kept)
    if words < FEWEST_WORDS and words < 0.8 * sum(line.words for line in lines):
        return without_text(lines, f"only {words} words read like a text")
    return Extraction(
        text=text_of(lines, kept),
        title=head.title,
        lead="\n".join(head.lead) or None,
        author=head.author,
        date=head.date,
        date_source=head.date_source,
        site_name=head.site_name,
        confidence=confidence(run, words),
        cuts=cuts_of(lines, reasons),
    )


def recurring_lines(raw: Sequence[str], lines: Sequence[Line], recurrence: Mapping[int, int]) -> list[bool]:
    """Which lines other pages hold too. A page that is known as a whole is a copy, and its lines are no boilerplate."""
    nothing = [False] * len(lines)
    if not recurrence:
        return nothing
    recurs = recurring(raw, lines, recurrence, others=RECURS_ON)
    if not any(recurs):
        return nothing
    run = find_run(lines, nothing)
    known = sum(lines[index].words for index in range(run.first, run.end) if recurs[index])
    return nothing if 2 * known > sum(line.words for line in lines[run.first : run.end]) else recurs


def furniture(lines: Sequence[Line], run: Run, head: Head, recurs: Sequence[bool]) -> dict[int, str]:
    """Lines inside the run that are no text: they recur on other pages, or are repeated on this one as buttons are.

    A longer line that only the text itself repeats stays: it is a refrain, unless its copy is so near that both are captions.
    """
    everywhere = run.counts
    found = {index: "repeated" for index in range(head.body, run.end) if recurs[index]}
    doubtful = [
        index
        for index in range(head.body, run.end)
        if not (recurs[index] or run.is_clean or run.scores[index] > 0 or everywhere[lines[index].key] == 1)
    ]
    if doubtful:
        twice = captions(lines, everywhere)
        inside = Counter([line.key for line in lines[head.body : run.end]])
        for index in doubtful:
            line = lines[index]
            if line.words <= LONGEST_BUTTON or index in twice or everywhere[line.key] > inside[line.key]:
                found[index] = "furniture"
    for order in (range(head.body, run.end), range(run.end - 1, head.body - 1, -1)) if found else ():
        for index in order:
            beside = found.get(index - order.step) == "furniture"
            if beside and index not in found and run.scores[index] <= 0 and lines[index].words <= LONGEST_BESIDE:
                found[index] = "furniture"
    found |= interruptions(lines, run, head.body, found)
    rest = [index for index in range(head.body, run.end) if index not in found]
    foreign = foreign_lines([lines[index] for index in rest], [run.words[index] for index in rest])
    title = content_words(head.title) if foreign and head.title else set()
    return found | {rest[place]: "foreign" for place in foreign if len(run.words[rest[place]] & title) < ON_TOPIC}


def interruptions(lines: Sequence[Line], run: Run, start: int, found: Mapping[int, str]) -> dict[int, str]:
    """Rows of links between two paragraphs: several lines that are no sentences and have few words of the text.

    Verse and code have a sign in every other line; the lines of a list count as sentences. `found` are lines that go anyway.
    """
    cut: dict[int, str] = {}
    sentences = [index for index in range(start, run.end) if run.scores[index] > 0]
    size = sum(line.words for line in lines[start : run.end])
    if run.is_clean or sum(lines[index].words for index in sentences) < MOSTLY_PROSE * size:
        return cut
    vocabulary: set[str] = set()
    for before, after in pairwise(sentences):
        row = [index for index in range(before + 1, after) if index not in found]
        if len(row) >= FEWEST_LINKS and is_link_row([lines[index] for index in row]):
            vocabulary = vocabulary or set().union(*(run.words[index] for index in sentences))
            words = set().union(*(run.words[index] for index in row))
            if len(words & vocabulary) < LEAST_SHARED * (len(words) + 1):
                cut |= dict.fromkeys(row, "navigation")
    return cut


def is_link_row(row: Sequence[Line]) -> bool:
    """Whether lines are as long as links to other pages are, their mean, and seldom punctuated."""
    return sum(line.words for line in row) >= LINK_WORDS * len(row) and 2 * sum(map(is_punctuated, row)) < len(row)


def without_text(lines: Sequence[Line], detail: str) -> Extraction:
    """The outcome for a page that has no main text."""
    cuts = cuts_of(lines, dict.fromkeys(range(len(lines)), "navigation"))
    return Extraction(None, Reason.NO_TEXT, detail, confidence=0.0, cuts=cuts)


def text_of(lines: Sequence[Line], kept: Sequence[int]) -> str:
    """The kept lines, with an empty line between two of them where the page has any there."""
    pieces: list[str] = []
    before = kept[0] if kept else 0
    for index in kept:
        if pieces:
            pieces.append("\n\n" if any(is_apart(lines, between) for between in range(before + 1, index + 1)) else "\n")
        pieces.append(lines[index].text)
        before = index
    return "".join(pieces)


def cuts_of(lines: Sequence[Line], reasons: Mapping[int, str]) -> tuple[Cut, ...]:
    """The cut lines as runs of one reason; empty lines between two of them belong to the run."""
    cuts: list[Cut] = []
    first = last = -1
    reason = ""
    for index, own in sorted(reasons.items()):
        if index != last + 1 or own != reason:
            if reason:
                cuts.append(Cut(lines[first].number, lines[last].last, reason))
            first, reason = index, own
        last = index
    if reason:
        cuts.append(Cut(lines[first].number, lines[last].last, reason))
    return tuple(cuts)


def confidence(run: Run, words: int) -> float:
    """How sure the text is, 0 to 1: it is long, a headline announces it, and no other part of the page rivals it."""
    return round(min(1.0, words / 100) * (0.5 + 0.5 * max(run.headline, 1 - run.rival)) * (1 - 0.5 * min(1.0, run.rival)), 3)
