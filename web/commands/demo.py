"""`publiccode demo`: show everything, from invented agencies' Git repositories to pages in the browser."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import Trouble, connect, follow_log, open_store, settings
from .harvest import harvest_all
from .serve import listen

if TYPE_CHECKING:
    from ...registry.publishers import ListedPublisher
    from ...registry.settings import Settings
    from ...registry.store import Store


@click.command("demo")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("demo-data"),
    show_default=True,
    help="Where repositories, database and index are laid out.",
)
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--no-serve", is_flag=True, help="End after the harvest.")
@click.option(
    "--public-systems",
    is_flag=True,
    help="Add real public systems, described by us and not by their owners, to search.",
)
def command(folder: Path, port: int, no_serve: bool, public_systems: bool) -> None:
    """Lay out invented agencies' repositories, serve them on 127.0.0.1, harvest them, and serve the catalogue.

    Nothing is special but the addresses: a setting says that the agencies' hosts are reached at a mirror on this machine.
    Some hosts list groups as Gitea does, the others speak Git alone; one agency keeps another catalogue, which is harvested too.
    With --public-systems, descriptions of ours of real systems stand beside them, on the same server.

    Example: publiccode demo --no-serve
    """
    if not no_serve:
        _require_free(port)
    from ..demo.agencies import AGENCIES, PUBLIC_SYSTEMS

    parts = (AGENCIES, PUBLIC_SYSTEMS) if public_systems else (AGENCIES,)
    with _served_repositories(folder / "repositories", parts) as url:
        listed = _listed(parts)
        chosen = _demo_settings(folder, url, listed)
        _prepare(chosen, listed)
        with open_store(chosen) as store:
            harvest_all(chosen, store)
            _declare(chosen, store)
            _collect_sboms(chosen, store)
        _write_environment(chosen, folder / "env")
        if no_serve:
            click.echo("The catalogue is ready; next: publiccode demo (serves it).")
            return
        click.echo(f"For other commands, in another terminal: set -a; . {folder / 'env'}; set +a")
        click.echo("Starting the web server; end it with Ctrl-C.")
        listen(chosen, "127.0.0.1", port)  # the repositories stay reachable, for the page that checks an address


def _declare(chosen: Settings, store: Store) -> None:
    """Records who uses what, a collection, and what agencies declare: the part of a catalogue that no harvest brings."""
    from ..demo.declared import declare_agencies, declare_all

    statements, collections = declare_all(store)
    declared = declare_agencies(store)
    follow_log(chosen, store)
    if statements or collections:
        click.echo(f"{statements} statements about use and {collections} collection recorded.")
    if declared:
        click.echo(f"{declared} declarations of agencies recorded.")


def _collect_sboms(chosen: Settings, store: Store) -> None:
    """Looks for the bills of materials in the agencies' repositories, as `publiccode sbom collect --all` does."""
    from ...registry.catalogue import shown_ids
    from .sbom.collect import collect_all

    with store.reading() as session:
        ids = shown_ids(session)
    collect_all(chosen, store, ids)


def _require_free(port: int) -> None:
    """Told before anything is laid out, which another demo may be using."""
    import socket

    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Trouble(
                f"port {port} of 127.0.0.1 cannot be used: {error}; next: publiccode demo --port {port + 1}"
            ) from error


@contextmanager
def _served_repositories(folder: Path, parts: Iterable[Path]) -> Iterator[str]:
    """The repositories of these parts and the catalogue, served by Git and by their hosts' interface; gives its address."""
    from tqdm import tqdm

    from ..demo.agencies import catalogue_file, demo_repositories
    from ..demo.catalogue import OpenCatalogs
    from ..demo.forge import Forge
    from ..demo.git_server import GitServer

    repositories = [repository for part in parts for repository in demo_repositories(part)]
    for repository in tqdm(repositories, desc="laying out", unit="repo", file=sys.stderr, disable=None, leave=False):
        repository.lay_out(folder)
    click.echo(f"{len(repositories)} repositories laid out in {folder}.")
    beside = (Forge(folder, repositories).answer, OpenCatalogs(catalogue_file()).answer)
    with GitServer(folder, beside=beside) as server:
        yield server.url


def _listed(parts: Iterable[Path]) -> list[ListedPublisher]:
    """The publishers of these parts, in their order."""
    from ...registry.publishers import read_publishers
    from ..demo.agencies import publishers_file

    return [entry for part in parts for entry in read_publishers(publishers_file(part).read_bytes())]


def _demo_settings(folder: Path, url: str, listed: Iterable[ListedPublisher]) -> Settings:
    """The settings of the environment, with the demo's folder and its server as a mirror of the agencies' hosts.

    Those that are to list a group have Gitea's interface; the others speak Git alone.
    """
    from urllib.parse import urlsplit

    from ...registry.settings import Mirror

    addresses = [url for entry in listed for url in (*entry.orgs, *entry.repos, *entry.systems, *entry.catalogues)]
    gitea = {urlsplit(address).netloc: "gitea" for entry in listed for address in entry.orgs}
    return replace(
        settings(),
        data=folder,
        database_url="",
        hosts=gitea,
        mirrors=tuple(
            Mirror(f"https://{host}/", f"{url.rstrip('/')}/{host}/", gitea.get(host, "git"))
            for host in sorted({urlsplit(address).netloc for address in addresses})
        ),
        allowed_private=(urlsplit(url).netloc,),
    )


def _write_environment(chosen: Settings, file: Path) -> None:
    """The demo's settings as an environment file: with them every command works on what the demo shows."""
    from shlex import quote

    mirrors = " ".join(f"{mirror.prefix}={mirror.target}#{mirror.kind}" for mirror in chosen.mirrors)
    values = {
        "DATA": str(chosen.data.absolute()),
        "MIRRORS": mirrors,
        "HOSTS": " ".join(f"{host}={kind}" for host, kind in chosen.hosts.items()),
        "ALLOWED_PRIVATE": " ".join(chosen.allowed_private),
    }
    lines = [f"PUBLICCODE_{name}={quote(value)}" for name, value in values.items()]
    file.write_text(
        "# Holds as long as publiccode demo runs: its hosts end with it.\n" + "\n".join(lines) + "\n", "utf-8"
    )


def _prepare(chosen: Settings, listed: Iterable[ListedPublisher]) -> None:
    """Makes the database and lists the publishers."""
    from ...registry.publishers import import_publishers
    from ...registry.store import StorageError
    from ...registry.upgrade import upgrade

    store = connect(chosen, create=True)
    try:
        upgrade(store)
        with store.writing("demo") as change:
            done = import_publishers(change, listed)
        follow_log(chosen, store)
    except StorageError as error:
        raise Trouble(str(error)) from error
    finally:
        store.close()
    click.echo(f"{done.publishers} publishers with {done.code_hostings} code hostings listed.")
