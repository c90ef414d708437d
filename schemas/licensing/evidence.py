"""What the licence files of a repository show of the software's own licence: FoundFile → Evidence."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from functools import cache

from .expression import Term, terms_of
from .families import base
from .found import NOASSERTION, Identification, Means, Part, Remark
from .mentions import mentions
from .prose import plain, read


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A licence file and what it says; `target`: where a symbolic link points, as written."""

    path: str
    hash: str
    identification: Identification
    target: str = ""


class Shown(IntEnum):
    """How much of a licence a file shows; more is better evidence."""

    NOTHING = 0
    NAMED = 1  # its name, its address
    TAGGED = 2  # a tag
    GRANTED = 3  # the notice by which it is applied
    IN_PART = 4  # its text, not whole
    WHOLE = 5


@dataclass(frozen=True, slots=True)
class Claim:
    """That a file gives the software under a licence: the expression, its licences, and by what the file shows them.

    `also`: licences of which the text or a notice stands in the same file besides, for something else as it seems.
    """

    path: str
    expression: str
    licenses: tuple[Term, ...]
    shown: Shown
    restricted: bool = False
    also: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the files show.

    `own`: claims of the files that speak for the software. `unsure`: such files in which licences stand of which none can be said
    to be the software's, with the ids. `unread`: such files in which nothing was recognised. `folder`: what stands in a folder
    of texts (LICENSES/ of REUSE), which holds the licences of parts as well. `named`: claims of files that are called after
    something (LICENSE.bootstrap), which may be the software or what it uses; `doubtful` are the paths of all such files.
    `restricted`: files with words that take away something, of whatever licence.
    """

    own: tuple[Claim, ...] = ()
    unsure: tuple[tuple[str, tuple[str, ...]], ...] = ()
    unread: tuple[str, ...] = ()
    folder: tuple[Claim, ...] = ()
    restricted: tuple[str, ...] = ()
    named: tuple[Claim, ...] = ()
    doubtful: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """No file speaks for the software, and there is no folder of texts."""
        return not (self.own or self.unsure or self.unread or self.folder or self.doubtful)


# Files beside the licence that speak of something else: of what is used, of documents, of persons, of a comment to paste.
_BESIDE = re.compile(
    r"3rd|third|part(?:y|ies)|notice|header|template|copyrights?\b|authors|contribut|dependenc|vendor|bundled|external|sbom|spdx|faq|readme"
    r"|(?<![a-z])(?:docs?|documentation|contents?|data|datasets?|fonts?|icons?|images?|assets?|media|logos?)(?![a-z])",
    re.IGNORECASE,
)
_CALLED = re.compile(r"(?:un)?licen[cs](?:es?|ing)|copying", re.IGNORECASE)
_EXTENSIONS = re.compile(
    r"(?:\.(?:txt|text|md|markdown|mkd|rst|adoc|asciidoc|html?|pdf|docx?|odt|rtf|tex|org|textile))+\Z", re.IGNORECASE
)
_BOTH = re.compile(
    r"(?:licen[cs]es?|copying)\s*(?:and|&|\+|und|et|e|y|en)\s", re.IGNORECASE
)  # “LICENSE and NOTICE.txt”
_TEXTS = (Means.TEXT, Means.STRUCTURE)
_BY_MEANS = {Means.NOTICE: Shown.GRANTED, Means.TAG: Shown.TAGGED}


def evidence(files: Sequence[FoundFile]) -> Evidence:
    """What `files` show; their order does not matter."""
    own: list[Claim] = []
    folder: list[Claim] = []
    unsure: list[tuple[str, tuple[str, ...]]] = []
    unread: list[str] = []
    restricted: list[str] = []
    named: list[Claim] = []
    doubtful: list[str] = []
    for file in _resolved(files):
        inside, _, name = file.path.rpartition("/")
        if inside:
            folder += _texts_of(file)
            continue
        if _BESIDE.search(name) and not _BOTH.match(name):
            continue
        said = file.identification
        claim = _claim(file)
        if is_named_after_something(name):
            doubtful.append(file.path)
            named += [claim] if claim else []
            continue
        if Remark.RESTRICTED in said.remarks:
            restricted.append(file.path)
        if claim:
            own.append(claim)
        elif ids := tuple(dict.fromkeys(part.license for part in said.parts if part.means in _TEXTS)):
            unsure.append((file.path, ids))
        else:
            unread.append(file.path)
    return Evidence(
        tuple(own), tuple(unsure), tuple(unread), tuple(folder), tuple(restricted), tuple(named), tuple(doubtful)
    )


def is_named_after_something(name: str) -> bool:
    """Whether a licence file's name says whose licence it is: LICENSE.bootstrap, but not LICENSE.MIT, LICENSE_EN, LICENSE-code."""
    begins = _CALLED.match(name)
    rest = _EXTENSIONS.sub("", name[begins.end() :]) if begins else ""
    if not rest:
        return False
    rest = re.sub(r"[_()]|\.(?![0-9])", " ", rest)
    for mention in reversed(mentions(rest)):
        rest = f"{rest[: mention.start]} {rest[mention.end :]}"
    return any(
        len(form) > 2 and form.isascii() and form[0].isalpha() and form not in _plain() for form in plain(rest).split()
    )


@cache
def _plain() -> frozenset[str]:
    """What may stand in the name of the software's own licence file: what it is of, which one it is, its language."""
    return frozenset(read("lists")["file-names"])


def _resolved(files: Iterable[FoundFile]) -> list[FoundFile]:
    """In the order of their paths, symbolic links with what stands where they point to."""
    by_path = {file.path: file for file in files}
    found = []
    for path in sorted(by_path):
        file = by_path[path]
        if file.target and file.identification.concluded == NOASSERTION:
            there = by_path.get(posixpath.normpath(posixpath.join(posixpath.dirname(path), file.target)))
            if there is not None:
                file = replace(file, identification=there.identification)
        found.append(file)
    return found


def _claim(file: FoundFile) -> Claim | None:
    said = file.identification
    found = terms_of(said.concluded)
    if not found:  # NOASSERTION, or an id of a newer list
        return None
    shown = min(_shown(term, said) for term in found)
    also = dict.fromkeys(
        term for part in said.parts if part.means in (*_TEXTS, Means.NOTICE) for term in terms_of(part.license)
    )
    own = {base(term.license) for term in found}
    beside = tuple(term for term in also if base(term.license) not in own)
    return Claim(file.path, said.concluded, found, shown, Remark.RESTRICTED in said.remarks, beside)


def _shown(term: Term, said: Identification) -> Shown:
    by = [_by(part, said.remarks) for part in said.parts if base(term.license) in _bases(part)]
    return max(by, default=Shown.NAMED)


def _bases(part: Part) -> tuple[str, ...]:
    return tuple(base(term.license) for term in terms_of(part.license))


def _by(part: Part, remarks: tuple[Remark, ...]) -> Shown:
    if part.means in _TEXTS:
        return Shown.IN_PART if Remark.INCOMPLETE in remarks else Shown.WHOLE
    return _BY_MEANS.get(part.means, Shown.NAMED)


def _texts_of(file: FoundFile) -> list[Claim]:
    """Each text in a file of the folder; a `LicenseRef-` is told by the file's name alone, as REUSE has it."""
    claim = _claim(file)
    if claim:
        return [claim]
    name = file.path.rpartition("/")[2]
    stem = name.rpartition(".")[0] or name
    if re.fullmatch(r"LicenseRef-[A-Za-z0-9.-]+", stem):
        return [Claim(file.path, stem, (Term(stem),), Shown.WHOLE)]
    said = file.identification
    return [
        Claim(file.path, part.license, found, _by(part, said.remarks))
        for part in said.parts
        if part.means in _TEXTS and (found := terms_of(part.license))
    ]
