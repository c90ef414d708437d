"""How far a repository at GitHub stands from one that it is based on: commits by REST, releases by GraphQL."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from ...registry.drift import Comparison
from ...schemas.candidate import Repository
from ...schemas.finding import message
from ..errors import HostUnavailable, RepositoryGone
from .github_api import Api
from .github_queries import path_of
from .json_api import repository_path

QUERY = """
query($o0: String!, $n0: String!, $o1: String!, $n1: String!) {
  r0: repository(owner: $o0, name: $n0, followRenames: true) { ...Stands }
  r1: repository(owner: $o1, name: $n1, followRenames: true) { ...Stands }
}
fragment Stands on Repository { nameWithOwner defaultBranchRef { name } latestRelease { tagName publishedAt } }
"""


def compare(api: Api, origin: str, repository: Repository, upstream_url: str) -> Comparison:
    """Commits behind and ahead of the upstream's default branch, and the newest releases; two requests, none for other hosts.

    GitHub counts commits within one network of forks only; for all else the releases are what is known.

    Raises:
        HostError: it was asked and did not answer.

    """
    try:
        elsewhere = urlsplit(upstream_url).netloc.lower() != urlsplit(origin).netloc.lower()
    except ValueError:  # it stands in a publisher's file
        elsewhere = True
    if elsewhere:
        return Comparison()
    variables = {}
    for number, url in enumerate((repository.url, upstream_url)):
        variables[f"o{number}"], _, variables[f"n{number}"] = path_of(url).partition("/")
    data, _ = api.graphql(QUERY, variables)
    own, upstream = data.get("r0"), data.get("r1")
    if not isinstance(own, dict) or not isinstance(upstream, dict):
        missing = upstream_url if isinstance(own, dict) else repository.url
        return Comparison(message=message("there is nothing at {url}", url=missing))
    try:
        behind, ahead = _commits(api, origin, own, upstream)
        return Comparison(behind, ahead, _release(own), _release(upstream))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise HostUnavailable(
            message("{url} answers, but not as GitHub's API does", url=repository.url), 200
        ) from error


def _commits(api: Api, origin: str, own: dict[str, Any], upstream: dict[str, Any]) -> tuple[int | None, int | None]:
    if not own["defaultBranchRef"] or not upstream["defaultBranchRef"]:
        return None, None
    # With the repository's name: an owner alone stands for whichever repository of the network is the owner's.
    named = repository_path(upstream["nameWithOwner"], origin).replace("/", ":")
    base = quote(f"{named}:{upstream['defaultBranchRef']['name']}", safe="/:")
    head = quote(str(own["defaultBranchRef"]["name"]), safe="/")
    path = repository_path(own["nameWithOwner"], origin)
    try:
        # The second page of one commit each: the first would bring the changes of up to 300 files.
        told = api.get(f"/repos/{path}/compare/{base}...{head}?per_page=1&page=2")
    except RepositoryGone:  # no common history
        return None, None
    return int(told["behind_by"]), int(told["ahead_by"])


def _release(node: dict[str, Any]) -> dict[str, str]:
    release = node["latestRelease"]
    return {"name": str(release["tagName"]), "at": str(release["publishedAt"] or "")} if release else {}
