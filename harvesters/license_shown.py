"""Which licence a checkout shows: by the text in its licence files, and by what the metadata of its packages name."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ..schemas.drafts.new_file import about_license, license_by_text, two_licenses, versions_open
from ..schemas.finding import Message
from ..schemas.licensing.beside import verdict_of
from ..schemas.licensing.expression import ExpressionError, parse_expression
from ..schemas.licensing.found import NOASSERTION, Remark
from ..schemas.licensing.open_versions import leaves_open
from ..schemas.licensing.verdict import Code, LicenseVerdict
from .license_files import license_files
from .shown import suggested_license

_DOUBTS = {Remark.INCOMPLETE, Remark.RESTRICTED, Remark.EXTRA_TEXT}


@dataclass(frozen=True, slots=True)
class LicenseShown:
    """`license`: what may be written, empty where the owner of the rights has to decide; `note`: where it is from, or why not."""

    license: str = ""
    note: Message | None = None


def license_shown(folder: Path) -> LicenseShown:
    """The licence that the texts in `folder` leave no doubt about.

    Nothing is concluded from a text that breaks off or has words beside it, from several of different licences, or where the
    metadata name another one. A text of the GPL does not say whether later versions may be chosen: metadata that do decide it.
    """
    named, files = suggested_license(folder), license_files(folder)
    verdict = verdict_of("", files) if files else None
    if verdict is None or not _is_sure(verdict):
        return LicenseShown(note=about_license(named) if named else None)
    places = ", ".join(file.path for file in verdict.found if file.identification.concluded != NOASSERTION)
    found = verdict.concluded
    if named and _is_today(named) and Code.AGREE in verdict_of(named, files or ()).codes:
        found = named
    elif named:
        return LicenseShown(note=two_licenses(named, found, places))
    elif all(leaves_open(said) for file in verdict.found if (said := file.identification).concluded != NOASSERTION):
        return LicenseShown(note=versions_open(found, places))
    return LicenseShown(found, license_by_text(found, places))


def _is_sure(verdict: LicenseVerdict) -> bool:
    doubts = {remark for file in verdict.found for remark in file.identification.remarks} & _DOUBTS
    return verdict.concluded != NOASSERTION and not doubts and len(verdict.concluded.split()) == 1


def _is_today(license_: str) -> bool:
    try:
        return not parse_expression(license_).deprecated
    except ExpressionError:
        return False
