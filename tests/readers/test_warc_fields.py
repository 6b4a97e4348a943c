"""Header fields of records: what can be read is normalised, what cannot is None with a note, and nothing raises."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.readers.warc_fields import read_date, read_url


@given(
    st.datetimes(min_value=datetime(1000, 1, 2), max_value=datetime(9999, 12, 30)),
    st.integers(-14 * 60, 14 * 60),
)
def test_any_moment_is_read_in_every_form(moment: datetime, offset: int) -> None:
    zone = timezone(timedelta(minutes=offset))
    utc = moment.replace(microsecond=0, tzinfo=UTC)
    expected = utc.strftime("%Y-%m-%dT%H:%M:%SZ")
    for text in (
        expected,
        expected[:-1] + ".123456789Z",
        utc.strftime("%Y%m%d%H%M%S"),
        utc.strftime("%Y-%m-%d %H:%M:%S"),
        utc.astimezone(zone).isoformat(),
    ):
        assert read_date(text.encode()) == (expected, None), text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-05-18", "2024-05-18T00:00:00Z"),
        ("2024-05", "2024-05-01T00:00:00Z"),
        ("9999-12-31T23:59:60Z", "9999-12-31T23:59:59Z"),
        ("0000-00-00T00:00:00Z", None),
        ("2023-02-29T00:00:00Z", None),
        ("9999-12-31T23:59:59-05:00", None),
        ("", None),
        ("yesterday", None),
    ],
)
def test_what_is_less_than_a_moment_is_noted(text: str, expected: str | None) -> None:
    value, note = read_date(text.encode())
    assert value == expected
    assert note or text.endswith("60Z")


@given(st.binary(max_size=40))
def test_any_bytes_are_a_date_or_a_note(raw: bytes) -> None:
    value, note = read_date(raw)
    assert value or note


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"<https://a.example/>", "https://a.example/"),
        ("https://a.example/é".encode(), "https://a.example/é"),
        (b"https://a.example/\xe9", "https://a.example/é"),
        (b"https://a.example/x\0y\x7f", "https://a.example/x%00y%7F"),
        (b"https://a.example/a b", "https://a.example/a b"),
        (b"", None),
    ],
)
def test_an_address_is_kept_as_written(raw: bytes, expected: str | None) -> None:
    assert read_url(raw) == expected


@given(st.binary(max_size=60))
def test_an_address_can_be_stored_and_printed(raw: bytes) -> None:
    url = read_url(raw)
    assert url is None or url.encode("utf-8")
    assert not url or not any(ord(character) < 32 or ord(character) == 127 for character in url)
