"""`corpuskit browse`: the corpus in a web browser."""

from __future__ import annotations

import click

from corpuskit.commands._options import session_options
from corpuskit.commands._session import Session
from corpuskit.errors import EXIT_OK


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8001, show_default=True, help="Port; 0 takes a free one.")
@click.option("--open", "open_browser", is_flag=True, help="Open it in the browser, too.")
@session_options
@click.pass_obj
def command(session: Session, /, port: int, open_browser: bool) -> int:
    """Show the corpus in a web browser with Datasette: search, facets, ready queries. Needs the extra corpuskit[web].

    It listens on 127.0.0.1 only, reads and never writes, and runs until Ctrl-C.

    \b
    corpuskit browse
    corpuskit browse --port 0 --open
    """
    from corpuskit.browsing import listen, metadata, serve
    from corpuskit.extras import check_installed

    check_installed("datasette", "browse")
    with session.open() as store:
        told = metadata(store)
        path = store.path
    with listen(port) as listener:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
        session.say(f"{path} on {address} (Ctrl-C ends it)")
        if open_browser:
            click.launch(address)
        serve(path, told, listener)
    return EXIT_OK
