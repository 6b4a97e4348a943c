"""Import, clean and index a folder of real pages on two processes, beside the `trafilatura` command line on the same folder.

trafilatura's command line stores nothing but the texts; it is run as it is by default, and once more with metadata, which
corpuskit finds as well. Also: how memory grows from 1,000 to 10,000 pages, and what storing alone costs.
"""

from __future__ import annotations

import argparse
import gzip
import shutil
import sys
import tempfile
from pathlib import Path

from measure import measure, shared_folder, table

BIN = Path(sys.executable).parent
EXAMPLES = Path(__file__).resolve().parent.parent / "examples" / "pages"


def pages() -> list[bytes]:
    """Real HTML pages: those of the article benchmark where they are, else the examples."""
    shared = shared_folder()
    if shared:
        folder = shared / "data/article-extraction-benchmark/html"
        return [gzip.decompress(path.read_bytes()) for path in sorted(folder.glob("*.gz"))]
    return [path.read_bytes() for path in sorted(EXAMPLES.rglob("*.html")) if path.stat().st_size > 1000]


def write_pages(folder: Path, contents: list[bytes], count: int) -> int:
    """`count` different pages: the given ones in turns, each with a comment of its own behind it. Their size in bytes."""
    size = 0
    for number in range(count):
        content = contents[number % len(contents)] + b"<!-- %d -->" % number
        path = folder / f"{number // 1000:03d}" / f"{number:06d}.html"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        size += len(content)
    return size


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=543, help="pages in the comparison")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--memory", action="store_true", help="also measure memory at 1,000 and 10,000 small pages")
    parser.add_argument("--folder", action="store_true", help="only store folders of 2,000 and 20,000 files")
    options = parser.parse_args()
    contents = pages()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        if options.folder:
            folders(work, [content for content in contents if len(content) < 60_000] or contents)
            return
        compare_with_trafilatura(work, contents, options.pages, options.runs)
        if options.memory:
            memory(work, [content for content in contents if len(content) < 60_000] or contents)


def compare_with_trafilatura(work: Path, contents: list[bytes], count: int, runs: int) -> None:
    """Pages per second, side by side, in turns."""
    folder = work / "pages"
    folder.mkdir()
    size = write_pages(folder, contents, count)
    corpus, out = work / "corpus.db", work / "out"
    clear = ["rm", "-rf", str(corpus), str(out)]
    trafilatura = [str(BIN / "trafilatura"), "--input-dir", str(folder), "--output-dir", str(out), "--parallel", "2"]
    corpuskit = [str(BIN / "corpuskit"), "-d", str(corpus), "import", str(folder), "-j", "2"]
    commands = {
        "corpuskit import (stored, cleaned, metadata, language, indexed)": corpuskit,
        "trafilatura --json --with-metadata": [*trafilatura, "--json", "--with-metadata"],
        "trafilatura (text alone)": trafilatura,
        "corpuskit import --no-clean (stored alone)": [*corpuskit, "--no-clean"],
    }
    usages = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            usages[name].append(measure(command, before=clear))
    rows = []
    for name, found in usages.items():
        wall, cpu, peak = (sorted(getattr(usage, part) for usage in found)[len(found) // 2] for part in ("wall", "cpu", "memory"))
        rows.append([name, f"{count / wall:.0f}", f"{count / cpu:.0f}", f"{peak:.0f}"])
    title = f"{count} pages, {size / 1e6:.0f} MB, two worker processes (median of {runs} runs in turns)"
    table(title, ["command", "pages per second", "pages per CPU second", "MB of the largest process"], rows)
    shutil.rmtree(folder)
    measure([str(BIN / "corpuskit"), "--version"], before=clear)


def memory(work: Path, contents: list[bytes]) -> None:
    """The largest process at 1,000 and at 10,000 pages."""
    rows = []
    for count in (1_000, 10_000):
        folder, corpus = work / f"memory-{count}", work / f"memory-{count}.db"
        folder.mkdir()
        size = write_pages(folder, contents, count)
        base = [str(BIN / "corpuskit"), "-d", str(corpus)]
        usage = measure([*base, "import", str(folder), "-j", "2", "--mode", "fast"])
        rows.append([f"import of {count:,} pages, {size / 1e6:.0f} MB", f"{usage.memory:.0f}", f"{count / usage.wall:.0f}"])
        usage = measure([*base, "export"])
        rows.append([f"export of {count:,} documents", f"{usage.memory:.0f}", f"{count / usage.wall:.0f}"])
        shutil.rmtree(folder)
    table("Memory does not grow with the corpus", ["work", "MB of the largest process", "pages per second"], rows)


def folders(work: Path, contents: list[bytes]) -> None:
    """Storing alone, without cleaning: speed and the largest process at 2,000 and at 20,000 files."""
    rows = []
    for count in (2_000, 20_000):
        folder = work / f"folder-{count}"
        folder.mkdir()
        size = write_pages(folder, contents, count)
        usage = measure([str(BIN / "corpuskit"), "-d", str(work / f"folder-{count}.db"), "import", "--no-clean", str(folder)])
        rows.append(
            [f"{count:,} files, {size / 1e6:.0f} MB", f"{usage.cpu:.1f}", f"{count / usage.cpu:,.0f}", f"{usage.memory:.0f}"]
        )
        shutil.rmtree(folder)
    table("A folder of files, stored alone", ["folder", "CPU s", "files per CPU s", "MB of the largest process"], rows)


if __name__ == "__main__":
    main()
