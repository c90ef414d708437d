"""Which addresses may be contacted: public ones, and those inside the network that the operator named.

Addresses come from strangers: a publisher list, a publiccode.yml, a redirect, a DNS server. Any of them can name a
machine behind our firewall. So a name is resolved once, all its addresses are judged, and one of those that were judged
is dialled: a DNS answer that changes between the look and the call changes nothing.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Self

from ..schemas.finding import Message, message
from .errors import AccessDenied, HostUnavailable

Resolver = Callable[..., list[tuple[Any, ...]]]
"""`socket.getaddrinfo`, or what stands for it in a test."""

MAX_ADDRESSES = 6

NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052; names of IPv4 machines in networks that speak IPv6 only
GLOBAL_UNICAST = IPv6Network("2000::/3")  # RFC 4291, section 2.4; everything else is local, multicast or unassigned
# Beside what `is_global` knows (the registries of RFC 6890): tunnels that carry an IPv4 address within them (Teredo and
# its relatives RFC 4380, 6to4 RFC 3056 and its relays RFC 7526), addresses for documentation (RFC 9637), multicast.
REFUSED = tuple(
    ip_network(text)
    for text in (
        *("192.0.0.0/24", "192.88.99.0/24", "224.0.0.0/3"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)


def is_public(address: str) -> bool:
    """Whether an IP address (text, a zone as in `fe80::1%eth0` allowed) lies in the public Internet."""
    return _is_public(ip_address(address.partition("%")[0]))


def _is_public(ip: IPv4Address | IPv6Address) -> bool:
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped:
            return _is_public(ip.ipv4_mapped)
        if ip in NAT64:
            return _is_public(IPv4Address(int(ip) & 0xFFFFFFFF))
        if ip not in GLOBAL_UNICAST:
            return False
    return ip.is_global and not any(ip in network for network in REFUSED)


class AddressGuard:
    """Resolves, judges and dials.

    Args:
        allowed_private: what may be contacted although it is not public: networks or addresses (`10.1.0.0/16`, `::1`),
            or one service (`127.0.0.1:8080`, `[::1]:80`, `git.intranet:443`).
        resolve: resolves names as `socket.getaddrinfo` does.

    Raises:
        ValueError: an entry of `allowed_private` is neither; the text names it.

    """

    def __init__(self, allowed_private: Iterable[str] = (), resolve: Resolver = socket.getaddrinfo) -> None:
        self._networks: list[IPv4Network | IPv6Network] = []
        self._services: set[tuple[str, int]] = set()
        self._resolve = resolve
        self._only: tuple[str, int] | None = None
        for entry in allowed_private:
            try:
                self._networks.append(ip_network(entry.strip("[]"), strict=False))
            except ValueError:
                host, _, port = entry.rpartition(":")
                if not host or not port.isdecimal() or not 0 < int(port) < 65536:
                    text = f"{entry!r} is neither a network (10.1.0.0/16) nor host:port (127.0.0.1:8080)"
                    raise ValueError(text) from None
                self._services.add((host.strip("[]").lower(), int(port)))

    def only(self, service: tuple[str, int] | None) -> Self:
        """Allows of what lies inside the network this host and port alone: for addresses that strangers name."""
        self._only = service
        return self

    def addresses(self, host: str, port: int) -> list[tuple[Any, ...]]:
        """The addresses of `host`, as `socket.getaddrinfo` gives them, at most six.

        Raises:
            AccessDenied: one of them is not public and not allowed (status 0). One is enough: nobody who means well
                gives a public and an inner address to one name.
            HostUnavailable: the name has no address.

        """
        name = host.strip("[]").rstrip(".").lower()
        try:
            found = self._resolve(name, port, 0, socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            reason = getattr(error, "strerror", None) or "not a host name"
            raise HostUnavailable(_not_found(name, reason)) from error
        for *_, place in found:
            if not self._allowed(name, port, place[0]):
                entry = f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
                raise AccessDenied(
                    message(
                        "{host} has the address {address}, which is not public, and was not contacted. "
                        "If it is meant, add {entry} to the setting ALLOWED_PRIVATE.",
                        host=name,
                        address=place[0],
                        entry=entry,
                    ),
                    status=0,
                )
        if not found:
            raise HostUnavailable(_not_found(name, "no address"))
        return found[:MAX_ADDRESSES]

    def _allowed(self, name: str, port: int, address: str) -> bool:
        ip = ip_address(address.partition("%")[0])
        plain = (isinstance(ip, IPv6Address) and ip.ipv4_mapped) or ip
        if _is_public(ip):
            return True
        if self._only is not None and (name, port) != self._only:
            return False
        return (
            (name, port) in self._services
            or (str(plain), port) in self._services
            or any(plain in network for network in self._networks)
        )


def _not_found(host: str, reason: str) -> Message:
    return message("The address of {host} was not found: {reason}", host=host, reason=reason)
