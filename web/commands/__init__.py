"""The subcommands of `publiccode`: one module each, with its `command`."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from keyword import iskeyword
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

if TYPE_CHECKING:
    from ...registry.search import SearchIndex
    from ...registry.settings import Settings
    from ...registry.store import Store


class Subcommands(click.Group):
    """Knows the names and lines of help of its subcommands, and imports only the one that runs.

    `package` holds one module for each of `helps`, with `-` as `_` in its name and `_` behind a word of Python's, which has its
    `command`.
    """

    def __init__(self, *args: Any, package: str, helps: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.package, self.helps = package, helps

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(self.helps)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of the module, imported now."""
        if cmd_name not in self.helps:
            return None
        module = cmd_name.replace("-", "_") + "_" * iskeyword(cmd_name)
        found: click.Command = importlib.import_module(f"{self.package}.{module}").command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the table into the help."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self.helps.items()))


class Trouble(click.ClickException):
    """What stands in the way of a command, and the next step, in one sentence; ends with exit code 3."""

    exit_code = 3


class Misuse(click.ClickException):
    """The command was given something it cannot use; ends with exit code 2."""

    exit_code = 2


def say(text: str, err: bool = False) -> None:
    """Prints `text`, which may come from a stranger's file: what could steer the terminal is shown as a mark."""
    from ..reports.harmless import harmless  # loaded only where something is said

    click.echo(harmless(text), err=err)


def few(names: Sequence[str], most: int = 5) -> str:
    """The first names of a list that may be long, and how many there are."""
    return ", ".join(names[:most]) + (f", … ({len(names)})" if len(names) > most else "")


def settings() -> Settings:
    """The settings that the environment asks for."""
    from ...registry.settings import SettingError, read_settings

    try:
        return read_settings()
    except SettingError as error:
        raise Misuse(str(error)) from error


def connect(settings: Settings, create: bool = False) -> Store:
    """The database of this instance, whatever its version; `create`: made where there is none."""
    from sqlalchemy.exc import ArgumentError

    from ...registry.store import Store

    try:
        return Store(settings.database, create)
    except ArgumentError as error:
        raise Misuse(f"PUBLICCODE_DATABASE_URL cannot be read: {error}") from error


@contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """The database of this instance; what stands in its way is told plainly."""
    from ...registry.actors import ActorError
    from ...registry.store import StorageError
    from ...registry.upgrade import newest, revision

    store = connect(settings)
    try:
        if revision(store) != newest():
            raise Trouble(f"the database {store.place} is not of this version; next: publiccode db upgrade")
        yield store
    except ActorError as error:
        raise Misuse(str(error)) from error
    except StorageError as error:
        raise Trouble(str(error)) from error
    finally:
        store.close()


def open_search(settings: Settings) -> SearchIndex:
    """The search index of this instance."""
    from ...registry.search.engines import ENGINES, open_index

    if settings.search_engine not in ENGINES:
        raise Misuse(f"PUBLICCODE_SEARCH_ENGINE: no engine {settings.search_engine!r}; there are {', '.join(ENGINES)}")
    return open_index(settings.search_engine, settings.index_folder)


def follow_log(settings: Settings, store: Store) -> int:
    """Lets the index follow the database; says so where another process is at it."""
    from ...registry.following import follow
    from ...registry.search import IndexBusy

    index = open_search(settings)
    try:
        missing = not index.cursor()
        count = follow(store, index, settings.show_only_valid, zone=ZoneInfo(settings.time_zone))
        if missing and count:
            click.echo(f"There was no search index; it was built from the database: {count} entries.", err=True)
        return count
    except IndexBusy:
        click.echo(
            "The index is being written by another process; it will be brought up to date by the next run.", err=True
        )
        return 0
    except OSError as error:
        raise Trouble(
            f"the search index {settings.index_folder} cannot be written: {error}. "
            "The database is complete; next: make room or give the right to write, then run: publiccode reindex"
        ) from error
