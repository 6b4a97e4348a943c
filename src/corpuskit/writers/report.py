"""The report as one HTML page that needs nothing else: numbers, plots and tables, for phone, desk and paper, light and dark.

Whatever comes from a page is escaped. No script, no request to anywhere.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corpuskit.overview import Report

_MOST_BARS = 15
_MOST_COLUMNS = 60  # months; a longer time is shown in years
_STYLE = """
:root {
  color-scheme: light dark;
  --ink: #1d2327; --soft: #5b666f; --paper: #ffffff; --card: #f5f7f8; --grid: #d5dbdf; --bar: #2f6f8f;
}
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6eaed; --soft: #9aa7b0; --paper: #14181b; --card: #1e2428; --grid: #3a444b; --bar: #6fb3d2; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1rem; max-width: 76rem; background: var(--paper); color: var(--ink);
       font: 16px/1.45 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; margin: 0.5rem 0 0; }
h2 { font-size: 1.2rem; margin: 2rem 0 0.6rem; }
p { margin: 0.3rem 0 0.8rem; max-width: 46rem; }
.soft, figcaption, caption { color: var(--soft); font-size: 0.9rem; }
.figures { display: grid; grid-template-columns: repeat(2, 1fr); gap: 0.6rem; margin: 1rem 0; padding: 0; }
@media (min-width: 40rem) { .figures { grid-template-columns: repeat(4, 1fr); } }
.figures div { background: var(--card); border-radius: 0.5rem; padding: 0.6rem 0.8rem; }
.figures dt { color: var(--soft); font-size: 0.85rem; }
.figures dd { margin: 0; font-size: 1.35rem; font-variant-numeric: tabular-nums; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1rem; align-items: start; }
figure {
  margin: 0 0 0.8rem; padding: 0.8rem; max-width: 40rem;
  background: var(--card); border-radius: 0.5rem; break-inside: avoid;
}
figure svg { display: block; width: 100%; height: auto; max-width: 32rem; font-family: inherit; }
figure h3 { margin: 0 0 0.4rem; font-size: 1rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem; }
caption { text-align: left; padding-bottom: 0.3rem; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.7rem 0.25rem 0; border-bottom: 1px solid var(--grid); }
th { font-weight: 600; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
th { overflow-wrap: normal; }
td:not(.number) { min-width: 7.5rem; }
@media print {
  :root { --ink: #000; --soft: #444; --paper: #fff; --card: #fff; --grid: #bbb; --bar: #333; }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .plots { grid-template-columns: 1fr 1fr; }
  figure, .figures div { border: 1px solid var(--grid); }
  tr { break-inside: avoid; }
}
"""

Rows = Sequence[Sequence[Any]]


def write_report(report: Report) -> str:
    """The whole page."""
    parts = [_head(report), _numbers(report), _funnel(report), _about(report), _duplicates(report), _sites(report),
             _repeated(report), _runs(report)]  # fmt: skip
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(report.corpus)}: a report</title><style>{_STYLE}</style></head><body>",
            *(part for part in parts if part),
            "</body></html>\n",
        ]
    )


def _head(report: Report) -> str:
    last = max((run["started_at"] for run in report.runs), default="")
    selected, documents = report.totals["selected"], report.totals["documents"]
    about = f"{_count(selected)} of {_count(documents)} texts are selected." if selected != documents else ""
    runs = f"{len(report.runs)} run{'s' * (len(report.runs) != 1)}"
    return f"<h1>{escape(report.corpus)}</h1><p class='soft'>{runs}, the last on {escape(last)}. {about}</p>"


def _numbers(report: Report) -> str:
    totals = report.totals
    months = [month for month in totals["months"] if month]
    figures = [
        ("pages", _count(totals["pages"])),
        ("texts kept", _count(totals["kept"])),
        ("texts dropped", _count(totals["dropped"])),
        ("words of the selection", _count(sum(report.words))),
        ("languages", _count(len([one for one in totals["languages"] if one]))),
        ("sites", _count(len([one for one in totals["sites"] if one]))),
        ("from", months[0] if months else "no dates"),
        ("to", months[-1] if months else "no dates"),
    ]
    cells = "".join(f"<div><dt>{name}</dt><dd>{escape(value)}</dd></div>" for name, value in figures)
    return f"<dl class='figures'>{cells}</dl>"


def _funnel(report: Report) -> str:
    rows: list[Sequence[Any]] = []
    for name, count, lost in report.funnel:
        rows.append((name, "", count))
        rows += [("", reason, -number) for reason, number in lost.items()]
    return _section(
        "From input to text",
        "Every input ends in one outcome. What is lost between two steps stands below the first of them, with its reason.",
        _plots([("Funnel", "", _bars((name, count) for name, count, _ in report.funnel))]),
        _table("Counts", ("step", "lost because", "documents"), rows),
    )


def _about(report: Report) -> str:
    totals = report.totals
    months = {month: count for month, count in totals["months"].items() if month}
    undated = totals["months"].get("", 0)
    plots = [
        ("Languages", "documents", _bars(_named(totals["languages"]))),
        ("Sites", f"documents, the {_MOST_BARS} largest", _bars(_named(totals["sites"]))),
        (_time_title(months), f"documents; {_count(undated)} have no date", _columns(_over_time(months), "documents")),
        ("Lengths", "words of a document, each column twice the one before", _columns(_lengths(report.words), "documents")),
    ]
    return _section("What is in it", "The documents of the selection.", _plots(plots))


def _duplicates(report: Report) -> str:
    sizes = [(str(size), count) for size, count in sorted(report.cluster_sizes.items())]
    steps = [(f"{step / 20:.2f}", report.similarities.get(step, 0)) for step in range(min(report.similarities, default=0), 21)]
    plots = [
        ("Clusters of duplicates", "by number of documents", _columns(sizes, "clusters")),
        (
            "Pairs that are alike",
            "by Jaccard of their five-word shingles",
            _columns(steps if report.similarities else [], "pairs"),
        ),
    ]
    if not any(svg for *_, svg in plots):
        return _section("Duplicates", "None are recorded: <code>corpuskit dedupe</code> looks for them.")
    return _section("Duplicates", "Of each cluster one document is kept.", _plots(plots))


def _sites(report: Report) -> str:
    names = ("site", "pages", "texts", "no text", "failed", "kept", "median words", "text in page", "look at")
    rows = [
        (
            one.site or "(no address)", one.pages, one.cleaned, one.no_text, one.failed, one.kept, one.median_words,
            None if one.text_share is None else f"{one.text_share:.0%}", ", ".join(map(str, one.examples)),
        )
        for one in report.sites
    ]  # fmt: skip
    told = (
        "How the pages of each site were cleaned. A site with many pages without a text, or with little text in large "
        "pages, is worth a look: <code>corpuskit why ID</code> with one of the ids."
    )
    return _section("Health of the sites", told, _table("The sites with the most pages", names, rows))


def _repeated(report: Report) -> str:
    rows = [(one.site, one.line[:300], one.documents, ", ".join(map(str, one.examples))) for one in report.repeated]
    if not rows:
        return _section("Left-over boilerplate", "No line stands in three documents of one site.")
    told = "Lines that stand in several documents of one site. They may be furniture that the cleaner took for text."
    return _section(
        "Left-over boilerplate", told, _table("Lines in the most documents", ("site", "line", "documents", "ids"), rows)
    )


def _runs(report: Report) -> str:
    rows = [
        (
            run["id"],
            run["command"],
            run["started_at"],
            run["status"],
            ", ".join(f"{name} {_count(n)}" for name, n in run["counts"].items()),
        )
        for run in report.runs[-30:]
    ]
    return _section("Runs", "", _table("The last runs", ("run", "command", "started", "ended", "counts"), rows))


def _section(title: str, told: str, *parts: str) -> str:
    return f"<section><h2>{title}</h2>{f'<p>{told}</p>' if told else ''}{''.join(parts)}</section>"


def _plots(plots: Iterable[tuple[str, str, str]]) -> str:
    figures = [
        f"<figure><h3>{title}</h3>{svg}{f'<figcaption>{caption}</figcaption>' if caption else ''}</figure>"
        for title, caption, svg in plots
        if svg
    ]
    return f"<div class='plots'>{''.join(figures)}</div>"


def _table(caption: str, names: Sequence[str], rows: Rows) -> str:
    """A table; columns of numbers stand on the right."""
    numbers = [all(isinstance(row[place], int | None) for row in rows) for place in range(len(names))]
    head = "".join(f"<th{_class(is_number)}>{name}</th>" for name, is_number in zip(names, numbers, strict=True))
    body = "".join(
        "<tr>"
        + "".join(f"<td{_class(is_number)}>{_cell(value)}</td>" for value, is_number in zip(row, numbers, strict=True))
        + "</tr>"
        for row in rows
    )
    return (
        f"<div class='wide'><table><caption>{caption}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _class(is_number: bool) -> str:
    return " class='number'" if is_number else ""


def _cell(value: Any) -> str:
    return "" if value is None else _count(value) if isinstance(value, int) else escape(str(value))


def _count(number: int) -> str:
    return f"{number:,}".replace("-", "−")


def _bars(values: Iterable[tuple[str, int]]) -> str:
    from corpuskit.writers.plots import bars

    listed = list(values)
    return bars(listed[:_MOST_BARS]) if listed else ""


def _columns(values: Sequence[tuple[str, int]], label: str) -> str:
    from corpuskit.writers.plots import columns

    return columns(values, label=label) if values else ""


def _named(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return [(name or "(unknown)", count) for name, count in counts.items()]


def _time_title(months: Mapping[str, int]) -> str:
    return "Months" if len(_span(months)) <= _MOST_COLUMNS else "Years"


def _over_time(months: Mapping[str, int]) -> list[tuple[str, int]]:
    """Documents by month, or by year where that is too long; times without a document are there too."""
    span = _span(months)
    if not span:
        return []
    if len(span) <= _MOST_COLUMNS:
        return [(month, months.get(month, 0)) for month in span]
    years: dict[str, int] = {}
    for month, count in months.items():
        years[month[:4]] = years.get(month[:4], 0) + count
    first, last = int(min(years)), int(max(years))
    return [(str(year), years.get(f"{year:04d}", 0)) for year in range(first, last + 1)]


def _span(months: Mapping[str, int]) -> list[str]:
    """Every month from the first to the last. A date that is only a year lies in none of them."""
    known = sorted(month for month in months if len(month) == 7)
    if not known or len(known) < len(months):
        return [] if not months else [""] * (_MOST_COLUMNS + 1)
    first, last = (int(month[:4]) * 12 + int(month[5:]) - 1 for month in (known[0], known[-1]))
    return [f"{place // 12:04d}-{place % 12 + 1:02d}" for place in range(first, last + 1)]


def _lengths(words: Sequence[int]) -> list[tuple[str, int]]:
    """How many documents have up to 1, 2, 4, 8 ... words."""
    if not words:
        return []
    steps = [max(0, math.ceil(math.log2(count))) if count else 0 for count in words]
    counts = {step: steps.count(step) for step in set(steps)}
    return [(f"{2**step:,}", counts.get(step, 0)) for step in range(min(counts), max(counts) + 1)]
