"""Addresses get one form, what cannot be fetched is refused with a word, and lists are read as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.web.urls import BadUrlError, host_of, listed_urls, origin_of, read_url


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://a.example/1", "https://a.example/1"),
        ("HTTP://A.Example", "http://a.example/"),
        ("a.example/2", "https://a.example/2"),
        ("a.example", "https://a.example/"),
        ("page.html", "https://page.html/"),  # nothing tells it from the name of a host
        ("www.a.example:8080/x", "https://www.a.example:8080/x"),
        ("http://a.example:80/", "http://a.example/"),
        ("https://a.example:443/", "https://a.example/"),
        ("https://a.example:444/", "https://a.example:444/"),
        ("https://a.example/?q=1#part", "https://a.example/?q=1"),
        ("https://a.example/a b/ü?ö=1", "https://a.example/a%20b/%C3%BC?%C3%B6=1"),
        ("https://a.example/a%20b", "https://a.example/a%20b"),
        ("https://a.exam\nple/", "https://a.example/"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("http://[::1]:8000/", "http://[::1]:8000/"),
        ("\ufeffhttps://a.example/\0", "https://a.example/"),
    ],
)
def test_an_address_gets_one_form(text: str, url: str) -> None:
    assert read_url(text) == url


@pytest.mark.parametrize(
    "text",
    ["", "file:///etc/passwd", "javascript:alert(1)", "ftp://a.example/", "mailto:x@a.example", "data:text/html,x",
     "//a.example/", "http://", "http:///path", "https://user:secret@a.example/", "http://a.example:99999/", "http://a.example:x/",
     "http://[::1",
     "http://a b/", "localhost:8000/", "http://..example/", "https://a.example/" + "x" * 10_000, "/etc/passwd",
     "http://" + "ü" * 300 + "/"],
)  # fmt: skip
def test_what_cannot_be_fetched_is_refused(text: str) -> None:
    with pytest.raises(BadUrlError) as caught:
        read_url(text)
    assert str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_relative_address_belongs_to_its_page() -> None:
    assert read_url("../b?c", "https://a.example/x/y/z") == "https://a.example/x/b?c"
    assert read_url("//b.example", "https://a.example/x") == "https://b.example/"
    with pytest.raises(BadUrlError):
        read_url("file:///etc/passwd", "https://a.example/")


@given(st.text(max_size=200) | st.text(alphabet="htps:/[]@.?#%:\\ a1é\u3002\ud800", max_size=40).map("http://".__add__))
def test_every_text_is_an_address_in_ascii_or_refused(text: str) -> None:
    try:
        url = read_url(text)
    except BadUrlError:
        return
    assert url.isascii()
    assert url.isprintable()
    assert " " not in url
    assert read_url(url) == url, "it is in its form already"
    assert url.startswith(origin_of(url))
    assert host_of(url)


def test_a_list_has_comments_empty_lines_and_all_kinds_of_line_ends() -> None:
    content = "\ufeffone\r\n\r\n# not this\r\n  two  \nthree\rfour\n\0\n".encode()
    assert list(listed_urls(content)) == [(1, "one"), (4, "two"), (5, "three"), (6, "four")]
    assert list(listed_urls("one\ntwo".encode("utf-16"))) == [(1, "one"), (2, "two")]
    assert list(listed_urls(b"one\ntwo\0three\0", null=True)) == [(1, "one\ntwo"), (2, "three")]


@given(st.binary(max_size=300))
def test_every_content_is_a_list(content: bytes) -> None:
    assert all(text.strip() == text and text for _, text in listed_urls(content))
