"""What the tests of the documentation share: corpora made of the example pages."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


def _imported(path: Path, *sources: str) -> int:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CORPUSKIT")}
    command = [sys.executable, "-m", "corpuskit", "--db", str(path), "import", *sources, "--tag", "demo"]
    done = subprocess.run(command, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of all example pages, imported as the tutorial does it."""
    path = tmp_path_factory.mktemp("corpus") / "corpus.db"
    assert _imported(path, "examples/pages") == 3  # one row of notes.jsonl is cut off
    return path


@pytest.fixture(scope="session")
def html_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of the two folders of HTML pages, as the page on the query language makes it."""
    path = tmp_path_factory.mktemp("html") / "corpus.db"
    assert _imported(path, "examples/pages/courier", "examples/pages/other") == 0
    return path
