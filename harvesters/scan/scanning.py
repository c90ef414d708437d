"""The deep scan: what all files of a repository say of their licences, and what they hold that must not be published.

A folder of this machine is read where it lies, an address is fetched into a folder that is removed afterwards. What is read
is read by a process that can contact nobody (isolation.py). Keys, tokens and numbers of persons come back masked, are
told to whoever asked, and are kept nowhere: `record` leaves them out.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from ...registry.evidence_models import ScanRecord
from ...registry.stored import message_to_json
from ...schemas.candidate import Repository
from ...schemas.finding import Message, message
from ..errors import HostUnavailable
from ..http import Http
from .checkout import Written, fetch
from .exposed import Exposed
from .isolation import run_isolated
from .limits import USUAL, ScanLimits

VERSION = 1  # of what a scan looks for: an entry that was scanned by another one is scanned again
_MEMORY, _REUSE_MEMORY = 2 * 2**30, 4 * 2**30
_MOST = 64 * 1024 * 1024  # bytes of an answer


class ScanError(Exception):
    """A folder cannot be scanned; `message` says why."""

    def __init__(self, said: Message) -> None:
        super().__init__(str(said))
        self.message = said


@dataclass(frozen=True, slots=True)
class Scan:
    """What a scan found.

    `files` are those that must say under which licence they stand (REUSE), of all `met`; `compliant` is None where `reuse`
    did not judge. `texts` are licence texts below the root (`{path, license}`), `vendored` folders of others' code with
    their numbers of files. `messages` say what was left out, `exposed` what must not be published: masked, and never kept.
    """

    commit: str
    tool: str
    met: int
    files: int
    bytes: int
    with_license: int
    with_copyright: int
    compliant: bool | None
    licenses: Mapping[str, int]
    missing: tuple[str, ...] = ()
    unused: tuple[str, ...] = ()
    deprecated: tuple[str, ...] = ()
    bad: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    without_count: int = 0
    copyrights: tuple[str, ...] = ()
    texts: tuple[Mapping[str, str], ...] = ()
    vendored: Mapping[str, int] = field(default_factory=dict)
    messages: tuple[Message, ...] = ()
    exposed: tuple[Exposed, ...] = ()
    more_exposed: int = 0
    network: tuple[str, ...] = ()
    memory: int = 0

    @property
    def alarms(self) -> tuple[Exposed, ...]:
        """What is exposed outside of examples and tests."""
        return tuple(one for one in self.exposed if not one.low)

    @property
    def is_clean(self) -> bool:
        """Whether nothing stands in the way of a release, as far as a scan tells."""
        return self.compliant is not False and (self.compliant or not self.without_count) and not self.alarms

    def record(self, software_id: UUID, at: datetime) -> ScanRecord:
        """What is kept of it: nothing of what is exposed. Its number is given by `registry/scans.py`."""
        told = [message_to_json(said) for said in self.messages]
        return ScanRecord(
            number=0,
            software_id=software_id,
            at=at,
            commit=self.commit,
            tool=self.tool,
            files=self.files,
            bytes=self.bytes,
            with_license=self.with_license,
            with_copyright=self.with_copyright,
            compliant=self.compliant,
            licenses=dict(self.licenses),
            missing=list(self.missing),
            unused=list(self.unused),
            deprecated=list(self.deprecated),
            bad=list(self.bad),
            without=list(self.without),
            without_count=self.without_count,
            copyrights=list(self.copyrights),
            message={**told[0], "more": told[1:]} if told else None,
        )


def tool() -> str:
    """By what a scan is made now: our version, and that of reuse where it is installed."""
    return f"publiccode scan {VERSION}" + (f", reuse {version}" if (version := _reuse_version()) else "")


def reuse_command() -> str | None:
    """Where the program `reuse` is: beside our Python, else on the path; None where it is not installed."""
    beside = Path(sys.executable).with_name("reuse.exe" if sys.platform == "win32" else "reuse")
    return str(beside) if beside.is_file() else shutil.which("reuse")


def _reuse_version() -> str:
    """The version of the installed reuse, from what is installed beside it; empty where there is none."""
    from importlib.metadata import PackageNotFoundError, version

    if reuse_command() is None:
        return ""
    try:
        return version("reuse")
    except PackageNotFoundError:  # in an environment of its own
        return "of another environment"


def scan_folder(
    folder: Path,
    limits: ScanLimits = USUAL,
    commit: str = "",
    said: Sequence[Message] = (),
    checkout: bool = True,
) -> Scan:
    """Scans a folder as it lies there; in a checkout what Git would publish, not what it ignores.

    Args:
        folder: the folder.
        limits: what is read at most.
        commit: which commit lies there.
        said: what was left out before.
        checkout: whether Git is asked, where the folder has a `.git`.

    Raises:
        ScanError: it cannot be read.

    """
    if os.open not in os.supports_dir_fd:
        raise ScanError(
            message("A deep scan needs Linux or macOS; next: run it there, or in the Linux of Windows (WSL)")
        )
    root = str(folder.resolve())
    asked = {"root": root, "limits": limits.to_json(), "git": checkout and (folder / ".git").exists()}
    ended = run_isolated("read", asked, limits.seconds, _MEMORY, _MOST)
    read = ended.told()
    if read is None:
        reason = "too slow" if ended.too_slow else f"ended with {ended.returncode}"
        raise ScanError(
            message("{folder} cannot be scanned: the process that reads it was {reason}", folder=folder, reason=reason)
        )
    messages = [*said, *_left_out(read, limits)]
    judged = _judged(root, read, limits, messages)
    return _scan(read, judged, commit, tuple(messages))


def scan_repository(
    repository: Repository, http: Http, locate: Callable[[str], str], limits: ScanLimits = USUAL
) -> Scan:
    """Scans the files of `repository.head`, fetched into a folder that is removed afterwards.

    Raises:
        HostError: they cannot be had.
        ScanError: they cannot be read.

    """
    if repository.head is None:
        raise HostUnavailable(message("{url} is empty: there is nothing to scan", url=repository.url))
    with TemporaryDirectory(prefix="publiccode-scan-", ignore_cleanup_errors=True) as name:
        written = fetch(repository, Path(name), http, locate, limits)
        return scan_folder(Path(name), limits, written.commit, left_aside(written, limits), checkout=False)


def left_aside(written: Written, limits: ScanLimits) -> list[Message]:
    """What was not written of a commit that was fetched, in sentences."""
    said = [*written.messages]
    if written.left_out:
        said.append(
            message(
                "Files above {megabytes} MB, counted but not read: {count}",
                count=written.left_out,
                megabytes=limits.file_bytes // 2**20,
            )
        )
    if written.refused:
        said.append(message("Names that no checkout may have, left out: {count}", count=written.refused))
    if written.renamed:
        said.append(message("Names changed for their control characters or length: {count}", count=written.renamed))
    return said + _others(written.links, 0, written.submodules)


def _left_out(read: Mapping[str, Any], limits: ScanLimits) -> list[Message]:
    """What the process that read left aside, in sentences."""
    counted, found = read["counted"], list[Message]()
    if counted["more_files"]:
        found.append(message("Scanned {count} of more files", count=f"{counted['files']:,}"))
    if counted["too_many_bytes"]:
        found.append(message("Scanned {megabytes} MB of more", megabytes=limits.total_bytes // 2**20))
    if counted["too_slow"]:
        found.append(message("Scanned what was read in {seconds} seconds, of more files", seconds=limits.seconds))
    if counted["large_count"]:
        text = message(
            "Files above {megabytes} MB, counted but not read: {count}",
            count=counted["large_count"],
            megabytes=limits.file_bytes // 2**20,
        )
        found.append(text)
    if counted["deep"]:
        found.append(
            message(
                "Folders deeper than {depth}, not entered: {count}",
                count=counted["deep"],
                depth=limits.depth,
            )
        )
    if counted["unreadable"]:
        found.append(message("Files or folders that could not be read: {count}", count=counted["unreadable"]))
    found += _others(counted["links"], counted["special"], counted["submodules"])
    if read["git"] == "refused":
        found.append(
            message(
                "Git does not trust this folder: files that it ignores were scanned too; next: add it to Git's safe.directory"
            )
        )
    elif read["git"] == "missing":
        found.append(message("Git is not installed: files that it ignores were scanned too"))
    return found


def _others(links: int, special: int, submodules: int) -> list[Message]:
    found = []
    if links:
        found.append(message("Symbolic links, not followed: {count}", count=links))
    if special:
        found.append(message("Pipes, sockets or devices, not opened: {count}", count=special))
    if submodules:
        found.append(message("Submodules, not fetched: {count}", count=submodules))
    return found


def _judged(
    root: str, read: Mapping[str, Any], limits: ScanLimits, messages: list[Message]
) -> Mapping[str, Any] | None:
    """What `reuse lint` says; None where it was not asked or gave no answer, which `messages` then say."""
    command, counted = reuse_command(), read["counted"]
    if command is None:
        messages.append(
            message(
                "The program reuse is not installed, so compliance was not judged; next: pip install 'publiccode-registry[audit]'"
            )
        )
        return None
    if (
        counted["more_files"]
        or counted["too_many_bytes"]
        or counted["too_slow"]
        or counted["bytes"] > limits.total_bytes
    ):
        messages.append(message("The program reuse was not asked, because the folder is larger than is scanned"))
        return None
    ended = run_isolated("reuse", {"root": root, "command": command}, limits.seconds, _REUSE_MEMORY, _MOST)
    told = ended.told()
    if told is None or "error" in told:
        reason = "too slow" if ended.too_slow else (told or {}).get("error", f"ended with {ended.returncode}")
        messages.append(
            message("The program reuse gave no answer ({reason}), so compliance was not judged", reason=reason)
        )
        return None
    return told


def _scan(
    read: Mapping[str, Any], judged: Mapping[str, Any] | None, commit: str, messages: tuple[Message, ...]
) -> Scan:
    by = judged or read
    if judged is None and read["reuse_toml"]:
        messages = (*messages, message("What REUSE.toml says of files was not read, which reuse alone does"))
    return Scan(
        commit=commit,
        tool=tool(),
        met=read["counted"]["files"],
        files=by["covered"],
        bytes=read["counted"]["bytes"],
        with_license=by["with_license"],
        with_copyright=by["with_copyright"],
        compliant=judged["compliant"] if judged else None,
        licenses=by["licenses"],
        without=tuple(by["without"]),
        without_count=by["without_count"],
        copyrights=tuple(by["copyrights"]),
        texts=tuple(read["texts"]),
        vendored=read["counted"]["vendored"],
        messages=messages,
        exposed=tuple(Exposed(**one) for one in read["exposed"]),
        more_exposed=read["more_exposed"],
        network=tuple(read["network"]),
        memory=read["memory"],
        **{name: tuple(judged[name]) if judged else () for name in ("missing", "unused", "deprecated", "bad")},
    )
