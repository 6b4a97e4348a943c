"""`corpuskit errors`: inputs that failed or were skipped."""

from __future__ import annotations

import sys

import click

from corpuskit.commands._options import output_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK
from corpuskit.formats import Output, write_records

FIELDS = ("stage", "source", "location", "reason", "detail", "run")


@click.command(short_help="List inputs that failed or were skipped, with the reason.")
@click.option("--run", "run_id", type=int, metavar="RUN", help="Only those whose latest outcome is of this run.")
@click.option("--stage", type=click.Choice(("import", "fetch", "clean")), help="Only this stage.")
@click.option("--status", type=click.Choice(("skipped", "failed")), help="Only these.")
@output_options(FIELDS, (*FIELDS, "status", "id"), formats=("auto", "table", "json", "jsonl", "csv", "tsv"))
@session_options
@click.pass_obj
def command(session: Session, /, run_id: int | None, stage: str | None, status: str | None, output: Output) -> int:
    """List inputs that failed or were skipped, each with its latest reason.

    An input that failed once and succeeded later is not listed. The reasons are a closed list: docs/reference/reasons.md.

    \b
    corpuskit errors --status failed
    corpuskit errors --fields reason | sort | uniq -c
    """
    with session.open() as store:
        rows = (
            dict(row) for row in store.pages.outcomes(run_id) if stage in (None, row["stage"]) and status in (None, row["status"])
        )
        count = write_records(rows, output, sys.stdout)
    return EXIT_OK if count else EXIT_NOTHING
