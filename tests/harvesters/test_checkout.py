"""What a folder on this machine tells: its files, its repository, its tags, the files that are named."""

from __future__ import annotations

import os
import struct
import subprocess
import zlib
from datetime import date
from pathlib import Path

import pytest

from publiccode.harvesters.checkout import checked_out, files_below, look_up, read_file
from publiccode.schemas.candidate import EXECUTABLE, REGULAR, SYMLINK, Candidate, Named, Repository, RepositoryFile, Tag
from publiccode.schemas.document import MAX_BYTES
from publiccode.web.demo.agencies import LICENSES


def write(path: Path, content: bytes = b"x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def below(path: Path, root: Path) -> list[str]:
    return [file.relative_to(root).as_posix() for file in files_below(path)]


def test_a_folder_with_a_publiccode_yml_stands_for_it(tmp_path: Path) -> None:
    write(tmp_path / "publiccode.yaml")
    write(tmp_path / "other.yml")
    write(tmp_path / "deeper" / "publiccode.yml")
    assert below(tmp_path, tmp_path) == ["publiccode.yaml"]
    write(tmp_path / "publiccode.yml")
    assert below(tmp_path, tmp_path) == ["publiccode.yml"]


def test_a_folder_without_stands_for_all_below(tmp_path: Path) -> None:
    write(tmp_path / "b" / "publiccode.yml")
    write(tmp_path / "a" / "deep" / "publiccode.yaml")
    write(tmp_path / "a" / "other.yml")
    write(tmp_path / "node_modules" / "x" / "publiccode.yml")
    write(tmp_path / ".git" / "publiccode.yml")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert below(tmp_path, tmp_path) == ["a/deep/publiccode.yaml", "b/publiccode.yml"]


def test_a_folder_of_files_of_any_name(tmp_path: Path) -> None:
    for name in ("two.yaml", "one.yml", "three.txt", ".gitlab-ci.yml"):
        write(tmp_path / name)
    assert below(tmp_path, tmp_path) == []
    write(tmp_path / "deep" / "publiccode.yml")
    found = [file.relative_to(tmp_path).as_posix() for file in files_below(tmp_path, any_name=True)]
    assert found == ["one.yml", "two.yaml", "deep/publiccode.yml"]
    assert list(files_below(tmp_path / "nothing")) == [tmp_path / "nothing"]


def test_files_are_read_with_their_mode(tmp_path: Path) -> None:
    file = write(tmp_path / "publiccode.yml", b"name: x\n")
    assert read_file(file) == RepositoryFile("publiccode.yml", b"name: x\n", REGULAR, 8)
    file.chmod(0o755)
    assert read_file(file).mode == EXECUTABLE
    large = write(tmp_path / "large.yml", b"#" * (MAX_BYTES + 1))
    assert (read_file(large).content, read_file(large).size) == (None, MAX_BYTES + 1)
    link = tmp_path / "link.yml"
    link.symlink_to("/etc/passwd")
    assert read_file(link) == RepositoryFile("link.yml", None, SYMLINK, target="/etc/passwd")
    with pytest.raises(OSError, match="No such file"):
        read_file(tmp_path / "nothing.yml")


def git(folder: Path, *words: str, day: str = "2026-03-01") -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "GIT_AUTHOR_DATE": f"{day}T12:00:00+00:00",
        "GIT_COMMITTER_DATE": f"{day}T12:00:00+00:00",
    }
    options = ["-c", "user.name=Lin", "-c", "user.email=lin@agency.example", "-c", "init.defaultBranch=main"]
    subprocess.run(["git", "-C", str(folder), *options, *words], check=True, capture_output=True, env=environment)


def serve_repository(folder: Path, text: str) -> Path:
    """A folder for a Git server: `city/lamplight.git` with a publiccode.yml of this text and the EUPL, and `city/empty.git`."""
    work, served = folder / "work", folder / "served"
    write(work / "publiccode.yml", text.encode())
    write(work / "LICENSE", (LICENSES / "EUPL-1.2.txt").read_bytes())
    git(work, "init")
    git(work, "add", ".")
    git(work, "commit", "-m", "x")
    git(folder, "clone", "--bare", str(work), str(served / "city" / "lamplight.git"))
    git(folder, "init", "--bare", str(served / "city" / "empty.git"))
    return served


def test_a_checkout_tells_address_and_tags(tmp_path: Path) -> None:
    file = RepositoryFile("publiccode.yml", b"")
    assert checked_out(file, tmp_path) == Candidate(file)
    git(tmp_path, "init")
    assert checked_out(file, tmp_path) == Candidate(file, tags=())
    git(tmp_path, "remote", "add", "origin", "git@git.agency.example:city/lamplight.git")
    git(tmp_path, "commit", "--allow-empty", "-m", "one", day="2025-01-01")
    git(tmp_path, "tag", "v1.0", day="2025-01-01")
    git(tmp_path, "tag", "-a", "-m", "two", "release/2.0", day="2026-10-01")
    assert checked_out(file, tmp_path) == Candidate(
        file,
        Repository("git@git.agency.example:city/lamplight.git"),
        tags=(Tag("release/2.0", date(2026, 10, 1)), Tag("v1.0", date(2025, 1, 1))),
    )
    for address, known in [
        ("https://ci-token:s3cret@git.agency.example/city/lamp.git", "https://git.agency.example/city/lamp.git"),
        ("https://bot:s3@cret@git.agency.example/@city/lamp", "https://git.agency.example/@city/lamp"),
        ("ssh://git@git.agency.example:2222/city/lamp.git", "ssh://git.agency.example:2222/city/lamp.git"),
    ]:
        git(tmp_path, "remote", "set-url", "origin", address)
        assert checked_out(file, tmp_path).repository == Repository(known)
    git(tmp_path, "remote", "set-url", "origin", str(tmp_path / "elsewhere"))
    assert checked_out(file, tmp_path).repository is None


def test_a_checkout_of_a_stranger_runs_nothing(tmp_path: Path) -> None:
    """Git fetches what a partial clone lacks by a command that the repository's own configuration names."""
    git(tmp_path, "init")
    git(tmp_path, "commit", "--allow-empty", "-m", "x")
    git(tmp_path, "tag", "-a", "-m", "x", "1.0")
    done = subprocess.run(["git", "-C", str(tmp_path), "rev-parse", "1.0"], check=True, capture_output=True, text=True)
    name = done.stdout.strip()
    (tmp_path / ".git" / "objects" / name[:2] / name[2:]).unlink()
    for key, value in {
        "core.repositoryformatversion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.url": "ssh://git.agency.example/x",
        "remote.origin.promisor": "true",
        "protocol.ssh.allow": "always",
        "core.sshCommand": f"touch {tmp_path}/ran; false",
    }.items():
        git(tmp_path, "config", key, value)
    checked_out(RepositoryFile("publiccode.yml", b""), tmp_path)
    assert not (tmp_path / "ran").exists()


def test_what_is_no_checkout_tells_nothing(tmp_path: Path) -> None:
    write(tmp_path / ".git", b"gitdir: /nowhere\n")
    file = RepositoryFile("publiccode.yml", b"")
    assert checked_out(file, tmp_path) == Candidate(file, tags=())


def png(width: int = 1) -> bytes:
    header = b"IHDR" + struct.pack(">IIBBBBB", width, 1, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + header + struct.pack(">I", zlib.crc32(header))


def test_named_files_are_looked_up_inside_the_folder_only(tmp_path: Path) -> None:
    root = tmp_path / "repository"
    write(tmp_path / "secret.png", png())
    write(root / "logo.png", png())
    write(root / "docs" / "map.svg", b"<svg/>")
    write(root / "broken.png", b"GIF89a")
    write(root / "empty.png", b"")
    write(root / "flat.png", png(width=0))
    write(root / "damaged.png", png()[:-1] + b"!")
    (root / "inside.png").symlink_to("logo.png")
    (root / "outside.png").symlink_to("../secret.png")
    (root / "loop.png").symlink_to("loop.png")
    asked = {
        "logo.png": Named.FILE,
        "./docs/../logo.png": Named.FILE,
        "docs/map.svg": Named.FILE,
        "inside.png": Named.FILE,
        "broken.png": Named.BROKEN_IMAGE,
        "empty.png": Named.BROKEN_IMAGE,
        "flat.png": Named.BROKEN_IMAGE,
        "damaged.png": Named.BROKEN_IMAGE,
        "Logo.png": Named.MISSING,
        "docs": Named.MISSING,
        "outside.png": Named.MISSING,
        "../secret.png": Named.MISSING,
        "docs/../../secret.png": Named.MISSING,
        "loop.png": Named.MISSING,
        "nothing/at/all.png": Named.MISSING,
        "x" * 5000: Named.MISSING,
        "nul\0.png": Named.MISSING,
    }
    assert look_up(root, asked) == asked


def test_only_so_many_files_are_looked_up(tmp_path: Path) -> None:
    assert len(look_up(tmp_path, (f"{number}.png" for number in range(2_000)))) == 500
