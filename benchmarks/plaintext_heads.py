"""How well the head of a page of plain text is read: titles and dates, against what the HTML of the same page says.

The pages are those of the article extraction benchmark, in `$CORPUSKIT_SHARED` or `../shared`, made plain text by the
converters of `plaintext_quality`, and once more as Common Crawl's WET files have it: the `<title>` as the first line. The truth
is in the markup that the cleaner never sees: a title is right when it is the `h1`, the `og:title` or the `<title>`, each
with or without the name of the site; a date when the metadata name that day (a day's difference is allowed where they give
the time too, for the zone of the page is not known). The right answer for a page whose text does not hold its title is none.

    python benchmarks/plaintext_heads.py                     both tables
    python benchmarks/plaintext_heads.py --half dev --wrong  with the pages that went wrong
"""

from __future__ import annotations

import argparse
import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

from lxml import html as lxml_html

from corpuskit.documents import Extraction
from corpuskit.extract.dates import parse_date
from corpuskit.extract.plaintext import extract_plaintext
from plaintext_quality import Sample, block_text, converters, load

_SEPARATOR = re.compile(r"\s+[|–—·•»«:/-]+\s+|\s*[|»«]\s*|:\s+")
_PUBLISHED = re.compile(
    r"publi(?!sher)|dateCreated|^(?:dc\.)?date$|issued|displaydate|sailthru\.date|pubdate|^created", re.IGNORECASE
)
_MODIFIED = re.compile(r"modif|updat|last", re.IGNORECASE)
FEWEST_LETTERS = 8  # of a part of a title that can stand for it


@dataclass(frozen=True, slots=True)
class Truth:
    """What the markup of a page says."""

    titles: frozenset[str]  # squeezed: letters and digits only
    published: tuple[str, ...]  # as the metadata have it
    modified: tuple[str, ...]


def squeezed(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


def read_truth(sample: Sample) -> Truth:
    """Title and dates from the metadata and the headings of one page."""
    root = lxml_html.fromstring(sample.html.encode(), parser=lxml_html.HTMLParser(encoding="utf-8", huge_tree=True))
    named = [*root.xpath('//meta[@property="og:title" or @name="twitter:title"]/@content'), *root.xpath("//title/text()")[:1]]
    site = {squeezed(name) for name in root.xpath('//meta[@property="og:site_name"]/@content')}
    titles: set[str] = set()
    for name in named:
        titles |= {found for found in map(squeezed, parts(name)) if len(found) >= FEWEST_LETTERS}
    whole = [squeezed(name) for name in named]
    for heading in root.xpath("//h1"):
        text = squeezed(heading.text_content())
        if len(text) >= FEWEST_LETTERS and (not whole or any(related(text, name) for name in whole)):
            titles.add(text)
    titles -= site
    published, modified = [], []
    for name, value in dated(root):
        if parse_date(value.strip()) is None:
            continue
        (modified if _MODIFIED.search(name) else published).append(value)
    return Truth(frozenset(titles), tuple(published), tuple(modified))


def parts(title: str) -> Iterator[str]:
    """A title as it stands, and its longest part alone or with parts beside it: the others may be the site's name."""
    yield title
    pieces = list(_SEPARATOR.finditer(title))
    starts, ends = [0, *(found.end() for found in pieces)], [*(found.start() for found in pieces), len(title)]
    longest = max(range(len(starts)), key=lambda place: ends[place] - starts[place])
    for first, end in combinations(range(len(starts) + 1), 2):
        if first <= longest < end:
            yield title[starts[first] : ends[end - 1]]


def related(heading: str, title: str) -> bool:
    """Whether a heading is more than the name of the site: it covers much of the title, or is no part of it at all."""
    return heading not in title or len(heading) * 2 > len(title) or title.startswith(heading)


def dated(root: Any) -> Iterator[tuple[str, str]]:
    """All dates in the metadata: the name of the property and its value."""
    for meta in root.xpath("//meta[@content]"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if _PUBLISHED.search(name) or (_MODIFIED.search(name) and "time" in name):
            yield name, meta.get("content")
    for element in root.xpath("//*[@itemprop='datePublished' or @itemprop='dateModified']"):
        yield element.get("itemprop"), element.get("content") or element.get("datetime") or element.text_content()
    for script in root.xpath("//script[@type='application/ld+json']/text()"):
        try:
            yield from dates_of(json.loads(script, strict=False))
        except ValueError:
            continue


def dates_of(value: Any) -> Iterator[tuple[str, str]]:
    """The dates in a value of JSON-LD."""
    if isinstance(value, list):
        for item in value:
            yield from dates_of(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if name in ("datePublished", "dateCreated", "dateModified") and isinstance(item, str):
                yield name, item
            elif name in ("@graph", "mainEntity", "mainEntityOfPage"):
                yield from dates_of(item)


def is_title(title: str, truth: Truth) -> bool:
    """Whether a title is one that the markup names; one that the metadata cut short, or that ends in a sign, is right too."""
    found = squeezed(title)
    return found in truth.titles or any(
        len(wanted) > 3 * FEWEST_LETTERS and len(wanted) * 2 > len(found) and found.startswith(wanted) for wanted in truth.titles
    )


def has_title(page: str, truth: Truth) -> bool:
    """Whether the text of a page holds its title in a line."""
    return any(is_title(line, truth) for line in page.split("\n") if len(line) < 400)


def is_day(found: str, wanted: Sequence[str]) -> bool:
    """Whether a date is one of those of the metadata."""
    for value in wanted:
        day = parse_date(value.strip())
        if day is None:
            continue
        if day.iso.startswith(found) or found.startswith(day.iso):
            return True
        both_days = len(found) == len(day.iso) == len("2021-05-12")
        if both_days and ":" in value and abs((date.fromisoformat(found) - date.fromisoformat(day.iso)).days) == 1:
            return True
    return False


def pages_of(samples: Sequence[Sample]) -> dict[str, list[str]]:
    """The text of every page from every converter."""
    texts = {name: [convert(sample.html) for sample in samples] for name, convert in converters().items()}
    texts["WET"] = [with_title(sample.html) for sample in samples]
    return texts


def with_title(page: str) -> str:
    """The page as in a WET file: the title of the document above its text."""
    found = re.search(r"<title[^>]*>(.*?)</title>", page, re.IGNORECASE | re.DOTALL)
    title = " ".join(str(lxml_html.fromstring(f"<p>{found[1]}</p>").text_content()).split()) if found and found[1].strip() else ""
    return f"{title}\n{block_text(page)}" if title else block_text(page)


def measure_titles(
    pages: Sequence[str], results: Sequence[Extraction], truths: Sequence[Truth]
) -> tuple[Counter[str], list[int]]:
    """Counts of pages by what became of their title, and the places of those that are wrong."""
    counts: Counter[str] = Counter()
    wrong = []
    for place, (page, result, truth) in enumerate(zip(pages, results, truths, strict=True)):
        present = has_title(page, truth)
        right = is_title(result.title, truth) if result.title is not None else not present
        counts.update({"right": right, "present": present, "right, present": right and present})
        if not right:
            wrong.append(place)
    return counts, wrong


def measure_dates(results: Sequence[Extraction], truths: Sequence[Truth]) -> tuple[Counter[str], list[int]]:
    """Counts of dates by source and by what the metadata say to them, and the places of those that are wrong."""
    counts: Counter[str] = Counter()
    wrong = []
    for place, (result, truth) in enumerate(zip(results, truths, strict=True)):
        if not truth.published:
            continue
        counts["pages"] += 1
        if result.date is None:
            continue
        right = is_day(result.date, truth.published)
        revised = not right and is_day(result.date, truth.modified)
        counts[f"{result.date_source}, {'right' if right else 'revised' if revised else 'wrong'}"] += 1
        if not right and not revised:
            wrong.append(place)
    return counts, wrong


def print_tables(samples: Sequence[Sample], *, show_wrong: bool) -> None:
    truths = [read_truth(sample) for sample in samples]
    texts = pages_of(samples)
    results = {name: [extract_plaintext(page) for page in pages] for name, pages in texts.items()}
    print(f"{len(samples)} pages\n\n{'titles':<14}{'right':>8}{'of all':>8}{'held':>8}{'of held':>9}")
    misses: dict[str, tuple[list[int], list[int]]] = {}
    shares = []
    for name, pages in texts.items():
        counts, wrong = measure_titles(pages, results[name], truths)
        misses[name] = (wrong, [])
        shares.append(counts["right"] / len(pages))
        of_held = counts["right, present"] / (counts["present"] or 1)
        print(f"{name:<14}{counts['right']:>8}{shares[-1]:>8.3f}{counts['present']:>8}{of_held:>9.3f}")
    print(f"{'mean':<14}{sum(shares) / len(shares):>16.3f}")
    print(f"\n{'dates':<14}{'pages':>8}{'given':>8}{'right':>8}{'precision':>11}  by source")
    for name in texts:
        counts, wrong = measure_dates(results[name], truths)
        misses[name] = (misses[name][0], wrong)
        print_dates(name, counts)
    if show_wrong:
        print_wrong(samples, truths, results, misses)


def print_dates(name: str, counts: Counter[str]) -> None:
    """One line of the table of dates; the day of a revision counts as right, for the page says no more."""
    sources = {key: count for key, count in sorted(counts.items()) if "," in key}
    given = sum(sources.values())
    right = sum(count for key, count in sources.items() if not key.endswith("wrong"))
    listed = "; ".join(f"{key} {count}" for key, count in sources.items())
    print(f"{name:<14}{counts['pages']:>8}{given:>8}{right:>8}{right / (given or 1):>11.3f}  {listed}")


def print_wrong(
    samples: Sequence[Sample],
    truths: Sequence[Truth],
    results: Mapping[str, Sequence[Extraction]],
    misses: Mapping[str, tuple[Sequence[int], Sequence[int]]],
) -> None:
    """The pages whose title or date is wrong, with what was found and what the markup says."""
    for name, (titles, dates) in misses.items():
        for place in titles:
            wanted = max(truths[place].titles, key=len, default="")
            print(f"{name} {samples[place].name[:8]} title {(results[name][place].title or '-')[:70]!r} not {wanted[:70]}")
        for place in dates:
            result = results[name][place]
            print(
                f"{name} {samples[place].name[:8]} {result.date_source} {result.date} not {' '.join(truths[place].published[:2])}"
            )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--half", choices=("all", "dev", "validation"), default="all", help="which part of the pages")
    parser.add_argument("--wrong", action="store_true", help="list the pages that went wrong")
    options = parser.parse_args()
    shared = Path(os.environ.get("CORPUSKIT_SHARED") or Path(__file__).parents[2] / "shared")
    folder = shared / "data" / "article-extraction-benchmark"
    if not folder.is_dir():
        raise SystemExit(f"no benchmark pages at {folder}: set CORPUSKIT_SHARED")
    samples = [sample for sample in load(folder) if options.half in ("all", sample.half)]
    print_tables(samples, show_wrong=options.wrong)


if __name__ == "__main__":
    main()
