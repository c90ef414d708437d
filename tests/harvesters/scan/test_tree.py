"""Folders that a stranger filled: nothing outside is read, nothing blocks, nothing is left out silently."""

from __future__ import annotations

import os
import socket
from dataclasses import asdict
from pathlib import Path

import pytest

from publiccode.harvesters.scan.limits import USUAL, ScanLimits
from publiccode.harvesters.scan.tree import Tree, shown


def walk(
    root: Path, limits: ScanLimits = USUAL, only: set[bytes] | None = None
) -> tuple[dict[str, bytes | None], dict[str, object]]:
    """The contents by path, and what was counted that is not usual."""
    tree = Tree(str(root), limits, only)
    files = {met.path: met.content for met in tree}
    return files, {
        name: value for name, value in asdict(tree.counted).items() if value and name not in ("files", "bytes", "read")
    }


def test_links_are_not_followed(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (tmp_path / "secret").write_text("s")
    for name, target in {
        "out": "../secret",
        "passwd": "/etc/passwd",
        "self": "self",
        "up": "..",
        "sub/loop": "../sub",
    }.items():
        (root / name).symlink_to(target)
    (root / "a").write_text("a")
    assert walk(root) == ({"a": b"a"}, {"links": 5})


def test_pipes_sockets_and_hostile_names(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    os.mkfifo(root / "pipe")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(os.path.relpath(root / "socket"))
    names = [b"new\nline", b"\x1b[2J", b"\xff\xfe", "\u202egnp.exe".encode(), b"x" * 255, b"-rf"]
    for name in names:
        Path(os.fsdecode(os.fsencode(root) + b"/" + name)).write_bytes(b"1")
    files, counted = walk(root)
    mark = "\N{REPLACEMENT CHARACTER}"
    assert sorted(files) == sorted([f"new{mark}line", f"{mark}[2J", mark * 2, f"{mark}gnp.exe", "x" * 255, "-rf"])
    assert counted == {"special": 2}
    assert shown(b"a" * 500) == "a" * 400 + "…"


def test_depth_number_and_bytes_are_bounded(tmp_path: Path) -> None:
    deep = tmp_path / "/".join("d" * 1 for _ in range(8))
    deep.mkdir(parents=True)
    (deep / "x").write_text("x")
    for number in range(9):
        (tmp_path / f"f{number}").write_bytes(b"12345")
    assert walk(tmp_path, ScanLimits(depth=5))[1] == {"deep": 1}
    files, counted = walk(tmp_path, ScanLimits(files=4))
    assert (len(files), counted) == (4, {"more_files": True})
    files, counted = walk(tmp_path, ScanLimits(total_bytes=12))
    assert (len(files), counted) == (3, {"too_many_bytes": True})
    assert walk(tmp_path, ScanLimits(seconds=-1))[1] == {"too_slow": True}


def test_folders_without_files_are_bounded(tmp_path: Path) -> None:
    for number in range(1200):
        (tmp_path / str(number)).mkdir()
    assert walk(tmp_path, ScanLimits(files=50)) == ({}, {"more_files": True})


def test_large_and_sparse_files_are_counted_and_not_read(tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(10 * 2**30)
    (tmp_path / "a").write_text("a")
    assert walk(tmp_path) == ({"a": b"a", "sparse": None}, {"large_count": 1})


def test_only_what_git_lists(tmp_path: Path) -> None:
    for path in ("a/b/c", "a/d", "e/f", ".git/config", "module/x", "node_modules/z/index.js"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(path)
    only = {b"a/b/c", b"e/f", b"module", b"gone"}
    assert walk(tmp_path, only=only) == ({"a/b/c": b"a/b/c", "e/f": b"e/f"}, {"submodules": 1})
    assert walk(tmp_path)[1] == {"vendored": {"node_modules": 1}}


@pytest.mark.skipif(os.geteuid() == 0, reason="who may read everything is refused nothing")
def test_what_may_not_be_read_is_counted(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    (tmp_path / "a").chmod(0)
    assert walk(tmp_path)[1] == {"unreadable": 1}
