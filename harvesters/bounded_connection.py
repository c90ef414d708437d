"""Connections that hold to one deadline, count what passes and dial only what the address guard let through.

A time-out of the socket bounds one wait, not the whole: a server that sends a byte now and then, endless header lines
or endless `100 Continue` keeps a client for ever. Here every wait of an exchange ends at the exchange's deadline, and
every byte counts against its limit, because both are looked at where all bytes pass: in the socket.
"""

from __future__ import annotations

import socket
import ssl
from contextvars import ContextVar
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

from ..schemas.finding import message
from .address_guard import AddressGuard
from .errors import HostUnavailable

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer


@dataclass
class Exchange:
    """One request and its answer on the wire: how long it may take, how much may come, how much passed.

    `deadline` is a time of the monotonic clock; `seconds` is how long that was at the start, for the text; `patience`
    is the longest single wait in seconds; `limit` and the counts are in bytes, headers included.
    """

    url: str
    deadline: float
    seconds: float
    patience: float
    limit: int
    sent: int = 0
    received: int = 0

    def wait(self) -> float:
        """How long the next wait may last, in seconds.

        Raises:
            HostUnavailable: the deadline has passed.

        """
        left = self.deadline - monotonic()
        if left <= 0:
            seconds = f"{self.seconds:g}"
            raise HostUnavailable(
                message("{url} gave no complete answer within {seconds} seconds", url=self.url, seconds=seconds)
            )
        return min(left, self.patience)

    def count(self, received: int) -> None:
        """Counts bytes that came.

        Raises:
            HostUnavailable: more came than the limit.

        """
        self.received += received
        if self.received > self.limit:
            raise HostUnavailable(message("{url} answers with more than {limit} bytes", url=self.url, limit=self.limit))


CURRENT: ContextVar[Exchange | None] = ContextVar("CURRENT", default=None)
"""The exchange that this thread is in. The sockets ask here, because between them and the caller lies urllib3."""


class BoundedSocket(socket.socket):
    """A socket that obeys the current exchange."""

    def recv_into(self, buffer: WriteableBuffer, nbytes: int = 0, flags: int = 0) -> int:
        """Receives, not later than the deadline."""
        return _receive(self, super().recv_into, buffer, nbytes, flags)

    def sendall(self, data: ReadableBuffer, flags: int = 0) -> None:
        """Sends all of it, and counts."""
        _prepare_to_send(self, data)
        super().sendall(data, flags)


class BoundedTLSSocket(ssl.SSLSocket):
    """The same for TLS; counts what is inside the encryption."""

    def recv_into(self, buffer: WriteableBuffer, nbytes: int | None = None, flags: int = 0) -> int:
        """Receives, not later than the deadline."""
        return _receive(self, super().recv_into, buffer, nbytes, flags)

    def sendall(self, data: ReadableBuffer, flags: int = 0) -> None:
        """Sends all of it, and counts."""
        _prepare_to_send(self, data)
        super().sendall(data, flags)


def _receive(sock: socket.socket, receive: Any, buffer: WriteableBuffer, nbytes: int | None, flags: int) -> int:
    exchange = CURRENT.get()
    if exchange is None:
        return int(receive(buffer, nbytes or 0, flags))
    sock.settimeout(exchange.wait())
    received = int(receive(buffer, nbytes or 0, flags))
    exchange.count(received)
    return received


def _prepare_to_send(sock: socket.socket, data: ReadableBuffer) -> None:
    exchange = CURRENT.get()
    if exchange is not None:
        sock.settimeout(exchange.wait())
        exchange.sent += memoryview(data).nbytes


def tls_context() -> ssl.SSLContext:
    """TLS with certificates checked against the system's authorities (or SSL_CERT_FILE, which OpenSSL itself reads)."""
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    context.load_default_certs()
    context.sslsocket_class = BoundedTLSSocket
    return context


def pool_classes(guard: AddressGuard, connect_seconds: float) -> dict[str, type[HTTPConnectionPool]]:
    """The classes from which a urllib3 PoolManager (`pool_classes_by_scheme`) makes its connections, behind `guard`."""

    class Connection(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _dial(guard, self._dns_host, self.port, connect_seconds, self.socket_options)

    class SecureConnection(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _dial(guard, self._dns_host, self.port, connect_seconds, self.socket_options)

    class Pool(HTTPConnectionPool):
        ConnectionCls = Connection

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = SecureConnection

    return {"http": Pool, "https": SecurePool}


def _dial(guard: AddressGuard, host: str, port: int, connect_seconds: float, options: Any) -> socket.socket:
    exchange, failure = CURRENT.get(), OSError("no address")
    for family, kind, protocol, _, place in guard.addresses(host, port):
        sock = BoundedSocket(family, kind, protocol)
        try:
            for option in options or ():
                sock.setsockopt(*option)
            sock.settimeout(min(connect_seconds, exchange.wait()) if exchange else connect_seconds)
            sock.connect(place)
        except OSError as error:
            sock.close()
            failure = error
        except HostUnavailable:
            sock.close()
            raise
        else:
            return sock
    reason = "time-out" if isinstance(failure, TimeoutError) else failure.strerror or str(failure)
    raise HostUnavailable(
        message("{host} cannot be reached on port {port}: {reason}", host=host, port=port, reason=reason)
    ) from failure
