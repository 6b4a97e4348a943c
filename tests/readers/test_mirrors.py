"""Where saved pages came from: by what tools wrote, then by the path, never by a guess."""

from __future__ import annotations

import csv
from pathlib import Path
from urllib.parse import quote, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.readers.mirrors import (
    Mirror,
    Origin,
    adjusts_names,
    find_origin,
    is_httrack_root,
    is_own_file,
    origin_in_page,
    origin_of_path,
    read_httrack_log,
)

PAGE = b"<html><body>a page</body></html>"


def url_of(path: str, content: bytes = PAGE, *, adjusted: bool = False, root: tuple[str, ...] = ()) -> str | None:
    origin = origin_of_path(path.split("/"), content, adjusts_names=adjusted, root=root)
    return origin.url if origin else None


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a.example.org/index.html", "https://a.example.org/"),
        ("a.example.org/dir/page.html", "https://a.example.org/dir/page.html"),
        ("mirror/a.example.org/dir/index.html?x=1", "https://a.example.org/dir/?x=1"),
        ("127.0.0.1:8123/page?id=1&x=a b", "http://127.0.0.1:8123/page?id=1&x=a%20b"),
        ("localhost/naïve café.html", "http://localhost/na%C3%AFve%20caf%C3%A9.html"),
        ("a.example.org/a%2Fb 100%.html", "https://a.example.org/a%2Fb%20100%25.html"),
        ("a.example.org+8080/page@id=1", "http://a.example.org:8080/page?id=1"),
        ("https/a.example.org/x", "https://a.example.org/x"),
        ("http/a.example.org/x", "http://a.example.org/x"),
        ("a.example.org/to/b.example.org/x", "https://a.example.org/to/b.example.org/x"),
        ("notes/page.html", None),
        ("my.files/page.html", None),
        ("page.example.html", None),
    ],
)
def test_a_path_in_a_mirror_stands_for_an_address(path: str, expected: str | None) -> None:
    assert url_of(path) == expected


def test_the_folder_that_was_named_may_lie_inside_the_mirror() -> None:
    assert url_of("page.html", root=("home", "a.example.org", "dir")) == "https://a.example.org/dir/page.html"


def test_the_scheme_is_that_of_the_links_to_the_own_host() -> None:
    assert url_of("a.example.org/x", b'<a href="http://a.example.org/y">') == "http://a.example.org/x"
    assert url_of("127.0.0.1/x", b'<a href="https://127.0.0.1/y">') == "https://127.0.0.1/x"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("page?id=2.html", "page?id=2"),
        ("x.php.html", "x.php"),
        ("gz.html.gz", "gz.html"),
        ("plain.html", "plain.html"),
        ("index.html", ""),
    ],
)
def test_what_wget_added_to_names_is_taken_off_again(name: str, expected: str) -> None:
    assert url_of(f"a.example.org/{name}", adjusted=True) == f"https://a.example.org/{expected}"
    assert adjusts_names([name, "other.html"]) == (name in {"page?id=2.html", "x.php.html"})


def test_names_with_a_query_and_no_extension_are_as_the_server_gave_them() -> None:
    assert not adjusts_names(["page?file=a.html", "page?id=1"])


@given(
    st.text(st.characters(blacklist_characters="/\0?", blacklist_categories=("Cs",)), min_size=1, max_size=20).filter(
        lambda name: name not in {".", "..", "index.html"}
    )
)
def test_any_file_name_gives_an_address_that_says_the_same(name: str) -> None:
    url = url_of(f"a.example.org/{quote(name, safe='')}")
    assert url is not None
    assert unquote(url) == f"https://a.example.org/{name}"
    assert url.isascii()


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        (
            (
                "<!--\n Page saved with SingleFile \n url: https://a.example/x?y=1 \n"
                " saved date: Mon Jan 01 2024 10:00:00 GMT+0100 (Central European Standard Time)\n-->"
            ),
            Origin("https://a.example/x?y=1", "singlefile", "2024-01-01T09:00:00Z"),
        ),
        (
            "<!-- Mirrored from a.example/dir/ by HTTrack Website Copier/3.x [XR&CO'2014], Sat, 21 Nov 2020 17:35:31 GMT -->",
            Origin("https://a.example/dir/", "httrack", "2020-11-21T17:35:31Z"),
        ),
        ("<!-- saved from url=(0019)https://a.example/x -->", Origin("https://a.example/x", "saved-from")),
        ("<!-- saved from url=(0014)about:internet -->", None),
        ("<!-- a comment -->", None),
    ],
)
def test_what_a_tool_wrote_into_the_page_is_believed(comment: str, expected: Origin | None) -> None:
    content = b"<!DOCTYPE html>\n" + comment.encode() + PAGE
    assert origin_in_page(content) == expected
    assert find_origin(["b.example.org", "x.html"], content) == (expected or Origin("https://b.example.org/x.html", "mirror"))


LOG = b"\n".join(
    [
        b"date\tsize'/'remotesize\tflags\tstatuscode\tstatus\tMIME\tEtag|Date\tURL\tlocalfile\t(from URL)",
        (
            b"10:00:00\t9/9\t---M--\t200\tadded\ttext/html\tdate:Sat,%2021%20Nov%202020%2017:35:04%20GMT\t"
            b"https://a.example/caf%c3%a9?x=1\t./a.example/caf%c3%a9a3ec.html\t(from )"
        ),
        b"10:00:01\t9/9\t---M--\t404\terror\ttext/html\tetag:x\thttps://a.example/gone.html\t./a.example/gone.d.delayed\t(from )",
        b"broken line",
    ]
)


def test_the_log_of_httrack_names_every_file() -> None:
    log = read_httrack_log(LOG)
    assert log == {
        "a.example/caféa3ec.html": Origin("https://a.example/caf%C3%A9?x=1", "httrack", "2020-11-21T17:35:04Z", 200),
        "a.example/gone.html": Origin("https://a.example/gone.html", "httrack", None, 404),
    }
    assert find_origin(["a.example", "caféa3ec.html"], PAGE, Mirror(log)) == log["a.example/caféa3ec.html"]


def test_the_files_of_httrack_itself_are_known_by_name() -> None:
    assert is_httrack_root(["hts-cache", "a.example"])
    assert not is_httrack_root(["index.html", "a.example"])
    assert is_own_file(["hts-cache", "new.zip"])
    assert is_own_file(["index.html"])
    assert not is_own_file(["a.example", "index.html"])


@given(st.binary(max_size=300))
def test_any_bytes_are_read_without_an_error(content: bytes) -> None:
    for start in (
        b"",
        b"<!-- saved from url=(0099)",
        b"<!-- Mirrored from ",
        b"<!--\n Page saved with SingleFile url: x saved date: ",
    ):
        origin_in_page(start + content)
    read_httrack_log(content + LOG)


@pytest.mark.parametrize(
    ("tool", "undecidable"),
    [("wget-r", set()), ("httrack", set()), ("wget-k-E", {"http://127.0.0.1:8123/noext"})],  # -E: noext.html may be both
)
def test_the_addresses_of_real_mirrors_are_found(tool: str, undecidable: set[str], shared: Path) -> None:
    root = shared / "data" / "fixtures" / "tools" / tool
    with (root.parent / "truth.tsv").open(encoding="utf-8") as lines:
        expected = {row["url"] for row in csv.DictReader(lines, delimiter="\t") if row["verdict"] == "page"}
    files = sorted(path for path in root.rglob("*") if path.is_file())
    is_httrack = is_httrack_root(path.name for path in root.iterdir())
    log = read_httrack_log((root / "hts-cache" / "new.txt").read_bytes()) if is_httrack else {}
    mirror = Mirror(log, adjusts_names(path.name for path in files))
    found = set()
    for path in files:
        parts = path.relative_to(root).parts
        if not (is_httrack and is_own_file(parts)):
            origin = find_origin(parts, path.read_bytes(), mirror)
            assert origin, path
            found.add(origin.url)
    assert expected - found == undecidable
    print(f"\n{tool}: {len(expected & found)} of {len(expected)} addresses right")
