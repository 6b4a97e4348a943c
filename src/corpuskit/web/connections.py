"""Connections that keep what a request promises: only to addresses that are allowed, and not beyond a moment.

The address that a name stands for is looked up once, checked, and connected to: there is no second look-up that could give
another one. The other end is checked once more when the connection stands. Every read waits for what is left of the time and
no longer, so that a server which sends a byte now and then gains nothing.
"""

from __future__ import annotations

import ipaddress
import queue
import socket
import ssl
import threading
from functools import cache
from time import monotonic
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class AddressNotAllowedError(Exception):
    """The host is at an address that is not public; `str()` is the address."""


class _UntilDeadline(socket.socket):
    """A socket that reads until a moment (of the monotonic clock)."""

    deadline = float("inf")

    def recv_into(self, *arguments: Any, **options: Any) -> int:
        self.settimeout(left(self.deadline))
        return super().recv_into(*arguments, **options)


class _TLSUntilDeadline(ssl.SSLSocket):
    """The same, encrypted."""

    deadline = float("inf")

    def recv_into(self, *arguments: Any, **options: Any) -> int:
        self.settimeout(left(self.deadline))
        return super().recv_into(*arguments, **options)


class Plain(HTTPConnection):
    """http. `deadline` and `allow_private` are set before it connects."""

    deadline = float("inf")
    allow_private = False

    def _new_conn(self) -> socket.socket:
        return connect(self.host, self.port or 80, self.deadline, allow_private=self.allow_private)


class Encrypted(HTTPSConnection):
    """https. The certificate has to be right, always."""

    deadline = float("inf")
    allow_private = False

    def _new_conn(self) -> socket.socket:
        return connect(self.host, self.port or 443, self.deadline, allow_private=self.allow_private)

    def connect(self) -> None:
        super().connect()
        assert isinstance(self.sock, _TLSUntilDeadline)
        self.sock.deadline = self.deadline


@cache
def tls_context() -> ssl.SSLContext:
    """Whom to trust: the authorities of this system (and $SSL_CERT_FILE), and those of certifi where a system has none."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    context.sslsocket_class = _TLSUntilDeadline
    return context


def left(deadline: float) -> float | None:
    """The seconds until a moment. Raises TimeoutError when it has passed."""
    if deadline == float("inf"):
        return None
    seconds = deadline - monotonic()
    if seconds <= 0:
        raise TimeoutError
    return seconds


def connect(host: str, port: int, deadline: float, *, allow_private: bool) -> socket.socket:
    """A connection to the host. Raises AddressNotAllowedError, OSError and, at the deadline, TimeoutError."""
    found = _look_up(host.strip("[]"), port, deadline)
    allowed = [entry for entry in found if allow_private or is_public(str(entry[4][0]))]
    if not allowed:
        raise AddressNotAllowedError(found[0][4][0])
    failure = OSError("no address")
    for tried, (family, _, protocol, _, address) in enumerate(allowed):
        seconds = left(deadline)
        stream = _UntilDeadline(family, socket.SOCK_STREAM, protocol)
        stream.deadline = deadline
        stream.settimeout(None if seconds is None else seconds / (len(allowed) - tried))
        try:
            stream.connect(address)
            stream.settimeout(left(deadline))
            peer = str(stream.getpeername()[0])
            if not (allow_private or is_public(peer)):
                raise AddressNotAllowedError(peer)
        except OSError as error:
            stream.close()
            failure = error
        except BaseException:
            stream.close()
            raise
        else:
            return stream
    raise failure


def _look_up(host: str, port: int, deadline: float) -> list[Any]:
    """The addresses of a host. The system's own look-up knows no time limit, so it is left behind when it takes too long."""
    answer: queue.SimpleQueue[list[Any] | OSError] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except OSError as error:
            answer.put(error)
        except ValueError as error:  # a label of the name that is empty or too long
            answer.put(OSError(str(error)))

    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answer.get(timeout=left(deadline))
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(found, OSError):
        raise found
    return found


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, also behind the forms in which IPv6 wraps one of IPv4."""
    try:
        ip: ipaddress.IPv4Address | ipaddress.IPv6Address | None = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        if ip in _NAT64:
            return is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
        if (inner := ip.ipv4_mapped or ip.sixtofour) is not None:
            return is_public(str(inner))
        if ip.teredo is not None or ip.is_site_local:
            return False
    return bool(ip and ip.is_global and not ip.is_multicast and not ip.is_reserved)
