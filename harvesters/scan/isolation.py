"""A process that can contact nobody: it reads what strangers wrote, with bounds on memory, time and what it may write.

What holds depends on the system. Linux: a network namespace of its own where the kernel grants one, and a filter of system
calls that refuses every socket (x86-64 and ARM64); both hold for all that the process starts. Elsewhere Python's own
sockets are closed, which holds for our own code. `NETWORK` names what held; docs/scan.md tells it.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import platform
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from typing import Any, NoReturn

from ...registry.settings import offline_environment

_ROOT = str(Path(__file__).absolute().parents[3])  # where `publiccode` is imported from
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from publiccode.harvesters.scan.isolation import enter; enter(sys.argv[2])"
)
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_FILTER = 38, 22, 2
# Of each machine: its number of audit, the number of the call `socket`; io_uring, which opens sockets too, is 425 on both.
_MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_IO_URING, _X32 = 425, 0x40000000
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 13  # EACCES
_GRACE = 20.0  # seconds in which a process that stops itself at its deadline may tell what it has


@dataclass(frozen=True, slots=True)
class Ended:
    """What a process told: its output, its exit code (negative: the signal), whether it was ended by us for its time."""

    output: bytes
    returncode: int
    too_slow: bool = False

    def told(self) -> dict[str, Any] | None:
        """The JSON object that it printed; None where it printed none."""
        try:
            value = json.loads(self.output)
        except (ValueError, RecursionError):
            return None
        return value if isinstance(value, dict) else None


def run_isolated(worker: str, asked: Mapping[str, Any], seconds: float, memory: int, most: int) -> Ended:
    """What the program `worker` prints, given `asked`; ended after `seconds`, with all that it started."""
    command = [sys.executable, "-I", "-X", "utf8", "-c", _START, _ROOT, json.dumps([worker, memory, int(seconds)])]
    process = subprocess.Popen(  # noqa: S603  (our own Python with our own program)
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=offline_environment(),
        start_new_session=True,
    )
    timer = Timer(seconds + _GRACE, _end, [process])
    timer.start()
    try:
        with process:
            output = _exchanged(process, json.dumps(asked).encode(), most)
    finally:
        slow = timer.finished.is_set()
        timer.cancel()
        _end(process)  # Ctrl-C: nothing that was started goes on
    return Ended(output, process.returncode or 0, slow)


def _exchanged(process: subprocess.Popen[bytes], asked: bytes, most: int) -> bytes:
    if process.stdin is None or process.stdout is None:
        return b""
    try:
        with contextlib.suppress(BrokenPipeError), process.stdin as pipe:
            pipe.write(asked)
        return process.stdout.read(most)
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ends a process and whatever it started: they are a session of their own."""
    if process.returncode is not None:
        return  # waited for already: its number may be another's by now
    if hasattr(os, "killpg"):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()


def enter(asked: str) -> NoReturn:
    """Within the new process: gives up what it must not have, runs the program, ends."""
    worker, memory, seconds = json.loads(asked)
    network = shut_off()
    _bound(memory, seconds)
    if worker == "read":
        from .worker import main
    else:
        from .reuse_lint import main
    main(network)
    sys.stdout.flush()
    os._exit(0)  # nothing of a stranger's runs at the end


def shut_off() -> tuple[str, ...]:
    """Takes the network from this process and all that it starts; tells by what: namespace, filter, python."""
    held = [name for name, take in (("namespace", _namespace), ("filter", _filter)) if take()]
    _close_sockets()
    return (*held, "python")


def _namespace() -> bool:
    """Moves into a network namespace in which there is nothing, not even a loopback that is up."""
    library = _libc()
    if library is None:
        return False
    user, group = os.getuid(), os.getgid()
    if library.unshare(_CLONE_NEWNET) == 0:
        return True
    if library.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) != 0:
        return False
    with contextlib.suppress(OSError):  # without the map files belong to nobody, and Git trusts no folder
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    return True


def _filter() -> bool:
    """Refuses the system calls that make sockets (seccomp(2)); programs that this process starts keep the filter."""
    library, known = _libc(), _MACHINES.get(platform.machine())
    if library is None or known is None or sys.maxsize < 2**32:
        return False
    audit, call = known
    load, equal, above, answer = 0x20, 0x15, 0x35, 0x06  # BPF: load a word, compare, return
    steps = [
        (load, 0, 0, 4),  # the machine
        (equal, 0, 5, audit),
        (load, 0, 0, 0),  # the number of the call
        (above, 3, 0, _X32),
        (equal, 2, 0, call),
        (equal, 1, 0, _IO_URING),
        (answer, 0, 0, _ALLOW),
        (answer, 0, 0, _REFUSE),
    ]
    program = (_Instruction * len(steps))(*(_Instruction(*step) for step in steps))
    described = _Program(len(steps), program)
    if library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(library.prctl(_PR_SET_SECCOMP, _SECCOMP_FILTER, ctypes.byref(described), 0, 0) == 0)


class _Instruction(ctypes.Structure):
    _fields_ = (("code", ctypes.c_ushort), ("jt", ctypes.c_ubyte), ("jf", ctypes.c_ubyte), ("k", ctypes.c_uint))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("steps", ctypes.POINTER(_Instruction)))


def _libc() -> ctypes.CDLL | None:
    return ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


def _close_sockets() -> None:
    def refused(*_: object, **__: object) -> NoReturn:
        raise PermissionError("this process may contact nobody")

    for name in ("socket", "create_connection", "create_server", "fromfd", "socketpair"):
        setattr(socket, name, refused)


def _bound(memory: int, seconds: int) -> None:
    """Bounds on memory, processor time, open files; nothing can be written to a file."""
    try:
        import resource
    except ImportError:  # Windows, where processes have no such limits
        return
    for name, most in (
        ("RLIMIT_AS", memory),
        ("RLIMIT_CPU", seconds + int(_GRACE)),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_CORE", 0),
        ("RLIMIT_NOFILE", 1024),
    ):
        try:
            resource.setrlimit(getattr(resource, name), (most, most))
        except (AttributeError, ValueError, OSError):
            continue  # this system does not know it (macOS: memory)
