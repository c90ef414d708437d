"""The world that budgets of requests are counted on: a group with many repositories, few of which publish a file."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from publiccode.harvesters.hosts import GitHost
from publiccode.schemas.candidate import Repository

from .world import Repo, World

NUMBER, EMPTY, PUBLISHED, CHANGED = 250, 5, 40, 5
OLD = datetime(2025, 6, 1, tzinfo=UTC)


def sized_world(owner: str = "city") -> World:
    """250 repositories of one owner: 5 empty, 40 with publiccode.yml and one licence text each."""
    world = World()
    for number in range(NUMBER):
        name = f"{owner}/r{number:03}"
        if number < EMPTY:
            world.add(name, date=OLD)
        elif number < EMPTY + PUBLISHED:
            world.add(name, published(number), date=OLD)
        else:
            world.add(name, {"README.md": b"x"}, date=OLD)
    return world


def published(number: int) -> dict[str, bytes]:
    return {"publiccode.yml": f"name: {number}\n".encode(), "LICENSE": b"text", "README.md": b""}


def change_some(world: World, owner: str = "city") -> list[Repo]:
    """Pushes to five of those that publish, a day ago."""
    changed = world.of_owner(owner)[EMPTY : EMPTY + CHANGED]
    for repo in changed:
        world.push(repo, {**published(repo.id), "new": b""}, date=datetime.now(UTC) - timedelta(days=1))
    return changed


def harvest(
    host: GitHost, url: str, known: dict[str, str], since: datetime | None = None
) -> tuple[int, int, dict[str, str]]:
    """Lists, then reads those that are not known with the same state: how many, how many candidates, their states now."""
    listed = list(host.repositories(url, since))
    wanted = [found for found in listed if not found.empty and state(found) != known.get(found.host_id)]
    answers = list(host.fetch(wanted))
    if failed := [answer.error for answer in answers if answer.error]:
        raise failed[0]
    states = {answer.repository.host_id: state(answer.repository) for answer in answers}
    return len(listed), sum(answer.candidate is not None for answer in answers), {**known, **states}


def state(repository: Repository) -> str:
    """What a run compares with what it kept."""
    return repository.state or repository.head or ""
