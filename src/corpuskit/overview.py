"""What a report says about a corpus: the numbers, before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SiteHealth:
    """How well the pages of a site were cleaned."""

    site: str
    pages: int
    cleaned: int
    no_text: int
    failed: int
    kept: int
    median_words: int | None
    text_share: float | None  # characters of the texts for each byte of their pages
    examples: tuple[int, ...]  # pages without a text first, then the shortest texts


@dataclass(frozen=True, slots=True)
class RepeatedLine:
    """A line that stands in several documents of one site."""

    site: str
    documents: int
    line: str
    examples: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that the page shows."""

    corpus: str
    totals: dict[str, Any]  # as `stats` gives them
    funnel: tuple[tuple[str, int, dict[str, int]], ...]  # stage, how many, and what was lost before the next one by reason
    words: list[int]
    sites: list[SiteHealth]
    cluster_sizes: dict[int, int]
    similarities: dict[int, int]
    repeated: list[RepeatedLine]
    runs: list[dict[str, Any]]
