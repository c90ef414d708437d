"""The production server, as a process of its own."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from publiccode.registry.settings import Settings
from publiccode.web.server import serve

SERVE = """
import sys
from pathlib import Path
from publiccode.registry.settings import Settings
from publiccode.web.server import serve
if __name__ == "__main__":
    serve(Settings(data=Path(sys.argv[1])), "127.0.0.1", int(sys.argv[2]), say=lambda line: print(line, flush=True))
"""


def test_it_tells_its_address_answers_and_ends_on_sigterm(settings: Settings) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(
        [sys.executable, "-c", SERVE, str(settings.data), str(port)], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline() == f"The catalogue listens at http://127.0.0.1:{port}/\n"
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/en/software.json", timeout=30) as answer:
                assert (answer.status, answer.headers["Content-Type"]) == (200, "application/json")
            with pytest.raises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/en/%00%ff/{'x' * 4000}", timeout=30)
            assert refused.value.code == 404
            refused.value.close()
            server.send_signal(signal.SIGTERM)
            assert server.wait(30) == 0
        finally:
            server.kill()


def test_the_demo_s_repositories_can_be_checked_from_its_pages(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [sys.executable, "-m", "publiccode", "demo", "--folder", str(tmp_path), "--port", str(port)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as demo:
        try:
            assert demo.stdout is not None
            assert any(line.startswith("The catalogue listens at ") for line in demo.stdout)
            question = urllib.request.Request(
                f"http://127.0.0.1:{port}/api/validate?lang=en",
                json.dumps({"url": "https://git.yunwu.gov.example/open/parking"}).encode(),
                {"Content-Type": "application/json"},
            )
            with urllib.request.urlopen(question, timeout=30) as answer:
                found = json.load(answer)["findings"]
            assert [finding["rule"] for finding in found] == ["key-known", *["taiwan-section"] * 4]
        finally:
            demo.send_signal(signal.SIGINT)
            demo.wait(30)


def test_a_taken_address_is_refused_plainly(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(OSError, match="Address already in use"):
        serve(settings, "127.0.0.1", taken.getsockname()[1])
