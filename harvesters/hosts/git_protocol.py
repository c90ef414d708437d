"""Git's wire protocol, version 2: the requests we make and how their answers are read. Opens no connection.

Written after Git's `gitprotocol-common` (pkt-lines), `gitprotocol-v2` (ls-refs, fetch) and `gitformat-pack` (trees).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

FLUSH, DELIMITER = b"0000", b"0001"
MAX_PACKET = 65520
TAGS = "refs/tags/"
OBJECT_ID = re.compile(r"[0-9a-f]{40}")
PACK_BAND, ERROR_BAND = 1, 3  # 2 is for progress, which we do not ask for
_NOTHING = memoryview(b"")


class ProtocolError(ValueError):
    """The answer is not what the protocol asks for; the text (English) says how."""


class Refused(ProtocolError):
    """The server says no: an ERR packet, or the error band."""


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One line of a tree: Git's mode, the name (what is no UTF-8 in it replaced), the id of what it names."""

    mode: int
    name: str
    oid: str


def ls_refs_request() -> bytes:
    """Asks for HEAD: its commit, and the branch that it stands for."""
    return _command("ls-refs", ["symrefs", "ref-prefix HEAD"])


def ls_tags_request() -> bytes:
    """Asks for all tags, and for the commits that tags with a text of their own stand for."""
    return _command("ls-refs", ["peel", f"ref-prefix {TAGS}"])


def fetch_request(wants: Iterable[str], *, depth: int = 0, less: str = "") -> bytes:
    """Asks for the objects with the ids `wants` and all they reach, `depth` commits deep, less what the filter says."""
    arguments = ["no-progress", "ofs-delta"]
    arguments += [f"deepen {depth}"] if depth else []
    arguments += [f"filter {less}"] if less else []
    return _command("fetch", [*arguments, *(f"want {oid}" for oid in wants), "done"])


def _command(name: str, arguments: list[str]) -> bytes:
    head = _packet(f"command={name}") + _packet("object-format=sha1")
    return head + DELIMITER + b"".join(map(_packet, arguments)) + FLUSH


def _packet(line: str) -> bytes:
    data = line.encode() + b"\n"
    return b"%04x" % (len(data) + 4) + data


def packets(body: bytes) -> Iterator[memoryview | None]:
    """The payloads of a body's packets, in order; None for each special packet (flush, delimiter, end of response).

    Raises:
        ProtocolError: a length is no number, too large, or goes beyond the body.

    """
    view, position = memoryview(body), 0
    while position < len(body):
        digits = body[position : position + 4]
        if not re.fullmatch(rb"[0-9a-fA-F]{4}", digits):
            raise ProtocolError("a packet's length is not a number")
        length = int(digits, 16)
        if length == 3 or length > MAX_PACKET or position + max(length, 4) > len(body):
            raise ProtocolError("a packet is cut off or too long")
        yield view[position + 4 : position + length] if length >= 4 else None
        position += max(length, 4)


def read_ls_refs(body: bytes) -> tuple[str | None, str]:
    """The answer to `ls_refs_request`: HEAD's commit (None: the repository is empty), HEAD's branch (may be empty).

    Raises:
        Refused: the server says no.
        ProtocolError: the answer cannot be read.

    """
    head, branch = None, ""
    for oid, name, attributes in _refs(body):
        if name == "HEAD":
            head = oid
            branch = _attribute(attributes, "symref-target:").removeprefix("refs/heads/")
    return head, branch


def read_ls_tags(body: bytes) -> dict[str, str]:
    """The answer to `ls_tags_request`: the tags by their names, each with the id of what it stands for.

    Raises:
        Refused: the server says no.
        ProtocolError: the answer cannot be read.

    """
    return {
        name.removeprefix(TAGS): _attribute(attributes, "peeled:") or oid
        for oid, name, attributes in _refs(body)
        if name.startswith(TAGS)
    }


def _refs(body: bytes) -> Iterator[tuple[str, str, list[str]]]:
    """Id, name and attributes of each line of an answer to ls-refs."""
    last: memoryview | None = _NOTHING
    for last in packets(body):
        if last is None:
            continue
        oid, _, rest = _line(last).partition(" ")
        name, *attributes = rest.split(" ")
        if not OBJECT_ID.fullmatch(oid) or not name:
            raise ProtocolError("a line of ls-refs is not an id and a name")
        yield oid, name, attributes
    if last is not None:
        raise ProtocolError("the answer is cut off")


def _attribute(attributes: Iterable[str], name: str) -> str:
    return next((text.removeprefix(name) for text in attributes if text.startswith(name)), "")


def read_fetch(body: bytes) -> bytes:
    """The pack in the answer to `fetch_request`.

    Raises:
        Refused: the server says no.
        ProtocolError: the answer cannot be read, is cut off, or has no pack.

    """
    section, pack = "", bytearray()
    last: memoryview | None = _NOTHING
    for last in packets(body):
        if last is None:
            section = ""
        elif not section:
            section = _line(last)
        elif section == "packfile" and last[:1] == bytes([PACK_BAND]):
            pack += last[1:]
        elif section == "packfile" and last[:1] == bytes([ERROR_BAND]):
            raise Refused(_shown(bytes(last[1:])))
    if last is not None:
        raise ProtocolError("the answer is cut off")
    if not pack:
        raise ProtocolError("the answer has no pack")
    return bytes(pack)


def read_commit_tree(content: bytes) -> str:
    """The id of a commit's root tree.

    Raises:
        ProtocolError: the content is no commit.

    """
    found = re.match(rb"tree ([0-9a-f]{40})\n", content)
    if not found:
        raise ProtocolError("a commit names no tree")
    return found[1].decode()


def read_commit_time(content: bytes) -> datetime:
    """When a commit was made, by its committer's clock.

    Raises:
        ProtocolError: the content is no commit, or the time is none.

    """
    found = re.search(rb"^committer [^\n]* ([0-9]{1,12}) [+-][0-9]{4}$", content.partition(b"\n\n")[0], re.MULTILINE)
    try:
        return datetime.fromtimestamp(int(found[1]) if found else -(10**15), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise ProtocolError("a commit tells no time") from error


def read_tree(content: bytes) -> list[TreeEntry]:
    """The entries of a tree, in its order.

    Raises:
        ProtocolError: the content is no tree.

    """
    entries, position = [], 0
    line = re.compile(rb"([0-7]{5,6}) ([^\0/]+)\0(.{20})", re.DOTALL)
    while position < len(content):
        found = line.match(content, position)
        if not found:
            raise ProtocolError("a tree is broken")
        entries.append(TreeEntry(int(found[1], 8), found[2].decode("utf-8", "replace"), found[3].hex()))
        position = found.end()
    return entries


def _line(packet: memoryview) -> str:
    line = bytes(packet).decode("utf-8", "replace").rstrip("\n")
    if line.startswith("ERR "):
        raise Refused(_shown(bytes(packet[4:])))
    return line


def _shown(text: bytes) -> str:
    """What a server says, fit to be shown: one line, printable, short."""
    return "".join(c if c.isprintable() else " " for c in text.decode("utf-8", "replace")).strip()[:200]
