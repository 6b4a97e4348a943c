"""`corpuskit why`: what happened to a page, and why."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from corpuskit.commands._options import session_options
from corpuskit.commands._session import Session, warn
from corpuskit.errors import EXIT_NOTHING, EXIT_OK
from corpuskit.formats import visible

if TYPE_CHECKING:
    from corpuskit.store.store import Store

_MARK = {True: "   ", False: " - "}


@click.command(short_help="Tell the life of a page: import, cleaning, decisions, lines kept and cut.")
@click.argument("what", metavar="ID|URL|LOCATION")
@click.option("-f", "--format", "format_", type=click.Choice(("text", "json")), default="text", show_default=True)
@click.option("--lines/--no-lines", default=True, help="Show the lines of a plain-text page, those cut with the reason.")
@session_options
@click.pass_obj
def command(session: Session, /, what: str, format_: str, lines: bool) -> int:
    """Tell what is known of a page: where it came from, how it was decoded and cleaned, every decision about it with rule,
    value and threshold, its duplicates with the passages in which they differ (- in this one, + in the other), and of a
    plain-text page every line that was kept or cut.

    \b
    corpuskit why 12
    corpuskit why https://example.org/page
    corpuskit why crawl/empty.html
    """
    from corpuskit.explaining import explain

    with session.open() as store:
        lives = list(explain(store, what))
        if format_ == "json":
            import json

            sys.stdout.write(json.dumps(lives, ensure_ascii=False, indent=2) + "\n")
        else:
            for number, life in enumerate(lives):
                printed = _outcome(life["outcome"]) if "outcome" in life else _life(store, life, lines=lines)
                sys.stdout.write("".join(visible(line) + "\n" for line in ([""] if number else []) + list(printed)))
    if not lives:
        warn(f"corpuskit: nothing is known of {what}")
    return EXIT_OK if lives else EXIT_NOTHING


def _outcome(outcome: dict[str, Any]) -> Iterator[str]:
    yield f"{outcome['location']}: {outcome['status']} at {outcome['stage']}: {outcome['reason']}"
    yield f"  {outcome['meaning']}"
    if outcome["detail"]:
        yield f"  detail    {outcome['detail']}"
    yield f"  source    {outcome['source']}"
    yield f"  run       {outcome['run']}"


def _life(store: Store, life: dict[str, Any], *, lines: bool) -> Iterator[str]:
    page, cleaning, document = life["page"], life["cleaning"], life["document"]
    state = document["status"] if document else cleaning["outcome"]
    yield f"{page['id']}: {state}: {document['title'] if document and document['title'] else page['location']}"
    yield f"  page      {page['location']} (source {page['source']}, run {page['import_run']}, {page['imported_at']})"
    if page["url"]:
        yield f"  url       {page['url']} ({page['url_source']})"
    if page["fetched_at"]:
        yield f"  fetched   {page['fetched_at']}"
    yield f"  raw       {page['raw_size']} bytes, {page['media_type']}, {page['raw_digest']}"
    if page["note"]:
        yield f"  note      {page['note']}"
    for name, value in page["given"].items():
        yield f"  given     {name}: {', '.join(value) if isinstance(value, list) else value}"
    yield from _cleaning(cleaning, document)
    for decision in life["decisions"]:
        yield from _decision(decision)
    for duplicate in life["duplicates"]:
        yield from _duplicate(duplicate)
    if lines and document:
        yield from _lines(store, page["id"])


def _cleaning(cleaning: dict[str, Any], document: dict[str, Any] | None) -> Iterator[str]:
    made = f" by {cleaning['extractor']} in run {cleaning['run']}" if cleaning["extractor"] else ""
    yield f"  cleaning  {cleaning['outcome']}{made}"
    if cleaning["reason"]:
        yield f"  reason    {cleaning['reason']}: {cleaning['meaning']}"
    if cleaning["detail"]:
        yield f"  detail    {cleaning['detail']}"
    if document is None:
        return
    yield f"  encoding  {document['encoding']} ({document['encoding_source']})"
    confidence = document["language_confidence"]
    yield f"  language  {document['language'] or 'unknown'}" + (f" (confidence {confidence:.2f})" if confidence else "")
    yield f"  date      {document['date']} ({document['date_source']})" if document["date"] else "  date      none found"
    yield f"  text      {document['words']} words, {document['characters']} characters, {document['text_digest']}"
    if document["confidence"] is not None:
        yield f"  sure      {document['confidence']:.2f} of 1 that this is the main text"
    if document["lead"]:
        yield f"  lead      {' / '.join(document['lead'].split(chr(10)))}"
    if document["tags"]:
        yield f"  tags      {', '.join(document['tags'])}"


def _decision(decision: dict[str, Any]) -> Iterator[str]:
    value = "" if decision["value"] is None else f" value {decision['value']:g}"
    threshold = "" if decision["threshold"] is None else f" threshold {decision['threshold']:g}"
    of = "" if decision["duplicate_of"] is None else f" duplicate of {decision['duplicate_of']}"
    state = "in force" if decision["in_force"] else f"taken back by run {decision['withdrawn_by']}"
    yield f"  decision  {decision['rule']}{value}{threshold}{of} (run {decision['run']}, {decision['command']}; {state})"
    if decision["detail"]:
        yield f"            {decision['detail']}"


def _duplicate(duplicate: dict[str, Any]) -> Iterator[str]:
    """A document that is alike, and where the two differ: - is this one, + the other."""
    jaccard = "" if duplicate["jaccard"] is None else f", Jaccard {duplicate['jaccard']:g}"
    yield f"  duplicate {duplicate['id']}: {duplicate['relation']}{jaccard}: {duplicate['title'] or duplicate['location']}"
    for difference in duplicate["differences"]:
        yield f"            {difference['side']} {difference['text']}"
    if duplicate["more_differences"]:
        yield "            … and more"


def _lines(store: Store, page_id: int) -> Iterator[str]:
    """The page line by line: lines that were cut are marked, with the reason behind the first of a run."""
    from corpuskit.explaining import page_lines

    shown = page_lines(store, page_id)
    if not shown:
        return
    yield ""
    yield "  the page, line by line (- is cut):"
    before: str | None = None
    for number, line, reason in shown:
        because = f"   [{reason}]" if reason and reason != before else ""
        yield f"{number:>6}{_MARK[reason is None]}{line}{because}".rstrip()
        before = reason
