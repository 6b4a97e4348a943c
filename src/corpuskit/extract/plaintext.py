"""The main text of a page that is only lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from corpuskit.documents import Cut, Extraction
from corpuskit.extract.plaintext_lines import Line, line_key, read_line, split_lines, visible
from corpuskit.reasons import Reason

__all__ = ["extract_plaintext", "line_key", "page_line_keys"]

SHORT_COST = -8.0


def page_line_keys(page: str) -> set[int]:
    """The keys that one page adds to the corpus's counts of lines."""
    return {key for line in split_lines(page) if (key := line_key(line)) is not None}


def line_score(line: Line) -> float:
    """What a line adds to the run that holds it."""
    if line.words >= 8 and line.sentences:
        return float(min(line.words, 60))
    if line.words >= 4 and line.is_ended:
        return line.words * 0.5
    if line.words >= 20:
        return line.words * 0.5
    return SHORT_COST


def best_run(scores: Sequence[float]) -> tuple[int, int]:
    """First and end of the slice with the largest sum (Kadane); (0, 0) when nothing is above zero."""
    best, run, first, found = 0.0, 0.0, 0, (0, 0)
    for index, score in enumerate(scores):
        if run <= 0:
            run, first = 0.0, index
        run += score
        if run > best:
            best, found = run, (first, index + 1)
    return found


def extract_plaintext(page: str, *, recurrence: Mapping[int, int] | None = None, url: str | None = None) -> Extraction:
    raw = split_lines(page)
    lines = [read_line(number, text) for number, line in enumerate(raw, 1) if (text := visible(line))]
    first, end = best_run([line_score(line) for line in lines])
    kept = {line.number for line in lines[first:end]}
    reasons = {line.number: "navigation" for line in lines if line.number not in kept}
    cuts = tuple(
        Cut(run[0], run[-1], reason)
        for (reason, _), group in groupby(
            ((number, reason) for number, reason in sorted(reasons.items())),
            key=lambda pair, c=iter(range(10**9)): (pair[1], pair[0] - next(c)),
        )
        if (run := [number for number, _ in group])
    )
    text = "\n".join(line.text for line in lines[first:end])
    if not text:
        return Extraction(None, Reason.NO_TEXT, "no line reads like a sentence", cuts=cuts)
    return Extraction(text, cuts=cuts)
