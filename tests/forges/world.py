"""What simulated hosts have in common: owners and their repositories, and what may happen to these between two requests."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import RLock
from typing import Any, Literal

from publiccode.web.demo.bare_repositories import File

from .git_objects import PERSON, ComputedObjects, Objects, StoredObjects

START = datetime(2026, 1, 1, tzinfo=UTC)
Kind = Literal["organization", "user"]


@dataclass(eq=False)
class Owner:
    """Who repositories belong to. `path` is "name", for a subgroup "group/subgroup"; GitLab calls organisations groups."""

    id: int
    path: str
    kind: Kind
    name: str
    created_at: datetime = START

    @property
    def parent(self) -> str:
        """The path of the group around it; empty where there is none."""
        return self.path.rpartition("/")[0]


@dataclass(frozen=True)
class Release:
    """A release at a tag."""

    tag: str
    name: str
    date: datetime
    draft: bool = False
    prerelease: bool = False


@dataclass(eq=False)
class Repo:
    """One repository as its host knows it. Change it through the world that it belongs to, so that its dates move with it."""

    id: int
    owner: str
    name: str
    objects: Objects
    created_at: datetime
    pushed_at: datetime
    updated_at: datetime
    default_branch: str = "main"
    path: Path | None = None
    archived: bool = False
    disabled: bool = False
    blocked: bool = False
    private: bool = False
    parent: Repo | None = None
    mirror_url: str | None = None
    license: str | None = None
    description: str | None = None
    homepage: str | None = None
    language: str | None = None
    topics: tuple[str, ...] = ()
    stars: int = 0
    forks: int = 0
    contributors: int = 1
    releases: list[Release] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        """Path of the owner and name."""
        return f"{self.owner}/{self.name}"

    @property
    def empty(self) -> bool:
        """No commit on the default branch."""
        return not self.objects.head


class World:
    """Owners and repositories behind any number of simulated hosts.

    Args:
        folder: where bare repositories are kept; None: all repositories are computed, and Git is not served.

    Every change takes `lock`, which the servers hold while they read, so that an answer is of one moment.
    The world's own clock moves on by a minute with each change that names no date.

    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.lock = RLock()
        self.repos: dict[int, Repo] = {}
        self.owners: dict[str, Owner] = {}
        self._by_name: dict[str, int] = {}
        self._moved: dict[str, int] = {}
        self._by_owner: dict[str, dict[int, Repo]] = {}
        self._last_id = 1000
        self._now = START

    def tick(self) -> datetime:
        """The next minute."""
        self._now += timedelta(minutes=1)
        return self._now

    def add_owner(self, path: str, kind: Kind = "organization", name: str = "") -> Owner:
        """An owner, with the groups around it. The one that is there already is kept."""
        with self.lock:
            if path.lower() in self.owners:
                return self.owners[path.lower()]
            if above := path.rpartition("/")[0]:
                self.add_owner(above, kind)
            owner = Owner(self._new_id(), path, kind, name or path.rpartition("/")[2], self._now)
            self.owners[path.lower()] = owner
            self._by_owner[path.lower()] = {}
            return owner

    def add(
        self,
        full_name: str,
        files: Mapping[str, File] | None = None,
        *,
        on_disk: bool | None = None,
        default_branch: str = "main",
        date: datetime | None = None,
        tags: Iterable[str] = (),
        person: str = PERSON,
        signed: bool = False,
        **facts: Any,
    ) -> Repo:
        """A new repository with one commit of `files`; no files: empty.

        Args:
            full_name: path of the owner, which is made if missing, and name.
            files: path → content, as `bare_repositories.lay_out` takes them.
            on_disk: as a bare repository that Git can be asked for; by default where the world has a folder.
            default_branch: may have a slash.
            date: of its making and of the commit.
            tags: on the commit.
            person: the commit's author, "Name <address>".
            signed: the commit is signed, and the host finds the signature good.
            facts: other fields of Repo.

        """
        with self.lock:
            owner_path, _, name = full_name.rpartition("/")
            owner = self.add_owner(owner_path)
            if full_name.lower() in self._by_name:
                raise ValueError(f"{full_name} is there already")
            number, when = self._new_id(), date or self.tick()
            stored = self.folder is not None if on_disk is None else on_disk
            path = self._folder() / f"{number}.git" if stored else None
            objects: Objects = StoredObjects(path, default_branch) if path else ComputedObjects()
            objects.push(files or {}, when, message="Publish", tags=tags, person=person, signed=signed)
            repo = Repo(number, owner.path, name, objects, when, when, when, default_branch, path, **facts)
            self.repos[number] = repo
            self._enter(repo)
            if repo.parent is not None:
                repo.parent.forks += 1
            return repo

    def find(self, full_name: str) -> Repo | None:
        """The repository of that name now, whatever its case."""
        return self.repos.get(self._by_name.get(full_name.lower(), 0))

    def find_moved(self, full_name: str) -> Repo | None:
        """The repository that had that name, where no other has it now."""
        return None if self.find(full_name) else self.repos.get(self._moved.get(full_name.lower(), 0))

    def of_owner(self, path: str, *, subgroups: bool = False) -> list[Repo]:
        """The repositories of an owner in the order of their making, with those of subgroups if asked."""
        key = path.lower()
        found = list(self._by_owner.get(key, {}).values())
        if subgroups:
            found += [
                repo for name, repos in self._by_owner.items() if name.startswith(f"{key}/") for repo in repos.values()
            ]
        found.sort(key=lambda repo: repo.id)
        return found

    def push(
        self,
        repo: Repo,
        files: Mapping[str, File],
        *,
        date: datetime | None = None,
        tags: Iterable[str] = (),
        message: str = "Change",
        person: str = PERSON,
        signed: bool = False,
    ) -> None:
        """One more commit, whose files are all that the repository has now."""
        with self.lock:
            repo.pushed_at = repo.updated_at = date or self.tick()
            repo.objects.push(files, repo.pushed_at, message=message, tags=tags, person=person, signed=signed)

    def rename(self, repo: Repo, name: str) -> None:
        """Another name at the same owner; the old one leads to it."""
        self._move(repo, repo.owner, name)

    def transfer(self, repo: Repo, owner: str) -> None:
        """Another owner; the old name leads to it."""
        self._move(repo, self.add_owner(owner).path, repo.name)

    def rename_owner(self, owner: Owner, path: str) -> None:
        """Another path, with all groups and repositories below; former names of repositories lead on, the owner's does not."""
        with self.lock:
            if path.lower() in self.owners:
                raise ValueError(f"{path} is there already")
            before = owner.path
            for key, other in [*self.owners.items()]:
                if key == before.lower() or key.startswith(f"{before.lower()}/"):
                    repos = self.of_owner(key)
                    other.path = path + other.path[len(before) :]
                    del self.owners[key]
                    self.owners[other.path.lower()] = other
                    self._by_owner.setdefault(other.path.lower(), {})
                    for repo in repos:
                        self._move(repo, other.path, repo.name)
                    del self._by_owner[key]

    def delete(self, repo: Repo) -> None:
        """Gone, with its former names."""
        with self.lock:
            del self.repos[repo.id]
            self._leave(repo)
            if repo.parent is not None:
                repo.parent.forks -= 1

    def archive(self, repo: Repo, archived: bool = True) -> None:
        """No more changes are taken; served as before."""
        with self.lock:
            repo.archived, repo.updated_at = archived, self.tick()

    def touch(self, repo: Repo, **facts: Any) -> None:
        """A change of what is said about it (description, topics, stars), without a push."""
        with self.lock:
            for name, value in facts.items():
                if not hasattr(repo, name):
                    raise AttributeError(name)
                setattr(repo, name, value)
            repo.updated_at = self.tick()

    def release(self, repo: Repo, tag: str, name: str = "", *, date: datetime | None = None, **facts: Any) -> None:
        """A release at a tag, which must be there."""
        with self.lock:
            if tag not in repo.objects.tags:
                raise ValueError(f"{repo.full_name} has no tag {tag}")
            repo.releases.append(Release(tag, name or tag, date or self.tick(), **facts))

    def _move(self, repo: Repo, owner: str, name: str) -> None:
        with self.lock:
            if self.find(f"{owner}/{name}") not in (None, repo):
                raise ValueError(f"{owner}/{name} is there already")
            self._leave(repo)
            self._moved[repo.full_name.lower()] = repo.id
            repo.owner, repo.name, repo.updated_at = owner, name, self.tick()
            self._enter(repo)

    def _enter(self, repo: Repo) -> None:
        self._by_name[repo.full_name.lower()] = repo.id
        self._by_owner[repo.owner.lower()][repo.id] = repo

    def _leave(self, repo: Repo) -> None:
        del self._by_name[repo.full_name.lower()]
        del self._by_owner[repo.owner.lower()][repo.id]

    def _new_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def _folder(self) -> Path:
        if self.folder is None:
            raise ValueError("the world has no folder for bare repositories")
        return self.folder
