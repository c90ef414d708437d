"""`publiccode validate`: check publiccode.yml files."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import Misuse, say

if TYPE_CHECKING:
    from ...schemas.candidate import Candidate
    from ...schemas.finding import Assessment

_NAMES = ("publiccode.yml", "publiccode.yaml")


@click.command("validate")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--format", "form", type=click.Choice(["text", "json", "jsonl"]), default="text", show_default=True)
@click.option(
    "--lang", type=click.Choice(["en", "zh-Hant"]), default="en", show_default=True, help="Language of the messages."
)
def command(paths: tuple[str, ...], form: str, lang: str) -> int:
    """Check publiccode.yml files: each PATH is a file, a folder that holds one, or - for standard input.

    Ends with 0 where all are valid, 1 where one is not. Needs no network and no database.

    Example: publiccode validate --lang zh-Hant publiccode.yml
    """
    from ...schemas.validator import assess

    answers: list[tuple[str, Assessment]] = []
    for name in paths:
        for path, candidate in _candidates(name):
            assessment = assess(candidate)
            answers.append((path, assessment))
            if form == "jsonl":
                click.echo(json.dumps(_told(path, assessment, lang), ensure_ascii=False))
            elif form == "text":
                _print(path, assessment, lang)
    if form == "json":
        click.echo(
            json.dumps([_told(path, assessment, lang) for path, assessment in answers], ensure_ascii=False, indent=2)
        )
    return 0 if all(assessment.valid for _, assessment in answers) else 1


def _candidates(name: str) -> Iterator[tuple[str, Candidate]]:
    from ...schemas.candidate import EXECUTABLE, REGULAR, SYMLINK, Candidate, RepositoryFile
    from ...schemas.document import MAX_BYTES

    if name == "-":
        yield "publiccode.yml", Candidate(RepositoryFile("publiccode.yml", sys.stdin.buffer.read(MAX_BYTES + 1)))
        return
    path = Path(name)
    if path.is_dir():
        path = next(
            (path / file for file in _NAMES if (path / file).is_symlink() or (path / file).exists()), path / _NAMES[0]
        )
    if path.is_symlink():
        target = str(path.readlink())
        yield str(path), Candidate(RepositoryFile(path.name, None, SYMLINK, target=target))
        return
    try:
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        raise Misuse(f"{path} cannot be read: {error.strerror}") from error
    mode = EXECUTABLE if os.access(path, os.X_OK) else REGULAR
    yield str(path), Candidate(RepositoryFile(path.name, content if size <= MAX_BYTES else None, mode, size))


def _told(path: str, assessment: Assessment, language: str) -> dict[str, object]:
    return {
        "file": path,
        "valid": assessment.valid,
        "usable": assessment.usable,
        "findings": [finding.to_json(language) for finding in assessment.findings],
    }


def _print(path: str, assessment: Assessment, language: str) -> None:
    for finding in assessment.findings:
        say(finding.printed(path, language))
    say(f"{path}: {assessment.summary.in_language(language)}")
