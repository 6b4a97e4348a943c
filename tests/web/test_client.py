"""One request: whatever a server does, there is an answer or a reason, in bounded time and memory."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import brotli
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.web.conftest import Request, Site, serve

from corpuskit.documents import Unread
from corpuskit.reasons import Reason
from corpuskit.web import connections
from corpuskit.web.client import Answer, Asking, ask

PAGE = b"<html><body>" + b"<p>A page about the river.</p>" * 100 + b"</body></html>"


def get(url: str, **options: object) -> Answer | Unread:
    defaults: dict[str, object] = {"user_agent": "corpuskit/test", "allow_private": True, "seconds": 10.0}
    return ask(url, Asking(**defaults | options))  # type: ignore[arg-type]


def got(url: str, **options: object) -> Answer:
    answer = get(url, **options)
    assert isinstance(answer, Answer), answer
    return answer


def lost(url: str, **options: object) -> Unread:
    answer = get(url, **options)
    assert isinstance(answer, Unread), answer
    assert answer.location == url
    return answer


def test_a_page_comes_with_its_status_headers_and_time(site: Site) -> None:
    site.pages["/"] = lambda request: request.answer(200, PAGE, Content_Type="text/html; charset=ü", ETag='"1"')
    answer = got(site.url())
    assert (answer.status, answer.body, answer.url) == (200, PAGE, site.url())
    assert (answer.headers["content-type"], answer.headers["etag"]) == ("text/html; charset=ü", '"1"')
    assert answer.at.endswith("Z")


def test_a_request_says_who_asks_and_keeps_nothing(site: Site) -> None:
    site.pages["/"] = lambda request: request.answer(200, PAGE, Set_Cookie="a=b")
    got(site.url("/?q=%20"), headers={"If-None-Match": '"1"'})
    got(site.url())
    first, second = site.asked
    assert first.path == "/?q=%20"
    assert first.headers["user-agent"] == "corpuskit/test"
    assert first.headers["if-none-match"] == '"1"'
    assert first.headers["connection"] == "close"
    assert "cookie" not in second.headers


def test_the_proxy_of_the_environment_is_not_asked(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.pages["/"] = PAGE
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert got(site.url()).body == PAGE


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(PAGE)),
        ("deflate", zlib.compress(PAGE)),
        ("br", brotli.compress(PAGE)),
        ("gzip, br", brotli.compress(gzip.compress(PAGE))),
        ("identity", PAGE),
        ("gzip", PAGE),  # it says so, and it is not
    ],
)
def test_content_codings_are_undone(site: Site, coding: str, body: bytes) -> None:
    site.pages["/"] = lambda request: request.answer(200, body, Content_Encoding=coding)
    assert got(site.url()).body == PAGE


def test_chunks_are_put_together(site: Site) -> None:
    def page(request: Request) -> None:
        request.protocol_version = "HTTP/1.1"
        request.begin(200, Transfer_Encoding="chunked")
        for start in range(0, len(PAGE), 1000):
            piece = PAGE[start : start + 1000]
            request.wfile.write(b"%x\r\n%s\r\n" % (len(piece), piece))
        request.wfile.write(b"0\r\n\r\n")

    site.pages["/"] = page
    assert got(site.url()).body == PAGE


def test_an_error_and_a_redirect_are_answers_without_a_body(site: Site) -> None:
    site.pages["/moved"] = lambda request: request.answer(301, PAGE, Location="/")
    assert (got(site.url()).status, got(site.url()).body) == (404, b"")
    moved = got(site.url("/moved"))
    assert (moved.status, moved.headers["location"]) == (301, "/")
    assert site.paths() == ["/", "/", "/moved"], "nothing was followed"


# Bodies that lie


def test_a_length_that_is_too_long_is_a_page_cut_off(site: Site) -> None:
    site.pages["/"] = lambda request: request.answer(200, PAGE, Content_Length=str(len(PAGE) + 10))
    problem = lost(site.url())
    assert (problem.status, problem.reason) == ("failed", Reason.TRUNCATED)
    assert str(len(PAGE) + 10) in problem.detail


def test_a_length_that_is_too_short_is_the_length(site: Site) -> None:
    site.pages["/"] = lambda request: request.answer(200, PAGE, Content_Length="100")
    assert got(site.url()).body == PAGE[:100]


@pytest.mark.parametrize("length", ["x", "-1", "1e3", ""])
def test_a_length_that_is_no_number_is_not_heeded(site: Site, length: str) -> None:
    site.pages["/"] = lambda request: request.answer(200, PAGE, Content_Length=length)
    assert got(site.url()).body == PAGE


def test_chunks_that_end_too_early_are_a_page_cut_off(site: Site) -> None:
    def page(request: Request) -> None:
        request.protocol_version = "HTTP/1.1"
        request.begin(200, Transfer_Encoding="chunked")
        request.wfile.write(b"1000\r\n" + PAGE[:100])

    site.pages["/"] = page
    assert lost(site.url()).reason is Reason.TRUNCATED


def test_a_compressed_body_that_ends_too_early_is_a_page_cut_off(site: Site) -> None:
    site.pages["/"] = lambda request: request.answer(200, gzip.compress(PAGE)[:-12], Content_Encoding="gzip")
    assert lost(site.url()).reason is Reason.TRUNCATED


def test_a_gzip_bomb_is_not_inflated(site: Site) -> None:
    bomb = gzip.compress(bytes(200_000_000))
    site.pages["/"] = lambda request: request.answer(200, bomb, Content_Encoding="gzip")
    tracemalloc.start()
    problem = lost(site.url(), max_size=1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (problem.status, problem.reason) == ("skipped", Reason.TOO_LARGE)
    assert peak < 10_000_000


def endless(request: Request) -> None:
    """A body without an end."""
    request.begin(200)
    while True:
        request.wfile.write(PAGE)


def test_an_endless_body_is_left(site: Site) -> None:
    site.pages["/"] = endless
    assert lost(site.url(), max_size=1_000_000).reason is Reason.TOO_LARGE


def test_the_beginning_of_an_endless_body_can_be_kept(site: Site) -> None:
    site.pages["/"] = endless
    answer = got(site.url(), max_size=1_000, keep_beginning=True)
    assert (answer.body, answer.cut) == (PAGE[:1_000], True)


def test_a_body_of_just_the_limit_is_kept(site: Site) -> None:
    site.pages["/"] = PAGE
    assert got(site.url(), max_size=len(PAGE)).body == PAGE
    assert lost(site.url(), max_size=len(PAGE) - 1).reason is Reason.TOO_LARGE


# Servers that take their time


@pytest.mark.parametrize("part", ["body", "headers", "continue"])
def test_a_byte_now_and_then_gains_no_time(site: Site, part: str) -> None:
    left, given_up = threading.Event(), 60

    def drip(request: Request) -> None:
        if part == "body":
            request.begin(200, Content_Length="1000000")
        elif part == "headers":
            request.wfile.write(b"HTTP/1.0 200 OK\r\nX-Long: ")
        try:
            for _ in range(given_up * 20):
                request.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n" if part == "continue" else b"x")
                time.sleep(0.05)
        except ConnectionError:
            left.set()

    site.pages["/"] = drip
    problem = lost(site.url(), seconds=0.4)
    assert (problem.status, problem.reason) == ("failed", Reason.TIMEOUT)
    assert left.wait(given_up / 2), "the connection is still open"


def test_silence_is_a_timeout(site: Site) -> None:
    done = threading.Event()
    site.pages["/"] = lambda _: done.wait(30) and None
    assert lost(site.url(), seconds=0.2).reason is Reason.TIMEOUT
    done.set()


# Encryption


@contextmanager
def trusting(certificate: Path) -> Iterator[None]:
    """Trust one certificate more."""
    connections.tls_context.cache_clear()
    connections.tls_context().load_verify_locations(certificate)
    yield
    connections.tls_context.cache_clear()


def test_a_certificate_has_to_be_right(certificate: Path) -> None:
    with serve(Site(pages={"/": PAGE}), certificate=certificate) as site:
        problem = lost(site.url())
        assert (problem.status, problem.reason) == ("failed", Reason.TLS)
        assert "certificate" in problem.detail
        with trusting(certificate):
            assert got(site.url()).body == PAGE
            assert lost(site.url(host="localhost")).reason is Reason.TLS, "it is for another name"
        assert lost(site.url()).reason is Reason.TLS
        assert len(site.asked) == 1, "the request went out only where the certificate was right"


def test_an_encrypted_drip_gains_no_time_either(certificate: Path) -> None:
    def drip(request: Request) -> None:
        request.begin(200, Content_Length="1000000")
        for _ in range(1_000):
            request.wfile.write(b"x")
            time.sleep(0.05)

    with serve(Site(pages={"/": drip}), certificate=certificate) as site, trusting(certificate):
        assert lost(site.url(), seconds=0.6).reason is Reason.TIMEOUT


def test_a_server_that_does_not_encrypt_is_not_believed(site: Site) -> None:
    site.pages["/"] = PAGE
    assert lost(site.url().replace("http:", "https:")).reason is Reason.TLS


def test_no_old_encryption() -> None:
    context = connections.tls_context()
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2


# What is no HTTP


@contextmanager
def speaking(answer: bytes) -> Iterator[str]:
    """The address of a server that answers everything with these bytes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def run() -> None:
            stream, _ = server.accept()
            with stream:
                stream.recv(65536)
                stream.sendall(answer)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        thread.join(5)


@pytest.mark.parametrize(
    "answer",
    [b"", b"\0\0\0", b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
     b"HTTP/1.1 200 OK\r\nContent-Length: 3, 4\r\n\r\nabc", b"HTTP/1.1 200 " + b"x" * 100_000],
)  # fmt: skip
def test_what_is_no_http_is_a_failure(answer: bytes) -> None:
    with speaking(answer) as url:
        problem = lost(url)
    assert (problem.status, problem.reason) == ("failed", Reason.NETWORK)
    assert "\n" not in problem.detail


@given(head=st.binary(max_size=60), body=st.binary(max_size=200), begins_well=st.booleans())
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_a_server_says_a_value_comes_back(head: bytes, body: bytes, begins_well: bool) -> None:
    with speaking((b"HTTP/1.1 200 OK\r\n" if begins_well else b"") + head + b"\r\n\r\n" + body) as url:
        assert isinstance(get(url, seconds=5.0), Answer | Unread)


def test_nobody_there_is_a_failure() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert lost(f"http://127.0.0.1:{port}/").reason is Reason.NETWORK


def test_a_private_address_is_not_asked(site: Site) -> None:
    site.pages["/"] = PAGE
    for host in ("127.0.0.1", "localhost", "2130706433"):
        problem = lost(site.url(host=host), allow_private=False)
        assert (problem.status, problem.reason, problem.detail) == ("skipped", Reason.ADDRESS_NOT_ALLOWED, "127.0.0.1")
    assert site.asked == []
