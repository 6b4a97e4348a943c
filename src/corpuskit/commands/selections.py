"""`corpuskit selections`: the selections that were saved by name."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from corpuskit.commands._options import output_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK, UsageError
from corpuskit.formats import RECORD_FORMATS, Output, write_records
from corpuskit.selection import as_options

if TYPE_CHECKING:
    from corpuskit.store.store import Store

FIELDS = ("name", "saved_at", "documents", "criteria")


@click.command(
    epilog="Exit codes: 0 done, 1 none is saved, 2 wrong use or unreadable corpus, 75 the corpus is locked.",
)
@click.option("--delete", metavar="NAME", multiple=True, help="Delete a saved selection. Repeatable.")
@output_options(FIELDS, formats=RECORD_FORMATS)
@session_options
@click.pass_obj
def command(session: Session, /, delete: tuple[str, ...], output: Output) -> int:
    """List the saved selections, each with what was asked for and how many documents that are now.

    `--save NAME` saves the selection of any command, and `--selection NAME` uses it: what was asked for is asked again, so that
    new documents belong to it too. Ids that were read from a list stay that list.

    \b
    corpuskit list --lang de --since 2021 --save recent
    corpuskit export --selection recent --min-words 100 -f jsonl
    corpuskit selections --delete recent
    """
    if delete:
        with session.open_writable() as store, store.transaction():
            store.selections.delete(dict.fromkeys(delete))
        session.say(f"deleted: {', '.join(dict.fromkeys(delete))}")
        return EXIT_OK
    with session.open() as store:
        count = write_records(_rows(store), output, sys.stdout)
    return EXIT_OK if count else EXIT_NOTHING


def _rows(store: Store) -> Iterator[dict[str, Any]]:
    """What is saved. One that cannot be evaluated any more, such as SQL over a column that is gone, has no number."""
    for saved in store.selections.listed():
        try:
            documents = store.selecting.count(saved.selection)
        except UsageError:
            documents = None
        criteria = as_options(saved.selection)
        yield {"name": saved.name, "saved_at": saved.saved_at, "documents": documents, "criteria": criteria}
