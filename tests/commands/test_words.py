"""`corpuskit words` and `tally`: frequency lists on the command line."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from tests.commands.conftest import OnTerminal
from tests.conftest import CorpusKit

from corpuskit.store.store import Store


def test_the_list_is_that_of_a_plain_tokenizer(ck: CorpusKit, examples: Path) -> None:
    exported = ck("-d", examples, "export", "--lang", "en", "--fields", "text").rows()
    wanted = Counter(word.lower() for row in exported for word in re.findall(r"[^\W_]+", row["text"]))
    rows = ck("-d", examples, "words", "--lang", "en", "-f", "jsonl").rows()
    assert {row["word"]: row["frequency"] for row in rows} == wanted
    assert [*rows[0]] == ["word", "frequency", "documents", "per_million", "dispersion"]
    assert [(-row["frequency"], row["word"]) for row in rows] == sorted((-row["frequency"], row["word"]) for row in rows)
    assert rows[0]["per_million"] == pytest.approx(1e6 * rows[0]["frequency"] / wanted.total(), abs=1e-9)


def test_over_time(ck: CorpusKit, examples: Path) -> None:
    rows = ck("-d", examples, "words", "climate", "climate summit", "--by", "year", "-f", "jsonl").rows()
    assert [*rows[0]] == ["year", "word", "frequency", "documents", "per_million", "dispersion"]
    years = [row["year"] for row in rows if row["word"] == "climate" and row["year"]]
    assert years == [f"{year:04}" for year in range(int(years[0]), int(years[-1]) + 1)]
    (whole,) = ck("-d", examples, "words", "climate", "-f", "jsonl").rows()
    assert sum(row["frequency"] for row in rows if row["word"] == "climate") == whole["frequency"] > 0


def test_an_ngram_is_counted_as_often_as_it_has_lines_in_a_concordance(ck: CorpusKit, examples: Path) -> None:
    (row,) = ck("-d", examples, "words", "--ngram", "2", "--lang", "en", "-n", "1", "-f", "jsonl").rows()
    assert int(ck("-d", examples, "kwic", f'"{row["word"]}"', "--lang", "en", "-c").out) == row["frequency"] > 1


def test_what_does_not_occur_is_a_row_and_nothing_found(ck: CorpusKit, examples: Path) -> None:
    (row,) = ck("-d", examples, "words", "zzyzx", "-f", "jsonl", code=1).rows()
    assert row == {"word": "zzyzx", "frequency": 0, "documents": 0, "per_million": 0.0, "dispersion": None}
    assert ck("-d", examples, "words", "--lang", "eo", "-f", "jsonl", code=1).out == ""


@pytest.mark.parametrize(
    "arguments", [("!",), ("river", "-n", "3"), ("river", "--ngram", "2"), ("--case", "--fold-accents"), ("--ngram", "0")]
)
def test_what_makes_no_sense_is_wrong_use(ck: CorpusKit, examples: Path, arguments: tuple[str, ...]) -> None:
    result = ck("-d", examples, "words", *arguments, code=2)
    assert result.out == ""
    assert result.err.startswith("corpuskit: ")


def test_a_terminal_gets_the_beginning_and_is_told_so(on_terminal: OnTerminal, examples: Path) -> None:
    result = on_terminal("-d", examples, "words")
    assert len(result.out.splitlines()) == 52
    assert "-n shows more" in result.err
    assert len(on_terminal("-d", examples, "words", "-n", "3").out.splitlines()) == 5


def test_a_tally_changes_no_number(ck: CorpusKit, corpus: Path) -> None:
    lines = (
        ("words",),
        ("words", "--by", "site"),
        ("words", "--ngram", "2"),
        ("collocates", "the"),
        ("keywords", "--lang", "de"),
    )
    before = [ck(*line, "--where", "1", code=None).out for line in lines]
    (first,) = ck("tally", "-f", "jsonl").rows()
    assert first["counted"] == first["documents"] > 0
    assert first["words"] > 1000
    assert [ck(*line, "--where", "1", code=None).out for line in lines] == before
    (second,) = ck("tally", "-f", "jsonl").rows()
    assert second == first | {"counted": 0}
    ck("check", "--data")


def test_words_are_counted_at_import_where_many_documents_come(ck: CorpusKit, tmp_path: Path) -> None:
    text = "the ferry {} crossed the river once more"
    rows = [{"text": text.format(number), "url": f"https://a.example/{number}"} for number in range(1100)]
    for name, some in (("few", rows[:300]), ("many", rows)):
        (tmp_path / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in some))
        ck("-d", f"{name}.db", "import", f"{name}.jsonl", "--field", "clean_text=text", "--field", "url=url")
    with Store.open(tmp_path / "few.db") as few, Store.open(tmp_path / "many.db") as many:
        assert few.word_counts.waiting() == 300
        assert many.word_counts.waiting() == 0
    assert ck("-d", "many.db", "words", "the", "-f", "jsonl").rows()[0]["frequency"] == 2200
    ck("-d", "many.db", "check", "--data")
