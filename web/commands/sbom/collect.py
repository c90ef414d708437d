"""`publiccode sbom collect`: look for the bills of materials of entries."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from .. import Misuse, follow_log, open_store, say, settings
from ..harvest import open_hosts, open_http

if TYPE_CHECKING:
    from uuid import UUID

    from sqlmodel import Session

    from ....harvesters.sbom_files import Collected
    from ....registry.settings import Settings
    from ....registry.store import Store


@click.command("collect")
@click.option("--software", multiple=True, metavar="SLUG", help="One entry; may be repeated.")
@click.option("--publisher", multiple=True, metavar="ID", help="All entries of a publisher; may be repeated.")
@click.option("--all", "every", is_flag=True, help="All entries.")
@click.option("--after", default="", metavar="SLUG", help="Go on behind that entry, where an earlier run was stopped.")
@click.option("--by", default="sbom", show_default=True, metavar="NAME", help="Who does this, for the log.")
def command(software: tuple[str, ...], publisher: tuple[str, ...], every: bool, after: str, by: str) -> None:
    """Look into repositories (the root, and the folder sbom) and at the newest releases, and keep what is new.

    A repository that has one costs one request at the same commit; what is unchanged is not written again. May be stopped
    at any time (Ctrl-C): what was kept stays, and the line at the end tells how to go on. Runs after a harvest, which finds
    the entries.

    Example: publiccode sbom collect --publisher tainan
    """
    if not every and not software and not publisher:
        raise Misuse("say which entries: --software SLUG, --publisher ID or --all")
    chosen = settings()
    with open_store(chosen) as store:
        with store.reading() as session:
            ids = _ids(session, software, publisher, every)
        collect_all(chosen, store, ids, after, by)


def _ids(session: Session, software: Sequence[str], publishers: Sequence[str], every: bool) -> list[UUID]:
    """The entries that were named."""
    from sqlmodel import col, select

    from ....registry.audit.conclusions import AuditError, software_named
    from ....registry.catalogue import shown_ids
    from ....registry.models import Publisher, Software

    if every:
        return shown_ids(session)
    try:
        found = [software_named(session, slug).id for slug in software]
    except AuditError as error:
        raise Misuse(str(error)) from error
    for identifier in publishers:
        owner = session.exec(select(Publisher).where(Publisher.identifier == identifier)).first()
        if owner is None:
            raise Misuse(f"no publisher {identifier}; next: publiccode publishers list")
        found += session.exec(
            select(Software.id).where(Software.publisher_id == owner.id, col(Software.deactivated) == "")
        ).all()
    return list(dict.fromkeys(found))


def collect_all(settings: Settings, store: Store, ids: Sequence[UUID], after: str = "", by: str = "sbom") -> None:
    """Collects for these entries, tells what came of it, and lets the index follow."""
    from tqdm import tqdm

    from ....harvesters.sbom_files import collect, wanted
    from ....registry.settings import SettingError

    with store.reading() as session:
        entries = wanted(session, ids, after)
    if not after and (others := len(ids) - len(entries)):
        say(f"{others} entries are known from another catalogue only; nobody reads their repositories.", err=True)
    counts, last = _Counts(), ""
    try:
        with (
            open_http(settings) as http,
            tqdm(total=len(entries), unit="entry", file=sys.stderr, disable=None, leave=False) as bar,
        ):
            for done in collect(store, http, open_hosts(settings, http), entries, by):
                last = done.slug
                counts.add(done)
                bar.update()
    except SettingError as error:
        raise Misuse(str(error)) from error
    except KeyboardInterrupt:
        if last:
            say(f"stopped; to go on: publiccode sbom collect … --after {last}", err=True)
        raise
    finally:
        follow_log(settings, store)
    say(counts.summary)


class _Counts:
    """What became of all entries."""

    def __init__(self) -> None:
        self.entries = self.new = self.unchanged = self.ended = self.failed = 0

    def add(self, done: Collected) -> None:
        """Counts one entry, and tells what is new or went wrong."""
        self.entries += 1
        self.new += done.recorded.new
        self.unchanged += done.recorded.unchanged
        self.ended += done.recorded.ended
        self.failed += bool(done.troubles)
        if done.recorded.new:
            say(f"{done.slug}: {done.recorded.new} new")
        for trouble in done.troubles:
            say(f"{done.slug}: {trouble}", err=True)

    @property
    def summary(self) -> str:
        """One line."""
        failed = f", {self.failed} of which something could not be asked" if self.failed else ""
        entries = "1 entry" if self.entries == 1 else f"{self.entries} entries"
        return (
            f"Bills of materials: {entries}{failed}; {self.new} new, {self.unchanged} as before, "
            f"{self.ended} no longer there."
        )
