"""Runs of numbers with the largest sum: the arithmetic under the search for the main text."""

from __future__ import annotations

from collections.abc import Sequence


def best_run(scores: Sequence[float], start: int, stop: int) -> tuple[int, int]:
    """The slice with the largest sum between two places (Kadane); an empty one when nothing is above zero."""
    best, total, first, found = 0.0, 0.0, start, (start, start)
    for index, score in enumerate(scores[start:stop], start):
        if total > 0:
            total += score
        else:
            total, first = score, index
        if total > best:
            best, found = total, (first, index + 1)
    return found


def extent(scores: Sequence[float], indices: range, start: int) -> int:
    """The place along these indices where the sum of the scores is largest; `start` if it never is above zero."""
    best, total, found = 0.0, 0.0, start
    for index in indices:
        total += scores[index]
        if total > best:
            best, found = total, index
    return found


def grown(scores: Sequence[float], first: int, end: int) -> tuple[int, int]:
    """The best run inside a run, continued to both sides as far as that adds to it."""
    inner_first, inner_end = best_run(scores, first, end)
    if inner_first == inner_end:
        return first, end
    above = extent(scores, range(inner_first - 1, -1, -1), inner_first)
    return above, extent(scores, range(inner_end, len(scores)), inner_end - 1) + 1
