"""A server on loopback that answers as it is told, byte by byte: every way in which a host can go wrong."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import NamedTuple, Self

Script = Callable[[socket.socket], None]


class Received(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]


class FaultServer:
    """Plays the script of the path that is asked for; each script sends what it likes, then the connection is closed."""

    def __init__(self, scripts: Mapping[str, Script] | None = None) -> None:
        self.scripts = dict(scripts or {})
        self.received: list[Received] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.authority = f"127.0.0.1:{self.port}"
        self.url = f"http://{self.authority}"
        self._ended = threading.Event()
        self._threads = [threading.Thread(target=self._accept)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError):
            data = b""
            while b"\r\n\r\n" not in data:
                piece = connection.recv(65536)
                if not piece:
                    return
                data += piece
            head, _, body = data.partition(b"\r\n\r\n")
            line, *lines = head.decode("latin-1").split("\r\n")
            method, path, _ = line.split(" ")
            headers = {name.lower(): value for name, _, value in (text.partition(": ") for text in lines)}
            while len(body) < int(headers.get("content-length", "0")):
                body += connection.recv(65536)
            self.received.append(Received(method, path, headers))
            self.scripts[path.partition("?")[0]](connection)


def answer(status: str, body: bytes = b"", *headers: str) -> Script:
    """A whole and proper answer."""

    def play(connection: socket.socket) -> None:
        lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {len(body)}", "Connection: close", "", ""]
        connection.sendall("\r\n".join(lines).encode() + body)

    return play


def git_answer(body: bytes) -> Script:
    """An answer that calls itself Git's."""
    return answer("200 OK", body, "Content-Type: application/x-git-upload-pack-result")


def raw(data: bytes) -> Script:
    """These bytes, then the end."""
    return lambda connection: connection.sendall(data)


def drip(head: bytes, drop: bytes) -> Script:
    """The head at once, then a drop every 0.2 seconds until the client has had enough."""

    def play(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(drop)
            time.sleep(0.2)

    return play


def flood(head: bytes, drop: bytes) -> Script:
    """The head, then drops as fast as the client takes them."""

    def play(connection: socket.socket) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(drop)

    return play


def reset(connection: socket.socket) -> None:
    """The connection breaks."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def in_turn(*scripts: Script) -> Script:
    """Another script each time; the last one from then on."""
    left = list(scripts)
    return lambda connection: (left.pop(0) if len(left) > 1 else left[0])(connection)


def always(script: Script) -> dict[str, Script]:
    """The same whatever is asked for."""
    return defaultdict(lambda: script)
