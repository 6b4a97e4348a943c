"""`corpuskit browse`: Datasette over the corpus, asked over HTTP as a browser would."""

from __future__ import annotations

import json
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from tests.commands.conftest import Start
from tests.conftest import CorpusKit

pytest.importorskip("datasette", reason="Datasette is not installed")


@pytest.fixture
def served(start: Start, examples: Path, tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The address of a corpus of the example pages, and the process behind it."""
    shutil.copy(examples, tmp_path / "pages.db")
    process = start("-d", "pages.db", "browse", "--port", "0")
    assert process.stderr is not None
    line = process.stderr.readline().decode()
    found = re.search(r"on (http://127\.0\.0\.1:[0-9]+/) ", line)
    assert found, line
    yield found[1], process


def get(address: str) -> bytes:
    with urlopen(address, timeout=30) as response:  # our own server
        body: bytes = response.read()
        return body


def rows(address: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(get(address))
    return found


def test_search_facets_labels_and_queries_are_there_without_configuration(
    served: tuple[str, subprocess.Popen[bytes]], ck: CorpusKit
) -> None:
    address, process = served
    tables = {table["name"]: table for table in json.loads(get(f"{address}pages.json"))["tables"]}
    assert {name for name, table in tables.items() if not table["hidden"]} == {
        "documents", "decisions", "runs", "sources", "pages", "tags", "outcomes",
    }  # fmt: skip
    assert tables["contents"]["hidden"], "the raw pages"
    for table in ("documents", "documents_view"):
        found = {row["id"] for row in rows(f"{address}pages/{table}.json?_search=bridge&_shape=array&_size=max")}
        assert found == {int(one) for one in ck("-d", "pages.db", "search", "bridge", "--all", "-f", "ids").out.split()}
        facets = json.loads(get(f"{address}pages/{table}.json"))["facet_results"]
        assert {"language", "site"} <= facets.keys()
    page = rows(f"{address}pages/pages.json?_labels=on&_shape=array")[0]
    assert isinstance(page["source_id"], dict)
    assert page["source_id"]["label"] == "examples/pages"
    names = [query["name"] for query in json.loads(get(f"{address}pages.json"))["queries"]]
    for name in names:
        assert isinstance(rows(f"{address}pages/{name}.json?query=ferry&document=1&_shape=array"), list), name
    assert rows(f"{address}pages/search.json?query={quote('ferry (')}&_shape=array"), "what a visitor writes is no syntax"
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 130
    assert process.stderr is not None
    assert b"Traceback" not in process.stderr.read()


def test_nothing_can_be_written(served: tuple[str, subprocess.Popen[bytes]], tmp_path: Path) -> None:
    address, _ = served
    before = (tmp_path / "pages.db").read_bytes()
    for statement in ("DELETE FROM documents", "ATTACH 'other.db' AS other", "PRAGMA journal_mode = WAL"):
        with pytest.raises(HTTPError) as error:
            get(f"{address}pages.json?sql={quote(statement)}")
        assert error.value.code == 400
        error.value.close()
    assert (tmp_path / "pages.db").read_bytes() == before
    assert not (tmp_path / "other.db").exists()


def test_a_port_that_is_taken_is_one_line(ck: CorpusKit, corpus: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = ck("browse", "--port", str(port), code=2)
    assert result.err.splitlines() == [
        f"corpuskit: cannot listen on 127.0.0.1:{port}: Address already in use", "hint: corpuskit browse --port 0",
    ]  # fmt: skip
