"""The files that a catalogue keeps in a folder: of an archive at an address (.zip, .tar.gz), or of a folder on disk.

A part after `#` names the folder inside: `https://git.agency.example/catalogue.zip#publiccode/projects`. Nothing is written
to disk, and no link is followed.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from ...schemas.document import MAX_BYTES as MAX_FILE
from ...schemas.finding import message
from ..errors import HostUnavailable
from ..http import Http
from . import MAX_ENTRIES
from .normalised import sound
from .source import local_path, read_file, read_source
from .tar_files import TarError, is_tar, tar_files

MAX_INFLATED = 256 * 1024 * 1024  # of all files of an archive together
MAX_KEPT = 64 * 1024 * 1024  # of those among them that are wanted
LONGEST_PATH = 1_000  # characters
MAX_DEPTH = 30  # folders one in the other
_ZIP_ENTRY = b"PK\x01\x02"
_ZIP_FAULTS = (BadZipFile, ValueError, RuntimeError, OSError, EOFError, struct.error, zlib.error, OverflowError)


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file: its path below the folder, and its content; None where that cannot be read or is too long."""

    path: str
    content: bytes | None


def files_of(http: Http, locate: Callable[[str], str], url: str, wanted: Callable[[str], bool]) -> Iterator[FoundFile]:
    """The files whose name is `wanted`, in the order of the archive, or of their paths on disk.

    Raises:
        HostError: the archive or folder cannot be read, or exceeds the limits.

    """
    address, _, inside = url.partition("#")
    path = local_path(address)
    if path is not None and _is(path, Path.is_dir):
        yield from _of_folder(path / _inner(inside, url), wanted)
        return
    members = _of_archive(read_source(http, locate, address), address, wanted)
    # Archives of a repository put one folder around everything, named after the commit: no part of a lasting id.
    tops = {member.path.partition("/")[0] for member in members}
    within = f"/{_inner(inside, url)}/" if inside else f"/{tops.pop()}/" if len(tops) == 1 else "/"
    for member in members:
        _, found, below = f"/{member.path}".partition(within)
        if found or not inside:
            yield FoundFile(_id(below or member.path), member.content)


def _id(path: str) -> str:
    return sound(path)[:LONGEST_PATH]


def _inner(inside: str, url: str) -> str:
    inside = inside.strip("/")
    if ".." in inside.split("/"):
        raise HostUnavailable(message("{url} names no folder", url=url))
    return inside


def _of_folder(root: Path, wanted: Callable[[str], bool]) -> Iterator[FoundFile]:
    folders, count = [root], 0
    while folders:
        folder = folders.pop()
        try:
            children = sorted(folder.iterdir())
        except OSError as error:
            reason = error.strerror or error
            raise HostUnavailable(message("{url} cannot be read: {reason}", url=folder, reason=reason)) from error
        below = []
        for child in children:
            count += 1
            if count > MAX_ENTRIES:
                raise HostUnavailable(message("{url} has more than {limit} files", url=root, limit=MAX_ENTRIES))
            if _is(child, Path.is_symlink):
                continue
            if _is(child, Path.is_dir) and len(child.parts) - len(root.parts) <= MAX_DEPTH:
                below.append(child)
            elif wanted(child.name) and _is(child, Path.is_file):
                yield _read(child, _id(child.relative_to(root).as_posix()))
        folders += reversed(below)


def _is(path: Path, kind: Callable[[Path], bool]) -> bool:
    """Whether `path` is of this kind; what may not be looked at is of none."""
    try:
        return kind(path)
    except OSError:
        return False


def _read(path: Path, name: str) -> FoundFile:
    try:
        return FoundFile(name, read_file(path, MAX_FILE))
    except HostUnavailable:
        return FoundFile(name, None)


def _of_archive(content: bytes, url: str, wanted: Callable[[str], bool]) -> list[FoundFile]:
    """The wanted members; those whose name leads out of the archive are not read."""

    def wants(path: str) -> bool:
        return wanted(PurePosixPath(path).name)

    try:
        if content.startswith(b"PK"):
            members = _of_zip(content, wants)
        elif is_tar(content):
            limits = {"most_inflated": MAX_INFLATED, "most_members": MAX_ENTRIES, "most_bytes": MAX_FILE}
            members = (FoundFile(path, data) for path, data in tar_files(content, wants, **limits))
        else:
            raise TarError("neither zip nor tar")
        found, left = [], MAX_KEPT
        for member in members:
            outside = member.path.startswith("/") or ".." in member.path.replace("\\", "/").split("/")
            found.append(FoundFile(member.path, None) if outside else member)
            left -= len(member.content or b"")
            if left < 0:
                raise TarError("too large")
    except (TarError, *_ZIP_FAULTS) as error:
        text = message("{url} is no archive that can be read: {reason}", url=url, reason=str(error)[:200])
        raise HostUnavailable(text) from error
    return found


def _of_zip(content: bytes, wanted: Callable[[str], bool]) -> Iterator[FoundFile]:
    if content.count(_ZIP_ENTRY) > MAX_ENTRIES:  # the library makes an object of each before anybody can count
        raise BadZipFile("too many files")
    with ZipFile(BytesIO(content)) as archive:
        for info in archive.infolist():
            if info.is_dir() or not wanted(info.filename):
                continue
            yield FoundFile(info.filename, _inflated(archive, info))


def _inflated(archive: ZipFile, info: ZipInfo) -> bytes | None:
    """The member's bytes as they come out, whatever length it claims; None where it cannot be read, or is too long."""
    link = (info.external_attr >> 16) & 0o170000 == 0o120000
    if link or info.compress_type not in (ZIP_STORED, ZIP_DEFLATED) or info.flag_bits & 1:
        return None
    try:
        with archive.open(info) as file:
            data = file.read(MAX_FILE + 1)
    except _ZIP_FAULTS:
        return None
    return data if len(data) <= MAX_FILE else None
