"""Serves the pages with a production server (granian)."""

from __future__ import annotations

import gc
import multiprocessing
import socket
import sys
import time
from collections.abc import Callable
from functools import partial
from threading import Thread

from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from ..registry.facets import named_licenses
from ..registry.search.query import prepare
from ..registry.settings import Settings
from .app import create_app

_START_SECONDS, _STOP_SECONDS = 60, 10
_SWITCH = 0.0005  # seconds after which a thread gives way


def serve(
    settings: Settings,
    host: str = "127.0.0.1",
    port: int = 8000,
    workers: int = 1,
    say: Callable[[str], object] = print,
) -> None:
    """Serves until Ctrl-C or SIGTERM; tells the address by `say` as soon as it answers there.

    Args:
        settings: handed to every worker process as they are.
        host: the address to listen on.
        port: the port to listen on.
        workers: processes that answer.
        say: told one line.

    Raises:
        OSError: the address is taken, or not ours to listen on.

    """
    # A fork would copy the locks of our threads (this one's, the demo's Git server's) as they happen to stand, and hang.
    multiprocessing.set_start_method("spawn", force=True)
    # granian ends in a panic where the address is taken: ask first, and let the plain OSError speak.
    socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    server = Granian(
        "publiccode.web.app:create_app",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        workers_kill_timeout=_STOP_SECONDS,
        log_enabled=False,
    )
    server.on_startup(Thread(target=_announce, args=(host, port, say), daemon=True).start)
    make: Callable[[], Flask] = partial(_made, settings)
    server.serve(target_loader=make, wrap_loader=False)


def _made(settings: Settings) -> Flask:
    app = create_app(settings)
    prepare()
    named_licenses("Licence of Nobody 1.0")  # loads the names of licences, which search results need
    # What was made so far stays: the collector need not look at all of it again while somebody waits for a page.
    gc.collect()
    gc.freeze()
    Thread(target=_prepare, args=(app,), daemon=True).start()
    return app


def _prepare(app: Flask) -> None:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(_SWITCH)  # who waits for a page takes over from this thread at once
    app.extensions["publiccode"].prepare()
    gc.collect()
    gc.freeze()
    sys.setswitchinterval(usual)


def _announce(host: str, port: int, say: Callable[[str], object]) -> None:
    # The workers listen, not this process, and granian does not tell when they do: we knock until one opens.
    until = time.monotonic() + _START_SECONDS
    while time.monotonic() < until:
        try:
            socket.create_connection((host, port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            shown = f"[{host}]" if ":" in host else host
            say(f"The catalogue listens at http://{shown}:{port}/")
            return
