"""robots.txt decides: what it forbids is not asked for, and where it cannot be had nothing is."""

from __future__ import annotations

import gzip
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.conftest import Page, Site, redirect, visitor

from corpuskit.documents import Unread
from corpuskit.reasons import Reason
from corpuskit.web.client import Answer
from corpuskit.web.robots import MAX_SIZE, Robots

PAGE = b"<html><body><p>A page about the river.</p></body></html>"


def robots_txt(text: bytes | str) -> Robots:
    """The robots.txt of every site is this one."""
    content = text if isinstance(text, bytes) else text.encode()
    return Robots("corpuskit/0.1 (+https://github.com/corpuskit)", lambda url: Answer(url, 200, {}, content))


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("", "/", True),
        ("User-agent: *\nDisallow: /", "/", False),
        ("User-agent: *\nDisallow:", "/", True),
        ("User-agent: *\nDisallow: /private", "/private/x", False),
        ("User-agent: *\nDisallow: /private", "/public", True),
        ("User-agent: *\nDisallow: /\nAllow: /a", "/a/b", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/x.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/x.pdf?y", True),
        ("\ufeffUser-agent: *\nDisallow: /", "/", False),
        ("User-agent: CorpusKit\nDisallow: /\n\nUser-agent: *\nAllow: /", "/", False),
        ("User-agent: otherbot\nDisallow: /", "/", True),
        ("User-agent: github\nDisallow: /", "/", True),  # that is in the address of our agent, not in its name
        ("<html>not found</html>", "/", True),
        ("User-agent: *\r\nDisallow: /%C3%BC", "/%C3%BC", False),
        ("User-agent: *\r\nDisallow: /ü", "/%C3%BC", False),
    ],
)
def test_rules(text: str, path: str, allowed: bool) -> None:
    refused = robots_txt(text).refusal(f"https://a.example{path}")
    assert (refused is None) is allowed
    if refused is not None:
        assert (refused.status, refused.reason) == ("skipped", Reason.ROBOTS)
        assert refused.detail == "https://a.example/robots.txt"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 0),
        ("User-agent: *\nCrawl-delay: 7", 7),
        ("User-agent: *\nCrawl-delay: 0.5", 0.5),
        ("User-agent: *\nCrawl-delay: soon", 0),
        ("User-agent: other\nCrawl-delay: 7", 0),
        ("User-agent: *\nRequest-rate: 1/30s", 30),
    ],
)
def test_pauses(text: str, seconds: float) -> None:
    assert robots_txt(text).pause("https://a.example/") == seconds


def test_sitemaps_are_named_for_everybody() -> None:
    text = "Sitemap: https://a.example/1.xml\nUser-agent: x\nDisallow: /\nSitemap: /2.xml"
    assert robots_txt(text).sitemaps("https://a.example/") == ["https://a.example/1.xml", "/2.xml"]


@given(st.binary(max_size=300) | st.text(alphabet="UDser-agntialow:*/# \n$%C", max_size=200).map(str.encode))
def test_any_file_is_read(content: bytes) -> None:
    robots = robots_txt(content)
    refused = robots.refusal("https://a.example/x?y=%zz")
    assert refused is None or refused.reason is Reason.ROBOTS
    assert robots.pause("https://a.example/") >= 0


def test_each_site_is_asked_once_also_by_several_threads() -> None:
    asked: list[str] = []

    def fetch(url: str) -> Answer:
        asked.append(url)
        return Answer(url, 404, {})

    robots = Robots("corpuskit", fetch)
    threads = [threading.Thread(target=robots.refusal, args=("https://a.example/x",)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    robots.refusal("http://a.example/x")
    robots.refusal("https://a.example:444/x")
    assert asked == [f"{origin}/robots.txt" for origin in ("https://a.example", "http://a.example", "https://a.example:444")]


# Through a server


def test_a_forbidden_page_is_not_asked_for(site: Site) -> None:
    site.pages = {"/robots.txt": b"User-agent: *\nDisallow: /no", "/no": PAGE, "/yes": PAGE, "/moved": redirect("/no")}
    guest = visitor()
    assert isinstance(guest.visit(site.url("/yes")), Answer)
    for path in ("/no", "/moved"):
        refused = guest.visit(site.url(path))
        assert isinstance(refused, Unread)
        assert (refused.location, refused.status, refused.reason) == (site.url(path), "skipped", Reason.ROBOTS)
    assert site.paths() == ["/yes", "/moved"]
    assert [asked.path for asked in site.asked].count("/robots.txt") == 1


def test_robots_can_be_ignored(site: Site) -> None:
    site.pages = {"/robots.txt": b"User-agent: *\nDisallow: /", "/no": PAGE}
    assert isinstance(visitor(ignore_robots=True).visit(site.url("/no")), Answer)
    assert [asked.path for asked in site.asked] == ["/no"]


@pytest.mark.parametrize(
    "page",
    [
        lambda request: request.answer(404),
        lambda request: request.answer(401),
        lambda request: request.answer(403),
        lambda request: request.answer(410),
        redirect("/robots.txt"),
        redirect("file:///etc/passwd"),
        lambda request: request.answer(302),
    ],
)
def test_a_site_without_robots_txt_allows_everything(site: Site, page: Page) -> None:
    site.pages = {"/robots.txt": page, "/": PAGE}
    assert isinstance(visitor().visit(site.url()), Answer)


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        (lambda request: request.answer(500), Reason.HTTP_STATUS),
        (lambda request: request.answer(503), Reason.HTTP_STATUS),
        (lambda request: request.answer(429), Reason.HTTP_STATUS),
        (lambda request: request.answer(200, b"x", Content_Length="10"), Reason.TRUNCATED),
        (lambda request: request.wfile.write(b"SSH\r\n"), Reason.NETWORK),
        (lambda _: threading.Event().wait(3) and None, Reason.TIMEOUT),
    ],
)
def test_where_robots_txt_cannot_be_had_nothing_is_fetched_for_now(site: Site, page: Page, reason: Reason) -> None:
    site.pages = {"/robots.txt": page, "/": PAGE, "/2": PAGE}
    guest = visitor(seconds=0.5)
    for path in ("/", "/2"):
        refused = guest.visit(site.url(path))
        assert isinstance(refused, Unread)
        assert (refused.location, refused.status, refused.reason) == (site.url(path), "failed", reason)
        assert refused.detail.startswith("robots.txt: ")
    assert site.paths() == []
    assert len(site.asked) == 1, "it is not tried again for every page"


def test_robots_txt_may_be_elsewhere_compressed_and_long(site: Site) -> None:
    text = b"User-agent: *\nDisallow: /no\n" + b"#\n" * MAX_SIZE + b"Disallow: /beyond\n"
    site.pages = {"/robots.txt": redirect("/r"), "/r": text, "/no": PAGE, "/beyond": PAGE}
    guest = visitor()
    refused = guest.visit(site.url("/no"))
    assert isinstance(refused, Unread)
    assert refused.reason is Reason.ROBOTS
    assert isinstance(guest.visit(site.url("/beyond")), Answer)
    site.pages["/robots.txt"] = lambda request: request.answer(200, gzip.compress(text[:50]), Content_Encoding="gzip")
    assert isinstance(visitor().visit(site.url("/no")), Unread)


def test_crawl_delay_is_kept(site: Site) -> None:
    site.pages = {"/robots.txt": b"User-agent: *\nCrawl-delay: 0.3", "/": PAGE}
    guest = visitor()
    for _ in range(3):
        assert isinstance(guest.visit(site.url()), Answer)
    assert len(site.gaps()) == 3
    assert min(site.gaps()) >= 0.3
