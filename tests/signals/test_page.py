"""Signals of a page beside the text that was made of it."""

from __future__ import annotations

from corpuskit.signals.names import PAGE_SIGNALS
from corpuskit.signals.page import PageBeside, measure


def signals(page: str, text: str, *, is_html: bool = True) -> dict[str, float | None]:
    found = measure(PageBeside(page.encode(), is_html, None, text))
    assert set(found) == set(PAGE_SIGNALS)
    return found


def test_letters_that_nobody_sees_do_not_count() -> None:
    page = "<title>no</title><style>no</style><body><script>no</script><p>four <b>more</b></p><noscript>no</noscript> end"
    assert signals(page, "four more")["visible_characters"] == 11
    assert signals(page, "four more")["text_share"] == 8 / 11


def test_lines_that_are_links_or_rows_of_links() -> None:
    page = "<p>A story of <a href=x>the ferry</a> and its river</p><a href=1>Home</a><a href=2>News  today</a><a><img></a>"
    text = "home\nA story of the ferry and its river\n- News today | Home"
    letters = len("homeAstoryoftheferryanditsriver-Newstoday|Home")
    assert signals(page, text)["link_share"] == len("home-Newstoday|Home") / letters
    assert signals(page, "the ferry\n")["link_share"] == 1
    assert signals(page, "| -")["link_share"] == 0


def test_plain_text_has_no_links() -> None:
    assert signals("one two three", "two", is_html=False) == {"visible_characters": 11, "text_share": 3 / 11, "link_share": None}


def test_a_page_without_anything_to_see() -> None:
    for page in ("", "<!-- -->", "<frameset></frameset>", "<body></body>"):
        assert signals(page, "")["text_share"] is None
    assert signals("<p>" + "<div>" * 3000 + "deep", "deep")["text_share"] == 1
