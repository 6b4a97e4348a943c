"""How long the tool takes to start, as a ratio to `python -c "import click"`, measured in turns in one run."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from import_speed import pages
from measure import compare, measure, table

BIN = Path(sys.executable).parent


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder, corpus = Path(name) / "pages", str(Path(name) / "corpus.db")
        folder.mkdir()
        for number, content in enumerate(pages()):
            (folder / f"{number:04d}.html").write_bytes(content)
        measure([str(BIN / "corpuskit"), "-d", corpus, "import", str(folder)])
        base = [sys.executable, "-c", "import click"]
        commands = {
            "corpuskit --help": (["--help"], "2"),
            "corpuskit search climate": (["-d", corpus, "search", "climate"], "4"),
            "corpuskit list -f jsonl": (["-d", corpus, "list", "-f", "jsonl"], ""),
            "corpuskit why 1": (["-d", corpus, "why", "1"], ""),
        }
        rows = []
        for title, (arguments, limit) in commands.items():
            usage, other, ratio = compare([str(BIN / "corpuskit"), *arguments], base, runs=9)
            rows.append([title, f"{usage.cpu * 1000:.0f} ms", f"{other.cpu * 1000:.0f} ms", f"{ratio:.2f}", limit])
        table("Start-up, CPU time", ["command", "corpuskit", "import click", "ratio", "limit"], rows)


if __name__ == "__main__":
    main()
