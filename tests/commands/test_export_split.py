"""`corpuskit export --split`: near-duplicates on one side, the same side for ever, and shares that hold."""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.commands.test_dedupe import imported
from tests.conftest import CorpusKit
from tests.test_deduping import SLOW, add, corpora, corpus, named, run, similarity, text_of, versions

from corpuskit.clusters import split as split_clusters
from corpuskit.errors import UsageError
from corpuskit.selection import Selection
from corpuskit.splitting import Split, read_shares, sides
from corpuskit.store.store import Store

HALVES = Split((("a", 0.5), ("b", 0.5)), 7)


@SLOW
@given(corpora, st.lists(versions, max_size=8), st.booleans(), st.booleans())
def test_no_near_duplicates_on_two_sides(found: list[object], more: list[object], before: bool, after: bool) -> None:
    texts = named(found)  # type: ignore[arg-type]
    with corpus(texts) as store:
        if before:
            run(store)
        texts += [(f"d{len(texts) + place}", text) for place, (_, text) in enumerate(named(more))]  # type: ignore[arg-type]
        add(store, texts[len(found) :])
        if after:
            run(store)
        chosen = sides(store, HALVES)
        assert set(chosen) == set(store.selecting.ids(Selection(state="all")))
        for one in chosen:
            for other in chosen:
                if similarity(texts[one - 1][1], texts[other - 1][1]) >= 0.8:
                    assert chosen[one] == chosen[other]


def test_a_document_keeps_its_side_when_the_corpus_grows() -> None:
    texts = [(f"d{number}", text_of((number, 0, 0))) for number in range(60)]
    with corpus(texts[:30]) as store:
        first = sides(store, HALVES)
        add(store, [*texts[30:], ("d77", text_of((3, 1, 0))), ("d78", text_of((4, 1, 0)))])
        assert sides(store, HALVES).items() >= first.items()
        run(store)
        assert sides(store, HALVES).items() >= first.items()
        assert set(first.values()) == {"a", "b"}


def test_a_site_can_be_kept_together() -> None:
    with corpus([(f"d{number}", text_of((number, 0, 0))) for number in range(60)]) as store:
        chosen = sides(store, Split(HALVES.shares, 3, "site"))
        of_site: dict[str, set[str]] = {}
        for record in store.documents.records(list(chosen), ("id", "site")):
            of_site.setdefault(record["site"], set()).add(chosen[record["id"]])
        assert len(of_site) == 10
        assert all(len(found) == 1 for found in of_site.values())
        assert len(set(chosen.values())) == 2


@pytest.mark.parametrize("shares", ["train=0.9,test=0.1", "train=0.8,dev=0.1,test=0.1"])
def test_shares_hold_within_one_percent_at_ten_thousand_documents(shares: str) -> None:
    chooser = random.Random(1)
    keys = [f"sha256:{chooser.getrandbits(256):064x}" for _ in range(10_000)]
    wanted = dict(read_shares(shares))
    found = Counter(split_clusters(keys, [], wanted, 7))
    for name, share in wanted.items():
        assert abs(found[name] / len(keys) - share) < 0.01


@pytest.mark.parametrize(
    "text",
    ["train=0.9", "train=0.9,test=0.2", "train=1,test=0", "a=0.5,a=0.5", "a=x,b=1", "=1", "", "../a=1", "a=-1,b=2", "a=nan,b=1",
     "a/b=1", ".a=1"],
)  # fmt: skip
def test_shares_that_cannot_be_meant(text: str) -> None:
    with pytest.raises(UsageError):
        read_shares(text)


@pytest.fixture(scope="session")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of twenty pairs of near-duplicates on three sites, one of each pair dropped."""
    texts = [text_of((number // 2, number % 2, 0)) for number in range(40)]
    rows = [{"text": text, "url": f"https://s{number % 3}.example/{number}"} for number, text in enumerate(texts)]
    path = imported(tmp_path_factory.mktemp("forty"), rows)
    with Store.open(path, write=True) as store:
        run(store)
    return path


@pytest.fixture
def filled(ck: CorpusKit, forty: Path, tmp_path: Path) -> CorpusKit:
    """The tool in a folder with a copy of that corpus."""
    shutil.copy(forty, tmp_path / "corpus.db")
    return ck


def test_the_side_is_the_last_field_of_the_record(filled: CorpusKit) -> None:
    rows = filled("export", "--split", "train=0.7,test=0.3", "--seed", "7").rows()
    assert len(rows) == 20, "dropped documents are left out"
    assert all(list(row)[-1] == "split" for row in rows)
    assert {row["split"] for row in rows} == {"train", "test"}
    again = filled("export", "--all", "--split", "train=0.7,test=0.3", "--seed", "7", "--fields", "id").rows()
    assert len(again) == 40
    by_id = {row["id"]: row["split"] for row in again}
    assert all(by_id[row["id"]] == row["split"] for row in rows)
    assert all(by_id[number] == by_id[number + 1] for number in range(1, 40, 2))
    other = {row["id"]: row["split"] for row in filled("export", "--split", "train=0.7,test=0.3", "--seed", "8").rows()}
    assert any(other[row["id"]] != row["split"] for row in rows)


@pytest.mark.parametrize("format_", ["jsonl", "csv", "text"])
def test_one_file_for_each_side(filled: CorpusKit, tmp_path: Path, format_: str) -> None:
    result = filled("export", "--split", "train=0.7,test=0.3", "-o", "corpus-{split}.out", "-f", format_)
    assert result.out == ""
    made = [tmp_path / "corpus-train.out", tmp_path / "corpus-test.out"]
    assert all(path.exists() for path in made)
    again = filled("export", "--split", "train=0.7,test=0.3", "-o", "corpus-{split}.out", "-f", format_, code=2)
    assert "exists" in again.err
    if format_ == "jsonl":
        ids = [[json.loads(line)["id"] for line in path.read_text().splitlines()] for path in made]
        assert sorted(ids[0] + ids[1]) == sorted(map(int, filled("list", "-f", "ids").out.split()))
        assert "split" not in json.loads(made[0].read_text().splitlines()[0])


def test_none_is_written_where_one_exists(filled: CorpusKit, tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_text("mine")
    filled("export", "--split", "a=0.5,b=0.5", "-o", "{split}.jsonl", code=2)
    assert not (tmp_path / "a.jsonl").exists()
    assert (tmp_path / "b.jsonl").read_text() == "mine"


def test_wrong_use(filled: CorpusKit) -> None:
    filled("export", "--group", "site", code=2)
    filled("export", "--split", "a=1", "--group", "language", code=2)
    filled("export", "--split", "a=0.5,b=0.5", "-f", "text", code=2)
    filled("export", "--fields", "split", code=2)
