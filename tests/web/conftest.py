"""A web server on this machine that does what a test tells it, and remembers who asked for what, and when."""

from __future__ import annotations

import contextlib
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from time import monotonic

import pytest

from corpuskit.web.visitor import VisitOptions, Visitor


@dataclass(frozen=True)
class Asked:
    """One request as the server saw it."""

    host: str
    path: str
    headers: dict[str, str]
    at: float


class Request(BaseHTTPRequestHandler):
    """One request, for a page that is a function."""

    server: _Server

    def do_GET(self) -> None:
        site = self.server.site
        host = self.headers["Host"].partition(":")[0]
        with site.lock:
            site.asked.append(Asked(host, self.path, {k.lower(): v for k, v in self.headers.items()}, monotonic()))
            site.under_way[host] = site.under_way.get(host, 0) + 1
            site.most_at_once = max(site.most_at_once, site.under_way[host])
        try:
            page = site.pages.get(self.path.partition("?")[0])
            if page is None:
                self.answer(404, b"nothing here")
            elif callable(page):
                page(self)
            else:
                self.answer(200, page)
        except (ConnectionError, ssl.SSLError):
            pass
        finally:
            with site.lock:
                site.under_way[host] -= 1

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        """A whole answer; `_` in the name of a header stands for `-`."""
        self.begin(status, **({"Content_Length": str(len(body))} | headers))
        self.wfile.write(body)

    def begin(self, status: int, **headers: str) -> None:
        """An answer without its body."""
        self.send_response(status)
        for name, value in ({"Content_Type": "text/html"} | headers).items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


Page = Callable[[Request], None] | bytes


class _Server(ThreadingHTTPServer):
    site: Site
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:  # type: ignore[override]
        pass  # a client that goes away is what some tests are about


@dataclass
class Site:
    """The server: its pages by path, and what it was asked."""

    port: int = 0
    scheme: str = "http"
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    under_way: dict[str, int] = field(default_factory=dict)
    most_at_once: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """The address of a page."""
        return f"{self.scheme}://{host}:{self.port}{path}"

    def paths(self, host: str | None = None) -> list[str]:
        """What was asked for, in order, without robots.txt."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt" and host in (None, asked.host)]

    def gaps(self, host: str = "127.0.0.1") -> list[float]:
        """The seconds between two requests to a host, robots.txt included."""
        times = [asked.at for asked in self.asked if asked.host == host]
        return [later - earlier for earlier, later in pairwise(times)]


def redirect(to: str, status: int = 302) -> Page:
    """A page that sends on."""
    return lambda request: request.answer(status, Location=to)


def typed(body: bytes, media_type: str) -> Page:
    """A page of a media type."""
    return lambda request: request.answer(200, body, Content_Type=media_type)


@contextlib.contextmanager
def serve(site: Site, address: str = "127.0.0.1", certificate: Path | None = None) -> Iterator[Site]:
    """Serve a site for a while."""
    server = _Server((address, 0), Request)
    server.site = site
    site.port = server.server_port
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        site.scheme = "https"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    """A site on 127.0.0.1."""
    with serve(Site()) as serving:
        yield serving


@pytest.fixture
def everywhere() -> Iterator[Site]:
    """A site that is many hosts: 127.0.0.1, 127.0.0.2 ..."""
    with serve(Site(), "0.0.0.0") as serving:
        yield serving


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate with its key, for 127.0.0.1 only, which nobody trusts."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "certificate.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    both = folder / "both.pem"
    both.write_text((folder / "key.pem").read_text() + (folder / "certificate.pem").read_text())
    return both


def visitor(**options: object) -> Visitor:
    """A visitor in a hurry who may visit this machine."""
    defaults: dict[str, object] = {"user_agent": "corpuskit/test", "delay": 0.0, "seconds": 10.0, "allow_private": True}
    return Visitor(VisitOptions(**defaults | options))  # type: ignore[arg-type]
