"""`corpuskit undo`: take back what a run did."""

from __future__ import annotations

import sys

import click

from corpuskit.commands._options import output_options, session_options
from corpuskit.commands._session import Session, warn
from corpuskit.errors import EXIT_NOTHING, EXIT_OK
from corpuskit.formats import RECORD_FORMATS, Output, write_records

FIELDS = ("outcome", "decisions", "tags", "texts")


@click.command(
    epilog="Exit codes: 0 done, 1 nothing to undo, 2 wrong use or unreadable corpus, 75 the corpus is locked.",
)
@click.argument("number", metavar="RUN", type=click.IntRange(1, 2**62))
@output_options(FIELDS, formats=RECORD_FORMATS)
@session_options
@click.pass_obj
def command(session: Session, /, number: int, output: Output) -> int:
    """Take back what RUN did to documents: its decisions, its tags, the texts it made. What it had replaced is there again.
    `corpuskit log` numbers the runs.

    Raw pages always stay: after the undo of an import they are there without a text, and `corpuskit clean` gives it again. What
    a later run has changed since is left as it is, and counted. The undo is a run in the log, and can be undone as well.

    The documents that it concerns are compared with all others when `dedupe` runs again; tag those that are to stay, and give
    `dedupe --pin TAG`.

    \b
    corpuskit log --fields run,command,counts
    corpuskit undo 7
    """
    from corpuskit.undoing import look, undo

    with session.open_writable() as store:
        undoing = look(store, number)
        if undoing.undone_by is not None:
            session.say(f"run {number} is undone already, by run {undoing.undone_by}")
            return EXIT_NOTHING
        if not undoing.changes:
            others = ", ".join(f"{later_run} ({name})" for later_run, name in undoing.later)
            because = f": later runs have changed it since: {others}" if undoing.concerned and others else ""
            because = ": its texts were accepted" if undoing.is_accepted else because
            session.say(f"run {number} ({undoing.command}): nothing to undo{because}")
            return EXIT_NOTHING
        with store.runs.record("undo", session.arguments) as run:
            with session.progress("undoing") as advance:
                undo(store, undoing, by=run.id, advance=advance)
            run.counts |= undoing.counts
    for later, name in undoing.later:
        warn(f"corpuskit: run {later} ({name}) builds on run {number}: it stays as it is")
    if undoing.later:
        warn("hint: corpuskit dedupe decides again what is open now")
    if undoing.without_text:
        session.say(f"pages without a text now: {undoing.without_text} (corpuskit clean gives it again)")
    session.say(f"undone: run {number} ({undoing.command}), by run {run.id}")
    write_records(undoing.rows(), output, sys.stdout)
    return EXIT_OK
