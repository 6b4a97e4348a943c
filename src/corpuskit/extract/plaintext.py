"""The main text of a page that is only lines."""

from __future__ import annotations

from collections.abc import Mapping

from corpuskit.documents import Cut, Extraction
from corpuskit.extract.plaintext_lines import line_key, read_lines, recurring, split_lines
from corpuskit.extract.plaintext_run import find_run
from corpuskit.reasons import Reason

__all__ = ["extract_plaintext", "line_key", "page_line_keys"]


def page_line_keys(page: str) -> set[int]:
    """The keys that one page adds to the corpus's counts of lines."""
    return {key for line in split_lines(page) if (key := line_key(line)) is not None}


def extract_plaintext(page: str, *, recurrence: Mapping[int, int] | None = None, url: str | None = None) -> Extraction:
    raw = split_lines(page)
    lines = read_lines(raw)
    recurs = recurring(raw, lines, recurrence, others=2) if recurrence else [False] * len(lines)
    run = find_run(lines, recurs)
    from collections import Counter
    counts = Counter(line.key for line in lines)
    kept = [i for i in range(run.first, run.end) if run.scores[i] > 0 or (counts[lines[i].key] == 1 and not recurs[i])]
    ks = set(kept)
    cuts = tuple(Cut(line.number, line.last, "navigation") for i, line in enumerate(lines) if i not in ks)
    text = "\n".join(lines[i].text for i in kept)
    if not text:
        return Extraction(None, Reason.NO_TEXT, "no line reads like a sentence", cuts=cuts)
    return Extraction(text, cuts=cuts)
