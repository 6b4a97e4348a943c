"""One request, one answer: the only module that speaks HTTP.

No cookies, no proxies, no connection that is kept open, no redirect followed: who asks decides what comes next. A body is read
up to a limit, also of what it inflates to, and a body that is not whole is no body.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPException
from time import monotonic
from urllib.parse import urlsplit

from urllib3.exceptions import HTTPError, ReadTimeoutError
from urllib3.exceptions import SSLError as BodySSLError
from urllib3.response import BaseHTTPResponse

from corpuskit.documents import Unread
from corpuskit.readers.codings import TooLargeError, UndecodableError
from corpuskit.readers.http import Response, decode_body
from corpuskit.reasons import Reason
from corpuskit.web.connections import AddressNotAllowedError, Encrypted, Plain, tls_context

_CHUNK = 64 * 1024
_ACCEPT = "text/html,application/xhtml+xml;q=0.9,text/plain;q=0.8,*/*;q=0.5"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said. The names of headers are in lower case; the body has no codings any more."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    at: str = ""  # UTC, ISO 8601, "Z"
    redirected_from: str | None = None
    cut: bool = False  # the limit was reached, and the beginning was asked for

    @property
    def is_good(self) -> bool:
        """Whether there is a page in it."""
        return 200 <= self.status < 300


@dataclass(frozen=True, slots=True)
class Asking:
    """How to ask. Time in seconds, size in bytes."""

    user_agent: str
    seconds: float = 30.0
    max_size: int = 32 * 1024 * 1024
    allow_private: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)
    keep_beginning: bool = False  # of a body beyond max_size, instead of refusing it


class _CutError(Exception):
    """The connection ended before the body did."""


def ask(url: str, asking: Asking) -> Answer | Unread:
    """GET an address that `read_url` made. What goes wrong comes back as an input that failed or was left out."""
    deadline = monotonic() + asking.seconds
    try:
        return _ask(url, asking, deadline)
    except AddressNotAllowedError as error:
        return Unread(url, "skipped", Reason.ADDRESS_NOT_ALLOWED, str(error))
    except TooLargeError:
        return Unread(url, "skipped", Reason.TOO_LARGE, f"more than {asking.max_size} bytes")
    except UndecodableError as error:
        return Unread(url, "failed", Reason.UNDECODABLE, str(error))
    except _CutError as error:
        return Unread(url, "failed", Reason.TRUNCATED, str(error))
    except (TimeoutError, ReadTimeoutError):
        return Unread(url, "failed", Reason.TIMEOUT, f"more than {asking.seconds:g} s")
    except ssl.SSLCertVerificationError as error:
        return Unread(url, "failed", Reason.TLS, error.verify_message or "the certificate is wrong")
    except (ssl.SSLError, BodySSLError) as error:
        return Unread(url, "failed", Reason.TLS, _one_line(getattr(error, "reason", None) or error))
    except OSError as error:
        return Unread(url, "failed", Reason.NETWORK, _one_line(error.strerror or error))
    except (HTTPException, HTTPError, ValueError) as error:
        return Unread(url, "failed", Reason.NETWORK, f"not HTTP: {_one_line(error)}")


def _ask(url: str, asking: Asking, deadline: float) -> Answer:
    parts = urlsplit(url)
    connection: Plain | Encrypted
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    if parts.scheme == "https":
        connection = Encrypted(host, parts.port, ssl_context=tls_context(), timeout=asking.seconds)
    else:
        connection = Plain(host, parts.port, timeout=asking.seconds)
    connection.deadline, connection.allow_private = deadline, asking.allow_private
    try:
        headers = {
            "User-Agent": asking.user_agent,
            "Accept": _ACCEPT,
            # the beginning of something compressed is of no use
            "Accept-Encoding": "identity" if asking.keep_beginning else "gzip, deflate, br",
            "Connection": "close",
        }
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", target, headers=headers | dict(asking.headers), preload_content=False, decode_content=False)
        response = connection.getresponse()
        said = {name.lower(): _readable(value) for name, value in response.headers.items()}
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        if not 200 <= response.status < 300:  # nobody reads the page behind an error
            return Answer(url, response.status, said, at=at)
        raw, cut = _read(response, asking)
        body = raw if cut else _decoded(raw, response.status, said, asking.max_size)
        return Answer(url, response.status, said, body, at, cut=cut)
    finally:
        connection.close()


def _read(response: BaseHTTPResponse, asking: Asking) -> tuple[bytes, bool]:
    """The body as it was sent, and whether only its beginning was kept. Raises TooLargeError and _CutError."""
    claim = response.headers.get("content-length", "")
    if claim.isdigit() and int(claim[:18]) > asking.max_size and not asking.keep_beginning:
        raise TooLargeError
    parts: list[bytes] = []
    size = 0
    try:
        while piece := response.read(_CHUNK, decode_content=False):
            parts.append(piece)
            size += len(piece)
            if size > asking.max_size:
                if not asking.keep_beginning:
                    raise TooLargeError
                return b"".join(parts)[: asking.max_size], True
    except (ReadTimeoutError, BodySSLError):
        raise
    except (HTTPError, HTTPException) as error:
        raise _CutError(f"{size} of {claim} bytes" if claim.isdigit() else f"after {size} bytes") from error
    return b"".join(parts), False


def _decoded(raw: bytes, status: int, headers: Mapping[str, str], limit: int) -> bytes:
    """The body without its content codings. Raises TooLargeError, UndecodableError and _CutError."""
    names = ("content-type", "content-encoding")
    said = {name.encode(): headers[name].encode("utf-8", "replace") for name in names if name in headers}
    body, missing = decode_body(Response(status, said, raw), limit)
    if missing:
        raise _CutError(missing)
    return body


def _readable(value: str) -> str:
    """A header as text: http.client hands out bytes as Latin-1, but those who leave ASCII mean UTF-8."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except ValueError:
        return value


def _one_line(error: object) -> str:
    return " ".join(str(error).split())[:300]
