"""`corpuskit check`: is the corpus sound?"""

from __future__ import annotations

import sys
from itertools import chain

import click

from corpuskit.commands._options import session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK
from corpuskit.formats import visible


@click.command(
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
    damaged = False
    with session.open() as store:
        checks = store.checks
        for finding in chain(checks.structure(), checks.rules(), checks.digests() if data else ()):
            damaged = True
            sys.stdout.write(visible(finding) + "\n")
    # with the reading connection closed, for the index is checked through one that may write; it may fail, so it comes last
    with session.open() as store:
        for finding in store.checks.index():
            damaged = True
            sys.stdout.write(visible(finding) + "\n")
    if not damaged:
        sys.stdout.write("sound\n")
    return EXIT_NOTHING if damaged else EXIT_OK
