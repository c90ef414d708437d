"""Reads bills of materials of strangers for the registry: small ones here, larger ones in a process with limits of its own.

A large document takes seconds and some hundred MB. In a process it stops no reader and no writer, and ends where it takes more.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from ..schemas.finding import Message, message
from ..schemas.sbom import Check, Extracted, Package, Quality, Relationship, Sbom, SbomError, State, quality, read
from .settings import bare_environment
from .stored import message_from_json, message_to_json

SMALL = 256 * 1024  # bytes of a document that is read at once: in this time no process has started
SECONDS = 60
LONGEST_VALUE = 200  # characters of a stranger's word in a message that is kept
_MEMORY, _CPU_SECONDS = 1024 * 1024 * 1024, 50
_AT_ONCE = BoundedSemaphore(2)
_ROOT = str(Path(__file__).absolute().parents[2])  # where `publiccode` is imported from
_START = (
    "import sys; sys.path.insert(0, sys.argv[1]); from publiccode.registry.sbom_reading import main; main(sys.argv[2])"
)
_LISTS = (("packages", Package), ("relationships", Relationship), ("extracted", Extracted))


class Busy(Exception):
    """Other documents are being read."""


@dataclass(frozen=True, slots=True)
class Read:
    """A document, and how much it tells."""

    sbom: Sbom
    quality: Quality


def read_within_limits(content: bytes, name: str = "", wait: float | None = None) -> Read:
    """The document in `content`.

    Raises:
        SbomError: it is none, or takes more time or memory than is given.
        Busy: after `wait` seconds two others were still being read.

    """
    if len(content) <= SMALL:
        sbom = read(content, name)
        return Read(sbom, quality(sbom))
    if not _AT_ONCE.acquire(timeout=-1 if wait is None else wait):
        raise Busy
    try:
        answer = _asked(content, name)
    finally:
        _AT_ONCE.release()
    if answer is None:
        raise _too_costly()
    if "message" in answer:
        raise SbomError(message_from_json(answer["message"]))
    return _from_json(answer)


def short(said: Message) -> Message:
    """A message with the words of strangers in it as it can be kept and shown: short, and nothing that no database holds."""
    return Message(said.template, tuple((name, _short(value)) for name, value in said.values))


def _short(value: object) -> str:
    clean = "".join(letter if letter.isprintable() else "\ufffd" for letter in str(value)[: LONGEST_VALUE + 1])
    return clean if len(clean) <= LONGEST_VALUE else f"{clean[: LONGEST_VALUE - 1]}…"


def _too_costly() -> SbomError:
    return SbomError(
        message(
            "reading the document takes more than {seconds} seconds or {most} MB of memory; "
            "give one document for each part of the software",
            seconds=SECONDS,
            most=_MEMORY // 1024 // 1024,
        )
    )


def _asked(content: bytes, name: str) -> dict[str, Any] | None:
    """What the process answers; None where it was stopped."""
    words = [sys.executable, "-I", "-X", "utf8", "-c", _START, _ROOT, name.encode("utf-8", "replace").decode()[:200]]
    try:
        done = subprocess.run(  # noqa: S603  (our own Python with our own program)
            [word.replace("\0", "") for word in words],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            cwd="/",
            env=bare_environment(),
            check=False,
            start_new_session=True,
        )
    except subprocess.TimeoutExpired:
        return None
    if done.returncode:
        return None
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def main(name: str) -> None:
    """The process: the document from standard input, what it says as JSON to standard output."""
    content = sys.stdin.buffer.read()
    _limit()
    try:
        sbom = read(content, name)
        told = _to_json(Read(sbom, quality(sbom)))
    except SbomError as error:
        told = {"message": message_to_json(short(error.message))}
    except (MemoryError, RecursionError):
        sys.exit(3)
    sys.stdout.write(json.dumps(told))
    sys.stdout.flush()


def _limit() -> None:
    """From here on no file can be written, and memory and time are bounded."""
    try:
        import resource
    except ImportError:  # Windows, where processes have no such limits
        return
    limits = (("RLIMIT_AS", _MEMORY), ("RLIMIT_CPU", _CPU_SECONDS), ("RLIMIT_FSIZE", 0), ("RLIMIT_CORE", 0))
    for limit, most in limits:
        try:
            resource.setrlimit(getattr(resource, limit), (most, most))
        except (AttributeError, ValueError, OSError):
            continue  # this system does not know it (macOS: memory)


def _to_json(found: Read) -> dict[str, Any]:
    """Lists of values in the order of their fields: half as long as with names, and quickly taken apart."""
    sbom = found.sbom
    lists = {key: [_values(one) for one in getattr(sbom, key)] for key, _ in _LISTS}
    whole = {one.name: getattr(sbom, one.name) for one in fields(Sbom) if one.name not in lists}
    whole["made_at"] = sbom.made_at.isoformat() if sbom.made_at else None
    checks = [(one.id, one.points, one.earned, message_to_json(one.reason)) for one in found.quality.checks]
    return {"sbom": whole, "ntia": dict(found.quality.ntia), "checks": checks, **lists}


def _values(one: Package | Relationship | Extracted) -> list[str]:
    return [str(getattr(one, field.name)) for field in fields(one)]


def _from_json(told: Mapping[str, Any]) -> Read:
    whole: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in told["sbom"].items()
    }
    whole["made_at"] = datetime.fromisoformat(whole["made_at"]) if whole["made_at"] else None
    sbom = Sbom(
        **whole,
        packages=tuple(_packages(told["packages"])),
        relationships=tuple(Relationship(*one) for one in told["relationships"]),
        extracted=tuple(Extracted(*one) for one in told["extracted"]),
    )
    checks = tuple(
        Check(name, points, earned, message_from_json(said)) for name, points, earned, said in told["checks"]
    )
    return Read(sbom, Quality(told["ntia"], checks))


def _packages(listed: list[list[Any]]) -> Iterator[Package]:
    state, states = [one.name for one in fields(Package)].index("state"), {str(one): one for one in State}
    for one in listed:
        one[state] = states[one[state]]
        yield Package(*one)
