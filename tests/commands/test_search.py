"""`corpuskit search`: documents by relevance, in every script, and no syntax but ours."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.commands.conftest import OnTerminal
from tests.conftest import CorpusKit, environment

from corpuskit import Selection, Store
from corpuskit.documents import Unread
from corpuskit.finding import query_finder
from corpuskit.formats import width_of
from corpuskit.grouping import GroupOptions, groups
from corpuskit.occurring import Reader
from corpuskit.searching import found_ids


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


@pytest.mark.parametrize("columns", [80, 100, 160])
def test_a_snippet_in_a_table_still_shows_the_match(on_terminal: OnTerminal, examples: Path, columns: int) -> None:
    fields = ("--fields", "id,date,site,snippet")
    shown = on_terminal("-d", examples, "search", "--exact", "telephone", *fields, columns=columns).out
    lines = shown.splitlines()[2:]
    assert lines
    assert all("telephone" in line for line in lines)


# The newest capture


def test_of_several_captures_of_one_url_search_shows_the_newest(ck: CorpusKit) -> None:
    url = "https://river.example/gauge"
    captures = [
        {"url": url, "done": "The gauge at the lock stood at five metres.", "fetched_at": "2021-02-14T12:00:00Z"},
        {"url": url, "done": "The gauge at the lock stood at four metres.", "fetched_at": "2021-02-14T18:00:00Z"},
        {"url": url, "done": "The gauge at the lock stood at three metres.", "fetched_at": "2021-02-14T06:00:00Z"},
        {"url": f"{url}/2", "done": "The gauge at the mill stood at two metres.", "fetched_at": "2021-02-13T06:00:00Z"},
    ]
    ck("import", "-", "--field", "clean_text=done", input="".join(json.dumps(capture) + "\n" for capture in captures))
    assert ck("search", "gauge", "--sort", "id", "-f", "ids").out == "2\n4\n"
    assert ck("search", "gauge three", "-c", code=1).out == "0\n", "nor does it find what an older capture says"
    assert len(ck("search", "gauge", "--all", "-f", "ids").out.split()) == 4
    assert ck("search", "gauge", "--group", "site", "--fields", "documents", "-f", "jsonl").rows() == [{"documents": 2}]


# Groups

GROUPED = ("site", "month", "year", "language", "tag", "source")
NARROWED = (
    Selection(),
    Selection(since="2021-01-01", until="2023-12-31", undated=True),
    Selection(languages=("en", "ru"), min_words=100),
    Selection(where="length(title) > 20", state="all"),
    Selection(sources=("other",), state="dropped"),
    Selection(sample=7, seed=3),
    Selection(tags=("water",), ids=tuple(range(1, 30))),
)


def names(document: dict[str, Any], by: str) -> list[str | None]:
    """The groups that a document belongs to."""
    if by == "tag":
        return document["tags"] or [None]
    if by in ("month", "year"):
        date, length = document["date"] or "", 7 if by == "month" else 4
        return [date[:length] if len(date) >= length else None]
    return [document[by]]


def counted(store: Store, selection: Selection, by: str) -> Counter[str | None]:
    """How many of the selected documents belong to each group, by their records."""
    records = store.documents.records(store.selecting.ids(selection), ["date", "site", "language", "tags", "source"])
    return Counter(name for record in records for name in names(record, by))


@pytest.fixture(scope="module")
def tagged(examples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example corpus with tags, as many as two on a document."""
    path = Path(shutil.copy(examples, tmp_path_factory.mktemp("tagged") / "corpus.db"))
    for name, query in (("water", "river OR flood OR bridge"), ("politics", "council OR summit")):
        command = [sys.executable, "-m", "corpuskit", "-d", str(path), "tag", name, "--match", query]
        subprocess.run(command, env=environment(), check=True, capture_output=True)
    return path


def notice(unread: Unread) -> None:
    pytest.fail(unread.location)


@pytest.mark.parametrize("by", GROUPED)
def test_groups_are_those_of_the_documents_that_are_found(tagged: Path, by: str) -> None:
    query = "river OR the"
    with Store.open(tagged) as store:
        for selection in NARROWED:
            reader = Reader(store, query_finder(query), notice)
            found = found_ids(reader, selection)
            rows = list(groups(store, found, selection, GroupOptions(by)))
            matching = counted(store, replace(selection, match=query), by)
            selected = counted(store, replace(selection, sample=None), by)
            assert {row["group"]: row["documents"] for row in rows if row["documents"]} == matching
            for row in rows:
                assert row["selected"] == selected[row["group"]]
                assert row["share"] == (row["documents"] / row["selected"] if row["selected"] else None)
            assert list(groups(store, found, selection, GroupOptions(by, reverse=True))) == rows[::-1]
            assert list(groups(store, found, selection, GroupOptions(by, limit=2))) == rows[:2]


@pytest.mark.parametrize("by", GROUPED)
def test_groups_come_by_time_or_by_size(ck: CorpusKit, tagged: Path, by: str) -> None:
    rows = ck("-d", tagged, "search", "NOT zzyzx", "--group", by, "-f", "jsonl").rows()
    if by in ("month", "year"):
        known = [row["group"] for row in rows if row["group"] is not None]
        assert known == sorted(known)
        assert known == [row["group"] for row in rows[: len(known)]], "the undated come last"
    else:
        numbers = [row["documents"] for row in rows]
        assert numbers == sorted(numbers, reverse=True)
        assert min(numbers) > 0
    assert ck("-d", tagged, "search", "NOT zzyzx", "--group", by, "-n", "2", "--reverse", "-f", "jsonl").rows() == rows[:-3:-1]


def test_months_and_years_have_no_gap(ck: CorpusKit, examples: Path) -> None:
    months = [row["group"] for row in ck("-d", examples, "search", "river", "--group", "month", "-f", "jsonl").rows()]
    months = [month for month in months if month]
    first, last = ((int(month[:4]) * 12 + int(month[5:])) for month in (months[0], months[-1]))
    assert len(months) == last - first + 1 > 12
    years = [row["group"] for row in ck("-d", examples, "search", "river", "--group", "year", "-f", "jsonl").rows()]
    assert [year for year in years if year] == [str(year) for year in range(first // 12, last // 12 + 1)]


def test_what_belongs_to_no_group_is_empty_in_a_pipe(ck: CorpusKit, examples: Path) -> None:
    lines = ck("-d", examples, "search", "bridge", "--group", "site").out.splitlines()
    assert lines[0] == "group\tdocuments\tshare"
    assert any(line.startswith("\t") for line in lines)


def test_groups_of_expressions_and_exact_queries(ck: CorpusKit, examples: Path) -> None:
    for query in (("-e", r"\bclimate\s+summit"), ("--exact", "Bridge"), ("NOT climate",), ("zzyzx OR Bridge", "--exact")):
        documents = int(ck("-d", examples, "search", *query, "-c").out)
        rows = ck("-d", examples, "search", *query, "--group", "language", "-f", "jsonl").rows()
        assert sum(row["documents"] for row in rows) == documents


def test_no_group_is_1_and_a_header(ck: CorpusKit, examples: Path) -> None:
    for by in ("site", "month"):
        assert ck("-d", examples, "search", "zzyzx", "--group", by, code=1).out == "group\tdocuments\tshare\n"


def test_a_count_of_groups_is_still_that_of_documents(ck: CorpusKit, examples: Path) -> None:
    count = ck("-d", examples, "search", "river", "-c").out
    assert ck("-d", examples, "search", "river", "-c", "--group", "site", "-n", "1").out == count


def test_a_cluster_counts_once_in_the_groups_too(ck: CorpusKit, corpus: Path) -> None:
    ck("dedupe")
    kept = ck("search", '"climate summit"', "--fields", "id,site", "-f", "jsonl").rows()
    unique = ck("search", '"climate summit"', "--unique", "--fields", "id,site,copies", "-f", "jsonl").rows()
    assert max(row["copies"] for row in unique) > 1
    fields = ("--fields", "group,documents,selected,share", "-f", "jsonl")
    for by in ("site", "month"):
        rows = ck("search", '"climate summit"', "--unique", "--group", by, *fields).rows()
        assert sum(row["documents"] for row in rows) == len(unique) == len(kept)
        assert all(row["documents"] <= row["selected"] for row in rows)
    everything = ck("search", '"climate summit"', "--all", "--group", "language", *fields).rows()
    assert sum(row["documents"] for row in everything) > len(unique)
    clusters = ck("search", "NOT zzyzx", "--unique", "--group", "language", *fields).rows()
    assert sum(row["selected"] for row in clusters) == int(ck("search", "NOT zzyzx", "-c").out)


def test_saving_a_search_that_is_grouped_saves_its_documents(ck: CorpusKit, corpus: Path) -> None:
    count = ck("search", "river", "-c").out
    ck("search", "river", "--group", "site", "-n", "1", "--save", "rivers")
    assert len(ck("list", "--selection", "rivers", "-f", "ids").out.split()) == int(count)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--group", "site", "-f", "ids"), "a group has no id"),
        (("--group", "site", "--sort", "date"), "--sort is for documents"),
        (("--group", "site", "--fields", "title"), "unknown field: title"),
        (("--fields", "share"), "share is a field of --group only"),
        (("--group", "author"), "Invalid value for '--group'"),
    ],
)
def test_what_groups_have_no_use_for_is_refused(ck: CorpusKit, examples: Path, arguments: tuple[str, ...], message: str) -> None:
    result = ck("-d", examples, "search", "river", *arguments, code=2)
    assert result.out == ""
    assert result.err.startswith(f"corpuskit: {message}")


@pytest.mark.parametrize("columns", [40, 80, 150])
def test_months_are_drawn_on_a_terminal(on_terminal: OnTerminal, examples: Path, columns: int) -> None:
    lines = on_terminal("-d", examples, "search", "river", "--group", "month", columns=columns).out.splitlines()
    assert lines[0].split() == ["group", "documents", "share", "histogram"]
    assert max(map(width_of, lines)) <= columns
    longest = max(lines[2:], key=lambda line: line.count("█"))
    assert width_of(longest) >= min(columns, 100) - 1, "the longest bar takes the room there is"
    drawn = {line.split()[0] for line in lines[2:] if not line.isascii()}
    rows = [line.split() for line in lines[2:]]
    assert {row[0] for row in rows if row[0].startswith("20") and row[1] != "0"} <= drawn
    assert not {row[0] for row in rows if row[0].startswith("20") and row[1] == "0"} & drawn


def test_other_groups_are_drawn_where_that_is_asked_for(on_terminal: OnTerminal, ck: CorpusKit, examples: Path) -> None:
    arguments = ("-d", examples, "search", "river", "--group", "site")
    assert on_terminal(*arguments).out.isascii()
    assert "█" in on_terminal(*arguments, "--histogram").out
    assert "█" in ck(*arguments, "--histogram", "-f", "table").out
    assert ck(*arguments, "--histogram").out == ck(*arguments).out, "a machine format has the numbers"
    alone = ck("-d", examples, "search", "river", "--histogram", "-f", "jsonl").out
    assert alone == ck("-d", examples, "search", "river", "--group", "month", "-f", "jsonl").out
    chosen = on_terminal("-d", examples, "search", "river", "--group", "month", "--fields", "group,documents").out
    assert chosen.isascii()


def test_a_terminal_gets_the_largest_groups_and_is_told_of_the_rest(on_terminal: OnTerminal, ck: CorpusKit) -> None:
    rows = [{"url": f"https://site{number}.example/", "text": f"The river, page {number}."} for number in range(23)]
    ck("import", "-", "--field", "clean_text=text", input="".join(json.dumps(row) + "\n" for row in rows))
    result = on_terminal("search", "river", "--group", "site")
    assert len(result.out.splitlines()) == 22
    assert result.err == "20 of 23 groups; -n 23 shows all\n"
    assert len(on_terminal("search", "river", "--group", "site", "-n", "22").out.splitlines()) == 24
