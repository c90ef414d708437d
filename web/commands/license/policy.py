"""`publiccode license policy`: what a policy says of licence expressions."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from .. import Misuse, say, settings
from . import answer_options, texts

if TYPE_CHECKING:
    from ....schemas.licensing.policy import Policy


@click.command("policy")
@click.argument("expressions", nargs=-1, metavar="EXPR|-...")
@click.option(
    "--policy",
    "name",
    metavar="NAME|FILE",
    help="osi, eu, tw, or a YAML file.  [default: PUBLICCODE_LICENSE_POLICY or osi]",
)
@click.option("--content", is_flag=True, help="For texts, images and data instead of code.")
@click.option(
    "--list", "listed", is_flag=True, help="Print the policy instead: its lists and the weight of each verdict."
)
@answer_options("expression")
def command(
    expressions: tuple[str, ...], name: str | None, content: bool, listed: bool, form: str, language: str
) -> int:
    """Say whether a policy allows licences, and why. - reads lines from standard input.

    Of a choice (OR) the best part counts, of what applies together (AND) the worst. Ends with 0 where nothing is forbidden, 1 where
    something is, or is no licence expression. The form of a policy's file is described in docs/licences.md.

    Example: publiccode license policy --policy tw 'MIT AND CC-BY-4.0' EUPL-1.2
    """
    from ....schemas.licensing.policy import PolicyError, load_policy

    if listed == bool(expressions):
        raise Misuse("name expressions, or --list; for example: publiccode license policy MIT")
    try:
        policy = load_policy(name or settings().license_policy)
    except PolicyError as error:
        raise Misuse(str(error)) from error
    if listed:
        _print_policy(policy, form, language)
        return 0
    told, code = [], 0
    for text in texts(expressions):
        answer = ruled(policy, text, content, language)
        code = code if answer["ruling"] not in (None, "forbidden") else 1
        if form == "text":
            say(f"{answer['input']}: {_in_words(answer['ruling'], language)} ({answer['reason']})")
        elif form == "jsonl":
            click.echo(json.dumps(answer, ensure_ascii=False))
        else:
            told.append(answer)
    if form == "json":
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    return code


def ruled(policy: Policy, text: str, content: bool, language: str) -> dict[str, Any]:
    """What the policy says of one text, as programs take it; `ruling` is null where it is no expression."""
    from ....schemas.licensing.expression import terms
    from ....schemas.licensing.families import family
    from ....schemas.licensing.policy import decide
    from ....schemas.licensing.reading import read_expression

    reading = read_expression(text)
    answer: dict[str, Any] = {
        "input": text,
        "policy": policy.name,
        "for": "content" if content else "code",
        "normalized": reading.normalized if reading.valid else None,
        "ruling": None,
        "license": None,
        "families": {},
        "suggestions": list(reading.suggestions),
    }
    if reading.expression is None:
        return {**answer, "reason": "; ".join(said.in_language(language) for said in (*reading.findings, reading.help))}
    decision = decide(policy, reading.normalized, content)
    families = {term.license: str(family(term.license)) for term in terms(reading.expression.tree)}
    return {
        **answer,
        "ruling": str(decision.ruling),
        "license": decision.license,
        "families": families,
        "reason": decision.reason.in_language(language),
    }


def _in_words(ruling: str | None, language: str) -> str:
    from ....schemas.licensing.policy import TITLES, Ruling

    return TITLES[Ruling[ruling.upper()]].in_language(language) if ruling else "✗"


def _print_policy(policy: Policy, form: str, language: str) -> None:
    content = policy.content()
    if form == "jsonl":
        click.echo(json.dumps(content, ensure_ascii=False))
        return
    if form == "json":
        click.echo(json.dumps(content, ensure_ascii=False, indent=2))
        return
    title = policy.title(language)
    say(f"{policy.name} {policy.version}".strip() + (f": {title}" if title != policy.name else ""))
    for part in ("code", "content"):
        say(f"{part}:")
        for ruling, lines in content[part].items():
            say(f"  {ruling}: {lines if isinstance(lines, str) else ', '.join(map(_shown, lines))}")
    for part in ("rulings", "verdicts"):
        say(f"{part}:")
        for what, level in content[part].items():
            say(f"  {what}: {level}")


def _shown(line: Any) -> str:
    return (
        line if isinstance(line, str) else "".join(f"{kind}: {'true' if v is True else v}" for kind, v in line.items())
    )
