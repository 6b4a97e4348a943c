"""`corpuskit collocates`: the words that stand near a node."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

import click

from corpuskit.commands._counting import explain_reading, rounded, spelling_options, warn_without_clusters
from corpuskit.commands._finding import finding_options
from corpuskit.commands._options import output_options, selection_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK, EXIT_PARTIAL, UsageError
from corpuskit.formats import RECORD_FORMATS, Output, write_records
from corpuskit.selection import Selection

if TYPE_CHECKING:
    from corpuskit.commands._finding import Finding
    from corpuskit.tallying import Spelling

FIELDS = (
    "word", "cooccurrences", "frequency", "documents", "expected", "log_likelihood", "log_dice", "mi", "t_score",
)  # fmt: skip
MORE_FIELDS = ("node_frequency", "window_tokens", "tokens")
SORTS = ("log_dice", "log_likelihood", "mi", "t_score", "cooccurrences", "frequency")
_SHOWN = 50  # words on a terminal, unless -n says otherwise; a pipe gets all


@click.command()
@click.argument("node")
@click.option("--window", default="5,5", show_default=True, metavar="L,R", help="Words to the left and to the right; N is N,N.")
@click.option("--min-frequency", type=click.IntRange(min=1), default=5, show_default=True, metavar="N",
              help="What stands there at least N times.")  # fmt: skip
@click.option(
    "--sort", "order", type=click.Choice(SORTS), default="log_dice", show_default=True, help="The strongest first, by this."
)
@click.option("-n", "--limit", "most", type=click.IntRange(min=1), metavar="N", help="The N strongest.")
@finding_options
@spelling_options
@selection_options(without=("sort", "reverse", "limit"))
@output_options(FIELDS, (*FIELDS, *MORE_FIELDS), formats=RECORD_FORMATS)
@session_options
@click.pass_obj
def command(
    session: Session, /, node: str, window: str, min_frequency: int, order: str, most: int | None, finding: Finding,
    spelling: Spelling, selection: Selection, output: Output,
) -> int:  # fmt: skip
    """Find the words that stand near NODE, which is a query: a word, a "phrase", a prefix*.

    \b
    corpuskit collocates flood --lang en
    corpuskit collocates '"climate change"' --window 0,3 --sort log_likelihood -n 30
    corpuskit collocates 'refugee*' --since 2015 --until 2016 --unique
    corpuskit collocates -e 'say|says|said' --window 5,0

    \b
    log_dice        at most about 14; +1 is twice as strong; independent of the size of the corpus
    log_likelihood  is it chance? negative: rarer near the node than elsewhere
    mi              log2 of observed by expected; favours rare words
    t_score         favours frequent words
    """
    from corpuskit.collocating import CollocateOptions, collocates
    from corpuskit.occurring import Reader

    left, right = _window(window)
    shown = _SHOWN if sys.stdout.isatty() and most is None else most
    options = CollocateOptions(left, right, finding.unique, spelling, min_frequency, order, shown)
    finder = finding.finder(node)
    session.explain(f"index: {finder.index}")
    with session.open() as store:
        warn_without_clusters(session, store, unique=finding.unique)
        explain_reading(session, store)
        rows = collocates(Reader(store, finder, session.notice), selection, options)
        count = write_records(rounded(rows, output), output, sys.stdout)
    session.end_notices()
    if shown != most and count == shown:
        session.say(f"the {shown} strongest; -n shows more, a pipe gets all")
    return EXIT_PARTIAL if session.noticed else EXIT_OK if count else EXIT_NOTHING


def _window(text: str) -> tuple[int, int]:
    """The words to the left and to the right. Raises UsageError for anything but N or L,R."""
    found = re.fullmatch(r"([0-9]{1,3})(?:,([0-9]{1,3}))?", text)
    left, right = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not left and not right:
        raise UsageError(f"not a window: {text!r}", hint="a window is N or L,R words: 5, or 0,3")
    return left, right
