"""`corpuskit check`: sound, damaged, or impossible to say."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from tests.conftest import CorpusKit


def plant(path: Path, statement: str) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


def test_a_sound_corpus(ck: CorpusKit, examples: Path) -> None:
    for arguments in ((), ("--data",)):
        result = ck("-d", examples, "check", *arguments)
        assert (result.out, result.err) == ("sound\n", "")


def test_damage_is_1_and_one_line_a_finding(ck: CorpusKit, corpus: Path) -> None:
    plant(corpus, "UPDATE documents SET text = text || 'x' WHERE id IN (4, 5)")
    without = ck("check", code=1)
    assert without.out.splitlines() == [line for line in without.out.splitlines() if line.startswith("index: ")]
    lines = ck("check", "--data", code=1).out.splitlines()
    assert {"document 4: its text is not that of its digest", "document 5: its text is not that of its digest"} <= {*lines}
    assert len(lines) == 3
    assert "sound" not in lines


def test_a_backup_can_be_checked_like_any_corpus(ck: CorpusKit, examples: Path, tmp_path: Path) -> None:
    ck("-d", examples, "backup", "copy.db")
    assert ck("-d", "copy.db", "check", "--data").out == "sound\n"
