"""Every message of the validator exists in every language, with the same placeholders."""

import ast
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from publiccode.schemas.finding import LANGUAGES, TRANSLATIONS, message

SCHEMAS = TRANSLATIONS.parent
TRANSLATED = [language for language in LANGUAGES if language != "en"]


def templates() -> set[str]:
    found = set()
    for path in SCHEMAS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "message":
                template = node.args[0]
                assert isinstance(template, ast.Constant), f"{path}:{node.lineno}: the template must be a literal"
                found.add(str(template.value))
    return found


def folder(language: str) -> Path:
    return TRANSLATIONS / language.replace("-", "_") / "LC_MESSAGES"


def placeholders(text: str) -> set[str]:
    parsed = list(Formatter().parse(text))
    assert all(not spec and not conversion for _, name, spec, conversion in parsed if name is not None), text
    return {name for _, name, _, _ in parsed if name is not None}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_and_none_is_left_over(language: str) -> None:
    with (folder(language) / "findings.po").open("rb") as file:
        catalogue = read_po(file)
    translated = {entry.id for entry in catalogue if entry.id and entry.string and not entry.fuzzy}
    assert translated == templates()


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_have_the_same_placeholders(language: str) -> None:
    with (folder(language) / "findings.po").open("rb") as file:
        entries = [(str(entry.id), str(entry.string)) for entry in read_po(file) if entry.id]
    assert [source for source, said in entries if placeholders(source) != placeholders(said)] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_compiled_catalogue_is_the_written_one(language: str) -> None:
    with (folder(language) / "findings.po").open("rb") as text, (folder(language) / "findings.mo").open("rb") as binary:
        written, compiled = read_po(text), read_mo(binary)
    assert {m.id: m.string for m in compiled if m.id} == {m.id: m.string for m in written if m.id}


def test_a_message_speaks_the_reader_s_language() -> None:
    said = message("the mandatory key {name} is missing", name="url")
    assert (said.in_language("en"), said.in_language("zh-Hant")) == (
        "the mandatory key url is missing",
        "缺少必填欄位 url",
    )
