"""What was forgotten is refused by its bytes and by its address, however that is written."""

from __future__ import annotations

import pytest
from tests.store.conftest import page

from corpuskit.store.pages import digest
from corpuskit.store.store import Store
from corpuskit.store.tombstones import Tombstone, address_of


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.example/x", "http://a.example/x", True),
        ("https://A.example:443/x#part", "https://a.example/x", True),
        ("http://a.example:80/", "https://a.example", True),
        ("https://a.example/ü", "https://a.example/%C3%BC", True),
        ("https://bücher.example/", "https://xn--bcher-kva.example/", True),
        ("https://a.example/#!/one", "https://a.example/#!/two", False),
        ("https://a.example/#/one", "https://a.example/", False),
        ("https://a.example/x?y=1", "https://a.example/x?y=2", False),
        ("https://a.example/X", "https://a.example/x", False),
        ("https://a.example:8080/", "https://a.example/", False),
        ("https://www.a.example/", "https://a.example/", False),
        ("not an address", "not an address", True),
        ("ftp://a.example/", "http://a.example/", False),
    ],
)
def test_an_address_is_one_however_it_is_written(one: str, other: str, same: bool) -> None:
    assert (address_of(one) == address_of(other)) is same


def test_bytes_and_addresses_are_refused_until_they_are_allowed(writing: Store) -> None:
    stones = writing.tombstones
    assert not stones.any()
    gone = page(50, url="https://gone.example/x")
    with writing.transaction():
        stones.add([Tombstone(90, digest(gone.content), gone.url, address_of(gone.url or ""), gone.location)], 1, "why")
        stones.add([Tombstone(91, digest(b"copy"), "https://copy.example/", None, "copy.html")], 1, "")
    assert stones.any()
    assert stones.refusal(page(50)) == "its bytes were forgotten by run 1"
    assert stones.refusal(page(51, url="http://gone.example/x#y")) == "its address was forgotten by run 1"
    assert stones.refusal(page(52, content=b"copy")) is not None
    assert stones.refusal(page(53, url="https://copy.example/")) is None
    assert stones.refusal(page(54)) is None
    for text in ("90", "https://gone.example/x", "http://gone.example/x", gone.location, digest(gone.content)):
        assert [row["id"] for row in stones.find(text)] == [90]
    assert [row["id"] for row in stones.find("https://copy.example/")] == [91]
    with writing.transaction():
        assert stones.allow([90, 92], 1) == 1
        assert stones.allow([90], 1) == 0
    assert stones.refusal(page(50)) is None
    assert stones.refusal(page(51, url="https://gone.example/x")) is None
    assert [row["allowed_by"] for row in stones.listed()] == [1, None]
