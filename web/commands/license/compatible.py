"""`publiccode license compatible`: whether code under one licence may be taken into a work under another."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from .. import Misuse, say
from . import answer_options, texts

if TYPE_CHECKING:
    from ....schemas.licensing.compatibility import Compatibility


@click.command("compatible")
@click.argument("expressions", nargs=-1, metavar="INBOUND OUTBOUND | --into OUTBOUND INBOUND|-...")
@click.option(
    "--into", metavar="OUTBOUND", help="The licence of the work; every INBOUND is then taken in. - reads lines."
)
@click.option(
    "--use",
    type=click.Choice(["merge", "link"]),
    default="merge",
    show_default=True,
    help="merge: its code becomes part of the work's; link: it stays unchanged, as a library.",
)
@click.option("--allow-conditions", is_flag=True, help="End with 0 where an answer has conditions, too.")
@click.option("--list", "listed", is_flag=True, help="Print the sources, and the licences that each one knows.")
@answer_options("expression")
def command(
    expressions: tuple[str, ...],
    into: str | None,
    use: str,
    allow_conditions: bool,
    listed: bool,
    form: str,
    language: str,
) -> int:
    """Say whether code under INBOUND may be taken into a work under OUTBOUND, by each source, with its rule.

    Both are SPDX expressions. The answer is yes, no, conditions or unknown; where sources disagree, the most cautious one decides
    and all are shown. Ends with 0 where every answer is yes, with 1 where one is anything else. No legal advice; see
    docs/compatibility.md. Ends with 2 where a text is no SPDX expression.

    Examples: publiccode license compatible --use link LGPL-2.1-or-later EUPL-1.2;
    publiccode license compatible --into EUPL-1.2 MIT Apache-2.0;
    publiccode license compatible --into EUPL-1.2 - < licences.txt
    """
    if listed:
        _print_sources(form, language)
        return 0
    inbound, outbound = _asked(expressions, into)
    from ....schemas.licensing.compatibility import Answer, compatible
    from ....schemas.licensing.compatibility.telling import told

    fine = {Answer.YES, Answer.CONDITIONS} if allow_conditions else {Answer.YES}
    code, answers = 0, []
    for text in texts(inbound):
        found = compatible(text, outbound, use)
        code = max(code, 2 if found.wrong else 0 if found.answer in fine else 1)
        if form == "text":
            _print(found, language)
        elif form == "jsonl":
            click.echo(json.dumps(told(found, language), ensure_ascii=False))
        else:
            answers.append(told(found, language))
    if form == "json":
        click.echo(json.dumps(answers, ensure_ascii=False, indent=2))
    return code


def _asked(expressions: tuple[str, ...], into: str | None) -> tuple[Sequence[str], str]:
    """What is taken in, and the work's licence."""
    if into is not None and expressions:
        return expressions, into
    if into is None and len(expressions) == 2:
        return expressions[:1], expressions[1]
    if into is not None:
        raise Misuse(f"name what is taken in, for example: publiccode license compatible --into {into} MIT")
    raise Misuse("name two expressions, for example: publiccode license compatible MIT EUPL-1.2")


def _print(found: Compatibility, language: str) -> None:
    from ....schemas.licensing.compatibility import DISAGREE
    from ....schemas.licensing.compatibility.telling import told

    answer = told(found, language)
    say(f"{answer['inbound']} > {answer['outbound']}: {answer['title']}")
    decided = answer["decided_by"]
    if answer["choice"]:
        say(f"  OR: {answer['choice']}")
    if decided and len(answer["pairs"]) > 1 and answer["choice"] != decided["inbound"]:
        say(f"  {decided['inbound']} > {decided['outbound']}")
    say(f"  {answer['reason']}")
    if answer["because"]:
        say(f"  {answer['because']}")
    if answer["disagree"]:
        say(f"  {DISAGREE.in_language(language)}")
    for one in answer["statements"]:
        place = f" {one['place']}" if one["place"] and one["place"].strip("#") != one["rule"] else ""
        say(f"  {one['source']} [{one['rule']}]{place}: {one['title']}. {one['reason']}")
        say(f"    {one['address']}")


def _print_sources(form: str, language: str) -> None:
    from ....schemas.licensing.compatibility.known import known
    from ....schemas.licensing.compatibility.sources import SOURCES

    sources = [
        {
            "source": source.id,
            "title": source.title,
            "address": source.address,
            "license": source.license,
            "about": source.about.in_language(language),
            "licenses": list(known(source.id)),
        }
        for source in SOURCES.values()
    ]
    if form == "json":
        click.echo(json.dumps(sources, ensure_ascii=False, indent=2))
        return
    for one in sources:
        if form == "jsonl":
            click.echo(json.dumps(one, ensure_ascii=False))
            continue
        say(f"{one['source']}: {one['title']} ({one['license']})\n  {one['address']}\n  {one['about']}")
        say("  " + (", ".join(one["licenses"]) or "*"))
