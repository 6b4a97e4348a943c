"""Which lines of a page are its main text: every line gets a score, and the run of lines with the largest sum is the text.

The idea is that of BTE (Finn, Kushmerick and Smyth 2001), with sentences in the place of words: a line that reads like a
sentence adds its words, any other costs a constant, so that a heading or a short list between paragraphs is bridged and a
menu is not. What one line cannot say is read from the lines around it (lists), from the page (repeated lines), from the
words of the first run that was found (a line about something else adds less), and from the headline above it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

from corpuskit.extract.plaintext_lines import Line, content_words, is_button_row, is_punctuated
from corpuskit.extract.plaintext_lists import list_items

LONGEST_GAIN = 60  # words: one long legal notice shall not outweigh an article of short paragraphs
SENTENCE_WORDS = 10  # from here on a line with a full stop is prose
FLAT_WORDS = 25  # so many words without a full stop are not navigation either
SHORT_COST = -15.0  # a line that is no sentence; 15 words of text pay for it
FRAGMENT_COST = -5.0  # ... and that starts small or with a number: rather a piece of a text than of a menu
HEADING_COST = -3.0  # ... on a page that is mostly sentences
PROSE_SHARE = 0.5  # of the lines of such a page
MENU_SHARE = 0.03  # of the words of a page that stand in lines of at most three words
REPEATED_COST = -30.0  # ... and that the page has twice
LIST_GAIN = 15  # words that an item of a list may add
FEWEST_WORDS = 60  # a run below this is tried again without asking for sentences
HEADLINE_REACH = 25  # lines above the text among which its headline is looked for
HEADLINE_SHARE = 0.5
EARLIER, LATER = 1.5, 0.6  # weights of a run above or below the best one: comments and teasers stand below the text
LEAST_COHESION = 0.5  # what is left of the score of a sentence that shares no word with the text
LONGEST_BUTTON, MENU_LENGTH = 3, 5  # words of a button, and how many in a row are a menu
MENU_MARGIN = 0.2  # share of the words, or of the prose, of a page that may stand between a menu and the end
LEAST_PROSE, SHORT_PROSE = 40, 20  # words of a run, of one that is most of its page; below it may be an error page
CLEAR_HEADLINE, MOST_ABOVE = 0.5, 0.25  # of a clean page whose top is cut: how clear its headline is, how little stands above
LOOSE_WORDS, LOOSE_COST = 5, -4.0  # a line of the second try, and what a shorter one costs there
FEWEST_POSTS = 3  # of a thread, below the first one
POST_HEAD = 6  # lines above a post that may be its frame


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
    first, end = best_run(scores, 0, len(lines))
    rivals = [run for run in (best_run(scores, 0, first), best_run(scores, end, len(lines))) if run[0] < run[1]]
    weights = {run: EARLIER if run[1] <= first else LATER for run in rivals} | {(first, end): 1.0}
    first, end = max(weights, key=lambda run: announced(lines, words, scores, *run) * weights[run])
    total = sum(scores[first:end])
    rival = max((sum(scores[a:b]) for a, b in rivals if not first <= a < end), default=0.0)
    if end - first >= 4:
        first, end = grown(weighed(lines, scores, words, first, end), first, end)
    headline = headline_share(lines, words, scores, first, end)
    if sum(line.words for line in lines[first:end]) < FEWEST_WORDS and headline < HEADLINE_SHARE:
        first, end = loose_run(lines, scores, is_recurring, counts) or (first, end)
    first, end = thread(lines, scores, first, end, counts)
    is_clean = False
    size, total_size = sum(line.words for line in lines[first:end]), sum(line.words for line in lines)
    if size >= (SHORT_PROSE if 2 * size > total_size else LEAST_PROSE) and not has_buttons(lines, scores):
        is_clean = True
        above = sum(line.words for line in lines[:first])
        is_announced = headline >= CLEAR_HEADLINE and above < MOST_ABOVE * total_size and sum(s <= 0 for s in scores[:first]) > 1
        first, end = first if is_announced else 0, len(lines)
    elif not has_menus(lines, scores):
        first, end = without_menus(scores, first, end)
    for index in range(max(0, first - HEADLINE_REACH), end):
        if lines[index].words > 2:
            words[index] = words[index] or content_words(lines[index].text)
    return Run(first, end, scores, words, headline, max(0.0, rival) / total if total > 0 else 1.0, is_clean, counts)


def line_scores(lines: Sequence[Line], is_recurring: Sequence[bool], counts: Counter[str]) -> list[float]:
    """What each line adds to the run that holds it."""
    gains = [sentence_gain(line) for line in lines]
    is_item = list_items(lines, gains, counts)
    scores = []
    for line, gain, item, recurs in zip(lines, gains, is_item, is_recurring, strict=True):
        repeated = counts[line.key] > 1
        if recurs:
            scores.append(FRAGMENT_COST)  # it is cut anyway, and advertising between two paragraphs shall not part them
        elif gain:
            scores.append(gain / 2 if repeated else gain)
        elif item:
            scores.append(float(min(line.words, LIST_GAIN)))
        elif repeated:
            scores.append(REPEATED_COST)
        else:
            scores.append(FRAGMENT_COST if line.words > 1 and is_fragment(line.text) else SHORT_COST)
    return scores


def is_fragment(text: str) -> bool:
    """Whether a line goes on with something: it starts with a small letter or a number, or ends in a colon."""
    start = text.lstrip("*•-–—+ ")[:1]
    return start.islower() or start.isdigit() or text[-1] in ":："


def sentence_gain(line: Line) -> float:
    """Words of a line that reads like a sentence; 0.0 for one that does not."""
    if line.is_cut_off and line.sentences < 3:
        return 0.0
    if line.words >= SENTENCE_WORDS and (line.sentences or line.is_ended):
        return float(min(line.words, LONGEST_GAIN))
    if line.words >= 3 and line.is_ended:
        return float(line.words)
    return line.words / 4 if line.words >= FLAT_WORDS else 0.0


def best_run(scores: Sequence[float], start: int, stop: int) -> tuple[int, int]:
    """The slice with the largest sum between two places (Kadane); an empty one when nothing is above zero."""
    best, total, first, found = 0.0, 0.0, start, (start, start)
    for index in range(start, stop):
        if total <= 0:
            total, first = 0.0, index
        total += scores[index]
        if total > best:
            best, found = total, (first, index + 1)
    return found


def topics(lines: Sequence[Line], scores: Sequence[float]) -> list[set[str]]:
    """The content words of the sentences, and of the lines near above one; of the others they are never asked for."""
    found: list[set[str]] = [set()] * len(lines)
    reach = 0
    for index in range(len(lines) - 1, -1, -1):
        reach = HEADLINE_REACH if scores[index] > 0 else reach - 1
        if reach >= 0 and lines[index].words > 2:
            found[index] = content_words(lines[index].text)
    return found


def announced(lines: Sequence[Line], words: Sequence[set[str]], scores: Sequence[float], first: int, end: int) -> float:
    """The sum of a run, weighed by its headline: comments and teasers have none."""
    return sum(scores[first:end]) * (0.4 + headline_share(lines, words, scores, first, end))


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


def weighed(lines: Sequence[Line], scores: Sequence[float], words: Sequence[set[str]], first: int, end: int) -> list[float]:
    """The scores once more, a line counting less the fewer of its words belong to the run that was found.

    A word belongs to the run as far as it is used there and not in the rest of the page; the mean of the run itself is 1.
    """
    inside = Counter(chain.from_iterable(words[first:end]))
    around = (line for index, line in enumerate(words) if scores[index] > 0 and not first <= index < end)
    outside = Counter(chain.from_iterable(around))

    own = {word: (uses - 1) / (uses + outside.get(word, 0)) for word, uses in inside.items() if uses > 1}
    strange = {word: uses / (uses + outside[word]) for word, uses in inside.items() if word in outside}

    def cohesion(index: int) -> float:
        values = own if first <= index < end else strange
        return sum([values[word] for word in words[index] if word in values]) / len(words[index])

    shares = [cohesion(index) if score > 0 and words[index] else -1.0 for index, score in enumerate(scores)]
    prose = [index for index in range(first, end) if shares[index] >= 0 and lines[index].words >= 8]
    size = sum(lines[index].words for index in prose)
    mean = sum(shares[index] * lines[index].words for index in prose) / (size or 1) or 1.0
    return [
        score * min(1.0, max(LEAST_COHESION, share / mean - 0.1)) if share >= 0 else score
        for score, share in zip(scores, shares, strict=True)
    ]


def grown(scores: Sequence[float], first: int, end: int) -> tuple[int, int]:
    """The best run inside a run, continued to both sides as far as that adds to it."""
    inner_first, inner_end = best_run(scores, first, end)
    if inner_first == inner_end:
        return first, end
    above = extent(scores, range(inner_first - 1, -1, -1), inner_first)
    return above, extent(scores, range(inner_end, len(scores)), inner_end - 1) + 1


def extent(scores: Sequence[float], indices: range, start: int) -> int:
    """The place along these indices where the sum of the scores is largest; `start` if it never is above zero."""
    best, total, found = 0.0, 0.0, start
    for index in indices:
        total += scores[index]
        if total > best:
            best, found = total, index
    return found


def loose_run(
    lines: Sequence[Line], scores: Sequence[float], is_recurring: Sequence[bool], counts: Counter[str]
) -> tuple[int, int] | None:
    """The text of a page without sentences (verse, minutes, a calendar): any longer line counts that is not repeated.

    A list of links is not one: it has no punctuation at all.
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
    punctuated = sum(map(is_punctuated, lines[first:end]))
    return (first, end) if punctuated * 10 >= end - first else None


def loose_score(words: int) -> float:
    """What a line of so many words counts where there are no sentences."""
    return words / 2 if words >= LOOSE_WORDS else LOOSE_COST / max(1, words)


def has_buttons(lines: Sequence[Line], scores: Sequence[float]) -> bool:
    """Whether some lines in a row near an end are buttons. A page without any is clean already, whatever else it holds.

    Short lines with many words, and much prose, both above and below them are a list or a table.
    """
    prose, size = sum(score for score in scores if score > 0), sum(line.words for line in lines)
    row, words, above = 0, 0, 0.0
    for line, score in zip(lines, scores, strict=True):
        row = row + 1 if line.words <= LONGEST_BUTTON and not line.is_ended else 0
        words += line.words
        above += max(score, 0.0)
        if row >= MENU_LENGTH or is_button_row(line):
            is_near_end = min(words, size - words) <= MENU_MARGIN * size or min(above, prose - above) <= MENU_MARGIN * prose
            if is_near_end:
                return True
    return False


def has_menus(lines: Sequence[Line], scores: Sequence[float]) -> bool:
    """Whether short lines are a large part of the page: of its lines, or of its words."""
    short = sum(line.words for line in lines if line.words <= 3 and not line.is_ended)
    is_prose = sum(score > 0 for score in scores) > PROSE_SHARE * len(scores)
    return not is_prose and short > MENU_SHARE * sum(line.words for line in lines)


def without_menus(scores: Sequence[float], first: int, end: int) -> tuple[int, int]:
    """The run on a page that is mostly sentences: it has no menus, and its short lines are headings and lists.

    At the top a short stretch is left out all the same: above a headline it is advertising rather than text.
    """
    gentle = [max(score, HEADING_COST) for score in scores]
    above = extent(gentle, range(first - 1, -1, -1), first)
    if sum(gentle[above:first]) > LONGEST_GAIN:
        first = above
    return first, extent(gentle, range(end, len(scores)), end - 1) + 1


def thread(lines: Sequence[Line], scores: list[float], first: int, end: int, counts: Counter[str]) -> tuple[int, int]:
    """The run, continued over the posts of a thread.

    What stands around every post (member, joined, reply) also stands above the first. Comments under an article do not:
    nothing of theirs is above it.
    """
    near = (*lines[max(0, first - POST_HEAD) : first], *lines[end : end + POST_HEAD])
    if sum(counts[key] > FEWEST_POSTS for key in {line.key for line in near}) < 2:
        return first, end
    posts = Counter[str]()  # for every line how often a sentence stands between it and the same line before
    prose, seen = 0, dict[str, int]()
    for line, score in zip(lines, scores, strict=True):
        prose += score > 0
        posts[line.key] += seen.get(line.key, prose) < prose
        seen[line.key] = prose
    frame = {line.key for line in lines[max(0, first - POST_HEAD) : first] if posts[line.key] >= FEWEST_POSTS}
    if len(frame) < 2:
        return first, end
    frame |= {line.key for line in lines[end : end + POST_HEAD] if posts[line.key] >= FEWEST_POSTS}
    bridged = [
        -1.0 if score <= 0 and (line.key in frame or line.words <= 2) else score
        for line, score in zip(lines, scores, strict=True)
    ]
    above = extent(bridged, range(first - 1, -1, -1), first)
    while above < first and (
        scores[above] <= 0 or frame.isdisjoint(line.key for line in lines[max(0, above - POST_HEAD) : above])
    ):
        above += 1  # a headline, which no frame stands above, is no post
    return above, extent(bridged, range(end, len(lines)), end - 1) + 1
