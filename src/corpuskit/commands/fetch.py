"""`corpuskit fetch`: pages from the web into the corpus."""

from __future__ import annotations

import sys
from typing import Any

import click

from corpuskit.commands._options import Size, cleaning_options, output_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_OK, EXIT_PARTIAL
from corpuskit.formats import RECORD_FORMATS, Output, write_records

FIELDS = ("source", "kind", "read", "new", "known", "skipped", "failed")


@click.command(
    epilog="Exit codes: 0 done, 2 wrong use or unreadable corpus, 3 some addresses failed, 75 the corpus is locked.",
)
@click.argument("urls", nargs=-1, metavar="[URL]...")
@click.option("--files-from", metavar="FILE", help="Addresses from FILE, one a line; # begins a comment line; - is stdin.")
@click.option("-0", "--null", is_flag=True, help="Addresses in --files-from end with NUL.")
@click.option(
    "--sitemap", "sitemaps", metavar="URL", multiple=True, help="Pages of a sitemap, or of all that a host has. Repeatable."
)
@click.option("--feed", "feeds", metavar="URL", multiple=True, help="Pages of a feed: RSS, Atom, JSON Feed. Repeatable.")
@click.option("-n", "--limit", type=click.IntRange(min=1), metavar="N", help="At most N pages of each sitemap and feed.")
@click.option(
    "--delay",
    type=click.FloatRange(0, 3600),
    default=1.0,
    show_default=True,
    metavar="SECONDS",
    help="Pause between two requests to a host; a longer Crawl-delay goes before.",
)
@click.option("--max-size", type=Size(), default=32 * 1024**2, metavar="SIZE", help="Largest page, inflated; else 32M.")
@click.option("--update", is_flag=True, help="Ask again for pages that are there; one that changed is a second capture.")
@click.option("--ignore-robots", is_flag=True, help="Fetch what robots.txt forbids: only with the site's permission.")
@click.option("--allow-private", is_flag=True, help="Fetch from this machine and private networks too.")
@click.option("--user-agent", metavar="TEXT", help="The name that sites see, and look for in robots.txt; else corpuskit/VERSION.")
@click.option("--tag", "tags", metavar="NAME", multiple=True, help="Put a tag on every page of the sources. Repeatable.")
@click.option("--no-clean", is_flag=True, help="Only store the pages; `corpuskit clean` cleans them.")
@output_options(FIELDS, formats=RECORD_FORMATS)
@cleaning_options
@session_options
@click.pass_obj
def command(session: Session, /, urls: tuple[str, ...], output: Output, no_clean: bool, **options: Any) -> int:
    """Download pages, store them in the corpus, and clean those that are new.

    The only command that uses the network, and it is polite: robots.txt is obeyed, a host gets one request at a time with a
    pause between two, and `Retry-After` is honoured. What was fetched before is not asked for again without --update, so the
    same command goes on where it was interrupted. --timeout is for the download of a page, redirects included, and again for
    its cleaning.

    \b
    corpuskit fetch https://example.org/ https://example.org/about
    corpuskit fetch --files-from urls.txt --tag news
    corpuskit fetch --sitemap https://example.org/sitemap.xml -n 500
    corpuskit fetch --feed https://example.org/feed.xml --update
    """
    from corpuskit.commands._fetching import FetchRequest, run_fetch

    rows, failed = run_fetch(session, FetchRequest.from_options(urls, clean=not no_clean, **options))
    write_records(rows, output, sys.stdout)
    return EXIT_PARTIAL if failed else EXIT_OK
