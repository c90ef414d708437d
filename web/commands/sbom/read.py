"""`publiccode sbom read`: what a bill of materials says, and what it lacks. Needs no database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .. import say

if TYPE_CHECKING:
    from ....schemas.sbom import Quality, Sbom

_SHOWN = 20  # licences in the text


@click.command("read")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_context
def command(context: click.Context, file: Path, form: str) -> None:
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
            click.echo(
                json.dumps({"file": file.name, "read": False, "message": str(error.message)}, ensure_ascii=False)
            )
        else:
            say(f"{file}: {error.message}", err=True)
        context.exit(1)
    except OSError as error:
        say(f"{file} cannot be read: {error.strerror}", err=True)
        context.exit(1)
    told = quality(sbom)
    if form == "json":
        click.echo(json.dumps({"file": file.name, "read": True, **to_json(sbom, told)}, ensure_ascii=False, indent=1))
    else:
        _print(file, sbom, told)


def to_json(sbom: Sbom, told: Quality) -> dict[str, Any]:
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
        "reasons": [str(reason) for reason in told.reasons],
        "packages": [asdict(package) for package in sbom.packages],
        "relationships": len(sbom.relationships),
    }


def _print(file: Path, sbom: Sbom, told: Quality) -> None:
    made = f", made {sbom.made_at:%Y-%m-%d}" if sbom.made_at else ""
    by = f" by {', '.join((*sbom.authors, *sbom.tools))}" if sbom.authors or sbom.tools else ""
    say(f"{file}: {sbom.title}, {len(sbom.packages)} packages{made}{by}")
    states = ", ".join(f"{count} {state}" for state, count in sbom.states.items() if count)
    say(f"  licences: {states or 'none stated'}")
    for license_, count in list(sbom.licenses.items())[:_SHOWN]:
        say(f"  {count:>6}  {license_ or '(none known)'}")
    if len(sbom.licenses) > _SHOWN:
        say(f"          … and {len(sbom.licenses) - _SHOWN} more")
    say("  NTIA minimum elements: " + (f"missing: {', '.join(told.missing)}" if told.missing else "complete"))
    say(f"  score: {told.score} of 100")
    for reason in told.reasons:
        say(f"    - {reason}")
