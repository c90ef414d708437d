"""The newest version that a repository has a tag for, over plain Git: without a clone, and without its history."""

from __future__ import annotations

from ...schemas.finding import message
from ...schemas.versions import newest_version
from ..errors import HostError, HostUnavailable
from .git import FINAL, GitSmartHttp, _named, _trimmed
from .git_protocol import (
    OBJECT_ID,
    ProtocolError,
    fetch_request,
    ls_tags_request,
    read_commit_time,
    read_fetch,
    read_ls_tags,
)
from .pack import Pack, PackError

MAX_TAGS_BYTES = 8 * 1024 * 1024
MAX_COMMIT_BYTES = 256 * 1024
TAG_SECONDS = 30


class GitTags(GitSmartHttp):
    """Asks any smart-HTTP Git server for tags."""

    def tags(self, url: str) -> dict[str, str]:
        """All tags of the repository at `url` by their names, each with the id of its commit.

        One request; a second one where the server does not speak version 2.

        Raises:
            HostError: they cannot be read.

        """
        address = _trimmed(self._locate(url))
        with _named(url, address):
            try:
                return read_ls_tags(self._ask(address, ls_tags_request(), MAX_TAGS_BYTES, TAG_SECONDS))
            except (HostError, ProtocolError) as error:
                if isinstance(error, HostError) and error.status in FINAL:
                    raise
            from .git_v0 import list_tags

            return list_tags(self._http, address, TAG_SECONDS)

    def newest(self, url: str) -> tuple[str, str]:
        """The newest version among the tags, and the id of its commit.

        Raises:
            HostError: the tags cannot be read, there are none, or their names do not tell which is the newest.

        """
        found = self.tags(url)
        if not found:
            raise HostUnavailable(message("{url} has no tags.", url=url), 200)
        name = newest_version(found)
        if name is None:
            raise HostUnavailable(message("The tags of {url} do not tell which version is the newest.", url=url), 200)
        return name, found[name]

    def time_of(self, url: str, commit: str) -> str:
        """When a commit was made (ISO 8601 in UTC), in one request; empty where that is not cheap to learn: it is only a date.

        Raises:
            HostError: no answer.

        """
        if not OBJECT_ID.fullmatch(commit):
            return ""
        address = _trimmed(self._locate(url))
        with _named(url, address):
            body = self._ask(address, fetch_request([commit], depth=1, less="tree:0"), MAX_COMMIT_BYTES, TAG_SECONDS)
        try:
            found = Pack(read_fetch(body)).get(commit, MAX_COMMIT_BYTES)
            return read_commit_time(found.content or b"").isoformat() if found and found.type == "commit" else ""
        except (ProtocolError, PackError):
            return ""  # a server without filters, or a tag of something else than a commit
