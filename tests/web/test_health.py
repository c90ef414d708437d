"""`/healthz` and `/readyz`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from publiccode.registry.settings import Settings
from publiccode.registry.store import Store
from publiccode.registry.upgrade import newest, upgrade
from publiccode.web.app import create_app


def test_alive_is_cheap(tmp_path: Path) -> None:
    client = create_app(Settings(data=tmp_path / "nowhere")).test_client()
    answer = client.get("/healthz")
    assert (answer.status_code, answer.mimetype, answer.text) == (200, "text/plain", "ok\n")
    assert answer.headers["Cache-Control"] == "no-store"
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("ask", [{"query_string": "format=json"}, {"headers": {"Accept": "application/json"}}])
def test_both_answer_in_json(client: FlaskClient, ask: dict[str, object]) -> None:
    assert client.get("/healthz", **ask).json == {"status": "ok", "checks": []}
    told = client.get("/readyz", **ask).json
    assert told is not None
    assert (told["status"], [check["name"] for check in told["checks"]]) == ("ok", ["database", "index", "harvest"])


@pytest.mark.parametrize("accept", ["*/*", "text/html,*/*;q=0.8", "text/plain", "application/xml", ""])
def test_plain_text_is_the_default(client: FlaskClient, accept: str) -> None:
    answer = client.get("/readyz", headers={"Accept": accept})
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert re.fullmatch(
        rf"ok\ndatabase: ok: answers, at revision {newest()}\nindex: ok: follows the database\n"
        r"harvest: ok: the last look ended .* ago\n",
        answer.text,
    ), answer.text


def test_format_wins_over_accept(client: FlaskClient) -> None:
    answer = client.get("/readyz?format=text", headers={"Accept": "application/json"})
    assert answer.mimetype == "text/plain"


def test_an_empty_catalogue_is_ready(empty: FlaskClient) -> None:
    answer = empty.get("/readyz")
    assert (answer.status_code, answer.text.splitlines()[2:]) == (
        200,
        ["index: ok: not built yet; the catalogue is empty", "harvest: ok: there was none yet"],
    )


def test_an_older_database_is_not_ready(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path)
    (tmp_path / "registry.sqlite").touch()
    store = Store(settings.database)
    client = create_app(settings).test_client()
    step = "; next: publiccode db upgrade\n"
    assert client.get("/readyz").text == f"failing\ndatabase: failing: has no tables yet{step}"
    upgrade(store)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = 'older'")
    store.close()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.text) == (
        503,
        f"failing\ndatabase: failing: is at revision older, not {newest()}{step}",
    )
