"""`corpuskit clean --repeated`: paragraphs of HTML pages that stand on other pages of their site."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import CorpusKit

NEWSLETTER = "Our newsletter brings you the best of the estuary every Friday, free of charge and without advertising."
STORIES = {
    "ferry": "The ferry across the estuary runs again since Monday, with a new engine and the old captain at the wheel.",
    "mill": "The windmill at Brackley turned for the first time in sixty years, to the sound of a brass band and much applause.",
    "bees": "A swarm of bees settled on the clock of the town hall, which has shown a quarter past ten ever since that morning.",
}


def import_stories(ck: CorpusKit, folder: Path, *hosts: str) -> None:
    """Three pages of each site, each with a story of three paragraphs and the same invitation."""
    pages = []
    for host in hosts or ("bell.example",):
        for name, story in STORIES.items():
            parts = [
                f"{story} {part} of the {name}, as it was seen by those who were there." for part in ("First", "Then", "Last")
            ]
            invitation = f"<b>{NEWSLETTER[:20]}</b>{NEWSLETTER[20:]}"
            body = "".join(f"<p>{text}</p>" for text in [*parts[:2], invitation, parts[2]])
            page = f"<html><head><title>The {name}</title></head><body><article><h1>The {name}</h1>{body}</article></body></html>"
            pages.append({"html": page, "url": f"https://{host}/{name}"})
    import_pages(ck, folder, pages)


def import_pages(ck: CorpusKit, folder: Path, pages: list[dict[str, str]]) -> None:
    (folder / "pages.jsonl").write_text("".join(json.dumps(page) + "\n" for page in pages), "utf-8")
    ck("import", folder / "pages.jsonl")


def texts(ck: CorpusKit) -> list[str]:
    return [row["text"] for row in ck("list", "-f", "jsonl", "--fields", "text").rows()]


def test_repeated_paragraphs_of_html_are_kept_unless_they_are_to_be_cut(ck: CorpusKit, tmp_path: Path) -> None:
    import_stories(ck, tmp_path)
    assert all(NEWSLETTER in text for text in texts(ck))
    before = texts(ck)
    assert ck("clean", "--again", "--repeated", "cut").out == "outcome\tpages\ncleaned\t3\nno-text\t0\nfailed\t0\n"
    after = texts(ck)
    assert not any(NEWSLETTER in text for text in after)
    assert [text.split("\n") for text in after] == [[line for line in text.split("\n") if line != NEWSLETTER] for text in before]
    assert "1 lines: 1 repeated" in ck("why", "1").out
    (life,) = json.loads(ck("why", "1", "-f", "json").out)
    (cut,) = life["cuts"]
    assert before[0].split("\n")[cut["first"] - 1 : cut["last"]] == [NEWSLETTER]


def test_repeated_paragraphs_are_part_of_the_recipe(ck: CorpusKit, tmp_path: Path) -> None:
    import_stories(ck, tmp_path)
    ck("clean", "--again", "--repeated", "cut")
    assert ck("clean", "--again", "--repeated", "cut", code=1).err == "nothing to clean\n"
    ck("clean", "--again")
    assert all(NEWSLETTER in text for text in texts(ck))


def test_a_paragraph_of_other_sites_is_not_repeated(ck: CorpusKit, tmp_path: Path) -> None:
    import_stories(ck, tmp_path, "one.example", "two.example")
    only = STORIES["ferry"]
    ck("clean", "--again", "--repeated", "cut")
    assert sum(only in text for text in texts(ck)) == 2


def test_copies_of_a_page_stay_whole(ck: CorpusKit, tmp_path: Path) -> None:
    paragraphs = "".join(f"<p>{story} And so on, and so forth, until the evening came.</p>" for story in STORIES.values())
    page = f"<html><body><article><h1>The three stories</h1>{paragraphs}</article></body></html>"
    import_pages(ck, tmp_path, [{"html": page, "url": f"https://bell.example/{name}"} for name in "abc"])
    ck("clean", "--again", "--repeated", "cut")
    found = texts(ck)
    assert found
    assert all(story in text for text in found for story in STORIES.values())
