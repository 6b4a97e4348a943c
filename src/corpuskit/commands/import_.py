"""`corpuskit import`: pages from files, folders and stdin into the corpus."""

from __future__ import annotations

import sys
from typing import Any

import click

from corpuskit.commands._options import Size, cleaning_options, output_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_OK, EXIT_PARTIAL
from corpuskit.formats import RECORD_FORMATS, Output, write_records

FIELDS = ("source", "kind", "read", "new", "known", "skipped", "failed")
KINDS = ("auto", "html", "text", "jsonl", "json", "csv", "warc", "wacz", "zip", "tar", "mhtml", "parquet")


@click.command(
    epilog="Exit codes: 0 done, 2 wrong use or unreadable corpus, 3 some inputs failed, 75 the corpus is locked.",
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--as", "kind", type=click.Choice(KINDS), default="auto", help="What the sources are, whatever they look like.")
@click.option("--files-from", metavar="FILE", help="Sources from FILE, one a line; - is stdin.")
@click.option("-0", "--null", is_flag=True, help="Names in --files-from end with NUL.")
@click.option("--field", "mapping", metavar="NAME=COLUMN", multiple=True, help="Where a record keeps NAME; dotted paths.")
@click.option("--url", metavar="URL", help="The address of a single page.")
@click.option("--encoding", metavar="NAME", help="The encoding of pages that do not say theirs in a byte order mark.")
@click.option("--tag", "tags", metavar="NAME", multiple=True, help="Put a tag on every page of the sources. Repeatable.")
@click.option("--include", metavar="GLOB", multiple=True, help="In folders, only files whose name or path matches.")
@click.option("--exclude", metavar="GLOB", multiple=True, help="In folders, no files whose name or path matches.")
@click.option("--follow", is_flag=True, help="Follow symbolic links in folders.")
@click.option("--max-size", type=Size(), default=32 * 1024**2, metavar="SIZE", help="Largest page; else 32M.")
@click.option(
    "--status", metavar="LIST", default="2xx", show_default=True, help="HTTP statuses that are kept: 200,203,404 or 2xx."
)
@click.option("--no-clean", is_flag=True, help="Only store the pages; `corpuskit clean` cleans them.")
@click.option("--dry-run", is_flag=True, help="Read everything, store nothing.")
@output_options(FIELDS, formats=RECORD_FORMATS)
@cleaning_options
@session_options
@click.pass_obj
def command(
    session: Session, /, sources: tuple[str, ...], output: Output, null: bool, no_clean: bool, dry_run: bool, **options: Any
) -> int:
    """Store raw pages in the corpus, then clean those that are new.

    SOURCE is a file, a folder or - for stdin: HTML, plain text, JSONL, JSON, CSV, Parquet, WARC, ARC, WET, WACZ, MHTML, ZIP and
    tar, mirrors made by wget and HTTrack, also compressed with gzip, zstd, bzip2 or xz. What an input is, its content
    tells, not its name. Importing the same pages again changes nothing.

    \b
    corpuskit import crawl/ pages.jsonl.gz notes.txt --tag news
    curl -s https://example.org/ | corpuskit import - --url https://example.org/
    corpuskit import CC-MAIN-2024.warc.gz site.wacz mirror/
    find . -name '*.html' -print0 | corpuskit import --files-from - -0
    corpuskit import rows.jsonl --field html=body.raw --field url=meta.address
    """
    from corpuskit.commands._importing import ImportRequest, run_import

    rows, failed = run_import(
        session, ImportRequest.from_options(sources, null=null, clean=not no_clean, dry_run=dry_run, **options)
    )
    write_records(rows, output, sys.stdout)
    return EXIT_PARTIAL if failed else EXIT_OK
