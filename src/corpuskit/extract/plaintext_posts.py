"""Posts: the ones that are the text of a page, as in a thread, and the ones below a text, which are comments on it.

Both are known by their frames, lines that come back from post to post with sentences between them: what stands around every
post of a thread (member, joined, reply) also stands above the first, while nothing of the comments stands above an article.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set

from corpuskit.extract.plaintext_lines import Line
from corpuskit.extract.plaintext_sums import extent

FEWEST_POSTS = 3  # of a thread, below the first one, or of comments
POST_HEAD = 6  # lines above a post that may be its frame
FRAME, FRAME_COST = 2, -1.0  # lines of a frame in what stands between two posts, and what a line of that costs
LONGEST_STAMP = 15  # words of a line that says who wrote a comment, and when


def with_posts(lines: Sequence[Line], scores: Sequence[float], run: tuple[int, int], counts: Counter[str]) -> tuple[int, int]:
    """The run, continued over the posts of a thread; `counts` tells how often the page has a line."""
    first, end = run
    near = (*lines[max(0, first - POST_HEAD) : first], *lines[end : end + POST_HEAD])
    if sum(counts[key] > FEWEST_POSTS for key in {line.key for line in near}) < 2:
        return run
    posts = Counter[str]()  # for every line how often a sentence stands between it and the same line before
    prose, seen = 0, dict[str, int]()
    for line, score in zip(lines, scores, strict=True):
        prose += score > 0
        posts[line.key] += seen.get(line.key, prose) < prose
        seen[line.key] = prose
    frame = {line.key for line in lines[max(0, first - POST_HEAD) : first] if posts[line.key] >= FEWEST_POSTS}
    if len(frame) < 2:
        return run
    frame |= {line.key for line in lines[end : end + POST_HEAD] if posts[line.key] >= FEWEST_POSTS}
    bridged = bridge(lines, scores, frame)
    above = extent(bridged, range(first - 1, -1, -1), first)
    while above < first and (
        scores[above] <= 0 or frame.isdisjoint(line.key for line in lines[max(0, above - POST_HEAD) : above])
    ):
        above += 1  # a headline, which no frame stands above, is no post
    return above, extent(bridged, range(end, len(lines)), end - 1) + 1


def bridge(lines: Sequence[Line], scores: Sequence[float], frame: Set[str]) -> list[float]:
    """The scores, with next to no cost for what stands between two posts: lines of a frame, buttons, and lines among them."""
    found = list(scores)
    start = 0
    for index in range(len(lines) + 1):
        if index < len(lines) and scores[index] <= 0:
            continue
        known = {line.key for line in lines[start:index]} & frame
        for place in range(start, index):
            if len(known) >= FRAME or lines[place].key in frame or lines[place].words <= 2:
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
