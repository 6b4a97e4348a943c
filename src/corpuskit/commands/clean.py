"""`corpuskit clean`: texts for pages that have none yet, or that would be cleaned differently now."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from corpuskit.commands._options import cleaning_options, output_options, selection_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK, EXIT_PARTIAL
from corpuskit.formats import Output, write_records
from corpuskit.selection import Selection

if TYPE_CHECKING:
    from corpuskit.cleaning import CleanOptions

FIELDS = ("outcome", "pages")


@click.command(
    short_help="Clean pages that have no text yet; --again also those of another recipe.",
    epilog="Exit codes: 0 done, 1 nothing to clean, 2 wrong use or unreadable corpus, 3 some pages failed, 75 locked.",
)
@click.option("--again", is_flag=True, help="Also pages that were cleaned by another version or in another mode.")
@selection_options()
@output_options(FIELDS, formats=("auto", "table", "json", "jsonl", "csv", "tsv"))
@cleaning_options
@session_options
@click.pass_obj
def command(session: Session, /, again: bool, selection: Selection, output: Output, cleaning: CleanOptions) -> int:
    """Clean pages that have no text yet: stored with --no-clean, interrupted, or failed before.

    With --again also those whose text was made by another version of the extractor or in another mode, and plain-text pages
    that were cleaned before other pages came in whose lines tell what is boilerplate; no others. A selection narrows that to
    documents that are there already. Prints how many pages ended how.

    \b
    corpuskit clean
    corpuskit clean --again --mode precision --site example.org
    """
    from corpuskit.cleaning import clean_pages, recipes
    from corpuskit.line_evidence import amount
    from corpuskit.superseding import mark_superseded

    with session.open_writable() as store:
        waiting = store.documents.to_clean(recipes(cleaning.mode) if again else None, amount(store))
        if selection != Selection():
            chosen = set(store.selecting.ids(selection))
            waiting = [page_id for page_id in waiting if page_id in chosen]
        if not waiting:
            session.say("nothing to clean")
            return EXIT_NOTHING
        with store.runs.record("clean", session.arguments) as run:
            with session.progress("cleaning") as advance:
                report = clean_pages(store, waiting, run_id=run.id, options=cleaning, notice=session.notice, advance=advance)
            mark_superseded(store, run_id=run.id)
            run.counts |= report.counts
            run.partial = report.failed > 0
    session.end_notices()
    rows = [{"outcome": name, "pages": count} for name, count in report.counts.items() if name != "read"]
    write_records(rows, output, sys.stdout)
    return EXIT_PARTIAL if report.failed else EXIT_OK
