"""`corpuskit report`: the corpus as one page with plots."""

from __future__ import annotations

import click

from corpuskit.commands._options import selection_options, session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_NOTHING, EXIT_OK
from corpuskit.selection import Selection


@click.command()
@click.option("-o", "--output", "target", required=True, metavar="FILE", help="The page, one HTML file.")
@click.option("--force", is_flag=True, help="Overwrite FILE.")
@selection_options(without=("sort", "reverse", "limit", "sample", "seed"))
@session_options
@click.pass_obj
def command(session: Session, /, target: str, force: bool, selection: Selection) -> int:
    """Write one self-contained HTML page: what was read, captured, cleaned and kept, and why the rest was not; languages, sites,
    time, lengths, duplicates; how well each site was cleaned, with ids to look at; lines that still repeat across a site.

    Needs the extra corpuskit[report]. The same corpus gives the same page.

    \b
    corpuskit report -o report.html
    corpuskit report --lang de --since 2021 -o german.html
    """
    from pathlib import Path

    from corpuskit.extras import check_installed
    from corpuskit.reporting import gather
    from corpuskit.targets import check_target, write_whole
    from corpuskit.writers.report import write_report

    check_installed("matplotlib", "report")
    with session.open() as store, session.progress("reading") as advance:
        check_target(Path(target), store.path, force=force)
        report = gather(store, selection, advance)
        if not report.totals["pages"]:
            session.say(f"the corpus is empty: {target} was not written")
            return EXIT_NOTHING
        write_whole(Path(target), write_report(report))
    session.say(f"wrote {target}")
    return EXIT_OK
