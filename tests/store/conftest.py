"""What the tests of the store share: documents without an extractor, and a small corpus that is built once."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpuskit.documents import Extraction, Given, RawPage, Unread
from corpuskit.extract.page import Cleaned
from corpuskit.extract.words import count_words
from corpuskit.reasons import Reason
from corpuskit.store.decisions import Decision
from corpuskit.store.pages import Place
from corpuskit.store.store import Store


def cleaned(text: str | None, *, title: str | None = None, language: str = "en", **found: object) -> Cleaned:
    """What cleaning would make of a page with this text."""
    reason = Reason.NO_TEXT if text is None else None
    return Cleaned(
        extraction=Extraction(text=text, reason=reason, title=title, **found),  # type: ignore[arg-type]
        encoding="utf-8",
        encoding_source="utf-8",
        replacements=0,
        language=language if text is not None else None,
        language_confidence=0.9 if text is not None else None,
        words=count_words(text or ""),
        characters=len(text) if text else 0,
        extractor="test 1 balanced",
    )


def page(number: int, *, url: str | None = None, content: bytes | None = None, **more: object) -> RawPage:
    """A raw page that differs from the others."""
    return RawPage(content or f"<p>{number}</p>".encode(), "text/html", f"crawl/{number}.html", url=url, **more)  # type: ignore[arg-type]


def add(store: Store, raw: RawPage, made: Cleaned | None, *, source: str = "crawl", run_id: int = 1) -> int:
    """Put a page and what cleaning made of it into a corpus."""
    with store.transaction():
        source_id = store.pages.add_source(source)
        page_id, _ = store.pages.add(raw, source_id, run_id)
        if made is not None:
            store.documents.put(page_id, run_id, made, Place(source_id, raw.location, raw.url, raw.url_source))
    return page_id


# number, URL, title, text, language, date
DOCUMENTS = (
    (1, "https://river.example/flood", "The flood", "The river rose and the ferry stopped.", "en", "2021-02-14"),
    (2, "https://www.river.example/ferry", "The ferry", "The ferry goes again. The ferry is full.", "en", "2021-03"),
    (3, "https://notriver.example/", "Bridge", "A bridge over the river is repaired in winter.", "en", "2022"),
    (4, None, "Hochwasser", "Der Fluss steigt und die Fähre ruht.", "de", None),
    (5, "https://river.example:8080/zh", "渡船", "渡船每天早上过河。", "zh", "2020-12-31"),
    (6, "https://blog.example/copy", None, "The river rose and the ferry stopped.", "en", "2021-02-15"),
)


def fill(path: Path) -> None:
    """The documents above, one of them dropped; a page without a text, one never cleaned, and an input that was skipped."""
    with Store.open(path, write=True, create=True) as store:
        run = store.runs.start("import", ["crawl"])
        for number, url, title, text, language, date in DOCUMENTS:
            raw = page(number, url=url, url_source="given" if url else None)
            made = cleaned(text, title=title, language=language, date=date, date_source="metadata" if date else None)
            add(store, raw, made, source="crawl" if number < 4 else "mirror/other")
        add(store, page(7), cleaned(None))
        add(store, page(8, given=Given(tags=("later",))), None)
        with store.transaction():
            store.pages.tag(1, ("news", "flood"), run)
            store.pages.tag(2, ("news",), run)
            store.decisions.add([Decision(6, "duplicate", value=0.97, threshold=0.8, duplicate_of=1)], run)
            store.pages.add_outcome(
                "import", Unread("crawl/x.pdf", "skipped", Reason.UNSUPPORTED_TYPE, "application/pdf"), 1, run
            )
        store.runs.finish(run, "done", {"read": 9, "new": 8, "known": 0, "skipped": 1, "failed": 0})


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The path of a small corpus that nothing may write to."""
    path = tmp_path_factory.mktemp("small") / "corpus.db"
    fill(path)
    return path


@pytest.fixture
def reading(small: Path) -> Iterator[Store]:
    """The small corpus, opened for reading."""
    with Store.open(small) as store:
        yield store


@pytest.fixture
def path(small: Path, tmp_path: Path) -> Path:
    """A copy of the small corpus that may be changed or broken."""
    return Path(shutil.copy(small, tmp_path / "corpus.db"))


@pytest.fixture
def writing(path: Path) -> Iterator[Store]:
    """A copy of the small corpus, opened for writing."""
    with Store.open(path, write=True) as store:
        yield store
