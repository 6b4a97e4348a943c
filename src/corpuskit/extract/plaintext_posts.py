"""Posts: the ones that are the text of a page, as in a thread, and the ones below a text, which are comments on it.

Both are known by their frames, lines that come back from post to post with sentences between them: what stands around every
post of a thread (member, joined, reply) also stands above the first, while nothing of the comments stands above an article.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from corpuskit.extract.plaintext_lines import Line
from corpuskit.extract.plaintext_sums import extent

FEWEST_POSTS = 3  # of a thread, below the first one, or of comments
POST_HEAD = 6  # lines above a post that may be its frame
FRAME, FRAME_COST = 2, -1.0  # lines of a frame in what stands between two posts, and what a line of that costs
LONGEST_LABELLED = 8  # words of a line of a frame
LONGEST_STAMP = 15  # words of a line that says who wrote a comment, and when


def with_posts(lines: Sequence[Line], scores: Sequence[float], run: tuple[int, int], counts: Counter[str]) -> tuple[int, int]:
    """The run, continued over the posts of a thread; `counts` tells how often the page has a line."""
    first, end = run
    near = lines[max(0, first - POST_HEAD) : first]
    if sum(counts[line.key] > 1 or ":" in line.key or "0" in line.key for line in near) < FRAME:
        return run
    labels = [label(line) for line in lines]
    above = labels[max(0, first - POST_HEAD) : first]
    posts = Counter[str]()  # for every label how often a sentence stands between it and the same label before
    prose, seen = 0, dict[str, int]()
    for name, score in zip(labels, scores, strict=True):
        prose += score > 0
        posts[name] += seen.get(name, prose) < prose
        seen[name] = prose
    frame = {name for name in above if name and posts[name] >= FEWEST_POSTS}
    if len(frame) < FRAME:
        return run
    frame |= {name for name in labels[end : end + POST_HEAD] if name and posts[name] >= FEWEST_POSTS}
    bridged = bridge(lines, labels, scores, frame)
    start = extent(bridged, range(first - 1, -1, -1), first)
    while start < first and (scores[start] <= 0 or frame.isdisjoint(labels[max(0, start - POST_HEAD) : start])):
        start += 1  # a headline, which no frame stands above, is no post
    return start, extent(bridged, range(end, len(lines)), end - 1) + 1


def label(line: Line) -> str:
    """What lines of two frames have in common: the words before a colon, the first word before a number, or all; "" for prose."""
    if line.words > LONGEST_LABELLED or line.is_ended:
        return ""
    start, colon, _ = line.key.partition(":")
    return start if colon else line.key.split()[0] if "0" in line.key else line.key


def bridge(lines: Sequence[Line], labels: Sequence[str], scores: Sequence[float], frame: set[str]) -> list[float]:
    """The scores, with next to no cost for what stands between two posts: lines of a frame, buttons, and lines among them."""
    found = list(scores)
    start = 0
    for index in range(len(lines) + 1):
        if index < len(lines) and scores[index] <= 0:
            continue
        known = frame.intersection(labels[start:index])
        for place in range(start, index):
            if len(known) >= FRAME or labels[place] in frame or lines[place].words <= 2:
                found[place] = FRAME_COST
        start = index + 1
    return found


def comments_start(lines: Sequence[Line], scores: Sequence[float]) -> int | None:
    """The first line of posts that are stamped with the time: lines that end alike from a number on, with sentences between."""
    stamps: dict[str, list[int]] = {}  # end of the line -> first place, number of posts, sentences above the last one
    prose = 0
    for index, line in enumerate(lines):
        prose += scores[index] > 0
        if "0:0" in line.key and line.words <= LONGEST_STAMP:
            stamp = line.key[line.key.index("0") :]
            if stamp.count("0") > 2:  # a day beside the time
                known = stamps.setdefault(stamp, [index, 0, -1])
                known[1] += known[2] < prose
                known[2] = prose
    return min((first for first, posts, _ in stamps.values() if posts >= FEWEST_POSTS), default=None)
