"""What stands above a text: headline, lead, author, date and site name, in claims that hold for any page of that build."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.documents import Extraction
from corpuskit.extract.plaintext import extract_plaintext
from corpuskit.extract.plaintext_head import read_head
from corpuskit.extract.plaintext_header import name_in, read_header
from corpuskit.extract.plaintext_lines import read_lines, split_lines
from corpuskit.extract.plaintext_run import find_run
from corpuskit.extract.plaintext_site import site_beside, without_site
from corpuskit.extract.plaintext_title import find_title, topic_of

HEADLINE = "The old windmill at Brackley turns again"
BODY = (
    "The windmill at Brackley turned for the first time in sixty years on Saturday, to the sound of a brass band.",
    "Carpenters had rebuilt the cap of the old mill and hung four new sails, each of them nine metres long.",
    "The miller, who learned his trade in Friesland, ground two sacks of wheat before the wind dropped at noon.",
    "Flour from the windmill will be sold at the door, and the baker of Brackley has ordered the first sack.",
    "The mill can be visited on the first Sunday of every month, wind or no wind, and children may hold the rope.",
)
MENU = ("Home", "News", "Farming", "Letters", "Jobs", "Contact", "Archive", "Pictures", "Log in", "Register", "Help", "Search")


def page(*above: str, menu: tuple[str, ...] = MENU, below: tuple[str, ...] = ()) -> Extraction:
    """The outcome for a page with these lines between its menu and its text."""
    return extract_plaintext("\n".join([*menu, *above, *BODY, *below, "Imprint", "Privacy"]))


@pytest.mark.parametrize(
    "above",
    [
        pytest.param((HEADLINE,), id="alone"),
        pytest.param(("Wind power in the county: what next?", HEADLINE), id="below a teaser"),
        pytest.param(
            ("Close to the mill since 1974", HEADLINE, HEADLINE, "Listen", "00:00 / 03:02"), id="twice, below a tagline"
        ),
        pytest.param(
            (HEADLINE, "Four new sails, each nine metres long, hang on the cap of the old mill."), id="above a subtitle"
        ),
        pytest.param((HEADLINE, "The windmill at Brackley and its miller. Photo: private"), id="above a caption"),
        pytest.param(
            (HEADLINE, "by Nora Pike", "4 March 2021", "Share", "Three mills that are for sale in the county"), id="far"
        ),
        pytest.param((f"{HEADLINE} | The Brackley Bell", "News", HEADLINE, "4 March 2021"), id="in the title of the window"),
        pytest.param((f"News > Farming > {HEADLINE}", HEADLINE), id="in the path of links"),
        pytest.param(("* Windmill calendar", "+ Brackley mill", HEADLINE), id="below a bulleted menu"),
    ],
)
def test_headline(above: tuple[str, ...]) -> None:
    assert page(*above).title == HEADLINE


def test_caption_and_subtitle_are_lead_and_not_text() -> None:
    subtitle, caption = "Carpenters worked for two years on a new cap", "The miller of Brackley at the door. Photo: private"
    result = page(HEADLINE, subtitle, "4 March 2021", caption)
    assert (result.title, result.text) == (HEADLINE, "\n".join(BODY))
    assert result.lead == f"{subtitle}\n{caption}"


def test_what_says_nothing_about_the_text_is_no_lead() -> None:
    assert page(HEADLINE, "Listen to our podcast instead", "Page 1 of 1 in total").lead is None


def test_a_line_of_other_pages_is_a_title_only_where_no_other_line_can_be_one() -> None:
    tagline, headline = "The windmill and the miller of Brackley", "A new miller for the old windmill of Brackley"
    lines = read_lines(split_lines("\n".join([*MENU, headline, "", tagline, *BODY])))
    run = find_run(lines, [False] * len(lines))
    recurs = [line.text == tagline for line in lines]
    assert read_head(lines, run, None, recurs).title == headline
    recurs = [line.text == headline for line in lines]
    assert read_head(lines, run, None, recurs).title == tagline
    # the headline itself, which other pages name among their related ones
    recurs = [line.text in {tagline, headline} for line in lines]
    assert read_head(lines, run, None, recurs).title in {tagline, headline}


@pytest.mark.parametrize("label", ["Joined:", "Répondu le", "登録日"])
def test_the_date_of_a_repeated_pattern_is_not_that_of_the_document(label: str) -> None:
    below = tuple(f"{label} {year}-05-12" for year in range(2011, 2015))
    assert page(HEADLINE, f"{label} 2009-01-30", below=below).date is None
    assert page(HEADLINE, f"{label} 2009-01-30").date == "2009-01-30"


@pytest.mark.parametrize(
    ("menu", "above", "expected"),
    [
        pytest.param(("The Brackley Bell", "Sunday, 7 March 2021"), (HEADLINE,), ("2021-03-07", "header"), id="banner"),
        pytest.param(
            ("The Brackley Bell", "Sunday, 7 March 2021"), (HEADLINE, "4 March 2021"), ("2021-03-04", "text"), id="both"
        ),
        pytest.param(MENU, ("4 March 2021", HEADLINE), ("2021-03-04", "text"), id="above the headline, below the menu"),
        pytest.param(MENU, (HEADLINE, "March 2021", "4 March 2021"), ("2021-03-04", "text"), id="the fuller one"),
        pytest.param(MENU, (HEADLINE, "posted by millfan_7 on 04.03.2021"), ("2021-03-04", "text"), id="in a line of its own"),
        pytest.param(MENU, (HEADLINE,), (None, None), id="undated"),
    ],
)
def test_date_and_its_source(menu: tuple[str, ...], above: tuple[str, ...], expected: tuple[str | None, str | None]) -> None:
    result = page(*above, menu=menu)
    assert (result.date, result.date_source) == expected


def test_dates_inside_the_text_are_not_those_of_the_document() -> None:
    assert page(HEADLINE, below=("The next meeting of the millers is on 12 May 2022, as it has always been.",)).date is None


@pytest.mark.parametrize("label", ["By", "by", "Words by", "Von", "Author:"])
def test_author_without_the_words_before_the_name(label: str) -> None:
    assert page(HEADLINE, f"{label} Nora Pike", "4 March 2021").author == "Nora Pike"


MAIL = """\
From: Nora Pike <nora@mill.example>
To: windmills@lists.example
Subject: Re: the old windmill
Date: Tue, 14 Nov 2023 08:12:40 +0000

"""


@pytest.mark.parametrize("wrapped", [False, True])
def test_message_header(wrapped: bool) -> None:
    header = MAIL.replace("\n", " ").strip() + "\n\n" if wrapped else MAIL
    result = extract_plaintext(header + "\n\n".join(BODY))
    assert (result.title, result.author) == ("Re: the old windmill", "Nora Pike")
    assert (result.date, result.date_source) == ("2023-11-14", "text")
    assert result.text == "\n\n".join(BODY)


def test_one_field_is_no_header() -> None:
    assert not read_header(read_lines(["Subject: the old windmill", "Some other line"]), 2).lines


@pytest.mark.parametrize(
    ("sender", "name"),
    [
        ("Nora Pike <n@mill.example>", "Nora Pike"),
        ("n@mill.example (Nora Pike)", "Nora Pike"),
        ("n@mill.example", None),
        ("", None),
    ],
)
def test_name_of_a_sender(sender: str, name: str | None) -> None:
    assert name_in(sender) == name


@pytest.mark.parametrize("separator", [" | ", " - ", " – ", " » ", " :: "])
def test_site_behind_the_headline(separator: str) -> None:
    line = f"{HEADLINE}{separator}News{separator}The Brackley Bell"
    assert without_site(line, ["News", HEADLINE.upper()], []) == (HEADLINE, "The Brackley Bell")
    assert without_site(line, [], []) == (line, None)
    assert site_beside(HEADLINE, line) == "The Brackley Bell"


def test_a_confirmed_name_is_taken_from_the_headline() -> None:
    line = f"{HEADLINE} - The Brackley Bell"
    assert without_site(line, [], ["brackleybell2021", "www.thebrackleybell"]) == (HEADLINE, "The Brackley Bell")
    result = extract_plaintext("\n".join([*MENU, line, *BODY]), url="https://thebrackleybell.example/mill")
    assert (result.title, result.site_name) == (HEADLINE, "The Brackley Bell")


@pytest.mark.parametrize("line", ["", "|", " - ", "a - ", "| a", HEADLINE, "A - B - C - D"])
def test_a_headline_stays_without_evidence(line: str) -> None:
    assert without_site(line, [], [""]) == (line, None)


WORD = st.sampled_from(
    ["mill", "wind", "Brackley", "sails", "by", "12 May 2020", "From:", "Subject:", "Date:", "|", "»", "1.", "…", "風車"]
)


@given(st.lists(st.lists(WORD, max_size=6).map(" ".join), max_size=30), st.lists(st.booleans(), min_size=80, max_size=80))
def test_any_head_is_read(above: list[str], recurs: list[bool]) -> None:
    lines = read_lines(split_lines("\n".join([*above, *BODY])))
    run = find_run(lines, [False] * len(lines))
    head = read_head(lines, run, None, recurs[: len(lines)])
    assert run.first < run.end
    assert 0 <= head.body < len(lines)
    assert all(0 <= index < len(lines) for index in head.roles)
    assert (head.date is None) == (head.date_source is None)
    title = find_title(lines, run, head.body, recurs[: len(lines)], topic_of(run, head.body))
    assert title is None or title < head.body
    if head.title is not None:
        assert any(head.title in line.text for line in lines)
    for line in head.lead:
        assert line not in {lines[index].text for index in range(head.body, run.end) if index not in head.roles} or line in above
