"""The pack reader and the pkt-line reader: everything that git makes, nothing that somebody made up."""

from __future__ import annotations

import hashlib
import struct
import subprocess
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publiccode.harvesters.hosts.git_protocol import ProtocolError, packets, read_fetch, read_ls_refs, read_tree
from publiccode.harvesters.hosts.pack import Pack, PackError, PackLimits, PackObject, apply_delta

MEBI = 1024 * 1024


def git(path: Path, *arguments: str, standard_input: bytes = b"") -> bytes:
    done = subprocess.run(["git", "-C", str(path), *arguments], check=True, capture_output=True, input=standard_input)
    return done.stdout


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("repository")
    git(path, "init", "-q")
    lines = [f"line {n}: {hashlib.md5(str(n).encode()).hexdigest()}" for n in range(2000)]
    for commit in range(8):
        lines[commit * 100] = f"changed {commit}"
        (path / "large").write_text("\n".join(lines))
        (path / f"small{commit}").write_text(str(commit) * commit)
        git(path, "add", ".")
        git(path, "-c", "user.name=a", "-c", "user.email=b", "commit", "-qm", str(commit))
    return path


@pytest.mark.parametrize("bases", [["--delta-base-offset"], []], ids=["ofs-delta", "ref-delta"])
def test_every_object_that_git_packs_is_read(repository: Path, bases: list[str]) -> None:
    pack = Pack(git(repository, "pack-objects", "-q", "--revs", "--all", *bases, "--stdout"))
    listed = git(repository, "cat-file", "--batch-check", "--batch-all-objects").decode().splitlines()
    assert len(listed) > 30
    for oid, kind, size in (line.split() for line in reversed(listed)):
        content = git(repository, "cat-file", kind, oid)
        assert pack.get(oid, MEBI) == PackObject(kind, int(size), content)
        assert pack.get(oid, max(int(size) - 1, 0)) == PackObject(kind, int(size), None if content else b"")
    assert pack.get("00" * 20, MEBI) is None


def packed(*entries: bytes, count: int | None = None) -> bytes:
    body = b"PACK" + struct.pack(">II", 2, len(entries) if count is None else count) + b"".join(entries)
    return body + hashlib.sha1(body).digest()


def entry(kind: int, size: int, deflated: bytes, base: bytes = b"") -> bytes:
    head, size = [kind << 4 | size & 15], size >> 4
    while size:
        head[-1] |= 0x80
        head.append(size & 0x7F)
        size >>= 7
    return bytes(head) + base + deflated


def blob(content: bytes) -> bytes:
    return entry(3, len(content), zlib.compress(content))


ZEROS = zlib.compress(b"\0" * 8 * MEBI, 9)
ABC = hashlib.sha1(b"blob 3\0abc").digest()


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", "not a Git pack"),
        (b"<html>" * 10, "not a Git pack"),
        (packed()[:-1] + b"x", "the pack's checksum is wrong"),
        (packed(blob(b"abc"), count=2), "the pack is truncated"),
        (packed(count=300_000), "300000 objects in the pack, more than 200000"),
        (packed(entry(3, 2, zlib.compress(b"abc"))), "an object is longer than it says"),
        (packed(entry(3, 4, zlib.compress(b"abc"))), "an object is shorter than it says"),
        (packed(entry(3, 3, b"abcdefghijkl")), "an object cannot be inflated"),
        (packed(entry(3, 3, zlib.compress(b"abc")[:-2])), "the pack is truncated"),
        (packed(entry(0, 3, zlib.compress(b"abc"))), "object type 0 is unknown"),
        (packed(entry(5, 3, zlib.compress(b"abc"))), "object type 5 is unknown"),
        (packed(b"\xff" * 30), "an object's size is too large"),
        (packed(blob(b"abc"), entry(6, 1, zlib.compress(b"x"), b"\x7f")), "a delta refers to no object"),
        (packed(entry(6, 1, zlib.compress(b"x"), b"\x00")), "a delta refers to no object"),
        (packed(*[entry(3, 8 * MEBI, ZEROS)] * 65), "the objects have more than 536870912 bytes"),
    ],
)
def test_a_pack_that_is_none_is_told(data: bytes, text: str) -> None:
    with pytest.raises(PackError) as error:
        Pack(data)
    assert str(error.value) == text


def test_deltas_that_wait_for_each_other_end() -> None:
    delta = zlib.compress(b"\x03\x03\x90\x03")
    circle = packed(entry(7, 4, delta, b"\1" * 20), entry(7, 4, delta, b"\2" * 20), blob(b"abc"))
    assert Pack(circle).get("01" * 20, MEBI) is None
    # A base that comes later, and is asked for by its id.
    forward = packed(entry(7, 6, zlib.compress(b"\x03\x04\x90\x03\x01d"), ABC), blob(b"abc"))
    assert Pack(forward).get(hashlib.sha1(b"blob 4\0abcd").hexdigest(), MEBI) == PackObject("blob", 4, b"abcd")


def test_a_delta_that_grows_beyond_the_limit_is_not_made() -> None:
    limits = PackLimits(object_bytes=1000)
    # 600 bytes, and a delta that says them twice
    base = b"a" * 600
    twice = b"\xd8\x04\xb0\x09" + b"\xb0\x58\x02" * 2
    pack = Pack(
        packed(blob(base), entry(7, len(twice), zlib.compress(twice), hashlib.sha1(b"blob 600\0" + base).digest())),
        limits,
    )
    assert pack.get(hashlib.sha1(b"blob 1200\0" + base * 2).hexdigest(), 5000) is None
    assert apply_delta(base, twice, 1200) == base * 2


@pytest.mark.parametrize(
    "delta",
    [
        b"",
        b"\x03",
        b"\x04\x03\x90\x03",
        b"\x03\x04\x90\x03",
        b"\x03\x03\x00",
        b"\x03\x03\x91\x01\x03",
        b"\x03\x02\x90\x03",
    ],
)
def test_a_broken_delta_is_told(delta: bytes) -> None:
    with pytest.raises(PackError):
        apply_delta(b"abc", delta, MEBI)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 5))
def test_whatever_lies_in_a_pack_ends_in_objects_or_a_pack_error(body: bytes, count: int) -> None:
    with suppress(PackError):
        pack = Pack(packed(blob(b"abc"), body, count=count + 1))
        assert pack.get(ABC.hex(), MEBI) == PackObject("blob", 3, b"abc")
        assert pack.get("00" * 20, MEBI) is None


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=100), st.binary(max_size=60))
def test_whatever_a_delta_says_ends_in_bytes_or_a_pack_error(base: bytes, delta: bytes) -> None:
    with suppress(PackError):
        assert len(apply_delta(base, delta, 5000)) <= 5000


@given(st.lists(st.one_of(st.none(), st.binary(max_size=300))))
def test_packets_come_back_as_they_were_written(payloads: list[bytes | None]) -> None:
    body = b"".join(b"0000" if p is None else b"%04x" % (len(p) + 4) + p for p in payloads)
    assert [None if p is None else bytes(p) for p in packets(body)] == payloads


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [b"0000", b"0001", b"0004", b"0008ERR ", b"000dpackfile\n", b"0006\1x", b"000a" + b"\3" + b"fatal"]
            ),
            st.binary(max_size=80),
        )
    )
)
def test_whatever_a_server_says_ends_in_an_answer_or_a_protocol_error(pieces: list[bytes]) -> None:
    body = b"".join(pieces)
    for read in (read_ls_refs, read_fetch, read_tree):
        with suppress(ProtocolError):
            read(body)


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b"0000", (None, "")),
        (b"0032" + b"1" * 40 + b" HEAD\n0000", ("1" * 40, "")),
        (b"0056" + b"1" * 40 + b" HEAD symref-target:refs/heads/feature/main\n" + b"0000", ("1" * 40, "feature/main")),
    ],
)
def test_the_answer_to_a_look(body: bytes, answer: tuple[str | None, str]) -> None:
    body = body.replace(b"0056", b"%04x" % (len(body) - 4))
    assert read_ls_refs(body) == answer
