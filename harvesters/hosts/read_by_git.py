"""Hosts that are asked for lists only: their repositories are read by plain Git, which they limit least."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ...schemas.candidate import Repository
from ..http import Http
from .git import GitSmartHttp
from .port import Answer, OneByOne


class ReadByGit(OneByOne):
    """`look` and `fetch` by plain Git, which keep what the list told.

    Args:
        http: the way out.
        locate: from a repository's public address to the one that Git is asked at.

    """

    def __init__(self, http: Http, locate: Callable[[str], str]) -> None:
        self._git = GitSmartHttp(http, locate)

    def repository(self, known: Repository) -> Repository:
        """The repository as Git sees it: its head and its default branch.

        Raises:
            HostError: it cannot be looked at.

        """
        now = self._git.repository(known)
        return replace(
            known, head=now.head, default_branch=now.default_branch, state="", facts={**known.facts, **now.facts}
        )

    def read(self, repository: Repository) -> Answer:
        """Its publiccode.yml and licence files.

        Raises:
            HostError: they cannot be read.

        """
        if repository.head == "":
            repository = replace(self.repository(repository), state=repository.state)
        return self._git.read(repository)
