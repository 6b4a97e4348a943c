"""Raw pages are kept as they came, once for the same bytes, and known by what they are and where they came from."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.store.conftest import add, page

from corpuskit.documents import Given, RawPage, Unread
from corpuskit.reasons import Reason
from corpuskit.store.pages import digest, page_identity
from corpuskit.store.store import Store


@given(content=st.binary(max_size=5_000))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_bytes_of_a_page_come_back_as_they_were(writing: Store, content: bytes) -> None:
    page_id = add(writing, RawPage(content, "text/html", f"crawl/{digest(content)}"), None)
    assert writing.pages.raw(page_id) == content
    stored = writing.pages.get(page_id)
    assert stored is not None
    assert stored.content == content


def test_what_is_said_of_a_page_comes_back_too(writing: Store) -> None:
    given_ = Given(title='"Title"', author="Ä", date="2021", language="de", tags=("a", "b,c"))
    raw = RawPage(b"x", "text/plain", "rows#1", url="https://x.example/", url_source="record", fetched_at="2021-01-01T00:00:00Z",
                  charset="utf-8", given=given_, is_clean=True, note="cut", payload_digest="sha1:x")  # fmt: skip
    stored = writing.pages.get(add(writing, raw, None))
    assert stored is not None
    assert (stored.given, stored.is_clean, stored.charset, stored.media_type) == (given_, True, "utf-8", "text/plain")
    assert (stored.url, stored.url_source, stored.location) == ("https://x.example/", "record", "rows#1")


def test_the_same_bytes_are_stored_once_and_captured_twice(writing: Store) -> None:
    contents = writing.database.value("SELECT count(*) FROM contents")
    first = add(writing, page(100, content=b"same"), None)
    second = add(writing, page(101, content=b"same"), None)
    assert first != second
    assert writing.database.value("SELECT count(*) FROM contents") == contents + 1


def test_the_same_page_from_the_same_place_is_known(writing: Store) -> None:
    with writing.transaction():
        source = writing.pages.add_source("crawl")
        first = writing.pages.add(page(200), source, 1)
        assert first[1] == "new"
        assert writing.pages.add(page(200), source, 1) == (first[0], "known")
        assert writing.pages.knows(page_identity(page(200)))


URL, TIME = "https://x.example/", "2021-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        (RawPage(b"x", "text/html", "a.html"), RawPage(b"x", "text/html", "./a.html"), True),
        (RawPage(b"x", "text/html", "a.html"), RawPage(b"x", "text/html", str(Path("a.html").absolute())), True),
        (RawPage(b"x", "text/html", "a.html"), RawPage(b"x", "text/html", "b.html"), False),
        (RawPage(b"x", "text/html", "a.html"), RawPage(b"y", "text/html", "a.html"), False),
        (RawPage(b"x", "text/html", "a.html", url=URL), RawPage(b"x", "text/html", "b.html", url=URL), True),
        (RawPage(b"x", "text/html", "a.html", url=URL), RawPage(b"x", "text/html", "a.html", url=URL, fetched_at=TIME), False),
        (RawPage(b"x", "text/html", "a.html", url=URL), RawPage(b"x", "text/html", "a.html", url=URL + "?"), False),
        (RawPage(b"x", "text/html", "-#1"), RawPage(b"x", "text/html", "-#1"), True),
        (RawPage(b"x", "text/html", "-#1"), RawPage(b"x", "text/html", "-#2"), False),
    ],
)
def test_identity_is_the_bytes_and_the_place(left: RawPage, right: RawPage, same: bool) -> None:
    assert (page_identity(left) == page_identity(right)) is same


def test_identity_does_not_depend_on_the_working_folder_for_stdin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = page_identity(RawPage(b"x", "text/html", "-"))
    monkeypatch.chdir(tmp_path)
    assert page_identity(RawPage(b"x", "text/html", "-")) == before


@given(url=st.none() | st.text(max_size=20), location=st.text(min_size=1, max_size=20))
def test_every_page_has_an_identity(url: str | None, location: str) -> None:
    assert len(page_identity(RawPage(b"", "text/html", location.replace("\0", "x"), url=url))) == 16


def test_a_source_is_known_by_its_name_and_place(writing: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with writing.transaction():
        here = writing.pages.add_source("folder")
        assert writing.pages.add_source("folder") == here
        assert writing.pages.add_source("./folder") != here
        stdin = writing.pages.add_source("-")
        bytes_name = writing.pages.add_source("caf\udce9")
        (tmp_path / "elsewhere").mkdir()
        monkeypatch.chdir(tmp_path / "elsewhere")
        assert writing.pages.add_source("folder") != here
        assert writing.pages.add_source("-") == stdin
    assert writing.database.value("SELECT name FROM sources WHERE id = ?", (bytes_name,)) == "caf%E9"


def test_an_input_has_one_outcome_a_stage_the_latest(writing: Store) -> None:
    before = len(list(writing.pages.outcomes()))
    with writing.transaction():
        for reason in (Reason.EMPTY, Reason.UNREADABLE):
            writing.pages.add_outcome("import", Unread("crawl/y", "failed", reason), 1, 1)
        writing.pages.add_outcome("clean", Unread("crawl/y", "failed", Reason.TIMEOUT), 1, 1)
    rows = list(writing.pages.outcomes())[before:]
    assert [(row["stage"], row["reason"]) for row in rows] == [("import", "unreadable"), ("clean", "timeout")]
    with writing.transaction():
        writing.pages.clear_outcome("import", 1, "crawl/y")
    assert [row["stage"] for row in list(writing.pages.outcomes())[before:]] == ["clean"]
    with writing.transaction():
        writing.pages.clear_outcome("clean", 1, "crawl/y", before_run=1)
    assert len(list(writing.pages.outcomes())) == before + 1, "what this run found is not out of date"


def test_pages_are_found_by_id_url_and_location(reading: Store) -> None:
    assert reading.pages.find("3") == [3]
    assert reading.pages.find("https://river.example/flood") == [1]
    assert reading.pages.find("crawl/4.html") == [4]
    for unknown in ("99", "9" * 30, "crawl/%.html", "crawl/4", "", "' OR 1 --"):
        assert reading.pages.find(unknown) == []
    assert [row["reason"] for row in reading.pages.outcomes_at("crawl/x.pdf")] == ["unsupported-type"]
    assert reading.pages.raw(99) is None
    assert reading.pages.get(99) is None
    assert reading.pages.life(99) == {}
