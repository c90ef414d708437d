"""What a reader gives as an address, with everything that lies inside the network: refused on every page, and not reached."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from publiccode.registry.settings import Mirror, Settings
from publiccode.web.app import create_app

from ..harvesters.fault_server import FaultServer, always, answer
from ..harvesters.inside import AMBIGUOUS, LITERAL, TRICKS, WRITTEN, Listener

PUBLIC = "https://git.agency.example/"
# Names are left out: readers' addresses are looked up by the system's own resolver, and tests ask no name server.
NUMBERS = (*LITERAL, *WRITTEN)
NO_ADDRESSES = (*TRICKS, *(host for host in AMBIGUOUS if "public.example" in host or not host.isascii() or "[" in host))
SCHEMES = (
    "file:///etc/passwd",
    "file://127.0.0.2/publiccode.yml",
    "ftp://127.0.0.2/x",
    "gopher://127.0.0.2/x",
    "//127.0.0.2/x",
)


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    with Listener() as listener:
        yield listener


@pytest.fixture
def chosen(settings: Settings, listener: Listener) -> Settings:
    """An instance whose operator opened the inside for harvests: not for readers."""
    allowed = ("127.0.0.0/8", "::/0", "10.0.0.0/8", "169.254.0.0/16", "100.64.0.0/10", "0.0.0.0/32")
    return replace(settings, allowed_private=allowed, checks_per_minute=60_000, proposals_per_hour=60_000)


@pytest.fixture
def reader(chosen: Settings) -> FlaskClient:
    return create_app(chosen).test_client()


@pytest.mark.parametrize("path", ["city/lamp", "publiccode.yml", "a/b/blob/main/publiccode.yml"])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_validator_and_the_editor(reader: FlaskClient, listener: Listener, scheme: str, path: str) -> None:
    for host in NUMBERS:
        url = f"{scheme}://{host}:{listener.port}/{path}"
        checked = reader.post("/api/validate?lang=en", json={"url": url})
        assert checked.status_code == 400, url
        assert "is no address of the public internet" in checked.get_json()["detail"], url
        assert reader.post("/en/validate", data={"url": url}).status_code == 400
        assert reader.post("/en/editor/import", data={"url": url}).status_code == 400
    assert listener.connections == 0


@pytest.mark.parametrize("group", ["", "on"])
@pytest.mark.parametrize("do", ["look", "propose"])
def test_register(reader: FlaskClient, listener: Listener, do: str, group: str) -> None:
    for host in NUMBERS:
        url = f"http://{host}:{listener.port}/city/lamp"
        page = reader.post("/en/register", data={"url": url, "do": do, "group": group})
        assert page.status_code == 400, url
        assert "is no address of the public internet" in page.text, url
    assert listener.connections == 0


def test_what_is_no_address(reader: FlaskClient, listener: Listener) -> None:
    for url in (*(f"https://{host}:{listener.port}/city/lamp" for host in NO_ADDRESSES), *SCHEMES):
        for path in ("/en/validate", "/en/register", "/en/editor/import"):
            sent = reader.post(path, data={"url": url, "do": "look"})
            assert sent.status_code in (400, 502), (path, url)
    assert listener.connections == 0


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_mirror_that_leads_inside(settings: Settings, listener: Listener, status: int) -> None:
    """What is told names neither the mirror nor where it leads."""
    with FaultServer() as server:
        server.scripts = always(answer(f"{status} Moved", b"", f"Location: {listener.url}/latest/meta-data"))
        mirrored = replace(
            settings,
            allowed_private=(server.authority,),
            mirrors=(Mirror(PUBLIC, f"{server.url}/"),),
            checks_per_minute=6_000,
        )
        reader = create_app(mirrored).test_client()
        for path in ("city/lamp", "city/lamp/publiccode.yml"):
            answered = reader.post("/api/validate?lang=en", json={"url": PUBLIC + path})
            assert (answered.status_code, answered.get_json()["detail"]) == (
                502,
                f"{PUBLIC}{path} cannot be read at the moment",
            )
        looked = reader.post("/en/register", data={"url": f"{PUBLIC}city/lamp", "do": "look"})
        assert (looked.status_code, "127.0.0." in looked.text) == (502, False)
        assert server.received
    assert listener.connections == 0
