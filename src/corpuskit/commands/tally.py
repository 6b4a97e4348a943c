"""`corpuskit tally`: keep the words of every document, so that counting is fast."""

from __future__ import annotations

import sys

import click

from corpuskit.commands._options import output_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_OK
from corpuskit.formats import RECORD_FORMATS, Output, write_records

FIELDS = ("counted", "documents", "words")


@click.command()
@output_options(FIELDS, formats=RECORD_FORMATS)
@session_options
@click.pass_obj
def command(session: Session, /, output: Output) -> int:
    """Count the words of every document and keep the counts, for `words`, `collocates` and `keywords`.

    `import`, `fetch` and `clean` do so where a thousand documents are waiting. The other commands print the same without
    it, but read the texts of documents that are not counted every time. --case and --fold-accents read all texts in any case.

    \b
    corpuskit tally
    corpuskit import more/ && corpuskit tally

    \b
    counted    documents that were counted now
    documents  documents of the corpus, all of them counted
    words      different words
    """
    from dataclasses import asdict

    from corpuskit.tallying import keep_counts

    with session.open_writable() as store, session.progress("counting") as advance:
        kept = keep_counts(store, advance)
    write_records([asdict(kept)], output, sys.stdout)
    return EXIT_OK
