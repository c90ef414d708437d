"""The checks before a release, judged: a pure function over gathered facts. See docs/readiness.md."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from ...schemas.finding import message
from . import on_components, on_documents, on_license, on_upkeep
from .facts import ReleaseFacts
from .lines import Answer, Line, Readiness, unknowable
from .lines import State as State  # part of this module's interface
from .table import CHECKS, Check

Judge = Callable[[ReleaseFacts], Answer]


def _document(name: str) -> Judge:
    return partial(on_documents.document, name=name)


def _declaration(kind: str) -> Judge:
    return partial(on_upkeep.by_declaration, kind=kind)


JUDGES: Mapping[str, Judge] = {
    "publiccode-file": on_license.publiccode_file,
    "license-file": on_license.license_file,
    "license-id": on_license.license_id,
    "license-free": on_license.license_free,
    "license-agrees": on_license.license_agrees,
    "sbom-present": on_components.sbom_present,
    "sbom-readable": on_components.sbom_readable,
    "sbom-complete": on_components.sbom_complete,
    "license-compatible": on_components.license_compatible,
    "third-party-marked": on_components.third_party_marked,
    "compliance-report": on_components.compliance_report,
    "not-sensitive": _declaration("no-sensitive-data"),
    "no-secrets": on_upkeep.no_secrets,
    "security-scan": on_upkeep.security_scan,
    "cve-check": _declaration("cve-check"),
    "security-policy": _document("security"),
    "readme": _document("readme"),
    "release-notes": on_documents.release_notes,
    "data-structure": _document("data-structure"),
    "contributing": _document("contributing"),
    "issue-template": _document("issue-template"),
    "patch-template": _document("patch-template"),
    "code-of-conduct": _document("code-of-conduct"),
    "governance": _document("governance"),
    "all-code-public": _declaration("all-code-public"),
    "contributions-welcome": _document("contributing"),
    "objectives": on_upkeep.objectives,
    "open-standards": on_upkeep.open_standards,
    "free-license": on_license.license_free,
    "maintenance-tier": on_upkeep.maintenance_tier,
    "contacts": on_upkeep.contacts,
    "accessibility": on_upkeep.accessibility,
    "openchain-5230": _declaration("openchain-5230"),
    "openchain-18974": _declaration("openchain-18974"),
    "contract-rights": _declaration("contract"),
    "contract-deliverables": _declaration("contract"),
}
"""By what each check of the table is judged."""


OF_THE_FILE = {
    *("publiccode-file", "license-id", "license-free", "free-license", "objectives", "open-standards", "contacts"),
}
"""Judged by publiccode.yml, of which nothing is known where another catalogue alone describes the software."""
_GIVEN = unknowable(
    message("Another catalogue describes the software; nobody has read its repository."),
    message("Harvest its repository, or check a checkout: `publiccode audit readiness .`"),
)


def readiness(facts: ReleaseFacts) -> Readiness:
    """Every check of the table, judged by what is known; the same for the same facts."""
    return Readiness(tuple(_line(facts, check) for check in CHECKS))


def _line(facts: ReleaseFacts, check: Check) -> Line:
    of_file = facts.is_listed_only and check.id in OF_THE_FILE
    answer = _GIVEN if of_file else JUDGES[check.id](facts)
    return Line(
        answer.state,
        answer.reason,
        answer.next,
        answer.evidence,
        answer.named,
        check=check.id,
        title=check.title,
    )
