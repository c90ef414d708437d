"""The checks about publiccode.yml and the licence."""

from __future__ import annotations

from ...schemas.finding import Message, Severity, message
from ...schemas.licensing.approval import approved
from ...schemas.licensing.expression import ExpressionError, parse_expression
from ...schemas.licensing.found import NOASSERTION
from ...schemas.licensing.found_texts import joined, lines_of, told
from ...schemas.licensing.open_versions import text_name
from ...schemas.licensing.verdict import Code
from ...schemas.licensing.verdict_texts import CODES
from .facts import LicenseFile, ReleaseFacts, Source
from .lines import NOTHING, Answer, fulfilled, missing, unknowable

_CHECKOUT = message("Check a checkout, where links can be followed: `publiccode audit readiness .`")


def publiccode_file(facts: ReleaseFacts) -> Answer:
    """publiccode.yml is there and valid."""
    if facts.assessment is None:
        step = message("Write it: `publiccode new`, or the editor of this catalogue.")
        return missing(message("There is no publiccode.yml at the root."), step)
    errors = sum(finding.severity is Severity.ERROR for finding in facts.assessment.findings)
    warnings = len(facts.assessment.findings) - errors
    if facts.assessment.valid:
        reason = message("publiccode.yml is valid; warnings: {warnings}.", warnings=warnings)
        return fulfilled(reason)
    step = message("Repair it: `publiccode fix`, then `publiccode validate`.")
    first = next(finding for finding in facts.assessment.findings if finding.severity is Severity.ERROR)
    reason = message(
        "publiccode.yml is not valid; errors: {errors}, the first in line {line}: {key} [{rule}].",
        errors=errors,
        line=first.line,
        key=first.key or "publiccode.yml",
        rule=first.rule,
    )
    return missing(reason, step)


def license_file(facts: ReleaseFacts) -> Answer:
    """A licence file at the root holds a licence."""
    files = facts.license.files
    if files is None:
        return unknowable(message("Nobody has looked for licence files."), _look(facts))
    step = message("Put the whole text of the licence into a file LICENSE at the root.")
    at_root = [file for file in files if "/" not in file.path]
    if facts.license.not_read and not at_root:
        path = facts.license.not_read[0]
        return unknowable(message("{path} is a link, which was not followed.", path=path), _CHECKOUT)
    if not at_root:
        return missing(message("There is no licence file at the root."), step)
    holding = next((file for file in at_root if file.identification.concluded != NOASSERTION), None)
    if holding is None:
        path = at_root[0].path
        return unknowable(message("What licence {path} holds cannot be told.", path=path), step)
    held = text_name(holding.identification)
    return fulfilled(message("{path} holds {license}.", path=holding.path, license=held))


def license_id(facts: ReleaseFacts) -> Answer:
    """The declaration is an SPDX expression."""
    declared, normalized = facts.license.declared, facts.license.normalized
    step = message("Write the SPDX id of the licence as legal.license of publiccode.yml.")
    if not declared or declared == NOASSERTION:
        return missing(message("No licence is declared."), step)
    if not normalized:
        return missing(message("“{declared}” is no SPDX expression.", declared=declared), step)
    if Code.DEPRECATED_ID in facts.license.codes:
        reason = message(
            "“{declared}” has an id that SPDX replaced; today it is {license}.", declared=declared, license=normalized
        )
        return missing(reason, step)
    return fulfilled(message("Declared is {license}.", license=normalized))


def license_free(facts: ReleaseFacts) -> Answer:
    """The licence is an open source one, and the policy of the catalogue allows it."""
    told = facts.license.normalized or facts.license.concluded
    step = message("Have the owner of the rights choose a licence that the OSI approved.")
    if not told or told == NOASSERTION:
        return missing(message("No licence is known: without one nobody may reuse the software."), step)
    try:
        tree = parse_expression(told).tree
    except ExpressionError:
        return unknowable(message("Whether {license} is a free licence is not known here.", license=told), step)
    osi, fsf = approved(tree, "osi"), approved(tree, "fsf")
    if not osi and not fsf:
        if osi is None or fsf is None:
            return unknowable(message("Whether {license} is a free licence is not known here.", license=told), step)
        return missing(message("Neither the OSI nor the FSF counts {license} as free.", license=told), step)
    against = _by_policy(told, facts.license.policy, facts.license.ruling)
    if against is not None:
        return missing(against, message("Have the licence reviewed, or choose one that the policy allows."))
    if osi:
        return fulfilled(message("The OSI approved {license}.", license=told))
    return fulfilled(message("The FSF counts {license} as free.", license=told))


def _by_policy(license_: str, policy: str, ruling: str) -> Message | None:
    """What stands in the way by the policy of the catalogue."""
    if ruling == "forbidden":
        return message("{license} is free, but the policy {policy} forbids it.", license=license_, policy=policy)
    if ruling == "review":
        return message("{license} is free, but the policy {policy} asks for a review.", license=license_, policy=policy)
    return None


def license_agrees(facts: ReleaseFacts) -> Answer:
    """The verdict about declaration and texts."""
    if facts.license.files is None or not facts.license.codes:
        return unknowable(message("Declaration and licence files were not compared."), _look(facts))
    said = Code(facts.license.codes[0])
    if said is Code.AGREE:
        where = _shown_in(facts.license.files)
        if facts.license.concluded_by:
            by = facts.license.concluded_by
            return fulfilled(message("An auditor ({by}) concluded the licence that is declared.", by=by))
        return fulfilled(message("The licence files give what is declared{where}.", where=where))
    text = CODES[said]
    if said is Code.UNKNOWN:
        return unknowable(text.meaning, text.repair)
    if facts.license.not_read:
        path = facts.license.not_read[0]
        return unknowable(message("{path} is a link, which was not followed.", path=path), _CHECKOUT)
    return missing(_both_named(facts) or text.meaning, text.repair)


def _both_named(facts: ReleaseFacts) -> Message | None:
    """What is declared and what a licence file holds, where these differ."""
    files = facts.license.files or ()
    normalized = facts.license.normalized
    other = next((file for file in files if file.identification.concluded not in ("", NOASSERTION, normalized)), None)
    if other is None or not normalized or facts.license.codes[0] != Code.MISMATCH:
        return None
    return message(
        "Declared is {declared}, but {path} holds {license}.",
        declared=normalized,
        path=other.path,
        license=text_name(other.identification),
    )


def _shown_in(files: tuple[LicenseFile, ...]) -> str:
    """Where the first licence text stands, as ` (LICENSE:1–201)`."""
    for file in files:
        for part in told(file.identification):
            if lines := lines_of(joined(part, file.identification)):
                return f" ({file.path}:{lines})"
    return ""


def _look(facts: ReleaseFacts) -> Message:
    if facts.source is Source.ENTRY:
        return message("Harvest it: `publiccode harvest`; then `publiccode audit evaluate`.")
    return NOTHING
