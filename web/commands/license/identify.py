"""`publiccode license identify`: say which licence the text in a file is."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .. import Misuse, say
from . import answer_options

if TYPE_CHECKING:
    from ....schemas.licensing.found import Identification

STDIN = "-"


@click.command("identify")
@click.argument("files", nargs=-1, required=True, metavar="FILE|FOLDER|-...")
@answer_options("file")
def command(files: tuple[str, ...], form: str, language: str) -> int:
    """Say which licence the text in each FILE is, by comparing it with the texts of the SPDX list.

    A FOLDER stands for the licence files at its root and in its LICENSES, - for standard input. Told are how the licence was
    recognised, how much of its text is there, in which lines, and what is left over; NOASSERTION where nobody can be sure.
    Needs no network. A text does not say whether later versions may be chosen: GPL-3.0-only stands for both.

    Ends with 0 whatever was found, 2 where a file cannot be read.

    Example: publiccode license identify --format jsonl LICENSE
    """
    from ....schemas.licensing.found_texts import sentences
    from ....schemas.licensing.identify import identify

    told = []
    for name, content in _contents(files):
        found = identify(content, "" if name == STDIN else Path(name).name)
        if form == "text":
            say("\n  ".join([f"{name}: {found.concluded}", *sentences(found, language)]))
        elif form == "jsonl":
            click.echo(json.dumps(to_json(name, found), ensure_ascii=False))
        else:
            told.append(to_json(name, found))
    if form == "json":
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
    return 0


def to_json(name: str, found: Identification) -> dict[str, Any]:
    """What was found in a file, as programs take it."""
    return {"file": name, **found.to_json()}


def _contents(names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Every file that the names stand for, with as much of it as is read."""
    from ....schemas.licensing.words import SIZE_LIMIT

    for name in names:
        if name == STDIN:
            yield name, sys.stdin.buffer.read(SIZE_LIMIT + 1)
            continue
        for file in _files(name):
            try:
                with file.open("rb") as stream:
                    yield str(file), stream.read(SIZE_LIMIT + 1)
            except OSError as error:
                raise Misuse(f"{file} cannot be read: {error.strerror}") from error


def _files(name: str) -> list[Path]:
    from ....harvesters.license_files import license_paths

    path = Path(name)
    if not path.is_dir():
        return [path]
    found = [path / one for one in license_paths(path)]
    if not found:  # a look that sees nothing must not pass for one that found nothing
        raise Misuse(f"there is no licence file in {name} or in its LICENSES; next: name the file")
    return found
