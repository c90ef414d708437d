"""`publiccode audit scan`: what all files of a repository say of their licences, and what must not be published."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ....schemas.finding import Message, message
from .. import Misuse, Trouble, open_store, say, settings

if TYPE_CHECKING:
    from ....harvesters.http import Http
    from ....harvesters.scan.limits import ScanLimits
    from ....harvesters.scan.scanning import Scan
    from ....registry.models import Software
    from ....registry.settings import Settings
    from ....registry.store import Store

FOUND = 1  # the exit code where something must be looked at


@click.command("scan")
@click.argument("repository", required=False)
@click.option("--software", metavar="SLUG", help="The repository of this entry; what is found of licences is kept.")
@click.option("--publisher", metavar="ID", help="All entries of this publisher: its id in publishers.yml.")
@click.option("--below", is_flag=True, help="With --publisher: those of all bodies below it, too.")
@click.option("--all", "everything", is_flag=True, help="All entries.")
@click.option("--again", is_flag=True, help="Scan what is unchanged since its last scan, too.")
@click.option(
    "--max-files", type=click.IntRange(1, 1_000_000), default=200_000, show_default=True, help="Files that are read."
)
@click.option(
    "--max-mb", type=click.IntRange(1, 20_000), default=2_048, show_default=True, help="MB that are read of all files."
)
@click.option(
    "--seconds", type=click.IntRange(1, 7_200), default=600, show_default=True, help="For each step of a scan."
)
@click.option(
    "--emails",
    type=click.IntRange(2),
    default=10,
    show_default=True,
    help="So many addresses in a file are a list of persons.",
)
@click.option("--by", default="scan", show_default=True, metavar="NAME", help="Who does this, for the log.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--language", type=click.Choice(["en", "zh-Hant"]), default="en", show_default=True)
def command(
    repository: str | None,
    software: str | None,
    publisher: str | None,
    below: bool,
    everything: bool,
    again: bool,
    by: str,
    form: str,
    language: str,
    **bounds: int,
) -> None:
    """Scan a checkout, a repository by its address, or the repositories of entries.

    Tells whether it complies with REUSE, which files say nothing of licence or copyright, and where keys, tokens, passwords and
    numbers of persons stand: these masked, in this output alone, and kept nowhere. Scans of entries may be stopped at any time
    (Ctrl-C); the next run goes on. Ends with 1 where something must be looked at.

    Example: publiccode audit scan ../petition
    """
    if (repository is not None) + (software is not None) + (publisher is not None) + everything != 1 or (
        below and publisher is None
    ):
        raise Misuse("name one of REPOSITORY, --software, --publisher (with or without --below) and --all")
    if repository is not None:
        clean = _scan_one(repository, _limits(bounds), _Teller(form, language, alone=True))
    else:
        tell = _Teller(form, language, alone=software is not None)
        clean = _scan_entries(software, publisher, below, again, by, tell, _limits(bounds))
    if not clean:
        sys.exit(FOUND)


def _limits(bounds: dict[str, int]) -> ScanLimits:
    from ....harvesters.scan.limits import ScanLimits

    most = bounds["max_mb"] * 1024 * 1024
    return ScanLimits(
        files=bounds["max_files"], total_bytes=most, file_bytes=min(ScanLimits().file_bytes, most),
        seconds=bounds["seconds"], emails=bounds["emails"],
    )  # fmt: skip


def _scan_one(repository: str, limits: ScanLimits, tell: _Teller) -> bool:
    """Scans a folder or an address and tells it; keeps nothing."""
    from ....harvesters.errors import HostError
    from ....harvesters.scan.checkout import head_of
    from ....harvesters.scan.scanning import ScanError, scan_folder, scan_repository

    name = _address(repository) if "://" in repository else repository  # an address may have a password
    try:
        if "://" in repository:
            with outside(settings()) as (http, locate):
                scan = scan_repository(head_of(name, http, locate), http, locate, limits)
        else:
            folder = Path(repository)
            if not folder.is_dir():
                raise Misuse(f"{repository} is no folder and no address; next: name a checkout, or https://…")
            scan = scan_folder(folder, limits, _commit_of(folder))
        _refuse_empty(scan, name)
    except ScanError as error:
        raise Trouble(tell.said(error.message)) from error
    except (HostError, OSError) as error:
        raise Trouble(f"{name} cannot be scanned: {error}") from error
    tell.scan(scan, name)
    return bool(scan.is_clean)


def _refuse_empty(scan: Scan, name: str) -> None:
    """Raises ScanError where there was no file: nothing can be told of it, neither good nor bad."""
    from ....harvesters.scan.scanning import ScanError

    if not scan.met:
        raise ScanError(message("{folder} holds no file: there is nothing to scan", folder=name))


def _address(url: str) -> str:
    from ....harvesters.fetch import repository_address

    try:
        return repository_address(url)
    except ValueError as error:
        raise Misuse(f"this is no address: {error}") from error  # it may hold a password


def _commit_of(folder: Path) -> str:
    from ....harvesters.checkout import commit_of

    return commit_of(folder)


@contextmanager
def outside(chosen: Settings) -> Iterator[tuple[Http, Callable[[str], str]]]:
    """The way out, and from where an address is fetched."""
    from ....registry.settings import SettingError
    from ..harvest import open_hosts, open_http

    try:
        with open_http(chosen) as http:
            yield http, open_hosts(chosen, http).locate
    except SettingError as error:
        raise Misuse(str(error)) from error


class _Teller:
    """Prints scans, in a form and a language; `alone`: one, with longer lists."""

    def __init__(self, form: str, language: str, alone: bool) -> None:
        self.form, self.language, self.alone = form, language, alone

    def scan(self, scan: Scan, name: str) -> None:
        """What was found."""
        from ...reports.harmless import as_json
        from ...reports.scan import FEW, MANY, text, to_json

        if self.form == "json":
            click.echo(as_json(to_json(scan, name, self.language), indent=2 if self.alone else None))
        else:
            say("\n".join(text(scan, name, MANY if self.alone else FEW, self.language)))

    def entry(self, name: str, said: Message) -> None:
        """Why an entry was not scanned."""
        from ...reports.harmless import as_json

        if self.form == "json":
            click.echo(as_json({"name": name, "message": self.said(said)}))
        else:
            say(f"{name}: {self.said(said)}")

    def said(self, said: Message) -> str:
        """A message in the language."""
        from ...spoken import spoken

        return spoken(said, self.language)


def _scan_entries(
    software: str | None, publisher: str | None, below: bool, again: bool, by: str, tell: _Teller, limits: ScanLimits
) -> bool:
    """Scans entries one by one, keeps each as soon as it is scanned; whether all are clean.

    Unchanged is what has the same commit and was scanned by the same tool: it costs one request.
    """
    from tqdm import tqdm

    from ....registry.audit.conclusions import auditor
    from . import plainly

    with plainly():
        who = auditor(by)
    chosen = settings()
    with open_store(chosen) as store, outside(chosen) as (http, locate):
        entries = _entries(store, software, publisher, below)
        job = _Job(store, http, locate, limits, again, who, tell)
        with tqdm(entries, unit="entry", file=sys.stderr, disable=None, leave=False) as bar:
            for entry, url in bar:
                bar.set_postfix_str(entry.slug[:30])
                bar.clear()
                job.scan(entry, url)
    if tell.form == "text" and software is None:
        say(tell.said(job.summary()))
    if job.failed and not (job.scanned or job.unchanged):
        raise Trouble("nothing could be scanned; the reasons stand above")
    return not job.unclean


def _entries(store: Store, software: str | None, publisher: str | None, below: bool) -> list[tuple[Software, str]]:
    from ....registry.publishers import PublishersError
    from ....registry.scans import to_scan

    with store.reading() as session:
        try:
            found = list(to_scan(session, publisher, below))
        except PublishersError as error:
            raise Misuse(f"{error}; next: publiccode publishers list") from error
        session.expunge_all()
    if software is not None:
        found = [pair for pair in found if pair[0].slug == software]
        if not found:
            raise Misuse(f"no living entry {software}; next: publiccode search, which tells the slug of each")
    return found


class _Job:
    """Scans of some entries: what became of each is counted, and told at once."""

    def __init__(
        self,
        store: Store,
        http: Http,
        locate: Callable[[str], str],
        limits: ScanLimits,
        again: bool,
        by: str,
        tell: _Teller,
    ) -> None:
        self.store, self.http, self.locate, self.limits = store, http, locate, limits
        self.again, self.by, self.tell = again, by, tell
        self.scanned = self.unchanged = self.failed = self.unclean = 0

    def scan(self, entry: Software, url: str) -> None:
        """One entry: looked at, and scanned and kept where it changed."""
        from ....harvesters.errors import HostError
        from ....harvesters.scan.checkout import head_of
        from ....harvesters.scan.scanning import ScanError, scan_repository
        from ....registry.scans import keep_scan

        try:
            repository = head_of(url, self.http, self.locate)
            if self._is_unchanged(entry, repository.head):
                self.unchanged += 1
                self.tell.entry(entry.slug, message("unchanged since its last scan"))
                return
            found = scan_repository(repository, self.http, self.locate, self.limits)
            _refuse_empty(found, url)
        except (HostError, ScanError, OSError) as error:
            self.failed += 1
            reason = str(error) if isinstance(error, OSError) else self.tell.said(error.message)
            self.tell.entry(entry.slug, message("not scanned: {reason}", reason=reason))
            return
        with self.store.writing(self.by) as change:
            keep_scan(change, found.record(entry.id, change.at))
        self.scanned += 1
        self.unclean += not found.is_clean
        self.tell.scan(found, entry.slug)

    def _is_unchanged(self, entry: Software, head: str | None) -> bool:
        from ....harvesters.scan.scanning import is_current
        from ....registry.scans import newest_scan

        if self.again or head is None:
            return False
        with self.store.reading() as session:
            newest = newest_scan(session, entry.id)
            return newest is not None and is_current(newest, head, self.limits)

    def summary(self) -> Message:
        """One line about all."""
        return message(
            "{scanned} scanned, {unclean} of them with something to look at; {unchanged} unchanged, {failed} not scanned.",
            scanned=self.scanned,
            unclean=self.unclean,
            unchanged=self.unchanged,
            failed=self.failed,
        )
