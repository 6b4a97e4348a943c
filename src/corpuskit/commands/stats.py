"""`corpuskit stats`: the corpus in numbers."""

from __future__ import annotations

import sys
from typing import Any

import click

from corpuskit.commands._options import output_options, selection_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK
from corpuskit.formats import RECORD_FORMATS, Output, write_records
from corpuskit.selection import Selection

FIELDS = ("group", "name", "count")


@click.command()
@selection_options(without=("sort", "reverse", "limit", "sample", "seed"))
@output_options(FIELDS, formats=RECORD_FORMATS)
@session_options
@click.pass_obj
def command(session: Session, /, selection: Selection, output: Output) -> int:
    """Count: totals of the corpus, and the selected documents by language, site and month.

    Pages by outcome and tag, dropped documents by rule and inputs without a page by reason are those of the whole corpus.

    \b
    corpuskit stats
    corpuskit stats -f json | jq .documents
    """
    with session.open() as store:
        stats = store.selecting.stats(selection)
        stats |= {"rules": store.summaries.dropped(), "tags": store.summaries.tags()}
    if output.format == "json":
        import json

        sys.stdout.write(json.dumps(stats, ensure_ascii=False) + "\n")
    else:
        write_records(_rows(stats), output, sys.stdout)
    return EXIT_OK if stats["pages"] else EXIT_NOTHING


def _rows(stats: dict[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for group, value in stats.items():
        if isinstance(value, dict):
            rows += [{"group": group, "name": name or "(unknown)", "count": count} for name, count in value.items()]
        else:
            rows.append({"group": "total", "name": group, "count": value})
    return rows
