"""Counting: CPU time of `words`, `collocates` and `keywords` beside `wc -w` over the same texts, and their memory.

The corpus is made of random words with a long tail, as real texts have it, about 4 KB each; `--corpus FILE` takes another one,
and `--node WORD` a word of it. The corpus is copied, for `tally` writes to it.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path

from measure import measure, table

BIN = str(Path(sys.executable).parent / "corpuskit")
NODE = "middlingword"  # in 8 % of the documents
_SYLLABLES = [first + second for first in "bcdfghjklmnprstvwz" for second in "aeiou"]


def build(path: Path, documents: int) -> None:
    """A corpus of random texts."""
    chooser = random.Random(6)
    lines = path.with_suffix(".jsonl")
    with lines.open("w", encoding="utf-8") as file:
        for number in range(documents):
            words = [_word(int(chooser.paretovariate(0.7)) + 90) for _ in range(750)]
            if chooser.random() < 0.08:
                words[chooser.randrange(len(words))] = NODE
            record = {"clean_text": " ".join(words), "url": f"https://site{number % 97}.example/{number}", "language": "en"}
            file.write(json.dumps(record) + "\n")
    measure([BIN, "-d", str(path), "import", str(lines), "--field", "clean_text=clean_text", "-q"])


def _word(number: int) -> str:
    number, word = min(number, 10_000_000), ""
    while True:
        number, rest = divmod(number, len(_SYLLABLES))
        word += _SYLLABLES[rest]
        if not number:
            return word


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--node", default=NODE)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        corpus, texts = Path(name) / "corpus.db", Path(name) / "texts.txt"
        if options.corpus:
            shutil.copy(options.corpus, corpus)
        else:
            build(corpus, options.documents)
        connection = sqlite3.connect(corpus)
        with texts.open("w", encoding="utf-8") as file:
            file.writelines(text + "\n" for (text,) in connection.execute("SELECT text FROM documents"))
        for kept in ("word_counts", "vocabulary"):
            connection.execute(f"DELETE FROM {kept}")
        connection.commit()
        (documents,) = connection.execute("SELECT count(*) FROM documents").fetchone()
        connection.close()
        ck = [BIN, "-d", str(corpus)]
        lines = {
            "words": [*ck, "words"],
            "words --ngram 2 -n 100": [*ck, "words", "--ngram", "2", "-n", "100"],
            "collocates": [*ck, "collocates", options.node],
            "keywords": [*ck, "keywords", "--match", options.node],
        }
        base = measure(["env", "LC_ALL=C.UTF-8", "wc", "-w", str(texts)], runs=3)
        rows = [["wc -w", f"{base.cpu:.2f}", "1.0", f"{base.memory:.0f}"]]
        rows += [_row(title, line, base.cpu) for title, line in lines.items()]
        rows.append(_row("tally", [*ck, "tally"], base.cpu))
        rows += [_row(f"{title}, with a tally", line, base.cpu) for title, line in lines.items() if "ngram" not in title]
        size = texts.stat().st_size / 1e6
        table(f"Counting {documents:,} documents, {size:,.0f} MB", ["command", "CPU seconds", "times wc -w", "MB"], rows)


def _row(title: str, line: list[str], base: float) -> list[str]:
    usage = measure(line)
    return [title, f"{usage.cpu:.2f}", f"{usage.cpu / base:.1f}", f"{usage.memory:.0f}"]


if __name__ == "__main__":
    main()
