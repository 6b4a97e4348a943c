"""Title, author, site, address, language and date of pages, each from its best evidence."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpuskit.extract.html import parse
from corpuskit.extract.metadata import Metadata, read_metadata


def read(head: str = "", body: str = "", *, url: str | None = None, attributes: str = "") -> Metadata:
    tree = parse(f"<html {attributes}><head>{head}</head><body>{body}</body></html>")
    assert tree is not None
    return read_metadata(tree, url=url)


def linked(**node: Any) -> str:
    data = {"@context": "https://schema.org", "@type": "NewsArticle", **node}
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


class TestTitle:
    @pytest.mark.parametrize(
        ("head", "body", "title"),
        [
            ("<title>Boats return | The Harbour Post</title>", "<h1>Boats return</h1>", "Boats return"),
            ("<title>Boats return | The Harbour Post</title>", "", "Boats return"),
            ("<title>Boats – a history</title>", "", "Boats – a history"),
            ("<title>Site: Boats return</title><meta property='og:site_name' content='Site'>", "", "Site: Boats return"),
            ("<title>Boats return - Site</title><meta property='og:site_name' content='Site'>", "", "Boats return"),
            ("<title>Site » Boats return</title><meta property='og:site_name' content='SITE'>", "", "Boats return"),
            ("<title>Boats return - News</title>", "<h1>The Harbour Post</h1><h1>Boats return</h1>", "Boats return"),
            ("", "<h1>Only <em>this</em></h1>", "Only this"),
            ("", "<h2>Second rank</h2>", "Second rank"),
            ("", "<p>text</p>", None),
        ],
    )
    def test_headline(self, head: str, body: str, title: str | None) -> None:
        assert read(head, body).title == title

    def test_title_inside_a_drawing_is_none_of_the_page(self) -> None:
        assert read("", "<svg><title>Icon</title></svg><h1>Boats return</h1>").title == "Boats return"


class TestAuthor:
    @pytest.mark.parametrize(
        ("head", "body", "author"),
        [
            (linked(author={"@type": "Person", "name": "Ada Quill"}), "", "Ada Quill"),
            (linked(author=[{"name": "Ada Quill"}, "Ben Ink"]), "", "Ada Quill; Ben Ink"),
            ('<meta name="author" content="By Ada Quill">', "", "Ada Quill"),
            (
                '<meta name="citation_author" content="Quill, A."><meta name="citation_author" content="Ink, B.">',
                "",
                "Quill, A.; Ink, B.",
            ),
            ('<meta property="article:author" content="https://example.org/ada">', '<a rel="author">Ada Quill</a>', "Ada Quill"),
            ("", '<p class="byline">By Ada Quill</p>', "Ada Quill"),
            ("", '<div class="comments"><a class="author">Reader</a></div>', None),
            ('<meta name="author" content="admin">', "", None),
            ('<meta name="author" content="The Post"><meta property="og:site_name" content="The Post">', "", None),
        ],
    )
    def test_names(self, head: str, body: str, author: str | None) -> None:
        assert read(head, body).author == author

    def test_author_by_reference(self) -> None:
        graph = [{"@type": "Article", "author": {"@id": "#ada"}}, {"@id": "#ada", "@type": "Person", "name": "Ada Quill"}]
        assert read(linked(**{"@type": "WebSite", "@graph": graph})).author == "Ada Quill"


class TestAddress:
    def test_canonical_before_open_graph(self) -> None:
        found = read('<meta property="og:url" content="https://e.org/b"><link rel="canonical" href="https://e.org/a">')
        assert (found.url, found.url_source) == ("https://e.org/a", "canonical")

    def test_relative_address_needs_a_base(self) -> None:
        head = '<link rel="canonical" href="/a">'
        assert read(head, url="https://e.org/x").url == "https://e.org/a"
        assert read(head).url is None

    def test_canonical_of_the_front_page_says_less(self) -> None:
        found = read('<link rel="canonical" href="https://e.org/"><meta property="og:url" content="https://e.org/b">')
        assert (found.url, found.url_source) == ("https://e.org/b", "og:url")

    @pytest.mark.parametrize(
        "href", ["javascript:x", "file:///etc/passwd", "http://", "http://[bad", "mailto:a@e.org", "http://a b.org/"]
    )
    def test_what_is_no_address(self, href: str) -> None:
        assert read(f'<link rel="canonical" href="{href}">').url is None


@pytest.mark.parametrize(
    ("attributes", "head", "language"),
    [
        ('lang="de-AT"', "", "de"),
        ('xml:lang="fr"', "", "fr"),
        ("", '<meta property="og:locale" content="pt_BR">', "pt"),
        ('lang="{{lang}}"', '<meta http-equiv="Content-Language" content="es">', "es"),
        ("", "", None),
    ],
)
def test_language(attributes: str, head: str, language: str | None) -> None:
    assert read(head, attributes=attributes).language == language


class TestDate:
    @pytest.mark.parametrize(
        "head",
        [
            linked(datePublished="2021-05-04T10:00:00Z", dateModified="2022-01-01"),
            '<meta name="lastmod" content="2022-01-01"><meta property="article:published_time" content="2021-05-04">',
            '<meta name="DC.date.issued" content="2021-05-04">',
            '<meta name="citation_publication_date" content="2021/05/04">',
            '<script type="application/ld+json">{"@type": "Article", "datePublished": "2021-05-04", broken}</script>',
            '<script type="application/ld+json">/*<![CDATA[*/{"@type": "Article",\n"datePublished": "2021-05-04",}//]]></script>',
        ],
    )
    def test_structured_data(self, head: str) -> None:
        found = read(head)
        assert (found.date, found.date_source) == ("2021-05-04", "metadata")

    @pytest.mark.parametrize(
        ("body", "date"),
        [
            ('<h1>Boats return</h1><time datetime="2021-05-04T10:00">yesterday</time>', "2021-05-04"),
            (
                '<aside><time datetime="2019-01-01"></time></aside><h1>Boats return</h1><time datetime="2021-05-04"></time>',
                "2021-05-04",
            ),
            ('<h1>Boats return</h1><p>text</p><div class="comments"><time datetime="2021-06-01"></time></div>', None),
            (
                '<h1>Boats return</h1><time class="updated">2022-01-01</time><time class="published">2021-05-04</time>',
                "2021-05-04",
            ),
            ('<span itemprop="datePublished" content="2021-05-04">x</span><h1>Boats return</h1>', "2021-05-04"),
        ],
    )
    def test_time_elements(self, body: str, date: str | None) -> None:
        assert read("", body).date == date

    @pytest.mark.parametrize(
        ("url", "date"),
        [
            ("https://e.org/2021/05/04/boats", "2021-05-04"),
            ("https://e.org/2021/may/04/boats", "2021-05-04"),
            ("https://e.org/news/2021-05-04-boats.html", "2021-05-04"),
            ("https://e.org/20210504/boats", "2021-05-04"),
            ("https://e.org/2021/05/boats", "2021-05"),
            ("https://e.org/2021/13/45/boats", None),
            ("https://e.org/2021/boats", None),
            ("https://e.org/article-20219999", None),
            ("https://2021.e.org/05/04/", None),
            ("https://e.org/?date=2021-05-04", None),
        ],
    )
    def test_address(self, url: str, date: str | None) -> None:
        found = read(url=url)
        assert (found.date, found.date_source) == (date, "url" if date else None)

    @pytest.mark.parametrize(
        ("dateline", "language", "date"),
        [
            ("Posted on 4 May 2021 by Ada Quill", "en", "2021-05-04"),
            ("4. Mai 2021, 10:00 Uhr", "de", "2021-05-04"),
            ("04/05/2021 - Publicado por Ada", "pt", "2021-05-04"),
            ("04/05/2021", "en", "2021"),
            ("2021年5月4日", "ja", "2021-05-04"),
            ("May 2021", "en", "2021-05"),
            ("In 1998 the mill was sold.", "en", None),
            ("Last updated 4 May 2021", "en", None),
            (
                "The council said that it had discussed the future of the old mill on 4 May 2021.",
                "en",
                None,
            ),
        ],
    )
    def test_dateline(self, dateline: str, language: str, date: str | None) -> None:
        body = f"<nav>1 January 2001</nav><h1>Boats return</h1><p>{dateline}</p><p>The text.</p>"
        found = read("", body, attributes=f'lang="{language}"')
        assert (found.date, found.date_source) == (date, "text" if date else None)

    def test_text_refines_a_month_of_the_address(self) -> None:
        body = "<h1>Boats return</h1><p>4 May 2021</p>"
        found = read("", body, url="https://e.org/2021/05/boats")
        assert (found.date, found.date_source) == ("2021-05-04", "text")
        other = read("", body, url="https://e.org/2020/11/boats")
        assert (other.date, other.date_source) == ("2020-11", "url")

    def test_change_is_the_last_resort(self) -> None:
        head = '<meta property="article:modified_time" content="2022-01-01">'
        assert read(head).date == "2022-01-01"
        assert read(head, url="https://e.org/2021/05/04/boats").date == "2021-05-04"

    def test_impossible_and_invented_dates_are_none(self) -> None:
        assert read(linked(datePublished="2021-02-30")).date is None
        assert read('<meta name="date" content="1620122400">').date is None


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet='<>/="{}[]:, adhimnprstuyz019-', max_size=200), st.none() | st.text(max_size=20))
def test_any_page_gives_metadata(page: str, url: str | None) -> None:
    tree = parse(page)
    if tree is not None:
        read_metadata(tree, url=url)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("Article"),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["@type", "@id", "@graph", "author", "name", "headline", "datePublished", "publisher"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(json_values)
def test_any_linked_data_is_survived(value: Any) -> None:
    title = read('<script type="application/ld+json">' + json.dumps(value) + "</script>").title
    assert title is None or title.strip()
