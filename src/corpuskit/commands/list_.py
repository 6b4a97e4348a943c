"""`corpuskit list`: the documents of a selection."""

from __future__ import annotations

import sys

import click

from corpuskit.commands._options import output_options, selection_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK
from corpuskit.formats import Output, write_records
from corpuskit.record import RECORD_FIELDS
from corpuskit.selection import Selection


@click.command()
@selection_options()
@output_options(("id", "date", "language", "words", "site", "title"), RECORD_FIELDS)
@session_options
@click.pass_obj
def command(session: Session, /, selection: Selection, output: Output) -> int:
    """List documents, in the order of their ids unless --sort says otherwise.

    \b
    corpuskit list --lang de --since 2021 --sort date
    corpuskit list --dropped --fields id,reason,duplicate_of,title
    corpuskit list --sample 100 --seed 7 -f ids | corpuskit export --ids - -f jsonl
    """
    with session.open() as store:
        ids = store.selecting.ids(selection)
        count = write_records(store.documents.records(ids, output.fields), output, sys.stdout)
    return EXIT_OK if count else EXIT_NOTHING
