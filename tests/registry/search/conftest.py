from __future__ import annotations

from pathlib import Path

import pytest

from publiccode.registry.search import SearchIndex
from publiccode.registry.search.engines import ENGINES, open_index

from .catalogue import ENTRIES


@pytest.fixture(params=list(ENGINES))
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def index(engine: str, tmp_path: Path) -> SearchIndex:
    return open_index(engine, tmp_path / "index")


@pytest.fixture(scope="session")
def full(tmp_path_factory: pytest.TempPathFactory) -> dict[str, SearchIndex]:
    """The invented catalogue in each engine; read only."""
    indexes = {}
    for name in ENGINES:
        indexes[name] = open_index(name, tmp_path_factory.mktemp(name) / "index")
        indexes[name].rebuild(ENTRIES, "25")
    return indexes
