"""Browsing: the corpus in a web browser, through Datasette, on this machine only.

What Datasette shows is decided here: which tables, which facets, which column names a row, and ready queries. It opens the corpus
for reading. A corpus opens in plain Datasette too; this saves the configuration.
"""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any

from corpuskit.errors import UsageError
from corpuskit.store.canned import QUERIES, hidden_tables
from corpuskit.store.store import Store

HOST = "127.0.0.1"
FACETS = ["language", "site", "status"]
_SETTINGS = {"sql_time_limit_ms": 5000, "facet_time_limit_ms": 1000, "truncate_cells_html": 160, "default_page_size": 50}


def metadata(store: Store) -> dict[str, Any]:
    """What Datasette is told about a corpus."""
    shown: dict[str, dict[str, Any]] = {
        "documents": {
            "label_column": "title",
            "facets": ["language", "site"],
            "sortable_columns": ["id", "date", "words", "characters", "confidence"],
            "description": "The clean texts, one a page, also of dropped documents.",
        },
        "documents_view": {
            "fts_table": "documents_fts",
            "fts_pk": "id",
            "facets": FACETS,
            "sortable_columns": ["id", "date", "words", "characters"],
            "description": "The record of each document, with where it came from and whether it is kept.",
        },
        "pages": {"label_column": "location"},
        "sources": {"label_column": "name"},
        "runs": {"label_column": "command", "sort_desc": "id"},
        "decisions": {"facets": ["rule"]},
        "outcomes": {"facets": ["stage", "status", "reason"]},
        "tags": {"facets": ["tag"]},
    }
    hidden = {name: {"hidden": True} for name in hidden_tables(store.database)}
    queries = {name: {"title": title, "sql": sql.strip()} for name, (title, sql) in QUERIES.items()}
    return {
        "title": f"corpuskit: {store.path.name}",
        "databases": {store.path.stem: {"tables": shown | hidden, "queries": queries}},
    }


def listen(port: int) -> socket.socket:
    """A socket on this machine; port 0 takes a free one. Raises UsageError where the port is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen()  # a visitor who comes before the server is ready waits
    except OSError as error:
        listener.close()
        raise UsageError(f"cannot listen on {HOST}:{port}: {error.strerror}", hint="corpuskit browse --port 0") from None
    return listener


def serve(path: Path, told: dict[str, Any], listener: socket.socket) -> None:
    """Serve the corpus until somebody ends the process."""
    import uvicorn
    from datasette.app import Datasette

    datasette = Datasette(files=[str(path)], metadata=told, settings=_SETTINGS)
    uvicorn.Server(uvicorn.Config(datasette.app(), log_level="warning", lifespan="on")).run(sockets=[listener])
