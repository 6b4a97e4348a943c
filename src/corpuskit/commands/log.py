"""`corpuskit log`: the runs that made the corpus."""

from __future__ import annotations

import sys

import click

from corpuskit.commands._options import output_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK
from corpuskit.formats import RECORD_FORMATS, Output, write_records

FIELDS = ("run", "started_at", "command", "status", "counts", "arguments")


@click.command()
@output_options(
    FIELDS,
    (*FIELDS, "finished_at", "versions", "undoes", "undone_by", "accepted_by"),
    formats=RECORD_FORMATS,
)
@session_options
@click.pass_obj
def command(session: Session, /, output: Output) -> int:
    """List the runs that changed the corpus, oldest first. `undoes` is the run that an undo took back, `undone_by` the undo of a
    run that holds.

    \b
    corpuskit log
    corpuskit log --fields run,command,counts,undone_by
    corpuskit log -f jsonl --fields run,versions
    """
    with session.open() as store:
        count = write_records(store.runs.listed(), output, sys.stdout)
    return EXIT_OK if count else EXIT_NOTHING
