"""A Git server on 127.0.0.1: smart HTTP by `git http-backend`, for the demonstration and the tests. Needs only git.

What else a host answers beside Git may be handed in.
"""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import unquote, urlsplit

log = logging.getLogger("publiccode.demo")

MAX_BODY = 16 * 1024 * 1024
MAX_LOG = 10_000
# A repository's address with or without .git, and what Git asks for below it.
ASKED = re.compile(r"(?P<repository>/.+?)(?:\.git)?(?P<service>/(?:info/refs|git-upload-pack|HEAD|objects/.*))")


class Request(NamedTuple):
    """One request as the log keeps it."""

    method: str
    path: str
    status: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back to the client."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


def json_answer(value: Any, status: int = 200, *headers: tuple[str, str]) -> Answer:
    """An answer in JSON."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return Answer(status, (("Content-Type", "application/json;charset=utf-8"), *headers), body)


class GitServer:
    """Serves every bare repository below `root`: <root>/<path>.git at /<path>.git and at /<path>.

    A context manager: it serves from entering to leaving. It listens on 127.0.0.1 only.

    Args:
        root: the folder of the repositories.
        port: where to listen; 0: any free one.
        beside: each is asked first, with the path and query of a GET, and answers None for what is none of its own.

    Raises:
        OSError: git is not installed, or the port is taken.

    """

    def __init__(self, root: Path, port: int = 0, beside: Sequence[Callable[[str], Answer | None]] = ()) -> None:
        self._root, self._beside = root.resolve(), tuple(beside)
        asked = subprocess.run(["git", "--exec-path"], check=True, capture_output=True, text=True)  # noqa: S607 (PATH decides)
        folder = asked.stdout.strip()
        self._backend = str(Path(folder) / "git-http-backend")
        self._lock = Lock()
        self.reset()
        self._http = _HTTPServer(("127.0.0.1", port), _Handler)
        self._http.git = self
        self._thread = Thread(target=self._http.serve_forever, args=(0.05,), name="git-server", daemon=True)

    @property
    def url(self) -> str:
        """The address, without final slash."""
        return f"http://127.0.0.1:{self._http.server_port}"

    @property
    def authority(self) -> str:
        """The address as the setting ALLOWED_PRIVATE names it: host:port."""
        return self.url.removeprefix("http://")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def reset(self) -> None:
        """Counts from nought again. `bytes_in` and `bytes_out` are those of bodies; `log` keeps the latest requests."""
        self.requests = self.bytes_in = self.bytes_out = 0
        self.log: deque[Request] = deque(maxlen=MAX_LOG)

    def count(self, request: Request, bytes_in: int, bytes_out: int) -> None:
        """Adds one request."""
        with self._lock:
            self.requests += 1
            self.bytes_in += bytes_in
            self.bytes_out += bytes_out
            self.log.append(request)

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes) -> Answer:
        """What is said to one request, by `git http-backend` for what is Git's. `headers` has lower-case names."""
        for asked_first in self._beside if method == "GET" else ():
            if (said := asked_first(target)) is not None:
                return said
        parts = urlsplit(target)
        asked = ASKED.fullmatch(unquote(parts.path))
        if asked is None or ".." in asked["repository"].split("/"):
            return Answer(404, (("Content-Type", "text/plain"),), b"not found\n")
        environment = {
            "PATH": os.environ.get("PATH", ""),
            "GIT_PROJECT_ROOT": str(self._root),
            "GIT_HTTP_EXPORT_ALL": "1",
            # What the machine's owner has set for Git is not for this server, and the files may be another user's.
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": "*",
            "PATH_INFO": f"{asked['repository']}.git{asked['service']}",
            "QUERY_STRING": parts.query,
            "REQUEST_METHOD": method,
            "CONTENT_TYPE": headers.get("content-type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "HTTP_CONTENT_ENCODING": headers.get("content-encoding", ""),
            "GIT_PROTOCOL": headers.get("git-protocol", ""),
            "REMOTE_ADDR": "127.0.0.1",
        }
        done = subprocess.run([self._backend], env=environment, input=body, capture_output=True, check=False)  # noqa: S603
        if done.stderr:
            log.debug("%s %s: %s", method, target, done.stderr.decode("utf-8", "replace").strip())
        return _read_cgi(done.stdout)


def _read_cgi(output: bytes) -> Answer:
    """An answer in the form of RFC 3875, section 6."""
    head, _, body = output.partition(b"\r\n\r\n")
    headers = [tuple(line.split(": ", 1)) for line in head.decode("latin-1").split("\r\n") if ": " in line]
    status = next((value for name, value in headers if name == "Status"), "200" if headers else "500")
    kept = tuple((name, value) for name, value in headers if name != "Status")
    return Answer(int(status.split()[0]), kept, body)


class _HTTPServer(ThreadingHTTPServer):
    git: GitServer
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Prints a fault of ours; a client that went away is none."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Without these two, every answer on a kept connection waits 40 ms for the client's acknowledgement.
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _HTTPServer

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        body = self._body()
        if body is None:
            self.close_connection = True
            self._send(Answer(413, (), b""), 0)
        else:
            self._serve(body)

    def _serve(self, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._send(self.server.git.answer(self.command, self.path, headers, body), len(body))

    def _send(self, answer: Answer, bytes_in: int) -> None:
        # Counted before it is sent: whoever has the answer finds it counted.
        self.server.git.count(Request(self.command, self.path, answer.status), bytes_in, len(answer.body))
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)
        self.wfile.flush()

    def _body(self) -> bytes | None:
        """The request's body, chunked or not; None where it is too large."""
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            length = int(self.headers.get("Content-Length") or 0)
            return self.rfile.read(length) if 0 <= length <= MAX_BODY else None
        body = b""
        while size := int(self.rfile.readline(20).partition(b";")[0], 16):
            if len(body) + size > MAX_BODY:
                return None
            body += self.rfile.read(size)
            self.rfile.readline(3)
        self.rfile.readline(3)
        return body

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
        log.debug(format, *args)
