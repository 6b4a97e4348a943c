"""`corpuskit filter`: quality rules, recorded as decisions."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from corpuskit.commands._options import output_options, selection_options, session_options, with_fields
from corpuskit.commands._session import Session, warn
from corpuskit.errors import EXIT_NOTHING, EXIT_OK, EXIT_PARTIAL, UsageError
from corpuskit.formats import RECORD_FORMATS, Output, write_records
from corpuskit.selection import Selection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corpuskit.filtering import FilterReport
    from corpuskit.rules import Asked

FIELDS = ("rule", "threshold", "documents", "new", "withdrawn")
LIST_FIELDS = ("rule", "drops", "threshold", "meaning", "signal", "source")


@click.command()
@click.option("--rules", metavar="NAME", multiple=True, help="Rule sets or single rules, with commas between. Repeatable.")
@click.option(
    "--set", "settings", metavar="RULE.PARAMETER=VALUE", multiple=True, help="Another threshold; off for none. Repeatable."
)
@click.option("--dry-run", is_flag=True, help="Say what would change, decide nothing; signals are kept.")
@click.option("--list", "listing", is_flag=True, help="List all rules with threshold, meaning and source; needs no corpus.")
@click.option("-j", "--jobs", type=click.IntRange(1, 256), metavar="N", help="Worker processes; else one a processor.")
@selection_options(without=("everything", "dropped", "sort", "reverse", "limit", "sample", "seed"))
@output_options(FIELDS, tuple(dict.fromkeys((*FIELDS, *LIST_FIELDS))), formats=RECORD_FORMATS)
@session_options
@click.pass_obj
def command(
    session: Session,
    /,
    rules: tuple[str, ...],
    settings: tuple[str, ...],
    dry_run: bool,
    listing: bool,
    jobs: int | None,
    selection: Selection,
    output: Output,
) -> int:
    """Judge documents by published quality rules and record which rule drops which document, with its value and threshold.

    Nothing is deleted: dropped documents are left out of selections, `why` tells every rule that dropped one, and `undo` takes
    the run back. Each rule judges by itself, so the order of runs makes no difference. What rules look at is measured once and
    stored: running again with another threshold takes a moment. A run decides anew about the rules that it names: what they no
    longer say is withdrawn, other rules stay.

    Rule sets: gopher, gopher-repetition, c4, fineweb, language, length, date, extraction, encoding.

    \b
    corpuskit filter --rules gopher,c4 --dry-run
    corpuskit filter --rules gopher --set gopher.min_words=30
    corpuskit filter --rules language --set language.allowed=en,de
    corpuskit filter --rules c4 --lang en --set c4.max_curly_brackets=off
    corpuskit filter --list
    """
    from corpuskit.rules import FAMILIES, ask

    if listing:
        return _list(output)
    names = [name.strip() for given in rules for name in given.split(",") if name.strip()]
    if not names:
        raise UsageError("which rules? --rules NAME", hint=f"rule sets are {', '.join(FAMILIES)}; corpuskit filter --list")
    asked = ask(names, settings)
    output = with_fields(output, FIELDS, FIELDS)
    report = _run(session, asked, selection, jobs, dry_run=dry_run)
    if not report.documents and not report.failed:
        session.say("nothing selected")
        return EXIT_NOTHING
    _say(session, report, dry_run=dry_run)
    write_records([asdict(one) for one in report.rules], output, sys.stdout)
    return EXIT_PARTIAL if report.failed else EXIT_OK


def _list(output: Output) -> int:
    from corpuskit.filtering import list_rules

    write_records(list_rules(), with_fields(output, FIELDS, LIST_FIELDS), sys.stdout)
    return EXIT_OK


def _run(session: Session, asked: Sequence[Asked], selection: Selection, jobs: int | None, *, dry_run: bool) -> FilterReport:
    from contextlib import ExitStack

    from corpuskit.filtering import filter_documents

    with ExitStack() as stack:
        store = stack.enter_context(session.open_writable())
        run = None if dry_run else stack.enter_context(store.runs.record("filter", session.arguments))
        advance = stack.enter_context(session.progress("measuring"))
        run_id = run.id if run else None
        report = filter_documents(store, selection, asked, run_id=run_id, processes=jobs, advance=advance)
        if run is not None:
            run.counts |= report.counts
            run.partial = bool(report.failed)
    return report


def _say(session: Session, report: FilterReport, *, dry_run: bool) -> None:
    for unread in report.failed:
        session.notice(unread)
    counts = report.counts
    session.say(
        f"{counts['documents']} documents = {counts['kept']} kept + {counts['dropped']} dropped; {report.measured} measured"
        + ("; nothing was decided" if dry_run else "")
    )
    if report.stranded:
        warn(f"corpuskit: duplicates of documents that are dropped now: {report.stranded}")
    if report.stranded or report.returned:
        session.say("hint: corpuskit dedupe decides again what is open now")
