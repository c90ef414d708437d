"""Bitbucket Cloud: workspaces and their projects. Lists by its API, which grants 60 requests an hour, files by Git."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

from ...schemas.candidate import Repository
from ...schemas.finding import message
from ..errors import CannotList
from .json_api import (
    Clock,
    JsonApi,
    branch_name,
    facts,
    items,
    located,
    moment,
    path_below,
    quoted,
    repository_path,
    required,
    split,
    state,
    strange,
)
from .listing import OVERLAP, Listed, Page, complete
from .port import Access
from .read_by_git import ReadByGit

CLOUD, CLOUD_API = "https://bitbucket.org", "https://api.bitbucket.org"
PER_PAGE = 100
_VALUES = ("uuid", "full_name", "is_private", "mainbranch.name", "created_on", "updated_on")
_FACTS = ("description", "language", "website", "parent.full_name")
FIELDS = ",".join(["size", "next", *(f"values.{name}" for name in (*_VALUES, *_FACTS))])
_PROJECT = re.compile(r"(?P<workspace>[^/]+)(?:/workspace/projects/(?P<project>[A-Za-z0-9_]+))?")


class Bitbucket(ReadByGit):
    """The GitHost for Bitbucket Cloud.

    Args:
        access: what it is made from; a token with a colon is a user's name and password.
        clock: the time now.

    """

    def __init__(self, access: Access, clock: Clock = lambda: datetime.now(UTC)) -> None:
        super().__init__(access.http, lambda url: f"{access.locate(url).rstrip('/').removesuffix('.git')}.git")
        self._origin, self._clock = access.origin, clock
        mirrored = located(access, access.origin) != access.origin
        public = CLOUD_API if access.origin == CLOUD and not mirrored else access.origin
        self._api = JsonApi(access, "/2.0", _authorization(access.token), public)

    def repositories(self, url: str, since: datetime | None = None) -> Iterator[Repository]:
        """See GitHost."""
        asked = _PROJECT.fullmatch(path_below(self._origin, url))
        if asked is None:
            raise CannotList(message("{url} is no group of repositories", url=url))
        # The order of time has lost repositories between pages (BCLOUD-16535); that of their making never changes.
        query: dict[str, str] = {"pagelen": str(PER_PAGE), "fields": FIELDS, "sort": "created_on"}
        wanted = [f'project.key="{asked["project"]}"'] if asked["project"] else []
        if since is not None:
            wanted.append(f"updated_on>{(since - OVERLAP).astimezone(UTC).isoformat(timespec='seconds')}")
        if wanted:
            query["q"] = " AND ".join(wanted)
        following = dict(query)

        def ask(number: int) -> Page[Repository]:
            nonlocal following
            page, given = self._page(asked["workspace"], query if number == 1 else following)
            if given:
                following = {**given, "fields": FIELDS}
            return page

        return complete(url, ask, self._clock())

    def _page(self, workspace: str, query: Mapping[str, str]) -> tuple[Page[Repository], dict[str, str]]:
        value, answer = self._api.get(f"/repositories/{quoted(workspace)}", query)
        values = items(required(list, value, "values", answer.url), "list", answer.url)
        listed = [self._repository(item, answer.url) for item in values]
        total, following = value.get("size"), value.get("next")
        if following is not None and not isinstance(following, str):
            raise strange(answer.url, "list")
        counted = total if isinstance(total, int) and not isinstance(total, bool) else None
        # Of the next page's address its query alone: it is asked for where this one was.
        link = dict(parse_qsl(split(following, answer.url).query)) if following else {}
        return Page(listed, counted, bool(following)), link

    def _repository(self, value: dict[str, Any], url: str) -> Listed[Repository]:
        try:
            number = UUID(required(str, value, "uuid", url)).int
        except ValueError as error:
            raise strange(url, "uuid") from error
        path = repository_path(value.get("full_name"), url)
        made, changed_at = moment(value.get("created_on")), moment(value.get("updated_on"))
        if value.get("is_private") is not False:
            return Listed(number, made, changed_at, None)
        branch, parent = value.get("mainbranch"), value.get("parent")
        fork_of = parent.get("full_name") if isinstance(parent, dict) else None
        repository = Repository(
            f"{self._origin}/{path}",
            "",
            branch_name(branch.get("name") if isinstance(branch, dict) else None),
            False,
            f"{urlsplit(self._origin).netloc}:{UUID(int=number)}",
            state(changed_at, self._clock()),
            facts(
                description=value.get("description"),
                homepage=value.get("website"),
                language=value.get("language"),
                created_at=made,
                pushed_at=changed_at,
                fork_of=f"{self._origin}/{fork_of}" if isinstance(fork_of, str) else None,
            ),
        )
        return Listed(number, made, changed_at, repository)


def _authorization(token: str) -> dict[str, str]:
    if not token:
        return {}
    basic = ":" in token
    return {"Authorization": f"Basic {base64.b64encode(token.encode()).decode()}" if basic else f"Bearer {token}"}
