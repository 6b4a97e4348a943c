"""What all tests share: the command line as a user runs it, and where held-back pages lie if they are there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# A test that fails shall fail for whoever broke it, and again when it is run again: the examples are the same each time.
# `make check` looks for new ones.
settings.register_profile("same", derandomize=True)
settings.register_profile("new")
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

PROJECT = Path(__file__).resolve().parent.parent
EXAMPLES = PROJECT / "examples" / "pages"


@dataclass(frozen=True)
class Result:
    """What one command line did."""

    code: int
    out: str
    err: str

    def rows(self) -> list[dict[str, Any]]:
        """stdout as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


CorpusKit = Callable[..., Result]


def environment() -> dict[str, str]:
    """The environment of a user who set nothing up."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CORPUSKIT") and name != "COLUMNS"}
    return kept | {"PYTHONWARNINGS": "error::ResourceWarning"}


@pytest.fixture
def ck(tmp_path: Path) -> CorpusKit:
    """Run `corpuskit ARGUMENTS` in a folder of its own. `input` goes to stdin, `code` is the exit code that is expected."""

    def run(*arguments: object, input: str | bytes = b"", code: int | None = 0, **options: Any) -> Result:  # noqa: A002
        content = input.encode() if isinstance(input, str) else input
        done = subprocess.run(
            [sys.executable, "-m", "corpuskit", *map(str, arguments)],
            input=content,
            capture_output=True,
            cwd=tmp_path,
            env=environment() | options.pop("env", {}),
            timeout=120,
            check=False,
            **options,
        )
        result = Result(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert code is None or result.code == code, f"exit code {result.code}, expected {code}: {result.err}{result.out}"
        assert "Traceback" not in result.err, result.err
        return result

    return run


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real pages that are not part of the project; the test is skipped where it is absent."""
    for folder in (os.environ.get("CORPUSKIT_SHARED"), PROJECT.parent / "shared"):
        if folder and Path(folder).is_dir():
            return Path(folder)
    pytest.skip("the folder of held-back pages is not here: set CORPUSKIT_SHARED to measure on it")
