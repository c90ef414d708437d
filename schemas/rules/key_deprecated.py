"""Deprecated keys, with their successors where there are any. Warnings.

Deprecated since 0.3 are `monochromeLogo` (use `logo`), `inputTypes`, `outputTypes` and `genericName` (drop them);
since 0.4 `legal.authorsFile` (drop it); since 0.5 `legal.repoOwner` (use `organisation.name`), the Italian section in
lower case, and within the section `conforme` (use `supports`) and `riuso.codiceIPA` (use `organisation.uri`); since 0.7
the whole Italian section (name its platforms under `supports`). Version 1.0 will remove them.

As in the reference, what stands in `it` is named by the key that it has after the rename, `IT.conforme`. That key has
no place in the file; the message says in which line it stands now. The reference does not warn about the whole
section `IT`, although 0.7 deprecates all country sections; we do.

Repair: as the help says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..candidate import Candidate
from ..document import Document
from ..faults import NOWHERE
from ..finding import Finding, Message, Severity, message
from ..structure import Found, structure
from .organisation_uri import IPA

ID, SEVERITY = "key-deprecated", Severity.WARNING


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each deprecated key that is there."""
    deprecated = (found for key, places in structure(document).groups() if key.deprecated for found in places)
    for found in deprecated:
        if found.key.path == "monochromeLogo" and not found.text:
            continue
        name = found.key.path.rpartition(".")[2]
        since = found.key.deprecated
        text = message("{name} is deprecated since version {since} and will be removed in 1.0", name=name, since=since)
        if name == "it":
            text = message("a country section in lower case is deprecated since version {since}", since=since)
        elif name == "IT":
            text = message(
                "country sections are deprecated since version {since} and will be removed in 1.0", since=since
            )
        elif found.path[0] == "it":
            line, found = found.place[0], replace(found, path=("IT", *found.path[1:]), place=NOWHERE)
            text = message(
                "{name} (line {line}) is deprecated since version {since} and will be removed in 1.0",
                name=name,
                line=line,
                since=since,
            )
        yield found.finding(ID, SEVERITY, text, _help(found))


def _help(found: Found) -> Message:
    match found.key.path.split("."):
        case ["monochromeLogo"]:
            return message("Use logo instead.")
        case ["it"]:
            return message(
                "Name the platforms under supports, such as id: alias:spid, and remove the section; or write IT."
            )
        case ["IT"]:
            return message("Name the platforms under supports, such as id: alias:spid, and remove the section.")
        case [*_, "repoOwner"]:
            return message("Write organisation.name instead, together with organisation.uri, which that section needs.")
        case [*_, "conforme"]:
            return message("Remove it; name what the software meets under supports, such as id: alias:gdpr.")
        case [*_, "codiceIPA"]:
            return message("Write organisation.uri: {uri} instead.", uri=IPA + found.shown)
    return message("Remove it; it has no successor.")
