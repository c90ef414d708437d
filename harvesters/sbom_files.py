"""Finds bills of materials (SBOM): at a repository's root and in its folder `sbom`, over plain Git, and at its newest releases."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from uuid import UUID

from sqlmodel import Session, col, select

from ..registry import sboms
from ..registry.models import AssessmentRecord, RepositoryRecord, Software
from ..registry.sbom_persons import Redaction
from ..registry.sboms import RELEASE, REPOSITORY, Found, Prepared, Recorded
from ..registry.store import Store
from ..schemas.candidate import FOLDER, Repository
from ..schemas.finding import Message, message
from ..schemas.sbom.bounds import LARGEST
from ..schemas.sbom_names import is_sbom_name
from .errors import HostError, HostUnavailable, RepositoryGone, TooLarge
from .hosts import Hosts
from .hosts.git import READ_SECONDS, GitSmartHttp, _is_blob, _named, _Objects, _trimmed
from .hosts.git_protocol import ProtocolError, TreeEntry, read_commit_tree, read_tree
from .hosts.pack import PackError
from .hosts.releases import ReleaseFile, Releasing
from .http import Http, http_address

MOST_FILES = 10  # of one repository, and of one release
MAX_PACK_BYTES = LARGEST + 1024 * 1024
ASSET_SECONDS = 120
_ENDINGS = (".json", ".jsonld", ".spdx", ".tag", ".txt", ".xml", ".yml", ".yaml", ".rdf")
MOST_FOLDERS = 3
MOST_BYTES = 64 * 1024 * 1024  # of all documents of one entry together
LONGEST_PLACE = 2_000  # characters of an address or a path
_AHEAD = 4  # entries that are read before the first is written; each may hold MOST_BYTES


@dataclass(frozen=True, slots=True)
class Wanted:
    """An entry whose bills of materials are looked for; `known` are those that it has, by kind and place: commit and inputs."""

    software_id: UUID
    slug: str
    url: str
    known: dict[tuple[str, str], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Looked:
    """What one look gave: the documents, the places whose document is as before, the kinds that were asked for to their end.

    `troubles`: what stood in the way.
    """

    found: tuple[Found, ...] = ()
    same: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    troubles: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Collected:
    """What became of one entry."""

    slug: str
    recorded: Recorded
    troubles: tuple[Message, ...] = ()


class SbomFiles(GitSmartHttp):
    """Reads bills of materials over plain Git, which every host speaks."""

    def files(self, repository: Repository) -> list[Found]:
        """The documents at the repository's head, in at most two requests, and one for each folder and document.

        Raises:
            HostError: they cannot be read.

        """
        if repository.head is None:
            return []
        address = _trimmed(self._locate(repository.facts.get("moved_to", repository.url)))
        with _named(repository.url, address):
            try:
                return self._files(repository, repository.head, address)
            except (ProtocolError, PackError) as error:
                raise HostUnavailable(
                    message("{url} answers, but not as Git does: {reason}", url=address, reason=error), 200
                ) from error

    def _files(self, repository: Repository, head: str, address: str) -> list[Found]:
        if repository.facts.get("git_protocol") == 0:
            objects = _Objects(None, head, self._whole_by_v0(address, head, MAX_PACK_BYTES, READ_SECONDS))
        else:
            objects = _Objects(lambda body: self._ask(address, body, MAX_PACK_BYTES, READ_SECONDS), head)
        tree = read_tree(objects.content(read_commit_tree(objects.content(head, "commit")), "tree"))
        found, left = [], MOST_BYTES
        for path, entry in islice(_documents(tree, objects), MOST_FILES):
            one = (
                self._file(path, entry, objects, head) if left >= 0 else Found(REPOSITORY, path, None, head, _TOGETHER)
            )
            left -= len(one.content or b"")
            found.append(one)
        return found

    def _file(self, path: str, entry: TreeEntry, objects: _Objects, head: str) -> Found:
        try:
            objects.load([entry.oid])
        except TooLarge:
            return Found(REPOSITORY, path, None, head)
        blob = objects.get(entry.oid, LARGEST)
        if blob is None:
            raise ProtocolError("a file that was asked for is missing")
        return Found(REPOSITORY, path, blob.content, head)


def _documents(tree: Sequence[TreeEntry], objects: _Objects) -> Iterator[tuple[str, TreeEntry]]:
    """The paths of what is called a bill of materials, links left out: of those at the root, then of those in such a folder."""
    named = [entry for entry in tree if is_sbom_name(entry.name)]
    yield from ((entry.name, entry) for entry in named if _is_blob(entry) and entry.mode != 0o120000)
    for folder in [entry for entry in named if entry.mode == FOLDER][:MOST_FOLDERS]:
        objects.load([folder.oid], less="blob:none")
        for entry in read_tree(objects.content(folder.oid, "tree")):
            is_file = _is_blob(entry) and entry.mode != 0o120000 and entry.name.lower().endswith(_ENDINGS)
            if is_file and _can_be_kept(entry.name):
                yield f"{folder.name}/{entry.name}", entry


def _can_be_kept(place: str) -> bool:
    """Whether a path or address can stand in a database, a header and a page."""
    return place.isprintable() and len(place) <= LONGEST_PLACE


def wanted(session: Session, ids: Sequence[UUID], after: str = "") -> list[Wanted]:
    """The entries to look at, in the order of their slugs: those whose repository was read, after the slug `after`."""
    found = []
    for start in range(0, len(ids), 500):
        query = (
            select(Software, RepositoryRecord.url)
            .join(RepositoryRecord, col(RepositoryRecord.id) == col(Software.repository_id))
            .join(AssessmentRecord, col(AssessmentRecord.id) == col(Software.shown_assessment_id))
            .where(col(Software.id).in_(ids[start : start + 500]), col(AssessmentRecord.commit) != "")
        )
        found += [_wanted(session, software, url) for software, url in session.exec(query) if software.slug > after]
    return sorted(found, key=lambda one: one.slug)


def _wanted(session: Session, software: Software, url: str) -> Wanted:
    known = {(row.kind, row.place): (row.commit, row.inputs) for row in sboms.current(session, software.id)}
    return Wanted(software.id, software.slug, url, known)


def look(entry: Wanted, http: Http, hosts: Hosts, releases: bool = True) -> Looked:
    """What there is for one entry. Nothing is raised for what a host does: it is told, and concludes nothing."""
    found: list[Found] = []
    same: list[str] = []
    asked: list[str] = []
    troubles: list[Message] = []
    git = SbomFiles(http, hosts.locate)
    try:
        repository = git.repository(Repository(entry.url))
        here = {place: known for (kind, place), known in entry.known.items() if kind == REPOSITORY}
        if here and all(commit == repository.head and sboms.is_of_reader(inputs) for commit, inputs in here.values()):
            same += here  # the same commit holds the same files
        else:
            found += git.files(repository)
            asked.append(REPOSITORY)
    except HostError as error:
        troubles.append(error.message)
    if releases and not troubles:
        try:
            host = hosts.listing(entry.url)
            listed = _listed(host, entry.url) if isinstance(host, Releasing) else None
            if listed is not None:
                for one in _of_releases(entry, listed, http, hosts, sum(len(one.content or b"") for one in found)):
                    (same.append(one) if isinstance(one, str) else found.append(one))
                asked.append(RELEASE)
        except HostError as error:
            troubles.append(error.message)
    return Looked(tuple(found), tuple(same), tuple(asked), tuple(troubles))


def _listed(host: Releasing, url: str) -> Sequence[Sequence[ReleaseFile]] | None:
    """The files at the newest releases; None where a repository has no releases switched on, from which nothing is concluded."""
    try:
        return host.releases(url)
    except RepositoryGone:
        return None


def _of_releases(
    entry: Wanted, releases: Sequence[Sequence[ReleaseFile]], http: Http, hosts: Hosts, taken: int
) -> Iterator[Found | str]:
    """The documents of the newest release that has any; of one that is as before, its place alone.

    Whoever may write a release names addresses at will: inside the network only the repository's own host is asked.
    `taken`: the bytes that were read of this entry before.
    """
    named = ([file for file in files if is_sbom_name(file.name) and _can_be_kept(file.address)] for files in releases)
    documents = next((files for files in named if files), [])[:MOST_FILES]
    if not documents:
        return
    with _towards(http, hosts.locate(entry.url)) as guarded:
        for file in documents:
            _, inputs = entry.known.get((RELEASE, file.address), ("", ""))
            if file.size and sboms.size_of(inputs) == file.size:  # the same address and size
                yield file.address
                continue
            one = _fetched(file, guarded, hosts) if taken <= MOST_BYTES else _left_out(file)
            taken += len(one.content or b"")
            yield one


def _towards(http: Http, url: str) -> Http:
    """One like `http`, to be closed, that asks inside the network the host of `url` alone."""
    parts = http_address(url)
    port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    return replace(http, private_only=((parts.hostname or "").rstrip(".").lower(), port))


def _left_out(file: ReleaseFile) -> Found:
    return Found(RELEASE, file.address, None, reason=_TOGETHER)


def _fetched(file: ReleaseFile, http: Http, hosts: Hosts) -> Found:
    if file.size > LARGEST:
        return Found(RELEASE, file.address, None)
    address = hosts.locate(file.address)
    try:
        answer = http.request("GET", address, max_bytes=LARGEST, deadline_seconds=ASSET_SECONDS, idempotent=True)
    except TooLarge:
        return Found(RELEASE, file.address, None)
    return Found(RELEASE, file.address, answer.body)


_TOGETHER = message(
    "the documents of this software together are larger than is read ({most} MB); this one was left out",
    most=MOST_BYTES // 1024 // 1024,
)


def collect(
    store: Store, http: Http, hosts: Hosts, entries: Sequence[Wanted], actor: str, threads: int = _AHEAD
) -> Iterator[Collected]:
    """Looks for the documents of all these entries, and keeps them: one transaction for each entry that has something new.

    May be stopped at any time: what was kept stays, and what was kept is not read again.

    Raises:
        StorageError: the database cannot be written.

    """
    pool = ThreadPoolExecutor(threads, thread_name_prefix="sbom")
    with store.reading() as session:
        redaction = Redaction.of(session)
    running: deque[tuple[Wanted, Future[tuple[Looked, list[Prepared]]]]] = deque()
    waiting = iter(entries)
    try:
        while True:
            while len(running) < threads and (entry := next(waiting, None)):
                running.append((entry, pool.submit(_prepared, entry, http, hosts, redaction)))
            if not running:
                return
            entry, future = running.popleft()
            yield _kept(store, entry, *future.result(), actor)
    finally:
        pool.shutdown(cancel_futures=True)


def _prepared(entry: Wanted, http: Http, hosts: Hosts, redaction: Redaction) -> tuple[Looked, list[Prepared]]:
    """What one look gave, and what was found as it is kept: it is read here, beside other entries, not while all wait to write."""
    looked = look(entry, http, hosts)
    former = {place: inputs for place, (_, inputs) in entry.known.items()}
    return looked, sboms.prepare(redaction, looked.found, former)


def _kept(store: Store, entry: Wanted, looked: Looked, found: Sequence[Prepared], actor: str) -> Collected:
    if not found and not (entry.known and looked.asked):
        return Collected(entry.slug, Recorded(unchanged=len(looked.same)), looked.troubles)
    with store.writing(actor) as change:
        recorded = sboms.record(change, entry.software_id, found, looked.asked, looked.same)
    return Collected(entry.slug, recorded, looked.troubles)
