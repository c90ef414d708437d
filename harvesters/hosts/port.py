"""The port GitHost, what it answers, and the half of it that hosts share which are asked repository by repository."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ...schemas.candidate import Candidate, Repository
from ..errors import HostError
from ..http import Http


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host answered about one repository.

    `repository` as it is known now: reading may have added the head commit and facts. `candidate` is None where the
    repository has no publiccode.yml, or was only looked at. `error`: nothing of this is known, and why.
    """

    repository: Repository
    candidate: Candidate | None = None
    error: HostError | None = None


class GitHost(Protocol):
    """One kind of Git host. Raises only HostError (`harvesters/errors.py`)."""

    batch: int
    """How many repositories `look` and `fetch` take at best in one call; 1 where each costs requests of its own."""

    def repositories(self, url: str, since: datetime | None = None) -> Iterator[Repository]:
        """All public repositories at the address of a group (organisation, user, subgroup, whole host), each once.

        `since`: at least those that changed since then, the host may give more. Without it the list is complete, or
        HostError is raised before its end; a list that changed while it was read is read again.
        """

    def look(self, repositories: Sequence[Repository]) -> Iterator[Answer]:
        """Each of these as it is now, wherever it moved to; `host_id`, where known, and `url` say which is meant."""

    def fetch(self, repositories: Sequence[Repository]) -> Iterator[Answer]:
        """The publiccode.yml and the licence files of each; a listing or a look gave them, and none is empty."""


@dataclass(frozen=True, slots=True)
class Access:
    """What a host is made from.

    Args:
        http: the way out.
        locate: from a public address to the one to fetch from, a mirror's.
        origin: scheme and host of the public addresses that it serves: `https://gitlab.com`.
        token: to be shown to this host alone; empty: anonymous.

    """

    http: Http
    locate: Callable[[str], str]
    origin: str = ""
    token: str = ""


class OneByOne(ABC):
    """`look` and `fetch` of hosts where each repository costs requests of its own."""

    batch = 1

    @abstractmethod
    def repository(self, known: Repository) -> Repository:
        """The repository as it is now.

        Raises:
            HostError: it cannot be looked at.

        """

    @abstractmethod
    def read(self, repository: Repository) -> Answer:
        """Its publiccode.yml and licence files.

        Raises:
            HostError: they cannot be read.

        """

    def look(self, repositories: Sequence[Repository]) -> Iterator[Answer]:
        """See GitHost."""
        for known in repositories:
            try:
                yield Answer(self.repository(known))
            except HostError as error:
                yield Answer(known, error=error)

    def fetch(self, repositories: Sequence[Repository]) -> Iterator[Answer]:
        """See GitHost."""
        for repository in repositories:
            try:
                yield self.read(repository)
            except HostError as error:
                yield Answer(repository, error=error)
