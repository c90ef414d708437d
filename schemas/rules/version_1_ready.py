"""What version 1.0 of the standard will refuse, and nothing warns about yet. Only with `--notices`.

Version 1.0 is not released; its branch 1.0-rc removes the scope `government` and asks for telephone numbers by E.164
(`+886223456789`: + and the country's code, no leading 0 of the area code, no extension). It also removes all
deprecated keys, the country sections and country codes in lower case, about which the rules key-deprecated and
country-case warn today, and asks for YAML 1.2, which is how files are read here already. The standard's policy
promises at least six months between a deprecation and a new major version.

Repair: write the number with + and the country's code, without spaces; remove the scope.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..standard import Format
from ..structure import structure_of_version_1

ID, SEVERITY = "version-1-ready", Severity.WARNING
_E164 = re.compile(r"\+[1-9][0-9]{6,14}\Z")


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each place that the table of version 1 refuses and the one of version 0 does not."""
    table = structure_of_version_1(document)
    for found in table.present:
        if found.text in found.key.without:
            yield found.finding(
                ID,
                SEVERITY,
                message("version 1.0 will no longer have the value {value}", value=found.shown),
                message("Name the fields that the software is for instead."),
            )
    for found in table.of_format(Format.PHONE):
        if not _E164.match(found.text):
            yield found.finding(
                ID,
                SEVERITY,
                message("version 1.0 will ask for telephone numbers by E.164"),
                message("Write + and the country's code, then digits only, as in +886223456789."),
            )
