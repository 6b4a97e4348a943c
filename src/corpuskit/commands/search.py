"""`corpuskit search`: documents by relevance."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from corpuskit.commands._counting import warn_without_clusters
from corpuskit.commands._finding import finding_options
from corpuskit.commands._grouping import KNOWN_FIELDS, grouping_options, without_groups
from corpuskit.commands._options import output_options, selection_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK, EXIT_PARTIAL
from corpuskit.formats import Output, write_records
from corpuskit.record import RECORD_FIELDS
from corpuskit.selection import Selection

if TYPE_CHECKING:
    from corpuskit.commands._finding import Finding
    from corpuskit.commands._grouping import Grouping

FIELDS = ("id", "date", "site", "title", "snippet", "score")
_SHOWN = 20  # documents on a terminal, unless --limit says otherwise; a pipe gets all


@click.command()
@click.argument("query")
@click.option("-c", "--count", is_flag=True, help="Print only how many documents there are.")
@grouping_options
@finding_options
@selection_options(without=("match",), query="query")
@output_options(FIELDS, (*RECORD_FIELDS, "snippet", "score", "copies", *KNOWN_FIELDS))
@session_options
@click.pass_obj
def command(
    session: Session, /, query: str, count: bool, grouping: Grouping | None, finding: Finding, selection: Selection,
    output: Output,
) -> int:  # fmt: skip
    """Find the documents that match QUERY, best first; with --group, count them.

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
    corpuskit search flood --group month
    corpuskit search flood --group site -n 10 -f csv
    corpuskit search -e '\\bflood(s|ed|ing)?\\b' --exact

    With -e the documents come in the order of their ids, without a score. A group tells its `documents` that match, and which
    `share` they are (0 to 1) of those of the group that are selected at all. Months and years have no gaps; a document without
    a month, site, tag ... is counted in a group without a name.
    """
    from corpuskit.occurring import Reader
    from corpuskit.searching import SNIPPET_CHARACTERS, clusters, count_found, find, found_ids, search, snippet_characters

    output = grouping.output(output, FIELDS) if grouping else finding.with_copies(without_groups(output), FIELDS)
    finder = finding.finder(query)
    session.explain(f"index: {finder.index}")
    with session.open() as store:
        warn_without_clusters(session, store, unique=finding.unique)
        reader = Reader(store, finder, session.notice)
        if count:
            found = count_found(reader, selection, unique=finding.unique)
            sys.stdout.write(f"{found}\n")
        elif grouping is not None:
            from corpuskit.grouping import groups

            ids = found_ids(reader, selection, unique=finding.unique)
            found = len(ids)
            grouping.write(session, groups(store, ids, selection, grouping.options(unique=finding.unique)), output)
        else:
            hits, copies = clusters(reader, selection) if finding.unique else (find(reader, selection), None)
            found = len(hits)
            shown = hits[:_SHOWN] if sys.stdout.isatty() and selection.limit is None else hits
            characters = snippet_characters(output.fields, output.width) if output.format == "table" else SNIPPET_CHARACTERS
            write_records(search(reader, shown, output.fields, copies, characters), output, sys.stdout)
            if len(shown) < found:
                session.say(f"{len(shown)} of {found} documents; -n {found} shows all")
    session.end_notices()
    return EXIT_PARTIAL if session.noticed else EXIT_OK if found else EXIT_NOTHING
