"""Checks files and folders for the command line: which files, with which facts, which warnings are told, on all cores."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from hashlib import sha256
from pathlib import Path

import click

from ..harvesters.checkout import NAMES, checked_out, files_below, look_up, read_file, similar_name
from ..harvesters.license_files import license_files
from ..schemas.bounded_toml import LARGEST, read_toml
from ..schemas.candidate import Candidate
from ..schemas.finding import Assessment, Finding, Severity
from ..schemas.follow_ups import follow_ups
from ..schemas.rules import NOTICES, RULES
from ..schemas.rules.file_found import named_files
from ..schemas.validator import assess, read, ruleset
from .reports import Checked

CONFIGURATION = ".publiccode.toml"
MANY = 200  # files from which on all cores are used: starting them costs as much as some hundred files
_PIECE = 50  # files handed to a process at once


class CheckingError(Exception):
    """A file cannot be checked as it was asked: which one, why, and the next step."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader wants to be told, and what may be looked at.

    `ignore`: rules whose warnings are left out. `select`: the only rules whose warnings are told, None for all. Errors are
    always told. `files`: whether named files are looked up. `any_name`: see `files_below`. `notices`: see `assess`.
    `follow_ups`: see `Checked`. `day` and `italian_codes`: see `Candidate`.
    """

    ignore: frozenset[str] = frozenset()
    select: frozenset[str] | None = None
    files: bool = True
    any_name: bool = False
    notices: bool = False
    follow_ups: bool = False
    day: date | None = None
    italian_codes: frozenset[str] | None = None

    def tells(self, finding: Finding) -> bool:
        """Whether the reader wants to know this."""
        if finding.severity is Severity.ERROR:
            return True
        return finding.rule not in self.ignore and (self.select is None or finding.rule in self.select)


def rule_ids(words: Iterable[str], silences: bool) -> frozenset[str]:
    """The rules that `words` name, each word one id or several with commas.

    Raises:
        CheckingError: there is no such rule; or it finds errors, which nobody may silence (`silences`).

    """
    known = {rule.ID: rule.SEVERITY for rule in (*RULES, *NOTICES)}
    ids = {identifier for word in words for identifier in word.replace(",", " ").split()}
    for identifier in sorted(ids):
        if identifier not in known:
            raise CheckingError(f"there is no rule {identifier}; next: publiccode validate --list-rules")
        if silences and known[identifier] is Severity.ERROR:
            raise CheckingError(f"the rule {identifier} finds errors, which cannot be silenced; warnings can")
    return frozenset(ids)


def check(names: Iterable[str], asked: Asked) -> Iterator[Checked]:
    """Every file that `names` stand for, checked, in order. Many files are checked on all cores, with a bar on standard error.

    Raises:
        CheckingError: a file cannot be read, or a configuration file makes no sense.

    """
    paths = [path for name in names for path in files(name, asked.any_name)]
    one = partial(check_file, asked=asked)
    if len(paths) < MANY:
        yield from map(one, paths)
        return
    from concurrent.futures import ProcessPoolExecutor  # takes as long to import as everything else here

    bar = click.progressbar(length=len(paths), file=sys.stderr, label="files", hidden=not sys.stderr.isatty())
    with bar, ProcessPoolExecutor(_cores()) as pool:
        for checked in pool.map(one, paths, chunksize=_PIECE):
            bar.update(1)
            yield checked


def _cores() -> int:
    """The cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def files(name: str, any_name: bool = False) -> list[Path]:
    """The files that a name on the command line stands for (see `files_below`).

    Raises:
        CheckingError: there is none, or a folder cannot be read.

    """
    path = Path(name)
    if "://" in name or re.match(r"[\w.-]+@[\w.-]+:", name):
        raise CheckingError(f"{name} is neither a file nor an address that begins with https://")
    try:
        found = list(files_below(path, any_name))
    except OSError as error:
        raise CheckingError(f"{error.filename} cannot be read: {error.strerror}") from error
    if not found:  # a check that checks nothing must not look like one that found nothing
        similar = similar_name(path)
        if similar:
            raise CheckingError(f"there is no publiccode.yml in {name}, but {similar}; next: rename it")
        raise CheckingError(f"there is no publiccode.yml in {name} or below it; next: publiccode new {name}")
    return found


def check_file(path: Path, asked: Asked) -> Checked:
    """One file, with the facts that its folder tells."""
    try:
        file = read_file(path)
    except OSError as error:
        raise CheckingError(f"{path} cannot be read: {error.strerror}") from error
    folder = path.parent
    candidate = checked_out(file, folder) if asked.files else Candidate(file)
    if (
        asked.files and path.name in NAMES
    ):  # of other files a folder may hold thousands, which have no licence of their own
        candidate = replace(candidate, license_files=license_files(folder))
    ignored = configured(folder)
    if ignored:
        asked = replace(asked, ignore=asked.ignore | ignored)
    return check_candidate(str(path), candidate, asked, folder if asked.files else None)


def check_candidate(name: str, candidate: Candidate, asked: Asked, folder: Path | None = None) -> Checked:
    """A candidate, called `name`; the files that it names are looked up below `folder` where that is given."""
    document = read(candidate)
    named = None if folder is None else look_up(folder, (found.text for found in named_files(document)))
    candidate = replace(candidate, named_files=named, day=asked.day, italian_codes=asked.italian_codes)
    assessment = assess(candidate, document, asked.notices)
    told = Assessment(tuple(filter(asked.tells, assessment.findings)), assessment.values)
    besides = follow_ups(document, assessment.findings) if asked.follow_ups else ()
    return Checked(name, told, document.lines, besides)


def configured(folder: Path) -> frozenset[str]:
    """The warnings that the folder's configuration file silences: `[validate]`, `ignore = ["rule-id", …]`.

    Raises:
        CheckingError: it cannot be read, or says anything else.

    """
    file = folder / CONFIGURATION
    try:
        with file.open(encoding="utf-8") as stream:
            text = stream.read(LARGEST + 1)
    except (FileNotFoundError, NotADirectoryError):
        return frozenset()
    except (OSError, ValueError) as error:
        raise CheckingError(f"{file} cannot be read: {error}") from error
    try:
        told = read_toml(text)
        section = told.get("validate", {})
        unknown = [*(told.keys() - {"validate"}), *(section.keys() - {"ignore"})]
        words = section.get("ignore", [])
        if unknown or not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise CheckingError(f'{file}: only [validate] with ignore = ["rule-id", …] is known')
        return rule_ids(words, silences=True)
    except (ValueError, AttributeError) as error:
        raise CheckingError(f"{file} cannot be read: {error}") from error
    except CheckingError as error:
        raise CheckingError(str(error) if str(error).startswith(str(file)) else f"{file}: {error}") from error


def judge(italian_codes: Path | None) -> tuple[Callable[[Candidate], Assessment], str]:
    """What judges a harvest, and its name, which changes with the rules and with the register of Italian administrations.

    Raises:
        CheckingError: the register cannot be read.

    """
    if italian_codes is None:
        return assess, ruleset()
    codes = read_codes(italian_codes)
    name = f"{ruleset()}-{sha256(' '.join(sorted(codes)).encode()).hexdigest()[:8]}"
    return lambda candidate: assess(replace(candidate, italian_codes=codes)), name


def read_codes(file: Path) -> frozenset[str]:
    """A register of Italian administrations: one code a line, or the first column of a table; in lower case.

    Raises:
        CheckingError: it cannot be read.

    """
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        raise CheckingError(f"{file} cannot be read: {error}") from error
    return frozenset(line.split(",")[0].split("\t")[0].strip(' "').lower() for line in lines if line.strip())
