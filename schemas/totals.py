"""What many assessments come to: how many files are valid, usable, neither; how many findings."""

from __future__ import annotations

from dataclasses import dataclass

from .finding import Assessment, Message, Severity, message


@dataclass(slots=True)
class Totals:
    """Counts of assessments, added one by one, so that none has to be kept."""

    files: int = 0
    valid: int = 0
    usable: int = 0  # only those that are not valid
    unusable: int = 0
    errors: int = 0
    warnings: int = 0

    def add(self, assessment: Assessment) -> None:
        """Counts one file and its findings."""
        self.files += 1
        if assessment.valid:
            self.valid += 1
        elif assessment.usable:
            self.usable += 1
        else:
            self.unusable += 1
        errors = sum(finding.severity is Severity.ERROR for finding in assessment.findings)
        self.errors += errors
        self.warnings += len(assessment.findings) - errors

    @property
    def summary(self) -> Message:
        """All counts in one line."""
        return message(
            "files: {files}; valid: {valid}; not valid, but usable: {usable}; not valid and not usable: {unusable}; "
            "errors: {errors}; warnings: {warnings}",
            files=self.files,
            valid=self.valid,
            usable=self.usable,
            unusable=self.unusable,
            errors=self.errors,
            warnings=self.warnings,
        )
