"""`corpuskit fetch` through the command line, against a real server on this machine."""

from __future__ import annotations

import json
import signal
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
from tests.commands.conftest import OnTerminal, Start, article, saved_pages, wait_for
from tests.conftest import CorpusKit, Result
from tests.web.conftest import Request, Site, certificate, everywhere, redirect, serve, site, typed

__all__ = ["certificate", "everywhere", "site"]  # fixtures

FAST = ("--allow-private", "--delay", "0", "--no-clean")


def page(title: str) -> bytes:
    return article(title).encode()


def balanced(result: Result) -> dict[str, int]:
    """The sums of the rows, which have to balance."""
    rows = [
        dict(zip(result.out.splitlines()[0].split("\t"), line.split("\t"), strict=True)) for line in result.out.splitlines()[1:]
    ]
    names = ("read", "new", "known", "skipped", "failed")
    for row in rows:
        assert int(row["read"]) == sum(int(row[name]) for name in names[1:])
    return {name: sum(int(row[name]) for row in rows) for name in names}


def reasons(ck: CorpusKit) -> dict[str, str]:
    """Reason by location."""
    result = ck("errors", "-f", "jsonl", code=None)
    assert all(row["stage"] == "fetch" for row in result.rows())
    return {row["location"]: row["reason"] for row in result.rows()}


def listed(ck: CorpusKit, *options: str) -> list[dict[str, Any]]:
    return ck("list", "-f", "jsonl", "--fields", "id,url,location,source,title,fetched_at,encoding,tags,status", *options).rows()


def test_pages_are_fetched_stored_and_cleaned(ck: CorpusKit, site: Site) -> None:
    russian = article("Река").replace("The ferry", "Паром").encode("windows-1251")
    text = "The ferry crossed the river every morning before the market opened. " * 20
    site.pages = {
        "/1": page("River one"),
        "/2": redirect("/3"),
        "/3": typed(russian, "text/html; charset=windows-1251"),
        "/4": typed(text.encode(), "text/plain"),
    }
    urls = [site.url(path) for path in ("/1", "/2", "/4")]
    result = ck("fetch", *urls, "--allow-private", "--delay", "0", "--tag", "news")
    assert result.out == "source\tkind\tread\tnew\tknown\tskipped\tfailed\nurls\turls\t3\t3\t0\t0\t0\n"
    created, summary = result.err.splitlines()
    assert created == "created corpus.db"
    assert summary == "3 read = 3 new + 0 known + 0 skipped + 0 failed; 3 cleaned = 3 with text + 0 without + 0 failed"
    one, moved, plain = listed(ck)
    assert (one["url"], one["location"], one["source"], one["tags"]) == (urls[0], urls[0], "urls", ["news"])
    assert one["fetched_at"].endswith("Z")
    assert ck("show", "--raw", "1").out.encode() == site.pages["/1"]
    assert (moved["url"], moved["location"], moved["title"]) == (site.url("/3"), urls[1], "Река")
    assert f"redirected from {urls[1]}" in ck("why", "2").out
    (by_header,) = ck("list", "-f", "jsonl", "--fields", "id,encoding", "--where", "encoding_source = 'http'").rows()
    assert by_header == {"id": 2, "encoding": "windows-1251"}
    assert plain["url"] == urls[2]
    assert ck("check", "--data").out == "sound\n"
    (run,) = ck("log", "-f", "jsonl").rows()
    assert (run["command"], run["status"], run["counts"]["new"]) == ("fetch", "done", 3)


def test_a_second_time_nothing_is_asked_for(ck: CorpusKit, site: Site) -> None:
    site.pages = {"/1": page("One"), "/2": redirect("/3"), "/3": page("Three")}
    urls = (site.url("/1"), site.url("/2"))
    assert balanced(ck("fetch", *urls, *FAST))["new"] == 2
    count = len(site.asked)
    for again in (urls, (site.url("/3"), *urls)):
        assert balanced(ck("fetch", *again, *FAST))["known"] == len(again)
    assert len(site.asked) == count


def test_what_is_no_page_is_skipped_and_not_asked_for_again(ck: CorpusKit, site: Site) -> None:
    site.pages = {
        "/png": typed(b"\x89PNG\r\n\x1a\n" + bytes(100), "text/html"),
        "/pdf": typed(b"%PDF-1.4 " + bytes(100), "application/pdf"),
        "/script": typed(b"var x = '<html><body>';", "application/javascript"),
        "/json": typed(b'{"a": 1}', "application/json"),
        "/empty": b" \n",
        "/nothing": lambda request: request.answer(204),
    }
    urls = [site.url(path) for path in site.pages]
    for asked in ([*site.pages], ["/empty", "/nothing"]):  # a page may yet appear where there is nothing
        site.asked.clear()
        assert balanced(ck("fetch", *urls, *FAST)) == {"read": 6, "new": 0, "known": 0, "skipped": 6, "failed": 0}
        assert site.paths() == asked
        assert reasons(ck) == {
            **{site.url(path): "unsupported-type" for path in ("/png", "/pdf", "/script", "/json")},
            **{site.url(path): "empty" for path in ("/empty", "/nothing")},
        }


def test_what_fails_is_named_recorded_and_tried_again(ck: CorpusKit, site: Site) -> None:
    site.pages = {
        "/500": lambda request: request.answer(500),
        "/cut": lambda request: request.answer(200, page("Cut"), Content_Length="999999"),
        "/loop": redirect("/loop"),
        "/ssh": lambda request: request.wfile.write(b"SSH-2.0\r\n"),
        "/partial": lambda request: request.answer(206, page("Part")),
        "/unasked": lambda request: request.answer(304),
        "/good": page("Good"),
    }
    urls = [site.url(path) for path in ("/404", *site.pages)]
    result = ck("fetch", *urls, *FAST, code=3)
    assert balanced(result) == {"read": 8, "new": 1, "known": 0, "skipped": 0, "failed": 7}
    assert reasons(ck) == {
        **{site.url(path): "http-status" for path in ("/404", "/500", "/partial", "/unasked")},
        site.url("/cut"): "truncated",
        site.url("/loop"): "too-many-redirects",
        site.url("/ssh"): "network",
    }
    for url in reasons(ck):
        assert f"corpuskit: failed: {url}: " in result.err
    site.pages |= dict.fromkeys(("/404", *site.pages), page("Mended"))
    assert balanced(ck("fetch", *urls, *FAST)) == {"read": 8, "new": 7, "known": 1, "skipped": 0, "failed": 0}
    assert reasons(ck) == {}
    assert ck("check", "--data").out == "sound\n"


def test_bodies_without_bounds_cost_only_themselves(ck: CorpusKit, site: Site) -> None:
    import gzip

    left = threading.Event()

    def endless(request: Request) -> None:
        request.begin(200)
        while True:
            request.wfile.write(page("Endless"))

    def drip(request: Request) -> None:
        request.begin(200, Content_Length="100000")
        try:
            while not left.wait(0.05):
                request.wfile.write(b"x")
        except ConnectionError:
            left.set()

    bomb = gzip.compress(bytes(100_000_000))
    site.pages = {
        "/bomb": lambda request: request.answer(200, bomb, Content_Encoding="gzip"),
        "/endless": endless,
        "/drip": drip,
        "/good": page("Good"),
    }
    urls = [site.url(path) for path in site.pages]
    result = ck("fetch", *urls, *FAST, "--timeout", "2", "--max-size", "1M", code=3)
    assert balanced(result) == {"read": 4, "new": 1, "known": 0, "skipped": 2, "failed": 1}
    assert reasons(ck) == {site.url("/bomb"): "too-large", site.url("/endless"): "too-large", site.url("/drip"): "timeout"}
    assert left.wait(30), "the slow server is still listened to"


def test_a_certificate_is_never_taken_on_trust(ck: CorpusKit, certificate: Path) -> None:
    with serve(Site(pages={"/": page("Secret")}), certificate=certificate) as secret:
        assert balanced(ck("fetch", secret.url(), *FAST, code=3))["failed"] == 1
        assert reasons(ck) == {secret.url(): "tls"}
        assert secret.asked == []
        trusted = {"SSL_CERT_FILE": str(certificate)}
        assert balanced(ck("fetch", secret.url(), *FAST, env=trusted))["new"] == 1


# Lists


HOSTILE_LIST = (
    "\ufeff{base}/1\r\n\r\n# comment\r\n{base}/2#part\n{base}/1\nfile:///etc/passwd\njavascript:alert(1)\n  {base}/3  \n\x00\n"
)


def test_a_list_is_read_as_people_write_it(ck: CorpusKit, site: Site, tmp_path: Path) -> None:
    site.pages = {f"/{number}": page(f"Page {number}") for number in range(1, 4)}
    (tmp_path / "list.txt").write_bytes(HOSTILE_LIST.format(base=site.url("")).encode())
    result = ck("fetch", "--files-from", "list.txt", *FAST, "-v")
    assert balanced(result) == {"read": 6, "new": 3, "known": 0, "skipped": 3, "failed": 0}
    assert result.out.splitlines()[1].split("\t")[:2] == ["list.txt", "urls"]
    assert reasons(ck) == {
        "list.txt#5": "already-read",
        "file:///etc/passwd": "bad-url",
        "javascript:alert(1)": "bad-url",
    }
    assert sorted(site.paths()) == ["/1", "/2", "/3"]
    assert "skipped: file:///etc/passwd" in result.err


def test_private_addresses_are_refused_unless_they_are_allowed(ck: CorpusKit, site: Site) -> None:
    site.pages = {"/": page("Inside")}
    urls = [site.url(host=host) for host in ("127.0.0.1", "localhost", "[::1]", "2130706433")]
    urls += ["http://169.254.169.254/latest/meta-data/", "http://10.255.255.1/", "http://[::ffff:127.0.0.1]/"]
    result = ck("fetch", *urls, "--no-clean")
    assert balanced(result) == {"read": 7, "new": 0, "known": 0, "skipped": 7, "failed": 0}
    assert set(reasons(ck).values()) == {"address-not-allowed"}
    assert site.asked == []


def test_a_list_from_stdin_also_with_nul(ck: CorpusKit, site: Site) -> None:
    site.pages = {"/1": page("One"), "/2": page("Two")}
    both = [site.url("/1"), site.url("/2")]
    result = ck("fetch", "--files-from", "-", *FAST, input="\n".join(both))
    assert result.out.splitlines()[1] == "-\turls\t2\t2\t0\t0\t0"
    assert balanced(ck("fetch", "--files-from", "-", "-0", *FAST, input="\0".join(both)))["known"] == 2


def test_several_sources_have_a_row_each(ck: CorpusKit, site: Site, tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_text(site.url("/2"))
    sitemap = f"<urlset>{''.join(f'<url><loc>{site.url(path)}</loc></url>' for path in ('/2', '/3', '/4', '/5'))}</urlset>"
    feed = f"<rss><channel><item><link>{site.url('/6')}</link></item></channel></rss>"
    site.pages = {f"/{number}": page(f"Page {number}") for number in range(1, 7)}
    site.pages |= {
        "/sitemap.xml": typed(sitemap.encode(), "application/xml"),
        "/feed": typed(feed.encode(), "application/rss+xml"),
    }
    rows = ck(
        "fetch", site.url("/1"), "--files-from", "list.txt", "--sitemap", site.url("/sitemap.xml"), "--feed", site.url("/feed"),
        "-n", "3", *FAST, "-f", "jsonl",
    ).rows()  # fmt: skip
    assert [(row["source"], row["kind"], row["new"], row["skipped"]) for row in rows] == [
        ("urls", "urls", 1, 0),
        ("list.txt", "urls", 1, 0),
        (site.url("/sitemap.xml"), "sitemap", 2, 1),
        (site.url("/feed"), "feed", 1, 0),
    ]
    assert "/5" not in site.paths(), "that is beyond the limit"


def test_a_sitemap_that_cannot_be_had_is_a_failure(ck: CorpusKit, site: Site) -> None:
    site.pages = {"/page": page("No sitemap")}
    result = ck("fetch", "--sitemap", site.url("/none.xml"), "--feed", site.url("/page"), *FAST, code=3)
    assert balanced(result)["failed"] == 2
    assert reasons(ck) == {site.url("/none.xml"): "http-status", site.url("/page"): "bad-record"}


def test_a_host_stands_for_its_sitemaps(ck: CorpusKit, site: Site) -> None:
    sitemap = f"<urlset><url><loc>{site.url('/1')}</loc></url></urlset>".encode()
    site.pages = {"/robots.txt": f"Sitemap: {site.url('/s')}".encode(), "/s": sitemap, "/1": page("One")}
    assert balanced(ck("fetch", "--sitemap", site.url(), *FAST))["new"] == 1


# Politeness


def test_robots_txt_is_obeyed_unless_it_is_ignored(ck: CorpusKit, site: Site) -> None:
    site.pages = {"/robots.txt": b"User-agent: *\nDisallow: /no", "/no": page("No"), "/yes": page("Yes")}
    urls = (site.url("/no"), site.url("/yes"))
    assert balanced(ck("fetch", *urls, *FAST)) == {"read": 2, "new": 1, "known": 0, "skipped": 1, "failed": 0}
    assert reasons(ck) == {site.url("/no"): "robots"}
    assert site.paths() == ["/yes"]
    assert balanced(ck("fetch", *urls, *FAST, "--ignore-robots"))["new"] == 1
    assert reasons(ck) == {}


def test_robots_txt_knows_us_by_our_name(ck: CorpusKit, site: Site) -> None:
    site.pages = {"/robots.txt": b"User-agent: mybot\nDisallow: /", "/": page("Page")}
    assert balanced(ck("fetch", site.url(), *FAST, "--user-agent", "MyBot/2 (me@a.example)"))["skipped"] == 1
    assert balanced(ck("fetch", site.url(), *FAST))["new"] == 1
    assert site.asked[0].headers["user-agent"] == "MyBot/2 (me@a.example)"
    assert site.asked[-1].headers["user-agent"].startswith("corpuskit/")


def test_one_request_at_a_time_and_a_pause(ck: CorpusKit, site: Site) -> None:
    site.pages = {f"/{number}": page(f"Page {number}") for number in range(4)}
    ck("fetch", *(site.url(path) for path in site.pages), "--allow-private", "--delay", "0.3", "--no-clean")
    assert len(site.gaps()) == 4
    assert min(site.gaps()) >= 0.3
    assert site.most_at_once == 1


def test_many_hosts_take_turns(ck: CorpusKit, everywhere: Site) -> None:
    hosts = [f"127.0.0.{number}" for number in range(1, 10)]
    everywhere.pages = {f"/{number}": page(f"Page {number}") for number in range(3)}
    urls = [everywhere.url(path, host) for host in hosts for path in everywhere.pages]
    result = ck("fetch", *urls, "--allow-private", "--delay", "0.4", "--no-clean")
    assert balanced(result)["new"] == 27
    order = [asked.host for asked in everywhere.asked]
    for host in hosts:
        assert everywhere.paths(host) == ["/0", "/1", "/2"], "in the order of the list"
        assert min(everywhere.gaps(host)) >= 0.4
    last_first = max(order.index(host) for host in hosts)
    first_third = next(place for place, host in enumerate(order) if order[:place].count(host) == 2)
    assert last_first < first_third, "every host was asked before any was asked a third time"
    assert everywhere.most_at_once == 1


def test_a_busy_server_is_waited_for_and_one_that_is_very_busy_is_left(ck: CorpusKit, site: Site) -> None:
    waits = ["1"]

    def busy(request: Request) -> None:
        request.answer(429, Retry_After=waits.pop()) if waits else request.answer(200, page("At last"))

    site.pages = {"/": busy, "/very": lambda request: request.answer(503, Retry_After="86400"), "/after": page("Never asked for")}
    result = ck("fetch", site.url(), site.url("/very"), site.url("/after"), *FAST, code=3)
    assert balanced(result) == {"read": 3, "new": 1, "known": 0, "skipped": 0, "failed": 2}
    assert site.paths() == ["/", "/", "/very"]
    assert site.gaps()[1] >= 1
    assert set(reasons(ck).values()) == {"http-status"}


# What has changed


def versioned(content: list[bytes], *, heeds: bool = True) -> Any:
    """A page with an ETag, which is its number; `content` can be appended to."""

    def answer(request: Request) -> None:
        tag = f'"{len(content)}"'
        if heeds and request.headers["If-None-Match"] == tag:
            return request.answer(304, ETag=tag)
        return request.answer(200, content[-1], ETag=tag, Last_Modified="Wed, 21 Oct 2015 07:28:00 GMT")

    return answer


def test_an_update_asks_whether_a_page_has_changed(ck: CorpusKit, site: Site) -> None:
    changing, same, silent = [page("Before")], [page("Same")], [page("Silent")]
    site.pages = {"/a": versioned(changing), "/b": versioned(same), "/c": versioned(silent, heeds=False)}
    urls = [site.url(path) for path in site.pages]
    ck("fetch", *urls, *FAST)
    site.asked.clear()
    assert balanced(ck("fetch", *urls, *FAST, "--update")) == {"read": 3, "new": 0, "known": 3, "skipped": 0, "failed": 0}
    headers = [asked.headers for asked in site.asked if asked.path != "/robots.txt"]
    assert [found["if-none-match"] for found in headers] == ['"1"'] * 3
    assert {found["if-modified-since"] for found in headers} == {"Wed, 21 Oct 2015 07:28:00 GMT"}
    changing.append(page("After"))
    assert balanced(ck("fetch", *urls, "--allow-private", "--delay", "0", "--update"))["new"] == 1
    assert [row["title"] for row in listed(ck) if row["url"] == urls[0]] == ["After"]
    everything = [row for row in listed(ck, "--all") if row["url"] == urls[0]]
    assert [(row["title"], row["status"]) for row in everything] == [("Before", "dropped"), ("After", "kept")]
    site.asked.clear()
    ck("fetch", *urls, *FAST, "--update")
    assert site.asked[1].headers["if-none-match"] == '"2"', "asked with what came last"
    assert ck("check", "--data").out == "sound\n"


# Interruptions


@pytest.mark.parametrize(("number", "code"), [(signal.SIGKILL, -9), (signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_goes_on_where_it_stopped(
    ck: CorpusKit, start: Start, site: Site, tmp_path: Path, number: signal.Signals, code: int
) -> None:
    go_on = threading.Event()

    def slow(request: Request) -> None:
        go_on.wait(60)
        request.answer(200, page("Slow"))

    site.pages = {"/1": page("One"), "/2": page("Two"), "/3": slow, "/4": page("Four")}
    arguments = ("fetch", *(site.url(path) for path in site.pages), *FAST, "--timeout", "60")
    process: subprocess.Popen[bytes] = start(*arguments)
    wait_for(lambda: "/3" in site.paths() and saved_pages(tmp_path / "corpus.db") == 2, "two pages are not saved")
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == code
    assert b"Traceback" not in err
    assert out == b""
    go_on.set()
    assert ck("check", "--data").out == "sound\n"
    assert json.loads(ck("stats", "-f", "json").out)["pages"] == 2
    assert balanced(ck(*arguments)) == {"read": 4, "new": 2, "known": 2, "skipped": 0, "failed": 0}
    assert site.paths() == ["/1", "/2", "/3", "/3", "/4"]
    assert [run["status"] for run in ck("log", "-f", "jsonl").rows()] == ["interrupted", "done"]


# Wrong use, and the terminal


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((), "nothing to fetch"),
        (("--files-from", "missing.txt"), "cannot read missing.txt"),
        (("--sitemap", "file:///etc/passwd"), "cannot fetch file:///etc/passwd"),
        (("http://a.example/", "--user-agent", "a\r\nb: c"), "--user-agent"),
        (("http://a.example/", "--delay", "-1"), "--delay"),
        (("http://a.example/", "--max-size", "x"), "--max-size"),
    ],
)
def test_wrong_use_is_one_line_and_no_corpus(ck: CorpusKit, tmp_path: Path, arguments: tuple[str, ...], complaint: str) -> None:
    result = ck("fetch", *arguments, code=2)
    assert result.out == ""
    assert complaint in result.err.splitlines()[0]
    assert result.err.startswith("corpuskit: ")
    assert list(tmp_path.iterdir()) == []


def test_an_argument_that_is_no_text_is_refused_like_any_other(ck: CorpusKit) -> None:
    assert balanced(ck("fetch", "http://\udcff/", "\udcff", *FAST))["skipped"] == 2


def test_progress_is_drawn_on_a_terminal_only(ck: CorpusKit, on_terminal: OnTerminal, site: Site) -> None:
    site.pages = {"/1": page("One"), "/2": page("Two")}
    assert "fetching" in on_terminal("fetch", site.url("/1"), *FAST).err
    assert "fetching" not in ck("fetch", site.url("/2"), *FAST).err
