"""What each line of a page adds to the text that holds it: words where it reads like a sentence, a cost where it does not.

What one line cannot say is read from the lines around it (lists, captions that are there twice) and from the page (repeated
lines). The scores are words throughout, so that a cost says how many words of text pay for a line that is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import chain, repeat

from corpuskit.extract.plaintext_lines import Line, content_words
from corpuskit.extract.plaintext_lists import filled_in, list_items, sections, verses

LONGEST_GAIN = 60  # words: one long legal notice shall not outweigh an article of short paragraphs
SENTENCE_WORDS = 10  # from here on a line with a full stop is prose
LIST_GAIN = 15  # words that an item of a list may add
SHORT_COST = -15.0  # a line that is no sentence; 15 words of text pay for it
FRAGMENT_COST = -5.0  # ... and that starts small or with a number: rather a piece of a text than of a menu
ORNAMENT_COST = -2.0  # a line without a letter or a number: it parts two sections, or is a bracket of code
HEADING_GAIN = 0.1  # the heading of a numbered section
SECTION_COST = -3.0  # ... and that stands between the headings of numbered sections
REPEATED_COST = -30.0  # ... and that the page has twice
CAPTION_WORDS, CAPTION_REACH = 10, 8  # words of a line that is there twice, and lines between the two
MOST_CAPTIONS = 0.3  # of the longer lines of a page; where more are there twice, it is the text that is
HEADLINE_REACH = 25  # lines above the text among which its headline is looked for
LEAST_COHESION = 0.5  # what is left of the score of a sentence that shares no word with the text


def line_scores(lines: Sequence[Line], is_recurring: Sequence[bool], counts: Counter[str]) -> list[float]:
    """What each line adds to the run that holds it; `counts` tells how often the page has a line."""
    gains = [sentence_gain(line) if line.is_ended or line.has_sentence else 0.0 for line in lines]
    is_item = list_items(lines, gains, counts)
    structured = structures(lines, gains)
    is_caption = captions(lines, counts)
    scores = []
    for index, (line, gain) in enumerate(zip(lines, gains, strict=True)):
        repeated = counts[line.key] > 1
        if is_recurring[index] or index in is_caption:
            scores.append(FRAGMENT_COST)  # it is cut anyway, and what is cut between two paragraphs shall not part them
        elif not line.text[0].isalnum() and not any(map(str.isalnum, line.text)):
            scores.append(ORNAMENT_COST)
        elif gain:
            scores.append(gain / 2 if repeated else gain)
        elif index in structured:
            scores.append(structured[index])
        elif is_item[index]:
            scores.append(float(min(line.words, LIST_GAIN)))
        elif repeated:
            scores.append(REPEATED_COST)
        else:
            scores.append(FRAGMENT_COST if line.words > 1 and is_fragment(line.text) else SHORT_COST)
    return scores


def structures(lines: Sequence[Line], gains: Sequence[float]) -> dict[int, float]:
    """The scores of lines that belong to something larger: numbered sections and their headings, verse, rows of like buttons."""
    rows = sections(lines, gains)
    found = dict.fromkeys(filled_in(lines), REPEATED_COST)
    for row in rows:
        found |= dict.fromkeys(range(row[0], row[-1]), SECTION_COST)
    found |= {index: lines[index].words / 2 for index in verses(lines)}
    return found | {index: HEADING_GAIN for row in rows for index in row if lines[index].words > 1}


def sentence_gain(line: Line) -> float:
    """Words of a line that reads like a sentence; 0.0 for one that does not."""
    if line.words >= SENTENCE_WORDS and (line.has_sentence or line.is_ended):
        return float(min(line.words, LONGEST_GAIN))
    return float(line.words) if line.words >= 3 and line.is_ended else 0.0


def is_fragment(text: str) -> bool:
    """Whether a line goes on with something: it starts with a small letter or a number, or ends in a colon."""
    start = text.lstrip("*•-–—+ ")[:1]
    return start.islower() or start.isdigit() or text[-1] in ":："


def captions(lines: Sequence[Line], counts: Counter[str]) -> set[int]:
    """Longer lines of which a copy stands close by: a page shows a caption once for each size of its picture."""
    found: set[int] = set()
    seen: dict[str, int] = {}
    longer = 0
    for index, line in enumerate(lines):
        if line.words >= CAPTION_WORDS:
            longer += 1
            if counts[line.key] > 1:
                if index - seen.get(line.key, -CAPTION_REACH - 1) <= CAPTION_REACH:
                    found |= {seen[line.key], index}
                seen[line.key] = index
    return found if len(found) <= MOST_CAPTIONS * longer else set()


def topics(lines: Sequence[Line], scores: Sequence[float]) -> list[set[str]]:
    """The content words of the sentences, and of the lines near above one; of the others they are never asked for."""
    found: list[set[str]] = [set()] * len(lines)
    reach = 0
    for index in range(len(lines) - 1, -1, -1):
        reach = HEADLINE_REACH if scores[index] > 0 else reach - 1
        if reach >= 0 and lines[index].words > 2:
            found[index] = content_words(lines[index].text)
    return found


def weighed(lines: Sequence[Line], scores: Sequence[float], words: Sequence[set[str]], first: int, end: int) -> list[float]:
    """The scores once more, a sentence counting less the fewer of its words belong to the run from `first` to `end`.

    A word belongs to the run as far as it is used there and not in the rest of the page; the mean of the run itself is 1.
    """
    sentences = [index for index, score in enumerate(scores) if score > 0 and words[index]]
    inside = Counter(chain.from_iterable(words[first:end]))
    outside = Counter(chain.from_iterable(words[index] for index in sentences if not first <= index < end))
    own = {word: (uses - 1) / (uses + outside.get(word, 0)) for word, uses in inside.items() if uses > 1}
    strange = {word: inside[word] / (inside[word] + outside[word]) for word in inside.keys() & outside.keys()}
    shares = {}
    for index in sentences:
        values = own if first <= index < end else strange
        shares[index] = sum(map(values.get, words[index], repeat(0.0))) / len(words[index])
    prose = [index for index in sentences if first <= index < end and lines[index].words >= 8]
    size = sum(lines[index].words for index in prose)
    mean = sum(shares[index] * lines[index].words for index in prose) / (size or 1) or 1.0
    found = list(scores)
    for index, share in shares.items():
        found[index] *= min(1.0, max(LEAST_COHESION, share / mean - 0.1))
    return found
