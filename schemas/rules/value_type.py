"""Every key has a value of its type: a text, true or false, a list, a section.

Where the standard asks for a text, a number passes too and stays as it was written (`softwareVersion: 1.10` is
“1.10”; the reference turns it into 1.1), and so do true and false. The one exception is `publiccodeYmlVersion`: a
number without quotes fails, as in the reference. Where the standard asks for true or false they are written `true`,
`True`, `TRUE` and `false`, `False`, `FALSE`; `yes`, `no`, `on`, `off` of the old YAML 1.1 fail, and so does anything
in quotes.

`platforms` must be a list. The standard's text also allows one text (“enumerated string or array of strings”), the
reference does not; we follow the reference. `isBasedOn` may be a text or a list.

Where keys stand in place of a list, or items in place of a section, the finding stands at the first of them. What
stands below a value of a wrong type is not judged, and its mandatory keys are not reported as missing.

Repair: as the help says.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..candidate import Candidate
from ..document import Document
from ..finding import Finding, Message, Severity, message
from ..nodes import Kind
from ..standard import Type
from ..structure import Found, shown, structure

ID, SEVERITY = "value-type", Severity.ERROR


def check(document: Document, candidate: Candidate) -> Iterator[Finding]:
    """One finding for each value of a wrong type."""
    for found in structure(document).mistyped:
        yield found.finding(ID, SEVERITY, _message(found), _help(found))


def _message(found: Found) -> Message:
    name = _name(found)
    kind = found.node.kind if found.node else Kind.NULL
    is_text = kind not in (Kind.LIST, Kind.MAPPING)
    match found.key.type:
        case Type.BOOLEAN if kind is Kind.TEXT and found.text in ("true", "false"):
            return message("{name} is true or false, here it stands in quotes and is a text", name=name)
        case Type.BOOLEAN if is_text:
            return message("{name} is true or false, here stands {value}", name=name, value=found.shown or '""')
        case Type.BOOLEAN:
            return message("{name} is true or false, here stands a list or a section", name=name)
        case Type.TEXT if kind is Kind.NUMBER:
            return message("{name} is a text, here stands the number {value}", name=name, value=found.shown)
        case Type.TEXT:
            return message("{name} is a text, here stands a list or a section", name=name)
        case Type.MAPPING if is_text:
            return message("{name} is a section with keys, here stands a text", name=name)
        case Type.MAPPING:
            return message("{name} is a section with keys, here stands a list", name=name)
        case _ if is_text:
            return message("{name} is a list, here stands a text", name=name)
    return message("{name} is a list, here stands a section with keys", name=name)


def _name(found: Found) -> str:
    """The key as the file has it; for an item that of its list, with the number that the finding's key has as well."""
    steps = [str(step) for step in found.path if isinstance(step, str)]
    wanted = found.key.path.count(".") + 1  # a mistyped list or section is named by its first key or item
    return shown(steps[min(wanted, len(steps)) - 1] + "[…]" * found.key.path.endswith("[]"))


def _help(found: Found) -> Message:
    match found.key.type:
        case Type.BOOLEAN:
            return message("Write true or false, without quotes.")
        case Type.TEXT if found.key.path == "publiccodeYmlVersion":
            return message('Write publiccodeYmlVersion: "0", with the quotes.')
        case Type.TEXT:
            return message("Write one text after the colon, in quotes where it begins with [ or {{.")
        case Type.LIST | Type.TEXT_OR_LIST if found.text.startswith("-"):
            return message("Write a space after the hyphen of each item, as in “- web”.")
        case Type.MAPPING:
            return message("Write the keys below it, each on a line of its own and indented by two spaces.")
    return message("Write each item on a line of its own that begins with “- ”.")
