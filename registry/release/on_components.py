"""The checks about what the software is made of: SBOM, compatibility, content of others, the compliance report."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...schemas.finding import Message, message
from .facts import ReleaseFacts, SbomFacts, Source
from .lines import NOTHING, Answer, declared, fulfilled, missing, unknowable
from .on_documents import Asked, found

_MAKE = message(
    "Have a tool make one with every build (SPDX or CycloneDX), and put it beside the code or to the release."
)
_REPORT = Asked(
    "compliance-report",
    re.compile(
        r"(?:docs?/)?(?:(?:open-?source-?)?(?:licen[sc]e-?)?compliance(?:-?report)?|授權(?:條款)?(?:合規|遵循|檢核)報?告?表?)"
        r"(?:\.[\w-]+)?\.(?:md|html?|odt|pdf|docx?|json|txt|rst|adoc)"
    ),
    "docs/compliance-report.odt",
)
_NOTICE = Asked(
    "notice",
    re.compile(r"(?:docs?/)?(?:notice|third[-_]?party[-_]?(?:notices?|licen[sc]es?)|credits|authors)(?:\.\w+)?"),
    "NOTICE",
)


def sbom_present(facts: ReleaseFacts) -> Answer:
    """There is a bill of materials."""
    if not facts.sboms:
        return _no_sbom(facts)
    places = ", ".join(one.place for one in facts.sboms[:3])
    return fulfilled(message("Found: {places}.", places=places))


def sbom_readable(facts: ReleaseFacts) -> Answer:
    """At least one bill of materials could be read."""
    if not facts.sboms:
        return _nothing_to_read(facts)
    good = _readable(facts.sboms)
    if good is not None:
        reason = message(
            "{place} ({format}) lists {count} packages.", place=good.place, format=good.format, count=good.packages
        )
        return fulfilled(reason) if good.packages else missing(reason, _MAKE)
    broken = next((one for one in facts.sboms if one.message is not None), None)
    if broken is None or broken.message is None:
        return unknowable(message("{place} has not been read.", place=facts.sboms[0].place), _collect(facts))
    return missing(broken.message, message("Make it anew with a tool that writes SPDX or CycloneDX."))


def sbom_complete(facts: ReleaseFacts) -> Answer:
    """The bill of materials has the NTIA minimum elements."""
    good = _readable(facts.sboms or ())
    if good is None:
        return (
            _nothing_to_read(facts)
            if not facts.sboms
            else unknowable(message("It could not be read."), _collect(facts))
        )
    if not good.missing:
        return fulfilled(message("{place} has all minimum elements.", place=good.place))
    names = ", ".join(good.missing)
    return missing(
        message("{place} lacks minimum elements of the NTIA: {names}.", place=good.place, names=names),
        message("Have the tool that makes it write these as well."),
    )


def _no_sbom(facts: ReleaseFacts) -> Answer:
    if facts.sboms is None:
        return unknowable(message("Nobody has looked for a bill of materials."))
    if facts.names is not None and facts.names.cut:
        return unknowable(message("The root has too many files to say that there is none."))
    return missing(message("There is no bill of materials."), _MAKE)


def _nothing_to_read(facts: ReleaseFacts) -> Answer:
    """That there is none is told once, by the first of the three lines."""
    return _no_sbom(facts) if facts.sboms is None else unknowable(message("There is none to read."), _MAKE)


def _readable(sboms: Sequence[SbomFacts]) -> SbomFacts | None:
    """Of those that could be read the one that lacks least."""
    good = [one for one in sboms if one.read and one.message is None]
    return min(good, key=lambda one: (len(one.missing), -one.packages), default=None)


def _collect(facts: ReleaseFacts) -> Message:
    if facts.source is Source.ENTRY:
        return message("Read it: `publiccode sbom collect`.")
    return message("Read it: `publiccode sbom read`.")


def third_party_marked(facts: ReleaseFacts) -> Answer:
    """Every file says whose it is; or a NOTICE lies at the root."""
    step = message("Mark each file, or whole folders in REUSE.toml, and run `reuse lint`.")
    scan = facts.scan
    if scan is not None and scan.files:
        marked = min(scan.with_license, scan.with_copyright)
        share = marked * 100 // scan.files
        values = {"marked": marked, "files": scan.files, "share": share, "day": scan.at.date()}
        reason = message(
            "{marked} of {files} files ({share} %) say their licence and their owner; scanned on {day}.", **values
        )
        return fulfilled(reason) if marked == scan.files else missing(reason, step)
    path = found(facts, _NOTICE)
    if isinstance(path, str):
        reason = message("{path} is there; the files themselves have not been scanned.", path=path)
        return fulfilled(reason, message("Scan them: `publiccode audit scan`."))
    return unknowable(message("The files have not been scanned."), message("Scan them: `publiccode audit scan`."))


def compliance_report(facts: ReleaseFacts) -> Answer:
    """A licence compliance report lies there, or is declared."""
    one = (facts.declared or {}).get("compliance-report")
    path = found(facts, _REPORT)
    if isinstance(path, str):
        return fulfilled(message("{path} is there.", path=path))
    if one is not None:
        return declared(one)
    step = message(
        "Have it made (`publiccode audit compliance`), fill in what only the agency knows, and keep it beside the code or declare "
        "it."
    )
    if path is None:
        return unknowable(message("No report is declared; whether one lies in the repository is not known."), step)
    return missing(message("There is no licence compliance report."), step)


def license_compatible(facts: ReleaseFacts) -> Answer:
    """Each licence in the SBOM beside the declared one."""
    outbound, sbom, answers = facts.license.normalized, _readable(facts.sboms or ()), facts.compatible
    if answers is None or not outbound or sbom is None:
        step = message("Declare the licence, and have an SBOM made: then each component can be compared.")
        return unknowable(message("There is nothing to compare: a declared licence and an SBOM are needed."), step)
    refused = [license_ for license_, answer in answers.items() if answer == "no"]
    unknown = sum(answer == "unknown" for answer in answers.values())
    if refused:
        named = ", ".join(refused[:5])
        reason = message("Not compatible with {outbound}: {licenses}.", outbound=outbound, licenses=named)
        return missing(reason, message("Replace these components, or have the licence of the whole reviewed."))
    if unknown or sbom.without_license:
        reason = message(
            "Not known for {packages} packages without a licence, nor for {licenses} licences.",
            packages=sbom.without_license,
            licenses=unknown,
        )
        return unknowable(reason, message("Find out the licences of these components, and write them into the SBOM."))
    conditions = "conditions" in answers.values()
    step = message("Some are compatible under conditions only; the compliance report tells which.")
    reason = message(
        "No licence of the components ({count}) stands against {outbound}.", count=len(answers), outbound=outbound
    )
    return fulfilled(reason, step if conditions else NOTHING)
