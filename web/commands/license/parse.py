"""`publiccode license parse`: read licence expressions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from .. import say
from . import answer_options, texts

if TYPE_CHECKING:
    from ....schemas.licensing.reading import Reading


@click.command("parse")
@click.argument("expressions", nargs=-1, required=True, metavar="EXPR|-...")
@answer_options("expression")
def command(expressions: tuple[str, ...], form: str, language: str) -> int:
    """Read SPDX licence expressions, and say what other texts may mean. - reads lines from standard input.

    Each EXPR is one expression. Before one that begins with a dash write --. Ends with 0 where all are licence expressions, 1 where
    one is not.

    Example: publiccode license parse --format jsonl -- 'MIT OR GPL-3.0' 'EUPL v1.2'
    """
    from ....schemas.licensing.reading import read_expression

    code = 0
    told = []
    for text in texts(expressions):
        reading = read_expression(text)
        code = code if reading.valid else 1
        if form == "text":
            _print(reading, language)
        elif form == "jsonl":
            click.echo(json.dumps(to_json(reading, language), ensure_ascii=False))
        else:
            told.append(to_json(reading, language))
    if form == "json":
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    return code


def to_json(reading: Reading, language: str = "en") -> dict[str, Any]:
    """A reading as programs take it.

    `osi`, `fsf`: whether the whole can be fulfilled with licences that the OSI approves, that the FSF calls free; null: unknown.
    """
    from ....schemas.licensing.approval import approved

    found = reading.expression
    findings: list[dict[str, str]] = [{"message": said.in_language(language)} for said in reading.findings]
    if reading.help.template and findings:
        findings[0]["help"] = reading.help.in_language(language)
    return {
        "input": reading.text,
        "valid": reading.valid,
        "normalized": reading.normalized if found else None,
        "problem": reading.problem or None,
        "suggestions": list(reading.suggestions),
        "findings": findings,
        "licenses": list(found.licenses) if found else [],
        "exceptions": list(found.exceptions) if found else [],
        "deprecated": list(reading.deprecated),
        "osi": approved(found.tree, "osi") if found else None,
        "fsf": approved(found.tree, "fsf") if found else None,
    }


def _print(reading: Reading, language: str) -> None:
    if reading.valid:
        say(reading.normalized if reading.normalized == reading.text else f"{reading.text} → {reading.normalized}")
    else:
        say(f"{reading.text or '“”'}: ✗")
    for said in reading.findings:
        say(f"  {said.in_language(language)}")
    if reading.help.template:
        say(f"  help: {reading.help.in_language(language)}")
    elif reading.suggestions:
        say("  " + ", ".join(reading.suggestions))
