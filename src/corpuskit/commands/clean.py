"""`corpuskit clean`: texts for pages that have none yet, or that would be cleaned differently now, and what that changed."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import click

from corpuskit.commands._options import cleaning_options, output_options, selection_options, session_options, with_fields
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK, EXIT_PARTIAL, UsageError
from corpuskit.formats import FORMATS, Output, write_records
from corpuskit.selection import Selection

if TYPE_CHECKING:
    from corpuskit.cleaning import CleanOptions, CleanReport

FIELDS = ("outcome", "pages")
SITE_FIELDS = ("site", "documents", "changed", "words_before", "words_after", "gained", "lost")
DOCUMENT_FIELDS = ("id", "site", "words_before", "words_after", "gained", "lost", "title")
_ALL_FIELDS = tuple(dict.fromkeys((*FIELDS, *SITE_FIELDS, *DOCUMENT_FIELDS)))
_SHOWN = 20  # documents on a terminal, unless --limit says otherwise; a pipe gets all


@click.command(
    epilog="Exit codes: 0 done, 1 nothing to clean, 2 wrong use or unreadable corpus, 3 some pages failed, 75 locked.",
)
@click.option("--again", is_flag=True, help="Also pages that were cleaned by another version or in another mode.")
@click.option("--compare", type=click.IntRange(1, 2**62), metavar="RUN", help="What that run gained and lost, by site.")
@click.option("--documents", is_flag=True, help="With --compare: by document, the largest change first.")
@click.option("--accept", type=click.IntRange(1, 2**62), metavar="RUN", help="Let the texts go that RUN replaced.")
@click.option("--repeated", type=click.Choice(("keep", "cut")), default="keep", show_default=True,
              help="Paragraphs of HTML pages that stand on two other pages of the site.")  # fmt: skip
@selection_options()
@output_options(FIELDS, _ALL_FIELDS, formats=FORMATS)
@cleaning_options
@session_options
@click.pass_obj
def command(
    session: Session,
    /,
    again: bool,
    compare: int | None,
    documents: bool,
    accept: int | None,
    repeated: Literal["keep", "cut"],
    selection: Selection,
    output: Output,
    cleaning: CleanOptions,
) -> int:
    """Clean pages that have no text yet: stored with --no-clean, interrupted, or failed before.

    With --again also those whose text was made by another version of the extractor or in another mode, and plain-text pages
    that were cleaned before other pages came in whose lines tell what is boilerplate; no others. A selection narrows that to
    documents that are there already. Prints how many pages ended how.

    --repeated cut leaves out what trafilatura keeps though it belongs to the site: newsletters, notices, the author's life. `why`
    shows how many lines that were. A page most of which stands elsewhere is a copy, and is left alone.

    A text that is replaced is kept. --compare RUN tells how many words a run gained and lost; `undo RUN` brings the earlier
    texts back, --accept RUN lets them go for good.

    \b
    corpuskit clean
    corpuskit clean --again --mode precision --site example.org
    corpuskit clean --again --repeated cut
    corpuskit clean --compare 7
    corpuskit clean --compare 7 --documents -n 5
    corpuskit clean --accept 7
    """
    _check(compare, accept, again=again, documents=documents, is_ids=output.format == "ids", selection=selection)
    if compare is not None:
        return _compare(session, compare, selection, output, by_documents=documents)
    output = with_fields(output, FIELDS, FIELDS)
    if accept is not None:
        return _accept(session, accept)
    report = _clean(session, selection, replace(cleaning, repeated=repeated), again=again)
    if report is None:
        session.say("nothing to clean")
        return EXIT_NOTHING
    rows = [{"outcome": name, "pages": count} for name, count in report.counts.items() if name != "read"]
    write_records(rows, output, sys.stdout)
    return EXIT_PARTIAL if report.failed else EXIT_OK


def _check(compare: int | None, accept: int | None, *, again: bool, documents: bool, is_ids: bool, selection: Selection) -> None:
    if again + (compare is not None) + (accept is not None) > 1:
        raise UsageError("--again, --compare and --accept exclude each other")
    if (documents or is_ids) and (compare is None or not documents):
        raise UsageError("documents are listed by --compare RUN --documents")
    if accept is not None and selection != Selection():
        raise UsageError("--accept is about a whole run: it takes no selection")


def _clean(session: Session, selection: Selection, cleaning: CleanOptions, *, again: bool) -> CleanReport | None:
    from corpuskit.cleaning import recipes
    from corpuskit.commands._cleaning import clean_waiting
    from corpuskit.line_evidence import amount, count_paragraphs

    with session.open_writable() as store:
        if cleaning.repeated == "cut":
            count_paragraphs(store)
        known = recipes(cleaning.mode, cleaning.repeated) if again else None
        waiting = store.documents.to_clean(known, amount(store))
        if selection != Selection():
            chosen = set(store.selecting.ids(selection))
            waiting = [page_id for page_id in waiting if page_id in chosen]
        if not waiting:
            return None
        with store.runs.record("clean", session.arguments) as run:
            report = clean_waiting(session, store, waiting, run.id, cleaning)
            run.counts |= report.counts
            run.partial = report.failed > 0
        _, replaced = store.earlier.count_accepted(run.id)
    session.end_notices()
    if replaced:
        session.say(f"earlier texts kept: {replaced} (corpuskit clean --compare {run.id} tells what changed)")
    return report


def _compare(session: Session, run_id: int, selection: Selection, output: Output, *, by_documents: bool) -> int:
    from corpuskit.reviewing import by_document, by_site, compare

    output = with_fields(output, FIELDS, DOCUMENT_FIELDS if by_documents else SITE_FIELDS)
    everything = selection == Selection(limit=selection.limit)
    with session.open() as store:
        ids = None if everything else set(store.selecting.ids(replace(selection, limit=None)))
        rows = (by_document if by_documents else by_site)(compare(store, run_id, ids))
    most = _SHOWN if by_documents and selection.limit is None and sys.stdout.isatty() else selection.limit
    if not rows:
        session.say(f"run {run_id}: no text that it replaced {'has changed' if by_documents else 'is kept'}")
    write_records(rows[:most], output, sys.stdout)
    if most is not None and len(rows) > most:
        session.say(f"{most} of {len(rows)} documents; -n {len(rows)} shows all")
    return EXIT_OK if rows else EXIT_NOTHING


def _accept(session: Session, run_id: int) -> int:
    from corpuskit.reviewing import accept, acceptable

    with session.open_writable() as store:
        _, pages = acceptable(store, run_id)
        if not pages:
            session.say(f"run {run_id} has replaced no text that is kept: nothing to accept")
            return EXIT_NOTHING
        with store.runs.record("clean", session.arguments) as run:
            run.counts |= accept(store, run_id, by=run.id)
    session.say(f"accepted: run {run_id}; earlier texts let go: {run.counts['let-go']}")
    return EXIT_OK
