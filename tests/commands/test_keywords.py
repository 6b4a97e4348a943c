"""`corpuskit keywords`: what tells a selection from a reference on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.conftest import CorpusKit

LOOSE = ("--min-frequency", "1", "--min-ll", "0", "-f", "jsonl")


def test_a_selection_against_the_rest(ck: CorpusKit, examples: Path) -> None:
    rows = ck("-d", examples, "keywords", "--match", "climate", "--lang", "en", "--min-frequency", "2", "--min-ll", "4",
              "-f", "jsonl").rows()  # fmt: skip
    assert [*rows[0]] == [
        "word", "frequency", "reference_frequency", "per_million", "reference_per_million", "log_likelihood", "log_ratio",
    ]  # fmt: skip
    assert {"climate", "summit"} <= {row["word"] for row in rows[:5]}
    assert all(row["log_likelihood"] >= 4 and row["log_ratio"] > 0 for row in rows)
    negative = ck("-d", examples, "keywords", "--match", "climate", "--lang", "en", "--negative", *LOOSE).rows()
    assert all(row["log_ratio"] <= 0 or not row["reference_frequency"] for row in negative)


def test_against_another_selection_and_another_corpus(ck: CorpusKit, tmp_path: Path) -> None:
    for name, texts in (("a", ("flood flood river", "river sea")), ("b", ("sea sea river",))):
        lines = [json.dumps({"clean_text": text, "tags": [f"t{n}"], "date": f"202{n}"}) for n, text in enumerate(texts)]
        (tmp_path / f"{name}.jsonl").write_text("\n".join(lines) + "\n")
        ck("-d", f"{name}.db", "import", f"{name}.jsonl", "--field", "clean_text=clean_text")

    def sides(*arguments: str) -> dict[str, tuple[int, int]]:
        rows = ck("-d", "a.db", "keywords", *arguments, *LOOSE).rows()
        return {row["word"]: (row["frequency"], row["reference_frequency"]) for row in rows}

    assert sides("--tag", "t0") == {"flood": (2, 0)}
    assert sides("--tag", "t0", "--reference-tag", "t1") == {"flood": (2, 0)}
    assert sides("--until", "2020", "--reference-since", "2021") == {"flood": (2, 0)}
    assert sides("--tag", "t0", "--reference-match", "sea") == {"flood": (2, 0)}
    assert sides("--reference-db", "b.db") == {"flood": (2, 0), "river": (2, 1)}
    assert sides("--tag", "t1", "--reference-db", "b.db", "--reference-match", "river") == {"river": (1, 1)}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "nothing to compare with"),
        (("--lang", "en", "--reference-tag", "none"), "nothing to compare with"),
        (("--lang", "en", "--reference-db", "none.db"), "no corpus at none.db"),
        (("--lang", "en", "--reference-since", "yesterday"), "not a date"),
    ],
)
def test_a_missing_reference_is_wrong_use(ck: CorpusKit, examples: Path, arguments: tuple[str, ...], message: str) -> None:
    result = ck("-d", examples, "keywords", *arguments, code=2)
    assert result.out == ""
    assert message in result.err


def test_nothing_found(ck: CorpusKit, examples: Path) -> None:
    assert ck("-d", examples, "keywords", "--lang", "eo", "-f", "jsonl", code=1).out == ""
    assert ck("-d", examples, "keywords", "--match", "climate", "--min-ll", "1000000", "-f", "jsonl", code=1).out == ""
