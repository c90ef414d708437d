"""The repositories of 151 real agencies at each kind of host: the same candidates wherever they lie."""

from __future__ import annotations

import pytest

from publiccode.harvesters.http import Http

from ..corpus import CORPUS
from ..forges.kinds import GITHUB, KINDS, TOKEN, Kind
from ..forges.reading import GitServerOf, essence, read, read_by_git
from ..forges.schemas import needs_github
from ..forges.world import World

pytestmark = pytest.mark.skipif(not CORPUS.is_dir(), reason="the acceptance corpus does not lie beside this checkout")


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> World:
    world = World(tmp_path_factory.mktemp("corpus"))
    for folder in sorted(path.parent for path in CORPUS.glob("*/meta.json")):
        paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "meta.json"]
        world.add(f"corpus/{folder.name}", {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths})
    return world


@pytest.fixture(scope="module")
def by_git(corpus: World) -> dict[str, object]:
    with GitServerOf(corpus) as server, Http([server.authority]) as http:
        repos = corpus.of_owner("corpus")
        return {repo.name.lower(): essence(read_by_git(http, f"{server.url}/{repo.full_name}")) for repo in repos}


@pytest.mark.parametrize("kind", [*KINDS, pytest.param(GITHUB, marks=needs_github)], ids=lambda kind: kind.name)
def test_the_same_candidates(kind: Kind, corpus: World, by_git: dict[str, object]) -> None:
    with kind.serve(corpus, 100) as server, Http([server.authority]) as http:
        host = kind.host(server, http, TOKEN)
        answers = read(host, list(host.repositories(kind.group_url(server, "corpus"))))
    assert len(answers) == 151
    assert {name.lower(): essence(answer.candidate) for name, answer in answers.items()} == by_git
