"""`corpuskit tag`: mark the documents of a selection."""

from __future__ import annotations

import click

from corpuskit.commands._options import output_options, selection_options, session_options
from corpuskit.commands._session import Session
from corpuskit.commands._tagging import EPILOG, FIELDS, run_tagging
from corpuskit.formats import RECORD_FORMATS, Output
from corpuskit.selection import Selection, read_name


@click.command(epilog=EPILOG)
@click.argument("name")
@selection_options()
@output_options(FIELDS, formats=RECORD_FORMATS)
@session_options
@click.pass_obj
def command(session: Session, /, name: str, selection: Selection, output: Output) -> int:
    """Put the tag NAME on the selected documents. A selection has to be given; --all stands for every document.

    A tag is a word or a few, without commas. `--tag NAME` selects the documents that have it, `untag` takes it off, and `undo`
    takes the run back.

    \b
    corpuskit tag gold --site example.org --since 2021
    corpuskit search '"climate summit"' -f ids | corpuskit tag summit --ids -
    """
    read_name(name, "tag")
    return run_tagging(session, name, selection, output, adding=True)
