"""Addresses of pages as people and servers write them: lists of them, relative ones, and one form for each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

SCHEMES = ("http", "https")
_PORTS = {"http": 80, "https": 443}
_BARE_HOST = re.compile(r"(?:[\w-]+\.)+[^\W\d][\w-]*(?::\d{1,5})?(?:[/?#]|\Z)")  # ex.org/2: everybody means https
_IGNORED = "\0\ufeff\u200b"  # what editors and spreadsheets leave around a line
_SAFE = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"<>\\^`{|}')
_LONGEST = 8_000  # characters; no server takes more


class BadUrlError(ValueError):
    """Not an address that can be fetched; `str()` says why."""


def read_url(text: str, base: str | None = None) -> str:
    """The address as it is requested and stored: with its scheme, percent-encoded, without a fragment.

    `base` is the page that a relative address stands on. Raises BadUrlError.
    """
    try:
        return _read(text, base)
    except BadUrlError:
        raise
    except ValueError as error:  # what urllib.parse and the IDNA codec say of broken addresses
        raise BadUrlError(str(error).partition("\n")[0]) from None


def _read(text: str, base: str | None) -> str:
    text = re.sub(r"[\t\r\n]", "", text.strip().strip(_IGNORED).strip())
    if base is None and _BARE_HOST.match(text):
        text = f"https://{text}"
    url = urlsplit(text if base is None else urljoin(base, text))
    if len(text) > _LONGEST:
        raise BadUrlError("too long")
    if url.scheme not in SCHEMES:
        raise BadUrlError(f"the scheme is {url.scheme}:" if url.scheme else "no http:// or https:// before it")
    if not url.hostname:
        raise BadUrlError("no host")
    if "@" in url.netloc:
        raise BadUrlError("a user name or password in it")
    host = _host(url.hostname)
    port = url.port
    netloc = host if port is None or port == _PORTS[url.scheme] else f"{host}:{port}"
    return urlunsplit((url.scheme, netloc, _encoded(url.path) or "/", _encoded(url.query), ""))


def _host(name: str) -> str:
    """The name of a host in ASCII, lower case."""
    if ":" in name:
        return f"[{name.partition('%')[0]}]"
    name = name if name.isascii() else name.encode("idna").decode("ascii")
    if not re.fullmatch(r"[A-Za-z0-9._-]+", name) or ".." in name or name.startswith("."):
        raise BadUrlError("not the name of a host")
    return name.lower().removesuffix(".")


def _encoded(part: str) -> str:
    return quote(part, safe=_SAFE, errors="replace")


def host_of(url: str) -> str:
    """The host whose turn a request takes; ports of one host are one host."""
    return urlsplit(url).hostname or ""


def origin_of(url: str) -> str:
    """Scheme, host and port: what one robots.txt is for."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def listed_urls(content: bytes, *, null: bool = False) -> Iterator[tuple[int, str]]:
    """The entries of a list with their numbers: one a line, or one before each NUL. Empty lines and `#` comments are none."""
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    text = content.decode(encoding, "replace")
    for number, line in enumerate(text.split("\0") if null else re.split(r"\r\n|\n|\r", text), start=1):
        entry = line.strip().strip(_IGNORED).strip()
        if entry and not entry.startswith("#"):
            yield number, entry
