"""GitHub without a token: the list by REST, which anonymous callers get 60 times an hour; the files by plain Git, without limit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from github import GithubException
from github.GithubObject import NonCompletableGithubObject
from github.PaginatedList import PaginatedList

from ...registry.columns import now
from ...schemas.candidate import Facts, Repository
from ...schemas.finding import message
from ..errors import HostUnavailable, RepositoryGone
from .github_api import Api
from .github_queries import path_of
from .json_api import SETTLED, repository_path
from .port import Access
from .read_by_git import ReadByGit
from .releases import MOST_RELEASES, ReleaseFile, read_releases

MOST = 1_000_000
_MALFORMED = (KeyError, TypeError, AttributeError, ValueError, GithubException, AssertionError, RecursionError)


class _Told(NonCompletableGithubObject):
    """A repository of a list, as it stands there: PyGithub's own class would ask for each one again to know all of it."""

    def _initAttributes(self) -> None:  # noqa: N802 (PyGithub's name)
        """None are taken out."""

    def _useAttributes(self, attributes: dict[str, Any]) -> None:  # noqa: N802
        """None are taken out."""


class GitHubByRest(ReadByGit):
    """The GitHost for github.com without a credential."""

    def __init__(self, access: Access) -> None:
        super().__init__(access.http, access.locate)
        self._api, self._origin = Api(access), access.origin

    def repositories(self, url: str, since: datetime | None = None) -> Iterator[Repository]:
        """See GitHost; `url` is that of an organisation or a user."""
        login = quote(urlsplit(url).path.strip("/").partition("/")[0], safe="")
        order = {"sort": "pushed", "direction": "desc"} if since else {"sort": "created", "direction": "asc"}
        try:
            yield from self._list(url, f"/orgs/{login}/repos", {"type": "public", **order}, since)
        except RepositoryGone:
            yield from self._list(url, f"/users/{login}/repos", {"type": "owner", **order}, since)

    def releases(self, url: str) -> list[list[ReleaseFile]]:
        """See Releasing."""
        return read_releases(self._api.get(f"/repos/{quote(path_of(url), safe='/')}/releases?per_page={MOST_RELEASES}"))

    def _list(self, url: str, path: str, query: Mapping[str, str], since: datetime | None) -> Iterator[Repository]:
        seen = set()
        found = PaginatedList(_Told, self._api.requester, path, dict(query))
        try:
            for number, told in enumerate(self._api.named(found)):
                if number >= MOST:
                    raise HostUnavailable(message("{url}: the list has no end", url=url))
                repository = self._described(told.raw_data)
                if since and datetime.fromisoformat(repository.facts["pushed_at"]) < since:
                    return
                if repository.host_id not in seen:
                    seen.add(repository.host_id)
                    yield repository
        except _MALFORMED as error:
            raise HostUnavailable(message("{url} answers, but not as GitHub's API does", url=url), 200) from error

    def _described(self, told: Mapping[str, Any]) -> Repository:
        pushed = str(told["pushed_at"] or told["created_at"])
        facts = Facts(pushed_at=pushed, created_at=str(told["created_at"]), stars=int(told["stargazers_count"]))
        if told.get("description"):
            facts["description"] = str(told["description"])
        if told.get("topics"):
            facts["topics"] = [str(topic) for topic in told["topics"]]
        if told.get("language"):
            facts["language"] = str(told["language"])
        if told.get("license"):
            facts["license_detected"] = str(told["license"]["spdx_id"])
        settled = datetime.fromisoformat(pushed) < now() - SETTLED
        return Repository(
            url=f"{self._origin}/{repository_path(told['full_name'], self._origin)}",  # never the one that an answer names
            head="",
            default_branch=str(told["default_branch"]),
            archived=bool(told["archived"]),
            host_id=f"{urlsplit(self._origin).netloc}:{told['node_id']}",
            state=pushed if settled else "",
            facts=facts,
        )
