"""What a bill of materials says of an entry's licence: declared, concluded, and the provenance of both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any

from ...schemas.licensing.families import base
from ...schemas.licensing.found import NOASSERTION, Identification
from ...schemas.licensing.found_texts import MEANS, joined, told
from ...schemas.licensing.reading import read_expression
from ..audit.past import EntryThen
from ..audit.told import leaves_versions_open
from .bill import Statement
from .clean import line
from .extracts import Extracts

MOST_FILES, MOST_PARTS, MOST_RANGES = 10, 5, 4  # that are told of an entry, of a file, of a part
LONGEST_SAID = 300  # characters of what a stranger declares

Stored = Callable[[str], bytes | None]
"""Reads a stored file by its hash."""


@dataclass(frozen=True, slots=True)
class Licensed:
    """The licences of an entry: SPDX expressions or NOASSERTION, why the second, and each statement with its provenance."""

    declared: str
    concluded: str
    comments: str
    statements: tuple[Statement, ...]


def licensed(entry: EntryThen, extracts: Extracts, stored: Stored) -> Licensed:
    """What is known of an entry's licence."""

    def lookup(ref: str) -> tuple[str, str, str]:
        return _text_of(ref, entry, stored)

    declared = _declared(entry.assessment.license_declared)
    concluded, why, at = _concluded(entry, declared)
    shown = extracts.put(concluded, lookup)
    if shown != concluded:
        why += f" Named here: {shown}."
    statements = [*_declaration(entry, declared), *_found(entry), Statement(at, why)]
    return Licensed(extracts.put(declared, lookup), shown, f"{day(at)}: {why}", tuple(statements))


def day(at: datetime) -> str:
    """The day of a moment, in UTC."""
    return at.astimezone(UTC).date().isoformat()


@lru_cache(maxsize=5_000)
def _declared(said: str) -> str:
    return NOASSERTION if said == NOASSERTION else read_expression(said).normalized or NOASSERTION


def _concluded(entry: EntryThen, declared: str) -> tuple[str, str, datetime]:
    """The licence that was concluded, by what, and when."""
    verdict, conclusion = entry.verdict, entry.conclusion
    if conclusion is not None:
        why = f"Concluded by an auditor of the catalogue (conclusion {conclusion.number}): {conclusion.license}."
        return conclusion.license, f"{why} Reason: {line(conclusion.reason)}", conclusion.at
    if verdict is None:
        return NOASSERTION, "Not concluded: nobody compared the licence files.", entry.assessment.assessed_at
    by = "by comparing the licence files with the texts of the SPDX licence list"
    codes = f" Verdict: {', '.join(verdict.codes)}." if verdict.codes else ""
    if verdict.concluded == NOASSERTION:
        return NOASSERTION, f"No licence could be concluded {by}.{codes}", verdict.at
    if not leaves_versions_open(verdict):
        return verdict.concluded, f"Concluded {by}: {verdict.concluded}.{codes}", verdict.at
    name = base(verdict.concluded)
    open_ = f"The text is that of {name}, which does not tell whether later versions are allowed"
    if declared != NOASSERTION and base(declared) == name:
        return declared, f"Concluded {by}: {declared}. {open_}; the declaration does.{codes}", verdict.at
    why = f"Concluded {by}: {verdict.concluded}. {open_}; “-only” is what it allows at least.{codes}"
    return verdict.concluded, why, verdict.at


def _declaration(entry: EntryThen, declared: str) -> Iterator[Statement]:
    file, said = entry.assessment, entry.assessment.license_declared
    if file.commit:
        place = f"{line(file.path)} at commit {line(file.commit)} of {line(entry.repository_url)}"
    else:
        place = "the record of another catalogue; nobody has read the repository"
    if said == NOASSERTION:
        text = f"No licence is declared in {place}."
    elif declared == NOASSERTION:
        text = f"Declared, in words that are no SPDX expression, in {place}: {line(said, LONGEST_SAID)}"
    else:
        text = f"Declared under legal.license in {place}: {line(said, LONGEST_SAID)}"
    yield Statement(file.assessed_at, text)


def _found(entry: EntryThen) -> Iterator[Statement]:
    """What the licence files say, and the host."""
    verdict = entry.verdict
    if verdict is None:
        return
    for file in verdict.found[:MOST_FILES]:
        yield Statement(verdict.at, f"Found in {line(file['path'])}{_parts(file)}")
    if len(verdict.found) > MOST_FILES:
        yield Statement(verdict.at, f"Further licence files were read: {len(verdict.found) - MOST_FILES}")
    if not verdict.found:
        yield Statement(verdict.at, "No licence file was found.")
    if verdict.host and verdict.host_at:
        yield Statement(verdict.host_at, f"The host itself detected: {line(verdict.host, LONGEST_SAID)}")


def _parts(file: Mapping[str, Any]) -> str:
    said = Identification.from_json(file["identification"])
    parts = [f"{_lines(joined(part, said))}: {part.license} ({MEANS[part.means]})" for part in told(said)[:MOST_PARTS]]
    digest = f" (SHA-256 {file['hash']})" if file.get("hash") else ""
    return f"{', ' + '; '.join(parts) if parts else ': no licence that is known'}{digest}"


def _lines(ranges: Sequence[Sequence[int]]) -> str:
    shown = [f"{first}-{last}" if last > first else str(first) for first, last in ranges[:MOST_RANGES]]
    return f"lines {', '.join(shown)}" + (", …" if len(ranges) > MOST_RANGES else "")


def _text_of(ref: str, entry: EntryThen, stored: Stored) -> tuple[str, str, str]:
    """The text of a reference: of the file named after it, as REUSE has it, or of the only licence file, if that names no other."""
    files = entry.assessment.license_files
    named = [file for file in files if PurePosixPath(str(file["path"])).stem.lower() == ref.lower()]
    chosen, why = (named[0], "") if named else (None, "")
    if chosen is None and len(files) == 1 and _is_unknown(entry):
        chosen, why = files[0], f", the only licence file; nothing in it names {ref}"
    content = stored(str(chosen["hash"])) if chosen else None
    if chosen is None or content is None:
        return ref, "", f"The catalogue knows no file with the text of {ref}, which {entry.slug} names."
    place = f"{chosen['path']} at commit {entry.commit} of {entry.repository_url}"
    return ref, content.decode("utf-8", "replace"), f"From {place}{why}."


def _is_unknown(entry: EntryThen) -> bool:
    found = entry.verdict.found if entry.verdict else []
    return len(found) == 1 and not found[0]["identification"]["parts"]
