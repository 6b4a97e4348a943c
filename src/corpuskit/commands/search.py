"""`corpuskit search`: documents by relevance."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from corpuskit.commands._counting import warn_without_clusters
from corpuskit.commands._finding import finding_options
from corpuskit.commands._options import output_options, selection_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK, EXIT_PARTIAL
from corpuskit.formats import Output, write_records
from corpuskit.record import RECORD_FIELDS
from corpuskit.selection import Selection

if TYPE_CHECKING:
    from corpuskit.commands._finding import Finding

FIELDS = ("id", "date", "site", "title", "snippet", "score")
_SHOWN = 20  # documents on a terminal, unless --limit says otherwise; a pipe gets all


@click.command()
@click.argument("query")
@click.option("-c", "--count", is_flag=True, help="Print only how many documents there are.")
@finding_options
@selection_options(without=("match",), query="query")
@output_options(FIELDS, (*RECORD_FIELDS, "snippet", "score", "copies"))
@session_options
@click.pass_obj
def command(session: Session, /, query: str, count: bool, finding: Finding, selection: Selection, output: Output) -> int:
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
    corpuskit search -e '\\bflood(s|ed|ing)?\\b' --exact

    With -e the documents come in the order of their ids, without a score.
    """
    from corpuskit.occurring import Reader
    from corpuskit.searching import clusters, find, search

    copies: dict[int, int] | None = None
    output = finding.with_copies(output, FIELDS)
    finder = finding.finder(query)
    session.explain(f"index: {finder.index}")
    with session.open() as store:
        warn_without_clusters(session, store, unique=finding.unique)
        reader = Reader(store, finder, session.notice)
        if count and finder.is_decided and not finding.unique:
            hits_count = store.selecting.count(replace(selection, match=query))
        elif finding.unique:
            hits, copies = clusters(reader, selection)
            hits_count = len(hits)
        else:
            hits = find(reader, selection)
            hits_count = len(hits)
        if count:
            sys.stdout.write(f"{hits_count}\n")
        else:
            shown = hits[:_SHOWN] if sys.stdout.isatty() and selection.limit is None else hits
            write_records(search(reader, shown, output.fields, copies), output, sys.stdout)
            if len(shown) < len(hits):
                session.say(f"{len(shown)} of {len(hits)} documents; -n {len(hits)} shows all")
    session.end_notices()
    return EXIT_PARTIAL if session.noticed else EXIT_OK if hits_count else EXIT_NOTHING
