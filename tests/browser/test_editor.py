"""Checking and editing a file in a real browser: from nothing, from a broken file, by keyboard, without JavaScript."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Dialog, Page, Route, expect

from publiccode.schemas.candidate import Candidate, RepositoryFile
from publiccode.schemas.document import parse
from publiccode.schemas.finding import Assessment
from publiccode.schemas.validator import assess

from ..invalid import VALID, changed
from .looks import WIDTHS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

SHARED = Path(__file__).parents[3] / "shared" / "acceptance" / "code-gov-tw" / "taipei-city-dashboard.yml"
WAIT = 1_500  # milliseconds; the page asks the server 400 ms after the last key


def field(page: Page, place: str) -> str:
    return f'[name="key:{place}"]'


def judged(content: bytes) -> Assessment:
    return assess(Candidate(RepositoryFile("publiccode.yml", content)))


def containing(part: str) -> re.Pattern[str]:
    return re.compile(re.escape(part))


def downloaded(page: Page) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Download publiccode.yml").click()
    assert waiting.value.suggested_filename == "publiccode.yml"
    return Path(waiting.value.path()).read_bytes()


def violations(page: Page) -> str:
    found = Axe().run(page)
    return str(found.generate_report()) if found.violations_count else ""


def test_a_file_is_made_from_nothing(page: Page, address: str) -> None:
    page.goto(f"{address}/en/editor")
    expect(page.locator("#findings")).to_contain_text("Still to fill in: 10")
    page.fill(field(page, "name"), "Lamplight")
    expect(page.locator("#text")).to_have_value('publiccodeYmlVersion: "0"\nname: Lamplight\n', timeout=WAIT * 4)
    page.fill(field(page, "url"), "https://git.agency.example/city/lamplight")
    page.fill(field(page, "platforms"), "web\nlinux")
    page.select_option(field(page, "developmentStatus"), "stable")
    page.select_option(field(page, "softwareType"), "standalone/web")
    page.locator("summary", has_text="Choose").first.click()
    page.get_by_label("Data collection").check()
    page.fill(field(page, "description/en/shortDescription"), "A register of street lamps.")
    page.fill(field(page, "description/en/longDescription"), "A register of street lamps. " * 3)
    page.fill(field(page, "description/en/features"), "Map of all lamps")
    page.fill(field(page, "legal/license"), "EUPL")
    page.select_option(field(page, "maintenance/type"), "internal")
    page.select_option(field(page, "localisation/localisationReady"), "true")
    page.fill(field(page, "localisation/availableLanguages"), "en")
    license_ = page.locator(field(page, "legal/license"))
    expect(license_).to_have_attribute("aria-invalid", "true", timeout=WAIT * 4)
    described = str(license_.get_attribute("aria-describedby")).split()[-1]
    expect(page.locator(f"#{described}")).to_contain_text("Which one do you mean? EUPL-1.2, EUPL-1.1")
    page.locator("#findings a", has_text="Licence").click()
    expect(license_).to_be_focused()
    page.keyboard.press("End")
    page.keyboard.type("-1.2")
    expect(license_).not_to_have_attribute("aria-invalid", "true", timeout=WAIT * 4)
    page.fill(field(page, "description/en/longDescription"), "A register of street lamps. " * 6)
    page.get_by_role("button", name="Add: Contact").click()
    expect(page.locator(field(page, "maintenance/contacts/0/name"))).to_be_focused()
    page.keyboard.type("Chen Yu")
    expect(page.locator("#findings")).to_contain_text("valid; findings: 0", timeout=WAIT * 4)
    assert violations(page) == ""
    content = downloaded(page)
    assert judged(content).findings == ()
    assert (parse(content).values or {})["maintenance"] == {"type": "internal", "contacts": [{"name": "Chen Yu"}]}


def test_the_text_may_be_edited_and_the_form_follows(page: Page, address: str) -> None:
    page.goto(f"{address}/zh-Hant/editor")
    page.fill("#text", VALID.replace("Lamplight", "路燈管家"))
    expect(page.locator(field(page, "name"))).to_have_value("路燈管家", timeout=WAIT * 4)
    expect(page.locator("#text")).to_be_focused()  # the page is never made anew under somebody who types
    expect(page.locator("#editor-notice")).to_contain_text("更新")
    page.get_by_role("button", name="更新", exact=True).click()
    expect(page.locator(field(page, "description/en/shortDescription"))).to_have_value("A register of street lamps.")
    expect(page.locator("#text")).to_have_value(VALID.replace("Lamplight", "路燈管家"))


def test_typing_into_the_text_is_never_interrupted(page: Page, address: str) -> None:
    page.goto(f"{address}/en/editor")
    text = page.locator("#text")
    text.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type('name: "Lamp')
    page.wait_for_timeout(WAIT)
    page.keyboard.type('light"\ncategories:\n  - acc')
    page.wait_for_timeout(WAIT)
    page.keyboard.type("ounting\n")
    whole = 'publiccodeYmlVersion: "0"\nname: "Lamplight"\ncategories:\n  - accounting\n'
    expect(text).to_have_value(whole)
    expect(text).to_be_focused()
    expect(page.locator(field(page, "name"))).to_have_value("Lamplight", timeout=WAIT * 4)
    page.fill(field(page, "url"), "https://git.agency.example/city/lamp")
    expect(text).to_have_value(containing("  - accounting\n"), timeout=WAIT * 4)
    expect(text).to_have_value(containing("url: https://git.agency.example/city/lamp"))


def test_what_is_typed_while_an_answer_is_on_its_way_stays(page: Page, address: str) -> None:
    def slowly(route: Route) -> None:
        page.wait_for_timeout(WAIT)
        route.continue_()

    page.route("**/api/editor*", slowly)
    page.goto(f"{address}/en/editor")
    page.fill("#text", VALID)
    page.wait_for_timeout(600)
    page.fill(field(page, "landingURL"), "https://lamp.agency.example/")
    page.keyboard.press("Tab")
    expect(page.locator("#text")).to_have_value(
        containing("landingURL: https://lamp.agency.example/"), timeout=WAIT * 8
    )
    expect(page.locator(field(page, "landingURL"))).to_have_value("https://lamp.agency.example/")


def test_the_text_goes_along_into_the_other_language(page: Page, address: str) -> None:
    asked: list[str] = []

    def accept(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", accept)
    page.goto(f"{address}/en/editor")
    page.fill("#text", VALID)
    page.get_by_role("link", name="正體中文").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("編輯器")
    expect(page.locator("#text")).to_have_value(VALID)
    assert asked == []
    page.fill(field(page, "name"), "路燈管家")
    page.get_by_role("link", name="發布機關").click()
    page.wait_for_url("**/publishers")
    assert asked == ["beforeunload"]


def test_items_never_move_under_the_reader(page: Page, address: str) -> None:
    people = "  type: internal\n  contacts:\n    - name: Ann\n    - name: Bob\n"
    page.goto(f"{address}/en/editor")
    page.fill("#text", changed("  type: none\n", people))
    expect(page.locator(field(page, "name"))).to_have_value("Lamplight", timeout=WAIT * 4)
    page.get_by_role("button", name="Update", exact=True).click()
    first = page.locator(field(page, "maintenance/contacts/0/name"))
    first.fill("")
    expect(page.locator("#text")).to_have_value(containing('- name: ""\n    - name: Bob'), timeout=WAIT * 4)
    first.fill("Cyd")
    expect(page.locator("#text")).to_have_value(containing('- name: "Cyd"\n    - name: Bob'), timeout=WAIT * 4)
    # An item that is taken out of the text does not come back by its field.
    page.fill("#text", changed("  type: none\n", people.replace("    - name: Bob\n", "")))
    expect(first).to_have_value("Ann", timeout=WAIT * 4)
    page.fill(field(page, "name"), "Lantern")
    expect(page.locator("#text")).to_have_value(containing("name: Lantern"), timeout=WAIT * 4)
    assert "Bob" not in page.input_value("#text")


def test_two_empty_items_are_filled_from_the_second(page: Page, address: str) -> None:
    page.goto(f"{address}/en/editor")
    page.get_by_role("button", name="Add: Contact").click()
    page.get_by_role("button", name="Add: Contact").click()
    second = page.locator(field(page, "maintenance/contacts/1/name"))
    second.fill("Bob")
    expect(page.locator("#text")).to_have_value(containing('    - name: ""\n    - name: Bob\n'), timeout=WAIT * 4)
    page.fill(field(page, "maintenance/contacts/1/email"), "bob@agency.example")
    expect(page.locator("#text")).to_have_value(containing("email: bob@agency.example"), timeout=WAIT * 4)
    assert page.input_value("#text").count("- name:") == 2


def test_what_was_written_is_there_after_going_back(page: Page, address: str) -> None:
    page.goto(f"{address}/en/editor")
    page.fill(field(page, "name"), "Lamplight")
    expect(page.locator("#text")).to_have_value(containing("name: Lamplight"), timeout=WAIT * 4)
    page.get_by_role("button", name="Check the text and see repairs").click()
    expect(page.get_by_text("The file does not meet the standard.")).to_be_visible()
    page.get_by_role("button", name="正體中文").click()
    expect(page.get_by_text("檔案不符合標準。")).to_be_visible()
    page.go_back()
    page.go_back()
    expect(page.locator("#text")).to_have_value(containing("name: Lamplight"), timeout=WAIT * 4)
    expect(page.locator(field(page, "name"))).to_have_value("Lamplight")


def test_a_server_that_does_not_answer_is_told(page: Page, address: str) -> None:
    page.route("**/api/editor*", lambda route: route.abort())
    page.goto(f"{address}/en/editor")
    page.fill(field(page, "name"), "Lamplight")
    expect(page.locator("#editor-notice")).to_contain_text("This is not up to date", timeout=WAIT * 4)


@pytest.mark.skipif(not SHARED.is_file(), reason=f"no acceptance data at {SHARED.parent}")
def test_a_broken_real_file_is_opened_repaired_and_kept(page: Page, address: str, tmp_path: Path) -> None:
    assert not judged(SHARED.read_bytes()).valid
    page.goto(f"{address}/en/validate")
    page.set_input_files("#hand-in-file", SHARED)
    page.locator("form", has=page.locator("#hand-in-file")).locator("button").click()
    expect(page.get_by_text("The file does not meet the standard.")).to_be_visible()
    assert violations(page) == ""
    page.get_by_role("button", name="AGPL-3.0-or-later").click()
    expect(page.locator("#L24")).to_contain_text("license: AGPL-3.0-or-later")
    page.get_by_role("button", name="Open in the editor").click()
    page.fill(
        field(page, "description/zh-Hant/longDescription"), "臺北城市儀表板讓市民與市府人員查閱城市的各項數據。" * 8
    )
    page.fill(field(page, "description/zh-Hant/screenshots"), "docs/screenshot.png")
    expect(page.locator("#text")).to_have_value(containing("docs/screenshot.png"), timeout=WAIT * 4)
    text = page.input_value("#text")
    assert "createdDate" in text  # what the form does not know is kept, with its comments
    page.fill("#text", text[: text.index("tw:")])
    expect(page.locator("#findings")).to_contain_text("valid; findings: 1", timeout=WAIT * 4)
    assert violations(page) == ""
    content = downloaded(page)
    assert judged(content).valid
    kept = tmp_path / "publiccode.yml"
    kept.write_bytes(content)
    page.goto(f"{address}/en/validate")
    page.set_input_files("#hand-in-file", kept)
    page.locator("form", has=page.locator("#hand-in-file")).locator("button").click()
    expect(page.get_by_text("The file meets the standard.")).to_be_visible()


def test_without_javascript_the_buttons_do_the_same(browser: Browser, address: str) -> None:
    page = browser.new_page(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page.goto(f"{address}/en/editor")
    page.fill(field(page, "name"), "Lamplight")
    page.keyboard.press("Enter")
    expect(page.locator("#text")).to_have_value('publiccodeYmlVersion: "0"\nname: Lamplight\n')
    page.fill("#new-language", "zh-Hant")
    page.get_by_role("button", name="Add", exact=True).click()
    page.fill(field(page, "description/zh-Hant/shortDescription"), "路燈管理")
    page.get_by_role("button", name="Update", exact=True).last.click()
    expect(page.locator("#text")).to_have_value(
        'publiccodeYmlVersion: "0"\nname: Lamplight\ndescription:\n  zh-Hant:\n    shortDescription: 路燈管理\n'
    )
    page.close()


def sound(page: Page) -> None:
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        assert violations(page) == ""
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("language", ["zh-Hant", "en"])
def test_what_is_sent_back_is_accessible_and_fits(page: Page, address: str, language: str) -> None:
    broken = changed("EUPL-1.2", "AGPL-3").replace("  - web\n", "  - web\n  - " + "x" * 300 + "\n")
    broken = broken.replace('"0"', '"0.4"').replace(
        "type: none", "type: internal\n  contacts:\n    - name: Chen Yu\n      email: x"
    )
    page.goto(f"{address}/{language}/validate")
    page.fill("#hand-in-text", broken)
    page.locator("form", has=page.locator("#hand-in-text")).get_by_role("button").click()
    page.wait_for_selector(".listing")
    sound(page)
    page.locator(".section-head button").first.click()
    page.wait_for_selector("#editor")
    sound(page)


def test_the_editor_is_used_by_keyboard_alone(page: Page, address: str) -> None:
    page.goto(f"{address}/en/editor")
    page.locator(field(page, "name")).focus()
    page.keyboard.type("Lamplight")
    page.keyboard.press("Tab")
    expect(page.locator(field(page, "url"))).to_be_focused()
    page.locator("#f-categories summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("#text")).to_have_value(containing("categories:\n  - accounting"), timeout=WAIT * 4)
    # The text area does not hold the keyboard: Tab leaves it.
    page.locator("#text").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Download publiccode.yml")).to_be_focused()
