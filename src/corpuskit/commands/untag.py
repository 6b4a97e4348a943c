"""`corpuskit untag`: take a tag off the documents of a selection."""

from __future__ import annotations

import sys

import click

from corpuskit.commands._options import check_narrowed, output_options, selection_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK
from corpuskit.formats import Output, write_records
from corpuskit.selection import Selection

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
    """Take the tag NAME off the selected documents. A selection has to be given; --all stands for every document.

    \b
    corpuskit untag gold --all
    corpuskit list --tag gold --max-words 100 -f ids | corpuskit untag gold --ids -
    """
    from corpuskit.tagging import untag

    check_narrowed(selection)
    with session.open_writable() as store:
        ids = store.selecting.ids(selection)
        if not ids:
            session.say("nothing selected")
            return EXIT_NOTHING
        if not store.tags.count(ids, name):
            session.say(f"none of the {len(ids)} documents has the tag {name}")
            counts = {"untagged": 0, "not-tagged": len(ids)}
        else:
            with store.runs.record("untag", session.arguments) as run:
                run.counts |= (counts := untag(store, ids, name, run_id=run.id))
    write_records([{"outcome": outcome, "documents": count} for outcome, count in counts.items()], output, sys.stdout)
    return EXIT_OK
