"""`corpuskit dedupe`: exact and near-duplicates, recorded as decisions."""

from __future__ import annotations

import os
import sys

import click

from corpuskit.commands._options import output_options, selection_options, session_options, with_fields
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK, UsageError
from corpuskit.formats import RECORD_FORMATS, Output, write_records
from corpuskit.selection import Selection

FIELDS = ("outcome", "documents")
PAIR_FIELDS = ("id", "other", "jaccard", "dropped", "title", "other_title")
PASSAGE_FIELDS = ("documents", "places", "examples", "passage")
_ALL_FIELDS = tuple(dict.fromkeys((*FIELDS, *PAIR_FIELDS, *PASSAGE_FIELDS)))


@click.command()
@click.option(
    "--threshold",
    type=click.FloatRange(0.2, 1.0),
    default=0.8,
    show_default=True,
    metavar="J",
    help="Least Jaccard of word 5-grams.",
)
@click.option(
    "--keep",
    type=click.Choice(("longest", "earliest", "newest", "first")),
    default="longest",
    show_default=True,
    help="Which document of a cluster stays.",
)
@click.option("--pin", metavar="TAG", multiple=True, help="Never drop documents with this tag. Repeatable.")
@click.option("--against", metavar="OTHER.db", help="Drop what another corpus already holds instead.")
@click.option("--pairs", is_flag=True, help="List the pairs with their Jaccard, also those that were not merged.")
@click.option("--passages", is_flag=True, help="List paragraphs that stand in many documents; decide nothing.")
@click.option("--min-documents", type=click.IntRange(2), metavar="N", help="With --passages: in at least N documents; else 3.")
@click.option("--again", is_flag=True, help="Decide everything anew, as if all documents had come at once.")
@click.option("--dry-run", is_flag=True, help="Say what would be decided, decide nothing; signatures are kept.")
@selection_options(without=("everything", "dropped", "sort", "reverse", "limit", "sample", "seed"))
@output_options(FIELDS, _ALL_FIELDS, formats=RECORD_FORMATS)
@session_options
@click.pass_obj
def command(
    session: Session,
    /,
    threshold: float,
    keep: str,
    pin: tuple[str, ...],
    against: str | None,
    pairs: bool,
    passages: bool,
    min_documents: int | None,
    again: bool,
    dry_run: bool,
    selection: Selection,
    output: Output,
) -> int:
    """Find documents with the same or nearly the same text, keep one of each cluster, and record the decision about the others.

    Nothing is deleted: dropped documents are left out of selections, `why` tells the document they resemble and how much, and
    `undo` takes the run back. A document is only dropped if it is itself as similar as the threshold to the one that is
    kept. New documents are compared with those that are there; changing the threshold compares nothing anew that is known.

    Documents that were kept stay when others are added; --again decides as if all had come at once. --passages lists
    paragraphs that many documents share: nothing is cut, but `clean --again` takes them as evidence for plain-text pages.

    \b
    corpuskit dedupe
    corpuskit dedupe --threshold 0.7 --keep earliest --pin gold
    corpuskit dedupe --pairs --fields jaccard,title,other_title
    corpuskit dedupe --against train.db
    corpuskit dedupe --passages --min-documents 10
    """  # fmt: skip
    from corpuskit.settling import DedupeOptions

    _check(pairs=pairs, passages=passages, against=against, min_documents=min_documents)
    if pairs:
        return _list_pairs(session, output)
    if passages:
        return _list_passages(session, selection, output, min_documents, dry_run=dry_run)
    output = with_fields(output, FIELDS, FIELDS)
    report = _run(session, DedupeOptions(threshold, keep, pin, again), selection, against, dry_run=dry_run)
    if not report.documents:
        session.say("nothing selected")
        return EXIT_NOTHING
    counts = report.counts
    session.say(
        f"{counts['documents']} documents = {counts['kept']} kept + {counts['documents'] - counts['kept']} dropped; "
        f"{report.signed} signed, {report.verified} pairs verified, {report.returned} back again"
        + ("; nothing was decided" if dry_run else "")
    )
    rows = [{"outcome": name, "documents": count} for name, count in counts.items() if name != "documents"]
    write_records(rows, output, sys.stdout)
    return EXIT_OK


def _check(*, pairs: bool, passages: bool, against: str | None, min_documents: int | None) -> None:
    if pairs + passages + (against is not None) > 1:
        raise UsageError("--pairs, --passages and --against exclude each other")
    if min_documents is not None and not passages:
        raise UsageError("--min-documents belongs to --passages")


def _list_pairs(session: Session, output: Output) -> int:
    from corpuskit.deduping import list_pairs

    with session.open() as store:
        count = write_records(list_pairs(store), with_fields(output, FIELDS, PAIR_FIELDS), sys.stdout)
    return EXIT_OK if count else EXIT_NOTHING


def _list_passages(session: Session, selection: Selection, output: Output, least: int | None, *, dry_run: bool) -> int:
    from corpuskit.repeating import LEAST_DOCUMENTS, list_passages, record_passages

    output = with_fields(output, FIELDS, PASSAGE_FIELDS)
    with session.open_writable() as store:
        if store.passages.unread() and not dry_run:
            with store.runs.record("dedupe", session.arguments) as run, session.progress("reading") as advance:
                run.counts["read"] = record_passages(store, advance)
        ids = store.selecting.ids(selection)
        count = write_records(list_passages(store, ids, least or LEAST_DOCUMENTS), output, sys.stdout)
    return EXIT_OK if count else EXIT_NOTHING


def _run(session: Session, options, selection: Selection, against: str | None, *, dry_run: bool):  # type: ignore[no-untyped-def]
    from contextlib import ExitStack

    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # numpy's threads cost their start, and there is nothing for them to do
    from corpuskit.deduping import dedupe, find_elsewhere
    from corpuskit.store.store import Store

    with ExitStack() as stack:
        other = stack.enter_context(Store.open(against)) if against else None
        store = stack.enter_context(session.open_writable())
        run = None if dry_run else stack.enter_context(store.runs.record("dedupe", session.arguments))
        advance = stack.enter_context(session.progress("signing"))
        run_id = run.id if run else None
        if other is not None:
            report = find_elsewhere(store, other, selection, options, run_id=run_id, advance=advance)
        else:
            report = dedupe(store, selection, options, run_id=run_id, advance=advance)
        if run is not None:
            run.counts |= report.counts
    return report
