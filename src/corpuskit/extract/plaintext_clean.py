"""Pages without furniture: text that is clean already stays whole, and short lines in it are headings and lists.

What makes a page unclean is buttons: rows of very short lines near its ends. Nothing else is sure enough: a text may hold any
line, and the cleaner shall never be worse than doing nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from corpuskit.extract.plaintext_lines import Line, is_button_row
from corpuskit.extract.plaintext_scores import REPEATED_COST

LONGEST_BUTTON, ROW, MENUS = 3, 3, 8  # words of a button, buttons of a row, and in all rows of a page that has menus
REPEATED_ROW = 5  # buttons of a row in which some are there twice: that alone is a menu
EDGE_ROW = 6  # buttons at the very end of a page without menus
MENU_MARGIN = 0.2  # share of the words, or of the prose, of a page that may stand between a menu and the end
LEAST_PROSE, SHORT_PROSE = 40, 20  # words of a run, of one that is most of its page; below it may be an error page
CLEAR_HEADLINE, MOST_ABOVE = 0.7, 0.25  # of a clean page whose top is cut: how clear its headline is, how little stands above


def clean_run(
    lines: Sequence[Line], scores: Sequence[float], run: tuple[int, int], headline: float
) -> tuple[tuple[int, int], bool]:
    """The run that was found, or the whole page if there are no menus on it, and whether that is so."""
    first, end = run
    size, all_words = sum(line.words for line in lines[first:end]), sum(line.words for line in lines)
    if size >= (SHORT_PROSE if 2 * size > all_words else LEAST_PROSE) and not has_buttons(lines, scores):
        above = sum(line.words for line in lines[:first])
        is_announced = headline >= CLEAR_HEADLINE and above < MOST_ABOVE * all_words and sum(s <= 0 for s in scores[:first]) > 1
        top, bottom = edge_row(lines), edge_row(lines[::-1])
        return (first if is_announced else top, len(lines) - bottom), True
    return run, False


def is_button(line: Line) -> bool:
    """Whether a line is as short as a button."""
    return line.words <= LONGEST_BUTTON and not line.is_ended


def edge_row(lines: Sequence[Line]) -> int:
    """How many buttons a page begins with, if they are many."""
    row = next((index for index, line in enumerate(lines) if not is_button(line)), 0)
    return row if row >= EDGE_ROW else 0


def has_buttons(lines: Sequence[Line], scores: Sequence[float]) -> bool:
    """Whether some lines near an end are rows of buttons.

    Short lines with many words, and much prose, both above and below them are a list or a table.
    """
    prose, size = sum(score for score in scores if score > 0), sum(line.words for line in lines)
    row, buttons, words, above = 0, 0, 0, 0.0
    twice = 0
    for line, score in zip(lines, scores, strict=True):
        words += line.words
        above += max(score, 0.0)
        row = row + 1 if is_button(line) else 0
        twice = twice + (score == REPEATED_COST) if row else 0
        is_row = is_button_row(line)
        is_near_end = min(words, size - words) <= MENU_MARGIN * size or min(above, prose - above) <= MENU_MARGIN * prose
        if is_near_end and (row >= ROW or is_row):
            buttons += ROW if row == ROW else 1
            if buttons >= MENUS or is_row or (twice and row >= REPEATED_ROW):
                return True
    return False
