"""`corpuskit query`: read-only SQL over the corpus."""

from __future__ import annotations

import sys
from dataclasses import replace

import click

from corpuskit.commands._options import content_of, output_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK, UsageError
from corpuskit.formats import Output, write_records


@click.command()
@click.argument("sql")
@click.option("--timeout", type=click.FloatRange(min=0.01), default=30.0, show_default=True, metavar="SECONDS",
              help="How long it may compute.")  # fmt: skip
@output_options()
@session_options
@click.pass_obj
def command(session: Session, /, sql: str, timeout: float, output: Output) -> int:
    """Ask the corpus in SQL; - reads it from stdin. One statement, which can read the corpus and nothing else.

    \b
    corpuskit query "SELECT site, count(*) AS documents FROM documents_view WHERE status = 'kept' GROUP BY site"
    corpuskit query 'SELECT id FROM documents WHERE words > 5000' -f ids | corpuskit export --ids - -f jsonl
    corpuskit query - -f csv < monthly.sql > monthly.csv

    The view documents_view has the fields of the record; docs/reference/schema.md explains it and the tables. A column has the
    name that the SQL gives it; a second one of a name gets _2. Bytes are shown as x'0a0b'. -f ids needs a column `id`.
    """
    from corpuskit.querying import query

    statement = _read() if sql == "-" else sql
    with session.open() as store:
        columns, records = query(store, statement, seconds=timeout)
        if output.format == "ids" and "id" not in columns:
            raise UsageError("-f ids needs a column id", hint=f"the columns are: {', '.join(columns)}")
        count = write_records(records, replace(output, fields=columns), sys.stdout)
    return EXIT_OK if count else EXIT_NOTHING


def _read() -> str:
    """The SQL on stdin."""
    try:
        return content_of("-").decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError("SQL: not UTF-8") from None
