"""Quality and cost of the HTML cleaning, beside plain trafilatura in the same mode, on 181 real article pages.

    python benchmarks/html_quality.py [--data FOLDER] [--rounds N] [--modes balanced,fast] [--command-line]

FOLDER holds the article-extraction-benchmark (`html/*.html.gz`, `ground-truth.json`). The metric is that benchmark's own:
shingles of four tokens, as multisets; true and false positives and false negatives of a page are divided by their sum;
precision and recall are averaged over the pages, F1 is the harmonic mean of the averages. Every measurement runs in a fresh
process, in turns, and the cheapest of the rounds counts, for other work on the machine only ever adds. CPU is user and system
time per page.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import json
import logging
import multiprocessing
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

MODES = ("balanced", "precision", "recall", "fast")
TOOLS = ("trafilatura.extract", "trafilatura.extract, no comments", "corpuskit")
SHINGLE = 4
WARM_UP = 8  # pages that are cleaned before the clock starts: imports, models, compiled patterns

Counts = tuple[float, float, float]


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """The token 4-grams of a text with their counts; a shorter text is one shingle."""
    tokens = re.findall(r"\w+", text)
    last = max(1, len(tokens) - SHINGLE + 1)
    return Counter(tuple(tokens[i : i + SHINGLE]) for i in range(last)) if tokens else Counter()


def compare(text: str, truth: str) -> Counts:
    """True positives, false positives and false negatives as shares of their sum."""
    found, wanted = shingles(text), shingles(truth)
    both = sum((found & wanted).values())
    counts = (both, sum(found.values()) - both, sum(wanted.values()) - both)
    total = sum(counts) or 1
    return counts[0] / total, counts[1] / total, counts[2] / total


def score(texts: dict[str, str], truth: dict[str, str]) -> tuple[float, float, float]:
    """Mean precision, mean recall and their F1."""
    precisions, recalls = [], []
    for name, wanted in truth.items():
        true, false, missed = compare(texts.get(name, ""), wanted)
        precisions.append(true / (true + false) if true + false else float(missed == 0))
        recalls.append(true / (true + missed) if true + missed else float(false == 0))
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    return precision, recall, 2 * precision * recall / (precision + recall)


def measure(tool: str, mode: str, folder: Path) -> tuple[dict[str, str], float]:
    """The texts of one tool in one mode, and its CPU seconds, in this process."""
    logging.disable(logging.CRITICAL)
    pages = read_pages(folder)
    clean = make_cleaner(tool, mode)
    for content in list(pages.values())[:WARM_UP]:
        clean(content)
    gc.collect()
    start = time.process_time()
    texts = {name: clean(content) for name, content in pages.items()}
    return texts, time.process_time() - start


def make_cleaner(tool: str, mode: str) -> Callable[[bytes], str]:
    """bytes -> text, by the tool in the mode."""
    if tool == "corpuskit":
        from corpuskit.extract.page import PageJob, clean_page

        return lambda content: clean_page(PageJob(content, mode=mode)).extraction.text or ""
    from trafilatura import extract

    options: dict[str, Any] = {
        "precision": {"favor_precision": True},
        "recall": {"favor_recall": True},
        "fast": {"fast": True},
    }.get(mode, {})
    comments = "no comments" not in tool
    return lambda content: extract(content, include_comments=comments, **options) or ""


def read_pages(folder: Path) -> dict[str, bytes]:
    return {path.name.split(".")[0]: gzip.decompress(path.read_bytes()) for path in sorted((folder / "html").glob("*.html.gz"))}


def in_fresh_process(tool: str, mode: str, folder: Path) -> tuple[dict[str, str], float]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(measure, tool, mode, folder).result()


def command_line(folder: Path, *, as_json: bool) -> float:
    """CPU seconds of the trafilatura command on the unpacked pages with one process, start-up included."""
    command = Path(sys.executable).with_name("trafilatura")
    with tempfile.TemporaryDirectory() as work:
        source = Path(work, "in")
        source.mkdir()
        for name, content in read_pages(folder).items():
            (source / f"{name}.html").write_bytes(content)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        options = ["--json"] if as_json else []
        subprocess.run(
            [command, "--input-dir", source, "--output-dir", Path(work, "out"), "--parallel", "1", *options],
            check=True, capture_output=True,
        )  # fmt: skip
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def find_data(given: Path | None) -> Path:
    shared = Path(os.environ.get("CORPUSKIT_SHARED") or Path(__file__).resolve().parents[2] / "shared")
    folder = given or shared / "data" / "article-extraction-benchmark"
    if not (folder / "ground-truth.json").is_file():
        sys.exit(f"no benchmark at {folder}: name its folder with --data")
    return folder


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--modes", default=",".join(MODES))
    parser.add_argument("--command-line", action="store_true", help="measure the trafilatura command, too")
    options = parser.parse_args()
    folder = find_data(options.data)
    truth = {name: one["articleBody"] for name, one in json.loads((folder / "ground-truth.json").read_text()).items()}
    print(f"{len(truth)} pages\n\nmode       tool                              precision  recall  F1      CPU ms/page")
    for mode in options.modes.split(","):
        costs: dict[str, float] = {}
        texts: dict[str, dict[str, str]] = {}
        for _ in range(options.rounds):
            for tool in TOOLS:
                texts[tool], seconds = in_fresh_process(tool, mode, folder)
                costs[tool] = min(seconds, costs.get(tool, seconds))
        for tool in TOOLS:
            precision, recall, f1 = score(texts[tool], truth)
            print(f"{mode:10} {tool:33} {precision:.4f}     {recall:.4f}  {f1:.4f}  {1000 * costs[tool] / len(truth):.1f}")
    if options.command_line:
        for as_json in (False, True):
            seconds = min(command_line(folder, as_json=as_json) for _ in range(options.rounds))
            name = "trafilatura command" + (" --json" if as_json else "")
            print(f"{name}, start-up included: {1000 * seconds / len(truth):.1f} CPU ms/page")


if __name__ == "__main__":
    main()
