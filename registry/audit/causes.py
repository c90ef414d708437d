"""Why a rule of the policy no longer speaks of an entry: only where the entry itself changed something was repaired."""

from __future__ import annotations

from enum import StrEnum

from ..license_models import LicenseVerdictRecord


class Cause(StrEnum):
    """What let a rule fall silent."""

    REPAIRED = "repaired"
    """What is declared, what the licence files hold or what the host detects changed."""
    POLICY = "policy"
    """The policy no longer weighs it: by the former one the rule would still speak."""
    AUDITOR = "auditor"
    """An auditor concluded something, or withdrew a conclusion."""
    COMPARISON = "comparison"
    """Neither of them: newer texts, another list or another program tell something else of the same files."""


def cause(before: LicenseVerdictRecord, now: LicenseVerdictRecord | None, still: bool) -> Cause:
    """Why a rule that spoke by the verdict `before` does not by the one `now`; `still`: by the former policy it would."""
    if now is None:
        return Cause.COMPARISON
    if still:
        return Cause.POLICY
    if now.conclusion_id not in (None, before.conclusion_id):
        return Cause.AUDITOR
    if _compared(before) != _compared(now):
        return Cause.REPAIRED
    return Cause.AUDITOR if now.conclusion_id != before.conclusion_id else Cause.COMPARISON


def _compared(verdict: LicenseVerdictRecord) -> tuple[object, ...]:
    """What a publisher can change."""
    return (verdict.declared, verdict.host, sorted((file["path"], file["hash"]) for file in verdict.found))
