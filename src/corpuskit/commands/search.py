"""`corpuskit search`: documents by relevance."""

from __future__ import annotations

import sys
from dataclasses import replace

import click

from corpuskit.commands._options import output_options, selection_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK, UsageError
from corpuskit.formats import Output, write_records
from corpuskit.record import RECORD_FIELDS
from corpuskit.selection import Selection

FIELDS = ("id", "date", "site", "title", "snippet", "score")
_SHOWN = 20  # documents on a terminal, unless --limit says otherwise; a pipe gets all


@click.command(short_help="Find documents by a full-text query, best first.")
@click.argument("query")
@click.option("-c", "--count", is_flag=True, help="Print only how many documents there are.")
@click.option("--unique", is_flag=True, help="One line for each cluster of near-duplicates, with `copies`: how many match.")
@selection_options(without=("match",))
@output_options(FIELDS, (*RECORD_FIELDS, "snippet", "score", "copies"))
@session_options
@click.pass_obj
def command(session: Session, /, query: str, count: bool, unique: bool, selection: Selection, output: Output) -> int:
    """Find the documents that match QUERY, best first.

    \b
    word other        both words               "exact phrase"
    word*             words that begin so      a OR b
    NOT word          without the word         a NEAR/5 b
    title:word        in the title             ( )
    Everything else is text: multi-agent, 20.04, C++ and don't find what they say.

    \b
    corpuskit search '"climate summit" NOT sport' --lang en --since 2021 | cut -f1,4
    corpuskit search 'flood* OR title:storm' -c
    corpuskit search flood --unique
    """
    from corpuskit.searching import clusters, search

    selection = replace(selection, match=query)
    copies: dict[int, int] | None = None
    output = _output(output, unique=unique)
    with session.open() as store:
        if unique and store.signatures.prevailing_settings() is None:
            session.say("nothing was deduplicated: every document stands for itself (corpuskit dedupe)")
        if count and not unique:
            found = store.selecting.count(selection)
            sys.stdout.write(f"{found}\n")
            return EXIT_OK if found else EXIT_NOTHING
        if unique:
            hits, copies = clusters(store, selection)
        else:
            hits = store.selecting.search(selection)
        if count:
            sys.stdout.write(f"{len(hits)}\n")
            return EXIT_OK if hits else EXIT_NOTHING
        shown = hits[:_SHOWN] if sys.stdout.isatty() and selection.limit is None else hits
        write_records(search(store, shown, query, output.fields, copies), output, sys.stdout)
    if len(shown) < len(hits):
        session.say(f"{len(shown)} of {len(hits)} documents; -n {len(hits)} shows all")
    return EXIT_OK if hits else EXIT_NOTHING


def _output(output: Output, *, unique: bool) -> Output:
    """The output with `copies` where that has a meaning. Raises UsageError where it has none."""
    if unique and output.fields == FIELDS:
        return replace(output, fields=(*FIELDS, "copies"))
    if not unique and "copies" in output.fields:
        raise UsageError("copies are counted by --unique only")
    return output
