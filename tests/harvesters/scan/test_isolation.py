"""A process that reads what strangers wrote: no network, nothing changed, ended in time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from publiccode.harvesters.scan.isolation import run_isolated

ROOT = str(Path(__file__).parents[3])
_ASKS = """
import ctypes, json, os, signal, socket, subprocess, sys
sys.path.insert(0, sys.argv[1])
from publiccode.harvesters.scan.isolation import shut_off, _bound
held = shut_off()
_bound(2**31, 60)
library = ctypes.CDLL(None)
def refused(call):
    try:
        call()
    except OSError as error:
        return type(error).__name__
    return "allowed"
child = "import socket\\ns = socket.socket()\\ns.settimeout(1)\\ns.connect(('127.0.0.1', int(__import__('sys').argv[1])))"
done = subprocess.run([sys.executable, "-c", child, sys.argv[2]], capture_output=True)
print(json.dumps({
    "held": held,
    "python": refused(lambda: socket.create_connection(("127.0.0.1", int(sys.argv[2])))),
    "call": library.socket(2, 1, 0),
    "child": done.returncode,
    "write": refused(lambda: open(sys.argv[3], "w").write("x" * 100_000)),
    "changed": {name: refused(call) for name, call in {
        "make": lambda: os.mkdir(sys.argv[3]),
        "empty": lambda: os.close(os.open(sys.argv[4], os.O_WRONLY | os.O_TRUNC)),
        "rename": lambda: os.rename(sys.argv[4], sys.argv[3]),
        "link": lambda: os.symlink(sys.argv[4], sys.argv[3]),
        "remove": lambda: os.unlink(sys.argv[4]),
        "mode": lambda: os.chmod(sys.argv[4], 0o777),
        "signal": lambda: os.kill(os.getppid(), 0),
    }.items()},
    "removed_by_a_child": subprocess.run(["/bin/rm", "-f", sys.argv[4]], capture_output=True).returncode,
    "read": open(sys.argv[4]).read(),
}))
"""


def test_nothing_can_be_contacted_or_changed(tmp_path: Path) -> None:
    import socket

    there = tmp_path / "there"
    there.write_text("1")
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        asked = [sys.executable, "-c", _ASKS, ROOT, port, str(tmp_path / "x"), str(there)]
        done = subprocess.run(asked, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout)
    assert told["python"] == "PermissionError"
    assert told["write"] in ("OSError", "PermissionError")
    if "filter" not in told["held"]:
        pytest.skip(f"no filter of system calls on this system: {told['held']}")
    assert (told["call"], told["child"]) == (-1, 1)
    assert set(told["changed"].values()) == {"PermissionError"}, told["changed"]
    assert (told["removed_by_a_child"], told["read"]) == (1, "1")
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


def test_a_process_that_fails_tells_nothing() -> None:
    asked = {"root": "/nowhere", "limits": {}, "git": False}
    ended = run_isolated("read", asked, 30, 2**31, 1000)
    assert (ended.told(), ended.too_slow) == (None, False)
