"""What lies inside the network, for tests that nothing of it is reached: how its addresses are written, and a listener there."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any, Self

INSIDE = "127.0.0.2"
# What a stranger may write for a host, each an address inside the network; where there is a listener, the first part is INSIDE's.
LITERAL = (
    *("127.0.0.2", "10.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "[::1]", "[fd00::1]", "[fe80::1%25lo]"),
    *("[::ffff:127.0.0.2]", "[::ffff:169.254.169.254]", "[::127.0.0.2]", "[2002:7f00:2::]"),
    *("[64:ff9b::7f00:2]", "[64:ff9b::a9fe:a9fe]"),
)
# What the system's resolver reads as 127.0.0.2, or as this machine.
WRITTEN = (
    *("2130706434", "0x7f000002", "017700000002", "0177.0.0.2", "0x7f.0.0.2", "127.2", "127.0.2", "0"),
    *("127.0.0.2.", "localhost", "localhost.", "LOCALHOST"),
)
TRICKS = (
    "public.example@127.0.0.2",
    "public.example:443@127.0.0.2",
    "me:pw@[::ffff:127.0.0.2]",
    "public.example\\@127.0.0.2",
)
NAMES = {"inside.example": (INSIDE,), "mixed.example": ("1.1.1.1", INSIDE), "six.example": (f"::ffff:{INSIDE}",)}
HOSTS = (*LITERAL, *WRITTEN, *TRICKS, *NAMES, "inside.example.", "me@inside.example")
# Another parser finds 127.0.0.2 in these; for ours they are no address, or one of public.example, which there is not.
AMBIGUOUS = (
    *(
        "127.0.0.2\\@public.example",
        "public.example#@127.0.0.2",
        "public.example?@127.0.0.2",
        "127.0.0.2 public.example",
    ),
    *("%31%32%37.0.0.2", "[::ffff:127.0.0.2", "[127.0.0.2]", "127.0.0.2]", "127。0。0。2", "１２７.0.0.2", "①②⑦.0.0.2"),
)


def resolve(host: str, port: int, *asked: Any) -> list[tuple[Any, ...]]:
    """The system's resolver for numbers and this machine; invented names are inside; there is nothing else."""
    if host in NAMES:
        return answers(port, *NAMES[host])
    if host.endswith(".inside.example"):
        return answers(port, INSIDE)
    flags = 0 if host == "localhost" else socket.AI_NUMERICHOST
    return list(socket.getaddrinfo(host, port, 0, socket.SOCK_STREAM, 0, flags))


def answers(port: int, *addresses: str) -> list[tuple[Any, ...]]:
    """As `socket.getaddrinfo` gives them."""
    return [
        (socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))
        for address in addresses
    ]


class Listener:
    """A service inside the network, which nobody must reach: counts the connections that come, and keeps what they say."""

    def __init__(self, port: int = 0) -> None:
        self._socket = socket.create_server((INSIDE, port))
        self.port: int = self._socket.getsockname()[1]
        self.connections = 0
        self.heard = b""
        self._thread = threading.Thread(target=self._accept)

    @property
    def url(self) -> str:
        return f"http://{INSIDE}:{self.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.connections += 1
                with connection, contextlib.suppress(OSError):
                    connection.settimeout(1)
                    self.heard += connection.recv(65536)
                    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
