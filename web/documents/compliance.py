"""The licence compliance report as an OpenDocument text, in which the agency fills in what only it knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ... import __version__
from ..translation import gettext
from .odt import MIMETYPE, OdtDocument

ODT = MIMETYPE
_WIDTHS = (4.2, 9.6, 3.2)


def compliance_odt(told: Mapping[str, Any], language: str, catalogue: str) -> bytes:
    """The document's bytes; `told` as `compliance_data` gives it."""
    subject = told["subject"]
    header = gettext(
        "%(catalogue)s, version %(version)s – %(day)s", catalogue=catalogue, version=__version__, day=told["day"]
    )
    page = gettext("Page %(number)s of %(count)s", number="{number}", count="{count}")
    title = f"{gettext('Licence compliance report')}{gettext(': ')}{subject['name']}"
    document = OdtDocument(language, title, header, page)
    document.paragraph(told["notice"], "Note")
    if told["warning"]:
        document.paragraph(f"{gettext('Attention:')} {told['warning']}", "Note")
    for number, fields in (("I", told["basic"]), ("II", told["licenses"])):
        _head(document, told, number)
        _fields(document, fields)
    if told["components"]:
        _components(document, told["components"])
        _more(document, told["more_components"])
    _head(document, told, "III")
    _fields(document, told["use"])
    _head(document, told, "IV")
    if not told["duties"]:
        document.paragraph(_blank(gettext("no licence is known; write what it obliges to")), "Blank")
    for one in told["duties"]:
        _duties(document, one)
    _more(document, told["more_duties"])
    return document.content()


def _head(document: OdtDocument, told: Mapping[str, Any], number: str) -> None:
    document.heading(1, f"{gettext('Part %(number)s', number=number)}{gettext(': ')}{told['parts'][number]}")


def _more(document: OdtDocument, count: int) -> None:
    if count:
        document.paragraph(gettext("And %(count)s more licences, which are not listed here.", count=count))


def _fields(document: OdtDocument, fields: Sequence[Mapping[str, Any]]) -> None:
    head = (gettext("Field"), gettext("What is known"), gettext("From"))
    rows = []
    for field in fields:
        values = [(value, "") for value in field["values"]]
        origin = field["origin"] if values else gettext("agency")
        rows.append(
            [[(field["title"], "Cell_20_heading")], values or [(_blank(field["hint"]), "Blank")], [(origin, "")]]
        )
    document.table(head, rows, _WIDTHS)


def _components(document: OdtDocument, rows: Sequence[Mapping[str, Any]]) -> None:
    document.heading(2, gettext("Licences of the components"))
    head = (gettext("Licence"), gettext("Packages"), gettext("May go into the declared licence"))
    told = [
        [
            [(row["license"] or gettext("not stated"), "")],
            [(str(row["packages"]), "")],
            [(row["compatible_title"] or gettext("not compared"), "")],
        ]
        for row in rows
    ]
    document.table(head, told, (8.5, 2.5, 6.0))


def _duties(document: OdtDocument, one: Mapping[str, Any]) -> None:
    document.heading(2, one["license"])
    kinds = {
        "software": gettext("licence of the software"),
        "file": gettext("licence of a licence file, not the declared one"),
        "component": gettext("licence of a component"),
    }
    kind = kinds[one["of"]]
    document.paragraph(f"{one['name']}{gettext(', ')}{kind}" if one["name"] != one["license"] else kind, "Lead")
    if one["exception"]:
        said = gettext(
            "The exception %(exception)s permits more than what stands here: read its text.", exception=one["exception"]
        )
        document.paragraph(said)
    if one["must"]:
        document.paragraph(gettext("It asks:"), "Lead")
        for text in one["must"]:
            document.paragraph(f"☐ {text}", "Item")
    else:
        nothing = gettext("It asks for nothing.")
        document.paragraph(
            nothing if one["known"] else gettext("This catalogue has no description of it: read its text.")
        )
    if one["limits"]:
        document.paragraph(gettext("It does not give:"), "Lead")
        for text in one["limits"]:
            document.paragraph(f"– {text}", "Item")
    document.paragraph(_blank(gettext("how this is fulfilled")), "Blank")


def _blank(hint: str) -> str:
    said = gettext("To be filled in by the agency")
    return f"{said}{gettext(': ')}{hint}" if hint else said
