"""Only public addresses are connected to, whatever name or form they hide behind."""

from __future__ import annotations

import socket
from time import monotonic

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpuskit.web.connections import AddressNotAllowedError, connect, is_public


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "127.255.255.254", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
     "224.0.0.1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
     "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:db8::1", "2001::1",
     "x", ""],
)  # fmt: skip
def test_private_and_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::"]
)
def test_public_addresses_are(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_wrapping_an_address_of_ipv4_changes_nothing(address: object) -> None:
    assert is_public(f"::ffff:{address}") == is_public(str(address))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "127.1", "0.0.0.0", "[::ffff:127.0.0.1]"])
def test_no_name_leads_to_this_machine(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        with pytest.raises((AddressNotAllowedError, OSError)) as caught:
            connect(host, server.getsockname()[1], monotonic() + 5, allow_private=False)
        assert caught.type is AddressNotAllowedError or host.startswith(("0x", "[")), "a form that this system does not know"
        with pytest.raises(TimeoutError):
            server.accept()


def test_it_connects_where_that_is_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        connect("localhost", server.getsockname()[1], monotonic() + 5, allow_private=True).close()


def test_a_name_that_is_none_is_an_error_of_the_system() -> None:
    for host in ("a..b", "x" * 300, "nothing.invalid"):
        with pytest.raises(OSError):  # its text is the system's
            connect(host, 80, monotonic() + 5, allow_private=False)


def test_after_the_deadline_nothing_is_tried() -> None:
    with pytest.raises(TimeoutError):
        connect("127.0.0.1", 1, monotonic() - 1, allow_private=True)
