"""The same promises within TLS."""

from __future__ import annotations

import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from publiccode.harvesters.errors import HostUnavailable
from publiccode.harvesters.http import Http

from .fault_server import answer, drip


def failure(http: Http, url: str, **options: Any) -> HostUnavailable:
    with pytest.raises(HostUnavailable) as error:
        http.request("GET", url, **options)
    return error.value


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    path = tmp_path / "certificate.pem"
    subprocess.run(
        [
            *(
                openssl,
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "2",
            ),
            *("-keyout", str(path), "-out", str(tmp_path / "public.pem"), "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1"),
        ],
        check=True,
        capture_output=True,
    )
    path.write_bytes(path.read_bytes() + (tmp_path / "public.pem").read_bytes())
    return path


@pytest.fixture
def tls_server(certificate: Path) -> Iterator[Callable[[Any], str]]:
    """Starts a TLS server that plays one script for one connection; gives its address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    threads, listeners = [], []

    def start(script: Any) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def serve() -> None:
            connection, _ = listener.accept()
            try:
                with context.wrap_socket(connection, server_side=True) as secure:
                    secure.recv(65536)
                    script(secure)
            except OSError:
                connection.close()

        threads.append(threading.Thread(target=serve))
        threads[-1].start()
        return f"127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for thread in threads:
        thread.join()
    for listener in listeners:
        listener.close()


def test_tls_is_checked(tls_server: Callable[[Any], str]) -> None:
    authority = tls_server(answer("200 OK", b"never"))
    with Http([authority], backoff=()) as http:
        error = failure(http, f"https://{authority}/")
    assert str(error).startswith(f"https://{authority}/ offers no secure connection: ")


def test_the_deadline_holds_within_tls(
    tls_server: Callable[[Any], str], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_name("public.pem")))
    authority = tls_server(answer("200 OK", b"secure"))
    slow = tls_server(drip(b"HTTP/1.1 200 OK\r\nX: ", b"x"))
    with Http([authority, slow], backoff=()) as http:
        assert http.request("GET", f"https://{authority}/").body == b"secure"
        assert http.traffic.bytes_received == len(
            "HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecure"
        )
        # Whether the last wait or the sum of all of them ends first is a matter of microseconds.
    assert str(failure(http, f"https://{slow}/", deadline_seconds=1)) in {
        f"https://{slow}/ did not answer in time",
        f"https://{slow}/ gave no complete answer within 1 seconds",
    }
