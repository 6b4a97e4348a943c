"""`corpuskit words`: frequency lists of words and n-grams."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from corpuskit.commands._counting import explain_reading, rounded, spelling_options, unique_option, warn_without_clusters
from corpuskit.commands._options import output_options, selection_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK, UsageError
from corpuskit.formats import RECORD_FORMATS, Output, write_records
from corpuskit.selection import Selection

if TYPE_CHECKING:
    from corpuskit.tallying import Spelling

GROUPS = ("year", "month", "site", "language", "tag", "source")
FIELDS = ("word", "frequency", "documents", "per_million", "dispersion")
MORE_FIELDS = ("dispersion_norm", "tokens", "rank", *GROUPS)
_SHOWN = 50  # words on a terminal, unless -n says otherwise; a pipe gets all


@click.command()
@click.argument("words", nargs=-1, metavar="[WORD]...")
@click.option("--ngram", type=click.IntRange(1, 10), default=1, metavar="N", help="Runs of N words instead of words.")
@click.option("--by", type=click.Choice(GROUPS), help="A list for each year, month, site ...")
@click.option("--min-frequency", type=click.IntRange(min=1), default=1, metavar="N", help="What occurs at least N times.")
@click.option("-n", "--limit", "most", type=click.IntRange(min=1), metavar="N", help="The N most frequent, of each group.")
@unique_option
@spelling_options
@selection_options(without=("sort", "reverse", "limit"))
@output_options(FIELDS, (*FIELDS, *MORE_FIELDS), formats=RECORD_FORMATS)
@session_options
@click.pass_obj
def command(
    session: Session, /, words: tuple[str, ...], ngram: int, by: str | None, min_frequency: int, most: int | None,
    unique: bool, spelling: Spelling, selection: Selection, output: Output,
) -> int:  # fmt: skip
    """Count the words of a selection, the most frequent first; or only the given WORDs and "phrases", also over time.

    \b
    corpuskit words --lang en -n 100
    corpuskit words --ngram 3 --min-frequency 5 > trigrams.tsv
    corpuskit words flood "climate summit" --by year --unique
    corpuskit words --match flood --by site -n 20

    \b
    per_million   occurrences in a million words (of the group)
    dispersion    Gries' DP over documents: 0 is even, 1 in one place only
    tokens        words counted in all (in the group)
    """
    from corpuskit.counting import WordOptions
    from corpuskit.counting import words as counted

    if words and (ngram > 1 or min_frequency > 1 or most is not None):
        raise UsageError("--ngram, --min-frequency and -n are for whole lists; the words that are named are all told")
    if by is not None and output.fields == FIELDS:
        output = replace(output, fields=(by, *FIELDS))
    shown = _SHOWN if sys.stdout.isatty() and most is None and not words else most
    with session.open() as store:
        warn_without_clusters(session, store, unique=unique)
        explain_reading(session, store)
        rows = counted(store, selection, WordOptions(words, ngram, by, unique, spelling, min_frequency, shown))
        if words:  # they are told also where none of them occurs
            rows = iter(known := list(rows))
        count = write_records(rounded(rows, output), output, sys.stdout)
    if shown != most and count >= _SHOWN:
        session.say(f"the {_SHOWN} most frequent{' of each ' + by if by else ''}; -n shows more, a pipe gets all")
    found = any(row["frequency"] for row in known) if words else count > 0
    return EXIT_OK if found else EXIT_NOTHING
