"""The command `dedupe` on a whole corpus: time, memory, and what little changes cost.

    python benchmarks/dedupe_speed.py [--documents 10000] [--large]

The corpus is generated (`duplicate_corpus`) and stored as a user's would be, without cleaning. Every figure is that of a process
of its own, start-up and reading the corpus included; costs are shares of the CPU time of the whole. `--large` adds 100,000
documents.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import duplicate_corpus as truth
from corpuskit.documents import Extraction, RawPage
from corpuskit.extract.page import Cleaned
from corpuskit.store.pages import Place
from corpuskit.store.store import Store
from measure import Usage, measure, table

CORPUSKIT = str(Path(sys.executable).parent / "corpuskit")
NEW = 1000
BATCH = 500


def store_texts(path: Path, texts: Iterator[tuple[int, str]]) -> None:
    """Put numbered texts into a corpus as documents."""
    with Store.open(path, write=True, create=True) as store, store.runs.record("import", ["generated"]) as run:
        source_id = store.pages.add_source("generated")
        while batch := list(islice(texts, BATCH)):
            with store.transaction():
                for number, text in batch:
                    url = f"https://site{number % 50}.example/{number}"
                    page = RawPage(text.encode(), "text/plain", f"generated#{number}", url=url, is_clean=True)
                    page_id, _ = store.pages.add(page, source_id, run.id)
                    extraction = Extraction(text=text, date=f"20{number % 20:02}")
                    words = len(text.split())
                    made = Cleaned(extraction, "utf-8", "utf-8", 0, "en", 1.0, words, len(text), "generated")
                    store.documents.put(page_id, run.id, made, Place(source_id, page.location, url, "given"))


def costs(path: Path, count: int) -> Iterator[tuple[str, Usage]]:
    """What the steps cost, one after the other on the same corpus."""
    texts = list(enumerate(text.text for text in truth.generate(count + NEW)))
    store_texts(path, iter(texts[:count]))
    dedupe = [CORPUSKIT, "-q", "-d", str(path), "dedupe"]
    yield "the whole", measure(dedupe)
    yield "once more, nothing new", measure(dedupe)
    store_texts(path, iter(texts[count:]))
    yield f"{NEW:,} more documents", measure(dedupe)
    yield "another threshold, 0.9", measure([*dedupe, "--threshold", "0.9"])
    yield "and back, 0.8", measure(dedupe)
    yield "--again", measure([*dedupe, "--again"])
    yield "--pairs", measure([*dedupe, "--pairs", "-f", "jsonl"])
    yield "--passages", measure([*dedupe, "--passages"])
    yield "--passages once more", measure([*dedupe, "--passages"])
    export = [CORPUSKIT, "-q", "-d", str(path), "export", "--fields", "id"]
    yield "export of the ids", measure(export)
    yield "export of the ids with --split", measure([*export, "--split", "train=0.9,test=0.1"])


def show(count: int) -> None:
    """One table."""
    with tempfile.TemporaryDirectory() as folder:
        found = list(costs(Path(folder) / "corpus.db", count))
    whole = found[0][1].cpu
    rows = [[name, f"{use.cpu:.2f}", f"{use.cpu / whole:.1%}", f"{use.wall:.2f}", f"{use.memory:.0f}"] for name, use in found]
    title = f"dedupe, {count:,} documents: {count / whole:,.0f} documents per CPU second"
    table(title, ["", "CPU s", "of the whole", "s", "MB"], rows)


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
