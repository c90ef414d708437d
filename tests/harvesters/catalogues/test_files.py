"""Folders of files: archives as hosts make them and as nobody should, and folders on disk."""

from __future__ import annotations

import gzip
import io
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from publiccode.harvesters.catalogues import CATALOGUES
from publiccode.harvesters.catalogues.tar_files import TarError, tar_files
from publiccode.harvesters.errors import HostUnavailable

from .archives import tar_of, zip_of
from .servers import documents, entries_of, local_entries, served, told


def yaml(number: int) -> bytes:
    return f"publiccodeYmlVersion: '0'\nurl: https://git.example/{number}\n".encode()


FILES = {
    "list-0a1b/README.md": b"# publiccodeYmlVersion",
    "list-0a1b/.github/workflows/ci.yml": b"on: push\n",
    "list-0a1b/projects/one.yml": yaml(1),
    "list-0a1b/projects/sub/two.yaml": yaml(2),
    "list-0a1b/projects/" + "long/" * 40 + "three.YML": yaml(3),
    "list-0a1b/old/four.yml": yaml(4),
}
LONG = "long/" * 40 + "three.YML"
ARCHIVES: dict[str, Callable[[dict[str, bytes]], bytes]] = {
    "zip": zip_of,
    "tar.gz in pax form": tar_of,
    "tar.gz in GNU form": lambda files: tar_of(files, form=tarfile.GNU_FORMAT),
    "tar": lambda files: tar_of(files, "w:"),
    "tar.gz in two parts": lambda files: _two_parts(tar_of(files, "w:")),
}


def _two_parts(content: bytes) -> bytes:
    return gzip.compress(content[:700]) + gzip.compress(content[700:])


def found(body: bytes, fragment: str = "") -> list[tuple[str, str]]:
    with served(documents({"/list": body})) as (server, http):
        entries = CATALOGUES["publiccode-folder"](http, lambda url: url).entries(f"{server.url}/list{fragment}")
        return [(entry.source_id, entry.url) for entry in entries]


@pytest.mark.parametrize("make", ARCHIVES.values(), ids=ARCHIVES)
def test_an_archive(make: Callable[[dict[str, bytes]], bytes]) -> None:
    assert found(make(FILES)) == [
        ("projects/one.yml", "https://git.example/1"),
        ("projects/sub/two.yaml", "https://git.example/2"),
        (f"projects/{LONG}", "https://git.example/3"),
        ("old/four.yml", "https://git.example/4"),
    ]
    inside = [
        ("one.yml", "https://git.example/1"),
        ("sub/two.yaml", "https://git.example/2"),
        (LONG, "https://git.example/3"),
    ]
    assert found(make(FILES), "#projects") == found(make(FILES), "#/projects/") == inside
    assert found(make(FILES), "#projects/sub") == [("two.yaml", "https://git.example/2")]
    assert found(make(FILES), "#nowhere") == []


def test_a_folder_that_is_all_there_is() -> None:
    body = zip_of({"projects/one.yml": yaml(1)})
    assert found(body) == found(body, "#projects") == [("one.yml", "https://git.example/1")]
    assert found(zip_of({"one.yml": yaml(1)})) == [("one.yml", "https://git.example/1")]


def test_names_that_are_no_names(tmp_path: Path) -> None:
    (tmp_path / "\udcff.yml").write_bytes(yaml(1))
    assert [entry.source_id for entry in local_entries("publiccode-folder", tmp_path)] == ["?.yml"]
    ((name, _),) = found(tar_of({"a/" * 3_000 + "b.yml": yaml(1)}))
    assert len(name) == 1_000


def lay_out(folder: Path) -> None:
    for name, content in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


@pytest.mark.parametrize("form", ["{}", "file://{}", "{}/"])
def test_a_folder_on_disk(tmp_path: Path, form: str) -> None:
    lay_out(tmp_path)
    folder = form.format(tmp_path / "list-0a1b")
    (tmp_path / "list-0a1b" / "projects" / "link.yml").symlink_to(tmp_path / "list-0a1b" / "old" / "four.yml")
    (tmp_path / "list-0a1b" / "around").symlink_to(tmp_path / "list-0a1b")
    entries = local_entries("publiccode-folder", folder)
    assert [entry.source_id for entry in entries] == ["old/four.yml", "projects/one.yml", "projects/sub/two.yaml"]
    assert [entry.source_id for entry in local_entries("publiccode-folder", f"{folder}#projects/sub")] == ["two.yaml"]


def test_a_folder_with_blanks_in_its_name(tmp_path: Path) -> None:
    (tmp_path / "a b").mkdir()
    (tmp_path / "a b" / "one.yml").write_bytes(yaml(1))
    assert len(local_entries("publiccode-folder", (tmp_path / "a b").as_uri())) == 1


def test_an_archive_on_disk(tmp_path: Path) -> None:
    (tmp_path / "list.zip").write_bytes(zip_of(FILES))
    assert len(local_entries("publiccode-folder", tmp_path / "list.zip")) == 4


def test_no_way_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "out.yml").write_bytes(yaml(1))
    with pytest.raises(HostUnavailable, match="names no folder"):
        local_entries("publiccode-folder", f"{tmp_path}/in#..")
    with pytest.raises(HostUnavailable, match="cannot be read"):
        local_entries("publiccode-folder", f"{tmp_path}/in#nowhere")


@pytest.mark.parametrize("make", [zip_of, tar_of])
def test_names_that_leave_the_archive_are_not_read(make: Callable[[dict[str, bytes]], bytes]) -> None:
    names = ["../../etc/a.yml", "/etc/b.yml", "a/../../c.yml", "..\\d.yml", "good/e.yml"]
    entries = entries_of("publiccode-folder", make({name: yaml(1) for name in names}))
    assert [(entry.url, entry.candidate is None) for entry in entries] == [("", True)] * 4 + [
        ("https://git.example/1", False)
    ]
    assert told(entries[0]) == ["The record ../../etc/a.yml cannot be read."]


def test_links_of_archives_are_not_followed() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        link = tarfile.TarInfo("a.yml")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    assert entries_of("publiccode-folder", buffer.getvalue()) == []
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as zipped:
        info = zipfile.ZipInfo("a.yml")
        info.external_attr = 0o120777 << 16
        zipped.writestr(info, "/etc/passwd")
    (entry,) = entries_of("publiccode-folder", buffer.getvalue())
    assert (entry.candidate, told(entry)) == (None, ["The record a.yml cannot be read."])


@pytest.mark.parametrize("make", [zip_of, tar_of])
def test_a_file_that_inflates_too_far_costs_no_other(make: Callable[[dict[str, bytes]], bytes]) -> None:
    body = make({"a/one.yml": yaml(1), "a/big.yml": b"#" * 20_000_000, "a/two.yml": yaml(2)})
    assert len(body) < 30_000
    entries = entries_of("publiccode-folder", body)
    assert [(entry.url, told(entry)) for entry in entries] == [
        ("https://git.example/1", []),
        ("", ["The record big.yml cannot be read."]),
        ("https://git.example/2", []),
    ]


def test_a_bomb_of_many_files() -> None:
    body = zip_of({f"{number}.yml": b"#" * 1_000_000 for number in range(70)})
    with pytest.raises(HostUnavailable, match="too large"):
        entries_of("publiccode-folder", body)


def test_a_bomb_of_gzip_is_stopped_while_it_inflates() -> None:
    press = zlib.compressobj(9, wbits=31)
    body = tar_of({"a.yml": b""}, "w:")[:512]
    header = bytearray(tar_of({"a.bin": b""}, "w:")[:512])
    header[124:136] = b"77777777777\0"
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    content = press.compress(body + bytes(header))
    content += b"".join(press.compress(b"\0" * 1_000_000) for _ in range(400)) + press.flush()
    started = time.monotonic()
    with pytest.raises(HostUnavailable, match="too large"):
        entries_of("publiccode-folder", content)
    assert time.monotonic() - started < 10


def test_a_zip_that_claims_another_size_and_one_that_is_damaged() -> None:
    body = bytearray(zip_of({"a.yml": yaml(1), "b.yml": yaml(2)}))
    body[40] ^= 0xFF  # in the data of the first file
    entries = entries_of("publiccode-folder", bytes(body))
    assert [entry.url for entry in entries] == ["", "https://git.example/2"]


def test_an_encrypted_zip_and_another_compression() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("a.yml", yaml(1))
    assert [told(entry) for entry in entries_of("publiccode-folder", buffer.getvalue())] == [
        ["The record a.yml cannot be read."]
    ]
    body = bytearray(zip_of({"a.yml": yaml(1)}))
    body[body.index(b"PK\x01\x02") + 8] |= 1
    assert [entry.candidate for entry in entries_of("publiccode-folder", bytes(body))] == [None]


LIMITS = {"most_inflated": 1_000_000, "most_members": 100, "most_bytes": 10_000}


def tar_with(place: slice, content: bytes, *, sum_is_right: bool = True, body: bytes | None = None) -> bytes:
    archive = bytearray(tar_of({"a.yml": b"x"}, "w:") if body is None else body)
    archive[place] = content
    if sum_is_right:
        archive[148:156] = b" " * 8
        archive[148:156] = b"%06o\0 " % sum(archive[:512])
    return bytes(archive)


LONG_NAME = tar_of({"a" * 200 + ".yml": b"x"}, "w:", tarfile.GNU_FORMAT)
PAX = tar_of({"é" * 90 + ".yml": b"x"}, "w:", tarfile.PAX_FORMAT)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (tar_with(slice(0, 1), b"b", sum_is_right=False), "damaged"),
        (tar_with(slice(124, 135), b"zzzzzzzzzzz"), "damaged"),
        (tar_with(slice(124, 136), b"\x80" + b"\xff" * 11), "too early"),
        (tar_with(slice(124, 135), b"00000100000", body=LONG_NAME), "too early"),
        (tar_with(slice(124, 136), b"\x80" + b"\x7f" * 11, body=LONG_NAME), "too long"),
        (PAX.replace(b"194 path=", b"999 path="), "damaged"),
        (PAX.replace(b"194 path=", b"abc path="), "damaged"),
        (tar_of({"a.yml": b"x"}, "w:")[:520], "too early"),
        (tar_of({"a.yml": b"x"})[:-20], "too early"),
        (tar_of({"a.yml": b"x"})[:30], "too early"),
        (tar_of({f"{n}.yml": b"" for n in range(101)}, "w:"), "too many"),
        (tar_of({"a.bin": b"x" * 2_000_000}), "too large"),
        (b"\x1f\x8b" + b"x" * 100, "decompressed"),
    ],
)  # fmt: skip
def test_a_tar_that_is_damaged(content: bytes, reason: str) -> None:
    with pytest.raises(TarError, match=reason):
        list(tar_files(content, lambda name: name.endswith(".yml"), **LIMITS))


def test_every_byte_of_a_tar_may_be_wrong() -> None:
    whole = tar_of({"a.yml": b"x" * 600, "é" * 90: b"y"}, "w:")[: 512 * 8]
    for place in range(len(whole)):
        broken = whole[:place] + bytes([whole[place] ^ 0x35]) + whole[place + 1 :]
        try:
            for _, content in tar_files(broken, lambda _: True, **LIMITS):
                assert content is None or len(content) <= 10_000
        except TarError:
            continue


@pytest.mark.parametrize("body", [b"", b"Rar!\x1a\x07\0" * 100, b"PK\x05\x06", b"<html></html>"])
def test_no_archive(body: bytes) -> None:
    with pytest.raises(HostUnavailable, match="is no archive that can be read"):
        entries_of("publiccode-folder", body)


def test_files_of_yaml_that_are_wrong() -> None:
    files = {
        "a.yml": b"publiccodeYmlVersion: '0'\nurl: [\n",
        "b.yml": "publiccodeYmlVersion: '0'\nurl: https://git.example/1\n".encode("utf-16"),
        "c.yml": b"publiccodeYmlVersion: '0'\nurl:\n  - https://git.example/1\n",
        "d.yml": b"publiccodeYmlVersion: '0'\nurl: n/a\nlegal: [MIT]\ndescription: text\n",
        "e.yml": b"publiccodeYmlVersion: '0'\nurl: https://git.example/1\n",
        "f.yml": b"- publiccodeYmlVersion\n",
    }
    entries = entries_of("publiccode-folder", zip_of(files))
    assert [(entry.url, told(entry)) for entry in entries] == [
        ("", ["The record a.yml cannot be read."]),
        ("", ["The record b.yml cannot be read."]),
        ("", ["The record names no address of code."]),
        ("", ["The field url could not be used: “n/a”."]),
        ("https://git.example/1", []),
        ("", ["The record f.yml cannot be read."]),
    ]
    contents = [entry.candidate.file.content if entry.candidate else None for entry in entries]
    assert contents == list(files.values())
    assert [entry.original for entry in entries] == list(files.values())
