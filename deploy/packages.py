"""Fetches packages by the clients of their registries: npm, pip and cargo, from wherever they are set up to.

Each checks what it gets against the checksum of its registry. Archives are read in memory, bounded, and nothing of them is
run, imported or unpacked to disk by their own paths; cargo unpacks crates into its own cache, where they are read.
"""

from __future__ import annotations

import gzip
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version as installed_version
from pathlib import Path

ARCHIVE_LIMIT = 32 * 1024 * 1024  # bytes; the largest now has 2.5 million
UNPACKED_LIMIT = 128 * 1024 * 1024  # bytes, of an archive and of one file in it
FETCH_SECONDS = 300

Read = Callable[[str], bytes]


class RefreshError(Exception):
    """Something stands in the way of a refresh; the text says what, and what to do next."""


@dataclass(frozen=True, slots=True)
class Package:
    """A fetched package: its version, and a way to read a file of it (path in the package → bytes)."""

    version: str
    read: Read


def run(command: list[str], folder: Path) -> str:
    """Runs a package client and gives what it prints; RefreshError with its last words where it fails."""
    program = shutil.which(command[0])
    if program is None:
        raise RefreshError(f"{command[0]} is not installed. Next: install it, or name the files that do not need it.")
    try:
        done = subprocess.run(  # noqa: S603 (the words come from SOURCES and from versions that were checked)
            [program, *command[1:]], cwd=folder, capture_output=True, text=True, timeout=FETCH_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise RefreshError(f"{command[0]} took longer than {FETCH_SECONDS} s. Next: try again later.") from error
    if done.returncode:
        raise RefreshError(f"`{' '.join(command)}` failed:\n{done.stderr.strip()[-2000:]}")
    return done.stdout


@cache
def fetch(kind: str, name: str, version: str) -> Package:
    """The package at a version ("" for the newest), fetched once."""
    if kind == "installed":
        return Package(_plain(installed_version(name)), _nothing)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        if kind == "cargo":
            return _crate(name, version, folder)
        if kind == "npm":
            run(["npm", "pack", "--silent", "--ignore-scripts", f"{name}@{version or 'latest'}"], folder)
        else:
            wanted = f"{name}=={version}" if version else name
            pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
            run([*pip, "--only-binary=:all:", wanted], folder)
        archives = list(folder.iterdir())
        if len(archives) != 1 or archives[0].stat().st_size > ARCHIVE_LIMIT:
            raise RefreshError(f"{name}: expected one archive of at most {ARCHIVE_LIMIT} bytes")
        content = archives[0].read_bytes()
    if kind == "npm":
        read = tar_reader(name, content)
        return Package(_plain(str(json.loads(read("package.json"))["version"])), read)
    return Package(_plain(archives[0].name.split("-")[1]), zip_reader(name, content))


def _crate(name: str, version: str, folder: Path) -> Package:
    """A package of cargo, which fetches what a project depends on; nothing is built."""
    wanted = f"={version}" if version else "*"
    manifest = (
        f'[package]\nname = "refresh"\nversion = "0.0.0"\n[lib]\npath = "lib.rs"\n[dependencies]\n{name} = "{wanted}"\n'
    )
    (folder / "Cargo.toml").write_text(manifest, "utf-8")
    (folder / "lib.rs").write_text("", "utf-8")
    run(["cargo", "fetch", "--quiet"], folder)
    known = json.loads(run(["cargo", "metadata", "--quiet", "--format-version=1", "--offline"], folder))
    package = next(package for package in known["packages"] if package["name"] == name)
    root = Path(package["manifest_path"]).parent

    def read(path: str) -> bytes:
        file = root / path
        if file.is_symlink() or not file.is_file() or file.stat().st_size > UNPACKED_LIMIT:
            raise RefreshError(f"{name}: the crate has no file {path}")
        return file.read_bytes()

    return Package(_plain(package["version"]), read)


def _plain(version: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z.+_-]{1,64}", version):
        raise RefreshError(f"this is not a version: {version[:80]!r}")
    return version


def _nothing(path: str) -> bytes:
    raise RefreshError(f"an installed package is asked, not read: {path}")


def tar_reader(name: str, content: bytes) -> Read:
    """Reads files of an npm package (a gzipped tar archive with everything under `package/`)."""
    try:
        with gzip.open(io.BytesIO(content)) as file:
            unpacked = file.read(UNPACKED_LIMIT + 1)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise RefreshError(f"{name}: the archive is damaged: {error}") from error
    if len(unpacked) > UNPACKED_LIMIT:
        raise RefreshError(f"{name}: the archive has more than {UNPACKED_LIMIT} bytes unpacked")

    def read(path: str) -> bytes:
        try:
            with tarfile.open(fileobj=io.BytesIO(unpacked)) as archive:
                for member in archive:
                    # isreg: a link would be followed, and a sparse file may say any size.
                    if member.name == f"package/{path}" and member.isreg() and member.size <= UNPACKED_LIMIT:
                        file = archive.extractfile(member)
                        return file.read(UNPACKED_LIMIT) if file else b""
        except tarfile.TarError as error:
            raise RefreshError(f"{name}: the archive is damaged: {error}") from error
        raise RefreshError(f"{name}: the archive has no file {path}")

    return read


def zip_reader(name: str, content: bytes) -> Read:
    """Reads files of a wheel (a zip archive)."""

    def read(path: str) -> bytes:
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                if path in archive.namelist() and archive.getinfo(path).file_size <= UNPACKED_LIMIT:
                    with archive.open(path) as file:
                        return file.read(UNPACKED_LIMIT)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise RefreshError(f"{name}: the archive is damaged: {error}") from error
        raise RefreshError(f"{name}: the archive has no file {path}")

    return read
