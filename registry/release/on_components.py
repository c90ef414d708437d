"""The checks about what the software is made of: SBOM, compatibility, content of others, the compliance report."""

from __future__ import annotations

import re
from collections.abc import Mapping

from ...schemas.finding import Message, message
from ...schemas.licensing.verdict import Code
from .compatibilities import NOT_COMPARED
from .facts import ReleaseFacts, Source, shown_sbom
from .lines import NOTHING, Answer, State, fulfilled, listed, missing, unknowable
from .on_documents import Asked, found
from .on_upkeep import by_declaration
from .words import ELEMENTS, called

_MAKE = message(
    "Have a tool make one with every build (SPDX or CycloneDX), and put it beside the code or to the release."
)
_REPORT = Asked(
    "compliance-report",
    re.compile(
        r"(?:docs?/)?(?:open-?source-?)?(?:licen[sc]e-?compliance(?:-?report)?|compliance-?report-?licen[sc]es?"
        r"|授權(?:條款)?(?:合規|遵循|檢核)報?告?表?)"
        r"(?:\.[\w-]+)?\.(?:md|html?|odt|pdf|docx?|json|txt|rst|adoc)"
    ),
    "docs/license-compliance-report.odt",
)
_NOTICE = Asked(
    "notice",
    re.compile(r"(?:docs?/)?(?:notice|third[-_]?party[-_]?(?:notices?|licen[sc]es?)|credits|authors)(?:\.\w+)?"),
    "NOTICE",
)
# The texts give something else than is declared.
_AT_ODDS = frozenset({Code.MISMATCH, Code.VERSION_DIFFERS, Code.VARIANT_DIFFERS, Code.RESTRICTION_ADDED})
_FEW = 5  # names that a sentence tells


def sbom_present(facts: ReleaseFacts) -> Answer:
    """There is a bill of materials."""
    if not facts.sboms:
        return _no_sbom(facts)
    return fulfilled(message("Found: {places}.", places=listed([one.place for one in facts.sboms], _FEW)))


def sbom_readable(facts: ReleaseFacts) -> Answer:
    """At least one bill of materials could be read."""
    if not facts.sboms:
        return _nothing_to_read(facts)
    good = shown_sbom(facts.sboms)
    if good is not None:
        reason = message(
            "{place} ({format}) lists {count} packages.", place=good.place, format=good.format, count=good.packages
        )
        return fulfilled(reason) if good.packages else missing(reason, _MAKE)
    unread = next((one for one in facts.sboms if one.message is None), None)
    if unread is not None:
        return unknowable(message("{place} has not been read.", place=unread.place), _collect(facts))
    return missing(
        facts.sboms[0].message or NOTHING, message("Make it anew with a tool that writes SPDX or CycloneDX.")
    )


def sbom_complete(facts: ReleaseFacts) -> Answer:
    """The bill of materials that is shown has the NTIA minimum elements."""
    good = shown_sbom(facts.sboms or ())
    if good is None:
        return (
            _nothing_to_read(facts)
            if not facts.sboms
            else unknowable(message("It could not be read."), _collect(facts))
        )
    if not good.missing:
        return fulfilled(message("{place} has all minimum elements.", place=good.place))
    return Answer(
        State.NOT_FULFILLED,
        message("{place} lacks minimum elements of the NTIA", place=good.place),
        message("Have the tool that makes it write these as well."),
        named=called(good.missing, ELEMENTS),
    )


def _no_sbom(facts: ReleaseFacts) -> Answer:
    if facts.source is Source.ENTRY and not facts.collected:
        step = message(
            "Collect it: `publiccode sbom collect`; or look into the repository itself: `publiccode audit readiness {address}`.",
            address=facts.address,
        )
        return unknowable(
            message(
                "None has been collected; whether one lies elsewhere in the repository or at its releases is not known."
            ),
            step,
        )
    if facts.sboms is None:
        return unknowable(message("Nobody has looked for a bill of materials."))
    if facts.names is not None and facts.names.cut:
        return unknowable(message("Not all names of files were looked at, so that nobody can say that there is none."))
    return missing(message("There is no bill of materials."), _MAKE)


def _nothing_to_read(facts: ReleaseFacts) -> Answer:
    """That there is none is told once, by the first of the three lines."""
    absent = _no_sbom(facts)
    return absent if absent.state is State.UNKNOWABLE else unknowable(message("There is none to read."), _MAKE)


def _collect(facts: ReleaseFacts) -> Message:
    if facts.source is Source.ENTRY:
        return message("Read it: `publiccode sbom collect`.")
    return message("Read it: `publiccode sbom read`.")


def third_party_marked(facts: ReleaseFacts) -> Answer:
    """Every file says whose it is, by a scan of what is shown that read all of it."""
    step = message("Mark each file, or whole folders in REUSE.toml, and run `reuse lint`.")
    scan, again = facts.scan, message("Scan them: `publiccode audit scan`.")
    if scan is None:
        return _by_notice(facts, again)
    if scan.commit and facts.commit and scan.commit != (facts.head or facts.commit):
        return unknowable(
            message("The files were scanned at another commit ({commit}).", commit=scan.commit[:12]), again
        )
    if not scan.files:
        return unknowable(scan.cut or message("There were no files to scan."), again)
    marked = min(scan.with_license, scan.with_copyright)
    share = marked * 100 // scan.files
    values = {"marked": marked, "files": scan.files, "share": share, "day": scan.at.date()}
    reason = message(
        "{marked} of {files} files ({share} %) say their licence and their owner; scanned on {day}.", **values
    )
    if marked < scan.files:
        return missing(reason, step)
    if scan.compliant is False:
        return missing(message("The files are marked, but not as REUSE asks: `reuse lint` finds faults."), step)
    return unknowable(scan.cut, again) if scan.cut is not None else fulfilled(reason)


def _by_notice(facts: ReleaseFacts, step: Message) -> Answer:
    """A NOTICE or the like is a hint: it tells of others' content, and marks no file."""
    path = found(facts, _NOTICE)
    if isinstance(path, str):
        return unknowable(message("{path} is there; the files themselves have not been scanned.", path=path), step)
    return unknowable(message("The files have not been scanned."), step)


def compliance_report(facts: ReleaseFacts) -> Answer:
    """A licence compliance report lies there, or is declared."""
    path = found(facts, _REPORT)
    if isinstance(path, str):
        return fulfilled(message("{path} is there.", path=path))
    if "compliance-report" in (facts.declared or {}):
        return by_declaration(facts, "compliance-report")
    step = message(
        "Have it made (`publiccode audit compliance`), fill in what only the agency knows, and keep it beside the code as {place}, "
        "or declare it.",
        place=_REPORT.usual,
    )
    if path is None:
        return unknowable(message("No report is declared; whether one lies in the repository is not known."), step)
    return missing(message("There is no licence compliance report."), step)


def license_compatible(facts: ReleaseFacts) -> Answer:
    """Each licence in the bills of materials, and those that files state, beside the declared one."""
    outbound, answers = facts.license.normalized, facts.compatible or {}
    review = message("Replace these components, or have the licence of the whole reviewed.")
    if refused := _with_answer(answers, "no"):
        reason = message(
            "Not compatible with {outbound}: {licenses}.", outbound=outbound, licenses=listed(refused, _FEW)
        )
        return missing(reason, review)
    doubt = _doubt(facts, answers)
    if doubt is not None:
        return doubt
    conditions = _with_answer(answers, "conditions")
    count = len(answers)
    if not conditions:
        reason = message(
            "No licence of the components ({count}), used unchanged as libraries, stands against {outbound}.",
            count=count,
            outbound=outbound,
        )
        return fulfilled(reason)
    reason = message(
        "No licence of the components ({count}), used unchanged as libraries, stands against {outbound}; some fit under conditions "
        "only: {licenses}.",
        count=count,
        outbound=outbound,
        licenses=listed(conditions, 3),
    )
    return fulfilled(reason)


def _with_answer(answers: Mapping[str, str], wanted: str) -> list[str]:
    return [license_ for license_, answer in answers.items() if answer == wanted]


def _doubt(facts: ReleaseFacts, answers: Mapping[str, str]) -> Answer | None:
    """Why it is not known whether all fits; None where it is."""
    outbound, sboms = facts.license.normalized, facts.sboms or ()
    if stated := _with_answer(facts.files_compatible or {}, "no"):
        reason = message(
            "Files state licences that are not compatible with {outbound}, if they are part of the whole: {licenses}.",
            outbound=outbound,
            licenses=listed(stated, _FEW),
        )
        return unknowable(reason, message("Look at these files: `publiccode audit scan` names the licences of all."))
    if facts.license.codes[:1] and facts.license.codes[0] in _AT_ODDS:
        reason = message(
            "Declaration and licence files do not agree: into which licence the components go is not known."
        )
        return unknowable(reason, message("Settle the licence first; then each component can be compared."))
    if not answers or not outbound:
        step = message("Declare the licence, and have an SBOM made: then each component can be compared.")
        return unknowable(message("There is nothing to compare: a declared licence and an SBOM are needed."), step)
    step = message("Find out the licences of these components, and write them into the SBOM.")
    if unread := [one.place for one in sboms if not one.read or one.message is not None]:
        return unknowable(message("Not all could be read: {places}.", places=listed(unread, _FEW)), _collect(facts))
    packages, unknown = sum(one.without_license for one in sboms), len(_with_answer(answers, "unknown"))
    if packages or unknown:
        reason = message(
            "Not known for {packages} packages without a known licence, nor for {licenses} licences.",
            packages=packages,
            licenses=unknown,
        )
        return unknowable(reason, step)
    if beyond := len(_with_answer(answers, NOT_COMPARED)):
        return unknowable(message("Too many licences: {count} were not compared.", count=beyond), step)
    return None
