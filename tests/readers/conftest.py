"""What the tests of the readers share: hostile inputs and real files that are not part of the project."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

_BOMB = "BOMB = 1 << 30"
_SMALL_BOMB = "BOMB = 40 << 20"  # still more than a page may have, and written in a second


@pytest.fixture(scope="session")
def hostile(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with inputs made to break readers."""
    generator = (shared / "tools" / "hostile_inputs.py").read_text(encoding="utf-8")
    assert _BOMB in generator
    folder = tmp_path_factory.mktemp("hostile")
    script = folder / "generator.py"
    script.write_text(generator.replace(_BOMB, _SMALL_BOMB), encoding="utf-8")
    out = folder / "out"
    subprocess.run([sys.executable, "-W", "ignore", str(script), str(out)], check=True, capture_output=True, timeout=120)
    yield out
    subprocess.run(["chmod", "-R", "u+rwx", str(folder)], check=False)
    subprocess.run(["rm", "-rf", str(folder)], check=True)


@pytest.fixture(scope="session")
def manifest(shared: Path) -> Callable[[str], list[tuple[Path, dict[str, Any]]]]:
    """The rows of the manifest of real files whose path begins with a word: the file, and what is expected of it."""
    root = shared / "data" / "fixtures"

    def rows(prefix: str) -> list[tuple[Path, dict[str, Any]]]:
        with (root / "manifest.tsv").open(encoding="utf-8", newline="") as lines:
            table = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
            return [(root / row["path"], json.loads(row["expected_json"])) for row in table if row["path"].startswith(prefix)]

    return rows
