"""The file of a backup: a compressed tar whose first member, the manifest, tells name, size and SHA-256 of all others.

Members have numbers for names; where a file belongs stands in the manifest alone. What is read may be anybody's file: it is
read member by member, no further than the manifest says, and nothing of it chooses where it is written.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import tarfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO

MANIFEST, FORMAT = "manifest.json", 1
LONGEST_MANIFEST, MOST_FILES = 4 * 1024 * 1024, 10_000
_BLOCK, _CHUNK, _MOST_PADDING = 512, 1024 * 1024, 1024 * 1024
_SPARE = 64 * 1024 * 1024  # bytes of the disk that a restore leaves free


class BackupError(Exception):
    """A backup cannot be made or restored. The text says why and what to do; nothing was changed unless it says so."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a backup. `kind`: database, settings, or file, which belongs at `path` in the data folder."""

    name: str
    kind: str
    size: int
    sha256: str
    path: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds: made by which version, at which revision of the tables, when; rows of each table; its files.

    `secrets` names the settings that were left out, `left_out` what else of the data folder was.
    """

    version: str
    revision: str
    created_at: str
    engine: str
    rows: Mapping[str, int]
    pieces: tuple[Piece, ...]
    secrets: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all files, unpacked."""
        return sum(piece.size for piece in self.pieces)

    def to_json(self) -> bytes:
        """The manifest as it stands in the archive."""
        return json.dumps({"format": FORMAT, **asdict(self)}, ensure_ascii=False, indent=1).encode()


def digest_of(file: Path) -> tuple[int, str]:
    """Size and SHA-256 of a file."""
    hashed, size = hashlib.sha256(), 0
    with file.open("rb") as content:
        while chunk := content.read(_CHUNK):
            hashed.update(chunk)
            size += len(chunk)
    return size, hashed.hexdigest()


def write_archive(file: Path, manifest: Manifest, folder: Path) -> None:
    """Writes the manifest and its pieces, which lie in `folder` under their names, to `file`, down to the disk.

    Raises:
        OSError: the file cannot be written.

    """
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # it holds persons
    with os.fdopen(descriptor, "wb") as raw:
        with gzip.GzipFile("", "wb", 6, raw, mtime=0) as packed:
            _add(packed, MANIFEST, manifest.to_json())
            for piece in manifest.pieces:
                with (folder / piece.name).open("rb") as content:
                    packed.write(_header(piece.name, piece.size))
                    shutil.copyfileobj(content, packed, _CHUNK)
                    packed.write(bytes(-piece.size % _BLOCK))
            packed.write(bytes(2 * _BLOCK))
        raw.flush()
        os.fsync(raw.fileno())


def _add(packed: gzip.GzipFile, name: str, content: bytes) -> None:
    packed.write(_header(name, len(content)) + content + bytes(-len(content) % _BLOCK))


def _header(name: str, size: int) -> bytes:
    header = tarfile.TarInfo(name)
    header.size, header.mode = size, 0o600
    return header.tobuf(tarfile.GNU_FORMAT)


def read_manifest(file: Path) -> Manifest:
    """What a backup says of itself; its files are not looked at.

    Raises:
        BackupError: the file is no backup.

    """
    with _opened(file) as packed:
        return _manifest(packed, file)


def read_archive(file: Path, folder: Path) -> Manifest:
    """Unpacks a backup into `folder`, an empty folder of ours, each file under the name that its piece has, and verifies all.

    Raises:
        BackupError: the file is no backup, is not whole, or is not what its manifest says.
        OSError: the folder cannot be written.

    """
    with _opened(file) as packed:
        manifest = _manifest(packed, file)
        if manifest.size + _SPARE > (free := shutil.disk_usage(folder).free):
            raise BackupError(
                f"{file} needs {manifest.size} bytes unpacked, and {folder} has {free} free; next: make room there"
            )
        for piece in manifest.pieces:
            _unpack(packed, piece, folder / piece.name, file)
        if _next(packed, file) is not None:
            raise _damaged(file, "it holds more than its manifest names")
        padding = 0
        while rest := packed.read(_BLOCK):
            padding += len(rest)
            if padding > _MOST_PADDING or rest.strip(b"\0"):
                raise _damaged(file, "something follows its end")
    return manifest


@contextmanager
def _opened(file: Path) -> Iterator[BinaryIO]:
    try:
        with file.open("rb") as raw, gzip.GzipFile(fileobj=raw) as packed:
            yield packed  # type: ignore[misc]  # reads as a file does
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise _damaged(file, f"it is not whole, or no compressed file: {error}") from error


def _damaged(file: Path, reason: str) -> BackupError:
    return BackupError(f"{file} cannot be restored: {reason}; nothing was changed, next: take another backup")


def _next(packed: BinaryIO, file: Path) -> tarfile.TarInfo | None:
    """The next member's header; None at the end. Only plain files have a place in a backup: no links, no long names."""
    block = packed.read(_BLOCK)
    if block == bytes(_BLOCK):
        return None
    try:
        header = tarfile.TarInfo.frombuf(block, "utf-8", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError) as error:
        raise _damaged(file, f"it is not whole, or no backup: {error}") from error
    if header.type != tarfile.REGTYPE or header.size < 0:
        raise _damaged(file, "it holds something else than files")
    return header


def _manifest(packed: BinaryIO, file: Path) -> Manifest:
    header = _next(packed, file)
    if header is None or header.name != MANIFEST or header.size > LONGEST_MANIFEST:
        raise _damaged(file, "it does not begin with a manifest, and so is no backup of this program")
    content = packed.read(header.size + -header.size % _BLOCK)[: header.size]
    try:
        values = json.loads(content)
        if values["format"] != FORMAT:
            raise _damaged(file, f"its format {values['format']!r} is not {FORMAT}, which this version reads")
        manifest = _from_json(values)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise _damaged(file, f"its manifest cannot be read: {error!r}") from error
    if problem := _problem(manifest):
        raise _damaged(file, problem)
    return manifest


def _from_json(values: Mapping[str, Any]) -> Manifest:
    def texts(name: str) -> tuple[str, ...]:
        return tuple(str(entry) for entry in values[name])

    pieces = tuple(
        Piece(str(one["name"]), str(one["kind"]), int(one["size"]), str(one["sha256"]), str(one["path"]))
        for one in values["pieces"]
    )
    return Manifest(
        version=str(values["version"]),
        revision=str(values["revision"]),
        created_at=datetime.fromisoformat(values["created_at"]).isoformat(),
        engine=str(values["engine"]),
        rows={str(table): int(count) for table, count in values["rows"].items()},
        pieces=pieces,
        secrets=texts("secrets"),
        left_out=texts("left_out"),
    )


def _problem(manifest: Manifest) -> str:
    """What in a manifest is against the rules; empty where all is well."""
    pieces = manifest.pieces
    if len(pieces) > MOST_FILES:
        return f"it names {len(pieces)} files; {MOST_FILES} are read at most"
    if [piece.name for piece in pieces] != [member_name(number) for number in range(len(pieces))]:
        return "its manifest does not number its files"
    if [piece.kind for piece in pieces[:2]] != ["database", "settings"] or {one.kind for one in pieces[2:]} - {"file"}:
        return "its manifest does not name a database, settings, and files"
    if any(piece.size < 0 for piece in pieces):
        return "its manifest names a size below nothing"
    paths = [piece.path for piece in pieces if piece.kind == "file"]
    if wrong := [path for path in paths if not is_inside(path)]:
        return f"its manifest names the path {wrong[0]!r}, which leads out of the data folder"
    return "its manifest names a path twice" if len(set(paths)) != len(paths) else ""


def member_name(number: int) -> str:
    """The name of a file in the archive."""
    return f"{number:05}"


def is_inside(path: str) -> bool:
    """Whether a relative path leads to a place below its folder, whatever system it is read on."""
    steps = path.split("/")
    return (
        path.isprintable()
        and "\\" not in path
        and ":" not in steps[0]
        and not PurePosixPath(path).is_absolute()
        and not {"", ".", ".."} & set(steps)
    )


def _unpack(packed: BinaryIO, piece: Piece, target: Path, file: Path) -> None:
    header = _next(packed, file)
    if header is None or (header.name, header.size) != (piece.name, piece.size):
        raise _damaged(
            file, f"the file {piece.name} ({piece.kind}) is missing or of another size than its manifest says"
        )
    hashed, left = hashlib.sha256(), piece.size
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as content:
        while left and (chunk := packed.read(min(left, _CHUNK))):
            hashed.update(chunk)
            content.write(chunk)
            left -= len(chunk)
        content.flush()
        os.fsync(content.fileno())
    packed.read(-piece.size % _BLOCK)
    if left or hashed.hexdigest() != piece.sha256:
        raise _damaged(file, f"the file {piece.name} ({piece.kind}) is not the one that its manifest names (SHA-256)")
