"""The example pages keep the properties they are there for, and examples/README.md says the truth about them."""

from __future__ import annotations

import itertools
import json
import re
from functools import cache
from pathlib import Path

import pytest
import trafilatura
from lxml import html

EXAMPLES = Path(__file__).parents[2] / "examples"
PAGES = EXAMPLES / "pages"
NAMES = sorted(path.relative_to(PAGES).as_posix() for path in PAGES.rglob("*") if path.is_file())
ARTICLES = [name for name in NAMES if name.endswith(".html") and not name.startswith("odd/")]
DUMPS = [name for name in NAMES if name.startswith("dumps/")]
RADIO = [name for name in DUMPS if "valley-radio" in name]

WIRE = "courier/wire-climate-summit.html"
BRIDGE = "courier/bridge-reopens.html"
COPY = "other/piers-and-planks.html"
FLOOD = "courier/flood.html"
FLOOD_UPDATED = "courier/flood-updated.html"
NEAR_DUPLICATES = {"other/northmoor-echo.html": 0.95, "other/ansley-today.html": 0.85}
THAI = "other/banglamthan-th.html"
CONTROL_REFERENCE = re.compile(r"&#(?:11|x0?b);", re.IGNORECASE)
STANDARDS = {"schema.org", "www.w3.org"}  # names of vocabularies, not of sites


@cache
def described() -> dict[str, tuple[str, str]]:
    """File to language and encoding, as the tables of the README have them."""
    rows = re.findall(r"^\| `([^`]+)` \| (\S+) \| (\S+) \| \S.*\|$", (EXAMPLES / "README.md").read_text("utf-8"), re.M)
    assert len({name for name, *_ in rows}) == len(rows), "a file is named twice"
    return {name: (language, encoding) for name, language, encoding in rows}


def content(name: str) -> bytes:
    return (PAGES / name).read_bytes()


@cache
def decoded(name: str) -> str:
    errors = "replace" if name == THAI else "strict"
    return content(name).decode(described()[name][1], errors).removeprefix("\ufeff")


@cache
def article(name: str) -> tuple[str, str, str]:
    """Title, date and main text."""
    page = CONTROL_REFERENCE.sub(" ", decoded(name))
    found = trafilatura.extract(page, output_format="json", with_metadata=True)
    assert found is not None, f"no article in {name}"
    record = json.loads(found)
    return record["title"] or "", record["date"] or "", record["text"] or ""


def shingles(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[start : start + 5]) for start in range(len(words) - 4)}


def squeezed(node: html.HtmlElement) -> str:
    return " ".join(node.text_content().split())


def jaccard(left: str, right: str) -> float:
    first, second = shingles(article(left)[2]), shingles(article(right)[2])
    return len(first & second) / len(first | second)


def declared_encoding(name: str) -> str | None:
    match = re.search(rb"<meta[^>]*charset=\"?([\w-]+)", content(name), re.IGNORECASE)
    return match[1].decode().lower() if match else None


def meta(name: str, key: str) -> str:
    return str(html.fromstring(content(name)).xpath(f"string(//meta[@property='{key}']/@content)"))


def test_the_readme_names_every_file_and_no_other() -> None:
    assert sorted(described()) == NAMES


def test_there_are_pages_enough_in_languages_enough() -> None:
    languages = {language.strip("()") for language, _ in described().values()} - {"-"}
    assert len(ARTICLES) + len(DUMPS) >= 20
    assert len(languages) >= 5
    assert languages & {"ja", "zh", "th"}, "a language without blanks between words"
    assert any(name.endswith(".txt") for name in DUMPS)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_small_enough_to_read(name: str) -> None:
    assert len(content(name)) < 20_000


@pytest.mark.parametrize("name", NAMES)
def test_every_address_is_an_invented_one(name: str) -> None:
    hosts = set(re.findall(rb"//([a-z0-9-]+(?:\.[a-z0-9-]+)+)", content(name)))
    assert {host.decode() for host in hosts if not host.endswith(b".example")} <= STANDARDS


@pytest.mark.parametrize("name", ARTICLES)
def test_the_declared_language_is_the_one_of_the_readme(name: str) -> None:
    expected = described()[name][0]
    language = str(html.fromstring(content(name)).get("lang") or "").partition("-")[0]
    assert language == ("" if expected.startswith("(") else expected)


@pytest.mark.parametrize("name", ARTICLES)
def test_an_article_can_be_extracted(name: str) -> None:
    tree = html.fromstring(decoded(name).encode(), parser=html.HTMLParser(encoding="utf-8"))
    title, _, text = article(name)
    assert title == tree.xpath("string(//h1)").strip()
    flat = " ".join(text.split())
    body = [squeezed(node) for node in tree.xpath("//p[not(ancestor::footer or ancestor::*[@role='dialog'])]")]
    long = [paragraph for paragraph in body if len(paragraph) > 60]  # Japanese is dense
    assert len(long) >= 4
    assert [paragraph for paragraph in long if paragraph not in flat] == []
    links = [squeezed(node) for node in tree.xpath("//a[ancestor::nav or ancestor::aside or ancestor::li]")]
    assert [link for link in links if len(link) > 12 and link in flat] == [], "furniture in the text"


def test_the_articles_are_spread_over_the_years() -> None:
    years = {article(name)[1][:4] for name in ARTICLES}
    assert {str(year) for year in range(2019, 2025)} <= years


def test_the_courier_pages_share_one_template() -> None:
    courier = [name for name in ARTICLES if name.startswith("courier/")]
    shared = set.intersection(*(set(decoded(name).splitlines()) for name in courier))
    assert len(courier) >= 7
    assert len(shared) > 25
    for name in courier:
        assert f"<title>{article(name)[0]} | The Selbrook Courier</title>" in decoded(name)


# Near-duplicates and versions


@pytest.mark.parametrize(("name", "similarity"), NEAR_DUPLICATES.items())
def test_a_near_duplicate_is_as_near_as_the_readme_says(name: str, similarity: float) -> None:
    assert jaccard(WIRE, name) == pytest.approx(similarity, abs=0.02)
    assert f"about {similarity}" in (EXAMPLES / "README.md").read_text("utf-8")


def test_one_text_stands_under_two_templates() -> None:
    assert article(BRIDGE)[2] == article(COPY)[2]
    assert content(BRIDGE) != content(COPY)
    assert not article(COPY)[1], "the copy has no date"


def test_an_update_has_the_same_address_and_a_later_date() -> None:
    canonical = [
        html.fromstring(content(name)).xpath("string(//link[@rel='canonical']/@href)") for name in (FLOOD, FLOOD_UPDATED)
    ]
    assert canonical[0] == canonical[1] != ""
    assert meta(FLOOD, "article:published_time") == meta(FLOOD_UPDATED, "article:published_time")
    assert meta(FLOOD, "article:modified_time") < meta(FLOOD_UPDATED, "article:modified_time")
    assert 0.3 < jaccard(FLOOD, FLOOD_UPDATED) < 0.8, "a version, and no near-duplicate"


def test_no_other_pages_are_alike() -> None:
    alike = [{WIRE, *NEAR_DUPLICATES}, {BRIDGE, COPY}, {FLOOD, FLOOD_UPDATED}]
    for left, right in itertools.combinations(ARTICLES, 2):
        if not any({left, right} <= group for group in alike):
            assert jaccard(left, right) < 0.05, f"{left} and {right}"


def test_the_sports_report_mentions_the_summit() -> None:
    text = article("courier/football-promotion.html")[2]
    assert "climate summit" in text
    assert re.search(r"\bsport\b", text)


# Encodings


@pytest.mark.parametrize("name", [name for name in NAMES if described().get(name, ("", "-"))[1] != "-"])
def test_the_bytes_are_in_the_encoding_of_the_readme(name: str) -> None:
    encoding = described()[name][1]
    assert decoded(name)
    if encoding != "utf-8":
        with pytest.raises(UnicodeDecodeError):
            content(name).decode("utf-8")


@pytest.mark.parametrize("name", ["other/anzeiger-de.html", "other/kirihama-ja.html", "other/vestnik-ru.html"])
def test_an_encoding_is_declared_correctly(name: str) -> None:
    assert declared_encoding(name) == described()[name][1] != "utf-8"


def test_the_german_page_needs_windows_1252() -> None:
    assert re.search(rb"[\x80-\x9f]", content("other/anzeiger-de.html")), "controls in iso-8859-1"


def test_the_french_page_says_utf_8_and_is_not() -> None:
    assert declared_encoding("other/phare-fr.html") == "utf-8"
    assert described()["other/phare-fr.html"][1] == "iso-8859-1"


def test_the_greek_page_declares_nothing() -> None:
    name = "other/faros-el.html"
    assert declared_encoding(name) is None
    assert b"lang=" not in content(name)
    assert b"20" not in content(name).partition(b"</head>")[0], "no date in the head"


def test_the_thai_page_has_one_bad_sequence_among_a_thousand_good_ones() -> None:
    with pytest.raises(UnicodeDecodeError):
        content(THAI).decode("utf-8")
    characters = [character for character in decoded(THAI) if not character.isascii()]
    assert characters.count("\ufffd") == 1
    assert len(characters) > 1_000


def test_the_spanish_page_has_a_byte_order_mark_and_crlf() -> None:
    raw = content("other/eco-es.html")
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == raw.count(b"\n") > 10


def test_one_page_has_a_reference_to_a_control_character() -> None:
    assert [name for name in ARTICLES if CONTROL_REFERENCE.search(decoded(name))] == ["courier/council-election.html"]


# Dumps


@pytest.mark.parametrize("name", DUMPS)
def test_a_dump_has_no_markup(name: str) -> None:
    assert not re.search(r"</?[a-z]+[ >]", decoded(name))


def test_furniture_recurs_on_three_pages_of_one_site() -> None:
    lines = [{line for line in decoded(name).splitlines() if line.strip()} for name in RADIO]
    assert len(RADIO) >= 3
    assert len(set.intersection(*lines)) >= 35
    for name in RADIO:
        page = decoded(name).splitlines()
        assert page.count(page[5]) >= 2, "the headline is repeated"


def test_the_bulletin_is_wrapped_at_72_columns() -> None:
    lines = decoded("dumps/bulletin-72-columns.txt").splitlines()
    assert max(map(len, lines)) <= 72
    assert sum(len(line) > 60 for line in lines) >= 15


def test_the_poem_has_short_lines_and_a_refrain() -> None:
    lines = [line.strip(" .:").lower() for line in decoded("dumps/poem-bridge-keeper.txt").splitlines()]
    assert max(map(len, lines)) < 60
    assert lines.count("whatever passes here") >= 3


def test_the_log_in_wall_has_no_sentence() -> None:
    lines = decoded("dumps/log-in-wall.txt").splitlines()
    assert max(map(len, lines)) < 40
    assert not any(line.endswith((".", "!")) for line in lines)


# Rows and odd files


def test_the_rows_are_as_the_readme_says() -> None:
    rows, broken = [], 0
    for line in content("notes.jsonl").split(b"\n")[:-1]:
        try:
            rows.append(json.loads(line))
        except ValueError:
            broken += 1
    assert (len(rows), broken) == (4, 1)
    assert all(row.keys() >= {"url", "title", "date"} for row in rows)
    assert [bool(row.get("text")) for row in rows].count(True) == 2
    assert [row.get("html", "").startswith("<!doctype html>") for row in rows].count(True) == 1
    assert [row.get("text", "") is None for row in rows].count(True) == 1


def test_the_odd_files_are_odd() -> None:
    assert content("odd/empty.html") == b""
    assert content("odd/white-space.html")
    assert content("odd/white-space.html").isspace()
    assert content("odd/report.html").startswith(b"%PDF-1.4\n")
    assert content("odd/report.html").endswith(b"%%EOF\n")


def test_the_error_page_is_html_without_an_article() -> None:
    tree = html.fromstring(content("odd/not-found.html"))
    assert "404" in tree.xpath("string(//title)")
    assert all(len(node.text_content()) < 40 for node in tree.iter("p"))
