"""A new database for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade

from ..looks import World


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path / 'registry.sqlite'}")
    upgrade(store)
    yield store
    store.close()


@pytest.fixture
def world(store: Store) -> World:
    return World(store)
