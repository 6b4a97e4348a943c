"""`corpuskit backup`: one consistent copy of the corpus."""

from __future__ import annotations

import click

from corpuskit.commands._options import session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_OK


@click.command()
@click.argument("target", metavar="FILE")
@session_options
@click.pass_obj
def command(session: Session, /, target: str) -> int:
    """Write one consistent copy of the corpus to FILE, also while an import runs. FILE must not exist.

    \b
    corpuskit backup corpus-$(date +%F).db
    """
    from pathlib import Path

    from corpuskit.backing_up import back_up

    with session.open() as store:
        size = back_up(store, Path(target))
    session.say(f"wrote {target}: {size:,} bytes, checked")
    return EXIT_OK
