"""The files that a host keeps at the releases of a repository: what GitHub, GitLab and Gitea tell, in one shape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

MOST_RELEASES = 3
MOST_ASSETS = 100  # of one release that are looked through


@dataclass(frozen=True, slots=True)
class ReleaseFile:
    """A file at a release: its name, where it is, its size (0 where the host does not tell), the release's tag."""

    name: str
    address: str
    size: int
    release: str


@runtime_checkable
class Releasing(Protocol):
    """What a GitHost may offer besides: the files at a repository's newest releases."""

    def releases(self, url: str) -> list[list[ReleaseFile]]:
        """For each of the newest releases, the newest first, its files.

        Raises:
            HostError: the host does not tell.

        """


def read_releases(answer: Any) -> list[list[ReleaseFile]]:
    """The releases in what a host answered; drafts are left out, and what has another shape."""
    listed = answer if isinstance(answer, list) else []
    return [list(_files(one)) for one in listed[:MOST_RELEASES] if isinstance(one, dict) and not one.get("draft")]


def _files(release: dict[str, Any]) -> Iterator[ReleaseFile]:
    """GitHub and Gitea: `assets` are a list; GitLab: an object whose `links` are a list."""
    assets, tag = release.get("assets"), release.get("tag_name")
    links = assets.get("links") if isinstance(assets, dict) else assets
    for one in links[:MOST_ASSETS] if isinstance(links, list) else []:
        if not isinstance(one, dict):
            continue
        address = one.get("browser_download_url") or one.get("direct_asset_url") or one.get("url")
        name, size = one.get("name"), one.get("size")
        if isinstance(name, str) and isinstance(address, str):
            yield ReleaseFile(name, address, size if isinstance(size, int) else 0, tag if isinstance(tag, str) else "")
