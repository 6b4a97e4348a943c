"""`corpuskit kwic`: every occurrence in its context."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from corpuskit.commands._counting import warn_without_clusters
from corpuskit.commands._finding import finding_options
from corpuskit.commands._options import output_options, selection_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK, EXIT_PARTIAL, UsageError
from corpuskit.formats import Output, write_records
from corpuskit.record import RECORD_FIELDS
from corpuskit.selection import Selection

if TYPE_CHECKING:
    from corpuskit.commands._finding import Finding

FIELDS = ("id", "date", "site", "left", "node", "right", "start")
SORTS = ("left", "right", "node", "date", "id")
_WORDS = 10  # of context
_COLUMNS_A_WORD, _MOST_WORDS = 10, 25  # in a wide terminal there is room for more


@click.command()
@click.argument("query")
@click.option("-C", "--context", "words", type=click.IntRange(0, 1000), metavar="N", help="N words on either side; else 10.")
@click.option("--chars", type=click.IntRange(0, 100_000), metavar="N", help="N characters on either side, not words.")
@click.option(
    "--sort", "sorts", type=click.Choice(SORTS), multiple=True, help="Order of the lines. Repeatable: then by the next."
)
@click.option("-c", "--count", is_flag=True, help="Print only how many occurrences there are.")
@finding_options
@selection_options(without=("match", "sort", "save"), units="lines")
@output_options(FIELDS, (*FIELDS, "end", "copies", *(name for name in RECORD_FIELDS if name not in FIELDS)))
@session_options
@click.pass_obj
def command(
    session: Session, /, query: str, words: int | None, chars: int | None, sorts: tuple[str, ...], count: bool,
    finding: Finding, selection: Selection, output: Output,
) -> int:  # fmt: skip
    """Show every occurrence of QUERY in the texts, one line each: left context, node, right context.

    \b
    corpuskit kwic climate --sort right
    corpuskit kwic '"climate summit" OR flood*' -C 5 --since 2021
    corpuskit kwic -e '\\bclimate \\w+s\\b' --sort node
    corpuskit kwic said --sample 50 --seed 1 --unique
    corpuskit kwic flood -f jsonl | jq -r '.node'

    `start` is where the node begins in the document's text, counted in characters from 0. -n, --sample and --reverse are about
    lines. What the query says of titles selects documents; only what occurs in the text is shown.
    """
    from corpuskit.concordance import Concordance, Layout
    from corpuskit.concordance_table import write_concordance
    from corpuskit.contexts import Window
    from corpuskit.occurring import Reader

    if words is not None and chars is not None:
        raise UsageError("--context and --chars exclude each other")
    wide = min(_MOST_WORDS, output.width // _COLUMNS_A_WORD) if output.format == "table" else 0
    window = Window(chars, "characters") if chars is not None else Window(max(_WORDS, wide) if words is None else words)
    output = finding.with_copies(output, FIELDS)
    finder = finding.finder(query)
    session.explain(f"index: {finder.index}")
    with session.open() as store:
        warn_without_clusters(session, store, unique=finding.unique)
        concordance = Concordance(Reader(store, finder, session.notice), selection, Layout(window, sorts, finding.unique))
        if count:
            found = concordance.count()
            sys.stdout.write(f"{found}\n")
        elif output.format == "table":
            found = write_concordance(concordance.lines(output.fields), output, sys.stdout)
        else:
            found = write_records(concordance.lines(output.fields), output, sys.stdout)
    session.end_notices()
    return EXIT_PARTIAL if session.noticed else EXIT_OK if found else EXIT_NOTHING
