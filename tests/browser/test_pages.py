"""The pages in a real browser: accessible, of every width, by keyboard, without JavaScript, within their own rules."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Page, expect

from ..long import read_by_axe
from .looks import SMALL, WIDTHS

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
PAGES = (
    "/",
    "/software",
    "/software?q=陳情&category=communications&validity=invalid",
    "/software?q=zzqq.example/x",
    "/software?q=petitions+zzqq",
    "/software?q=forms&explain=formwright",
    "/software/formwright",
    "/software/formwright/lines/LICENSE",
    "/software/陳情系統",
    "/software/衛生陳情",
    "/software/tidy-index",
    "/software/script-alert-name-script",
    "/software/lost-lamp",
    "/software/none",
    "/compare?software=陳情系統&software=formwright&software=nobody",
    "/publishers",
    "/publishers/yunwu",
    "/publishers/yunwu-health",
    "/publishers/yunwu-health/drift",
    "/publishers/brume/drift",
    "/audit",
    "/audit/report",
    "/audit/publishers/yunwu",
    "/software/formwright/audit",
    "/software/formwright/readiness",
    "/software/formwright/compliance-report",
    "/attribution?software=formwright&collection=starter-kit&software=none",
    "/software/formwright/scan",
    "/publishers/yunwu/openchain?below=1",
    "/harvests",
    "/why",
    "/why?url=https://git.yunwu.example/open/petition-fork",
    "/register",
    "/register/1",
    "/publishers/yunwu/without-file",
    "/publishers/yunwu/without-file?kind=fork&q=none",
    "/why?url=https://git.yunwu.example/open/empty",
    "/validate",
    "/reuse-check",
    "/validate?url=https://git.yunwu.example/open/petition",
    "/rules",
    "/rules/license-known",
    "/rules/none",
    "/usage",
    "/collections",
    "/collections/starter-kit",
    "/licenses",
    "/licenses?show=all&sort=family",
    "/licenses/EUPL-1.2",
    "/licenses/CC-BY-4.0",
    "/licenses/GPL-2.0+",
    "/licenses/none",
    "/software/formwright/sbom",
    "/licenses/compatible?inbound=GPL-3.0-only+OR+MIT&outbound=EUPL-1.2",
    "/statistics",
    "/publishers/yunwu/statistics",
    "/editor",
    "/new",
    "/search-help",
    "/about",
    "/about/data",
)


def addresses(page: Page, address: str) -> list[str]:
    """All pages, the report of a harvest and a prepared file too."""
    harvest = page.request.get(f"{address}/en/harvests.json").json()["harvests"][0]["id"]
    lacking = page.request.get(f"{address}/en/publishers/yunwu/without-file.json").json()["repositories"][0]
    return [*PAGES, f"/harvests/{harvest}", lacking["address"].removeprefix("/en")]


@pytest.mark.parametrize("language", ["zh-Hant", "en"])
def test_every_page_is_accessible_and_fits(page: Page, address: str, language: str) -> None:
    """Accessible by axe; nothing wider than the window; everything to press at least 24 by 24 CSS pixels (WCAG 2.2, 2.5.8).

    Links inside of sentences are exempt from the last. Each page is opened in one of the languages; in the long checks in both.
    """
    refused: list[str] = []

    def listen(line: ConsoleMessage) -> None:
        if "Content Security Policy" in line.text:
            refused.append(line.text)

    page.on("console", listen)
    axe, troubles = Axe(), {}
    for number, path in enumerate(addresses(page, address)):
        if not any(read_by_axe(number, language, width) for width in WIDTHS):
            continue
        page.goto(f"{address}/{language}{path}")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 800})
            if read_by_axe(number, language, width) and (found := axe.run(page)).violations_count:
                troubles[f"{path} ({width})"] = found.generate_report()
            if page.evaluate("document.documentElement.scrollWidth") > width:
                troubles[f"{path} ({width}, sideways)"] = "scrolls sideways"
            if small := page.evaluate(SMALL):
                troubles[f"{path} ({width}, small)"] = small
    assert list(troubles.items()) == []
    assert refused == []


@pytest.mark.parametrize("language", ["en", "zh-Hant"])
def test_the_navigation_fits_in_one_row(page: Page, address: str, language: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    for path in ("/software", "/publishers", "/harvests"):  # the current page's name is set in bold
        page.goto(f"{address}/{language}{path}")
        tops = page.evaluate("[...document.querySelectorAll('.site-nav > ul > li')].map(link => link.offsetTop)")
        assert len(set(tops)) == 1
    page.locator(".site-more summary").press("Enter")
    page.locator(".site-more").get_by_role("link").first.click()
    assert page.url == f"{address}/{language}/usage"


def test_the_keyboard_reaches_the_content_and_searches(page: Page, address: str) -> None:
    page.goto(f"{address}/en/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    box = page.get_by_role("combobox", name="Search the software of public administrations")
    expect(box).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.type("forms")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Search results")
    expect(page.get_by_role("link", name="Formwright", exact=True)).to_be_visible()


@pytest.mark.parametrize("width", [360, 1280])
def test_without_javascript_filters_narrow_and_widen(browser: Browser, address: str, width: int) -> None:
    page = browser.new_page(java_script_enabled=False, viewport={"width": width, "height": 800})
    page.goto(f"{address}/en/software")
    if width == 360:
        page.locator(".facets > summary").click()
    page.locator("summary", has_text="More filters").click()
    page.get_by_label("File has errors").check()
    page.get_by_role("button", name="Apply filters").click()
    expect(page.get_by_role("status")).to_have_text("3 results")
    assert page.url == f"{address}/en/software?validity=invalid"  # the empty box is not in it
    page.get_by_role("link", name="Remove the filter").click()
    expect(page.get_by_role("status")).to_have_text("8 results")
    page.get_by_role("link", name="正體中文").click()
    expect(page.get_by_role("status")).to_have_text("找到 8 套軟體")
    page.close()


def test_no_filter_hides_behind_the_button(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 700})
    page.goto(f"{address}/en/software")
    covered = """() => [...document.querySelectorAll('.choice input')]
        .map(e => [e.id, e.getBoundingClientRect()]).filter(([_, r]) => r.height && r.top > 0 && r.bottom < innerHeight)
        .map(([id, r]) => [id, document.elementFromPoint(r.x + r.width / 2, r.y + r.height / 2)?.id])"""
    found = []
    for top in range(0, 300, 20):
        page.evaluate(f"scrollTo(0, {top})")
        found += page.evaluate(covered)
    assert len(found) > 50
    assert [pair for pair in found if pair[0] != pair[1]] == []


def test_nothing_hostile_runs(page: Page, address: str) -> None:
    dialogs: list[str] = []

    def refuse(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", refuse)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/en/software/script-alert-name-script")
    expect(page.get_by_role("heading", level=1)).to_have_text("<script>alert('name')</script>")
    assert dialogs == []
    assert [url for url in asked if not url.startswith(address)] == []


def test_it_prints_without_what_only_a_screen_needs(page: Page, address: str) -> None:
    page.goto(f"{address}/en/software/陳情系統")
    page.emulate_media(media="print")
    expect(page.get_by_role("navigation", name="Main")).to_be_hidden()
    expect(page.get_by_role("heading", name="Features")).to_be_visible()


def test_suggestions_are_chosen_by_keyboard(page: Page, address: str) -> None:
    page.goto(f"{address}/en/software")
    box = page.get_by_role("combobox", name="Search the software of public administrations")
    box.press_sequentially("yun")
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".search-field [role=status]")).to_contain_text("Suggestions: ")
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", "q-suggestion-0")
    assert Axe().run(page).violations_count == 0
    box.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_value("yun")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    # What an input method is still composing is not asked for.
    box.evaluate("box => box.dispatchEvent(new InputEvent('input', {isComposing: true}))")
    page.wait_for_timeout(250)
    assert asked == []
    box.evaluate("box => box.dispatchEvent(new CompositionEvent('compositionend'))")
    expect(options.first).to_be_visible()
    box.press("ArrowDown")
    box.press_sequentially("w")  # another text: nothing is chosen any longer
    expect(box).not_to_have_attribute("aria-activedescendant", "q-suggestion-0")
    target = page.get_by_role("option", name="City of Yunwu")
    box.fill("yunwu c")
    expect(target.or_(options.first)).to_have_count(1)
    box.press("ArrowUp")
    box.press("Enter")
    expect(page).to_have_url(f"{address}/en/publishers/yunwu")
