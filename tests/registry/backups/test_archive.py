"""What is no whole backup of ours is refused, and writes nothing where it was not told to."""

from __future__ import annotations

import gzip
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from publiccode.registry.backups import archive
from publiccode.registry.backups.archive import (
    BackupError,
    Manifest,
    Piece,
    digest_of,
    is_inside,
    read_archive,
    read_manifest,
    write_archive,
)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A small backup."""
    folder = tmp_path / "pieces"
    folder.mkdir()
    for name, content in (("00000", b"d" * 100_000), ("00001", b""), ("00002", b"- id: a\n")):
        (folder / name).write_bytes(content)
    kinds = (("database", ""), ("settings", ""), ("file", "lists/publishers.yml"))
    pieces = tuple(
        Piece(f"{number:05}", kind, *digest_of(folder / f"{number:05}"), path)
        for number, (kind, path) in enumerate(kinds)
    )
    rows = {"software": 3}
    manifest = Manifest("1.0", "0001", "2026-03-01T00:00:00+00:00", "sqlite", rows, pieces, ("S",), ("link",))
    write_archive(tmp_path / "good.tar.gz", manifest, folder)
    assert read_manifest(tmp_path / "good.tar.gz") == manifest
    return tmp_path / "good.tar.gz"


def refusal(file: Path, tmp_path: Path) -> str:
    folder = tmp_path / "unpacked"
    folder.mkdir()
    before = set(tmp_path.rglob("*"))
    with pytest.raises(BackupError) as caught:
        read_archive(file, folder)
    assert {path.parent for path in set(tmp_path.rglob("*")) - before} <= {folder}
    return str(caught.value)


def test_a_whole_one_is_read(good: Path, tmp_path: Path) -> None:
    (tmp_path / "unpacked").mkdir()
    manifest = read_archive(good, tmp_path / "unpacked")
    assert [piece.path for piece in manifest.pieces] == ["", "", "lists/publishers.yml"]
    assert {path.name: digest_of(path)[1] for path in (tmp_path / "unpacked").iterdir()} == {
        piece.name: piece.sha256 for piece in manifest.pieces
    }
    assert good.stat().st_mode & 0o777 == 0o600
    with tarfile.open(good) as everybodys:  # every tar reads it
        assert everybodys.getnames() == ["manifest.json", "00000", "00001", "00002"]


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9, 0.99, 0.9999])
def test_a_half_written_one_is_refused(good: Path, tmp_path: Path, share: float) -> None:
    content = good.read_bytes()
    half = tmp_path / "half.tar.gz"
    half.write_bytes(content[: int(len(content) * share)])
    assert "cannot be restored: " in refusal(half, tmp_path)


@pytest.mark.parametrize(
    "more", [b"x" * 600, b"\0" * 2_000_000, gzip.compress(b"x", mtime=0), gzip.compress(b"\0" * 9_000_000, mtime=0)]
)
def test_what_follows_the_end_is_refused(good: Path, tmp_path: Path, more: bytes) -> None:
    longer = tmp_path / "longer.tar.gz"
    longer.write_bytes(good.read_bytes() + more)
    if more.strip(b"\0"):
        assert "cannot be restored: " in refusal(longer, tmp_path)
    else:  # what tapes and some file systems put behind a file
        (tmp_path / "unpacked").mkdir()
        read_archive(longer, tmp_path / "unpacked")


def test_one_bit_is_noticed(good: Path, tmp_path: Path) -> None:
    """In the file itself, whose compression carries a checksum, and in a member that somebody exchanged."""
    plain = bytearray(gzip.decompress(good.read_bytes()))
    plain[-100_000] ^= 1
    forged = tmp_path / "forged.tar.gz"
    forged.write_bytes(gzip.compress(bytes(plain)))
    assert "is not the one that its manifest names (SHA-256)" in refusal(forged, tmp_path)


def packed(tmp_path: Path, members: list[tuple[tarfile.TarInfo, bytes]], form: int = tarfile.GNU_FORMAT) -> Path:
    file, raw = tmp_path / "hostile.tar.gz", io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=form) as tar:
        for info, content in members:
            info.size = len(content) if info.isreg() else 0
            tar.addfile(info, io.BytesIO(content))
    file.write_bytes(gzip.compress(raw.getvalue()))
    return file


def values(good: Path) -> dict[str, Any]:
    plain = gzip.decompress(good.read_bytes())
    size = tarfile.TarInfo.frombuf(plain[:512], "utf-8", "strict").size
    return dict(json.loads(plain[512 : 512 + size]))


def renamed(path: str) -> Callable[[dict[str, Any]], None]:
    return lambda told: told["pieces"][2].update(path=path)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (renamed("../outside"), "its manifest names the path '../outside', which leads out of the data folder"),
        (renamed("/etc/passwd"), "which leads out of the data folder"),
        (renamed("a/../../b"), "which leads out of the data folder"),
        (renamed("a\\..\\b"), "which leads out of the data folder"),
        (renamed("c:/b"), "which leads out of the data folder"),
        (renamed(""), "which leads out of the data folder"),
        (renamed("a\x1b[2Jb"), "which leads out of the data folder"),
        (lambda told: told["pieces"][0].update(name="../x"), "does not number its files"),
        (lambda told: told["pieces"][0].update(kind="file", path="a"), "does not name a database, settings, and files"),
        (lambda told: told["pieces"][2].update(kind="database"), "does not name a database, settings, and files"),
        (lambda told: told["pieces"][0].update(size=-1), "a size below nothing"),
        (lambda told: told["pieces"][0].update(size=1), "missing or of another size than its manifest says"),
        (lambda told: told["pieces"][0].update(size=10**15), "unpacked, and "),
        (lambda told: told["pieces"][0].update(sha256="0" * 64), "(SHA-256)"),
        (lambda told: told["pieces"].append(told["pieces"][2] | {"name": "00003"}), "names a path twice"),
        (lambda told: told["pieces"].extend([told["pieces"][2]] * 10_000), "10000 are read at most"),
        (lambda told: told.update(format=2), "its format 2 is not 1, which this version reads"),
        (lambda told: told.pop("rows"), "its manifest cannot be read: KeyError('rows')"),
        (lambda told: told.update(pieces=7), "its manifest cannot be read: "),
        (lambda told: told.update(created_at="yesterday"), "its manifest cannot be read: "),
    ],
)
def test_a_manifest_that_lies(
    good: Path, tmp_path: Path, change: Callable[[dict[str, Any]], None], reason: str
) -> None:
    told = values(good)
    change(told)
    contents = [b"d" * 100_000, b"", b"- id: a\n"]
    members = [(tarfile.TarInfo("manifest.json"), json.dumps(told).encode())]
    members += [(tarfile.TarInfo(f"{number:05}"), content) for number, content in enumerate(contents)]
    assert reason in refusal(packed(tmp_path, members), tmp_path)


def linked(kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo("00000")
    info.type, info.linkname = kind, "/etc/passwd"
    return info


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_have_no_place(good: Path, tmp_path: Path, kind: bytes) -> None:
    members = [(tarfile.TarInfo("manifest.json"), json.dumps(values(good)).encode()), (linked(kind), b"")]
    assert "it holds something else than files" in refusal(packed(tmp_path, members), tmp_path)


def test_one_file_too_many(good: Path, tmp_path: Path) -> None:
    contents = [b"d" * 100_000, b"", b"- id: a\n", b"x"]
    members = [(tarfile.TarInfo("manifest.json"), json.dumps(values(good)).encode())]
    members += [(tarfile.TarInfo(f"{number:05}"), content) for number, content in enumerate(contents)]
    assert "it holds more than its manifest names" in refusal(packed(tmp_path, members), tmp_path)


def test_a_tar_of_others(tmp_path: Path) -> None:
    file = packed(tmp_path, [(tarfile.TarInfo("registry.sqlite"), b"x")])
    assert "does not begin with a manifest, and so is no backup of this program" in refusal(file, tmp_path)


@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
def test_long_headers_are_not_read_into_memory(tmp_path: Path, form: int) -> None:
    file = packed(tmp_path, [(tarfile.TarInfo("x" * 5_000_000), b"")], form)
    assert "it holds something else than files" in refusal(file, tmp_path)


def test_a_bomb_is_read_no_further_than_its_manifest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A gigabyte of zeros in a megabyte: as a manifest, as a member, behind the end."""
    header = tarfile.TarInfo("manifest.json")
    header.size = 1 << 30
    file = tmp_path / "bomb.tar.gz"
    with gzip.open(file, "wb") as bomb:
        bomb.write(header.tobuf(tarfile.GNU_FORMAT))
        for _ in range(64):
            bomb.write(bytes(1 << 20))
    read: list[int] = []
    original = gzip.GzipFile.read

    def counted(self: gzip.GzipFile, size: int | None = -1) -> bytes:
        content = original(self, size)
        read.append(len(content))
        return content

    monkeypatch.setattr(gzip.GzipFile, "read", counted)
    assert "does not begin with a manifest" in refusal(file, tmp_path)
    assert sum(read) < 2000


def test_a_disk_without_room(good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_SPARE", 1 << 60)
    assert "next: make room there" in refusal(good, tmp_path)


@pytest.mark.parametrize(
    ("path", "inside"),
    [
        ("publishers.yml", True),
        ("清單/機關.yml", True),
        ("a/b/c", True),
        (".a", True),
        ("a/./b", False),
        ("a//b", False),
    ],
)
def test_paths(path: str, inside: bool) -> None:
    assert is_inside(path) is inside
