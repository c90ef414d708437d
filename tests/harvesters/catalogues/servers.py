"""Catalogues on loopback, with invented software: documents as they are, and an open-catalog-api with its pages."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from publiccode.harvesters.catalogues import CATALOGUES, Entry
from publiccode.harvesters.http import Http

Answer = tuple[int, bytes]


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """The client has read enough and closed the connection."""


class CatalogueServer:
    """Answers GET with what `answer` gives for a path with its query; keeps what was asked."""

    def __init__(self, answer: Callable[[str], Answer]) -> None:
        self.asked: list[str] = []
        asked = self.asked

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                asked.append(unquote(self.path))
                status, body = answer(self.path)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.authority = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.authority}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02})

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def documents(files: Mapping[str, bytes]) -> Callable[[str], Answer]:
    """The files by their paths; 404 for all else."""

    def answer(path: str) -> Answer:
        content = files.get(unquote(path))
        return (404, b"Not Found") if content is None else (200, content)

    return answer


def open_catalog(software: list[Any], usual: int = 25) -> Callable[[str], Answer]:
    """The list of an open-catalog-api: cursors in relative links, at most 100 a page, active ones unless all=true."""

    def answer(path: str) -> Answer:
        parts = urlsplit(path)
        asked = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        if parts.path != "/v1/software":
            return 404, b'{"title":"Not Found","status":404}'
        rows = [row for row in software if asked.get("all") == "true" or not _inactive(row)]
        size = min(int(asked.get("page[size]", usual)), 100)
        start = int(base64.b64decode(asked["page[after]"])) if "page[after]" in asked else 0
        links: dict[str, str | None] = {"prev": None, "next": None}
        if start + size < len(rows):
            query = asked | {"page[after]": base64.b64encode(str(start + size).encode()).decode()}
            links["next"] = "?" + urlencode(sorted(query.items()), safe="[]")
        body = {"data": rows[start : start + size], "links": links}
        return 200, json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")

    return answer


def _inactive(row: Any) -> bool:
    return isinstance(row, dict) and row.get("active") is False


@contextmanager
def served(answer: Callable[[str], Answer]) -> Iterator[tuple[CatalogueServer, Http]]:
    """A server, and a way out that may contact it and waits for nothing."""
    with CatalogueServer(answer) as server, Http([server.authority], backoff=()) as http:
        yield server, http


def entries_of(kind: str, body: bytes, path: str = "/catalogue") -> list[Entry]:
    """The entries that a catalogue of this kind gives for one document."""
    with served(documents({path: body})) as (server, http):
        return list(CATALOGUES[kind](http, lambda url: url).entries(server.url + path))


def local_entries(kind: str, path: object) -> list[Entry]:
    """The entries of a catalogue on disk."""
    with Http() as http:
        return list(CATALOGUES[kind](http, lambda url: url).entries(str(path)))


def values_of(entry: Entry) -> dict[str, Any]:
    """What the entry's publiccode.yml says."""
    from publiccode.schemas.document import parse

    assert entry.candidate is not None
    assert entry.candidate.file.content is not None
    values = parse(entry.candidate.file.content).values
    assert values is not None
    return values


def told(entry: Entry) -> list[str]:
    """The quirks as sentences."""
    return [str(quirk) for quirk in entry.quirks]
