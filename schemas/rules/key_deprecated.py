"""Deprecated keys, with their successors where there are any. Warnings.

Deprecated are `monochromeLogo` (use `logo`), `inputTypes`, `outputTypes`, `genericName`, `legal.authorsFile` (drop
them), `legal.repoOwner` (use `organisation.name`), the Italian section in lower case (use `IT`), in it `conforme`
(use `supports`) and `riuso.codiceIPA` (use `organisation.uri`). Version 1.0 will remove them.

As in the reference, what stands in `it` is named by the key that it has after the rename, `IT.conforme`. That key has
no place in the file; the message says in which line it stands now. The reference does not warn about the whole
Italian section, although 0.7 deprecates all country sections; neither do we, yet.

Repair: as the help says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ..candidate import Candidate
from ..document import Document
from ..faults import NOWHERE
from ..finding import Finding, Message, Severity, message
from ..standard import Found, structure
from .organisation_uri import IPA

ID, SEVERITY = "key-deprecated", Severity.WARNING


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each deprecated key that is there."""
    for found in structure(document).present:
        if not found.key.deprecated or (found.key.path == "monochromeLogo" and not found.text):
            continue
        name = found.key.path.rpartition(".")[2]
        text = message("{name} is deprecated and will be removed", name=name)
        if found.path[0] == "it" and len(found.path) > 1:
            line, found = found.place[0], replace(found, path=("IT", *found.path[1:]), place=NOWHERE)
            text = message("{name} (line {line}) is deprecated and will be removed", name=name, line=line)
        yield found.finding(ID, SEVERITY, text, _help(found))


def _help(found: Found) -> Message:
    match found.key.path.split("."):
        case ["monochromeLogo"]:
            return message("Use logo instead.")
        case ["it"]:
            return message("Write IT instead.")
        case [*_, "repoOwner"]:
            return message("Use organisation.name instead.")
        case [*_, "conforme"]:
            return message("Remove it; name what the software meets under supports, such as id: alias:gdpr.")
        case [*_, "codiceIPA"]:
            return message("Write organisation.uri: {uri} instead.", uri=IPA + found.shown)
    return message("Remove it; it has no successor.")
