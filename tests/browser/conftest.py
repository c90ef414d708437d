"""One Chromium for all tests of this folder, and the pages served on 127.0.0.1."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from publiccode.registry.collections import import_collection, read_collection
from publiccode.registry.declaring import Declaration, confirm, declare, software_named
from publiccode.registry.sboms import GIVEN, Found, record
from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.web.app import create_app
from publiccode.web.demo.agencies import AGENCIES

from ..web.catalogue import BASE, scanned
from ..web.conftest import build

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  (werkzeug's name)
        """The tests' output is no access log."""


def curate(settings: Settings) -> None:
    """A collection, a confirmed use with all that can be said of it, a bill of materials and a deep scan."""
    kit = f"{{slug: starter-kit, title: {{en: Kit}}, text: {{en: Use **it**.}}, items: [{{address: {BASE}forms, note: {{en: x}}}}"
    kit += f", {{address: {BASE}nothing}}]}}"
    said = Declaration("yunwu-health", "2", "2025", "Forms", "", "https://evidence.example/")
    store = Store(settings.database)
    with store.writing("test") as change:
        import_collection(change, read_collection(kit.encode()))
        confirm(change, declare(change, software_named(change.session, "formwright"), said)[0])
        given = Found(GIVEN, "bom.json", (AGENCIES / "qinglan/participation/sbom/participation.cdx.json").read_bytes())
        record(change, software_named(change.session, "formwright").id, [given])
        scanned(change)
    store.close()


@pytest.fixture(scope="package")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the small catalogue is served."""
    settings = Settings(data=tmp_path_factory.mktemp("browsed"))
    build(settings)
    curate(settings)
    server = make_server("127.0.0.1", 0, create_app(settings), threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium; tests are skipped where it is not installed."""
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A new window."""
    page = browser.new_page()
    yield page
    page.close()
