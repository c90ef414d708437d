"""What is to be said of a declaration beside the licence files, as text and next step of a finding.

Apart from the rules, because the comparison is loaded only where there are files to compare.
"""

from __future__ import annotations

from ..candidate import RepositoryFile
from ..finding import Message, message
from ..structure import shown
from .beside import verdict_of
from .evidence import evidence as evidence_of
from .families import base
from .found import NOASSERTION, Remark
from .found_texts import lines_of
from .open_versions import leaves_open, text_name
from .verdict import Code, FoundFile, LicenseVerdict

MOST_FILES = 3  # that a message names
Told = tuple[Message, Message]


def other_license(declared: str, files: tuple[RepositoryFile, ...]) -> Told | None:
    """Where the files say another licence than the declared one."""
    verdict = verdict_of(declared, files)
    if not verdict.normalized:  # no expression: what is meant has to be said first
        return None
    texts = ", ".join(evidence(file) for file in verdict.found if file.identification.concluded != NOASSERTION)
    text = _other(shown(declared), verdict, texts)
    return (text, _which(verdict)) if text is not None else None


def no_text(declared: str, files: tuple[RepositoryFile, ...]) -> Told | None:
    """Where the text of the declared licence is not there, or not whole."""
    verdict = verdict_of(declared, files)
    text = _missing(verdict)
    if text is None:
        return None
    if not verdict.normalized:  # which text it is to be, another finding asks first
        return text, message("Commit the unaltered text of the licence as LICENSE.")
    return text, message("Commit the unaltered text of {license} as LICENSE.", license=verdict.normalized)


def held(declared: str, files: tuple[RepositoryFile, ...]) -> Message | None:
    """What to write in place of a declaration that names no licence, where the files beside it are clear."""
    verdict = verdict_of(declared, files)
    told = next((file for file in verdict.found if file.identification.concluded == verdict.concluded), None)
    if told is None or verdict.concluded == NOASSERTION:
        return None
    if leaves_open(told.identification):
        return message(
            "{file} holds {license}: if it is the licence of the software, write {license}-only or {license}-or-later.",
            file=shown(told.path),
            license=name_of(told),
        )
    return message(
        "{file} holds {license}: write {license}, if it is the licence of the software.",
        file=shown(told.path),
        license=verdict.concluded,
    )


def restriction(declared: str, files: tuple[RepositoryFile, ...]) -> Told | None:
    """Where words beside a licence's text restrict what it allows."""
    verdict = verdict_of(declared, files)
    restricted = [file for file in verdict.found if Remark.RESTRICTED in file.identification.remarks]
    if Code.RESTRICTION_ADDED not in verdict.codes or not restricted:
        return None
    says = restricted[0].identification
    text = message(
        "beside the text of {text} stands a restriction that the licence does not have ({place})",
        text=evidence(restricted[0]),
        place=f"{shown(restricted[0].path)}:{lines_of(says.restrictions or says.left_over, MOST_FILES)}",
    )
    return text, message(
        "Take the sentence out, or declare a licence of its own (LicenseRef-…) if it is meant as a condition."
    )


def kind(declared: str) -> Told | None:
    """Where the declared licence is not open, or not for software."""
    codes = verdict_of(declared, ()).codes  # without files: what the declaration says by itself
    if Code.CONTENT_LICENSE in codes:
        text = message("{license} is a licence for texts and data, not for software", license=shown(declared))
    elif Code.NOT_OPEN_SOURCE in codes:
        text = message("{license} is approved neither by the OSI nor by the FSF", license=shown(declared))
    else:
        return None
    return text, message("Choose a licence for the software from https://opensource.org/licenses, such as EUPL-1.2.")


def evidence(file: FoundFile) -> str:
    """What a file says and in which lines: `MIT (LICENSE:1-21)`."""
    says = file.identification
    lines = [lines for part in says.parts if part.license in says.concluded for lines in part.lines]
    place = f":{min(first for first, _ in lines)}-{max(last for _, last in lines)}" if lines else ""
    return f"{name_of(file)} ({shown(file.path)}{place})"


def name_of(file: FoundFile) -> str:
    """What a file says, without `-only` where it does not say so."""
    return text_name(file.identification)


def _other(declared: str, verdict: LicenseVerdict, texts: str) -> Message | None:
    if Code.MISMATCH in verdict.codes:
        return message("{declared} is declared, the licence files say {texts}", declared=declared, texts=texts)
    if Code.VERSION_DIFFERS in verdict.codes:
        return message(
            "{declared} is declared, the licence files say another version: {texts}",
            declared=declared,
            texts=texts,
        )
    if Code.VARIANT_DIFFERS in verdict.codes:
        return message(
            "{declared} is declared, the licence files say a relative with other conditions: {texts}",
            declared=declared,
            texts=texts,
        )
    if Code.SEVERAL_TEXTS in verdict.codes:
        return message(
            "{declared} is declared, the licence files hold several, and nothing says which is the software's: {texts}",
            declared=declared,
            texts=texts,
        )
    return None


def _which(verdict: LicenseVerdict) -> Message:
    if Code.SEVERAL_TEXTS in verdict.codes:
        return message(
            "Say in LICENSE which licence is for what, or join them in legal.license: AND where all bind, OR where one may choose."
        )
    if verdict.concluded == NOASSERTION:
        return message(
            "Let the owner of the rights say which one is meant, then correct legal.license or the licence file."
        )
    right = verdict.concluded
    if any(leaves_open(file.identification) and file.identification.concluded == right for file in verdict.found):
        right = f"{right} / {base(right)}-or-later"
    return message(
        "If the files are right, write {license} as legal.license; if not, replace them by the text of {declared}.",
        license=right,
        declared=verdict.normalized or shown(verdict.declared),
    )


def _missing(verdict: LicenseVerdict) -> Message | None:
    if Code.INCOMPLETE_TEXT in verdict.codes:
        file = next((one for one in verdict.found if Remark.INCOMPLETE in one.identification.remarks), None)
        if file is not None:
            return message(
                "{file} holds {share} % of the text of {license}",
                file=shown(file.path),
                share=_share(file),
                license=name_of(file),
            )
    if Code.NO_TEXT in verdict.codes or Code.UNKNOWN in verdict.codes:
        return _unsaid(verdict)
    return None


def _unsaid(verdict: LicenseVerdict) -> Message:
    """Where no file has the text, or none says clearly whose it is."""
    told = evidence_of(verdict.found)
    speaking = {claim.path for claim in (*told.own, *told.folder)}
    named = next((one for one in verdict.found if one.path in speaking), None)
    files = ", ".join(shown(file.path) for file in verdict.found[:MOST_FILES])
    if named is not None and Remark.STATEMENT in named.identification.remarks:
        return message(
            "{file} names {license}, but the text of the licence is not there",
            file=shown(named.path),
            license=_named(named),
        )
    if not verdict.found:
        return message("there is no file with the text of the licence at the root of the repository")
    if Code.NO_TEXT in verdict.codes:
        return message("none of the files found is the licence of the software: {files}", files=files)
    if any(file.identification.parts for file in verdict.found):
        return message("{files} does not say which licence the software has", files=files)
    return message("no licence was recognised in {files}", files=files)


def _named(file: FoundFile) -> str:
    says = file.identification
    parts = dict.fromkeys(part.license for part in says.parts)
    return says.concluded if says.concluded != NOASSERTION else ", ".join(parts)


def _share(file: FoundFile) -> int:
    """How much of the licence's text is there, in per cent, never rounded up to the whole."""
    says = file.identification
    return int(100 * max((part.coverage for part in says.parts if part.license in says.concluded), default=0))
