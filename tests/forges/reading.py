"""Reading a simulated host as a harvest does, and what of it must be the same whichever host it is."""

from __future__ import annotations

from publiccode.harvesters.hosts import Answer, GitHost
from publiccode.harvesters.hosts.git import GitSmartHttp
from publiccode.harvesters.http import Http
from publiccode.schemas.candidate import Candidate, Repository

from .server import ForgeServer


class GitServerOf(ForgeServer):
    """Git alone."""


def read_by_git(http: Http, url: str) -> Candidate | None:
    """What plain Git reads at an address."""
    git = GitSmartHttp(http)
    return git.read(git.repository(Repository(url))).candidate


def read(host: GitHost, repositories: list[Repository]) -> dict[str, Answer]:
    """What became of each, by name."""
    answers = list(host.fetch([repository for repository in repositories if not repository.empty]))
    answers += [Answer(repository) for repository in repositories if repository.empty]
    return {name_of(answer.repository): answer for answer in answers}


def name_of(repository: Repository) -> str:
    """The last part of its address."""
    return repository.url.rpartition("/")[2].removesuffix(".git")


def essence(candidate: Candidate | None) -> object:
    """What must be the same whichever host it comes from."""
    if candidate is None or candidate.repository is None:
        return None
    return candidate.repository.head, candidate.file, candidate.license_files
