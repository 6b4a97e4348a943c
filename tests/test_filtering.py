"""Filtering: each rule at its edge, and what must hold whatever was decided before, in whatever order."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.store.conftest import cleaned

from corpuskit import deduping
from corpuskit.documents import RawPage
from corpuskit.extract.words import count_words
from corpuskit.filtering import JUDGED_ALL_THE_SAME, FilterReport, filter_documents
from corpuskit.rules import RULES, ask
from corpuskit.selection import Selection
from corpuskit.settling import DedupeOptions
from corpuskit.store.pages import Place
from corpuskit.store.store import Store
from corpuskit.superseding import mark_superseded
from corpuskit.undoing import look, undo

NAMES = [rule.name for rule in RULES]


@contextmanager
def corpus() -> Iterator[Store]:
    """An empty corpus with a run that documents belong to."""
    with TemporaryDirectory() as folder, Store.open(Path(folder) / "corpus.db", write=True, create=True) as store:
        store.runs.start("import", ["generated"])
        yield store


def add(
    store: Store, text: str, *, raw: bytes | None = None, url: str | None = None, is_clean: bool = False, **found: Any
) -> int:
    """Put a document into a corpus."""
    with store.transaction():
        number = store.database.value("SELECT count(*) FROM pages")
        fetched_at = found.pop("fetched_at", None)
        confidence = found.pop("confidence", 0.9)
        media_type = "text/html" if raw else "text/plain"
        source_id = store.pages.add_source("generated")
        page = RawPage(raw or f"{number}".encode(), media_type, f"{number}", url=url, fetched_at=fetched_at, is_clean=is_clean)
        page_id, _ = store.pages.add(page, source_id, 1)
        made = replace(cleaned(text, **found), words=count_words(text), language_confidence=confidence)
        store.documents.put(page_id, 1, made, Place(source_id, page.location, url, "given"))
    return page_id


def judge(store: Store, names: Iterable[str], *changes: str, dry_run: bool = False, **selected: Any) -> FilterReport:
    """Run a filter, as a run of its own."""
    run_id = None if dry_run else store.runs.start("filter", [])
    return filter_documents(store, Selection(**selected), ask(names, changes), run_id=run_id, processes=1)


def dropped_by(store: Store, *names: str) -> dict[str, list[int]]:
    """The documents that each rule drops, where it drops any."""
    found: dict[str, list[int]] = {}
    for row in store.decisions.in_force(list(names or NAMES)):
        found.setdefault(row["rule"], []).append(row["document_id"])
    return found


# Each rule at its edge: a text that just passes, one that just fails


def distinct(count: int, *, letters: int = 2, start: int = 0) -> list[str]:
    """So many different words of so many letters."""
    names = []
    for number in range(start, start + count):
        word = ""
        for _ in range(letters):
            number, rest = divmod(number, 26)  # noqa: PLW2901
            word += chr(97 + rest)
        names.append(word)
    return names


def lines(*parts: tuple[str, int]) -> str:
    """Lines; those with an empty hole for a number are all different."""
    return "\n".join(text.replace("@", f"{number:03}") for text, count in parts for number in range(count))


def repeated(length: int, times: int, total: int) -> str:
    """`total` words of two letters: a run of `length` of them so often, with words between that occur once."""
    run, others = distinct(length), iter(distinct(total, start=length))
    words = [word for _ in range(times) for word in (*run, next(others))]
    return " ".join([*words, *(next(others) for _ in range(total - len(words)))])


def twice(n: int, threshold: float) -> tuple[str, str]:
    """A run of n words that stands twice, in just enough and one word too little of a text."""
    enough = math.ceil(n / threshold)
    return repeated(n, 2, enough), repeated(n, 2, enough - 1)


EDGES: dict[str, tuple[str, str]] = {
    "gopher.min_words": (" ".join(distinct(50)), " ".join(distinct(49))),
    "gopher.max_words": ("a b " * 100, "a b " * 100 + "c"),
    "gopher.min_mean_word_length": ("abc " * 60, "abc " * 59 + "ab"),
    "gopher.max_mean_word_length": ("abcdefghij " * 60, "abcdefghij " * 59 + "abcdefghijk"),
    "gopher.max_hash_ratio": ("word " * 60 + "# " * 6, "word " * 60 + "# " * 7),
    "gopher.max_ellipsis_ratio": ("word " * 60 + "... … " * 3, "word " * 60 + "... … " * 3 + "…… "),
    "gopher.max_bullet_lines": (lines(("- line", 9), ("line", 1)), lines(("- line", 5), ("• line", 5))),
    "gopher.max_ellipsis_lines": (lines(("line…", 3), ("line", 7)), lines(("line...", 4), ("line", 6))),
    "gopher.min_alphabetic_words": ("a1 " * 8 + "1 --", "a1 " * 7 + "1 -- 12:30"),
    "gopher.min_stop_words": ("The end of it", "The end is nigh"),
    "gopher-repetition.max_duplicate_lines": (lines(("a@", 7), ("a000", 3)), lines(("a@", 6), ("a000", 4))),
    "gopher-repetition.max_duplicate_paragraphs": (
        lines(("a@", 7), ("a000", 3)).replace("\n", "\n \n"), lines(("a@", 6), ("a000", 4)).replace("\n", "\n\n\n"),
    ),
    "gopher-repetition.max_duplicate_line_characters": (lines(("a@", 8), ("a000", 2)), lines(("a@", 7), ("a000", 3))),
    "gopher-repetition.max_duplicate_paragraph_characters": (
        lines(("a@", 8), ("a000", 2)).replace("\n", "\n\n"), lines(("a@", 7), ("a000", 3)).replace("\n", "\n\n"),
    ),
    "gopher-repetition.max_top_2_grams": (repeated(2, 5, 50), repeated(2, 6, 50)),
    "gopher-repetition.max_top_3_grams": (repeated(3, 3, 50), repeated(3, 4, 50)),
    "gopher-repetition.max_top_4_grams": (repeated(4, 2, 50), repeated(4, 3, 50)),
    **{
        f"gopher-repetition.max_duplicate_{n}_grams": twice(n, threshold)
        for n, threshold in ((5, 0.15), (6, 0.14), (7, 0.13), (8, 0.12), (9, 0.11), (10, 0.1))
    },
    "c4.min_sentences": (
        "One line has five words. Another? It is so!", "One line has five words. Another?\nShort line.\nNo end of it",
    ),
    "c4.max_removed_lines": (lines(("It goes on and on.", 5), ("menu", 5)), lines(("It goes on and on.", 4), ("menu", 6))),
    "c4.max_lorem_ipsum": ("Lorem and ipsum", "Here stands Lorem Ipsum dolor"),
    "c4.max_curly_brackets": ("a } bracket", "a { bracket"),
    "fineweb.min_punctuated_lines": (lines(("It ends.", 13), ("menu", 87)), lines(("It ends.", 12), ("menu", 88))),
    "fineweb.max_duplicate_line_characters": (lines(("a@", 10), ("a000", 1)), lines(("a@", 9), ("a000", 1))),
    "fineweb.max_short_lines": (
        lines(("a line of less than 30 @.", 66), ("a line with thirty letters @..", 34)),
        lines(("a line of less than 30 @.", 67), ("a line with thirty letters @..", 33)),
    ),
    "fineweb.max_breaks_per_word": ("a b c d e f g\nh\ni\nj", "a b c d e f\ng\nh\ni\nj"),
    "length.min_words": (" ".join(distinct(20)), " ".join(distinct(19))),
    "length.max_words": (" ".join(distinct(20)), " ".join(distinct(21))),
    "length.min_characters": ("a" * 20, "a" * 19),
    "length.max_characters": ("a" * 20, "a" * 21),
    "extraction.min_words": ("a", "…"),
    "encoding.max_replaced": ("\ufffd" * 5 + "a" * 995, "\ufffd" * 6 + "a" * 994),
    "encoding.max_mojibake": ("Ã©a" * 2 + "a" * 994, "Ã©a" * 3 + "a" * 991),
    "encoding.max_controls": ("\x07\t\n" + "a" * 997, "\x07\x85" + "a" * 998),
}  # fmt: skip
SET = {"gopher.max_words": 200, "c4.max_removed_lines": 0.5,
       "length.min_words": 20, "length.max_words": 20, "length.min_characters": 20,
       "length.max_characters": 20}  # fmt: skip


def test_each_rule_about_a_text_passes_what_just_passes_and_drops_what_just_fails() -> None:
    with corpus() as store:
        places = {name: (add(store, passing), add(store, failing)) for name, (passing, failing) in EDGES.items()}
        for name, (passing, failing) in places.items():
            changes = [f"{name}={SET[name]}"] if name in SET else []
            judge(store, [name], *changes)
            dropped = dropped_by(store, name).get(name, [])
            assert failing in dropped, name
            assert passing not in dropped, name


def site(store: Store, name: str, dates: Iterable[str | None]) -> list[int]:
    return [add(store, "a text", url=f"https://{name}.example/{number}", date=date) for number, date in enumerate(dates)]


def page_with(seen: int, links: Iterable[str] = ()) -> bytes:
    """A page with so many letters that a reader sees."""
    listed = "".join(f"<li><a href=x>{link}</a></li>" for link in links)
    rest = seen - sum(len(link.replace(" ", "")) for link in links)
    return f"<title>unseen</title><script>unseen</script><p>{'a' * rest}</p><ul>{listed}</ul>".encode()


def test_each_rule_about_a_document_passes_what_just_passes_and_drops_what_just_fails() -> None:
    with corpus() as store:
        text = "a" * 249 + "\n"
        shown = ["First headline", "Second headline"]
        half = "First headline\nSecond headline | First headline\n"
        fetched_at = "2021-03-04T23:59:00Z"
        letters = sum(map(len, half.replace("|", "").split())) + 1
        edges = {
            "language.allowed": (
                [add(store, "a", language="de")], [add(store, "a", language="fr"), add(store, "", language=None)],
            ),
            "language.min_confidence": ([add(store, "a", confidence=0.65), add(store, "a", confidence=None)],
                                        [add(store, "a", confidence=0.649)]),
            "date.max_days_ahead": (
                [add(store, "a", date="2021-03-05", fetched_at=fetched_at), add(store, "a", date="2021"), add(store, "a")],
                [add(store, "a", date="2021-03-06", fetched_at=fetched_at), add(store, "a", date="2199")],
            ),
            "date.min_year": ([add(store, "a", date="1991")], [add(store, "a", date="1990-12-31")]),
            "date.max_site_share": (
                [*site(store, "half", ["2020-01-01"] * 5 + [f"2020-02-0{day}" for day in range(1, 6)] + [None] * 9),
                 *site(store, "few", ["2020-05-05"] * 4), *site(store, "year", ["2020"] * 9)],
                site(store, "one", ["2020-05-05"] * 5 + [None] * 9)[:5],
            ),
            "extraction.min_text_share": (
                [add(store, text, raw=page_with(4980)), add(store, "a" * 50, raw=page_with(4999)),
                 add(store, "a", is_clean=True)],
                [add(store, text, raw=page_with(5001))],
            ),
            "extraction.max_link_share": (
                [add(store, half + "b" * letters, raw=page_with(900, shown)), add(store, half)],
                [add(store, half + "b" * (letters - 2), raw=page_with(901, shown))],
            ),
        }  # fmt: skip
        for name, (passing, failing) in edges.items():
            judge(store, [name], *(["language.allowed=de,en"] if name == "language.allowed" else []))
            assert set(dropped_by(store, name).get(name, [])).intersection([*passing, *failing]) == set(failing), name
        assert {*edges, *EDGES} == set(NAMES), "every rule has its edge here"


@pytest.fixture(scope="module")
def measured() -> Iterator[Store]:
    """A corpus of texts that are far from each other in every signal."""
    with corpus() as store:
        for passing, failing in EDGES.values():
            add(store, passing[:2000], language="en")
            add(store, failing[:2000], language="xx")
        judge(store, ["gopher"], dry_run=True)
        yield store


@given(st.sampled_from(sorted(EDGES)), st.integers(0, 200), st.sampled_from((0, 1, -1)))
@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_rule_drops_exactly_what_stands_in_its_relation(measured: Store, name: str, choice: int, nudge: int) -> None:
    rule = next(rule for rule in RULES if rule.name == name)
    ids = measured.selecting.ids(Selection(state="all"))
    values = {one: measured.signals.of(one)[rule.signal] for one in ids}
    known = sorted({value for value in values.values() if value is not None})
    threshold = math.nextafter(known[choice % len(known)], math.inf * nudge) if nudge else known[choice % len(known)]
    compare = {"<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__}[rule.drops]
    expected = {one for one, value in values.items() if value is not None and compare(float(value), float(threshold))}
    report = judge(measured, [name], f"{name}={threshold!r}")
    decided = {row["document_id"]: row for row in measured.decisions.in_force([name])}
    assert set(decided) == expected
    assert all(row["value"] == values[one] and row["threshold"] == threshold for one, row in decided.items())
    assert report.documents == len(ids) == report.counts["kept"] + report.counts["dropped"]
    assert report.dropped == len(expected)
    assert report.measured == 0


# What a run changes


def test_a_threshold_that_changes_takes_back_adds_and_leaves_alone() -> None:
    with corpus() as store:
        short, middle, long = (add(store, " ".join(distinct(count))) for count in (10, 30, 60))
        first = judge(store, ["length"], "length.min_words=20", "length.max_words=50")
        assert dropped_by(store) == {"length.min_words": [short], "length.max_words": [long]}
        kept_as_it_was = store.decisions.of(long)[0]["id"]
        second = judge(store, ["length"], "length.min_words=40", "length.max_words=50")
        assert dropped_by(store) == {"length.min_words": [short, middle], "length.max_words": [long]}
        assert [row["id"] for row in store.decisions.of(long)] == [kept_as_it_was]
        assert [row["threshold"] for row in store.decisions.of(short)] == [20, 40]
        assert store.decisions.of(short)[0]["withdrawn_by"] == store.decisions.of(short)[1]["run"]
        third = judge(store, ["length"], "length.min_words=5", "length.max_words=off")
        assert third.returned == 0, "nothing was ever compared"
        assert dropped_by(store) == {}
        shown = [[(one.rule, one.threshold, one.documents, one.new, one.withdrawn) for one in run.rules] for run in
                 (first, second, third)]  # fmt: skip
        off = [("length.min_characters", None, 0, 0, 0), ("length.max_characters", None, 0, 0, 0)]
        assert shown == [
            [("length.min_words", 20, 1, 1, 0), ("length.max_words", 50, 1, 1, 0), *off],
            [("length.min_words", 40, 2, 1, 0), ("length.max_words", 50, 1, 0, 0), *off],
            [("length.min_words", 5, 0, 0, 2), ("length.max_words", None, 0, 0, 1), *off],
        ]


def test_a_dry_run_says_the_same_and_changes_nothing() -> None:
    with corpus() as store:
        for count in (10, 60):
            add(store, " ".join(distinct(count)))
        judge(store, ["gopher"])
        before = [(*row,) for row in store.database.rows("SELECT * FROM decisions")]
        said = judge(store, ["gopher"], "gopher.min_words=70", dry_run=True)
        assert [(*row,) for row in store.database.rows("SELECT * FROM decisions")] == before
        assert judge(store, ["gopher"], "gopher.min_words=70").rules == said.rules
        assert [(one.documents, one.new) for one in said.rules if one.rule == "gopher.min_words"] == [(2, 1)]


def test_other_rules_and_other_documents_are_left_alone() -> None:
    with corpus() as store:
        short, other = add(store, "few {words"), add(store, "wenige {worte", language="de")
        judge(store, ["gopher", "c4"])
        before = dropped_by(store)
        judge(store, ["gopher"], "gopher.min_words=1", "gopher.min_stop_words=0", languages=("de",))
        after = dropped_by(store)
        assert other not in {one for name, ids in after.items() if name.startswith("gopher.") for one in ids}
        assert {name: ids for name, ids in after.items() if name.startswith("c4.")} == {
            name: ids for name, ids in before.items() if name.startswith("c4.")
        }
        assert after["gopher.min_words"] == [short]


def test_what_others_dropped_is_judged_but_not_what_is_superseded() -> None:
    assert set(JUDGED_ALL_THE_SAME) == {*NAMES, deduping.EXACT, deduping.NEAR, deduping.ELSEWHERE}
    with corpus() as store:
        one, other = add(store, "few words"), add(store, "few words")
        old = add(store, "an old capture", url="https://a.example/", fetched_at="2020-01-01T00:00:00Z")
        add(store, "a new capture", url="https://a.example/", fetched_at="2021-01-01T00:00:00Z")
        mark_superseded(store, run_id=1)
        deduping.dedupe(store, Selection(), DedupeOptions(), run_id=1)
        report = judge(store, ["gopher.min_words"])
        assert set(dropped_by(store)["gopher.min_words"]) >= {one, other}
        assert old not in dropped_by(store)["gopher.min_words"]
        assert report.stranded == 1, "the duplicate of a document that is dropped itself now"
        assert judge(store, ["gopher.min_words"], "gopher.min_words=1").returned == 2, "one is a duplicate still"


def test_nothing_selected_is_no_error() -> None:
    with corpus() as store:
        assert judge(store, ["gopher"]).documents == 0


RUNS = [
    ("gopher", ()),
    ("gopher", ("gopher.min_words=5",)),
    ("c4", ()),
    ("c4", ("c4.max_curly_brackets=off",)),
    ("fineweb", ()),
    ("fineweb", ("fineweb.max_short_lines=2",)),
]


@given(st.lists(st.one_of(st.sampled_from(RUNS), st.just(("dedupe", ())), st.just(("undo", ()))), min_size=1, max_size=8))
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_order_of_runs_makes_no_difference(
    several: Store, alone: dict[tuple[str, tuple[str, ...]], Any], runs: list[tuple[str, tuple[str, ...]]]
) -> None:
    """What each rule set says depends on its own last run alone, whatever other filters, dedupe and undo did in between."""
    for name, changes in RUNS:
        judge(several, [name], *changes)
    last = {name: (name, changes) for name, changes in RUNS}
    undoable: list[tuple[int, str, tuple[str, tuple[str, ...]]]] = []
    for run in runs:
        if run[0] == "dedupe":
            deduping.dedupe(several, Selection(), DedupeOptions(), run_id=several.runs.start("dedupe", []))
            continue
        if run[0] == "undo":
            if not undoable:
                continue
            number, name, earlier = undoable.pop()
            undo(several, look(several, number), by=several.runs.start("undo", []))
            last[name] = earlier
        else:
            earlier = last[run[0]]
            judge(several, [run[0]], *run[1])
            undoable = [one for one in undoable if one[1] != run[0]]
            undoable.append((several.database.value("SELECT max(id) FROM runs"), run[0], earlier))
            last[run[0]] = run
        for name, latest in last.items():
            assert decided(several, name) == alone[latest]


@pytest.fixture(scope="module")
def several() -> Iterator[Store]:
    """A corpus of documents that several rule sets drop, alone and together, some of them twice."""
    with corpus() as store:
        for passing, failing in list(EDGES.values())[:30:3]:
            add(store, passing[:300])
            add(store, failing[:300])
            add(store, failing[:300].upper())
        yield store


@pytest.fixture(scope="module")
def alone(several: Store) -> dict[tuple[str, tuple[str, ...]], Any]:
    """What each run decides where nothing else was ever decided."""
    found = {}
    for run in RUNS:
        judge(several, [run[0]], *run[1])
        found[run] = decided(several, run[0])
        undo(several, look(several, several.database.value("SELECT max(id) FROM runs")), by=several.runs.start("undo", []))
        assert not decided(several, run[0])
    return found


def decided(store: Store, family: str) -> set[tuple[Any, ...]]:
    rows = store.decisions.in_force([name for name in NAMES if name.startswith(f"{family}.")])
    return {(row["document_id"], row["rule"], row["value"], row["threshold"]) for row in rows}


def test_undoing_one_filter_leaves_the_word_of_the_other() -> None:
    with corpus() as store:
        both = add(store, "{ few words")
        judge(store, ["gopher"])
        number = store.database.value("SELECT max(id) FROM runs")
        judge(store, ["c4"])
        undo(store, look(store, number), by=store.runs.start("undo", []))
        assert dropped_by(store) == {"c4.min_sentences": [both], "c4.max_curly_brackets": [both]}


# Signals


def test_signals_are_measured_once_and_again_for_another_text_or_language() -> None:
    with corpus() as store:
        page_id = add(store, "The words of it")
        other = add(store, "Something else")
        assert judge(store, ["gopher"]).measured == 2
        assert judge(store, ["gopher", "c4", "fineweb", "encoding"]).measured == 0
        for text, language in (("The words of another", "en"), ("The words of another", "de")):
            with store.transaction():
                store.documents.put(page_id, 1, cleaned(text, language=language), store.pages.place(page_id))
            assert judge(store, ["gopher"]).measured == 1
        assert store.signals.of(page_id)["stop_words"] == 0
        with store.transaction():
            store.database.execute("UPDATE signals SET version = version - 1 WHERE document_id = ?", (other,))
        assert judge(store, ["gopher"]).measured == 1
        assert judge(store, ["language", "date"]).measured == 0, "what stands with the documents needs no measuring"
        assert judge(store, ["extraction"]).measured == 2, "the pages, in workers"
        assert judge(store, ["extraction"]).measured == 0
