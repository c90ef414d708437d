"""The newest deep scan on the entry's page and on its own: in both languages, harmless, and nothing where none was made."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.web.app import create_app

from .catalogue import read_json, scanned
from .conftest import build
from .test_pages import text


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    settings = Settings(data=tmp_path_factory.mktemp("scanned"))
    build(settings)
    store = Store(settings.database)
    with store.writing("scan") as change:
        scanned(change)
    store.close()
    return create_app(settings).test_client()


def test_the_section_on_the_entrys_page(reader: FlaskClient) -> None:
    page = reader.get("/en/software/formwright").text
    seen = text(page)
    assert "The files do not comply with the REUSE specification." in seen
    assert "99.0% 1999 of 2000" in seen or "99% 1999 of 2000" in seen
    assert "EUPL-1.2 : 1990 files" in seen
    assert "and 496 more" in seen
    assert "mit write MIT" in seen
    assert "GPL-3.0 write GPL-3.0-only / GPL-3.0-or-later" in seen
    assert "<b>0</b>" not in page
    assert read_json(reader, "/en/software/formwright.json")["scan"]["without_count"] == 501


def test_the_page_of_the_scan(reader: FlaskClient) -> None:
    page = reader.get("/en/software/formwright/scan").text
    assert "501 files do not say their licence" in text(page)
    assert page.count("<li><code>src/&lt;b&gt;") == 12
    assert "© 2019 Jane &lt;i&gt;Doe&lt;/i&gt;" in page
    assert text(page).count("Symbolic links, not followed: 2") == 2
    data = read_json(reader, "/en/software/formwright/scan.json")
    assert (data["software"]["slug"], data["scan"]["bad"]) == (
        "formwright",
        [{"license": "Etalab-2.0", "instead": ["etalab-2.0"]}],
    )
    assert reader.get("/zh-Hant/software/formwright/scan").status_code == 200


def test_nothing_where_none_was_made(reader: FlaskClient) -> None:
    assert "REUSE" not in reader.get("/en/software/陳情系統").text
    assert read_json(reader, "/en/software/陳情系統.json")["scan"] is None
    page = reader.get("/zh-Hant/software/陳情系統/scan")
    assert page.status_code == 200
    assert "publiccode audit scan --software 陳情系統" in page.text
    assert 'href="/zh-Hant/software/' in page.text
    assert read_json(reader, "/en/software/陳情系統/scan.json")["scan"] is None
