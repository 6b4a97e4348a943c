"""`corpuskit check`: is the corpus sound?"""

from __future__ import annotations

import sys
from itertools import chain

import click

from corpuskit.commands._options import session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK


@click.command(
    short_help="Check structure, search index, references and counters; --data every digest too.",
    epilog="Exit codes: 0 sound, 1 damage, 2 could not check, 75 the corpus is locked.",
)
@click.option("--data", is_flag=True, help="Check every digest too.")
@session_options
@click.pass_obj
def command(session: Session, /, data: bool) -> int:
    """Check the corpus. Every finding is one line on stdout; a sound corpus prints `sound`.

    \b
    corpuskit check
    corpuskit check --data && corpuskit backup weekly.db
    """
    with session.open() as store:
        checks = store.checks
        findings = list(chain(checks.structure(), checks.rules(), checks.digests() if data else ()))
    findings += checks_of_index(session)
    for finding in findings:
        sys.stdout.write(finding + "\n")
    if not findings:
        sys.stdout.write("sound\n")
    return EXIT_NOTHING if findings else EXIT_OK


def checks_of_index(session: Session) -> list[str]:
    """The findings about the search index, whose check needs a connection of its own that may write."""
    with session.open() as store:
        return list(store.checks.index())
