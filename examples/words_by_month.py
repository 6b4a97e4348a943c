"""Words by month and the words typical of a year, from an export, in Python's standard library alone.

    corpuskit export -f jsonl | python examples/words_by_month.py

Reads one record on each line of stdin. Documents without a date, or with a year only, are counted apart: a month that the page
did not say is not made up. Words are runs of letters, so the second part is for languages that put spaces between words.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from math import log
from typing import Any

WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
LANGUAGE = "en"
SHOWN = 6


def records(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The records of an export, one at a time, so that a large corpus needs no memory."""
    return (json.loads(line) for line in lines if line.strip())


def log_likelihood(here: int, all_here: int, elsewhere: int, all_elsewhere: int) -> float:
    """Dunning's G²: how surprising it is that a word occurs so often here, given how often it occurs elsewhere."""
    share = (here + elsewhere) / (all_here + all_elsewhere)
    parts = ((here, all_here * share), (elsewhere, all_elsewhere * share))
    return 2 * sum(observed * log(observed / expected) for observed, expected in parts if observed)


def typical(words: Counter[str], others: Counter[str]) -> list[tuple[str, float]]:
    """The words that are more frequent here than elsewhere, the most surprising first."""
    total, total_others = words.total(), others.total()
    scored = [
        (word, log_likelihood(count, total, others[word], total_others))
        for word, count in words.items()
        if count > 1 and count * total_others > others[word] * total
    ]
    return sorted(scored, key=lambda item: (-item[1], item[0]))[:SHOWN]


def main() -> int:
    """Read records from stdin, print two tables."""
    months: dict[str, Counter[str]] = defaultdict(Counter)
    years: dict[str, Counter[str]] = defaultdict(Counter)
    for record in records(sys.stdin):
        date = record["date"] or ""
        month = date[:7] if len(date) >= 7 else f"{date} (year only)" if date else "(no date)"
        months[month].update(documents=1, words=record["words"])
        if date and record["language"] == LANGUAGE:
            years[date[:4]].update(word.lower() for word in WORD.findall(record["text"]))

    print("month\tdocuments\twords")
    for month, counts in sorted(months.items()):
        print(month, counts["documents"], counts["words"], sep="\t")

    everything = sum(years.values(), Counter())
    print(f"\nyear\twords typical of it (language {LANGUAGE})")
    for year, words in sorted(years.items()):
        others = everything - words
        if others:
            print(year, ", ".join(word for word, _ in typical(words, others)), sep="\t")
    return 0


if __name__ == "__main__":
    sys.exit(main())
