"""The command `filter` on a whole corpus: what measuring the signals costs, and what another threshold costs then.

    python benchmarks/filter_speed.py [--documents 10000] [--large]

The corpus is generated (`duplicate_corpus`) and stored as a user's would be, without cleaning. Every figure is that of a process
of its own, start-up and reading the corpus included. Changing a threshold has to take less than a hundredth of the CPU time of
measuring; `--large` shows that at 100,000 documents, where start-up weighs little.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duplicate_corpus as truth
from dedupe_speed import store_texts
from measure import Usage, measure, table

CORPUSKIT = str(Path(sys.executable).parent / "corpuskit")
LIMIT = 0.01


def costs(path: Path, count: int) -> Iterator[tuple[str, Usage]]:
    """What the steps cost, one after the other on the same corpus."""
    store_texts(path, iter(enumerate(text.text for text in truth.generate(count))))
    run = [CORPUSKIT, "-q", "-d", str(path), "filter", "--rules"]
    yield "gopher, gopher-repetition, c4 and fineweb, all measured", measure([*run, "gopher,gopher-repetition,c4,fineweb"])
    yield "once more, nothing new", measure([*run, "gopher,gopher-repetition,c4,fineweb"])
    yield "gopher.min_words=100", measure([*run, "gopher", "--set", "gopher.min_words=100"])
    yield "and back, a dry run", measure([*run, "gopher", "--dry-run"])
    yield "and back", measure([*run, "gopher"])
    yield "language and date, which need no signals", measure([*run, "language,date"])
    yield "`corpuskit list -n 1`, to compare", measure([CORPUSKIT, "-q", "-d", str(path), "list", "-n", "1"])


def show(count: int) -> None:
    """One table."""
    with tempfile.TemporaryDirectory() as folder:
        found = list(costs(Path(folder) / "corpus.db", count))
    whole = found[0][1].cpu
    rows = [[name, f"{use.cpu:.2f}", f"{use.cpu / whole:.2%}", f"{use.memory:.0f}"] for name, use in found]
    title = f"filter, {count:,} documents: {count / whole:,.0f} documents per CPU second; limit of a threshold {LIMIT:.0%}"
    table(title, ["", "CPU s", "of measuring", "MB"], rows)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--large", action="store_true", help="100,000 documents too")
    options = parser.parse_args()
    for count in (options.documents, *((100_000,) if options.large else ())):
        show(count)


if __name__ == "__main__":
    main()
