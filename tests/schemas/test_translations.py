"""Every message of the validator exists in every language, with the same placeholders."""

import ast
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from publiccode.registry.stored import message_from_json, message_to_json
from publiccode.schemas.finding import LANGUAGES, TRANSLATIONS, message, message_in_context

SCHEMAS = TRANSLATIONS.parent
KINDS = {"message": 1, "message_in_context": 2}  # function → how many of its arguments are texts
TRANSLATED = [language for language in LANGUAGES if language != "en"]


def templates() -> set[tuple[str, str]]:
    """(context, template) of all calls; without a context it is empty."""
    found = set()
    for path in SCHEMAS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
                texts = node.args[: KINDS[node.func.id]]
                said = [str(text.value) for text in texts if isinstance(text, ast.Constant)]
                assert len(said) == len(texts), f"{path}:{node.lineno}: the template must be a literal"
                found.add(("".join(said[:-1]), said[-1]))
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
    translated = {
        (entry.context or "", entry.id) for entry in catalogue if entry.id and entry.string and not entry.fuzzy
    }
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


def test_one_english_word_can_have_two_translations() -> None:
    """What may be done and what is so: in Chinese two words, in English one."""
    answer = message_in_context("compatibility", "no")
    assert (answer.in_language("en"), answer.in_language("zh-Hant")) == ("no", "不可以")
    assert message("no").in_language("zh-Hant") == "no"  # no key of the findings: the pages' own translation is asked
    assert message_from_json(message_to_json(answer)) == answer
