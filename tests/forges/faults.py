"""Every way in which a host's answer goes wrong, to be put in place of a proper one: see `ForgeServer.faults`."""

from __future__ import annotations

import random
import socket
import struct
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from .exchange import Answer, Exchange, Request, json_answer

# Gives the answer to send, or None where it has sent what it wanted itself; the connection is then closed.
Fault = Callable[[Exchange], Answer | None]

HTML = "text/html; charset=utf-8"
INSIDE = "http://169.254.169.254/latest/meta-data/"
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
LIMITS = "https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api"
SIGN_IN = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>You need to sign in.</body></html>\n"
UNICORN = (
    b"<!DOCTYPE html>\n<html><head><title>502</title></head><body>This page is taking too long to load.</body></html>\n"
)


def reply(status: int, body: bytes = b"", content_type: str = HTML, **headers: str) -> Fault:
    """This answer, whatever was asked. In names of headers, _ stands for -."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return lambda _: Answer(status, (("Content-Type", content_type), *named), body)


def refusal(status: int, message: str, **headers: str) -> Fault:
    """A refusal in JSON."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return lambda _: json_answer(status, {"message": message, "documentation_url": LIMITS}, *named)


def redirect(status: int, to: str | None = None) -> Fault:
    """To another address; None: to the one that was asked for, at this host."""

    def play(exchange: Exchange) -> Answer:
        target = to or exchange.base + exchange.request.target
        return json_answer(status, {"message": "Moved", "url": target}, ("Location", target))

    return play


def cut_connection(exchange: Exchange) -> None:
    """The proper answer's head, half of its body, then the end."""
    answer = exchange.real()
    exchange.send_head(answer, len(answer.body))
    exchange.send(answer.body[: len(answer.body) // 2])


def cut_text(exchange: Exchange) -> Answer:
    """Half of the proper answer's body, as if that were all."""
    answer = exchange.real()
    return Answer(answer.status, answer.headers, answer.body[: len(answer.body) // 2])


def too_long(exchange: Exchange) -> None:
    """The proper answer with more bytes than its head promises."""
    answer = exchange.real()
    exchange.send_head(answer, len(answer.body) // 2)
    exchange.send(answer.body)


def drip(seconds: float = 0.2) -> Fault:
    """The proper answer, a byte at a time."""

    def play(exchange: Exchange) -> None:
        answer = exchange.real()
        exchange.send_head(answer, len(answer.body))
        for place in range(len(answer.body)):
            exchange.send(answer.body[place : place + 1])
            time.sleep(seconds)

    return play


def gzip_bomb(size: int = 200_000_000) -> Fault:
    """White space of that size and an empty object, a thousandth of it on the wire."""
    headers = (("Content-Type", "application/json"), ("Content-Encoding", "gzip"))
    return lambda _: Answer(200, headers, _compressed(size))


@lru_cache
def _compressed(size: int) -> bytes:
    """The same deflated piece again and again: to deflate all of it would take a second."""
    piece, end = b" " * 1_000_000, b"{}"
    packer, last = zlib.compressobj(9, wbits=-15), zlib.compressobj(9, wbits=-15)
    block = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum, count = 0, size // len(piece)
    for _ in range(count):
        checksum = zlib.crc32(piece, checksum)
    checksum = zlib.crc32(end, checksum)
    tail = struct.pack("<II", checksum, count * len(piece) + len(end))
    return b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + block * count + last.compress(end) + last.flush() + tail


def reset(exchange: Exchange) -> None:
    """The connection breaks before a byte has come."""
    exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    # Closed at once: the server would first say goodbye, and the client would see an end instead of a break.
    socket.close(exchange.connection.detach())


def late(seconds: float) -> Fault:
    """The proper answer after a while."""

    def play(exchange: Exchange) -> Answer:
        time.sleep(seconds)
        return exchange.real()

    return play


# Name → fault: each kind once, for tests that try all. `drip` and `gzip_bomb` at full size, as met.
KINDS: Mapping[str, Fault] = {
    "301 to itself": redirect(301),
    "302 to itself": redirect(302),
    "307 to itself": redirect(307),
    "301 to an inside address": redirect(301, INSIDE),
    "302 to an inside address": redirect(302, INSIDE),
    "307 to an inside address": redirect(307, INSIDE),
    "401": refusal(401, "Bad credentials"),
    "403": refusal(403, "Forbidden"),
    "403 with Retry-After": refusal(403, SECONDARY, Retry_After="1"),
    "403 secondary limit": refusal(403, SECONDARY),
    "429": refusal(429, SECONDARY),
    "429 with Retry-After": refusal(429, SECONDARY, Retry_After="1"),
    "429 for an hour": refusal(429, SECONDARY, Retry_After="3600"),
    "403 for an hour": refusal(403, SECONDARY, Retry_After="3600"),
    "404": refusal(404, "Not Found"),
    "451": lambda _: blocked("2026-01-01T00:00:00Z"),
    "500": reply(500, b"", "text/plain"),
    "502 HTML": reply(502, UNICORN),
    "503": reply(503, UNICORN, Retry_After="1"),
    "200 HTML": reply(200, SIGN_IN),
    "200 empty": reply(200, b"", "application/json; charset=utf-8"),
    "cut connection": cut_connection,
    "cut text": cut_text,
    "too long": too_long,
    "drip": drip(),
    "gzip bomb": gzip_bomb(),
    "reset": reset,
}


def blocked(since: str) -> Answer:
    """GitHub's answer for what a court or a claim took away."""
    block = {
        "reason": "dmca",
        "created_at": since,
        "html_url": "https://github.com/github/dmca/blob/master/2026/01/2026-01-01-example.md",
    }
    return json_answer(451, {"message": "Repository access blocked", "block": block})


def at_random(share: float, seed: int, faults: Sequence[Fault]) -> Callable[[int, Request], Fault | None]:
    """A share of all requests, chosen by their place alone, so that the same seed gives the same faults again."""

    def choose(index: int, _: Request) -> Fault | None:
        dice = random.Random(f"{seed} {index}")
        return dice.choice(faults) if dice.random() < share else None

    return choose
