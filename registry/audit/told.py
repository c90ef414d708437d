"""What a recorded verdict tells, in sentences: the one place that knows whether the files said it or an auditor."""

from __future__ import annotations

from ...schemas.licensing.concluded import code_text, explained_conclusion
from ...schemas.licensing.found import Identification
from ...schemas.licensing.verdict import Code, FoundFile, LicenseVerdict
from ...schemas.licensing.verdict_texts import CodeText, Explanation, explained
from ..license_models import LicenseVerdictRecord


def verdict_of(record: LicenseVerdictRecord) -> LicenseVerdict:
    """The verdict that was recorded, without codes that this program does not know."""
    found = [
        FoundFile(
            file["path"], file["hash"], Identification.from_json(file["identification"]), file.get("target") or ""
        )
        for file in record.found
    ]
    codes = tuple(Code(code) for code in record.codes if code in set(Code))
    return LicenseVerdict(codes, record.declared, record.normalized, tuple(found), record.host, record.concluded)


def explanations(record: LicenseVerdictRecord) -> tuple[Explanation, ...]:
    """Each code of a recorded verdict with what stands where; with a conclusion, what was concluded and not what the files hold."""
    explain = explained if record.conclusion_id is None else explained_conclusion
    return explain(verdict_of(record))


def text_of(code: Code, record: LicenseVerdictRecord) -> CodeText:
    """What a code means in a recorded verdict."""
    return code_text(code, concluded=record.conclusion_id is not None)
