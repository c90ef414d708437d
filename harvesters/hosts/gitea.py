"""Gitea and Forgejo: organisations, users, whole servers.

A list costs a request for each page, whose size the server decides. A repository costs one for its root tree, which
tells the commit too, and where that names a publiccode.yml one for each file that is read, by its id: the addresses of
files by path answer 200 for an empty repository and give a link's target as if it were its content.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from ...schemas.candidate import Repository
from ...schemas.finding import message
from ..errors import CannotList, HostUnavailable, RepositoryGone, TooLarge
from .json_api import (
    Clock,
    JsonApi,
    branch_name,
    facts,
    items,
    moment,
    own_id,
    part_of,
    path_below,
    quoted,
    repository_path,
    required,
    state,
    strange,
)
from .listing import Listed, Page, changed, complete, count, has_next
from .port import Access, Answer, OneByOne
from .releases import MOST_RELEASES, ReleaseFile, read_releases
from .root_tree import MAX_ENTRIES, Blob, Entry, Moved, is_content_of, is_object_id, read_entries, read_root

PER_PAGE = 50
TREE_PAGE = 1000
TRIES = 3
BY_ID: Mapping[str, str | int] = {"sort": "id", "order": "asc", "private": "false"}
BY_CHANGE: Mapping[str, str | int] = {"sort": "updated", "order": "desc", "private": "false"}


class NoBranch(Exception):
    """The server knows no such branch; newer ones say 400 to that, not 404."""


class Gitea(OneByOne):
    """The GitHost for Gitea and Forgejo.

    Args:
        access: what it is made from.
        clock: the time now.

    """

    def __init__(self, access: Access, clock: Clock = lambda: datetime.now(UTC)) -> None:
        self._origin, self._clock, self._token = access.origin, clock, access.token
        headers = {"Authorization": f"token {access.token}"} if access.token else {}
        self._api = JsonApi(access, "/api/v1", headers)
        self._owners: dict[str, int] = {}

    def repositories(self, url: str, since: datetime | None = None) -> Iterator[Repository]:
        """See GitHost."""
        name = path_below(self._origin, url)
        if "/" in name:
            raise CannotList(message("{url} is no group of repositories", url=url))
        if not name:
            yield from self._search(url, {}, since)
        elif since is None:
            yield from self._of_owner(url, name)
        else:
            yield from self._changed_of_owner(url, name, since)

    def repository(self, known: Repository) -> Repository:
        """The repository of `known.host_id`, where that may be asked for, else the one at `known.url`.

        Raises:
            HostError: it cannot be looked at.

        """
        path, number = path_below(self._origin, known.url), own_id(known, self._host)
        # Only who is known to the server may ask by number.
        address = f"/repositories/{number}" if number and self._token else f"/repos/{path}"
        value, answer = self._api.get(address)
        listed = self._repository(value, answer.url)
        if listed.entry is None or (number and listed.id != int(number)):
            raise RepositoryGone(message("{url} is not public", url=known.url))
        found = listed.entry
        if found.url.lower() != f"{self._origin}/{path}".lower():
            return replace(found, facts={**found.facts, "moved_to": found.url})
        return found

    def read(self, repository: Repository) -> Answer:
        """Its publiccode.yml and licence files.

        Raises:
            HostError: they cannot be read.

        """
        if repository.head is None:
            return Answer(repository)
        missing = False
        for _ in range(TRIES):
            files = _Files(self._api, f"/repos/{path_below(self._origin, repository.url)}", repository)
            try:
                return read_root(repository, files.root(), files)
            except (RepositoryGone, NoBranch):
                # Gone; or twice without the branch that it calls its default one: nothing is there.
                now = self.repository(repository)
                if now.empty or missing:
                    return Answer(replace(repository, head=None))
                missing = True
            except Moved:
                continue
        raise HostUnavailable(message("{url} changed while it was read", url=repository.url))

    def releases(self, url: str) -> list[list[ReleaseFile]]:
        """See Releasing."""
        path = path_below(self._origin, url)
        return read_releases(self._api.get(f"/repos/{path}/releases", {"limit": MOST_RELEASES})[0])

    @property
    def _host(self) -> str:
        return urlsplit(self._origin).netloc

    def _of_owner(self, url: str, name: str) -> Iterator[Repository]:
        # Users and organisations alike, in the order of their numbers.
        return complete(url, lambda page: self._page(f"/users/{quoted(name)}/repos", {"page": page}), self._clock())

    def _search(self, url: str, query: Mapping[str, str | int], since: datetime | None) -> Iterator[Repository]:
        if since is None:
            whole = {**query, **BY_ID}
            return complete(url, lambda page: self._page("/repos/search", {**whole, "page": page}), self._clock())
        part = {**query, **BY_CHANGE}
        return changed(url, lambda page: self._page("/repos/search", {**part, "page": page}), since)

    def _changed_of_owner(self, url: str, name: str, since: datetime) -> Iterator[Repository]:
        """Lists of an owner have no order by time, the search has.

        It wants the owner's number. Where that is not known yet, the search for "<owner>/" answers the same where it
        answers at all: some databases tell capital letters apart, and older servers know no such search. One repository
        of the owner in the answer proves that it answers.
        """
        owner = self._owners.get(name.lower())
        if owner is None:
            found = list(self._search(url, {"q": f"{name}/"}, since))
            if name.lower() in self._owners:
                yield from (repository for repository in found if self._is_of(repository, name))
                return
            user, answer = self._api.get(f"/users/{quoted(name)}")
            owner = self._owners[name.lower()] = required(int, user, "id", answer.url)
        yield from self._search(url, {"uid": owner, "exclusive": "true"}, since)

    def _is_of(self, repository: Repository, name: str) -> bool:
        return repository.url.lower().startswith(f"{self._origin}/{name}/".lower())

    def _page(self, path: str, query: Mapping[str, str | int]) -> Page[Repository]:
        value, answer = self._api.get(path, {"limit": PER_PAGE, **query})
        values = required(list, value, "data", answer.url) if path == "/repos/search" else value
        listed = [self._repository(item, answer.url) for item in items(values, "list", answer.url)]
        total, more = count(answer.headers, "X-Total-Count"), has_next(answer.headers)
        if more is None and total is not None and total <= len(listed):
            more = False
        return Page(listed, total, more)

    def _repository(self, value: Any, url: str) -> Listed[Repository]:
        """One repository; its entry is None where it is not public."""
        number = required(int, value, "id", url)
        path = repository_path(value.get("full_name"), url)
        owner = value.get("owner")
        if isinstance(owner, dict) and isinstance(owner.get("id"), int):
            self._owners[path.partition("/")[0].lower()] = owner["id"]
        made, changed_at = moment(value.get("created_at")), moment(value.get("updated_at"))
        if value.get("private") is not False or value.get("internal") is True:
            return Listed(number, made, changed_at, None)
        empty = required(bool, value, "empty", url)
        repository = Repository(
            f"{self._origin}/{path}",
            None if empty else "",
            branch_name(value.get("default_branch")),
            value.get("archived") is True,
            f"{self._host}:{number}",
            state(changed_at, self._clock()),
            self._facts(value, made, changed_at),
        )
        return Listed(number, made, changed_at, repository)

    def _facts(self, value: dict[str, Any], made: datetime | None, changed_at: datetime | None) -> dict[str, Any]:
        parent = value.get("parent")
        fork_of = parent.get("full_name") if isinstance(parent, dict) else None
        detected = value.get("licenses")
        return facts(
            description=value.get("description"),
            homepage=value.get("website"),
            topics=value.get("topics"),
            language=value.get("language"),
            stars=value.get("stars_count"),
            forks=value.get("forks_count"),
            releases=value.get("release_counter"),
            created_at=made,
            pushed_at=changed_at,
            fork_of=f"{self._origin}/{fork_of}" if isinstance(fork_of, str) else None,
            mirror_of=value.get("original_url") if value.get("mirror") is True else None,
            license_detected=detected[0] if isinstance(detected, list) and len(detected) == 1 else None,
        )


class _Files:
    """The files of one repository. See `root_tree.Files`."""

    def __init__(self, api: JsonApi, repository: str, known: Repository) -> None:
        self.head = ""
        self._api, self._repository, self._url = api, repository, known.url
        # A slash would be one part of the address for some servers and two for others; HEAD is that branch's other name.
        plain = re.fullmatch(r"[\w.-]+", known.default_branch, re.ASCII)
        self._ref = known.head or (known.default_branch if plain else "HEAD")

    def root(self) -> list[Entry]:
        """The root; its answer tells the commit.

        Raises:
            Moved: the branch moved on between two pages.
            NoBranch: there is none.

        """
        try:
            entries, self.head = self._tree(self._ref)
        except HostUnavailable as error:
            if error.status == 400:
                raise NoBranch from error
            raise
        return entries

    def folder(self, path: str, entry: Entry) -> list[Entry]:
        """The entries of a folder."""
        with part_of(self._url):
            return self._tree(entry.oid)[0]

    def _tree(self, ref: str) -> tuple[list[Entry], str]:
        found: dict[str, Entry] = {}
        ids = set()
        for page in range(1, MAX_ENTRIES // PER_PAGE + 1):
            query = {"per_page": TREE_PAGE, "page": page}
            value, answer = self._api.get(f"{self._repository}/git/trees/{quoted(ref)}", query)
            oid = required(str, value, "sha", answer.url)
            if not is_object_id(oid):
                raise strange(answer.url, "sha")
            ids.add(oid)
            values = items(value.get("tree") or [], "tree", answer.url)
            found |= {entry.name: entry for entry in read_entries(values, answer.url, name="path", oid="sha")}
            if len(ids) > 1:
                raise Moved
            if len(found) > MAX_ENTRIES or (value.get("truncated") is True and not values):
                break
            if value.get("truncated") is not True:
                return list(found.values()), oid
        raise HostUnavailable(
            message("{url} has more than {limit} files in one folder", url=self._url, limit=MAX_ENTRIES)
        )

    def blob(self, path: str, entry: Entry, limit: int) -> Blob:
        """The file of that id."""
        if entry.size is not None and entry.size > limit:
            return Blob(None, entry.size)
        with part_of(self._url):
            try:
                value, answer = self._api.get(f"{self._repository}/git/blobs/{entry.oid}")
            except TooLarge:
                if entry.size is not None:
                    raise
                return Blob(None, None)
        size = required(int, value, "size", answer.url)
        if size > limit:
            return Blob(None, size)
        try:
            content = base64.b64decode(required(str, value, "content", answer.url), validate=False)
        except (binascii.Error, ValueError) as error:
            raise strange(answer.url, "content") from error
        if not is_content_of(content, entry.oid):
            raise HostUnavailable(message("{url} answers with another file than was asked for", url=self._url), 200)
        return Blob(content, len(content))
