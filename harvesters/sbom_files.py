"""Finds bills of materials (SBOM): at a repository's root and in its folder `sbom`, over plain Git, and at its newest releases."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

from sqlmodel import Session, col, select

from ..registry import sboms
from ..registry.models import AssessmentRecord, RepositoryRecord, Software, StoredFile
from ..registry.sboms import RELEASE, REPOSITORY, Found, Recorded
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
from .hosts.releases import Releasing
from .http import Http

MOST_FILES = 10  # of one repository, and of one release
MAX_PACK_BYTES = LARGEST + 1024 * 1024
ASSET_SECONDS = 120
_ENDINGS = (".json", ".jsonld", ".spdx", ".tag", ".txt", ".xml", ".yml", ".yaml", ".rdf")
_AHEAD = 4  # entries that are read before the first is written; each may hold a few documents of 32 MB


@dataclass(frozen=True, slots=True)
class Wanted:
    """An entry whose bills of materials are looked for; `known` are those that it has, by kind and place."""

    software_id: UUID
    slug: str
    url: str
    head: str
    known: dict[tuple[str, str], tuple[str, int]]


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
        """The documents at the repository's head, in at most two requests and one for each document.

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
        wanted = dict(_documents(tree, objects))
        return [self._file(path, entry, objects, head) for path, entry in list(wanted.items())[:MOST_FILES]]

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
    for folder in named:
        if folder.mode == FOLDER:
            objects.load([folder.oid], less="blob:none")
            for entry in read_tree(objects.content(folder.oid, "tree")):
                if _is_blob(entry) and entry.mode != 0o120000 and entry.name.lower().endswith(_ENDINGS):
                    yield f"{folder.name}/{entry.name}", entry


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
    rows = [row for row in sboms.current(session, software.id) if row.inputs == sboms.reader_version()]
    sizes = {row.file_hash: getattr(session.get(StoredFile, row.file_hash), "size", 0) for row in rows}
    known = {(row.kind, row.place): (row.commit, sizes[row.file_hash]) for row in rows}
    return Wanted(software.id, software.slug, url, "", known)


def look(entry: Wanted, http: Http, hosts: Hosts, releases: bool = True) -> Looked:
    """What there is for one entry. Nothing is raised for what a host does: it is told, and concludes nothing."""
    found: list[Found] = []
    same: list[str] = []
    asked: list[str] = []
    troubles: list[Message] = []
    git = SbomFiles(http, hosts.locate)
    try:
        repository = git.repository(Repository(entry.url))
        commits = {commit for (kind, _), (commit, _) in entry.known.items() if kind == REPOSITORY}
        if not commits or commits != {repository.head}:  # the same commit holds the same files
            found += git.files(repository)
            asked.append(REPOSITORY)
    except HostError as error:
        troubles.append(error.message)
    if releases and not troubles:
        try:
            host = hosts.listing(entry.url)
            if isinstance(host, Releasing):
                for one in _of_releases(entry, host, http, hosts):
                    (same.append(one) if isinstance(one, str) else found.append(one))
                asked.append(RELEASE)
        except RepositoryGone:
            pass  # a repository that has no releases switched on answers so: nothing is concluded
        except HostError as error:
            troubles.append(error.message)
    return Looked(tuple(found), tuple(same), tuple(asked), tuple(troubles))


def _of_releases(entry: Wanted, host: Releasing, http: Http, hosts: Hosts) -> Iterator[Found | str]:
    """The documents of the newest release that has any; of one that is as before, its place alone."""
    for files in host.releases(entry.url):
        documents = [file for file in files if is_sbom_name(file.name)][:MOST_FILES]
        for file in documents:
            known = entry.known.get((RELEASE, file.address))
            if known and file.size and known[1] == file.size:  # the same address and size
                yield file.address
            else:
                yield Found(RELEASE, file.address, _fetched(file.address, file.size, http, hosts))
        if documents:
            return


def _fetched(address: str, size: int, http: Http, hosts: Hosts) -> bytes | None:
    if size > LARGEST:
        return None
    try:
        return http.request(
            "GET", hosts.locate(address), max_bytes=LARGEST, deadline_seconds=ASSET_SECONDS, idempotent=True
        ).body
    except TooLarge:
        return None


def collect(
    store: Store, http: Http, hosts: Hosts, entries: Sequence[Wanted], actor: str, threads: int = _AHEAD
) -> Iterator[Collected]:
    """Looks for the documents of all these entries, and keeps them: one transaction for each entry that has something new.

    May be stopped at any time: what was kept stays, and what was kept is not read again.

    Raises:
        StorageError: the database cannot be written.

    """
    pool = ThreadPoolExecutor(threads, thread_name_prefix="sbom")
    running: deque[tuple[Wanted, Future[Looked]]] = deque()
    waiting = iter(entries)
    try:
        while True:
            while len(running) < threads and (entry := next(waiting, None)):
                running.append((entry, pool.submit(look, entry, http, hosts)))
            if not running:
                return
            entry, future = running.popleft()
            yield _kept(store, entry, future.result(), actor)
    finally:
        pool.shutdown(cancel_futures=True)


def _kept(store: Store, entry: Wanted, looked: Looked, actor: str) -> Collected:
    if not looked.found and not (entry.known and looked.asked):
        return Collected(entry.slug, Recorded(unchanged=len(looked.same)), looked.troubles)
    with store.writing(actor) as change:
        recorded = sboms.record(change, entry.software_id, looked.found, looked.asked, looked.same)
    return Collected(entry.slug, recorded, looked.troubles)
