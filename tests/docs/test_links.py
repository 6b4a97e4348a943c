"""Every relative link of the documentation leads somewhere, and every page of it can be reached from the README."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
PAGES = [
    *(PROJECT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "examples/README.md")),
    *sorted((PROJECT / "docs").rglob("*.md")),
]
_CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def links(page: Path) -> list[str]:
    """The targets of the links in a page that are no addresses of the web."""
    text = _CODE.sub("`code`", page.read_text("utf-8"))
    return [target for target in _LINK.findall(text) if not re.match(r"[a-z]+:", target)]


def anchors(page: Path) -> set[str]:
    """The anchors that a forge gives to the headings of a page."""
    found: set[str] = set()
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE):
        anchor = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        count = sum(re.fullmatch(rf"{re.escape(anchor)}(-\d+)?", other) is not None for other in found)
        found.add(f"{anchor}-{count}" if count else anchor)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for target in links(page):
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name}: no file {target}"
        assert PROJECT in (file, *file.parents), f"{page.name}: {target} leaves the project"
        assert not anchor or anchor in anchors(file), f"{page.name}: no heading for {target}"


def test_every_page_can_be_reached_from_the_readme() -> None:
    reached = {PROJECT / "README.md"}
    waiting = list(reached)
    while waiting:
        page = waiting.pop()
        for target in links(page):
            file = (page.parent / target.partition("#")[0]).resolve()
            if file.suffix == ".md" and file.exists() and file not in reached:
                reached.add(file)
                waiting.append(file)
    assert {page for page in PAGES if "docs" in page.parts} <= reached


def test_files_that_the_contributing_page_names_exist() -> None:
    for name in re.findall(
        r"(?<![\w/])((?:docs|examples|benchmarks|tests)/[\w./]+\.(?:md|py|sh))", (PROJECT / "CONTRIBUTING.md").read_text("utf-8")
    ):
        assert (PROJECT / name).exists(), name
