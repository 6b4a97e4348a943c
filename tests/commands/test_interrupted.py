"""An import that is killed at any moment, and run again, ends in the corpus of an import that nobody disturbed."""

from __future__ import annotations

import contextlib
import random
import sqlite3
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from tests.commands.conftest import Start
from tests.conftest import EXAMPLES, CorpusKit

KILLS = 4

# Every table but the runs themselves, without the number of the run, and with names for what is numbered as it ends.
CONTENTS = {
    "sources": "SELECT id, name, path FROM sources",
    "contents": "SELECT id, digest, size, zstd FROM contents",
    "pages": """SELECT id, identity, content_id, source_id, location, url, url_source, fetched_at, media_type, charset, given,
                is_clean, note, payload_digest FROM pages""",
    "cleanings": """SELECT page_id, extractor, outcome, reason, detail, evidence
                    FROM cleanings JOIN recipes ON recipes.id = recipe_id""",
    "documents": "SELECT * FROM documents",
    "tags": "SELECT page_id, tag FROM tags",
    "decisions": "SELECT document_id, rule, value, threshold, duplicate_of, detail FROM decisions WHERE withdrawn_by IS NULL",
    "outcomes": "SELECT stage, source_id, location, status, reason, detail, page_id FROM outcomes",
    "lines": "SELECT * FROM lines",
}


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """The example pages twice: as they are, and with a word changed."""
    folder = tmp_path / "pages"
    for copy in range(2):
        for path in sorted(path for path in EXAMPLES.rglob("*") if path.is_file()):
            target = folder / str(copy) / path.relative_to(EXAMPLES)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes().replace(b"the", b"the" if copy == 0 else b"this"))
    return folder


def contents(path: Path) -> dict[str, list[Any]]:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        return {name: sorted(connection.execute(statement), key=repr) for name, statement in CONTENTS.items()}


@pytest.mark.parametrize("seed", [1])
def test_killed_again_and_again_it_ends_in_the_same_corpus(
    ck: CorpusKit, start: Start, pages: Path, tmp_path: Path, seed: int
) -> None:
    command = ("import", "pages", "--tag", "example")
    begun = time.monotonic()
    ck("-d", "undisturbed.db", *command, code=3)
    duration = time.monotonic() - begun
    chance = random.Random(seed)
    for _ in range(KILLS):
        process = start("-d", "killed.db", *command)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(chance.uniform(0.1, 1) * duration)
        process.kill()
        process.communicate()
        if (tmp_path / "killed.db").exists() and (tmp_path / "killed.db").stat().st_size:
            assert ck("-d", "killed.db", "check", "--data", code=None).out in ("sound\n", ""), "nothing saved was damaged"
    last = ck("-d", "killed.db", *command, "-f", "jsonl", code=3)
    (row,) = last.rows()
    assert row["read"] == row["new"] + row["known"] + row["skipped"] + row["failed"]
    assert contents(tmp_path / "killed.db") == contents(tmp_path / "undisturbed.db")
    exported = [ck("-d", name, "export", "--all", "-f", "jsonl").out for name in ("undisturbed.db", "killed.db")]
    assert exported[0] == exported[1]
    assert exported[0].count("\n") > 60
    assert ck("-d", "killed.db", "check", "--data").out == "sound\n"
    runs = ck("-d", "killed.db", "log", "-f", "jsonl").rows()
    assert {run["status"] for run in runs[:-1]} <= {"interrupted", "partial"}
    assert runs[-1]["status"] == "partial"


def test_a_second_import_changes_nothing_but_the_log(ck: CorpusKit, pages: Path, tmp_path: Path) -> None:
    (first,) = ck("import", "pages", "--no-clean", "-f", "jsonl", code=3).rows()
    before = contents(tmp_path / "corpus.db")
    row = ck("import", "pages", "--no-clean", "-f", "jsonl", code=3).rows()[0]
    assert row["new"] == 0
    assert row["known"] == first["new"] + first["known"]
    assert contents(tmp_path / "corpus.db") == before
