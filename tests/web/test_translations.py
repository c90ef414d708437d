"""Everything that the pages say exists in every language: complete, with the same placeholders, compiled as written."""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment

from publiccode.registry.models import Outcome
from publiccode.registry.why import outcome_text, tombstone_text

ROOT = Path(__file__).parents[2]
TRANSLATED = ROOT / "web" / "translations" / "zh_Hant" / "LC_MESSAGES"
TEMPLATES = sorted((ROOT / "web" / "templates").rglob("*.html"))
JINJA = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
Text = str | tuple[str, ...]


def said_in_code() -> Iterator[Text]:
    """The first argument of every gettext("…"), message("…") and Message("…")."""
    for folder in ("web", "registry", "harvesters"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if (
                    isinstance(node, ast.Call)
                    and getattr(node.func, "id", "") in ("gettext", "message", "Message")
                    and node.args
                ):
                    first = node.args[0]
                    if isinstance(first, ast.Constant) and first.value:
                        yield str(first.value)
    for outcome in Outcome:
        yield from (text.template for text in outcome_text(outcome)[1:] if text.template)
    yield from (
        tombstone_text(reason).template
        for reason in ("gone", "withdrawn", "technical-fork", "moved", "part", "unlisted")
    )


def said_in_templates() -> Iterator[Text]:
    options = {"trimmed": "true", "newstyle_gettext": "true"}
    for path in TEMPLATES:
        with path.open("rb") as file:
            for _, text, _, _ in extract("jinja2.ext:babel_extract", file, options=options):
                yield text if isinstance(text, str) else tuple(filter(None, text))


def catalogue() -> Catalog:
    return read_po(io.BytesIO((TRANSLATED / "messages.po").read_bytes()), locale="zh_Hant")


def placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s|\{(\w+)\}|(<[^>]+>)", text))


def strings(value: object) -> list[str]:
    """The translations of one entry: one, or one for each plural form."""
    return (
        [value] if isinstance(value, str) else [str(text) for text in value] if isinstance(value, list | tuple) else []
    )


def test_every_text_is_translated() -> None:
    known = catalogue()
    missing = []
    for text in {*said_in_code(), *said_in_templates()}:
        found = known.get(text if isinstance(text, str) else text[0])
        if found is None or found.fuzzy or not strings(found.string) or not all(strings(found.string)):
            missing.append(text)
    assert missing == []


def test_nothing_is_translated_that_nobody_says() -> None:
    said = {text if isinstance(text, str) else text[0] for text in {*said_in_code(), *said_in_templates()}}
    known = {entry.id if isinstance(entry.id, str) else entry.id[0] for entry in catalogue() if entry.id}
    assert known - said == set()


def test_translations_keep_the_placeholders() -> None:
    for entry in catalogue():
        originals = strings(entry.id)
        for translated in strings(entry.string):
            if entry.id:
                assert (entry.id, placeholders(translated)) == (entry.id, placeholders(originals[-1]))


def test_one_thing_has_one_word() -> None:
    """What was called in two ways once; and no comma of English behind Chinese words."""
    former = re.compile(r"函式庫|最低必要項目|附條件相容|授權遵循|未知|著佐權\(|[\u3400-\u9fff][,;]")
    assert [(entry.id, said) for entry in catalogue() for said in strings(entry.string) if former.search(said)] == []


def test_what_is_compiled_is_what_is_written() -> None:
    compiled = io.BytesIO()
    write_mo(compiled, catalogue())
    assert (TRANSLATED / "messages.mo").read_bytes() == compiled.getvalue()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_text_in_one_language(path: Path) -> None:
    """No letter stands outside of tags, {% trans %} and _(…); no attribute that people read holds a literal."""
    source = path.read_text("utf-8")
    assert untranslated(source) == []


def untranslated(source: str) -> list[str]:
    outside, inside_trans, html = True, False, []
    tokens = list(JINJA.lex(source))
    names = [(kind, value) for _, kind, value in tokens if kind not in ("whitespace",)]
    for number, (kind, value) in enumerate(names):
        if kind == "block_begin":
            following = names[number + 1][1]
            inside_trans = following == "trans" or (inside_trans and following != "endtrans")
            outside = False
        elif kind in ("variable_begin", "comment_begin"):
            outside = False
        elif kind in ("block_end", "variable_end", "comment_end"):
            outside = True
        elif kind == "data" and outside and not inside_trans:
            html.append(value)
    whole = "\0".join(html)
    attributes = re.findall(r'\b(?:alt|title|placeholder|aria-label)="([^"\0]*[A-Za-z][^"\0]*)"', whole)
    text = re.sub(r"<[^<>]*>| lang=\"\0\"", "", whole)  # a macro writes the attribute lang by itself
    return attributes + re.findall(r"[^\W\d_]{2,}[^\0\n]*", text)


def test_text_in_one_language_is_seen() -> None:
    assert untranslated(
        '<p title="Hello">{{ x }} World</p>{% trans %}fine{% endtrans %}<a href="{{ y }}">{{ _("fine") }}</a>'
    ) == [
        "Hello",
        "World",
    ]
