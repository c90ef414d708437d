"""A process that can contact nobody: it reads what strangers wrote, with bounds on memory and time, and changes no file.

What holds depends on the system. Linux: a network namespace of its own where the kernel grants one, and a filter of system
calls (x86-64 and ARM64) that refuses every socket, whatever makes, changes, renames or removes a file or folder, and signals to
other processes; both hold for all that the process starts. Elsewhere Python's own sockets are closed, which holds for our own
code. docs/scan.md tells it.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import platform
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
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
_EVERYWHERE = (
    424,
    425,
    437,
    452,
    463,
    466,
)  # pidfd_send_signal, io_uring_setup, openat2, fchmodat2, set- and removexattrat
_X32 = 0x40000000
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 13  # EACCES
_MAKES = 0x40 | 0x200 | 0x400000  # O_CREAT, O_TRUNC, O_TMPFILE


@dataclass(frozen=True, slots=True)
class _Machine:
    """A machine's number of audit, the numbers of the calls that are refused, and of those that open: with which argument."""

    audit: int
    refused: tuple[int, ...]
    opening: Mapping[int, int]


_MACHINES = {
    "x86_64": _Machine(
        0xC000003E,
        (
            *(41, 62, 200, 101, 311, 165),  # socket, kill, tkill, ptrace, process_vm_writev, mount
            *(76, 77, 285, 82, 264, 316, 83, 258, 84, 87, 263),  # truncate, allocate, rename, mkdir, rmdir, unlink
            *(85, 86, 265, 88, 266, 133, 259),  # creat, link, symlink, mknod
            *(90, 91, 268, 92, 93, 94, 260),  # chmod, chown
            *(132, 235, 261, 280, 188, 189, 190, 197, 198, 199),  # times, attributes
        ),
        {2: 1, 257: 2},
    ),
    "aarch64": _Machine(
        0xC00000B7,
        (
            *(198, 129, 130, 117, 271, 40),
            *(45, 46, 47, 38, 276, 34, 35),
            *(37, 36, 33),
            *(52, 53, 54, 55),
            *(88, 5, 6, 7, 14, 15, 16),
        ),
        {56: 2},
    ),
}
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


def run_isolated(
    worker: str, asked: Mapping[str, Any], seconds: float, memory: int, most: int, programs: Sequence[str] = ("git",)
) -> Ended:
    """What the program `worker` prints, given `asked`; ended after `seconds`, with all that it started.

    `programs` are those that it may find on its path; there are no others there.
    """
    with _path_of(programs) as path:
        return _run(worker, asked, seconds, memory, most, path)


@contextlib.contextmanager
def _path_of(programs: Sequence[str]) -> Iterator[str]:
    """A path on which these programs are found alone."""
    found = {name: where for name in programs if (where := shutil.which(name))}
    if found and not hasattr(os, "geteuid"):  # Windows, where a link needs a right of its own
        yield offline_environment()["PATH"]
        return
    with TemporaryDirectory(prefix="publiccode-path-") as folder:
        for name, where in found.items():
            (Path(folder) / name).symlink_to(Path(where).absolute())
        yield folder


def _run(worker: str, asked: Mapping[str, Any], seconds: float, memory: int, most: int, path: str) -> Ended:
    command = [sys.executable, "-I", "-X", "utf8", "-c", _START, _ROOT, json.dumps([worker, memory, int(seconds)])]
    process = subprocess.Popen(  # noqa: S603  (our own Python with our own program)
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=offline_environment() | {"PATH": path},
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
    """Refuses system calls (seccomp(2)); programs that this process starts keep the filter."""
    library, machine = _libc(), _MACHINES.get(platform.machine())
    if library is None or machine is None or sys.maxsize < 2**32:
        return False
    steps = _steps(machine)
    program = (_Instruction * len(steps))(*(_Instruction(*step) for step in steps))
    described = _Program(len(steps), program)
    if library.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        return False
    return bool(library.prctl(_PR_SET_SECCOMP, _SECCOMP_FILTER, ctypes.byref(described), 0, 0) == 0)


def _steps(machine: _Machine) -> list[tuple[int, int, int, int]]:
    """The filter as a program (BPF): code, steps to skip if so and if not, operand. Its last two steps allow and refuse."""
    load, equal, above, any_bit, answer = 0x20, 0x15, 0x35, 0x45, 0x06
    refused = (*machine.refused, *_EVERYWHERE)
    end = 4 + len(refused) + 3 * len(machine.opening)  # where it allows; one behind it refuses
    steps = [
        (load, 0, 0, 4),  # the machine
        (equal, 0, end - 1, machine.audit),
        (load, 0, 0, 0),  # the number of the call
        (above, end - 3, 0, _X32),
    ]
    for call in refused:
        steps.append((equal, end - len(steps), 0, call))
    for call, argument in machine.opening.items():
        steps.append((equal, 0, 2, call))
        steps.append((load, 0, 0, 16 + 8 * argument))
        steps.append((any_bit, end - len(steps), end - len(steps) - 1, _MAKES))
    return [*steps, (answer, 0, 0, _ALLOW), (answer, 0, 0, _REFUSE)]


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
    """Bounds on memory, processor time, open files; nothing can be written to a file, also where there is no filter."""
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
