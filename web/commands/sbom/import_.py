"""`publiccode sbom import`: record a bill of materials that was given for an entry."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ....schemas.finding import message
from .. import Misuse, follow_log, open_store, say, settings

if TYPE_CHECKING:
    from ....schemas.sbom import Sbom


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--software", required=True, metavar="SLUG", help="The entry that it is about.")
@click.option("--by", required=True, metavar="NAME", help="Who does this, for the log.")
@click.option("--language", type=click.Choice(["zh-Hant", "en"]), default="en", show_default=True)
def command(file: Path, software: str, by: str, language: str) -> None:
    """Record FILE as a bill of materials of an entry, beside what is found in its repository and at its releases.

    A file of the same name replaces the former one. What cannot be read is not recorded. Where the document is about something of
    another name, that is told; `publiccode sbom withdraw` ends a document that was given for the wrong entry.

    Example: publiccode sbom import app.cdx.json --software e-petition --by "Lin Yu"
    """
    from ....registry.audit.conclusions import AuditError, auditor, software_named
    from ....registry.sbom_persons import Redaction
    from ....registry.sbom_reading import read_within_limits
    from ....registry.sboms import GIVEN, Found, prepare, record
    from ....schemas.sbom import SbomError
    from ....schemas.sbom.bounds import LARGEST, check_size

    try:
        check_size(file.stat().st_size)
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
        read = read_within_limits(content, file.name)
    except SbomError as error:
        raise Misuse(f"{file}: {error.message.in_language(language)}; nothing was recorded") from error
    except OSError as error:
        raise Misuse(f"{file} cannot be read: {error.strerror}") from error
    chosen = settings()
    with open_store(chosen) as store:
        try:
            with store.reading() as session:
                prepared = prepare(Redaction.of(session), [Found(GIVEN, file.name, content)])
            with store.writing(auditor(by)) as change:
                entry = software_named(change.session, software)
                done = record(change, entry.id, prepared)
                slug, title = entry.slug, entry.name
        except AuditError as error:
            raise Misuse(str(error)) from error
        follow_log(chosen, store)
    if not done.new:
        said = message("{slug} has this document already; nothing was written.", slug=slug)
        say(said.in_language(language))
        return
    sbom, score = read.sbom, read.quality.score
    said = message(
        "{slug}: {format}, {count} packages, score {score} of 100 recorded.",
        slug=slug,
        format=sbom.title,
        count=len(sbom.packages),
        score=score,
    )
    say(said.in_language(language))
    about = subject(sbom)
    if about and not alike(about, (slug, title)):
        other = message(
            "The document is about {about}. If that is not {slug}: publiccode sbom list --software {slug} tells its number, "
            "and publiccode sbom withdraw NUMBER --software {slug} ends it.",
            about=about,
            slug=slug,
        )
        say(other.in_language(language), err=True)


def subject(sbom: Sbom) -> str:
    """The name of the one thing that a document is about; empty where it does not say."""
    names = [package.name for package in sbom.packages if package.ref and package.ref in sbom.describes]
    return names[0] if len(names) == 1 else sbom.name


def alike(name: str, others: Iterable[str]) -> bool:
    """Whether one of two names is in the other, whatever their capitals and signs."""
    plain = _letters(name)
    return any(plain in _letters(other) or _letters(other) in plain for other in others if _letters(other))


def _letters(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
