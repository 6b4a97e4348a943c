"""How well main text is found in pages that are only lines of text: the cleaner beside its peers.

The pages are those of the article extraction benchmark (HTML and human-made bodies), in `$CORPUSKIT_SHARED` or `../shared`.
They are made plain text by three converters, so that no cleaner can rest on the habits of one. The measure is the
benchmark's own: multisets of token 4-grams, precision and recall averaged over pages, F1 of the two means.

    python benchmarks/plaintext_quality.py             the table
    python benchmarks/plaintext_quality.py --half dev  only the half of the pages that may be looked at while tuning
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import random
import re
import textwrap
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import html as lxml_html

from corpuskit.extract.plaintext import extract_plaintext, page_line_keys

type_of_cleaner = Callable[[str], str]

BLOCKS = frozenset(
    "address article aside blockquote br button dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header "
    "hr label legend li main nav ol option p pre section select summary table tbody td tfoot th thead tr ul".split()
)
HIDDEN = frozenset("head noscript script style svg template iframe object".split())


@dataclass(frozen=True, slots=True)
class Sample:
    """One page: its name, its HTML and the body that a person marked."""

    name: str
    html: str
    body: str

    @property
    def half(self) -> str:
        """Which half of the benchmark the page is in: decided by its name, so that it never moves."""
        return "dev" if hashlib.sha256(self.name.encode()).digest()[0] % 4 else "validation"


def load(folder: Path) -> list[Sample]:
    """All pages of the benchmark, in the order of their names."""
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    return [
        Sample(
            name,
            gzip.decompress((folder / "html" / f"{name}.html.gz").read_bytes()).decode("utf-8", "replace"),
            truth[name]["articleBody"],
        )
        for name in sorted(truth)
    ]


def block_text(page: str) -> str:
    """Every block element on its own line, the way crawlers make text of a page without looking at it."""
    pieces: list[str] = []
    root = lxml_html.fromstring(page.encode(), parser=lxml_html.HTMLParser(encoding="utf-8", huge_tree=True))
    skipping = 0

    def walk(element: lxml_html.HtmlElement) -> None:
        nonlocal skipping
        stack = [(element, False)]
        while stack:
            node, leaving = stack.pop()
            visible = isinstance(node.tag, str)
            hidden = visible and node.tag in HIDDEN
            if leaving:
                skipping -= hidden
                if node.tag in BLOCKS:
                    pieces.append("\n")
                if node.tail and not skipping:
                    pieces.append(re.sub(r"\s+", " ", node.tail))
                continue
            if not visible:
                if node.tail and not skipping:
                    pieces.append(re.sub(r"\s+", " ", node.tail))
                continue
            skipping += hidden
            if node.tag in BLOCKS:
                pieces.append("\n")
            if node.text and not skipping:
                pieces.append(re.sub(r"\s+", " ", node.text))
            stack.append((node, True))
            stack.extend((child, False) for child in reversed(node))

    walk(root)
    lines = (line.strip() for line in "".join(pieces).split("\n"))
    return "\n".join(line for line in lines if line)


def converters() -> dict[str, Callable[[str], str]]:
    """The converters that are installed, by name."""
    found: dict[str, Callable[[str], str]] = {"block text": block_text}
    try:
        from inscriptis import get_text

        found["inscriptis"] = get_text
    except ImportError:
        print("inscriptis is not installed: left out")
    try:
        from resiliparse.extract.html2text import extract_plain_text

        found["resiliparse"] = extract_plain_text
    except ImportError:
        print("resiliparse is not installed: left out")
    return found


def wrapped(text: str) -> str:
    """The page as a mail or a terminal browser shows it: paragraphs broken at 76 columns."""
    return "\n".join("\n".join(textwrap.wrap(line, 76)) for line in text.split("\n"))


def without_blank_lines(text: str) -> str:
    """The page as in Common Crawl's WET files: no empty lines."""
    return "\n".join(line for line in text.split("\n") if line.strip())


WORD = re.compile(r"\w+")


def shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    """Multiset of token n-grams; a text shorter than one n-gram is one shingle."""
    tokens = WORD.findall(text)
    if 0 < len(tokens) < size:
        return Counter([tuple(tokens)])
    return Counter(zip(*(tokens[start:] for start in range(size)), strict=False))


def precision_recall(text: str, truth: str, cut: Callable[[str], Counter[tuple[str, ...]]] = shingles) -> tuple[float, float]:
    """Precision and recall of the shingles of one page."""
    found, wanted = cut(text), cut(truth)
    hits = sum((found & wanted).values())
    precision = hits / found.total() if found else float(not wanted)
    recall = hits / wanted.total() if wanted else 1.0
    return precision, recall


def f1(pairs: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """F1 of the mean precision and the mean recall, and the two means."""
    precision = sum(p for p, _ in pairs) / len(pairs)
    recall = sum(r for _, r in pairs) / len(pairs)
    return 2 * precision * recall / (precision + recall or 1), precision, recall
