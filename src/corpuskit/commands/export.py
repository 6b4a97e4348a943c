"""`corpuskit export`: the selection in the formats of other tools."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from corpuskit.commands._options import field_names, selection_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK
from corpuskit.record import RECORD_FIELDS
from corpuskit.selection import Selection


@click.command(short_help="Hand on the selection as JSONL, CSV, TSV, text or Parquet.")
@click.option("-f", "--format", "format_", type=click.Choice(("jsonl", "csv", "tsv", "text", "parquet")), default="jsonl",
              show_default=True)  # fmt: skip
@click.option("-o", "--output", "target", metavar="PATH", help="Write there instead of stdout; with -f text a folder.")
@click.option("--fields", metavar="A,B", help="Only these fields of the record, in this order.")
@click.option("--separator", default="\f", metavar="TEXT", help="With -f text: the line between two texts; else a form feed.")
@click.option("--csv-safe", is_flag=True, help="Put an apostrophe before cells that a spreadsheet would run.")
@click.option("--force", is_flag=True, help="Overwrite PATH.")
@selection_options()
@session_options
@click.pass_obj
def command(
    session: Session,
    /,
    format_: str,
    target: str | None,
    fields: str | None,
    separator: str,
    csv_safe: bool,
    force: bool,
    selection: Selection,
) -> int:
    """Write the selected documents. Dropped ones are left out unless --all or --dropped asks for them.

    A file is written beside PATH and renamed when it is whole. The same corpus and the same command give the same bytes.

    \b
    corpuskit export -f jsonl | jq -r .title
    corpuskit export --lang de -f text -o german/
    corpuskit export --since 2021 -f parquet -o recent.parquet
    """
    from corpuskit.exporting import ExportOptions, export_to_path, export_to_stream

    names = RECORD_FIELDS if fields is None else field_names(fields, RECORD_FIELDS)
    options = ExportOptions(format_, names, separator, csv_safe, force)
    with session.open() as store, session.progress("exporting") as advance:
        ids = store.selecting.ids(selection)
        if target is None:
            count = export_to_stream(store, ids, options, sys.stdout, advance)
        else:
            count = export_to_path(store, ids, options, Path(target), advance) if ids else 0
    if target is not None:
        session.say(f"wrote {count} documents to {target}" if count else f"nothing selected: {target} was not written")
    return EXIT_OK if count else EXIT_NOTHING
