"""`corpuskit forget`: pages are taken out for good, and do not come back."""

from __future__ import annotations

import click

from corpuskit.commands._forgetting import ForgetRequest, allow, list_forgotten, preview, run_forget
from corpuskit.commands._options import output_options, selection_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK, EXIT_PARTIAL, EXIT_USAGE, UsageError
from corpuskit.formats import Output
from corpuskit.selection import Selection

FIELDS = ("id", "because", "url", "title", "location", "earlier", "exports")  # those of a page that goes
LISTED_FIELDS = ("id", "url", "location", "raw_digest", "forgotten_at", "run", "note", "refuses", "exports")


@click.command(
    epilog="Exit codes: 0 forgotten, 1 nothing to forget, 2 not confirmed, wrong use or a trace was found, 3 some names are "
    "unknown, 75 another process has the corpus open.",
)
@click.argument("names", metavar="[ID|URL|LOCATION]...", nargs=-1)
@click.option("--yes", is_flag=True, help="Do it; without it the pages are only named.")
@click.option("--note", metavar="TEXT", default="", help="Why; kept with what is forgotten.")
@click.option("--with-duplicates", is_flag=True, help="Their duplicates and near-duplicates too.")
@click.option("--list", "listing", is_flag=True, help="List what was forgotten.")
@click.option("--allow", "allowing", is_flag=True, help="Let what was forgotten be imported again.")
@selection_options(without=("save",))
@output_options(FIELDS, tuple(dict.fromkeys((*FIELDS, *LISTED_FIELDS))))
@session_options
@click.pass_obj
def command(
    session: Session,
    /,
    names: tuple[str, ...],
    yes: bool,
    note: str,
    with_duplicates: bool,
    listing: bool,
    allowing: bool,
    selection: Selection,
    output: Output,
) -> int:
    """Take pages out for good: raw bytes, texts, index, signatures, decisions, and what quotes them in the log. The file is
    written anew, and searched to prove that nothing is left. A note of digest and address stays, so that no import or fetch
    brings the page back. This cannot be undone.

    Pages with the same bytes are forgotten together, and all captures of an address. Without --yes it only says which. A
    selection takes dropped documents too.

    \b
    corpuskit forget 12
    corpuskit forget https://example.org/page --yes --note 'asked for by the author'
    corpuskit forget --site example.org --yes
    corpuskit forget --list
    """
    if listing and allowing:
        raise UsageError("--list and --allow exclude each other")
    if listing:
        return EXIT_OK if list_forgotten(session, names, output, LISTED_FIELDS) else EXIT_NOTHING
    if allowing:
        return EXIT_OK if allow(session, names) else EXIT_NOTHING
    request = ForgetRequest.from_options(names, selection, note=note, with_duplicates=with_duplicates)
    if not yes:
        return EXIT_USAGE if preview(session, request, output) else EXIT_NOTHING
    done, unknown = run_forget(session, request, output)
    return EXIT_PARTIAL if done and unknown else EXIT_OK if done else EXIT_NOTHING
