"""A small catalogue with one of each kind, and the application over it."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient

from publiccode.registry.following import follow
from publiccode.registry.search.engines import open_index
from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.upgrade import upgrade
from publiccode.web.app import create_app

from ..looks import World
from .catalogue import fill


@pytest.fixture(scope="package")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """An instance whose database and index hold the small catalogue; tests only read it."""
    chosen = Settings(data=tmp_path_factory.mktemp("instance"), contact="post@registry.example")
    build(chosen)
    return chosen


def build(chosen: Settings) -> None:
    """Fills the instance of these settings."""
    store = Store(chosen.database)
    upgrade(store)
    fill(World(store))
    follow(
        store,
        open_index(chosen.search_engine, chosen.index_folder),
        chosen.show_only_valid,
        zone=ZoneInfo(chosen.time_zone),
    )
    store.close()


@pytest.fixture(scope="package")
def app(settings: Settings) -> Flask:
    """The application over the small catalogue."""
    made = create_app(settings)
    made.testing = True
    return made


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A reader."""
    return app.test_client()


@pytest.fixture
def empty(tmp_path: Path) -> FlaskClient:
    """A reader of a catalogue in which nothing is."""
    chosen = Settings(data=tmp_path)
    store = Store(chosen.database)
    upgrade(store)
    store.close()
    made = create_app(chosen)
    made.testing = True
    return made.test_client()
