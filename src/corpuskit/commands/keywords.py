"""`corpuskit keywords`: the words that tell a selection from a reference."""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from corpuskit.commands._counting import explain_reading, rounded, spelling_options, unique_option, warn_without_clusters
from corpuskit.commands._options import output_options, selection_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK
from corpuskit.formats import RECORD_FORMATS, Output, write_records
from corpuskit.selection import Selection, first_day, last_day

if TYPE_CHECKING:
    from corpuskit.tallying import Spelling

FIELDS = (
    "word", "frequency", "reference_frequency", "per_million", "reference_per_million", "log_likelihood", "log_ratio",
)  # fmt: skip
MORE_FIELDS = ("tokens", "reference_tokens")
SORTS = ("log_likelihood", "log_ratio", "frequency", "reference_frequency")
_SHOWN = 50  # words on a terminal, unless -n says otherwise; a pipe gets all

Command = TypeVar("Command", bound=Callable[..., Any])
_REFERENCE_OPTIONS: dict[str, dict[str, Any]] = {
    "match": {"metavar": "QUERY", "help": "Compare with documents that match a query."},
    "lang": {"metavar": "CODE", "multiple": True, "help": "With documents in a language; else those of --lang. Repeatable."},
    "site": {"metavar": "HOST", "multiple": True, "help": "With those of a host or domain. Repeatable."},
    "source": {"metavar": "TEXT", "multiple": True, "help": "With those imported from there. Repeatable."},
    "tag": {"metavar": "NAME", "multiple": True, "help": "With those that have a tag. Repeatable."},
    "since": {"metavar": "DATE", "help": "With those from this day on."},
    "until": {"metavar": "DATE", "help": "With those up to this day."},
}


def reference_options(command: Command) -> Command:
    """--reference-... as one `reference: Selection | None`."""

    @functools.wraps(command)
    def with_reference(*arguments: Any, **options: Any) -> Any:
        chosen = {name: options.pop(f"reference_{name}") for name in _REFERENCE_OPTIONS}
        return command(*arguments, reference=_reference(**chosen) if any(chosen.values()) else None, **options)

    decorated: Any = with_reference
    for name, settings in reversed(_REFERENCE_OPTIONS.items()):
        decorated = click.option(f"--reference-{name}", **settings)(decorated)
    return decorated  # type: ignore[no-any-return]


def _reference(*, lang: tuple[str, ...], site: tuple[str, ...], source: tuple[str, ...], tag: tuple[str, ...],
               match: str | None, since: str | None, until: str | None) -> Selection:  # fmt: skip
    return Selection(
        match=match,
        languages=tuple(code.lower() for code in lang),
        sites=tuple(host.lower().rstrip(".") for host in site),
        sources=source,
        tags=tag,
        since=None if since is None else first_day(since),
        until=None if until is None else last_day(until),
    )


@click.command()
@click.option("--min-frequency", type=click.IntRange(min=1), default=5, show_default=True, metavar="N",
              help="What occurs at least N times.")  # fmt: skip
@click.option("--min-ll", type=float, default=15.13, show_default=True, metavar="X",
              help="Least log-likelihood: 6.63 is p < 0.01, 10.83 p < 0.001, 15.13 p < 0.0001.")  # fmt: skip
@click.option("--negative", is_flag=True, help="Words that are rarer than in the reference.")
@click.option("--sort", "order", type=click.Choice(SORTS), default="log_likelihood", show_default=True, help="By this.")
@click.option("-n", "--limit", "most", type=click.IntRange(min=1), metavar="N", help="The first N.")
@unique_option
@spelling_options
@reference_options
@click.option("--reference-db", metavar="FILE", help="With documents of another corpus.")
@selection_options(without=("sort", "reverse", "limit"))
@output_options(FIELDS, (*FIELDS, *MORE_FIELDS), formats=RECORD_FORMATS)
@session_options
@click.pass_obj
def command(
    session: Session, /, min_frequency: int, min_ll: float, negative: bool, order: str, most: int | None, unique: bool,
    spelling: Spelling, reference: Selection | None, reference_db: str | None, selection: Selection, output: Output,
) -> int:  # fmt: skip
    """Find the keywords of a selection: words that are more frequent there than in the rest of the corpus.

    \b
    corpuskit keywords --match flood --lang en
    corpuskit keywords --tag drafts --reference-tag printed --sort log_ratio
    corpuskit keywords --since 2020 --reference-until 2019 --negative -n 30
    corpuskit keywords --site example.org --reference-db other.db

    \b
    log_likelihood  is there a difference?
    log_ratio       how large is it? +1 is twice as frequent, +2 four times ...
    """
    from corpuskit.contrasting import KeywordOptions, Reference, keywords
    from corpuskit.store.store import Store

    if reference is not None and not reference.languages:
        reference = replace(reference, languages=selection.languages)
    if reference_db is not None and reference is None:
        reference = Selection(languages=selection.languages)
    shown = _SHOWN if sys.stdout.isatty() and most is None else most
    options = KeywordOptions(unique, spelling, min_frequency, min_ll, negative, order, shown)
    with ExitStack() as stack:
        store = stack.enter_context(session.open())
        other = None if reference_db is None else stack.enter_context(Store.open(Path(reference_db)))
        warn_without_clusters(session, store, unique=unique)
        explain_reading(session, store)
        rows = keywords(store, selection, Reference(reference, other), options)
        count = write_records(rounded(rows, output), output, sys.stdout)
    if shown != most and count == shown:
        session.say(f"the first {shown}; -n shows more, a pipe gets all")
    return EXIT_OK if count else EXIT_NOTHING
