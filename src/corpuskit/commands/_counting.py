"""What the counting commands share: which spellings are one word, clusters that count once, and rounding."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

import click

from corpuskit.commands._session import Session
from corpuskit.errors import UsageError

if TYPE_CHECKING:
    from corpuskit.formats import Output, Record
    from corpuskit.store.store import Store

Command = TypeVar("Command", bound=Callable[..., Any])
_DECIMALS = 10  # in machine formats: as many as any computation of logarithms agrees on
_DECIMALS_SHOWN = 4  # in a table

unique_option = click.option("--unique", is_flag=True, help="Each cluster of near-duplicates counts once.")


def spelling_options(command: Command) -> Command:
    """--case and --fold-accents as one `spelling: Spelling`."""

    @functools.wraps(command)
    def with_spelling(*arguments: Any, case: bool, fold_accents: bool, **options: Any) -> Any:
        from corpuskit.tallying import Spelling

        if case and fold_accents:
            raise UsageError("--case and --fold-accents exclude each other")
        return command(*arguments, spelling=Spelling(case, fold_accents), **options)

    decorated: Any = with_spelling
    for option in (
        click.option("--fold-accents", is_flag=True, help="Accents do not count: résumé is resume."),
        click.option("--case", is_flag=True, help="Letter case counts: Polish is not polish."),
    ):
        decorated = option(decorated)
    return decorated  # type: ignore[no-any-return]


def rounded(rows: Iterable[Record], output: Output) -> Iterator[Record]:
    """The rows with their numbers rounded: to 4 decimals in a table, to 10 in machine formats."""
    decimals = _DECIMALS_SHOWN if output.format == "table" else _DECIMALS
    for row in rows:
        yield {name: round(value, decimals) if isinstance(value, float) else value for name, value in row.items()}


def explain_reading(session: Session, store: Store) -> None:
    """With --verbose, how counting goes about it."""
    if store.word_counts.any():
        session.explain("kept counts are read (corpuskit tally)")
    else:
        session.explain("all texts are read; corpuskit tally keeps counts, which is faster")


def warn_without_clusters(session: Session, store: Store, *, unique: bool) -> None:
    """Say so where `--unique` can have no effect."""
    if unique and store.signatures.prevailing_settings() is None:
        session.say("nothing was deduplicated: every document stands for itself (corpuskit dedupe)")
