"""`corpuskit untag`: take a tag off the documents of a selection."""

from __future__ import annotations

import click

from corpuskit.commands._options import output_options, selection_options, session_options
from corpuskit.commands._session import Session
from corpuskit.commands._tagging import EPILOG, FIELDS, run_tagging
from corpuskit.formats import RECORD_FORMATS, Output
from corpuskit.selection import Selection


@click.command(epilog=EPILOG)
@click.argument("name")
@selection_options()
@output_options(FIELDS, formats=RECORD_FORMATS)
@session_options
@click.pass_obj
def command(session: Session, /, name: str, selection: Selection, output: Output) -> int:
    """Take the tag NAME off the selected documents. A selection has to be given; --all stands for every document.

    \b
    corpuskit untag gold --all
    corpuskit list --tag gold --max-words 100 -f ids | corpuskit untag gold --ids -
    """
    return run_tagging(session, name, selection, output, adding=False)
