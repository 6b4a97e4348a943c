"""Which lines of a page are its main text: every line has a score, and the run of lines with the largest sum is the text.

The idea is that of BTE (Finn, Kushmerick and Smyth 2001), with sentences in the place of words: a line that reads like a
sentence adds its words, any other costs a constant, so that a heading or a short list between paragraphs is bridged and a
menu is not. The run is chosen among its rivals by its headline, loses at its ends what shares no words with it, and goes on
behind an interruption where dense text about the same thing follows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from corpuskit.extract.plaintext_clean import clean_run
from corpuskit.extract.plaintext_lines import LINE_ENDS, Line, content_words, is_button_row, is_punctuated
from corpuskit.extract.plaintext_posts import comments_start, with_posts
from corpuskit.extract.plaintext_scores import HEADLINE_REACH, SHORT_COST, line_scores, topics, weighed
from corpuskit.extract.plaintext_sums import best_run, grown

MUCH_BEHIND = 160  # words of one or two long paragraphs behind an interruption
FEWEST_WORDS = 60  # a run below this is tried again without asking for sentences
HEADLINE_SHARE = 0.5  # of its words that come back in the text
EARLIER, LATER = 1.5, 0.6  # weights of a run above or below the best one: comments and teasers stand below the text
UNANNOUNCED = 0.4  # weight of a run without a headline
FEWEST_COMMENTED = 40  # words of a text that has comments
LONGEST_BREAK, FEWEST_BEHIND, DENSE, SAME = 40, 6, 0.8, 0.75  # lines of an interruption; sentences behind it, and shares of them
DENSE_BELOW_HEADLINE = 0.5
NOTE_REACH, NOTE_WORDS, NOTE_SAME = 3, 13, 0.6  # lines from the end to a last note, words of it, and its share
LONGEST_UNENDED = 40  # lines of a text without sentences in which no line has to end in a sign
LOOSE_WORDS, LOOSE_COST = 5, -4.0  # a line of the second try, and what a shorter one costs there


@dataclass(frozen=True, slots=True)
class Run:
    """A slice of the lines, with the scores that found it."""

    first: int
    end: int
    scores: list[float]
    words: list[set[str]]  # content words of every line
    headline: float  # how well a line above it announces it, 0 to 1
    rival: float  # sum of the best run outside it, as a share of its own
    is_clean: bool  # the page has no furniture: all of it is text
    counts: Counter[str]  # how often the page has each line, by key


def find_run(lines: Sequence[Line], is_recurring: Sequence[bool]) -> Run:
    """The run of lines that is the main text; empty where no line speaks for one."""
    counts = Counter([line.key for line in lines])
    scores = line_scores(lines, is_recurring, counts)
    words = topics(lines, scores)
    if (comments := comments_start(lines, scores)) is not None:
        first, end = best_run(scores, 0, comments)
        is_announced = headline_share(lines, words, scores, first, end) >= HEADLINE_SHARE
        if is_announced and sum(scores[first:end]) >= FEWEST_COMMENTED:
            scores[comments:] = [SHORT_COST] * (len(lines) - comments)
    first, end, rival = chosen(lines, words, scores)
    if end - first >= 4:
        own = weighed(lines, scores, words, first, end)
        first, end = continued(lines, words, scores, own, *grown(own, first, end))
        end = with_note(lines, scores, own, end)
    headline = headline_share(lines, words, scores, first, end)
    if sum(line.words for line in lines[first:end]) < FEWEST_WORDS and headline < HEADLINE_SHARE:
        first, end = loose_run(lines, scores, is_recurring, counts) or (first, end)
    (first, end), is_clean = clean_run(lines, scores, with_posts(lines, scores, (first, end), counts), headline)
    for index in range(max(0, first - HEADLINE_REACH), end):
        if lines[index].words > 2:
            words[index] = words[index] or content_words(lines[index].text)
    return Run(first, end, scores, words, headline, rival, is_clean, counts)


def chosen(lines: Sequence[Line], words: Sequence[set[str]], scores: Sequence[float]) -> tuple[int, int, float]:
    """The best run, or the best above or below it if its headline announces it better; and the rest's share of its sum."""
    first, end = best_run(scores, 0, len(lines))
    rivals = [run for run in (best_run(scores, 0, first), best_run(scores, end, len(lines))) if run[0] < run[1]]
    weights = {run: EARLIER if run[1] <= first else LATER for run in rivals} | {(first, end): 1.0}
    most = (UNANNOUNCED + 1) / UNANNOUNCED  # times that a headline can make of a sum: few rivals are large enough
    if any(most * weights[run] * sum(scores[run[0] : run[1]]) >= sum(scores[first:end]) for run in rivals):
        first, end = max(weights, key=lambda run: announced(lines, words, scores, *run) * weights[run])
    total = sum(scores[first:end])
    rival = max((sum(scores[a:b]) for a, b in rivals if not first <= a < end), default=0.0)
    return first, end, max(0.0, rival) / total if total > 0 else 1.0


def announced(lines: Sequence[Line], words: Sequence[set[str]], scores: Sequence[float], first: int, end: int) -> float:
    """The sum of a run, weighed by its headline: comments and teasers have none."""
    return sum(scores[first:end]) * (UNANNOUNCED + headline_share(lines, words, scores, first, end))


def headline_share(lines: Sequence[Line], words: Sequence[set[str]], scores: Sequence[float], first: int, end: int) -> float:
    """How much of the best line above a run comes back in its first ten sentences."""
    opening = [words[index] for index in range(first, min(end, first + 40)) if scores[index] > 0][:10]
    vocabulary = set().union(*opening)
    best = 0.0
    for index in range(max(0, first - HEADLINE_REACH), first):
        if 3 <= lines[index].words <= 30:
            shared = len(words[index] & vocabulary)
            if shared >= 2:
                best = max(best, shared / (len(words[index]) + 1))
    return best


def continued(
    lines: Sequence[Line], words: Sequence[set[str]], scores: Sequence[float], own: Sequence[float], first: int, end: int
) -> tuple[int, int]:
    """The run with the text above and below it that pictures, teasers or advertising part from it.

    `own` are the scores weighed by what the lines share with the run. Text right below its headline may have short lines in it.
    """

    def is_same(start: int, stop: int) -> bool:
        prose = [index for index in range(start, stop) if scores[index] > 0 and lines[index].words >= 4]
        total = sum(scores[index] for index in prose)
        is_much = len(prose) >= FEWEST_BEHIND or total >= MUCH_BEHIND
        if not is_much or sum(own[index] for index in prose) < SAME * total:
            return False
        is_announced = stop <= first and headline_share(lines, words, scores, start, stop) >= HEADLINE_SHARE
        return len(prose) >= (DENSE_BELOW_HEADLINE if is_announced else DENSE) * (stop - start)

    for reach in (LONGEST_BREAK, LONGEST_BREAK + HEADLINE_REACH):
        while (part := best_run(scores, end, min(len(scores), end + reach)))[0] - end <= LONGEST_BREAK and is_same(*part):
            end = part[1]
        while first - (part := best_run(scores, max(0, first - reach), first))[1] <= LONGEST_BREAK and is_same(*part):
            first = part[0]
    return first, end


def with_note(lines: Sequence[Line], scores: Sequence[float], own: Sequence[float], end: int) -> int:
    """The end of the run, moved behind one sentence that a short interruption parts from it: a correction, a last note.

    It has to be about the same thing.
    """
    for index in range(end + 1, min(len(lines), end + NOTE_REACH + 1)):
        if scores[index] > 0 and lines[index].is_ended and lines[index].words >= NOTE_WORDS:
            return index + 1 if own[index] >= NOTE_SAME * scores[index] else end
    return end


def loose_run(
    lines: Sequence[Line], scores: Sequence[float], is_recurring: Sequence[bool], counts: Counter[str]
) -> tuple[int, int] | None:
    """The text of a page without sentences (verse, minutes, a calendar): any longer line counts that is not repeated.

    A list of links is not one: it has hardly any punctuation, and where it is long it has none at the end of its lines.
    """
    loose = [
        score
        if score > 0
        else LOOSE_COST
        if counts[line.key] > 1 or recurs or is_button_row(line, 2)
        else loose_score(line.words)
        for line, score, recurs in zip(lines, scores, is_recurring, strict=True)
    ]
    first, end = best_run(loose, 0, len(lines))
    ended = sum(line.text[-1] in LINE_ENDS for line in lines[first:end])
    signs = ended if end - first > LONGEST_UNENDED else sum(map(is_punctuated, lines[first:end]))
    return (first, end) if signs * 10 >= end - first else None


def loose_score(words: int) -> float:
    """What a line of so many words counts where there are no sentences."""
    return words / 2 if words >= LOOSE_WORDS else LOOSE_COST / max(1, words)
