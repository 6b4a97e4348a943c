"""Plots as SVG that belongs to the page around it: its colours are variables of the page's style, its letters are the page's.

The only module that knows matplotlib. A plot is small enough for a phone; a wide page sets several side by side. The same values
give the same bytes.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from io import StringIO
from typing import Any

WIDTH = 4.2  # inches; 72 units of the drawing each
_ROW = 0.24  # height of one bar
_INK, _BAR, _GRID = "#010203", "#040506", "#070809"  # stand for the variables of the page
_VARIABLES = {_INK: "var(--ink)", _BAR: "var(--bar)", _GRID: "var(--grid)"}
_SETTINGS: Any = {  # Any: matplotlib names every setting in its type, and not all versions the same
    "svg.fonttype": "none",
    "svg.hashsalt": "corpuskit",
    "text.parse_math": False,  # a label is no formula, whatever stands in it
    "font.size": 9,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "axes.edgecolor": _GRID,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "ytick.minor.size": 0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "grid.color": _GRID,
}
_LONGEST_LABEL = 30


def bars(values: Sequence[tuple[str, int]]) -> str:
    """Horizontal bars from top to bottom, each with its label and its value."""
    with _figure(max(0.9, _ROW * len(values) + 0.25)) as (axes, drawing):
        places = range(len(values))
        drawn = axes.barh(places, [value for _, value in values], color=_BAR, height=0.7)
        axes.bar_label(drawn, labels=[f"{value:,}" for _, value in values], padding=3)
        axes.set_yticks(places, [_short(label) for label, _ in values])
        axes.invert_yaxis()
        axes.set_xlim(0, max([1, *(value for _, value in values)]) * 1.22)  # room for the numbers
        axes.xaxis.set_visible(False)
        axes.spines["bottom"].set_visible(False)
        axes.margins(y=0.02)
    return drawing[0]


def columns(values: Sequence[tuple[str, int]], *, label: str, most_ticks: int = 6) -> str:
    """Columns from left to right, with a few of their labels below, the first and the last among them."""
    with _figure(2.3) as (axes, drawing):
        axes.bar(range(len(values)), [value for _, value in values], color=_BAR, width=min(0.85, 0.12 * len(values)))
        step = max(1, -(-len(values) // most_ticks))
        ticks = list(range(0, len(values), step))
        axes.set_xticks(ticks, [values[place][0] for place in ticks])
        axes.set_ylabel(label)
        axes.yaxis.set_major_formatter("{x:,.0f}")
        axes.yaxis.get_major_locator().set_params(integer=True, nbins=5)
        axes.grid(axis="y", linewidth=0.6)
        axes.margins(x=0.01 if len(values) > 6 else 0.3)
    return drawing[0]


@contextmanager
def _figure(height: float) -> Iterator[tuple[Any, list[str]]]:
    """Axes to draw on; behind the block the drawing is the one element of the list."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    drawing: list[str] = []
    with rc_context(_SETTINGS), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # letters that its own font lacks, but the reader's has
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        FigureCanvasSVG(figure)
        figure.patch.set_alpha(0)
        axes = figure.subplots()
        axes.patch.set_alpha(0)
        yield axes, drawing
        text = StringIO()
        figure.savefig(text, format="svg", metadata={"Date": None, "Creator": None})
    drawing.append(_embedded(text.getvalue()))


def _embedded(svg: str) -> str:
    """The element alone, in the page's colours and letters, as wide as there is room."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r' (?:width|height)="[0-9.]+pt"', "", svg, count=2)
    svg = re.sub(r"font: ([0-9.]+px) [^;\"]*", r"font-size: \1", svg)
    for colour, variable in _VARIABLES.items():
        svg = svg.replace(colour, variable)
    return svg.strip()


def _short(label: str) -> str:
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"
