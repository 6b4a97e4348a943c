"""The command `dedupe` on a whole corpus: time, memory, what it finds, and what little changes cost.

    python benchmarks/dedupe_speed.py [--documents 10000] [--large]

The corpus is generated (`duplicate_corpus`) and stored as a user's would be, without cleaning. Every figure is that of a process
of its own, start-up and reading the corpus included; costs are shares of the CPU time of the whole, with the limit that they are
to keep beside them. Recall and precision are those of the pairs that the corpus holds, judged by sets of Python tuples.
`--large` adds 100,000 documents, the other engines on the same texts, and the hard cases (`near_duplicates`).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import duplicate_corpus as truth
import near_duplicates
from corpuskit.minhash import FORMAT
from corpuskit.store.store import Store
from measure import Usage, measure, table
from search_corpus import Article, store

CORPUSKIT = str(Path(sys.executable).parent / "corpuskit")
NEW = 1000
LIMITS = {f"{NEW:,} more documents": "3 %", "another threshold, 0.9": "5 %", "and back, 0.8": "5 %"}


def store_texts(path: Path, texts: Iterator[tuple[int, str]]) -> None:
    """Put numbered texts into a corpus as documents."""
    store(path, (Article(number, "", text, f"20{number % 20:02}", f"site{number % 50}.example", "en") for number, text in texts))


def costs(path: Path, texts: list[truth.Text]) -> Iterator[tuple[str, Usage]]:
    """What the steps cost, one after the other on the same corpus."""
    numbered = [(number, text.text) for number, text in enumerate(texts)]
    store_texts(path, iter(numbered[:-NEW]))
    dedupe = [CORPUSKIT, "-q", "-d", str(path), "dedupe"]
    yield "the whole", measure(dedupe)
    yield "once more, nothing new", measure(dedupe)
    store_texts(path, iter(numbered[-NEW:]))
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
    yield "export", measure([CORPUSKIT, "-q", "-d", str(path), "export"])


def found(path: Path) -> near_duplicates.Result:
    """The pairs in a corpus by the numbers of the texts, and the groups of equal ones."""
    groups = defaultdict(list)
    with Store.open(path) as corpus:
        pairs = [(row[0] - 1, row[1] - 1, row[2]) for row in corpus.signatures.pairs()]
        for block in corpus.signatures.blocks.properties(FORMAT):
            for place in range(len(block["ids"]) // 8):
                number = int.from_bytes(block["ids"][8 * place : 8 * place + 8], "little") - 1
                groups[block["digests"][16 * place : 16 * place + 16]].append(str(number))
    return {"pairs": pairs, "copies": [(",".join(members),) for members in groups.values() if len(members) > 1]}


def show(count: int) -> None:
    """The tables for one size."""
    texts = list(truth.generate(count + NEW))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "corpus.db"
        used = list(costs(path, texts))
        quality = list(near_duplicates.judged(texts, found(path)))
    whole = used[0][1].cpu
    rows = [
        [name, f"{use.cpu:.2f}", f"{use.cpu / whole:.1%}", LIMITS.get(name, ""), f"{use.wall:.2f}", f"{use.memory:.0f}"]
        for name, use in used
    ]
    title = f"dedupe, {count:,} documents: {count / whole:,.0f} documents per CPU second"
    table(title, ["", "CPU s", "of the whole", "limit at 100,000", "s", "MB"], rows)
    judged = [[f"{threshold}", f"{recall:.4f}", f"{precision:.4f}"] for threshold, recall, precision in quality]
    table("the pairs in the corpus", ["threshold", "recall", "precision"], judged)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=int, default=10_000)
    parser.add_argument("--large", action="store_true", help="100,000 documents too, other engines, hard cases")
    options = parser.parse_args()
    show(options.documents)
    if options.large:
        show(100_000)
        near_duplicates.compare(100_000)
        near_duplicates.show_hard_cases()


if __name__ == "__main__":
    main()
