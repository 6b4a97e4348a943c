"""The plain-text cleaner: pages written for it, pages from the shared data, and claims for all pages."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from corpuskit.documents import Extraction
from corpuskit.extract.plaintext import extract_plaintext, line_key, page_line_keys
from corpuskit.reasons import Reason

PAGES = Path(__file__).parents[1] / "pages" / "plaintext"
SHARED = Path(os.environ.get("CORPUSKIT_SHARED") or Path(__file__).parents[3] / "shared")
SEEDS = SHARED / "data" / "seed-pages"


@dataclass(frozen=True)
class Golden:
    """A page and what must become of each of its lines."""

    page: str
    marks: dict[int, str]
    fields: dict[str, str]


def read_golden(name: str) -> Golden:
    lines = (PAGES / name).read_text("utf-8").split("\n")
    fields = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# "))
    body = [line for line in lines if not line.startswith("# ")]
    return Golden("\n".join(line[1:] for line in body), {n: line[0] for n, line in enumerate(body, 1) if line}, fields)


def cut_lines(result: Extraction) -> dict[int, str]:
    """Reason of every line that is in a cut."""
    return {number: cut.reason for cut in result.cuts for number in range(cut.first, cut.last + 1)}


GOLDEN = sorted(path.name for path in PAGES.glob("*.txt"))


@pytest.mark.parametrize("name", GOLDEN)
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_golden_page(name: str, ends: str) -> None:
    golden = read_golden(name)
    result = extract_plaintext(golden.page.replace("\n", ends))
    lines = golden.page.split("\n")
    cut = cut_lines(result)
    must_stay = {n for n, mark in golden.marks.items() if mark == "+"}
    must_go = {n for n, mark in golden.marks.items() if mark in "-LT"}
    wrong = {n: lines[n - 1] for n in (must_stay & cut.keys()) | (must_go - cut.keys())}
    assert not wrong
    titles = [lines[n - 1] for n, mark in golden.marks.items() if mark == "T"]
    assert result.title == (titles[0] if titles else None)
    if golden.fields.get("text") == "none":
        assert result.text is None
        assert result.reason is Reason.NO_TEXT
        assert result.detail
    for field in ("author", "date", "date_source", "site_name"):
        if field in golden.fields:
            assert getattr(result, field) == golden.fields[field]


def test_no_page_is_lost_and_no_line_counted_twice() -> None:
    page = read_golden("german.txt").page
    result = extract_plaintext(page)
    cut = cut_lines(result)
    kept = [line.strip() for number, line in enumerate(page.split("\n"), 1) if line.strip() and number not in cut]
    assert (result.text or "").split() == " ".join(kept).split()
    assert sum(cut.last - cut.first + 1 for cut in result.cuts) == len(cut)


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the shared data is not here: set CORPUSKIT_SHARED")
class TestSeedPages:
    """The two pages that the project was born from."""

    def test_first(self) -> None:
        page = (SEEDS / "000_e40286a65c6de054.txt").read_text("utf-8")
        result = extract_plaintext(page)
        lines = [line for line in page.split("\n") if line.strip()]
        assert result.title == lines[2]
        assert (result.text or "").split("\n\n") == lines[5:]
        assert set((result.lead or "").split("\n")) <= {lines[3], lines[4]}
        assert result.date is None

    def test_second(self) -> None:
        page = (SEEDS / "004_5dd9c24a404bc222.txt").read_text("utf-8")
        result = extract_plaintext(page)
        lines = [line for line in page.split("\n") if line.strip()]
        body = lines[5 : lines.index("Newsletter")]
        assert result.title == lines[3]
        assert (result.text or "").split() == " ".join(body).split()
        assert (result.site_name, result.date, result.date_source) == ("London Daily", "2025-06-20", "header")


PROSE = (
    "The lock keeper counted the barges on a slate because the company paid him by the dozen.",
    "In dry summers the water stood so low that horses could cross beside the weir.",
    "Nobody remembers who painted the gate blue, but it has been painted blue ever since.",
    "When the railway came the barges grew fewer, and the slate was put away in a drawer.",
    "His granddaughter found it last winter and hung it over the kitchen door of the cottage.",
    "Visitors may see the slate on Sundays; the weir and the gate can be reached at any time.",
)
MENU = ("Home", "Local", "Sport", "Weather", "Jobs", "Contact")


def news_page(*, above: tuple[str, ...] = (), inside: str | None = None) -> str:
    body = list(PROSE)
    if inside is not None:
        body.insert(3, inside)
    return "\n".join([*MENU, *above, "The slate of the lock keeper", *body, *MENU, "Imprint", "Privacy"])


def test_a_line_on_other_pages_is_boilerplate() -> None:
    spam = "Our company makes pumps and valves of every size, ask for our catalogue today."
    page = news_page(above=(spam,), inside=spam.replace("pumps", "hoses"))
    counts = {key: 3 for line in page.split("\n") if ("company makes" in line) and (key := line_key(line)) is not None}
    result = extract_plaintext(page, recurrence=counts)
    assert result.text == "\n".join(PROSE)
    assert "repeated" in cut_lines(result).values()


def test_a_page_that_is_known_as_a_whole_keeps_its_text() -> None:
    page = news_page()
    assert extract_plaintext(page, recurrence=dict.fromkeys(page_line_keys(page), 5)).text == extract_plaintext(page).text


def test_line_key_folds_case_numbers_and_space_only() -> None:
    assert line_key("Posted on 12 May,  18:30") == line_key("posted  on 3 MAY, 7:05")
    assert line_key("Posted on 12 May") != line_key("Posted on 12 June")
    assert line_key("") is line_key("Home") is line_key("12") is None
    assert line_key("a\u200bb cd") == line_key("ab cd")
    assert (line_key("any line at all") or -1) < 2**63


def test_only_real_line_ends_end_a_line() -> None:
    page = news_page().replace("barges on a slate", "barges\u2028on\x85a\x0cslate")
    result = extract_plaintext(page)
    assert {number for cut in result.cuts for number in (cut.first, cut.last)} <= set(range(1, page.count("\n") + 2))
    assert "barges\u2028on" in (result.text or "")


@pytest.mark.parametrize(
    ("banner", "below", "expected"),
    [
        ("Sunday, 7 March 2021", "", ("2021-03-07", "header")),
        ("Sunday, 7 March 2021", "by Ada Quill, 4 March 2021", ("2021-03-04", "text")),
        ("", "4 March 2021", ("2021-03-04", "text")),
        ("", "", (None, None)),
    ],
)
def test_date_source(banner: str, below: str, expected: tuple[str | None, str | None]) -> None:
    page = "\n".join(["The Weir Post", banner, *MENU, "The slate of the lock keeper", below, *PROSE])
    result = extract_plaintext(page)
    assert result.title == "The slate of the lock keeper"
    assert (result.date, result.date_source) == expected


@pytest.mark.parametrize("line", ["by Ada Quill", "Author: Ada Quill", "by Ada Quill, 4 March 2021"])
def test_author(line: str) -> None:
    page = "\n".join([*MENU, "The slate of the lock keeper", line, *PROSE])
    assert extract_plaintext(page).author == "Ada Quill"


def test_a_lone_name_is_no_author() -> None:
    page = "\n".join([*MENU, "The slate of the lock keeper", "Mayor Ada Quill", *PROSE])
    assert extract_plaintext(page).author is None


def test_site_name_needs_a_witness() -> None:
    page = "\n".join(["Weir Post", *MENU, "The slate of the lock keeper", *PROSE])
    assert extract_plaintext(page).site_name is None
    assert extract_plaintext(page, url="https://www.weirpost.example/a").site_name == "Weir Post"
    assert extract_plaintext(page + "\n© 2021 Weir Post Ltd").site_name == "Weir Post"


@pytest.mark.parametrize("page", ["", "\n\n", "   \t ", "\u200b\n\u0301", "Home\nNews\nSport"])
def test_no_text(page: str) -> None:
    result = extract_plaintext(page)
    assert result.text is None
    assert result.reason is Reason.NO_TEXT
    assert result.detail


ANY_LINE = st.one_of(
    st.text(max_size=60),
    st.sampled_from([*PROSE, *MENU, "", "1. item:", "* a", "© 2020", "12 May 2020", "สวัสดี" * 20, "你好。" * 9, "..."]),
)


@given(st.lists(ANY_LINE, max_size=60).map("\n".join), st.sampled_from(["\n", "\r\n", "\r"]), st.booleans())
@example("\r", "\n", False)
def test_every_line_is_kept_or_cut(page: str, ends: str, known: bool) -> None:
    page = page.replace("\n", ends)
    recurrence = dict.fromkeys(list(page_line_keys(page))[:5], 4) if known else None
    result = extract_plaintext(page, recurrence=recurrence, url="https://[")
    lines = page.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    cut = cut_lines(result)
    assert set(cut) <= set(range(1, len(lines) + 1))
    assert all(cut.first <= cut.last for cut in result.cuts)
    assert all(before.last < after.first for before, after in zip(result.cuts, result.cuts[1:], strict=False))
    invisible = dict.fromkeys([0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF])
    kept = " ".join(line.translate(invisible) for number, line in enumerate(lines, 1) if number not in cut)
    assert kept.split() == (result.text or "").split()
    assert (result.text is None) == (result.reason is not None)
    assert 0 <= (result.confidence or 0) <= 1
    assert extract_plaintext(page, recurrence=recurrence, url="https://[") == result


@pytest.mark.parametrize(
    "page",
    [
        "word. " * 200_000,
        "a\n" * 100_000,
        "\u0301" * 300_000,
        "!" * 300_000,
        "12 May 2020\n" * 20_000,
        "a b. c d, " * 9 + "\n" * 50_000,
    ],
    ids=["one line", "one letter a line", "combining", "one sign", "dates", "empty lines"],
)
def test_extreme_pages_end(page: str) -> None:
    result = extract_plaintext(page)
    assert (result.text is None) == (result.reason is not None)


EXAMPLES = Path(__file__).parents[2] / "examples" / "pages" / "dumps"


def test_the_poem_of_the_examples_is_whole_and_has_its_title() -> None:
    page = (EXAMPLES / "poem-bridge-keeper.txt").read_text("utf-8")
    result = extract_plaintext(page)
    lines = [line.strip() for line in page.split("\n") if line.strip()]
    assert (result.title, result.author) == (lines[1], lines[2].removeprefix("by "))
    kept = (result.text or "").split("\n")
    verses = lines[4:-2]
    assert [line for line in verses if line not in kept] == []
    assert not {lines[0], *lines[-2:]} & set(kept)


def test_the_recipe_of_the_examples_has_its_amounts_and_its_method() -> None:
    page = (EXAMPLES / "rezept-zwetschgenkuchen.txt").read_text("utf-8")
    result = extract_plaintext(page)
    kept = (result.text or "").split("\n")
    lines = [line for line in page.split("\n") if line.strip()]
    assert {line for line in lines if line[:1].isdigit() or len(line.split()) > 20} <= set(kept)
    assert result.title == lines[6]
    assert not {*lines[:6], *lines[-4:]} & set(kept)
