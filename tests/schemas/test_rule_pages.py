"""The manual pages of the rules: complete in every language, and written out as they are below docs/rules/."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from publiccode.schemas.finding import LANGUAGES, TRANSLATIONS
from publiccode.schemas.rules import NOTICES, RULES
from publiccode.schemas.rules.pages import page, pages, paragraphs

ROOT = Path(__file__).parents[2]
SAID = {text for rule in (*RULES, *NOTICES) for text in paragraphs(rule)}


def folder(language: str) -> Path:
    return TRANSLATIONS / language.replace("-", "_") / "LC_MESSAGES"


@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_every_paragraph_is_translated_and_none_is_left_over(language: str) -> None:
    with (folder(language) / "rules.po").open("rb") as text, (folder(language) / "rules.mo").open("rb") as binary:
        written, compiled = read_po(text), read_mo(binary)
    assert {entry.id for entry in written if entry.id and entry.string and not entry.fuzzy} == SAID
    assert {m.id: m.string for m in compiled if m.id} == {m.id: m.string for m in written if m.id}


def test_translations_keep_what_is_code() -> None:
    """What stands between backticks is to be written or found in a file, in whatever language the page is read."""
    for rule in (*RULES, *NOTICES):
        for english, chinese in zip(
            page(rule).text.split("\n\n"), page(rule, "zh-Hant").text.split("\n\n"), strict=True
        ):
            assert set(re.findall("`[^`]+`", chinese)) == set(re.findall("`[^`]+`", english)), english


def test_every_page_tells_how_to_repair() -> None:
    assert [one.id for one in pages() if not one.paragraphs[-1].startswith("Repair: ")] == []
    assert [one.id for one in pages("zh-Hant") if not one.paragraphs[-1].startswith("修正方式：")] == []


def test_the_written_pages_are_the_ones_of_the_rules() -> None:
    code = (
        "import runpy, json, sys; sys.path.insert(0, '.'); "
        "written = runpy.run_path('deploy/refresh_rule_pages.py')['written']; "
        "print(json.dumps([str(path) for path, text in written().items() "
        "if not path.exists() or path.read_text('utf-8') != text]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n", "next: make rule-pages"
