"""Who has to be named when software is passed on, with which texts: the attribution notice of entries, as values.

It holds what the registry knows: the declaration, licence files as they are stored, copyright lines in them and of the newest deep
scan, the packages of the bill of materials. What is not known is said as that, with whom to ask; nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..schemas.finding import Message, message
from ..schemas.licensing.descriptions import description
from ..schemas.licensing.expression import ExpressionError, Term, parse_expression, terms
from ..schemas.licensing.found import NOASSERTION, Identification, Means
from ..schemas.licensing.words import decoded, is_rights, plain
from ..schemas.vocabularies import license_name

MOST_HOLDERS = 500  # copyright lines of one work
LONGEST_LINE = 300
# What a licence asks of somebody who names others; what else it asks stands in the compliance report.
NAMING = (
    *("keep-notice", "include-text", "name-source", "state-changes", "tell-license"),
    *("give-source", "network-source", "network-source-changed"),
)
_PLACEHOLDER = re.compile(
    r"[\[<{(](?:yyyy|years?|dates?|fullname|names?\b|copyright|owner|organi[sz]ation)|\byyyy\b|\{\{|\$\{", re.IGNORECASE
)
_MARKS = " \t\r*#/;-|>"  # of comments, lists and quotes around a line
_NOBODY = re.compile(r"(?:all rights reserved|版權所有|版权所有)\W*", re.IGNORECASE)
_OF_THE_TEXT = re.compile(r"free software foundation", re.IGNORECASE)  # the GNU licences' own copyright line
_NAMED_FILES = re.compile(
    r"(?:notice|authors|contributors|copyright|credits|thanks|third[-_ ]?party.*)(?:\.\w+)?", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class File:
    """A licence file: its path, what it says, and its content; None where that is not stored."""

    path: str
    hash: str
    identification: Identification
    content: bytes | None


@dataclass(frozen=True, slots=True)
class Listed:
    """A package of a bill of materials; what the document does not say is empty."""

    name: str
    version: str = ""
    license: str = ""
    copyright: str = ""
    purl: str = ""


@dataclass(frozen=True, slots=True)
class Components:
    """What a bill of materials lists: how many packages, by licence ("" being those of which nothing is known).

    `listed` are the packages themselves, None where they were not asked for.
    """

    place: str
    packages: int
    licenses: Mapping[str, int]
    listed: tuple[Listed, ...] | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What the registry knows about one entry. `files`, `names`, `scanned` and `components` are None where nobody looked."""

    slug: str
    name: str
    publisher: str
    address: str
    commit: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    declared: str = ""
    concluded: str = NOASSERTION
    agree: bool = True
    files: Sequence[File] | None = None
    names: Sequence[str] | None = None
    scanned: Sequence[str] | None = None
    components: Components | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody to be named, as it is written, and where that stands."""

    text: str
    origin: Message


@dataclass(frozen=True, slots=True)
class Asks:
    """What a licence asks of who passes the work on, in its language; `known` is False where we have no description."""

    license: str
    name: str
    texts: tuple[str, ...] = ()
    known: bool = True


@dataclass(frozen=True, slots=True)
class Text:
    """A text to hand over, once for all works that have it: `of` are (slug, path)."""

    hash: str
    license: str
    content: str
    of: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Work:
    """One entry in the notice. `license` is the declared one, else what the texts say; empty where neither is known.

    `texts` are the hashes of its texts; `elsewhere` files of the repository that have to be taken from there.
    """

    known: Known
    license: str
    version: str
    holders: tuple[Holder, ...]
    texts: tuple[str, ...]
    elsewhere: tuple[str, ...]
    asks: tuple[Asks, ...]
    unknown: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """The attribution notice: its works in their order, and the texts, each once."""

    works: tuple[Work, ...]
    texts: tuple[Text, ...]


def attribution(known: Iterable[Known], language: str) -> Notice:
    """The notice of these entries in a language; the same for the same entries."""
    works = tuple(_work(one, language) for one in known)
    found: dict[str, Text] = {}
    for work in works:
        for file in work.known.files or ():
            if file.content is None:
                continue
            before = found.get(file.hash)
            of = (*(before.of if before else ()), (work.known.slug, file.path))
            license_ = file.identification.concluded
            found[file.hash] = Text(file.hash, license_, before.content if before else decoded(file.content), of)
    return Notice(works, tuple(found.values()))


def _work(known: Known, language: str) -> Work:
    license_ = known.declared or ("" if known.concluded == NOASSERTION else known.concluded)
    holders = tuple(_holders(known))
    elsewhere = tuple(_elsewhere(known))
    asked = tuple(_asks(license_, language))
    return Work(
        known=known,
        license=license_,
        version=_line(known.values.get("softwareVersion")),
        holders=holders,
        texts=tuple(dict.fromkeys(file.hash for file in known.files or () if file.content is not None)),
        elsewhere=elsewhere,
        asks=asked,
        unknown=tuple(_unknown(known, license_, holders)),
    )


def _holders(known: Known) -> Iterator[Holder]:
    """Who is named, each once, the declaration first."""
    seen: set[str] = set()
    for text, origin in _named(known):
        if text and text.casefold() not in seen and len(seen) < MOST_HOLDERS:
            seen.add(text.casefold())
            yield Holder(text, origin)


def _named(known: Known) -> Iterator[tuple[str, Message]]:
    legal = known.values.get("legal")
    owner = legal.get("mainCopyrightOwner") if isinstance(legal, Mapping) else None
    yield _line(owner), message("publiccode.yml, legal.mainCopyrightOwner")
    for file in known.files or ():
        for line in copyright_lines(file):
            yield line, message("licence file {path}", path=file.path)
    for line in known.scanned or ():
        yield _line(line), message("deep scan of the files")


def copyright_lines(file: File) -> tuple[str, ...]:
    """The lines of a licence file that say who holds the copyright of the work: neither placeholders nor the text's own line."""
    if file.content is None:
        return ()
    gnu = any(part.means is Means.TEXT and "GPL" in part.license for part in file.identification.parts)
    lines = (line for line in decoded(file.content).split("\n") if len(line) <= 1000 and is_rights(plain(line)))
    told = (_line(line.strip(_MARKS)) for line in lines)
    return tuple(
        dict.fromkeys(
            line
            for line in told
            if line
            and not _PLACEHOLDER.search(line)
            and not _NOBODY.fullmatch(line)
            and not (gnu and _OF_THE_TEXT.search(line))
        )
    )


def _elsewhere(known: Known) -> Iterator[str]:
    """Files that name people and lie in the repository, but not here."""
    legal = known.values.get("legal")
    authors = legal.get("authorsFile") if isinstance(legal, Mapping) else None
    kept = {file.path for file in known.files or () if file.content is not None}
    told = [_line(authors)] + [name for name in known.names or () if _NAMED_FILES.fullmatch(name)]
    yield from dict.fromkeys(path for path in told if path and path not in kept)


def _asks(license_: str, language: str) -> Iterator[Asks]:
    for term in _terms(license_):
        about = description(term.license, language)
        if about is None:
            yield Asks(term.license, license_name(term.license), known=False)
        else:
            texts = tuple(text for word, text in about.must if word in NAMING)
            yield Asks(term.license, license_name(term.license), texts)


def _terms(license_: str) -> Sequence[Term]:
    try:
        found = terms(parse_expression(license_).tree) if license_ else ()
    except ExpressionError:
        return ()
    return tuple({term.license: term for term in found}.values())


def _unknown(known: Known, license_: str, holders: Sequence[Holder]) -> Iterator[Message]:
    """What the registry does not know, and where it can be asked."""
    publisher = known.publisher
    if not license_:
        yield message(
            "No licence is known. Without one nothing may be passed on: ask {publisher} which licence holds.",
            publisher=publisher,
        )
    elif not known.agree:
        yield message(
            "The licence files do not say the same as the declaration ({declared}): ask {publisher} which of them holds.",
            declared=license_,
            publisher=publisher,
        )
    if not holders:
        yield message("Nobody is named who holds the rights: ask {publisher} who has to be named.", publisher=publisher)
    yield from _without_texts(known, license_)
    if known.names is None:
        yield message(
            "Nobody looked whether the repository has a file NOTICE or AUTHORS; look at {address}.",
            address=known.address,
        )
    if known.scanned is None:
        yield message("The files themselves were not scanned: copyright lines in them are not listed here.")
    if known.components is None:
        yield message(
            "The registry has no bill of materials (SBOM): what the software contains of others cannot be told; ask {publisher}.",
            publisher=publisher,
        )
    elif known.components.packages:
        yield message("The registry has no licence texts of the packages: they come with the packages themselves.")


def _without_texts(known: Known, license_: str) -> Iterator[Message]:
    if known.files is None:
        yield message(
            "Nobody looked for licence files in the repository; take them from {address}.", address=known.address
        )
        return
    for file in known.files:
        if file.content is None:
            yield message(
                "The registry has no text of {path}; take it from {address}.", path=file.path, address=known.address
            )
    held = {part.license for file in known.files if file.content is not None for part in file.identification.parts}
    texts = {one.removesuffix("-only").removesuffix("-or-later") for one in held}
    for term in _terms(license_):
        if term.license.removesuffix("-only").removesuffix("-or-later") not in texts:
            yield message(
                "The registry has no text of the licence {license}; ask {publisher}, or take it from the SPDX list.",
                license=term.license,
                publisher=known.publisher,
            )


def _line(value: object) -> str:
    text = " ".join(value.split()) if isinstance(value, str) else ""
    return text if len(text) <= LONGEST_LINE else f"{text[:LONGEST_LINE]}…"
