"""Lines inside a text that are about something else: advertising put between the paragraphs.

Such a line shares hardly a word with the rest of the text or with its neighbours, is not long, and often shouts or names a
price or an address. No sign is enough alone; their weights were fitted once on clean articles with advertising put into them, and
rounded. Overlap is measured against what is usual in the text itself, so that languages that inflect their words much are
not at a disadvantage, and a text too short to show what is usual keeps all its lines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from corpuskit.extract.plaintext_lines import Line

FEWEST_LINES, FEWEST_WORDS = 8, 150  # of a text that can be judged
ENOUGH_WORDS = 500  # below this the evidence must be the stronger the shorter the text is
NEIGHBOURS = 2  # lines before and after
USUAL_OVERLAP = 0.55  # share of a line's words that come again in an English article; other texts are scaled to it

_SHOUT = re.compile(r"[!！]")
_OFFER = re.compile(r"[$£€¥₹₽%]|www\.|https?:|\d-\d|\d/\d|>>")
_QUOTE = re.compile('["“”«»„‘「『]|^[—–-]')


def foreign_lines(lines: Sequence[Line], words: Sequence[set[str]]) -> set[int]:
    """Indices of the lines that do not belong to the text that the lines make up."""
    size = sum(line.words for line in lines)
    if len(lines) < FEWEST_LINES or size < FEWEST_WORDS:
        return set()
    doubt = 4.0 * max(0.0, 1 - size / ENOUGH_WORDS)
    uses = Counter(word for line in words for word in line)
    once = [sum(uses[word] > 1 for word in line) / (len(line) + 1) for line in words]
    twice = [sum(uses[word] > 2 for word in line) / (len(line) + 1) for line in words]
    judged = [share for share, line in zip(once, lines, strict=True) if line.words > 4]
    scale = USUAL_OVERLAP / (sum(judged) / len(judged)) if any(judged) else 1.0
    found = set()
    for index, line in enumerate(lines):
        if not 4 < line.words <= 20 or not words[index]:
            continue
        near = set().union(*(words[other] for other in around(index, len(lines)) if other != index))
        shared = len(words[index] & near) / (len(words[index]) + 1)
        if foreignness(line, scale * once[index], scale * twice[index], scale * shared, len(words[index])) > doubt:
            found.add(index)
    return found


def around(index: int, total: int) -> range:
    """The neighbourhood of a line."""
    return range(max(0, index - NEIGHBOURS), min(total, index + NEIGHBOURS + 1))


def foreignness(line: Line, once: float, twice: float, near: float, size: int) -> float:
    """Above zero for a line that is foreign: log odds from its overlap with the text and its neighbours, and from its signs."""
    return (
        -1.8
        - 6.0 * once
        - 4.0 * twice
        - 2.0 * near
        + (1.3 if near == 0 else 0.0)
        + 0.3 * min(size, 12)
        + (3.0 if _SHOUT.search(line.text) else 0.0)
        + (3.0 if _OFFER.search(line.text) else 0.0)
        - (3.0 if _QUOTE.search(line.text) else 0.0)
        - (0.0 if line.is_ended else 1.8)
    )
