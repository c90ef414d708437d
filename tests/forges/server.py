"""What all simulated hosts have in common: an HTTP server on 127.0.0.1 with a log, faults on demand, and Git beside the API."""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any, Self
from urllib.parse import unquote, urlsplit

from publiccode.web.demo.git_server import GitServer

from .exchange import Answer, Exchange, Request, Seen
from .faults import Fault
from .world import Repo, World

GIT = re.compile(r"/(?P<repository>.+?)(?:\.git)?/(?P<service>info/refs|git-upload-pack)")
Choice = Mapping[int, Fault] | Callable[[int, Request], Fault | None]


class ForgeServer:
    """A host's outside. Kinds of hosts say in `answer` what they answer.

    A context manager, serving from entering to leaving. To be set at any time:

    `latency`: seconds before each answer.
    `faults`: place of a request in `requests` → what happens instead of the proper answer; or a function of place and request.
    `before`: place of a request → what to do before it is answered, such as a change of the world between two pages.

    To be read: `requests` (the log; place 0 is the first), `statuses`, `bytes_in`, `bytes_out` (of bodies),
    `cpu_seconds` (spent on answers), `most_at_once` (requests that were being answered at the same time).
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.latency = 0.0
        self.faults: Choice = {}
        self.before: Mapping[int, Callable[[], object]] = {}
        self._lock = Lock()
        self._git: GitServer | None = None
        self._left = ExitStack()
        self._at_once = 0
        self.reset()
        self._http = _HTTPServer(("127.0.0.1", 0), _Handler)
        self._http.forge = self
        self._thread = Thread(target=self._http.serve_forever, args=(0.02,), name="forge", daemon=True)

    @property
    def url(self) -> str:
        """The address, without final slash."""
        return f"http://127.0.0.1:{self._http.server_port}"

    @property
    def authority(self) -> str:
        """The address as the setting ALLOWED_PRIVATE names it: host:port."""
        return self.url.removeprefix("http://")

    @property
    def git_url(self) -> str:
        """Where Git finds the repositories: <git_url>/<owner>/<name>.git."""
        return self.url

    def __enter__(self) -> Self:
        if self.world.folder is not None:
            self._git = self._left.enter_context(GitServer(self.world.folder))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
        self._left.close()

    def reset(self) -> None:
        """An empty log; places begin at 0 again."""
        self.requests: list[Seen] = []
        self.statuses: Counter[int] = Counter()
        self.bytes_in = self.bytes_out = 0
        self.cpu_seconds = 0.0
        self.most_at_once = 0

    def answer(self, request: Request) -> Answer:
        """The proper answer. Called while the world stands still."""
        raise NotImplementedError

    def git_refusal(self, repo: Repo | None, request: Request) -> Answer | None:
        """What Git is told instead of the repository; None: it may read."""
        if repo is None or repo.private:
            return Answer(401, (("WWW-Authenticate", 'Basic realm="simulated"'),), b"Repository not found.\n")
        if repo.blocked:
            return Answer(451, (), b"Repository access blocked.\n")
        return None

    def handle(self, request: Request, connection: Any) -> Answer | None:
        """The answer to send; None: a fault has sent what it wanted."""
        headers = request.headers
        seen = Seen(
            request.method, request.target, headers.get("authorization"), headers.get("private-token"), request.body
        )
        with self._lock:
            place = len(self.requests)
            self.requests.append(seen)
            self.bytes_in += len(request.body)
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            answer = self._answer_or_fault(place, request, connection)
            if answer is not None:
                seen.status = answer.status
        finally:
            # Counted before it is sent: whoever has the answer finds it counted.
            with self._lock:
                self._at_once -= 1
                self.statuses[seen.status] += 1
        with self._lock:
            self.bytes_out += len(answer.body) if answer else 0
        return answer

    def _answer_or_fault(self, place: int, request: Request, connection: Any) -> Answer | None:
        if place in self.before:
            self.before[place]()
        if self.latency:
            time.sleep(self.latency)
        fault = self.faults(place, request) if callable(self.faults) else self.faults.get(place)
        real = partial(self._real, request)
        return fault(Exchange(request, self.url, real, connection)) if fault else real()

    def _real(self, request: Request) -> Answer:
        began = time.thread_time()
        parts = urlsplit(request.target)
        asked = GIT.fullmatch(unquote(parts.path))
        if asked is not None and (parts.query.startswith("service=git-") or request.method == "POST"):
            answer = self._git_answer(asked["repository"], asked["service"], request)
        else:
            with self.world.lock:
                answer = self.answer(request)
        with self._lock:
            self.cpu_seconds += time.thread_time() - began
        return answer

    def _git_answer(self, name: str, service: str, request: Request) -> Answer:
        with self.world.lock:
            repo, moved = self.world.find(name), self.world.find_moved(name)
            if moved is not None and service == "info/refs":
                query = urlsplit(request.target).query
                return Answer(301, (("Location", f"{self.git_url}/{moved.full_name}.git/{service}?{query}"),), b"")
            refused = self.git_refusal(repo, request)
        if refused is not None or repo is None:
            return refused or Answer(404, (), b"")
        if self._git is None or repo.path is None:
            raise ValueError(f"{repo.full_name} is computed: Git cannot be asked for it")
        query = urlsplit(request.target).query
        target = f"/{repo.path.name}/{service}{'?' if query else ''}{query}"
        given = self._git.answer(request.method, target, dict(request.headers), request.body)
        return Answer(given.status, given.headers, given.body)


class _HTTPServer(ThreadingHTTPServer):
    forge: ForgeServer
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
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, self._body())
        answer = self.server.forge.handle(request, self.connection)
        if answer is None:
            self.close_connection = True
            return
        self.send_response(answer.status)
        for name, value in answer.headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)
        self.wfile.flush()

    do_HEAD = do_GET  # noqa: N815 (the base class's way to name methods)
    do_POST = do_GET  # noqa: N815
    do_PUT = do_GET  # noqa: N815
    do_PATCH = do_GET  # noqa: N815
    do_DELETE = do_GET  # noqa: N815

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline(20).partition(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline(3)
        self.rfile.readline(3)
        return body

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (the base class's name)
        """Nothing: `requests` is the log."""
