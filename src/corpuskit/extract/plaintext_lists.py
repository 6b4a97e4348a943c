"""Lists inside a text: short lines that no sentence sign marks and that belong to it all the same.

A list is known by what it looks like, in any language: a colon announces it, its lines are built alike, begin with amounts, or
begin with a label with which sentences of the page begin too, or are numbered. A line that the page repeats is an item of none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from corpuskit.extract.plaintext_lines import LINE_ENDS, Line, is_apart, is_button_row

LIST_LEAD_WORDS, LIST_LENGTH = 3, 20  # words before a colon, items behind it
FEWEST_AMOUNTS, LONGEST_AMOUNT = 4, 12  # lines of a list of amounts, words of one
MOSTLY_AMOUNTS = 0.6  # share of them in which the number stands where amounts have it
FEWEST_ANSWERS = 3  # lines that begin with one label
FEWEST_NUMBERS, NUMBER_REACH = 5, 2  # lines that are numbered one after the other, and lines from one to the next
FILLED_START, FILLED_END, FEWEST_FILLED = 2, 2, 3  # words at the ends of lines that are made from one pattern, and such lines
LONGEST_SECTION = 60  # lines
FEWEST_SECTIONS, MOSTLY_FILLED = 4, 0.6  # that are numbered from one on, and share of them that have sentences
SHORTEST_VERSE, LONGEST_VERSE, FEWEST_VERSES = 3, 14, 12  # words of a line of verse, lines of a poem
ENDED_VERSES = 0.4  # share of them that end in a comma, a full stop, a closing quotation mark
LONGEST_SHAPE = 60  # characters of a line by which it is compared

_LETTERS = re.compile(r"[^\W\d_]+(?:\s+[^\W\d_]+)*")
_ASCII_LETTERS = re.compile(r"[A-Za-z](?:[A-Za-z\s]*[A-Za-z])?")
_DIGITS = re.compile(r"\d+")
_LABEL = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){0,2}:")
_UNIT = re.compile(r"\d[\d.,/]*\s?[^\W\d_]{1,12}\.?$")
_HEADING_NUMBER = re.compile(r"(#|[^\W\d_]{1,12}\s|\u7b2c|)(\d{1,2})([.):．、\]]?)(?=\s|$|[^\W\d])")
_NUMBER = re.compile(r"(\d{1,3})\s?[.):．、]")


def list_items(lines: Sequence[Line], gains: Sequence[float], counts: Counter[str]) -> list[bool]:
    """Which lines are items of a list; `gains` tells the sentences, `counts` how often the page has a line."""
    found = announced_items(lines, gains, counts)
    starts = [index for index, line in enumerate(lines) if line.text[0].isdigit()]
    for index in (
        *amounts(lines, gains, counts),
        *answers(lines, gains, counts),
        *numbered(lines, gains, counts, starts),
    ):
        found[index] = True
    return found


def announced_items(lines: Sequence[Line], gains: Sequence[float], counts: Counter[str]) -> list[bool]:
    """The items of lists that a colon announces, and lines built like the one above or below out of the same signs."""
    shapes = shapes_of(["" if gain or counts[line.key] > 1 else line.text for line, gain in zip(lines, gains, strict=True)])
    found = [False] * len(lines)
    announced_for = 0
    for index, line in enumerate(lines):
        own = shapes[index]
        alike = len(own) > 2 and own in (shapes[index - 1], shapes[index + 1])
        if own and line.words > 0 and (alike or announced_for > 0):
            found[index] = announced_for > 0 or line.words > 1
            if index and announced_for < LIST_LENGTH and is_apart(lines, index) and not is_apart(lines, index - 1):
                announced_for = 0  # an empty line ends a list whose items have none between them
                found[index] = alike
        if line.text[-1] in ":：" and line.words >= LIST_LEAD_WORDS:
            announced_for = LIST_LENGTH
        else:
            announced_for = announced_for - 1 if own else 0
    return found


def amounts(lines: Sequence[Line], gains: Sequence[float], counts: Counter[str]) -> set[int]:
    """A list of amounts, as of ingredients: lines in a row that have a number, their heading and what closes the list.

    Most of the numbers stand at the start, or before a unit at the end.
    """
    found: set[int] = set()
    numbered = {
        index
        for index, line in enumerate(lines)
        if 1 < line.words <= LONGEST_AMOUNT and not gains[index] and ("0" in line.key or line.text[0].isdigit())
    }
    if len(numbered) < FEWEST_AMOUNTS:
        return found
    start = 0
    for index in range(len(lines) + 1):
        if index in numbered and counts[lines[index].key] == 1:
            continue
        if index - start >= FEWEST_AMOUNTS and are_amounts(lines[start:index]):
            found.update(range(start, index))
            if start and not gains[start - 1] and counts[lines[start - 1].key] == 1 and lines[start - 1].words > 0:
                found.add(start - 1)
            if index < len(lines) and not is_apart(lines, index) and not gains[index] and counts[lines[index].key] == 1:
                found.add(index)
        start = index + 1
    return found


def are_amounts(row: Sequence[Line]) -> bool:
    """Whether the numbers of most lines stand where amounts have them."""
    measured = sum(line.text[0].isdigit() or _UNIT.search(line.text) is not None for line in row)
    return measured >= MOSTLY_AMOUNTS * len(row)


def answers(lines: Sequence[Line], gains: Sequence[float], counts: Counter[str]) -> list[int]:
    """Short lines that begin with a label ("A:", a name) with which sentences of the page begin too: interviews, minutes."""
    matches = {index: _LABEL.match(line.key) for index, line in enumerate(lines) if ":" in line.key}
    labels = {index: found.group() for index, found in matches.items() if found}
    uses = Counter(labels.values())
    spoken = {label for index, label in labels.items() if gains[index] and uses[label] >= FEWEST_ANSWERS}
    return [
        index
        for index, label in labels.items()
        if label in spoken and not gains[index] and counts[lines[index].key] == 1 and lines[index].words > 1
    ]


def numbered(lines: Sequence[Line], gains: Sequence[float], counts: Counter[str], starts: Sequence[int]) -> list[int]:
    """The lines of a list that counts on from line to line, and what stands between two of its numbers: prices, addresses.

    `starts` are the lines that begin with a digit.
    """
    rows: list[list[int]] = [[]]
    before = None
    for index in starts:
        if (found := _NUMBER.match(lines[index].text)) is not None:
            number = int(found[1])
            if before is None or number != before + 1 or index - rows[-1][-1] > NUMBER_REACH:
                rows.append([])
            rows[-1].append(index)
            before = number
    spans = [range(row[0], row[-1] + 1) for row in rows if len(row) >= FEWEST_NUMBERS]
    return [index for span in spans for index in span if not gains[index] and counts[lines[index].key] == 1]


def sections(lines: Sequence[Line], gains: Sequence[float]) -> list[list[int]]:
    """The headings of sections that are numbered, where sentences stand between most of the numbers."""
    rows: dict[tuple[str, str], list[list[int]]] = {}
    for index, line in enumerate(lines):
        if (found := _HEADING_NUMBER.match(line.text)) is None:
            continue
        of_style = rows.setdefault((found[1], found[3]), [[]])
        number = int(found[2])
        if number == 1:
            of_style.append([index])
        elif number == len(of_style[-1]) + 1 and index - of_style[-1][-1] <= LONGEST_SECTION:
            of_style[-1].append(index)
    long = [row for of_style in rows.values() for row in of_style if len(row) >= FEWEST_SECTIONS]
    return [row for row in long if are_sections(row, gains)]


def are_sections(row: Sequence[int], gains: Sequence[float]) -> bool:
    """Whether sentences stand below most of some numbered lines: the entries of a menu or of a chart have none."""
    filled = sum(any(gain > 0 for gain in gains[start + 1 : end]) for start, end in pairwise(row))
    return filled >= MOSTLY_FILLED * (len(row) - 1)


def verses(lines: Sequence[Line]) -> set[int]:
    """Lines of verse: many in a row that are neither buttons nor paragraphs, of which a good part ends in a sign."""
    found: set[int] = set()
    row: list[int] = []
    for index in range(len(lines) + 1):
        if index < len(lines) and SHORTEST_VERSE <= lines[index].words <= LONGEST_VERSE:
            row.append(index)
        elif row and row[-1] == index - 1 and index + 1 < len(lines) and lines[index].words < SHORTEST_VERSE:
            continue  # the name of a refrain, the number of a stanza
        else:
            if len(row) >= FEWEST_VERSES:
                found.update(*poems(lines, row))
            row = []
    return found


def poems(lines: Sequence[Line], row: Sequence[int]) -> Iterator[Sequence[int]]:
    """The poems in a row of such lines, which rows of buttons part.

    What stands above the line before the first one that ends in a sign, or below the line behind the last, may be a headline
    or a menu.
    """
    starts = [place for place, index in enumerate(row) if is_button_row(lines[index], 2)]
    for start, end in pairwise([-1, *starts, len(row)]):
        poem = row[start + 1 : end]
        signed = [place for place, index in enumerate(poem) if lines[index].text[-1] in LINE_ENDS]
        if signed:
            poem = poem[max(0, signed[0] - 1) : signed[-1] + 2]
        if len(poem) >= FEWEST_VERSES and len(signed) >= ENDED_VERSES * len(poem):
            yield poem


def filled_in(lines: Sequence[Line]) -> set[int]:
    """Lines in a row that begin and end with the same words, as buttons do that a page fills in from one pattern."""
    found: set[int] = set()
    before: tuple[list[str], list[str]] | None = None
    start = 0
    for index in range(len(lines) + 1):
        own = ends_of(lines[index]) if index < len(lines) else None
        if own is not None and own == before:
            continue
        if index - start >= FEWEST_FILLED and before is not None:
            found.update(range(start, index))
        before, start = own, index
    return found


def ends_of(line: Line) -> tuple[list[str], list[str]] | None:
    """The first and the last words of a line that has other ones between them."""
    if not FILLED_START + FILLED_END < line.words <= LONGEST_AMOUNT:
        return None
    words = line.text.split()
    return words[:FILLED_START], words[-FILLED_END:]


def shapes_of(texts: Sequence[str]) -> list[str]:
    """How each of some lines is built, and "" for the end. A line that can be like none beside it is not looked at: "a"."""
    has_signs = [text != "" and not text[:LONGEST_SHAPE].replace(" ", "").isalpha() for text in texts]
    beside = zip([False, *has_signs], has_signs, [*has_signs[1:], False], texts, strict=False)
    return [*(shape(text) if own and (above or below) else text and "a" for above, own, below, text in beside), ""]


def shape(text: str) -> str:
    """How a line is built: its first signs, with a run of words as one letter and a number as one digit."""
    start = text[:LONGEST_SHAPE]
    signs = (_ASCII_LETTERS if start.isascii() else _LETTERS).sub("a", start)
    if not signs.isalpha():
        signs = _DIGITS.sub("0", signs)
    return "".join(signs.split())[:6]
