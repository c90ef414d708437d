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
from ..finding import Finding, Message, Severity, message
from ..licensing.expression import ExpressionError, parse_expression
from ..licensing.slips import meant
from ..standard import Format
from ..structure import Found, shown, structure

ID, SEVERITY = "license-known", Severity.ERROR


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding where the licence is no SPDX expression."""
    for found in structure(document).of_format(Format.LICENSE):
        try:
            parse_expression(found.text)
        except ExpressionError as error:
            yield found.finding(ID, SEVERITY, _message(found, error), _help(found))


def _message(found: Found, error: ExpressionError) -> Message:
    license_, word = found.shown, shown(error.word)
    match error.problem:
        case "unknown-license" if error.word == found.text.strip():
            return message("{license} is no SPDX license identifier", license=license_)
        case "unknown-license":
            return message("{word} in “{license}” is no SPDX license identifier", word=word, license=license_)
        case "unknown-exception":
            return message("{word} in “{license}” is no SPDX license exception", word=word, license=license_)
        case "operator-case":
            return message("“{license}” has the operator {word} in lower case", word=word, license=license_)
        case "too-long" | "too-deep":
            return message("the license expression is too long or has too many brackets")
    return message("“{license}” is no SPDX license expression", license=license_)


def _help(found: Found) -> Message:
    choices = meant(found.text)
    if len(choices) == 1:
        return message("Did you mean {near}?", near=choices[0])
    if choices:
        return message("Which one do you mean? {choices}", choices=", ".join(choices))
    return message(
        "Look the identifier up at https://spdx.org/licenses, such as EUPL-1.2; join several with AND or OR in capitals."
    )
