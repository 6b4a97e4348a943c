"""Structures that hold a text together, and rows that do not belong to it: sections, verse, threads, links, buttons."""

from __future__ import annotations

import pytest
from tests.extract.test_plaintext_body import ARTICLE, MENU, SHORT, kept, lines_of

from corpuskit.extract.plaintext import extract_plaintext
from corpuskit.extract.plaintext_lists import filled_in, sections, verses

HEADLINE = "The ferry across the estuary runs again"
BULLETS = ("Fares", "Fog", "The yard", "The engine", "Music", "The bus")


def section_lines(style: str) -> list[str]:
    return [line for number, text in enumerate(ARTICLE, 1) for line in (style.format(number), text)]


@pytest.mark.parametrize("style", ["{}. A pier", "#{} in the list", "Step {}", "{}) A pier", "第{}章"])
def test_numbered_sections_stay_together_with_what_stands_between(style: str) -> None:
    lines = section_lines(style)
    broken = [*lines[:6], "Advertisement", "This summer only", "Cruises from the south pier", "Book now", *lines[6:]]
    assert set(ARTICLE) <= set(kept(*MENU, *MENU[1:4], HEADLINE, *broken, *MENU))


def test_the_headings_of_numbered_sections_are_no_buttons() -> None:
    lines = section_lines("Step {}")
    assert kept(*MENU, *MENU[1:4], HEADLINE, *lines, *MENU) == lines


def test_a_chart_of_headlines_is_no_section() -> None:
    chart = [f"{number}. {name}" for number, name in enumerate(SHORT, 1)]
    assert sections(lines_of(*chart), [0.0] * len(chart)) == []


@pytest.mark.parametrize("texts", [("1. A", "2. B", "3. C"), ("1. A", "3. B", "5. C", "7. D"), ("1. A", "2) B", "#3 C", "4 D")])
def test_few_numbers_gaps_or_several_styles_are_no_sections(texts: tuple[str, ...]) -> None:
    lines = [line for text in texts for line in (text, ARTICLE[0])]
    assert sections(lines_of(*lines), [0.0, 20.0] * len(texts)) == []


STANZA = (
    "I count the carts that cross by night,",
    "I count the geese, I count the cows,",
    "and what the river will allow",
    "is set down here by candle light.",
)


def test_verse_stays_and_the_menus_around_it_go() -> None:
    poem = [f"{line[:-1]}{end}" for end in ("r,", "n,", "t.", "s,") for line in STANZA]
    titles = ["The Miller and the Moon", "Leaving Ardnamore", "Little Ship, Little Ship", "Pull for the Morning", "Seven Candles"]
    text = kept(*MENU, *MENU[1:4], "The Bridge Keeper", *poem, "Also in this book", *titles, *MENU)
    assert [line for line in text if line in poem] == poem
    assert not {*MENU, *titles} & set(text)


def test_headlines_are_no_verse() -> None:
    assert verses(lines_of(*(f"{name} of the week found in the harbour" for name in SHORT * 3))) == set()


def test_a_row_of_links_between_two_paragraphs_goes() -> None:
    links = [
        "Andrew parties in unearthed pictures again",
        "Rare coin found under a Norwich pavement",
        "Why cats hate Mondays, say vets",
    ]
    page = [*MENU, *MENU[1:4], HEADLINE, *ARTICLE[:4], "Most read in world news", *links, *ARTICLE[4:], *MENU]
    assert kept(*page) == list(ARTICLE)


def test_a_verse_that_is_quoted_between_two_paragraphs_stays() -> None:
    page = [*MENU, *MENU[1:4], HEADLINE, *ARTICLE[:4], *STANZA, *ARTICLE[4:], *MENU]
    assert kept(*page) == [*ARTICLE[:4], *STANZA, *ARTICLE[4:]]


def test_buttons_that_are_made_from_one_pattern_go() -> None:
    share = [f"Click to share on {name} (Opens in new window)" for name in ("Facebook", "Twitter", "Reddit", "Pocket")]
    assert filled_in(lines_of("Share this:", *share, "Print")) == {1, 2, 3, 4}
    assert kept(*MENU, *MENU[1:4], HEADLINE, *ARTICLE, "Share this:", *share, *MENU) == list(ARTICLE)


def test_a_correction_behind_a_short_interruption_stays_and_an_offer_goes() -> None:
    note = "This article was changed: the first crossing of the ferry is on the second of April, not the third."
    offer = "Get breaking gardening news and the latest recipes delivered to your inbox every single weekday morning."
    page = [*MENU, *MENU[1:4], HEADLINE, *ARTICLE]
    assert kept(*page, "Photo by the yard", "Share", note, *MENU)[-1] == note
    assert offer not in kept(*page, "Photo by the yard", "Share", offer, *MENU)


@pytest.mark.parametrize("ornament", ["* * *", "==========", "———", "~", "⁂"])
def test_ornaments_do_not_part_a_text(ornament: str) -> None:
    text = [line for paragraph in ARTICLE for line in (ornament, paragraph)]
    assert [line for line in kept(*MENU, *MENU[1:4], HEADLINE, *text, *MENU) if line != ornament] == list(ARTICLE)


def test_a_thread_is_known_by_its_labels_whatever_day_and_number_follow() -> None:
    posts = [f"{text} That is what I heard at the harbour, at least, and my aunt says the same." for text in ARTICLE[:5]]
    days = ("Mon 4 May", "Tue 12 June", "Fri 1 July", "Sat 30 August", "Sun 9 March")
    page = [*MENU, "What about the ferry?"]
    for number, (post, day) in enumerate(zip(posts, days, strict=True)):
        place = f"Place: {SHORT[number]}"
        page += [f"member{number}", f"Joined: {day} 2014", f"Posts: {number + 3}", place, f"Sent: {day}, 2019 1{number}:05", post]
    assert set(posts) <= set(kept(*page, *MENU))


def test_a_long_list_of_headlines_has_no_text() -> None:
    headlines = [
        f"{name} {verb} at the {place}"
        for name in SHORT
        for verb in ("seen", "sold", "lost")
        for place in ("pier", "yard", "mill")
    ]
    result = extract_plaintext("\n".join([*MENU, "Archive", *headlines, *MENU]))
    assert result.text is None
    assert result.detail
