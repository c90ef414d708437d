"""/register in a real browser: from the address of a repository to its entry, in two languages, widths, without JavaScript."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from publiccode.registry.settings import Mirror, Settings
from publiccode.web.app import create_app
from publiccode.web.demo.git_server import GitServer

from ..harvesters.test_checkout import serve_repository
from ..invalid import changed
from ..long import read_by_axe
from ..test_commands import run
from ..web.conftest import build
from .conftest import _Quiet
from .looks import SMALL, WIDTHS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PUBLIC = "https://git.agency.example/"
URL = PUBLIC + "city/lamplight"


@dataclass(frozen=True, slots=True)
class Instance:
    """A catalogue that is served, its folder, and what its commands must be told."""

    address: str
    data: Path
    settings: Mapping[str, str]


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[Instance]:
    """The small catalogue, with a Git host behind a mirror whose file has one error."""
    with GitServer(serve_repository(tmp_path, changed("EUPL-1.2", "MIT License"))) as host:
        mirror = Mirror(PUBLIC, f"{host.url}/")
        chosen = Settings(data=tmp_path / "data", allowed_private=(host.authority,), mirrors=(mirror,))
        build(chosen)
        server = make_server("127.0.0.1", 0, create_app(chosen), threaded=True, request_handler=_Quiet)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        told = {"mirrors": f"{mirror.prefix}={mirror.target}", "allowed_private": host.authority}
        yield Instance(f"http://127.0.0.1:{server.port}", chosen.data, told)
        server.shutdown()
        thread.join()
        server.server_close()


def violations(page: Page) -> str:
    found = Axe().run(page)
    return str(found.generate_report()) if found.violations_count else ""


def test_from_an_address_to_its_entry_without_javascript(browser: Browser, instance: Instance) -> None:
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{instance.address}/en/")
    page.get_by_role("link", name="Register software").click()
    page.get_by_label("Address of the repository").fill(f"{URL}/raw/branch/main/publiccode.yml")
    page.get_by_label("Publisher (optional)").fill("Office of Lamps")
    page.get_by_label("Remark for the operator (optional)").fill("for the city")
    page.get_by_role("button", name="See how it would appear").click()
    expect(page.get_by_role("heading", name="What is found at this address")).to_be_focused()
    expect(page.get_by_text("Map of all lamps", exact=True)).to_be_visible()
    expect(page.get_by_text("Did you mean MIT?")).to_be_visible()
    page.get_by_role("button", name="Propose this address").click()
    page.wait_for_url("**/en/register/1")
    expect(page.get_by_text("It waits for the operator's decision.")).to_be_visible()
    listed = instance.data / "publishers.yml"
    listed.write_text("- id: lamps\n  name: Office of Lamps\n", "utf-8")

    def command(*words: str) -> str:
        code, out, err = run(*words, data=instance.data, settings=instance.settings)
        assert (code, err) == (0, "")
        return out

    command("publishers", "import", str(listed))
    command("proposals", "accept", "1", "--publisher", "lamps", "--by", "Lin Yu")
    command("publishers", "import", str(listed))
    page.reload()
    expect(page.get_by_text("The next harvest reads the address")).to_be_visible()
    assert f"added          {URL}" in command("harvest", "lamps")
    page.reload()
    page.get_by_role("link", name="Lamplight", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lamplight")
    expect(page.get_by_role("link", name="Office of Lamps")).to_be_visible()
    page.goto(f"{instance.address}/en/software?q=lamps")
    expect(page.get_by_role("link", name="Lamplight", exact=True)).to_be_visible()
    page.close()


@pytest.mark.parametrize("language", ["zh-Hant", "en"])
def test_every_step_is_accessible_and_fits(page: Page, instance: Instance, language: str) -> None:
    numbers = count()

    def sound(step: str) -> None:
        number = next(numbers)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            assert not read_by_axe(number, language, width) or (step, violations(page)) == (step, "")
            assert (step, page.evaluate("document.documentElement.scrollWidth") <= width) == (step, True)
            assert (step, page.evaluate(SMALL)) == (step, [])

    def look(url: str) -> None:
        page.goto(f"{instance.address}/{language}/register")
        page.fill("#url", url)
        page.fill("#remark", "x" * 300)
        page.locator("main form").last.get_by_role("button").click()

    page.goto(f"{instance.address}/{language}/register")
    sound("form")
    look("https://localhost/x/y")
    expect(page.locator("#url")).to_be_focused()
    sound("refused")
    look(PUBLIC + "city/empty")
    expect(page.locator("#prepared-text")).to_be_visible()
    sound("no file")
    look(PUBLIC + "city/gone")
    sound("no answer")
    look(URL)
    expect(page.locator(".preview")).to_be_visible()
    sound("found")
    page.locator("[value=propose]").click()
    page.wait_for_url("**/register/1")
    sound("proposed")
    look(URL)
    expect(page.locator(".known")).to_be_visible()
    sound("known")
    assert run("proposals", "reject", "1", "--reason", "x" * 300, "--by", "Lin", data=instance.data)[0] == 0
    page.goto(f"{instance.address}/{language}/register/1")
    sound("rejected")
    page.goto(f"{instance.address}/{language}/why?url={URL}")
    sound("why")
