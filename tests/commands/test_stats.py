"""`corpuskit stats`: the corpus in numbers that add up."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import CorpusKit


def test_the_numbers_add_up(ck: CorpusKit, examples: Path) -> None:
    stats = json.loads(ck("-d", examples, "stats", "-f", "json").out)
    everything = ck("-d", examples, "list", "--all", "-f", "jsonl").rows()
    kept = ck("-d", examples, "list", "-f", "jsonl").rows()
    assert (stats["documents"], stats["kept"], stats["selected"]) == (len(everything), len(kept), len(kept))
    assert stats["kept"] + stats["dropped"] == stats["documents"]
    assert stats["words"] == sum(row["words"] for row in everything)
    assert sum(stats["outcomes"].values()) == stats["pages"]
    for name in ("languages", "sites", "months"):
        assert sum(stats[name].values()) == stats["selected"]
    assert stats["languages"]["de"] == sum(row["language"] == "de" for row in kept)


def test_a_selection_narrows_the_groups(ck: CorpusKit, examples: Path) -> None:
    stats = json.loads(ck("-d", examples, "stats", "--lang", "de", "-f", "json").out)
    assert set(stats["languages"]) == {"de"}
    assert stats["selected"] == sum(stats["months"].values()) < stats["documents"]


def test_as_lines(ck: CorpusKit, examples: Path) -> None:
    stats = json.loads(ck("-d", examples, "stats", "-f", "json").out)
    rows = ck("-d", examples, "stats", "-f", "jsonl").rows()
    totals = {row["name"]: row["count"] for row in rows if row["group"] == "total"}
    assert totals["pages"] == stats["pages"]
    assert {row["name"]: row["count"] for row in rows if row["group"] == "languages"} == stats["languages"]


def test_a_corpus_without_pages_is_nothing_found(ck: CorpusKit, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ck("import", "empty")
    assert json.loads(ck("stats", "-f", "json", code=1).out)["pages"] == 0
