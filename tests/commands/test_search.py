"""`corpuskit search`: documents by relevance, in every script, and no syntax but ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.commands.conftest import OnTerminal
from tests.conftest import CorpusKit


def found(ck: CorpusKit, corpus: Path, *arguments: str, code: int = 0) -> set[str]:
    rows = ck("-d", corpus, "search", *arguments, "-f", "jsonl", "--fields", "location", code=code).rows()
    return {Path(row["location"]).stem for row in rows}


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ('"climate summit"', {"wire-climate-summit", "northmoor-echo", "football-promotion"}, {"recipe-saffron-buns"}),
        ('"climate summit" NOT sport', {"wire-climate-summit"}, {"football-promotion"}),
        ("saffron zzyzx", set(), {"recipe-saffron-buns"}),
        ("saff*", {"recipe-saffron-buns"}, {"wire-climate-summit"}),
        ("title:saffron", {"recipe-saffron-buns"}, set()),
        ("climate NEAR/1 summit", {"wire-climate-summit"}, set()),
        ("saffron OR Hochwasser", {"recipe-saffron-buns", "anzeiger-de"}, {"wire-climate-summit"}),
        ("hochwasser", {"anzeiger-de"}, set()),
        ("наводнения OR Ледоход", {"vestnik-ru"}, set()),
        ("町", {"kirihama-ja"}, {"anzeiger-de"}),
        ("เรือ", {"banglamthan-th"}, set()),
        ("πλημμύρας", {"faros-el"}, set()),
    ],
)
def test_queries_find(ck: CorpusKit, examples: Path, query: str, there: set[str], absent: set[str]) -> None:
    names = found(ck, examples, query, code=0 if there else 1)
    assert there <= names
    assert not absent & names


def test_the_selection_narrows_a_search(ck: CorpusKit, examples: Path) -> None:
    assert found(ck, examples, '"Port Ansley"', "--lang", "es") <= {"eco-es", "notes"}
    assert found(ck, examples, "climate", "--since", "2023", "--until", "2023") <= {"football-promotion", "bridge-reopens"}


def test_rows_and_order(ck: CorpusKit, examples: Path) -> None:
    rows = ck("-d", examples, "search", "climate", "-f", "jsonl").rows()
    assert [*rows[0]] == ["id", "date", "site", "title", "snippet", "score"]
    scores = [row["score"] for row in rows]
    assert scores == sorted(scores, reverse=True)
    assert all("climate" in f"{row['snippet']} {row['title']}".lower() for row in rows)
    assert all("\n" not in row["snippet"] for row in rows)
    by_date = ck("-d", examples, "search", "climate", "--sort", "date", "-f", "jsonl").rows()
    dates = [row["date"] for row in by_date if row["date"]]
    assert dates == sorted(dates)
    assert ck("-d", examples, "search", "climate", "-n", "1", "-f", "jsonl").rows() == rows[:1]


def test_a_count_is_the_number_of_documents(ck: CorpusKit, examples: Path) -> None:
    ids = ck("-d", examples, "search", "river", "-f", "ids").out.split()
    assert ck("-d", examples, "search", "river", "-c").out == f"{len(ids)}\n"
    assert ck("-d", examples, "search", "river", "--count", "-n", "1").out in ("1\n", f"{len(ids)}\n")
    assert ck("-d", examples, "search", "zzyzx", "-c", code=1).out == "0\n"


def test_nothing_found_is_1_and_a_header(ck: CorpusKit, examples: Path) -> None:
    result = ck("-d", examples, "search", "zzyzx", code=1)
    assert (result.out, result.err) == ("id\tdate\tsite\ttitle\tsnippet\tscore\n", "")
    assert ck("-d", examples, "search", "zzyzx", "-f", "json", code=1).out == "[]\n"


@pytest.mark.parametrize(
    "query",
    ["multi-agent", "20.04", "C++", "don't", '"TO BE OR NOT TO BE"', '"an unclosed quote', "(", ")))", "a AND", "NEAR", "title:",
     "*", "^word", "text_characters:x", "rowid:1", "{a b}:c", "a + b", "documents_fts",
     "'; DROP TABLE documents; --", "- -x", "NOT", "\\", "%_"],
)  # fmt: skip
def test_text_is_never_syntax(ck: CorpusKit, examples: Path, query: str) -> None:
    result = ck("-d", examples, "search", "--", query, code=None)
    assert result.code in (0, 1) or (result.code == 2 and "no word" in result.err), result.err
    assert "syntax" not in result.err


def test_a_query_that_cannot_be_meant_is_refused(ck: CorpusKit, examples: Path) -> None:
    for query in ("", "   ", "!!!", "x" * 4_097):
        result = ck("-d", examples, "search", query, code=2)
        assert result.out == ""
        assert result.err.startswith("corpuskit: ")


def test_a_terminal_gets_the_best_and_is_told_of_the_rest(on_terminal: OnTerminal, examples: Path) -> None:
    result = on_terminal("-d", examples, "search", "NOT zzyzx")
    assert len(result.out.splitlines()) == 22
    assert " of " in result.err
    assert "-n" in result.err
