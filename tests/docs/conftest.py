"""What the tests of the documentation share: the project's folders, and a corpus made of the example pages."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def project() -> Path:
    """The root of the project."""
    return PROJECT


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of the example pages, imported as the tutorial does it."""
    path = tmp_path_factory.mktemp("corpus") / "corpus.db"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CORPUSKIT")}
    done = subprocess.run(
        [sys.executable, "-m", "corpuskit", "--db", str(path), "import", "examples/pages", "--tag", "demo"],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 3, done.stderr  # one row of notes.jsonl is cut off
    return path
