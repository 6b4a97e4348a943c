"""`corpuskit show`: whole documents, or the raw bytes of their pages."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from corpuskit.commands._options import session_options
from corpuskit.commands._session import Session, warn
from corpuskit.errors import EXIT_NOTHING, EXIT_OK, UsageError
from corpuskit.formats import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEAD = ("id", "title", "author", "date", "date_source", "language", "site_name", "url", "source", "location", "words", "status")


@click.command()
@click.argument("ids", nargs=-1, required=True, metavar="ID...", type=click.IntRange(min=1))
@click.option("--text", "text_only", is_flag=True, help="Only the text.")
@click.option("--raw", is_flag=True, help="The page's bytes exactly as they came.")
@session_options
@click.pass_obj
def command(session: Session, /, ids: tuple[int, ...], text_only: bool, raw: bool) -> int:
    """Show documents whole.

    \b
    corpuskit show 12
    corpuskit show --text 12 | wc -w
    corpuskit show --raw 12 | sha256sum
    """
    if text_only and raw:
        raise UsageError("--text and --raw exclude each other")
    missing = 0
    with session.open() as store:
        for number, document_id in enumerate(ids):
            if raw:
                content = store.pages.raw(document_id)
                if content is not None:
                    sys.stdout.buffer.write(content)
            else:
                record = next(store.documents.records([document_id], (*_HEAD, "lead", "text")), None)
                content = b"" if record else None
                if record:
                    _show(record, text_only=text_only, first=number == 0)
            if content is None:
                missing += 1
                warn(f"corpuskit: no {'page' if raw else 'document'} {document_id}")
    return EXIT_NOTHING if missing else EXIT_OK


def _show(record: Mapping[str, object], *, text_only: bool, first: bool) -> None:
    """Print a document; escapes in it are shown on a terminal, and sent as they are into a pipe."""
    lines = [] if first else [""]
    if not text_only:
        lines += [f"{name}: {visible(str(record[name]))}" for name in _HEAD if record[name] is not None]
        lines += ["", *str(record["lead"]).split("\n")] if record["lead"] else []
        lines += [""]
    lines += str(record["text"]).split("\n")
    on_terminal = sys.stdout.isatty()
    sys.stdout.write("".join((visible(line) if on_terminal else line) + "\n" for line in lines))
