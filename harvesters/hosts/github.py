"""GitHub by GraphQL: one request for a hundred repositories and their publiccode.yml; one for the licence texts of fifty.

A page that is too much for GitHub (502, 504, parts left out) is asked for again at half the size; sizes grow back. Complete
lists go by the time of creation, which never changes, and are read again where the number of repositories changed meanwhile.
Without a token there is no GraphQL: then `github_rest` lists, and plain Git reads.
"""

from __future__ import annotations

from base64 import b64decode
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from threading import Lock
from typing import Any
from urllib.parse import quote, urlsplit

from ...registry.drift import Comparison
from ...schemas.candidate import Facts, Repository
from ...schemas.finding import message
from ..errors import AccessDenied, HostError, HostUnavailable, RateLimited, RepositoryGone
from ..wanted_files import MAX_LICENSE_FILES, is_license_name
from .github_api import PER_PAGE, Api
from .github_compare import compare
from .github_queries import (
    LIST,
    Listed,
    TextBlob,
    community_files,
    listed,
    living,
    look_query,
    node_id,
    path_of,
    read_query,
    texts,
)
from .port import Access, Answer
from .releases import MOST_RELEASES, ReleaseFile, read_releases
from .root_tree import Blob, Entry, is_blob, is_content_of, read_root

BY_CREATION = {"field": "CREATED_AT", "direction": "ASC"}
BY_PUSH = {"field": "PUSHED_AT", "direction": "DESC"}
AT_ONCE = 50
MOST_PAGES = 10_000
TIMES_LISTED = 3
REMEMBERED = 20 * PER_PAGE
WITHHELD = ("FORBIDDEN", "NOT_FOUND")
_MALFORMED = (KeyError, TypeError, AttributeError, ValueError)


class GitHub:
    """The GitHost for github.com and GitHub Enterprise Server, with a credential."""

    batch = 5 * PER_PAGE  # few of them have a file, and only those are asked about: AT_ONCE in a request

    def __init__(self, access: Access) -> None:
        self._api = Api(access)
        self._origin = access.origin
        self._owner_page = f"{access.origin}/"
        self._lock = Lock()
        self._remembered: OrderedDict[str, Listed] = OrderedDict()

    def repositories(self, url: str, since: datetime | None = None) -> Iterator[Repository]:
        """See GitHost; `url` is that of an organisation or a user."""
        login = urlsplit(url).path.strip("/").partition("/")[0]
        if since is not None:
            for node, _ in self._nodes(url, login, BY_PUSH):
                if node is None:
                    continue
                found = self._listed(node, url).repository
                changed = found.facts.get("pushed_at") or found.facts.get("created_at")
                if changed and datetime.fromisoformat(changed) < since:
                    return
                yield found
            return
        seen: set[str] = set()
        counted = -1
        for _ in range(TIMES_LISTED):
            totals: set[int] = set()
            passed: set[str] = set()
            withheld = 0
            for node, total in self._nodes(url, login, BY_CREATION):
                totals.add(total)
                if node is None:
                    withheld += 1
                    continue
                repository = self._listed(node, url).repository
                passed.add(repository.host_id)
                if repository.host_id not in seen:
                    seen.add(repository.host_id)
                    yield repository
            if not totals or (len(totals) == 1 and len(passed) + withheld in (counted, *totals)):
                return
            counted = len(passed) + withheld
        raise HostUnavailable(message("{url}: the list changed each time it was read", url=url))

    def _nodes(self, url: str, login: str, order: Mapping[str, str]) -> Iterator[tuple[dict[str, Any] | None, int]]:
        """The repositories of an owner as GitHub describes them, and how many there are by the newest page.

        None stands for one that GitHub withholds, because a court or a claim took it away.
        """
        size, after = PER_PAGE, None
        for _ in range(MOST_PAGES):
            variables = {"login": login, "first": size, "after": after, "order": order}
            try:
                data, errors = self._api.graphql(LIST, variables)
                owner = data.get("repositoryOwner")
                if owner is None and not errors:
                    raise RepositoryGone(message("there is nothing at {url}", url=url))
                page = _page(owner, errors, url)
            except HostUnavailable:
                if size == 1:
                    raise
                size = max(1, size // 2)
                continue
            yield from ((node, int(page["totalCount"])) for node in page["nodes"])
            if not page["pageInfo"]["hasNextPage"]:
                return
            after, size = page["pageInfo"]["endCursor"], min(PER_PAGE, size * 2)
        raise HostUnavailable(message("{url}: the list has no end", url=url))

    def releases(self, url: str) -> list[list[ReleaseFile]]:
        """See Releasing."""
        return read_releases(self._api.get(f"/repos/{quote(path_of(url), safe='/')}/releases?per_page={MOST_RELEASES}"))

    def compare(self, repository: Repository, upstream_url: str) -> Comparison:
        """See Comparing (`harvesters/drift.py`)."""
        return compare(self._api, self._origin, repository, upstream_url)

    def look(self, repositories: Sequence[Repository]) -> Iterator[Answer]:
        """See GitHost. What is asked for by GitHub's id is told under the address that it has now."""
        for asked, found in self._looked(repositories):
            yield Answer(asked, error=found) if isinstance(found, HostError) else Answer(found.repository)

    def _looked(self, repositories: Sequence[Repository]) -> Iterator[tuple[Repository, Listed | HostError]]:
        for start in range(0, len(repositories), AT_ONCE):
            yield from self._looked_at_once(repositories[start : start + AT_ONCE])

    def _looked_at_once(self, known: Sequence[Repository]) -> Iterator[tuple[Repository, Listed | HostError]]:
        try:
            data, errors = self._api.graphql(*look_query(known))
        except HostUnavailable as error:
            if len(known) == 1:
                yield known[0], error
                return
            middle = len(known) // 2
            yield from self._looked_at_once(known[:middle])
            yield from self._looked_at_once(known[middle:])
            return
        except HostError as error:
            yield from ((repository, error) for repository in known)
            return
        told = _by_name(errors)
        for number, repository in enumerate(known):
            node = data.get(f"r{number}")
            try:
                if not node:
                    raise _absent(repository.url, told.get(f"r{number}", {}))
                if node.get("isPrivate") is not False:  # the token may see more than everybody may
                    raise RepositoryGone(message("there is nothing at {url}", url=repository.url))
                yield repository, self._listed(node, self._owner_page if node_id(repository) else repository.url)
            except HostError as error:
                yield repository, error

    def _listed(self, node: Mapping[str, Any], url: str) -> Listed:
        """A node, remembered until its files are fetched; `url` that of the repository or of its owner."""
        try:
            found = listed(node, self._origin, url if path_of(url).count("/") else "")
        except _MALFORMED as error:
            raise _odd(url) from error
        with self._lock:
            self._remembered[found.repository.host_id] = found
            while len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        return found

    def fetch(self, repositories: Sequence[Repository]) -> Iterator[Answer]:
        """See GitHost."""
        with self._lock:
            known = {one.host_id: self._remembered.get(one.host_id) for one in repositories}
        found: list[Listed] = []
        lost = [one for one in repositories if known[one.host_id] is None]
        for asked, answer in [
            *((one, listed) for one in repositories if (listed := known[one.host_id]) is not None),
            *self._looked(lost),
        ]:
            if isinstance(answer, HostError):
                yield Answer(asked, error=answer)
            else:
                found.append(replace(answer, repository=replace(answer.repository, url=asked.url)))
        yield from (self._without_file(one) for one in found if one.file is None or one.blocked)
        wanted = [one for one in found if one.file is not None and not one.blocked]
        for start in range(0, len(wanted), AT_ONCE):
            yield from self._read(wanted[start : start + AT_ONCE])

    def _without_file(self, one: Listed) -> Answer:
        url = one.repository.url
        error = RepositoryGone(message("{url} is blocked by its host", url=url), 451) if one.blocked else None
        return Answer(one.repository, error=error)

    def _read(self, wanted: Sequence[Listed]) -> Iterator[Answer]:
        """How these live, and their texts; in halves where that is too much at once."""
        if not wanted:
            return
        asked = [(node_id(one.repository), _license_ids(one)) for one in wanted]
        try:
            data, errors = self._api.graphql(*read_query(asked))
        except HostUnavailable as error:
            if len(wanted) == 1:
                yield Answer(wanted[0].repository, error=error)
                return
            middle = len(wanted) // 2
            yield from self._read(wanted[:middle])
            yield from self._read(wanted[middle:])
            return
        except HostError as error:
            yield from (Answer(one.repository, error=error) for one in wanted)
            return
        told = _by_name(errors)
        for number, one in enumerate(wanted):
            try:
                if not data.get(f"r{number}"):
                    raise _absent(one.repository.url, told.get(f"r{number}", {}))
                yield self._answer(one, data[f"r{number}"])
            except HostError as error:
                yield Answer(one.repository, error=error)

    def _answer(self, one: Listed, node: Any) -> Answer:
        if not isinstance(node, dict) or one.file is None:
            raise _odd(one.repository.url)
        try:
            facts: Facts = living(node)
            blobs, more = texts(node), community_files(node)
        except _MALFORMED as error:
            raise _odd(one.repository.url) from error
        if one.blob:
            blobs[one.blob.oid] = one.blob
        repository = replace(one.repository, facts={**one.repository.facts, **facts})
        answer = read_root(repository, one.root.values(), _Files(self._api, one, blobs))
        files = [*answer.repository.facts["files"], *more]
        return replace(answer, repository=replace(answer.repository, facts={**answer.repository.facts, "files": files}))


class _Files:
    """The files of one repository: as the query brought them, one by one where it could not."""

    def __init__(self, api: Api, one: Listed, blobs: dict[str, TextBlob]) -> None:
        self._api, self._one, self._blobs = api, one, blobs
        self.head = one.repository.head or ""

    def folder(self, path: str, entry: Entry) -> list[Entry]:
        """The folder LICENSES, which came with the listing."""
        return list(self._one.licenses.values())

    def blob(self, path: str, entry: Entry, limit: int) -> Blob:
        """The file with that id."""
        found = self._blobs.get(entry.oid)
        if found is not None and found.size > limit:
            return Blob(None, found.size)
        if found is None or found.content is None:
            found = self._blobs[entry.oid] = self._read(entry.oid, limit)
        return Blob(found.content if found.size <= limit else None, found.size)

    def _read(self, oid: str, limit: int) -> TextBlob:
        url = self._one.repository.facts.get("moved_to", self._one.repository.url)
        try:
            answer = self._api.get(f"/repos/{path_of(url)}/git/blobs/{oid}")
            size = int(answer["size"])
            content = b64decode(answer["content"]) if size <= limit else None
            if content is not None and not is_content_of(content, oid):
                raise ValueError(oid)
        except (RepositoryGone, *_MALFORMED) as error:  # a file that is not there says nothing about the repository
            raise _odd(url) from error
        return TextBlob(oid, size, content)


def _license_ids(one: Listed) -> list[str]:
    """The ids of the licence files, which the query asks for at once."""
    found = [entry for name, entry in one.root.items() if is_blob(entry) and is_license_name(name)]
    found += [entry for entry in one.licenses.values() if is_blob(entry)]
    return list(dict.fromkeys(entry.oid for entry in found[:MAX_LICENSE_FILES]))


def _page(owner: Any, errors: Sequence[Mapping[str, Any]], url: str) -> dict[str, Any]:
    """The page of repositories, whole.

    Raises:
        HostUnavailable: parts of it are missing.

    """
    try:
        page = owner["repositories"]
        withheld = [error for error in errors if error.get("type") in WITHHELD]
        missing = sum(not isinstance(node, dict) for node in page["nodes"])
        if len(withheld) < len(errors) or missing > len(withheld):
            reason = str(errors[0].get("message", "") if errors else "a repository is missing")[:200]
            raise HostUnavailable(message("{url} gives no data: {reason}", url=url, reason=reason), 200)
        int(page["totalCount"]), page["pageInfo"]["hasNextPage"], page["pageInfo"]["endCursor"]
    except _MALFORMED as error:
        raise _odd(url) from error
    return dict(page)


def _by_name(errors: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """Errors by the field of the query that they are about."""
    return {str(error["path"][0]): error for error in errors if isinstance(error.get("path"), list) and error["path"]}


def _absent(url: str, error: Mapping[str, Any]) -> HostError:
    """Why a repository that was asked for is not there."""
    kind = str(error.get("type", ""))
    if kind in ("NOT_FOUND", ""):
        return RepositoryGone(message("there is nothing at {url}", url=url)) if kind else _odd(url)
    if kind == "FORBIDDEN" and "blocked" in str(error.get("message", "")):
        return RepositoryGone(message("{url} is blocked by its host", url=url), 451)
    if kind == "FORBIDDEN":
        return AccessDenied(message("{url}: the host does not let this credential see it", url=url))
    if kind == "RATE_LIMITED":
        return RateLimited(message("{url}: the budget of this hour is used up", url=url))
    return HostUnavailable(
        message("{url} gives no data: {reason}", url=url, reason=str(error.get("message", ""))[:200]), 200
    )


def _odd(url: str) -> HostUnavailable:
    return HostUnavailable(message("{url} answers, but not as GitHub's API does", url=url), 200)
