"""Plain Git over HTTP: any address that `git clone https://…` accepts, without a clone.

One request tells whether a repository changed; three read its publiccode.yml and licence files:

1. `ls-refs` for HEAD: the commit, and the branch that HEAD stands for;
2. the commit and its root tree (`filter tree:1`): which files there are, and of which kind, before any is read;
3. the files themselves, by their ids, and the folder LICENSES with all that is small in it.

A fourth is made where a licence file is a link to a file that the third did not bring. Servers that know no filter send
the whole commit instead of 2 and 3; servers without protocol version 2 are asked in the older one (`git_v0`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

from ...schemas.candidate import EXECUTABLE, FOLDER, REGULAR, SYMLINK, Candidate, Repository, RepositoryFile
from ...schemas.finding import Message, message
from ..errors import AccessDenied, CannotList, HostError, HostUnavailable, SignInAsked, naming
from ..http import Http
from ..wanted_files import (
    LICENSES_FOLDER,
    MAX_LICENSE_BYTES,
    MAX_LICENSE_FILES,
    MAX_PUBLICCODE_BYTES,
    MAX_TARGET_BYTES,
    PUBLICCODE_NAMES,
    is_license_name,
    link_target,
    telling,
)
from .git_protocol import (
    OBJECT_ID,
    ProtocolError,
    Refused,
    TreeEntry,
    fetch_request,
    ls_refs_request,
    read_commit_tree,
    read_fetch,
    read_ls_refs,
    read_tree,
)
from .pack import Pack, PackError, PackObject
from .port import Answer, OneByOne

SERVICE = "git-upload-pack"
MAX_REFS_BYTES = 64 * 1024
MAX_PACK_BYTES = 64 * 1024 * 1024
MAX_METADATA_BYTES = 8 * 1024 * 1024
LOOK_SECONDS, READ_SECONDS = 30, 180
# Answers that say something about the repository or the host; after any other it is worth asking in the older way.
FINAL = frozenset({0, 403, 410, 429, 451, 502, 503, 504})


class GitSmartHttp(OneByOne):
    """The GitHost for any smart-HTTP Git server.

    Args:
        http: the way out.
        locate: from the address that the publisher names to the one to fetch from, a mirror's.
        look_seconds: how long a look may take.

    """

    def __init__(self, http: Http, locate: Callable[[str], str] = str, look_seconds: float = LOOK_SECONDS) -> None:
        self._http = http
        self._locate = locate
        self._look_seconds = look_seconds

    def repositories(self, url: str, since: datetime | None = None) -> Iterator[Repository]:
        """Git has no lists.

        Raises:
            CannotList: always.

        """
        raise CannotList(message("{url} is a group of repositories: it needs a host that can list.", url=url))

    def repository(self, known: Repository) -> Repository:
        """The repository at `known.url`.

        Its `facts`: `git_protocol` 0 where the server does not speak version 2; `moved_to`, the address that the host
        redirects to.

        Raises:
            HostError: it cannot be looked at.

        """
        address = _trimmed(self._locate(known.url))
        with _named(known.url, address):
            return self._repository(known.url, address)

    def _repository(self, url: str, address: str) -> Repository:
        try:
            head, branch = read_ls_refs(self._ask(address, ls_refs_request(), MAX_REFS_BYTES, self._look_seconds))
        except (HostError, ProtocolError) as error:
            if isinstance(error, HostError) and error.status in FINAL:
                raise
            return self._discovered(url, address)
        return Repository(url, head, branch)

    def read(self, repository: Repository) -> Answer:
        """The publiccode.yml and the licence files at `repository.head`.

        Raises:
            HostError: they cannot be read.

        """
        if repository.head is None:
            return Answer(repository)
        address = _trimmed(self._locate(repository.facts.get("moved_to", repository.url)))
        with _named(repository.url, address):
            return self._candidate(repository, repository.head, address)

    def whole(self, repository: Repository, largest: int, max_bytes: int, seconds: float) -> bytes:
        """The pack of the commit `repository.head` with its files; where the server can, without those above `largest` bytes.

        Raises:
            HostError: it cannot be had, or has more than `max_bytes`.

        """
        head = repository.head or ""
        address = _trimmed(self._locate(repository.facts.get("moved_to", repository.url)))
        with _named(repository.url, address):
            try:
                if repository.facts.get("git_protocol") == 0:
                    return self._whole_by_v0(address, head, max_bytes, seconds)
                return self._whole_by_v2(address, head, largest, max_bytes, seconds)
            except ProtocolError as error:
                raise HostUnavailable(
                    message("{url} answers, but not as Git does: {reason}", url=address, reason=error), 200
                ) from error

    def _whole_by_v2(self, address: str, head: str, largest: int, max_bytes: int, seconds: float) -> bytes:
        try:
            filtered = fetch_request([head], depth=1, less=f"blob:limit={largest + 1}")
            answer = self._ask(address, filtered, max_bytes, seconds)
            if answer:
                return read_fetch(answer)
        except Refused:  # no filter there
            pass
        return read_fetch(self._ask(address, fetch_request([head], depth=1), max_bytes, seconds))

    def _candidate(self, repository: Repository, head: str, address: str) -> Answer:
        try:
            if repository.facts.get("git_protocol") == 0:
                objects = _Objects(None, head, self._whole_by_v0(address, head, MAX_PACK_BYTES, READ_SECONDS))
            else:
                objects = _Objects(lambda body: self._ask(address, body, MAX_PACK_BYTES, READ_SECONDS), head)
            return _answer(repository, objects)
        except (ProtocolError, PackError) as error:
            raise HostUnavailable(
                message("{url} answers, but not as Git does: {reason}", url=address, reason=error), 200
            ) from error

    def _ask(self, address: str, body: bytes, max_bytes: int, seconds: float) -> bytes:
        response = self._http.request(
            "POST",
            f"{address}/{SERVICE}",
            {
                "Git-Protocol": "version=2",
                "Content-Type": f"application/x-{SERVICE}-request",
                "Accept": f"application/x-{SERVICE}-result",
            },
            body,
            max_bytes=max_bytes,
            deadline_seconds=seconds,
            idempotent=True,
        )
        if response.headers.get("Content-Type", "").partition(";")[0].strip() != f"application/x-{SERVICE}-result":
            raise HostUnavailable(message("{url} answers, but is no smart Git server", url=address), response.status)
        return response.body

    def _discovered(self, url: str, address: str) -> Repository:
        from .git_v0 import discover  # dulwich: 0.1 s to import, and most hosts never need it

        found = discover(self._http, address, self._look_seconds)
        facts: dict[str, Any] = {} if found.version == 2 else {"git_protocol": 0}
        if found.address != address:
            facts["moved_to"] = _public(url, address, found.address)
        if found.head and not OBJECT_ID.fullmatch(found.head):
            raise HostUnavailable(message("{url} answers, but is no smart Git server", url=address), 200)
        return Repository(url, found.head, found.branch, facts=facts)

    def _whole_by_v0(self, address: str, head: str, max_bytes: int, seconds: float) -> bytes:
        from .git_v0 import fetch_whole

        return fetch_whole(self._http, address, head, max_bytes, seconds)


class _Objects:
    """The objects of one commit, asked for as they are needed.

    Args:
        ask: sends a fetch request, gives the answer's body; None where nothing more can be asked.
        head: the commit.
        pack: what there is already.

    """

    def __init__(self, ask: Callable[[bytes], bytes] | None, head: str, pack: bytes = b"") -> None:
        self._ask, self._head = ask, head
        self._packs: list[Pack] = [Pack(pack)] if pack else []
        if ask and not pack:
            self._request([head], depth=1, less="tree:1")

    def load(self, wants: Sequence[str], less: str = "") -> None:
        """Asks for those of `wants` that are not there yet, in one request."""
        missing = [oid for oid in dict.fromkeys(wants) if self.get(oid, 0) is None]
        if missing and self._ask:
            self._request(missing, depth=0, less=less)

    def _request(self, wants: Sequence[str], depth: int, less: str) -> None:
        if self._ask is None:
            return
        try:
            answer = self._ask(fetch_request(wants, depth=depth, less=less))
            pack = read_fetch(answer) if answer else b""
        except Refused:
            pack = b""
        if not pack:
            # No filter (git's default), or no objects by their ids: it then says ERR, or ends without a word.
            pack = read_fetch(self._ask(fetch_request([self._head], depth=1)))
            self._ask = None
        self._packs.append(Pack(pack))

    def get(self, oid: str, limit: int) -> PackObject | None:
        """The object, its content only up to `limit` bytes; None where it is not there."""
        return next((found for pack in self._packs if (found := pack.get(oid, limit))), None)

    def content(self, oid: str, kind: str) -> bytes:
        """The content of a commit or tree that must be there.

        Raises:
            ProtocolError: it is missing, of another type, or too large.

        """
        found = self.get(oid, MAX_METADATA_BYTES)
        if found is None or found.type != kind:
            raise ProtocolError(f"the {kind} {oid} is missing")
        if found.content is None:
            raise ProtocolError(f"the {kind} {oid} has {found.size} bytes")
        return found.content


def _answer(repository: Repository, objects: _Objects) -> Answer:
    tree = read_tree(objects.content(read_commit_tree(objects.content(repository.head or "", "commit")), "tree"))
    told = replace(repository, facts={**repository.facts, "files": telling(entry.name for entry in tree)})
    root = {entry.name: entry for entry in tree}
    file = next((root[name] for name in PUBLICCODE_NAMES if name in root), None)
    if file is None:
        return Answer(told)
    licenses = {entry.name: entry for entry in tree if _is_blob(entry) and is_license_name(entry.name)}
    folder = root.get(LICENSES_FOLDER)
    wants = [entry.oid for entry in (file, *_first(licenses.values())) if _is_blob(entry)]
    if folder and folder.mode == FOLDER:
        objects.load([*wants, folder.oid], less=f"blob:limit={MAX_LICENSE_BYTES + 1}")
        for entry in read_tree(objects.content(folder.oid, "tree")):
            if _is_blob(entry):
                licenses[f"{LICENSES_FOLDER}/{entry.name}"] = entry
    else:
        objects.load(wants)
    if any(objects.get(oid, 0) is None for oid in wants):
        raise ProtocolError("a file that was asked for is missing")
    chosen = dict(list(licenses.items())[:MAX_LICENSE_FILES])
    texts = tuple(_license_files(chosen, root | licenses, objects))
    return Answer(told, Candidate(_file(file, objects), repository, texts))


def _license_files(
    chosen: dict[str, TreeEntry], known: dict[str, TreeEntry], objects: _Objects
) -> Iterator[RepositoryFile]:
    """The licence files at the paths `chosen`; links are followed, once, to regular files among `known`."""
    targets = {path: _target(entry, objects) for path, entry in chosen.items() if entry.mode == SYMLINK}
    followed = {path: known.get(link_target(path, target) or "") for path, target in targets.items()}
    objects.load([entry.oid for entry in followed.values() if entry and _is_blob(entry) and entry.mode != SYMLINK])
    for path, entry in chosen.items():
        source = followed[path] if path in targets else entry
        readable = source is not None and _is_blob(source) and source.mode != SYMLINK
        blob = objects.get(source.oid, MAX_LICENSE_BYTES) if source and readable else None
        yield _repository_file(path, entry, blob, targets.get(path, ""))


def _file(entry: TreeEntry, objects: _Objects) -> RepositoryFile:
    """The publiccode.yml; a link is named, never followed."""
    if entry.mode == SYMLINK:
        return _repository_file(entry.name, entry, None, _target(entry, objects))
    return _repository_file(
        entry.name, entry, objects.get(entry.oid, MAX_PUBLICCODE_BYTES) if _is_blob(entry) else None
    )


def _repository_file(path: str, entry: TreeEntry, blob: PackObject | None, target: str = "") -> RepositoryFile:
    return RepositoryFile(path, blob.content if blob else None, _mode(entry), blob.size if blob else None, target)


def _target(link: TreeEntry, objects: _Objects) -> str:
    blob = objects.get(link.oid, MAX_TARGET_BYTES)
    return (blob.content or b"").decode("utf-8", "replace") if blob else ""


def _is_blob(entry: TreeEntry) -> bool:
    return entry.mode == SYMLINK or entry.mode & 0o170000 == 0o100000


def _mode(entry: TreeEntry) -> int:
    """Git's mode; the older writing of it for regular files (100664) as today's."""
    if entry.mode & 0o170000 == 0o100000:
        return EXECUTABLE if entry.mode & 0o100 else REGULAR
    return entry.mode


def _first(entries: Iterable[TreeEntry]) -> list[TreeEntry]:
    return list(entries)[:MAX_LICENSE_FILES]


@contextmanager
def _named(url: str, address: str) -> Iterator[None]:
    """Errors within name the address that the publisher knows, not the mirror's, nor Git's service below it."""
    with naming(url, address):
        try:
            yield
        except HostError as error:
            values = tuple((name, _without_service(value)) for name, value in error.message.values)
            error.message = Message(error.message.template, values)
            error.args = (str(error.message),)
            if isinstance(error, AccessDenied) and error.status == 401:
                raise SignInAsked(error.message, 401) from error
            raise


def _without_service(text: str) -> str:
    return text.removesuffix(f"/info/refs?service={SERVICE}").removesuffix(f"/{SERVICE}")


def _trimmed(address: str) -> str:
    return address.strip().rstrip("/")


def _public(url: str, address: str, final: str) -> str:
    """The public name of the address `final` that a mirror redirects to, where `address` is the mirror's for `url`."""
    url, address, final = (text.rstrip("/").removesuffix(".git") for text in (url, address, final))
    if url == address:
        return final
    shared = 0
    while shared < min(len(url), len(address)) and url[-1 - shared] == address[-1 - shared]:
        shared += 1
    prefix, target = url[: len(url) - shared], address[: len(address) - shared]
    return prefix + final[len(target) :] if final.startswith(target) else final
