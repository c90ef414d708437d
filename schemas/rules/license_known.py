"""legal.license is an SPDX licence expression.

Passes: ids of the SPDX licence list in upper or lower case, deprecated ones too (`GPL-3.0`, as in the reference);
several joined by `AND` and `OR`, with brackets; an exception after `WITH`; `LicenseRef-…` for a licence that is not
in the list.

Fails: names (`MIT License`), ids that do not exist (`AGPL-3`, `EUPL`), lists with commas, `NONE`, `NOASSERTION`.
Operators in lower case fail as well: SPDX 2.3 writes them in capitals and the reference refuses `or`, although SPDX
3.0 would take it.

Whether the licence is an open one, and whether the repository's licence text says the same, are other questions.

Repair: look the id up at https://spdx.org/licenses. Where several could be meant the help lists them; only the owner
of the rights can say which one it is. `publiccode fix` writes the id where there is one reading only.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Message, Severity
from ..licensing.expression import ExpressionError, parse_expression
from ..licensing.reading import next_step, suggested, what_is_wrong
from ..standard import Format
from ..structure import structure

ID, SEVERITY = "license-known", Severity.ERROR


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding where the licence is no SPDX expression."""
    for found in structure(document).of_format(Format.LICENSE):
        try:
            parse_expression(found.text)
        except ExpressionError as error:
            yield found.finding(ID, SEVERITY, what_is_wrong(found.text, error), _next_step(found.text, candidate))


def _next_step(text: str, candidate: Candidate) -> Message:
    meant = suggested(text)
    if not meant and candidate.license_files:
        from ..licensing.objections import held  # compares with licence texts, which most files do not need

        return held(text.strip(), candidate.license_files) or next_step(meant)
    return next_step(meant)
