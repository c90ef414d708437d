"""For people: each finding as the field prints it, the line that it is about with a caret under the place, and the help."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator

import click

from ...schemas.finding import Finding, Severity
from ...schemas.totals import Totals
from . import Checked
from .harmless import one_line

WIDTH = 120  # columns of a terminal; a line of the file is cut to it
_COLOURS = {Severity.ERROR: "red", Severity.WARNING: "yellow"}


def report(checked: Iterable[Checked], language: str, colour: bool) -> Iterator[str]:
    """The findings of each file and its two verdicts; after more than one file the totals."""
    totals = Totals()
    for one in checked:
        for finding in one.assessment.findings:
            first, *rest = sentences(one.file, finding, language, colour)
            for line in (first, *_excerpt(one.lines, finding, colour), *rest):
                yield f"{line}\n"
        yield f"{one_line(one.file)}: {one.assessment.summary.in_language(language)}\n"
        totals.add(one.assessment)
    if totals.files > 1:
        yield f"{totals.summary.in_language(language)}\n"


def sentences(file: str, finding: Finding, language: str, colour: bool = False) -> Iterator[str]:
    """The finding as `Finding.printed` has it: one line, and one for the help where there is any."""
    place = f"{one_line(file)}:{finding.line}:{finding.column}:"
    severity = f"{finding.severity}:"
    label = "help:"
    if colour:
        place = click.style(place, bold=True)
        severity = click.style(severity, fg=_COLOURS[finding.severity])
        label = click.style(label, fg="cyan")
    yield f"{place} {severity} {statement(finding, language)} [{finding.rule}]"
    step = one_line(finding.help.in_language(language))
    if step:
        yield f"  {label} {step}"


def statement(finding: Finding, language: str) -> str:
    """What the finding says about which key, in one line."""
    said = finding.message.in_language(language)
    return one_line(f"{finding.key}: {said}" if finding.key else said)


def with_help(finding: Finding, language: str, joint: str) -> str:
    """The statement and, where there is any, the help behind `joint`."""
    step = one_line(finding.help.in_language(language))
    return statement(finding, language) + (joint + step if step else "")


def _excerpt(lines: tuple[str, ...], finding: Finding, colour: bool) -> Iterator[str]:
    if not 0 < finding.line <= len(lines):
        return
    number = f"{finding.line:>5} | "
    text, before = _cut(lines[finding.line - 1], max(0, finding.column - 1), WIDTH - len(number))
    yield (number + text).rstrip()
    if finding.column:
        caret = click.style("^", fg=_COLOURS[finding.severity]) if colour else "^"
        yield f"{'| ':>{len(number)}}{' ' * before}{caret}"


def _cut(line: str, at: int, room: int) -> tuple[str, int]:
    """The part of `line` around character `at` that fits into `room` columns, and how many of them stand before it.

    Looks at some hundred characters only, however long the line is.
    """
    at, room = min(at, len(line)), room - 2  # a mark of omission on either side
    most = 2 * room  # characters; more of them fit only where most have no width
    left, right = one_line(line[max(0, at - most) : at])[::-1], one_line(line[at : at + most])
    head = _fitting(left, room * 2 // 3)
    tail = _fitting(right, room - _columns(head))
    if at + len(tail) == len(line):
        head = _fitting(left, room - _columns(tail))
    if len(head) < at:
        while head and not _columns(head[-1]):
            head = head[:-1]  # a mark whose letter is cut off
        head += "…"
    return head[::-1] + tail + ("…" if at + len(tail) < len(line) else ""), _columns(head)


def _fitting(letters: str, room: int) -> str:
    """As many of `letters`, from the first, as fit into `room` columns."""
    for count, letter in enumerate(letters):
        room -= _columns(letter)
        if room < 0:
            return letters[:count]
    return letters


def _columns(letters: str) -> int:
    """How many columns a terminal gives to `letters`: two to a wide one, none to a mark that joins the letter before it."""
    return sum(
        0
        if unicodedata.category(letter) in ("Mn", "Me")
        else 2
        if unicodedata.east_asian_width(letter) in ("W", "F")
        else 1
        for letter in letters
    )
