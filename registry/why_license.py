"""What the comparison of licences gave for an entry: a step of every answer to "why?"."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlmodel import Session

from ..schemas.finding import Message, message
from ..schemas.licensing.found import NOASSERTION
from ..schemas.licensing.policy import OF_RULINGS, Violation, violations
from ..schemas.licensing.policy_file import PolicyError, policy_from_content
from ..schemas.licensing.policy_lists import Level
from ..schemas.licensing.verdict import Code
from .audit.conclusions import in_force, waivers_of
from .audit.past import method_at
from .audit.told import explanations
from .audit.verdicts import newest_verdict
from .columns import now
from .models import AssessmentRecord, AuditMethod, LicenseVerdictRecord, LicenseWaiver, Software
from .steps import NOTHING, Reader, Step

_ANOTHER = Message("Licence compared: the licence files say something else than publiccode.yml declares.")
_NO_TEXT = Message("Licence compared: the whole text of the declared licence is not there.")
_UNCLEAR = Message("Licence compared: publiccode.yml does not declare it in a way that programs can read.")
# Of the code that compares the declaration with the files; the rest stands in the details.
_TEXTS: Mapping[Code, Message] = {
    Code.AGREE: Message("Licence compared: the licence files say what publiccode.yml declares."),
    Code.MISMATCH: _ANOTHER,
    Code.VERSION_DIFFERS: _ANOTHER,
    Code.VARIANT_DIFFERS: _ANOTHER,
    Code.SEVERAL_TEXTS: Message("Licence compared: the licence files leave open which licence is the software's."),
    Code.INCOMPLETE_TEXT: _NO_TEXT,
    Code.NO_TEXT: _NO_TEXT,
    Code.RESTRICTION_ADDED: Message("Licence compared: words in the licence files seem to restrict it."),
    Code.NOT_DECLARED: _UNCLEAR,
    Code.NOT_SPDX: _UNCLEAR,
}
_OTHERWISE = Message("Licence compared: what the licence files hold was not recognised.")


def _weight(violation: Violation, policy: str) -> Message:
    """How much a policy says that a violation weighs."""
    match violation.level:
        case Level.ERROR:
            return message("The policy {policy} counts it as an error (`{rule}`).", policy=policy, rule=violation.rule)
        case Level.WARNING:
            return message("The policy {policy} counts it as a warning (`{rule}`).", policy=policy, rule=violation.rule)
    return message("The policy {policy} notes it (`{rule}`).", policy=policy, rule=violation.rule)


def license_step(session: Session, entry: Software, reader: Reader) -> Iterator[Step]:
    """How the licence that is declared stands beside the licence files, and what the policy says to it.

    Nothing where licences were never compared, or where nobody looked at the files: another catalogue lists the entry.
    """
    method, shown = method_at(session), session.get(AssessmentRecord, entry.shown_assessment_id)
    if method is None or shown is None or not shown.commit:
        return
    verdict = newest_verdict(session, entry.id)
    if verdict is None or not verdict.codes:
        yield Step("note", Message("The licence was not compared yet."), next=Message("Wait for the next harvest."))
        return
    waivers = [one for one in waivers_of(session, entry.id) if in_force(one, now(), reader.zone)]
    spoken = _violations(method, verdict)
    waived = {one.rule: one for one in waivers}
    left = sorted((one for one in spoken if one.rule not in waived), key=lambda one: list(Level).index(one.level))
    yield Step(
        _state(left, verdict),
        _text(verdict),
        verdict.at,
        left[0].help if left else NOTHING,
        tuple(_details(method.policy, verdict, spoken, waived, shown.valid)),
        audited=entry.slug,
    )


def _violations(method: AuditMethod, verdict: LicenseVerdictRecord) -> tuple[Violation, ...]:
    known = [code for code in verdict.codes if code in set(Code)]
    try:
        policy = policy_from_content(method.policy_content)
        by_auditor = verdict.conclusion_id is not None
        return violations(policy, known, verdict.concluded, verdict.normalized, by_auditor)
    except PolicyError:  # of another version of this program
        return ()


def _state(left: Sequence[Violation], verdict: LicenseVerdictRecord) -> str:
    if left:
        return "problem" if left[0].level is Level.ERROR else "note"
    return "ok" if verdict.codes[0] == Code.AGREE else "note"


def _text(verdict: LicenseVerdictRecord) -> Message:
    if verdict.conclusion_id is None:
        first = verdict.codes[0]
        return _TEXTS.get(Code(first), _OTHERWISE) if first in set(Code) else _OTHERWISE
    if verdict.concluded == NOASSERTION:
        return Message("Licence compared: an auditor concluded that nobody can know it.")
    return message("Licence compared: an auditor concluded {license}.", license=verdict.concluded)


def _details(
    policy: str,
    verdict: LicenseVerdictRecord,
    spoken: Sequence[Violation],
    waived: Mapping[str, LicenseWaiver],
    valid: bool,
) -> Iterator[Message]:
    """What stands where, how much the policy says it weighs, and why that may be more than in the check of the file."""
    yield from (one.text for one in explanations(verdict))
    for one in spoken:
        if one.rule in OF_RULINGS.values():
            yield one.message
        yield _weight(one, policy)
        if one.rule in waived:
            yield message("Until {day} it is waived (`{rule}`).", day=waived[one.rule].until, rule=one.rule)
    if valid and any(one.level is Level.ERROR and one.rule not in waived for one in spoken):
        yield Message(
            "The check of the file gives a warning at most, for the file itself meets the standard; "
            "the policy says what this catalogue expects of a licence."
        )
