"""`corpuskit tag`: mark the documents of a selection."""

from __future__ import annotations

import sys

import click

from corpuskit.commands._options import check_narrowed, output_options, selection_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK
from corpuskit.formats import Output, write_records
from corpuskit.selection import Selection, read_name

FIELDS = ("outcome", "documents")


@click.command(
    epilog="Exit codes: 0 done, 1 nothing selected, 2 wrong use or unreadable corpus, 75 the corpus is locked.",
)
@click.argument("name")
@selection_options()
@output_options(FIELDS, formats=("auto", "table", "json", "jsonl", "csv", "tsv"))
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
    from corpuskit.tagging import tag

    read_name(name, "tag")
    check_narrowed(selection)
    with session.open_writable() as store:
        ids = store.selecting.ids(selection)
        if not ids:
            session.say("nothing selected")
            return EXIT_NOTHING
        if store.tags.count(ids, name) == len(ids):
            session.say(f"all {len(ids)} documents have the tag {name} already")
            counts = {"tagged": 0, "already-tagged": len(ids)}
        else:
            with store.runs.record("tag", session.arguments) as run:
                run.counts |= (counts := tag(store, ids, name, run_id=run.id))
    write_records([{"outcome": outcome, "documents": count} for outcome, count in counts.items()], output, sys.stdout)
    return EXIT_OK
