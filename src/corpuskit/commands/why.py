"""`corpuskit why`: what happened to a page, and why."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from corpuskit.commands._options import session_options
from corpuskit.commands._session import Session, terminal_width, warn
from corpuskit.errors import EXIT_NOTHING, EXIT_OK
from corpuskit.formats import visible

if TYPE_CHECKING:
    from corpuskit.store.store import Store


@click.command()
@click.argument("what", metavar="ID|URL|LOCATION")
@click.option("-f", "--format", "format_", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.option("--lines/--no-lines", default=True, help="Show the lines of a plain-text page, those cut with the reason.")
@session_options
@click.pass_obj
def command(session: Session, /, what: str, format_: str, lines: bool) -> int:
    """Tell what is known of a page: where it came from, its other captures, how it was decoded and cleaned, its earlier texts,
    its tags, every decision about it with rule, value and threshold, its duplicates with the passages in which they differ
    (- in this one, + in the other), the exports that held it, and of a plain-text page every line that was kept or cut. Each
    part names the run that did it, and the undo that took it back.

    \b
    corpuskit why 12
    corpuskit why https://example.org/page
    corpuskit why crawl/empty.html
    """
    from corpuskit.explaining import explain
    from corpuskit.telling import wrapped

    with session.open() as store:
        lives = list(explain(store, what))
        if format_ == "json":
            import json

            sys.stdout.write(json.dumps(lives, ensure_ascii=False, indent=2) + "\n")
        else:
            width = terminal_width() if sys.stdout.isatty() else None
            for line in _told(store, lives, lines=lines):
                shown = visible(line)
                sys.stdout.writelines(f"{part}\n" for part in ([shown] if width is None else wrapped(shown, width)))
    if not lives:
        warn(f"corpuskit: nothing is known of {what}")
    return EXIT_OK if lives else EXIT_NOTHING


def _told(store: Store, lives: list[dict[str, Any]], *, lines: bool) -> Iterator[str]:
    """All lives, a blank line between two."""
    from corpuskit.explaining import page_lines
    from corpuskit.telling import tell, tell_lines

    for number, life in enumerate(lives):
        if number:
            yield ""
        yield from tell(life)
        recomputed = "cleaning" in life and life["cleaning"]["cuts_recomputed"]
        if lines and (recomputed or life.get("document")) and (shown := page_lines(store, life["page"]["id"])):
            yield from tell_lines(shown, recomputed=recomputed)
