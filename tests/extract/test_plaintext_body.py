"""What stays and what goes in the body of a plain-text page: clean texts, advertising, threads, lists, rows of buttons."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.extract.plaintext import extract_plaintext
from corpuskit.extract.plaintext_foreign import FEWEST_LINES, foreign_lines
from corpuskit.extract.plaintext_lines import Line, content_words, is_button_row, measure
from corpuskit.extract.plaintext_lists import list_items

# An article about one thing, so that its lines share words as those of real articles do.
ARTICLE = (
    "The ferry across the estuary will run again in spring, the harbour office said, after four years without a boat.",
    "The old ferry was sold when the engine failed, and the harbour office had no money for another engine.",
    "Since then passengers have had to take the bus around the estuary, which takes an hour and a half.",
    "A new boat has been built at the yard below the bridge; it is smaller than the old ferry and has an electric engine.",
    "Passengers will pay two crowns for the crossing, as they did on the old ferry.",
    "The harbour office expects that two hundred passengers will take the boat on a fair day in summer.",
    "The boat will not run in fog, and the bus around the estuary will be kept for such days.",
    "The ferry's first crossing is planned for the second of April, with music on both sides of the estuary.",
    "The yard has already been asked for a second boat, but the harbour office wants to see a summer of passengers first.",
)
SPAM = "Quality Bathroom Ceramics Wholesale, Certified Manufacturer Direct Export Prices Worldwide!"
MENU = ("Home", "Local", "Sport", "Weather", "Jobs", "Contact")


def kept(*lines: str) -> list[str]:
    return (extract_plaintext("\n\n".join(lines)).text or "").split("\n\n")


def lines_of(*texts: str) -> list[Line]:
    return [measure(number, number, text) for number, text in enumerate(texts, 1)]


def test_a_text_that_is_clean_stays_as_it_is() -> None:
    assert kept(*ARTICLE) == list(ARTICLE)


@pytest.mark.parametrize("end", ["Compiled at the harbour", "(ab)", "Picture: harbour office", "Translated from Danish"])
def test_an_odd_line_at_the_end_of_a_clean_text_stays(end: str) -> None:
    assert kept(*ARTICLE, end) == [*ARTICLE, end]


def test_short_lines_in_a_clean_text_stay() -> None:
    headed = [ARTICLE[0], "Why it stopped", *ARTICLE[1:3], "The new boat", *ARTICLE[3:], "What it carries", "passengers", "goats"]
    assert kept(*headed) == headed


def test_a_menu_at_the_end_of_a_clean_text_goes() -> None:
    assert kept(*ARTICLE, *MENU) == list(ARTICLE)


SHORT = ("Anna Petri", "Old Mill", "two eggs", "Stone bridge", "a boat", "North Pier", "Salt")


@pytest.mark.parametrize("place", [0, 1, 4, 8, 9])
@pytest.mark.parametrize("count", [1, 3, 5])
def test_a_clean_body_with_short_lines_stays_whole(place: int, count: int) -> None:
    lines = [*ARTICLE[:place], *SHORT[:count], *ARTICLE[place:]]
    assert kept(*lines) == lines


@pytest.mark.parametrize(
    "text",
    [
        "The ferry will not run today. A rope has got into the screw, and the man who could cut it out is on the ferry.",
        "Сегодня паром не ходит. В винт попала верёвка, а человек, который мог бы её вырезать, сидит на самом пароме и ждёт.",
        "今日は渡し船が動かない。綱がスクリューに絡まり、それを切れる人は船に乗っているのだという。待つしかない。",
    ],
)
def test_a_clean_text_of_25_words_stays_whole(text: str) -> None:
    assert kept(text) == [text]
    assert kept(*text.replace(". ", ".|").split("|")) == text.replace(". ", ".|").split("|")


def test_a_caption_that_stands_there_twice_goes() -> None:
    caption = "The new boat at the yard below the bridge, with its electric engine (Photo: harbour office)"
    page = [*MENU, *MENU[:3], *ARTICLE[:4], caption, "1 / 2", caption, *ARTICLE[4:], *MENU]
    assert kept(*page) == [line for line in page if line in ARTICLE]


def test_a_page_that_has_every_line_twice_is_no_page_of_captions() -> None:
    page = [line for line in ARTICLE for _ in range(2)]
    assert set(kept(*page)) == set(ARTICLE)


def test_comments_are_no_text_even_where_they_are_longer() -> None:
    comments = [
        line
        for day, text in enumerate(ARTICLE[2:] * 2)
        for line in (f"sailor{day} on May {day + 3}, 2019 at 4:17 pm", text + " Yes, really.")
    ]
    page = [*MENU, *MENU[2:5], "The ferry across the estuary runs again", *ARTICLE[:2], *comments, *MENU]
    assert kept(*page) == list(ARTICLE[:2])


def test_text_behind_an_interruption_belongs_to_the_text() -> None:
    teasers = [f"{name} of the week: {thing}" for name in ("Recipe", "Picture", "Word", "Walk") for thing in SHORT]
    page = [*MENU, *MENU[1:4], "The ferry across the estuary runs again", *ARTICLE[:3], *teasers, *ARTICLE[3:], *MENU]
    assert set(ARTICLE) <= set(kept(*page))


def test_a_list_that_counts_belongs_to_the_text() -> None:
    items = [
        line
        for number, name in enumerate(SHORT, 1)
        for line in (f"{number}) {name}, as good as new", f"www.shop.example/{name[:3]}")
    ]
    assert kept(*MENU, *MENU[:4], *ARTICLE[:5], *items, *MENU) == [*ARTICLE[:5], *items[:-1]]


@pytest.mark.parametrize("place", [0, 1, 5])
def test_advertising_goes_wherever_it_stands(place: int) -> None:
    assert kept(*ARTICLE[:place], SPAM, *ARTICLE[place:]) == list(ARTICLE)


def test_a_quotation_about_something_else_is_no_advertising() -> None:
    odd = "“Ceramics, bathrooms, wholesale prices: everybody exports something nowadays!”"
    assert odd in kept(*ARTICLE[:5], odd, *ARTICLE[5:])


def test_a_verse_is_about_nothing_but_has_no_advertising() -> None:
    ends = ("the carts on the bridge.", "the bride and the bier,", "what the river allows", "stars, near and far;", "rain.")
    verse = [f"{start} {end}" for start in ("I count", "They sold", "Nobody saw", "She wrote", "It shows") for end in ends]
    lines = lines_of(*verse, "Tonight the ink is slow with cold.")
    assert foreign_lines(lines, [content_words(line.text) for line in lines]) == set()


@given(st.lists(st.text(alphabet="abc .!\u4e00\u0e01«\U00010000", max_size=80).filter(str.strip), max_size=FEWEST_LINES - 1))
def test_few_lines_are_never_foreign(texts: list[str]) -> None:
    lines = lines_of(*(text.strip() for text in texts))
    assert foreign_lines(lines, [content_words(line.text) for line in lines]) == set()


@given(st.lists(st.sampled_from([*ARTICLE, SPAM, "x", "12 kg of y"]), max_size=30))
def test_foreign_lines_are_lines_of_the_text(texts: list[str]) -> None:
    lines = lines_of(*texts)
    assert foreign_lines(lines, [content_words(text) for text in texts]) <= set(range(len(texts)))


def test_all_posts_of_a_thread_stay_and_their_frames_go() -> None:
    posts = [f"{text} That is what I heard at the harbour, at least, and my aunt says the same." for text in ARTICLE[:5]]
    page = [*MENU, "What about the ferry?"]
    for number, post in enumerate(posts):
        page += [f"member{number}", f"Posts: {number}12", "Joined: 2014", post, "Report | Quote"]
    assert kept(*page, *MENU) == posts


def test_ingredients_and_their_heading_belong_to_the_recipe() -> None:
    ingredients = ["For the dough", "300 g flour", "2 eggs", "1 spoon of salt", "150 ml warm milk", "20 g yeast"]
    method = (
        "Stir the yeast into the warm milk with a spoon of the flour and leave it alone for a quarter of an hour.",
        "Knead in the rest of the flour, the eggs and the salt until the dough no longer sticks to the bowl.",
        "Let the dough rise under a cloth, shape it into a loaf and bake it for forty minutes in a hot oven.",
    )
    page = "\n".join([*MENU, "", "Loaf with warm milk", "", *ingredients, "", *method, "", *MENU])
    text = extract_plaintext(page).text or ""
    assert set(ingredients[1:]) <= set(text.split("\n"))
    assert set(method) <= set(text.split("\n"))


def test_a_short_answer_under_a_label_is_an_item() -> None:
    lines = lines_of(
        "Q: Where did you learn to row across the estuary?",
        "A: From my aunt, who had learnt it from the ferryman before the war.",
        "Q: Favourite boat",
        "A: The old one",
        "A: And the new one is not so bad either, when it runs.",
    )
    gains = [20.0 if line.is_ended else 0.0 for line in lines]
    assert list_items(lines, gains, Counter(line.key for line in lines))[3]


@pytest.mark.parametrize(
    "row", ["Report | Quote | Share", "[ Previous ] [ Next ] [ Index ]", "Home   Poems   About us", "首页 新闻 视频 登录"]
)
def test_a_row_of_buttons_is_known(row: str) -> None:
    assert is_button_row(lines_of(row)[0])


@pytest.mark.parametrize("line", ["He rowed, she sang, the boat leaked", "4 eggs", "清晨五点半,雾还没有从澜江上散去", ARTICLE[0]])
def test_other_lines_are_no_row_of_buttons(line: str) -> None:
    assert not is_button_row(lines_of(line)[0])
