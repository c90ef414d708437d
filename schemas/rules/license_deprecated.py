"""legal.license uses no id that the SPDX list has deprecated.

Deprecated ids stay valid, in the reference too, but most of them leave something open: `GPL-3.0` does not say whether
later versions may be chosen as well. The list has two ids for that, `GPL-3.0-only` and `GPL-3.0-or-later`; they differ for
everybody who wants to combine the software with other software.

Repair: let the owner of the rights choose one of the ids that the help names.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Severity, message
from ..licensing.expression import ExpressionError, parse_expression
from .license_agrees import declaration

ID, SEVERITY = "license-deprecated", Severity.WARNING


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding where the expression holds deprecated ids."""
    found = declaration(document)
    if found is None:
        return
    try:
        deprecated = parse_expression(found.text).deprecated
    except ExpressionError:  # another rule says so
        return
    if not deprecated:
        return
    from ..licensing.reading import read_expression

    reading = read_expression(found.text)
    choices = reading.suggestions or (reading.normalized,)
    yield found.finding(
        ID,
        SEVERITY,
        message("the SPDX list has deprecated {ids}", ids=", ".join(deprecated)),
        message("Let the owner of the rights choose: {choices}.", choices=", ".join(choices))
        if choices != (found.text,)
        else message("The list names no successor; see https://spdx.org/licenses/."),
    )
