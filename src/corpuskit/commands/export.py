"""`corpuskit export`: the selection in the formats of other tools."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from corpuskit.commands._options import field_names, selection_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK, UsageError
from corpuskit.record import RECORD_FIELDS
from corpuskit.selection import Selection

if TYPE_CHECKING:
    from corpuskit.exporting import ExportOptions
    from corpuskit.splitting import Split
    from corpuskit.store.store import Store

_PLACE = "{split}"


@click.command()
@click.option("-f", "--format", "format_", type=click.Choice(("jsonl", "csv", "tsv", "text", "parquet", "tei", "vertical")),
              default="jsonl", show_default=True)  # fmt: skip
@click.option("-o", "--output", "target", metavar="PATH", help="Write there instead of stdout; with -f text a folder.")
@click.option(
    "--fields", metavar="A,B", help="Only these fields of the record, in this order; TEI and vertical keep id and text."
)
@click.option("--separator", default="\f", metavar="TEXT", help="With -f text: the line between two texts; else a form feed.")
@click.option("--csv-safe", is_flag=True, help="Put an apostrophe before cells that a spreadsheet would run.")
@click.option("--split", metavar="A=X,B=Y", help="Sides and their shares: a field `split`, or a file each for -o 'NAME-{split}'.")
@click.option("--group", type=click.Choice(("site",)), help="With --split: keep these together too.")
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
    split: str | None,
    group: str | None,
    force: bool,
    selection: Selection,
) -> int:
    """Write the selected documents. Dropped ones are left out unless --all or --dropped asks for them.

    A file is written beside PATH and renamed when it is whole. The same corpus and the same command give the same bytes. The
    corpus remembers what went where, if it can be written: `why` and `forget` name the exports that hold a page.

    --split never puts near-duplicates on different sides. Sides are drawn by a hash of the text and --seed: a document keeps its
    side when the corpus grows, whatever is selected, and the shares hold about.

    \b
    corpuskit export -f jsonl | jq -r .title
    corpuskit export --lang de -f text -o german/
    corpuskit export --since 2021 -f parquet -o recent.parquet
    corpuskit export --lang en -f vertical --fields id,date,site,title -o english.vert
    corpuskit export --split train=0.9,test=0.1 --seed 7 --group site -o 'corpus-{split}.jsonl'
    """
    from pathlib import Path

    from corpuskit.exporting import ExportOptions, export_to_path, export_to_stream

    chosen = _split(split, group, selection.seed)
    names = _fields(fields, format_, target, is_split=chosen is not None)
    options = ExportOptions(format_, names, separator, csv_safe, force)
    with _recorded(session, options), session.open() as store, session.progress("exporting") as advance:
        ids = store.selecting.ids(selection)
        if chosen is not None and ids:
            options = _with_sides(store, options, chosen)
            if target is not None and _PLACE in target:
                return _export_sides(session, store, ids, options, target, chosen)
        if target is None:
            count = export_to_stream(store, ids, options, sys.stdout, advance)
        else:
            count = export_to_path(store, ids, options, Path(target), advance) if ids else 0
    if target is not None:
        session.say(f"wrote {count} documents to {target}" if count else f"nothing selected: {target} was not written")
    return EXIT_OK if count else EXIT_NOTHING


@contextmanager
def _recorded(session: Session, options: ExportOptions) -> Iterator[None]:
    """What a block hands on is recorded, also where its reader goes away half-way."""
    from corpuskit.exporting import record_exports

    try:
        yield
    finally:
        if (why := record_exports(session.path, session.arguments, options)) is not None:
            session.say(f"the corpus does not remember this export: {why}")


def _split(shares: str | None, group: str | None, seed: int) -> Split | None:
    if shares is None:
        if group is not None:
            raise UsageError("--group belongs to --split")
        return None
    from corpuskit.splitting import Split, read_shares

    return Split(read_shares(shares), seed, group)


def _fields(fields: str | None, format_: str, target: str | None, *, is_split: bool) -> tuple[str, ...]:
    """The fields of the record; the side comes last, unless the name of the file tells it."""
    from corpuskit.exporting import usual_fields

    usual = usual_fields(format_)
    if not is_split:
        return usual if fields is None else field_names(fields, RECORD_FIELDS)
    by_name = target is not None and _PLACE in target
    if format_ == "text" and not by_name:
        raise UsageError("texts have no field for the side of a split", hint=f"-o 'NAME-{_PLACE}' makes a folder for each")
    if fields is not None:
        names = field_names(fields, (*RECORD_FIELDS, "split"))
        return names if by_name or "split" in names else (*names, "split")
    return usual if by_name else (*usual, "split")


def _with_sides(store: Store, options: ExportOptions, split: Split) -> ExportOptions:
    from corpuskit.splitting import sides

    return replace(options, sides=sides(store, split))


def _export_sides(session: Session, store: Store, ids: list[int], options: ExportOptions, target: str, split: Split) -> int:
    from corpuskit.exporting import export_sides

    counts = export_sides(store, ids, options, target, [name for name, _ in split.shares])
    for name, count in counts.items():
        session.say(f"wrote {count} documents to {target.replace(_PLACE, name)}")
    return EXIT_OK
