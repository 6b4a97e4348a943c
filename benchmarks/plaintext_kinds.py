"""What becomes of the pages in `tests/pages/kinds`: how much of the text is kept, and how much furniture with it.

They are whole pages of many kinds and languages, with a mark on every line (see the README beside them). Figures are shares of
characters: kept text of all text, and text of all that is kept.

    python benchmarks/plaintext_kinds.py
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corpuskit.documents import Extraction
from corpuskit.extract.plaintext import extract_plaintext

PAGES = Path(__file__).parents[1] / "tests" / "pages" / "kinds"


@dataclass(frozen=True, slots=True)
class Marked:
    """A page, and the mark of each of its lines; "" for an empty one."""

    name: str
    lines: tuple[str, ...]
    marks: tuple[str, ...]

    @property
    def title(self) -> str | None:
        """The line that is the headline."""
        return next((line for line, mark in zip(self.lines, self.marks, strict=True) if mark == "T"), None)


@dataclass(frozen=True, slots=True)
class Measured:
    """What became of one page; the shares are None where the page has no text, or none was found."""

    name: str
    recall: float | None
    precision: float | None
    title_is_right: bool


def marked_pages(folder: Path = PAGES) -> Iterator[Marked]:
    """All pages, in the order of their names."""
    for path in sorted(folder.glob("*.txt")):
        parts = [line.partition("\t") for line in path.read_text("utf-8").rstrip("\n").split("\n")]
        yield Marked(path.stem, tuple(text for _, _, text in parts), tuple(mark for mark, _, _ in parts))


def measure(page: Marked) -> Measured:
    """Clean one page and compare the lines that stay with its marks."""
    result = extract_plaintext("\n".join(page.lines))
    sizes = {"K": 0, "X": 0}
    kept = {"K": 0, "X": 0}
    cut = {number for run in result.cuts for number in range(run.first, run.last + 1)}
    for number, (line, mark) in enumerate(zip(page.lines, page.marks, strict=True), 1):
        if mark in sizes:
            sizes[mark] += len(line)
            kept[mark] += len(line) if result.text is not None and number not in cut else 0
    found = kept["K"] + kept["X"]
    return Measured(
        page.name,
        kept["K"] / sizes["K"] if sizes["K"] else None,
        kept["K"] / found if found else None,
        is_right(result, page.title),
    )


def is_right(result: Extraction, title: str | None) -> bool:
    """Whether the title is the marked one, the name of the site beside it aside; a page without a text needs none."""
    if title is None:
        return result.text is None
    own, wanted = ("".join(text.split()).casefold() for text in (result.title or "", title))
    return own != "" and (own in wanted or wanted in own)


def mean(values: list[float | None]) -> float:
    """The mean of the values that are known."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known)


def main() -> None:
    rows = [measure(page) for page in marked_pages()]
    print(f"{'page':<20}{'recall':>8}{'precision':>11}  title")
    for row in rows:
        recall, precision = ("-" if value is None else f"{value:.3f}" for value in (row.recall, row.precision))
        print(f"{row.name:<20}{recall:>8}{precision:>11}  {'right' if row.title_is_right else 'wrong'}")
    recall, precision = mean([row.recall for row in rows]), mean([row.precision for row in rows])
    print(f"{'mean':<20}{recall:>8.3f}{precision:>11.3f}  {sum(row.title_is_right for row in rows)} of {len(rows)}")


if __name__ == "__main__":
    main()
