"""GitLab, gitlab.com's or any other: groups with all their subgroups, users, whole instances.

A list costs a request for each hundred projects. Reading costs one for each fifty by GraphQL (`gitlab_batches`). Where an
instance does not answer so, a repository costs one for its root tree, and where that names a publiccode.yml one for each
file that is read: publiccode.yml by its path, since that answer tells the commit too, the licences by their ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from gitlab import Gitlab
from requests import Response

from ...schemas.candidate import Repository
from ...schemas.finding import message
from ...schemas.vocabularies import licenses
from ..errors import HostError, HostUnavailable, RepositoryGone, TooLarge
from .gitlab_batches import Batches, Root
from .json_api import (
    Clock,
    branch_name,
    facts,
    items,
    located,
    moment,
    named,
    own_id,
    part_of,
    path_below,
    quoted,
    read_json,
    refuse_pages,
    repository_path,
    required,
    state,
    strange,
)
from .listing import Listed, Page, changed, complete, count, has_next
from .port import Access, Answer, OneByOne
from .releases import MOST_RELEASES, ReleaseFile, read_releases
from .root_tree import MAX_ENTRIES, Blob, Entry, Moved, is_content_of, is_object_id, read_entries, read_root
from .session import HttpSession

PER_PAGE = 100
TRIES = 3
ALL: Mapping[str, str | int] = {"visibility": "public", "per_page": PER_PAGE}
OF_GROUP = {"include_subgroups": "true", "with_shared": "false"}
BY_ID = {"order_by": "id", "sort": "asc"}
BY_CHANGE = {"order_by": "last_activity_at", "sort": "desc"}


class GitLab(OneByOne):
    """The GitHost for GitLab.

    Args:
        access: what it is made from; the token is sent as `Authorization: Bearer`, a form that no redirect carries away.
        clock: the time now.
        graphql: whether it is tried.

    """

    def __init__(self, access: Access, clock: Clock = lambda: datetime.now(UTC), *, graphql: bool = True) -> None:
        self._origin, self._clock = access.origin, clock
        self._address = located(access, access.origin)
        self._session = HttpSession(access.http)
        self._client = Gitlab(self._address, oauth_token=access.token or None, session=self._session)
        self._batches = Batches(access.http, self._address, access.token)
        if not graphql:
            self._batches.size = 0
        self.batch = max(1, self._batches.size)

    def repositories(self, url: str, since: datetime | None = None) -> Iterator[Repository]:
        """See GitHost."""
        path = path_below(self._origin, url)
        if not path:
            yield from self._whole(url, since)
            return
        try:
            yield from self._list(url, f"/groups/{quoted(path)}/projects", OF_GROUP, since)
        except RepositoryGone:
            if "/" in path:
                raise
            yield from self._list(url, f"/users/{quoted(path)}/projects", {}, since)

    def repository(self, known: Repository) -> Repository:
        """The project of `known.host_id`, where known, else the one at `known.url`.

        Raises:
            HostError: it cannot be looked at.

        """
        path, number = path_below(self._origin, known.url), own_id(known, self._host)
        project, answer = self.json(f"/projects/{number or quoted(path)}", {"license": "true"})
        found = self._project(project, answer.url)
        if found.entry is None:
            raise RepositoryGone(message("{url} is not public", url=known.url))
        if found.entry.url.lower() != f"{self._origin}/{path}".lower():
            return replace(found.entry, facts={**found.entry.facts, "moved_to": found.entry.url})
        return found.entry

    def releases(self, url: str) -> list[list[ReleaseFile]]:
        """See Releasing."""
        path = path_below(self._origin, url)
        return read_releases(self.json(f"/projects/{quoted(path)}/releases", {"per_page": MOST_RELEASES})[0])

    def fetch(self, repositories: Sequence[Repository]) -> Iterator[Answer]:
        """See GitHost."""
        numbers = [number for known in repositories if known.head == "" and (number := own_id(known, self._host))]
        roots = self._batches.roots(numbers) if numbers else {}
        self.batch = max(1, self._batches.size)
        for repository in repositories:
            root = roots.get(own_id(repository, self._host))
            try:
                yield self._read_from(repository, root) if root else self.read(repository)
            except HostError as error:
                yield Answer(repository, error=error)

    def _read_from(self, repository: Repository, root: Root) -> Answer:
        """What a batch has of it; what that lacks is asked for by its id."""
        files = _Files(self, f"/projects/{own_id(repository, self._host)}", repository, root)
        return read_root(repository, root.entries, files)

    def read(self, repository: Repository) -> Answer:
        """Its publiccode.yml and licence files.

        Raises:
            HostError: they cannot be read.

        """
        if repository.head is None:
            return Answer(repository)
        number = own_id(repository, self._host)
        project = f"/projects/{number or quoted(path_below(self._origin, repository.url))}"
        missing = False
        for _ in range(TRIES):
            files = _Files(self, project, repository)
            try:
                answer = read_root(repository, files.folder("", None), files)
                return files.with_head(answer) if answer.candidate else answer
            except RepositoryGone:
                # Gone; or twice without the branch that it calls its default one: nothing is there.
                now = self.repository(repository)
                if now.empty or missing:
                    return Answer(replace(repository, head=None))
                missing = True
            except Moved:
                continue
        raise HostUnavailable(message("{url} changed while it was read", url=repository.url))

    @property
    def _host(self) -> str:
        return urlsplit(self._origin).netloc

    def _whole(self, url: str, since: datetime | None) -> Iterator[Repository]:
        if since is not None:
            yield from self._list(url, "/projects", {}, since)
            return
        # Behind the last id of the page before, until nothing is left: pages by number end at 50,000 projects.
        last = 0

        def ask(_: int) -> Page[Repository]:
            nonlocal last
            page, _answer = self._page("/projects", {**ALL, **BY_ID, "pagination": "keyset", "id_after": last})
            if page.items and page.items[-1].id <= last:
                raise strange(url, "list")
            last = page.items[-1].id if page.items else last
            return replace(page, more=bool(page.items))

        yield from complete(url, ask, self._clock(), stable=True)

    def _list(
        self, url: str, path: str, query: Mapping[str, str | int], since: datetime | None
    ) -> Iterator[Repository]:
        if since is None:
            return complete(url, lambda n: self._page(path, {**ALL, **query, **BY_ID, "page": n})[0], self._clock())
        return changed(url, lambda n: self._page(path, {**ALL, **query, **BY_CHANGE, "page": n})[0], since)

    def _page(self, path: str, query: Mapping[str, str | int]) -> tuple[Page[Repository], Response]:
        projects, answer = self.json(path, query)
        listed = [self._project(project, answer.url) for project in items(projects, "list", answer.url)]
        return Page(listed, count(answer.headers, "X-Total"), _more(answer.headers)), answer

    def _project(self, project: Any, url: str) -> Listed[Repository]:
        """One project; its entry is None where its code is not public."""
        number = required(int, project, "id", url)
        path = repository_path(project.get("path_with_namespace"), url)
        made, active = moment(project.get("created_at")), moment(project.get("last_activity_at"))
        if project.get("visibility", "public") != "public" or project.get("repository_access_level") in (
            "disabled",
            "private",
        ):
            return Listed(number, made, active, None)
        empty = required(bool, project, "empty_repo", url)
        repository = Repository(
            f"{self._origin}/{path}",
            None if empty else "",
            branch_name(project.get("default_branch")),
            project.get("archived") is True,
            f"{self._host}:{number}",
            state(active, self._clock()),
            self._facts(project, made, active),
        )
        return Listed(number, made, active, repository)

    def _facts(self, project: dict[str, Any], made: datetime | None, active: datetime | None) -> dict[str, Any]:
        parent, license_ = project.get("forked_from_project"), project.get("license")
        fork_of = parent.get("path_with_namespace") if isinstance(parent, dict) else None
        return facts(
            description=project.get("description"),
            topics=project.get("topics", project.get("tag_list")),
            stars=project.get("star_count"),
            forks=project.get("forks_count"),
            created_at=made,
            pushed_at=active,
            fork_of=f"{self._origin}/{fork_of}" if isinstance(fork_of, str) else None,
            license_detected=_spdx(license_.get("key")) if isinstance(license_, dict) else None,
        )

    def json(self, path: str, query: Mapping[str, str | int]) -> tuple[Any, Response]:
        """The JSON at a path, and the answer."""
        with self._named():
            answer = self._ask("get", path, query)
            return read_json(answer.url, answer.content, answer.headers), answer

    def _ask(self, verb: str, path: str, query: Mapping[str, str | int]) -> Response:
        # Http obeys limits and tries again, with bounds; the library would sleep for a day.
        return self._client.http_request(
            verb, path, query_data=dict(query), obey_rate_limit=False, retry_transient_errors=False, max_retries=0
        )

    @contextmanager
    def _named(self) -> Iterator[None]:
        with named(self._origin, self._address):
            yield

    def content(self, path: str, query: Mapping[str, str | int], limit: int) -> Response | None:
        """The answer with a file of up to `limit` bytes; None where it is larger."""
        with self._named(), self._session.at_most(limit):
            try:
                answer = self._ask("get", path, query)
            except TooLarge:
                return None
            refuse_pages(answer.url, answer.headers)
            return answer

    def headers(self, path: str, query: Mapping[str, str | int]) -> Mapping[str, str]:
        """What the answer with a file says about it."""
        with self._named():
            return self._ask("head", path, query).headers


class _Files:
    """The files of one project. See `root_tree.Files`."""

    def __init__(self, host: GitLab, project: str, repository: Repository, root: Root | None = None) -> None:
        self.head = root.head if root else repository.head or ""
        self._contents = root.contents if root else {}
        self._host, self._project, self._url = host, project, repository.url
        self._ref = repository.default_branch or "HEAD"

    def with_head(self, answer: Answer) -> Answer:
        """The same with the commit, where no file told it: a folder or a submodule instead of a publiccode.yml."""
        if self.head or answer.candidate is None or answer.candidate.repository is None:
            return answer
        with part_of(self._url):
            commit, given = self._host.json(f"{self._project}/repository/commits/{quoted(self._ref)}", {})
        head = required(str, commit, "id", given.url)
        if not is_object_id(head):
            raise strange(given.url, "id")
        candidate = replace(answer.candidate, repository=replace(answer.candidate.repository, head=head))
        return replace(answer, repository=replace(answer.repository, head=head), candidate=candidate)

    def folder(self, path: str, entry: Entry | None) -> list[Entry]:
        """The entries of the folder at a path; without an entry those of the root."""
        query: dict[str, str | int] = {"ref": self.head or self._ref, "per_page": PER_PAGE}
        if entry is None:
            return self._tree(query)
        with part_of(self._url):
            return self._tree({**query, "path": path})

    def _tree(self, query: dict[str, str | int]) -> list[Entry]:
        found: list[Entry] = []
        for page in range(1, MAX_ENTRIES // PER_PAGE + 1):
            values, answer = self._host.json(f"{self._project}/repository/tree", {**query, "page": page})
            entries = read_entries(items(values, "tree", answer.url), answer.url, name="name", oid="id")
            found += entries
            more = _more(answer.headers)
            if more is False or (more is None and not entries):
                if len({entry.name for entry in found}) != len(found):
                    raise Moved
                return found
        raise HostUnavailable(
            message("{url} has more than {limit} files in one folder", url=self._url, limit=MAX_ENTRIES)
        )

    def blob(self, path: str, entry: Entry, limit: int) -> Blob:
        """The file at a path: by that path as long as the commit is unknown, then by its id."""
        if (content := self._contents.get(entry.oid)) is not None:
            return Blob(content if len(content) <= limit else None, len(content))
        with part_of(self._url):
            if self.head:
                return self._by_id(path, entry, limit)
            file, query = f"{self._project}/repository/files/{quoted(path)}", {"ref": self._ref}
            answer = self._host.content(f"{file}/raw", query, limit)
            headers = self._host.headers(file, query) if answer is None else answer.headers
            if headers.get("X-Gitlab-Blob-Id", entry.oid) != entry.oid:
                raise Moved
            commit = headers.get("X-Gitlab-Commit-Id", "")
            self.head = commit if is_object_id(commit) else ""
            return _checked(answer, headers, entry, self._url, limit)

    def _by_id(self, path: str, entry: Entry, limit: int) -> Blob:
        answer = self._host.content(f"{self._project}/repository/blobs/{entry.oid}/raw", {}, limit)
        if answer is not None:
            return _checked(answer, answer.headers, entry, self._url, limit)
        file = f"{self._project}/repository/files/{quoted(path)}"
        return _checked(None, self._host.headers(file, {"ref": self.head}), entry, self._url, limit)


def _checked(answer: Response | None, headers: Mapping[str, str], entry: Entry, url: str, limit: int) -> Blob:
    """The file as the answer has it; None: the answer was too large, which the file's size must confirm."""
    size = count(headers, "X-Gitlab-Size")
    if answer is None and (size is None or size > limit):
        return Blob(None, size)
    if answer is None or not is_content_of(answer.content, entry.oid):
        raise HostUnavailable(message("{url} answers with another file than was asked for", url=url), 200)
    return Blob(answer.content, len(answer.content))


def _more(headers: Mapping[str, str]) -> bool | None:
    """Whether another page follows; None where the host does not tell."""
    more = has_next(headers)
    return bool(headers["X-Next-Page"].strip()) if more is None and "X-Next-Page" in headers else more


def _spdx(key: Any) -> str | None:
    """The SPDX id; GitLab writes it in lower case, and calls what it does not know `other`."""
    found = licenses().get(key) if isinstance(key, str) else None
    return found[0] if found else None
