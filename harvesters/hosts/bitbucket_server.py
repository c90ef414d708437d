"""Bitbucket Server and Data Center: projects, users, whole servers. Lists by its API, all else by Git.

Its lists tell no time of change: each repository costs one request of Git to see whether it changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from ...schemas.candidate import Repository
from ...schemas.finding import message
from ..errors import CannotList, HostError
from .json_api import Clock, JsonApi, facts, items, path_below, quoted, repository_path, required, split, strange
from .listing import Listed, Page, complete
from .port import Access
from .read_by_git import ReadByGit

PER_PAGE = 100
# /projects/KEY as its pages are called, /users/name for a user's own, /scm/KEY as Git asks for them.
_GROUP = re.compile(r"(?:projects|scm)/(?P<key>[^/]+)|users/(?P<user>[^/]+)")


class BitbucketServer(ReadByGit):
    """The GitHost for Bitbucket Server and Data Center.

    Args:
        access: what it is made from; the token is an HTTP access token.
        clock: the time now.

    """

    def __init__(self, access: Access, clock: Clock = lambda: datetime.now(UTC)) -> None:
        super().__init__(access.http, access.locate)
        self._origin, self._clock = access.origin, clock
        headers = {"Authorization": f"Bearer {access.token}"} if access.token else {}
        self._api = JsonApi(access, "/rest/api/1.0", headers)

    def repositories(self, url: str, since: datetime | None = None) -> Iterator[Repository]:
        """See GitHost. `since` changes nothing: the server tells no times."""
        path = path_below(self._origin, url)
        asked = _GROUP.fullmatch(path)
        if path and asked is None:
            raise CannotList(message("{url} is no group of repositories", url=url))
        key = (asked["key"] or f"~{asked['user']}") if asked else ""
        address = f"/projects/{quoted(key)}/repos" if asked else "/repos"
        start = 0

        def ask(number: int) -> Page[Repository]:
            nonlocal start
            start = 0 if number == 1 else start
            page, following = self._page(address, start)
            if page.more and following <= start:
                raise strange(url, "list")
            start = following
            return page

        return (self._looked_at(repository) for repository in complete(url, ask, self._clock()))

    def _looked_at(self, listed: Repository) -> Repository:
        try:
            return self.repository(listed)
        except HostError:
            return listed  # of this one nothing is known; reading it says why

    def _page(self, address: str, start: int) -> tuple[Page[Repository], int]:
        value, answer = self._api.get(address, {"limit": PER_PAGE, "start": start, "visibility": "public"})
        values = items(required(list, value, "values", answer.url), "list", answer.url)
        listed = [self._repository(item, answer.url) for item in values]
        last = required(bool, value, "isLastPage", answer.url)
        following = 0 if last else required(int, value, "nextPageStart", answer.url)
        return Page(listed, None, not last), following

    def _repository(self, value: dict[str, Any], url: str) -> Listed[Repository]:
        number, project = required(int, value, "id", url), required(dict, value, "project", url)
        path = repository_path(f"{project.get('key')}/{value.get('slug')}", url)
        if value.get("public") is not True and project.get("public") is not True:
            return Listed(number, None, None, None)
        origin = value.get("origin")
        fork_of = _clone_address(origin, self._origin, url) if isinstance(origin, dict) else ""
        repository = Repository(
            _clone_address(value, self._origin, url) or f"{self._origin}/scm/{path.lower()}.git",
            "",
            "",
            value.get("archived") is True,
            f"{urlsplit(self._origin).netloc}:{number}",
            facts=facts(description=value.get("description"), fork_of=fork_of),
        )
        return Listed(number, None, None, repository)


def _clone_address(value: dict[str, Any], origin: str, url: str) -> str:
    """Where Git finds a repository, if that is at the same host; empty where it is not told."""
    links = value.get("links")
    clones = links.get("clone") if isinstance(links, dict) else None
    for link in clones if isinstance(clones, list) else []:
        address = link.get("href") if isinstance(link, dict) and link.get("name") in ("http", "https") else None
        if isinstance(address, str):
            parts = split(address, url)
            if parts.netloc.rpartition("@")[2].lower() == urlsplit(origin).netloc:
                return f"{origin}/{repository_path(unquote(parts.path).strip('/'), url)}"
    return ""
