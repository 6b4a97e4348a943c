"""`corpuskit errors`: inputs that failed or were skipped."""

from __future__ import annotations

import sys
from typing import Any

import click

from corpuskit.commands._options import output_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK
from corpuskit.formats import RECORD_FORMATS, Output, write_records
from corpuskit.reasons import Reason

FIELDS = ("stage", "source", "location", "reason", "detail", "run")


@click.command(short_help="List inputs that failed or were skipped, with the reason.")
@click.option("--run", type=click.IntRange(0, 2**63 - 1), metavar="RUN", help="Only those whose latest outcome is of this run.")
@click.option("--stage", type=click.Choice(("import", "fetch", "clean")), help="Only this stage.")
@click.option("--status", type=click.Choice(("skipped", "failed")), help="Only these.")
@click.option("--source", "sources", metavar="TEXT", multiple=True, help="Only where it was imported from. Repeatable.")
@click.option("--reason", "reasons", type=click.Choice([str(reason) for reason in Reason]), metavar="REASON", multiple=True,
              help="Only this reason. Repeatable.")  # fmt: skip
@click.option("--all", "everything", is_flag=True, help="Records of web archives that never hold a page, one by one.")
@click.option("-n", "--limit", "most", type=click.IntRange(0, 2**63 - 1), metavar="N", help="At most N inputs.")
@output_options(FIELDS, (*FIELDS, "status", "id"), formats=RECORD_FORMATS)
@session_options
@click.pass_obj
def command(session: Session, /, everything: bool, output: Output, **asked: Any) -> int:
    """List inputs that failed or were skipped, each with its latest reason.

    An input that failed once and succeeded later is not listed. Records of web archives that are no pages by their nature
    (requests, metadata: the reason is record-type) have one line for each source; --all lists every one of them. The reasons are
    a closed list: docs/reference/reasons.md.

    \b
    corpuskit errors --status failed
    corpuskit errors --source crawl.warc.gz --reason http-status -n 20
    corpuskit errors --all --fields reason | sort | uniq -c
    """
    from itertools import chain, islice

    from corpuskit.store.pages import Asked

    wanted = Asked(together=() if everything or asked["reasons"] else (Reason.RECORD_TYPE.value,), **asked)
    with session.open() as store:
        summed = store.pages.summed_outcomes(wanted)
        rows = (dict(row) for row in islice(chain(store.pages.outcomes(wanted), summed), wanted.most))
        count = write_records(rows, output, sys.stdout)
    if summed:
        amount = sum(row["amount"] for row in summed)
        session.explain(f"{amount:,} records of web archives are no pages by their nature: --all lists them one by one")
    return EXIT_OK if count else EXIT_NOTHING
