"""Which addresses may be contacted."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from publiccode.harvesters.address_guard import AddressGuard, is_public
from publiccode.harvesters.errors import AccessDenied, HostUnavailable

PUBLIC = ["1.1.1.1", "140.109.4.4", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "192.88.98.1"]
INNER = [
    *("10.0.0.1", "172.16.0.1", "192.168.1.1", "127.0.0.1", "127.255.255.254", "0.0.0.0", "169.254.169.254"),
    *("100.64.0.1", "192.0.2.1", "198.51.100.1", "203.0.113.1", "198.18.0.1", "192.0.0.8", "192.88.99.1"),
    *("224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
    *("::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1", "fec0::1", "100::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1"),
    *("64:ff9b::a9fe:a9fe", "64:ff9b::7f00:1", "64:ff9b:1::1"),
    *("2002:7f00:1::", "2002:a00:1::1", "2002:808:808::1", "2001::1", "2001:db8::1", "3fff::1"),
]


def named(*addresses: str) -> Any:
    """A resolver that gives every name these addresses."""
    return lambda host, port, *_: [
        (socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
        for address in addresses
    ]


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_let_through(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", INNER)
def test_an_address_that_is_not_public_is_refused(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "host", ["2130706433", "0177.0.0.1", "0x7f.1", "127.1", "127.0.0.1.", "[::1]", "0", "localhost"]
)
def test_every_way_to_write_this_machine_is_refused(host: str) -> None:
    with pytest.raises(AccessDenied) as refusal:
        AddressGuard().addresses(host, 80)
    name = host.strip("[]").rstrip(".")
    address = refusal.value.message.values[1][1]
    entry = f"[{name}]:80" if ":" in name else f"{name}:80"
    assert not is_public(address)
    assert refusal.value.status == 0
    assert str(refusal.value) == (
        f"{name} has the address {address}, which is not public, and was not contacted. "
        f"If it is meant, add {entry} to the setting ALLOWED_PRIVATE."
    )


def test_one_inner_address_among_public_ones_is_enough_to_refuse() -> None:
    with pytest.raises(AccessDenied):
        AddressGuard(resolve=named("1.1.1.1", "10.0.0.1")).addresses("two.example", 443)


def test_the_addresses_given_back_are_those_that_were_judged() -> None:
    answers = [named("1.1.1.1"), named("127.0.0.1")]  # a name server that changes its mind
    guard = AddressGuard(resolve=lambda *asked: answers.pop(0)(*asked))
    assert guard.addresses("flips.example", 443) == named("1.1.1.1")("flips.example", 443)
    with pytest.raises(AccessDenied):
        guard.addresses("flips.example", 443)


@pytest.mark.parametrize(
    ("allowed", "host", "address", "port"),
    [
        ("10.0.0.0/8", "git.intranet", "10.1.2.3", 443),
        ("10.1.2.3", "git.intranet", "10.1.2.3", 80),
        ("127.0.0.1:8080", "127.0.0.1", "127.0.0.1", 8080),
        ("127.0.0.1:8080", "localhost", "127.0.0.1", 8080),
        ("127.0.0.1:8080", "mapped.example", "::ffff:127.0.0.1", 8080),
        ("[::1]:80", "[::1]", "::1", 80),
        ("::1", "six.example", "::1", 81),
        ("fd00::/8", "six.example", "fd00::5", 443),
        ("git.intranet:443", "GIT.intranet.", "10.1.2.3", 443),
    ],
)
def test_what_the_operator_named_is_let_through(allowed: str, host: str, address: str, port: int) -> None:
    guard = AddressGuard([allowed], named(address))
    assert guard.addresses(host, port) == named(address)(host, port)


@pytest.mark.parametrize(
    ("allowed", "host", "address", "port"),
    [
        ("127.0.0.1:8080", "127.0.0.1", "127.0.0.1", 8081),
        ("10.0.0.0/8", "git.intranet", "192.168.1.1", 443),
        ("git.intranet:443", "other.example", "10.1.2.3", 443),
    ],
)
def test_what_the_operator_named_opens_nothing_else(allowed: str, host: str, address: str, port: int) -> None:
    with pytest.raises(AccessDenied):
        AddressGuard([allowed], named(address)).addresses(host, port)


@pytest.mark.parametrize("entry", ["intranet", "10.0.0.0/99", "127.0.0.1:x", "127.0.0.1:0", ":80", "host:70000", ""])
def test_an_entry_that_cannot_be_read_is_told(entry: str) -> None:
    with pytest.raises(ValueError) as error:
        AddressGuard([entry])
    assert str(error.value) == f"{entry!r} is neither a network (10.1.0.0/16) nor host:port (127.0.0.1:8080)"


@pytest.mark.parametrize("host", ["nowhere.invalid", "a" * 70 + ".example", "a..example"])
def test_a_name_without_address(host: str) -> None:
    with pytest.raises(HostUnavailable) as error:
        AddressGuard().addresses(host, 80)
    assert str(error.value).startswith(f"The address of {host} was not found: ")


def test_a_name_with_a_hundred_addresses_is_tried_at_six() -> None:
    assert len(AddressGuard(resolve=named(*[f"1.1.1.{n}" for n in range(100)])).addresses("many.example", 80)) == 6
