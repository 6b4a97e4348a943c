"""Sitemaps and feeds of all kinds give their addresses; hostile ones cost no more than themselves."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.documents import Unread
from corpuskit.reasons import Reason
from corpuskit.web.client import Answer
from corpuskit.web.discovery import MOST_FILES, NoListError, discover, read_list

HOST = "https://a.example"
NAMESPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(*urls: str, attributes: str = NAMESPACE) -> bytes:
    inside = "".join(f"<url><loc>{url}</loc><lastmod>2021-01-01</lastmod></url>" for url in urls)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset {attributes}>{inside}</urlset>'.encode()


def index(*urls: str) -> bytes:
    inside = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return f"<sitemapindex {NAMESPACE}>{inside}</sitemapindex>".encode()


def found(files: Mapping[str, bytes], start: str = "/sitemap.xml", named: tuple[str, ...] = ()) -> list[str | Unread]:
    """What a site with these files leads to."""

    def visit(url: str) -> Answer | Unread:
        content = files.get(url.removeprefix(HOST))
        return Answer(url, 200, {}, content) if content is not None else Answer(url, 404, {})

    return list(discover(HOST + start, visit, lambda _: list(named)))


RSS = b"""<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<link>https://a.example/</link><atom:link href="https://a.example/feed" rel="self"/>
<item><title>One</title><link> https://a.example/1?x=1&amp;y=2 </link><guid>https://a.example/not</guid></item>
<item><atom:link href="https://a.example/not"/><guid isPermaLink="true">https://a.example/2</guid></item>
<item><guid isPermaLink="false">https://a.example/not</guid></item>
<item><link><![CDATA[/3]]></link></item></channel></rss>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://a.example/"/>
<entry><link rel="edit" href="https://a.example/not"/><link href="https://a.example/1"/></entry>
<entry xml:base="https://a.example/x/"><link rel="alternate" type="text/html" href="2"/></entry>
<entry><link rel="enclosure" href="https://a.example/not"/></entry></feed>"""
RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/">
<channel><link>https://a.example/</link></channel><item><link>https://a.example/1</link></item></rdf:RDF>"""
JSON = json.dumps({"items": [{"url": "https://a.example/1"}, {"external_url": "https://a.example/2"}, {"id": "x"}, 7]}).encode()


@pytest.mark.parametrize(
    ("body", "pages"),
    [
        (urlset("https://a.example/1", "https://a.example/2?x&amp;y"), ["/1", "/2?x&y"]),
        (urlset("https://a.example/1", attributes=""), ["/1"]),
        (b"\xef\xbb\xbf" + urlset(" \n https://a.example/1\n"), ["/1"]),
        (gzip.compress(urlset("https://a.example/1")), ["/1"]),
        (urlset("/relative"), ["/relative"]),
        (urlset("https://a.example/1").decode().replace("UTF-8", "UTF-16").encode("utf-16"), ["/1"]),
        (b'<u:urlset xmlns:u="x"><u:url><u:loc>https://a.example/1</u:loc></u:url></u:urlset>', ["/1"]),
        (
            b'<urlset xmlns:i="i"><url><i:image><i:loc>/not.png</i:loc></i:image><loc>https://a.example/1</loc></url></urlset>',
            ["/1"],
        ),
        (b"https://a.example/1\r\nhttps://a.example/2\r\n", ["/1", "/2"]),
        (RSS, ["/1?x=1&y=2", "/2", "/3"]),
        (ATOM, ["/1", "/x/2"]),
        (RDF, ["/1"]),
        (JSON, ["/1", "/2"]),
        (urlset(), []),
    ],
)
def test_a_list_gives_its_pages(body: bytes, pages: list[str]) -> None:
    assert read_list(body, f"{HOST}/list").pages == [HOST + page for page in pages]


def test_broken_xml_gives_what_can_be_read_and_says_so() -> None:
    for body, pages in (
        (urlset(f"{HOST}/1").replace(b"</urlset>", b"<url><loc>https://a.example/cu"), ["/1"]),
        (urlset(f"{HOST}/1", f"{HOST}/2").replace(b"2021-01-01", b"AT&T", 1), ["/1", "/2"]),
        (RSS.replace(b"<title>One", b"<title>One & two &nbsp;"), ["/1?x=1&y=2", "/2", "/3"]),
    ):
        problem, *rest = found({"/sitemap.xml": body})
        assert isinstance(problem, Unread)
        assert (problem.status, problem.reason) == ("failed", Reason.BAD_RECORD)
        assert rest == [HOST + page for page in pages]


@pytest.mark.parametrize(
    "body",
    [b"", b"   ", b"<html><body>no</body></html>", b"plain text", b"{}", b'{"items": 3}', b'{"items": [', b"{" * 100_000, b"<",
     b"\0" * 50,
     b"<urlset", gzip.compress(b"x")[:-3], b"<a/>"],
)  # fmt: skip
def test_what_is_no_list_is_refused(body: bytes) -> None:
    try:
        assert read_list(body, HOST).pages == []
    except NoListError as error:
        assert str(error)
        assert "\n" not in str(error)
    else:
        assert body == b"<urlset"


@given(
    st.binary(max_size=200)
    | st.text(alphabet="<>/urlsetoc &;!-[]\"'={}", max_size=200).map(lambda text: f"<urlset>{text}".encode())
)
def test_any_content_is_a_list_or_none(body: bytes) -> None:
    with suppress(NoListError):
        assert all(isinstance(page, str) for page in read_list(body, HOST).pages)


def test_indexes_lead_on_in_their_order() -> None:
    files = {
        "/sitemap.xml": index(f"{HOST}/a.xml", "/b.xml", f"{HOST}/gone.xml", "file:///etc/passwd"),
        "/a.xml": urlset(f"{HOST}/1", f"{HOST}/2"),
        "/b.xml": index(f"{HOST}/c.xml"),
        "/c.xml": urlset(f"{HOST}/3"),
    }
    pages = found(files)
    assert [page for page in pages if isinstance(page, str)] == [f"{HOST}/1", f"{HOST}/2", f"{HOST}/3"]
    problems = [page for page in pages if isinstance(page, Unread)]
    assert {(problem.location, problem.status, problem.reason) for problem in problems} == {
        ("file:///etc/passwd", "skipped", Reason.BAD_URL),
        (f"{HOST}/gone.xml", "failed", Reason.HTTP_STATUS),
    }


def test_an_index_that_leads_in_a_circle_is_read_once() -> None:
    files = {
        "/sitemap.xml": index(f"{HOST}/b.xml", f"{HOST}/sitemap.xml"),
        "/b.xml": index(f"{HOST}/sitemap.xml", f"{HOST}/b.xml"),
    }
    assert found(files) == []


def test_indexes_without_an_end_are_left() -> None:
    deep = {f"/{number}.xml": index(f"{HOST}/{number + 1}.xml") for number in range(50)}
    assert [problem.reason for problem in found(deep, "/0.xml") if isinstance(problem, Unread)] == [Reason.TOO_LARGE]
    wide = {"/0.xml": index(*(f"{HOST}/{number}.xml" for number in range(MOST_FILES + 10)))}
    assert isinstance(found(wide, "/0.xml")[-1], Unread)
    assert len(found(wide, "/0.xml")) <= MOST_FILES + 1


def test_a_host_stands_for_the_sitemaps_that_it_names() -> None:
    files = {"/a.xml": urlset(f"{HOST}/1"), "/b.xml": urlset(f"{HOST}/2"), "/sitemap.xml": urlset(f"{HOST}/3")}
    assert found(files, "/", (f"{HOST}/a.xml", "/b.xml", "file:///x")) == [f"{HOST}/1", f"{HOST}/2"]
    assert found(files, "/") == [f"{HOST}/3"]


ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
BOMB = f'<!DOCTYPE urlset [<!ENTITY e0 "ha">{ENTITIES}]><urlset><url><loc>{HOST}/&e11;</loc></url></urlset>'.encode()
OUTSIDE = f'<!DOCTYPE urlset [<!ENTITY x SYSTEM "file:///etc/passwd">]><urlset><url><loc>{HOST}/&x;</loc></url></urlset>'.encode()


@pytest.mark.parametrize("body", [BOMB, OUTSIDE], ids=["bomb", "outside"])
def test_entities_are_not_expanded(body: bytes) -> None:
    try:
        pages = read_list(body, HOST).pages
    except NoListError:
        return
    assert all(len(page) < 200 and "root:" not in page for page in pages)


def test_a_compressed_bomb_is_refused() -> None:
    (problem,) = found({"/sitemap.xml": gzip.compress(b"<urlset>" + bytes(100_000_000))})
    assert isinstance(problem, Unread)
    assert problem.reason is Reason.TOO_LARGE


def test_memory_stays_small_for_a_large_sitemap() -> None:
    body = urlset(*(f"{HOST}/{number}" for number in range(5_000)))
    tracemalloc.start()
    assert len(read_list(body, HOST).pages) == 5_000
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 12 * len(body)
