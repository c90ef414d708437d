"""softwareVersion and releaseDate keep up with the repository's newest tag.

Both keys are optional, and maintainers find them hard to keep up to date; a catalogue that shows version 1.2 while
the repository is at 2.0 misleads. Warned about: a `softwareVersion` that is an older tag of the repository; a
`releaseDate` before the day of the newest tag, where the version is not the newest or not given. Tags without a number
and those of previews (alpha, beta, rc) do not count, nor do later corrections of older versions. A version that is no
tag at all is let be: the standard calls it opaque. Silent where the tags are not known.

Repair: write the newest version and its day, or remove both keys: the tags tell them as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..structure import shown, structure
from .date_format import is_date

ID, SEVERITY = "version-behind", Severity.WARNING
_PREVIEW = re.compile(r"alpha|beta|rc|preview|pre|dev|snapshot|nightly", re.IGNORECASE)
_PREFIX = re.compile(r"(?:releases?|versions?|ver|v)?[-_/. ]*(?=[0-9])", re.IGNORECASE)
LONGEST = 200  # characters compared; the search for the number takes the square of the length


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for a version, and one for a date, that the newest tag has left behind."""
    if not candidate.tags:
        return
    releases = [tag for tag in candidate.tags if _numbers(tag.name) and not _PREVIEW.search(tag.name)]
    if not releases:
        return
    newest = releases[0]
    names = [_bare(tag.name) for tag in candidate.tags]
    help_text = message("Write the newest version and its date, or remove softwareVersion and releaseDate.")
    version, released = structure(document).at("softwareVersion"), structure(document).at("releaseDate")
    if version is not None and _numbers(version.text) >= _numbers(newest.name):
        return  # a later correction of an older version, or a tag that moves along (v1), is no newer version
    if version is not None and _bare(version.text) in names:
        text = message(
            "softwareVersion is {version}, the newest tag is {tag}", version=version.shown, tag=shown(newest.name)
        )
        yield version.finding(ID, SEVERITY, text, help_text)
    if released is None or newest.day is None or not is_date(released.text):
        return
    if date.fromisoformat(released.text) < newest.day:
        text = message(
            "releaseDate is {date}, the newest tag {tag} is of {day}",
            date=released.text,
            tag=shown(newest.name),
            day=newest.day.isoformat(),
        )
        yield released.finding(ID, SEVERITY, text, help_text)


def _numbers(name: str) -> tuple[int, ...]:
    """The numbers in a tag or version, in order: only to leave a warning out, never to tell which version is right."""
    return tuple(int(number) for number in re.findall(r"[0-9]{1,9}", name[:200]))


def _bare(name: str) -> str:
    """A tag or version without what is usually put before the number: `v1.2`, `release-1.2` and `1.2` are the same."""
    return _PREFIX.sub("", name.strip()[:LONGEST], count=1).casefold()
