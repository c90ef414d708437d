"""What runs when: entries in cron's form, each with one of our own commands."""

from __future__ import annotations

import shlex
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from pathlib import Path

import click
from cronsim import CronSim, CronSimError

DEFAULT = ("15 2 * * *  harvest", "30 3 * * *  backup --keep 14", "0 5 * * *  prune")
MOST_ENTRIES, LARGEST_FILE = 100, 64 * 1024
_FIELDS = 5
_ENDLESS = ("schedule", "serve", "demo")


class ScheduleError(ValueError):
    """An entry cannot be used; the text names it and what is expected."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: `when` is cron's five fields, `words` a command of ours."""

    when: str
    words: tuple[str, ...]

    @property
    def command(self) -> str:
        """The name of the command; no two of one name run at the same time."""
        return self.words[0]

    def __str__(self) -> str:
        return f"{self.when}  {shlex.join(self.words)}"

    def after(self, moment: datetime, zone: tzinfo) -> Iterator[datetime]:
        """Its times after `moment`, in `zone`.

        As in Debian's cron: a time that a change of clocks leaves out comes right after the change, one that it repeats comes
        once; entries for every hour or minute follow the hours that pass.
        """
        return iter(CronSim(self.when, moment.astimezone(zone)))


def read_file(file: Path, commands: click.Group) -> list[Entry]:
    """The entries of a file: one a line, `#` begins a comment; or, where its name ends in .toml, the list `entries`.

    Raises:
        ScheduleError: the file or an entry cannot be read.

    """
    try:
        content = file.read_bytes()
        if len(content) > LARGEST_FILE:
            raise ScheduleError(f"{file} has {len(content)} bytes; at most {LARGEST_FILE} are read")
        text = content.decode("utf-8")
        lines = tomllib.loads(text)["entries"] if file.suffix == ".toml" else text.splitlines()
    except OSError as error:
        raise ScheduleError(f"{file} cannot be read: {error.strerror}") from error
    except KeyError as error:
        raise ScheduleError(f"{file} has no list `entries`") from error
    except ValueError as error:
        raise error if isinstance(error, ScheduleError) else ScheduleError(f"{file} cannot be read: {error}") from error
    if not isinstance(lines, list) or not all(isinstance(line, str) for line in lines):
        raise ScheduleError(f"{file}: `entries` is no list of texts")
    return read_entries(lines, commands)


def read_entries(lines: Sequence[str], commands: click.Group) -> list[Entry]:
    """The entries that these lines are; empty ones and comments count as none.

    Args:
        lines: as people write them.
        commands: in which each entry's command is looked up, with its options.

    Raises:
        ScheduleError: with the first line that cannot be used.

    """
    entries = []
    for number, line in enumerate(lines, 1):
        try:
            words = shlex.split(line, comments=True)
        except ValueError as error:
            raise ScheduleError(f"entry {number}, {line!r}: {error}") from error
        if not words:
            continue
        entry = Entry(" ".join(words[:_FIELDS]), tuple(words[_FIELDS:]))
        if problem := _problem(entry, commands):
            raise ScheduleError(f"entry {number}, {line.strip()!r}: {problem}")
        if entry in entries:
            raise ScheduleError(f"entry {number}, {line.strip()!r}: stands there twice")
        entries.append(entry)
    if not entries or len(entries) > MOST_ENTRIES:
        raise ScheduleError(f"there are {len(entries)} entries; expected 1 to {MOST_ENTRIES}")
    return entries


def _problem(entry: Entry, commands: click.Group) -> str:
    if not entry.words:
        return "expected minute, hour, day, month, weekday and a command, as in '15 2 * * *  harvest'"
    try:
        next(CronSim(entry.when, datetime(2000, 1, 1)))  # noqa: DTZ001  (any zone will do)
    except CronSimError as error:
        return f"{error}; expected minute, hour, day, month, weekday and a command, as in '15 2 * * *  harvest'"
    except StopIteration:
        return "this time never comes"
    if entry.command in _ENDLESS:
        return f"{entry.command} runs until it is stopped"
    return _unusable(commands, entry.words)


def _unusable(commands: click.Group, words: Sequence[str]) -> str:
    """What is wrong with the words of a command; empty where nothing is. Nothing runs."""
    context = click.Context(commands)
    found = commands.get_command(context, words[0]) if words else None
    if found is None:
        return f"no command {' '.join(words[:1])!r}; there are {', '.join(commands.list_commands(context))}"
    if isinstance(found, click.Group):
        return _unusable(found, words[1:])
    try:
        found.make_context(words[0], list(words[1:])).close()
    except click.UsageError as error:
        return f"{words[0]}: {error.format_message()}"
    except click.exceptions.Exit:  # --help
        return f"{words[0]}: this does nothing"
    return ""
