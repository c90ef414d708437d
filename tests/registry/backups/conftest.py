"""An instance with a few entries, an index and files of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from publiccode.registry.following import follow
from publiccode.registry.search.engines import open_index
from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade

from ...looks import World, software

URLS = [f"https://git.yunwu.example/open/{name}" for name in ("petition", "parking", "library")]


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[tuple[Settings, World]]:
    settings = Settings(data=tmp_path / "instance")
    settings.data.mkdir()
    store = Store(settings.database)
    upgrade(store)
    world = World(store)
    world.publish(*URLS)
    for url in URLS:
        world.finds(url, software(url))
    follow(store, open_index(settings.search_engine, settings.index_folder))
    (settings.data / "publishers.yml").write_text("- id: yunwu\n  name: 雲霧市政府\n", "utf-8")
    yield settings, world
    store.close()
