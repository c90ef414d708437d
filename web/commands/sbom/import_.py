"""`publiccode sbom import`: record a bill of materials that was given for an entry."""

from __future__ import annotations

from pathlib import Path

import click

from .. import Misuse, follow_log, open_store, say, settings


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--software", required=True, metavar="SLUG", help="The entry that it is about.")
@click.option("--by", required=True, metavar="NAME", help="Who does this, for the log.")
def command(file: Path, software: str, by: str) -> None:
    """Record FILE as a bill of materials of an entry, beside what is found in its repository and at its releases.

    A file of the same name replaces the former one. What cannot be read is not recorded.

    Example: publiccode sbom import app.cdx.json --software e-petition --by "Lin Yu"
    """
    from ....registry.audit.conclusions import AuditError, auditor, software_named
    from ....registry.sboms import GIVEN, Found, record
    from ....schemas.sbom import SbomError, quality, read
    from ....schemas.sbom.bounds import LARGEST, check_size

    try:
        check_size(file.stat().st_size)
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
        sbom = read(content, file.name)
    except SbomError as error:
        raise Misuse(f"{file}: {error.message}; nothing was recorded") from error
    except OSError as error:
        raise Misuse(f"{file} cannot be read: {error.strerror}") from error
    chosen = settings()
    with open_store(chosen) as store:
        try:
            with store.writing(auditor(by)) as change:
                entry = software_named(change.session, software)
                done = record(change, entry.id, [Found(GIVEN, file.name, content)])
                slug = entry.slug
        except AuditError as error:
            raise Misuse(str(error)) from error
        follow_log(chosen, store)
    if not done.new:
        say(f"{slug} has this document already; nothing was written.")
        return
    say(f"{slug}: {sbom.title}, {len(sbom.packages)} packages, score {quality(sbom).score} of 100 recorded.")
