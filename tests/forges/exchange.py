"""One request to a simulated host and what goes back."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.client import responses
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit


class Request(NamedTuple):
    """What was asked. `headers` has lower-case names; `target` is path and query as sent."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path as sent, still escaped."""
        return urlsplit(self.target).path

    @property
    def segments(self) -> tuple[str, ...]:
        """The path's parts, unescaped one by one, so that %2F stays inside its part."""
        return tuple(unquote(part) for part in self.path.strip("/").split("/"))

    @property
    def query(self) -> dict[str, str]:
        """The parameters; of those said twice, the last."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))


class Answer(NamedTuple):
    """What goes back. Content-Length is added."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(slots=True)
class Seen:
    """One line of a server's log. `status` is 0 until there is an answer, and where a fault broke the connection first."""

    method: str
    path: str
    authorization: str | None
    private_token: str | None
    body: bytes
    status: int = 0


@dataclass(slots=True)
class Exchange:
    """What a fault plays on: the request, the proper answer (counted when asked for), and the wire itself."""

    request: Request
    base: str
    real: Callable[[], Answer]
    connection: socket.socket

    def send_head(self, answer: Answer, length: int) -> None:
        """The head of an answer with any Content-Length."""
        lines = [f"HTTP/1.1 {answer.status} {responses.get(answer.status, '')}"]
        lines += [f"{name}: {value}" for name, value in (*answer.headers, ("Content-Length", str(length)))]
        self.send("\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1"))

    def send(self, data: bytes) -> None:
        """These bytes."""
        self.connection.sendall(data)


def json_answer(status: int, value: Any, *headers: tuple[str, str]) -> Answer:
    """An answer in JSON, as hosts write it: no spaces, no escapes but the needed."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return Answer(status, (("Content-Type", "application/json; charset=utf-8"), *headers), body)
