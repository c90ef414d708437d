"""`publiccode sbom read`: what a bill of materials says, and what it lacks. Needs no database."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ....schemas.finding import Message, message
from .. import say

if TYPE_CHECKING:
    from ....schemas.sbom import Quality, Sbom

_SHOWN = 20  # licences in the text


@click.command("read")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--language", type=click.Choice(["zh-Hant", "en"]), default="en", show_default=True)
@click.pass_context
def command(context: click.Context, file: Path, form: str, language: str) -> None:
    """Read FILE: SPDX 2.2, 2.3 (JSON, tag-value) or 3.0.1 (JSON-LD), CycloneDX 1.2 to 1.7 (JSON).

    Tells its packages by licence, which of the NTIA's minimum elements it lacks, and a score from 0 to 100 with reasons
    (docs/sbom.md). Ends with 1 when it cannot be read, and says where and why.

    Example: publiccode sbom read sbom.spdx.json --format json
    """
    from ....schemas.sbom import SbomError, quality, read_file

    try:
        sbom = read_file(file)
    except SbomError as error:
        if form == "json":
            said = error.message.in_language(language)
            click.echo(json.dumps({"file": file.name, "read": False, "message": said}, ensure_ascii=False))
        else:
            say(f"{file}: {error.message.in_language(language)}", err=True)
        context.exit(1)
    except OSError as error:
        say(f"{file} cannot be read: {error.strerror}", err=True)
        context.exit(1)
    told = quality(sbom)
    if form == "json":
        click.echo(
            json.dumps({"file": file.name, "read": True, **to_json(sbom, told, language)}, ensure_ascii=False, indent=1)
        )
    else:
        _print(file, sbom, told, language)


def to_json(sbom: Sbom, told: Quality, language: str = "en") -> dict[str, Any]:
    """What was read, as programs take it."""
    from dataclasses import asdict

    return {
        "format": sbom.title,
        "name": sbom.name,
        "identity": sbom.identity,
        "made_at": sbom.made_at.isoformat() if sbom.made_at else None,
        "authors": sbom.authors,
        "tools": sbom.tools,
        "describes": sbom.describes,
        "states": dict(sbom.states),
        "licenses": dict(sbom.licenses),
        "ntia": {"complete": not told.missing, "missing": dict(told.ntia)},
        "score": told.score,
        "reasons": [reason.in_language(language) for reason in told.reasons],
        "packages": [asdict(package) for package in sbom.packages],
        "relationships": len(sbom.relationships),
    }


def _print(file: Path, sbom: Sbom, told: Quality, language: str) -> None:
    def tell(said: Message, indent: int = 2) -> None:
        say(" " * indent + said.in_language(language))

    tell(
        message("{file}: {format}, {count} packages", file=file, format=sbom.title, count=len(sbom.packages)),
        0,
    )
    if sbom.made_at:
        tell(message("made: {day}", day=f"{sbom.made_at:%Y-%m-%d}"))
    if sbom.authors or sbom.tools:
        tell(message("by: {names}", names=_listed((*sbom.authors, *sbom.tools), language)))
    states = _listed(
        (f"{count} {_STATES[state].in_language(language)}" for state, count in sbom.states.items() if count), language
    )
    tell(message("licences: {states}", states=states or "–"))
    for license_, count in list(sbom.licenses.items())[:_SHOWN]:
        say(f"  {count:>6}  {license_ or _NONE.in_language(language)}")
    if len(sbom.licenses) > _SHOWN:
        tell(message("… and {count} more", count=len(sbom.licenses) - _SHOWN), 10)
    if told.missing:
        missing = _listed((_ELEMENTS[name].in_language(language) for name in told.missing), language)
        tell(message("NTIA minimum elements that are missing: {names}", names=missing))
    else:
        tell(message("NTIA minimum elements: complete"))
    tell(message("score: {score} of 100", score=told.score))
    for reason in told.reasons:
        say(f"    - {reason.in_language(language)}")


def _listed(names: Iterable[str], language: str) -> str:
    return ("、" if language == "zh-Hant" else ", ").join(names)


_NONE = message("(none that can be told)")
_STATES = {
    "known": message("known"),
    "unknown": message("of an unknown licence"),
    "none": message("without a licence, as it says"),
    "noassertion": message("not stated"),
    "invalid": message("not readable"),
}
_ELEMENTS = {
    "supplier": message("supplier"),
    "name": message("name"),
    "version": message("version"),
    "identifier": message("unique identifier"),
    "relationship": message("dependency relationship"),
    "author": message("author of the document"),
    "timestamp": message("time stamp"),
}
