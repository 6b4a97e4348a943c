"""What a run gained and lost, in words that add up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.store.conftest import cleaned

from corpuskit.documents import RawPage
from corpuskit.errors import UsageError
from corpuskit.extract.words import count_words
from corpuskit.reviewing import accept, acceptable, amounts, by_document, by_site, compare
from corpuskit.store.store import Store
from corpuskit.undoing import look, undo

texts = st.lists(st.text(st.sampled_from("ab  渡é"), max_size=12), max_size=8).map("\n".join)


@given(texts, texts)
def test_what_is_there_afterwards_is_what_was_there_and_the_difference(before: str, after: str) -> None:
    gained, lost = amounts(before, after)
    assert count_words(before) + gained - lost == count_words(after)
    assert amounts(after, before) == (lost, gained)
    assert amounts(before, before) == (0, 0)


def test_a_paragraph_that_moved_is_no_change_and_a_word_is_a_word() -> None:
    assert amounts("One two.\nThree four.", "Three four.\nOne two.") == (0, 0)
    assert amounts("One two three four.", "One two 3 four.") == (1, 1)
    assert amounts("", "One two three.") == (3, 0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """Three pages of two sites; run 2 makes one longer, another shorter, and the third the same; page 4 is new in it."""
    with Store.open(tmp_path / "corpus.db", write=True, create=True) as store:
        for page_texts in (("One two.", "Three four five.", "Six."), ("One two three.", "Three.", "Six.", "New.")):
            with store.runs.record("clean", []) as run, store.transaction():
                source_id = store.pages.add_source("crawl")
                for number, text in enumerate(page_texts):
                    url = f"https://{'a' if number < 2 else 'b'}.example/{number}"
                    page_id, _ = store.pages.add(
                        RawPage(f"{number}".encode(), "text/html", f"{number}", url=url), source_id, run.id
                    )
                    store.documents.put(page_id, run.id, cleaned(text, title=f"T{number}"), store.pages.place(page_id))
        yield store


def test_sites_and_documents_are_listed_by_the_size_of_the_change(store: Store) -> None:
    assert by_site(compare(store, 2)) == [
        {"site": "a.example", "documents": 2, "changed": 2, "words_before": 5, "words_after": 4, "gained": 1, "lost": 2},
        {"site": "b.example", "documents": 1, "changed": 0, "words_before": 1, "words_after": 1, "gained": 0, "lost": 0},
    ]
    assert [(row["id"], row["gained"], row["lost"]) for row in by_document(compare(store, 2))] == [(2, 0, 2), (1, 1, 0)]
    assert [row["id"] for row in by_document(compare(store, 2, {1}))] == [1]
    assert list(compare(store, 1)) == [], "there was nothing before"


def test_a_run_that_is_undone_can_be_compared_too(store: Store) -> None:
    before = by_site(compare(store, 2))
    with store.runs.record("undo", []) as run:
        undo(store, look(store, 2), by=run.id)
    assert by_site(compare(store, 2)) == before
    with pytest.raises(UsageError, match="run 2 is undone"):
        acceptable(store, 2)


def test_what_is_accepted_is_gone(store: Store) -> None:
    assert acceptable(store, 2) == (3, 3)
    assert accept(store, 2, by=2) == {"let-go": 3}
    assert acceptable(store, 2) == (0, 0)
    assert list(compare(store, 2)) == []
    assert not look(store, 2).changes


def test_the_undo_of_a_run_can_be_accepted_as_well(store: Store) -> None:
    with store.runs.record("undo", []) as run:
        undo(store, look(store, 2), by=run.id)
    assert acceptable(store, 3) == (4, 4)
    accept(store, 3, by=3)
    assert not look(store, 3).changes, "there is nothing that could come back"
    assert next(store.documents.records([1], ("text",)))["text"] == "One two."


def test_an_unknown_run_is_wrong_use(store: Store) -> None:
    for ask in (lambda: list(compare(store, 9)), lambda: acceptable(store, 9)):
        with pytest.raises(UsageError, match="no run 9"):
            ask()
