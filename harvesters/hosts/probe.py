"""What kind of Git host answers at an address, found out by asking for what only that kind has."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from ...schemas.finding import message
from ..errors import AccessDenied, CannotList, HostError, HostUnavailable, RateLimited, naming
from ..http import Http

MAX_BYTES = 64 * 1024
SECONDS = 10


def _is_gitea(answer: Any) -> bool:
    return isinstance(answer, Mapping) and isinstance(answer.get("version"), str)


def _is_gitlab(answer: Any) -> bool:
    return isinstance(answer, list) and all(isinstance(one, Mapping) and "path_with_namespace" in one for one in answer)


def _is_bitbucket(answer: Any) -> bool:
    return isinstance(answer, Mapping) and str(answer.get("displayName")).startswith("Bitbucket")


def _is_github(answer: Any) -> bool:
    return isinstance(answer, Mapping) and (
        "installed_version" in answer or "verifiable_password_authentication" in answer
    )


# Cheap, public without a token, and answered by one kind only.
PROBES: tuple[tuple[str, str, Callable[[Any], bool]], ...] = (
    ("gitea", "/api/v1/version", _is_gitea),
    ("gitlab", "/api/v4/projects?per_page=1&simple=true", _is_gitlab),
    ("bitbucket-server", "/rest/api/1.0/application-properties", _is_bitbucket),
    ("github", "/api/v3/meta", _is_github),
)


def kind_of(http: Http, origin: str, locate: Callable[[str], str] = str) -> str:
    """The kind of host at `origin` (scheme and host), with at most one request for each kind.

    Raises:
        CannotList: none of ours.
        HostError: the host does not answer at all, or not now; AccessDenied: its address was refused by us.

    """
    refused: AccessDenied | None = None
    for kind, path, is_it in PROBES:
        address = locate(origin + path)
        try:
            with naming(origin, locate(origin)):
                answer = http.request("GET", address, max_bytes=MAX_BYTES, deadline_seconds=SECONDS)
        except RateLimited:
            raise
        except HostUnavailable as error:
            if error.status == 0:
                raise
            continue
        except HostError as error:
            if isinstance(error, AccessDenied) and error.status == 0:
                refused = error
            continue
        try:
            if is_it(json.loads(answer.body)):
                return kind
        except (ValueError, RecursionError):
            continue
    raise refused or CannotList(
        message(
            "{url}: what kind of Git host this is could not be found out; the operator can name it in the setting HOSTS.",
            url=origin,
        )
    )
