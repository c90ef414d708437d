"""`publiccode fix`: repair publiccode.yml files, keeping comments, order and line breaks."""

from __future__ import annotations

import difflib
import os
import re
import shlex
import stat
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import Misuse, Trouble, say

if TYPE_CHECKING:
    from ...schemas.fixes import Repaired

STDIN = "-"


@dataclass(frozen=True, slots=True)
class _Fixed:
    """A file that was read, and what comes out."""

    name: str
    content: bytes
    repaired: Repaired

    @property
    def changed(self) -> bool:
        return self.repaired.content != self.content


@dataclass(frozen=True, slots=True)
class _Decisions:
    """What the owner wants to have written and taken out."""

    values: dict[str, str]
    removals: tuple[str, ...]

    @property
    def count(self) -> int:
        return len(self.values) + len(self.removals)


@click.command("fix")
@click.argument("paths", nargs=-1, required=True, metavar="PATH|-...")
@click.option("--diff", is_flag=True, help="Print what would be changed, as a patch; write nothing.")
@click.option("--check", is_flag=True, help="Print which files would be changed and end with 1; write nothing.")
@click.option(
    "--set", "settings", multiple=True, metavar="KEY=VALUE", help="Write this value, as in legal.license=EUPL-1.2."
)
@click.option("--remove", "removals", multiple=True, metavar="KEY", help="Take this key out, with all below it.")
@click.option(
    "--lang", type=click.Choice(["en", "zh-Hant"]), default="en", show_default=True, help="Language of the messages."
)
def command(
    paths: tuple[str, ...], diff: bool, check: bool, settings: tuple[str, ...], removals: tuple[str, ...], lang: str
) -> int:
    """Repair publiccode.yml files: each PATH is a file, a folder, or - for standard input, repaired to standard output.

    Written is what has one reading only; everything else stays byte for byte. Where only the owner can decide, such as
    between GPL-3.0-only and GPL-3.0-or-later, the commands to choose from are printed; so are those that take out keys which
    the standard does not know. Needs no network.

    Ends with 0 where all files are valid now, 1 where errors remain (with --check: where a file would be changed).

    Example: publiccode fix --diff publiccode.yml
    """
    decisions = _Decisions(dict(read_setting(text) for text in settings), tuple(dict.fromkeys(removals)))
    named = [(name, content) for path in paths for name, content in _read(path)]
    if decisions.count and len(named) != 1:
        raise Misuse(f"{'--set' if settings else '--remove'} is for one file; named are {len(named)}")
    files = [_fix(name, content, decisions, lang) for name, content in named]
    for file in files:
        if diff:
            click.echo(_patch(file), nl=False)
        if check and file.changed:
            say(f"{_shown(file.name)}: {file.repaired.promise.in_language(lang)}")
        elif not check:
            _deliver(file, decisions, lang, written=not diff)
    if check:
        return 1 if any(file.changed for file in files) else 0
    return 0 if all(file.repaired.assessment.valid for file in files) else 1


def read_setting(text: str) -> tuple[str, str]:
    """The key and the value of a --set KEY=VALUE.

    Raises:
        Misuse: it is none.

    """
    key, equals, value = text.partition("=")
    if not (key and equals):
        raise Misuse(f"--set {text}: write KEY=VALUE, as in legal.license=EUPL-1.2")
    return key, value


def _read(path: str) -> Iterator[tuple[str, bytes]]:
    """The names and contents of the files that `path` stands for."""
    from ...harvesters.checkout import read_file
    from ...schemas.addresses import is_http_url
    from ...schemas.candidate import SYMLINK
    from ...schemas.document import MAX_BYTES
    from ..checking import CheckingError, files

    if path == STDIN:
        yield STDIN, sys.stdin.buffer.read(MAX_BYTES + 1)
        return
    if is_http_url(path):
        raise Misuse(f"{path} is an address; only files on this machine can be repaired, such as those of a Git clone")
    try:
        named = files(path)
    except CheckingError as error:
        raise Misuse(str(error)) from error
    for file in named:
        try:
            found = read_file(file)
        except OSError as error:
            raise Misuse(f"{file} cannot be read: {error.strerror}") from error
        if found.mode == SYMLINK:
            raise Misuse(f"{file} is a link; name the file that it leads to: {found.target}")
        if found.content is None:
            raise Misuse(f"{file} is larger than {MAX_BYTES} bytes and was not read")
        yield str(file), found.content


def _fix(name: str, content: bytes, decisions: _Decisions, lang: str) -> _Fixed:
    from ...schemas.editing.changes import EditError
    from ...schemas.fixes import remove_keys, repairs, set_values
    from ...schemas.nodes import key_text

    try:
        decided = remove_keys(content, decisions.removals) if decisions.removals else content
        decided = set_values(decided, decisions.values) if decisions.values else decided
        return _Fixed(name, content, replace(repairs(decided), decided=decisions.count))
    except EditError as error:
        key = f"{key_text(error.path)}: " if error.path else ""
        raise Misuse(f"{_shown(name)}: {key}{error.reason.in_language(lang)}") from error


def _deliver(file: _Fixed, decisions: _Decisions, lang: str, written: bool) -> None:
    """Writes a file and tells what was done; on standard error where its content or a patch is on standard output."""
    from ...schemas.fixes import REMOVED, wrote
    from ..reports.text import sentences

    repaired, name = file.repaired, _shown(file.name)
    aside = file.name == STDIN or not written
    if file.name == STDIN and written:
        click.echo(repaired.content, nl=False)
    elif file.changed and written:
        replace_file(Path(file.name), repaired.content)
    for key in decisions.removals:
        _tell(f"{name}: {key}: {REMOVED.in_language(lang)}", aside)
    for key, value in decisions.values.items():
        _tell(f"{name}: {key}: {wrote(value).in_language(lang)}", aside)
    for repair in repaired.repairs:
        _tell(repair.printed(name, lang), aside)
    for choice in repaired.choices:
        _tell(choice.printed(name, lang), aside)
        for value in choice.values:
            _tell_command("--set", f"{choice.key}={value}", file.name, aside)
    for unknown in repaired.unknown:
        _tell(unknown.printed(name, lang), aside)
        _tell_command("--remove", unknown.key, file.name, aside)
    if repaired.assessment.values is None:
        for finding in repaired.assessment.findings:
            for line in sentences(name, finding, lang):
                _tell(line, aside)
    _tell(f"{name}: {repaired.summary.in_language(lang)}", aside)


def _tell(text: str, aside: bool) -> None:
    """Prints one line, whatever the keys and values of a stranger hold."""
    from ..reports.harmless import one_line

    say(one_line(text), err=aside)


def _tell_command(option: str, value: str, file: str, aside: bool) -> None:
    """Prints a command to be copied; none where it could not be shown as it is."""
    text = shlex.join(["publiccode", "fix", option, value, file])
    if text.isprintable():
        _tell(f"  {text}", aside)


def replace_file(path: Path, content: bytes) -> None:
    """Puts a new file in the place of `path`, whole or not at all, with the same rights.

    Raises:
        Trouble: it cannot be written; the file is as it was.

    """
    temporary = None
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        handle, temporary = tempfile.mkstemp(prefix=".publiccode-", dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        os.replace(temporary, path)  # noqa: PTH105 (both are names in one folder)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise Trouble(
            f"{path} could not be written: {error.strerror}; it is as it was. "
            "Next: make room, or give the right to write in its folder"
        ) from error


def _patch(file: _Fixed) -> str:
    """The change as a patch, empty where there is none. What is YAML holds no character that could steer a terminal."""
    if not file.changed:
        return ""
    name = _shown(file.name).lstrip("/")
    before, after = (_lines(content) for content in (file.content, file.repaired.content))
    patch = difflib.unified_diff(before, after, f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in patch)


def _lines(content: bytes) -> list[str]:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    return re.findall(r"[^\n]*\n|[^\n]+", content.decode(encoding, "replace"))


def _shown(name: str) -> str:
    return "publiccode.yml" if name == STDIN else name
