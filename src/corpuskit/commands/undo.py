"""`corpuskit undo`: take the decisions of a run back."""

from __future__ import annotations

import sys

import click

from corpuskit.commands._options import output_options, session_options
from corpuskit.commands._session import Session, warn
from corpuskit.errors import EXIT_NOTHING, EXIT_OK
from corpuskit.formats import Output, write_records

FIELDS = ("outcome", "decisions")


@click.command(short_help="Take the decisions of a run back.")
@click.argument("number", metavar="RUN", type=click.IntRange(1, 2**62))
@output_options(FIELDS, formats=("auto", "table", "json", "jsonl", "csv", "tsv"))
@session_options
@click.pass_obj
def command(session: Session, /, number: int, output: Output) -> int:
    """Take back what RUN decided, and put in force again what it had taken back. `corpuskit log` numbers the runs.

    Pages, texts and tags stay as they are: only decisions about documents are undone. The undo is a run in the log, and can be
    undone as well. The documents that it concerns are compared with all others when `dedupe` runs again; tag those that are to
    stay, and give `dedupe --pin TAG`.

    \b
    corpuskit log -f jsonl | tail -n 1
    corpuskit undo 7
    """
    from corpuskit.undoing import look, undo

    with session.open_writable() as store:
        undoing = look(store, number)
        if undoing.undone_by is not None:
            session.say(f"run {number} is undone already, by run {undoing.undone_by}")
            return EXIT_NOTHING
        if not undoing.decisions:
            session.say(f"run {number} ({undoing.command}) decided nothing: nothing to undo")
            return EXIT_NOTHING
        if not any(undoing.counts.values()):
            others = ", ".join(f"{later_run} ({name})" for later_run, name in undoing.later)
            session.say(f"run {number} ({undoing.command}): nothing to undo: later runs decided instead: {others}".rstrip(": "))
            return EXIT_NOTHING
        with store.runs.record("undo", session.arguments) as run:
            undo(store, undoing, by=run.id)
            run.counts |= undoing.counts
    for later, name in undoing.later:
        warn(f"corpuskit: run {later} ({name}) builds on run {number}: it stays as it is")
    if undoing.later:
        warn("hint: corpuskit dedupe decides again what is open now")
    session.say(f"undone: run {number} ({undoing.command}), by run {run.id}")
    write_records([{"outcome": name, "decisions": count} for name, count in undoing.counts.items()], output, sys.stdout)
    return EXIT_OK
