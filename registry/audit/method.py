"""By what licences are judged: the functions that do it, and what names them in the history."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...schemas.licensing.found import Identification
from ..models import AuditMethod, LicenseVerdictRecord
from ..origins import SUFFIX

if TYPE_CHECKING:
    from ...schemas.licensing.verdict import FoundFile, LicenseVerdict

_LICENSING = Path(__file__).parents[2] / "schemas" / "licensing"

Judge = Callable[[str, "Sequence[FoundFile]", str], "LicenseVerdict"]
Rules = Callable[[LicenseVerdictRecord], frozenset[str]]
"""From a verdict to the rules of a policy that it violates."""


@dataclass(frozen=True)
class Method:
    """By what licences are judged.

    `policy` and `policy_content`, `license_list`, `texts` and `program` are those of AuditMethod: `policy_content` holds which
    licences were of which kind, too, and `texts` changes with the code that compares them. `violated_by` makes of a policy's
    content the function that judges by it; `zone` is the one in which waivers end. The functions are handed in, so that what
    holds the texts is loaded only where a text is compared.
    """

    policy: str
    policy_content: Mapping[str, Any]
    license_list: str
    texts: str
    program: str
    identify: Callable[[bytes, str], Identification]
    judge: Judge
    violated_by: Callable[[Mapping[str, Any]], Rules]
    zone: tzinfo = field(default=UTC)

    def record(self) -> dict[str, Any]:
        """The columns of AuditMethod."""
        return {
            "policy": self.policy,
            "policy_content": dict(self.policy_content),
            "license_list": self.license_list,
            "texts": self.texts,
            "program": self.program,
        }

    def differs(self, former: AuditMethod | None) -> bool:
        """Whether something else judges now than `former` says; another program alone is none."""
        told = ("policy", "policy_content", "license_list", "texts")
        return former is None or any(getattr(former, name) != self.record()[name] for name in told)


class MethodError(ValueError):
    """The policy that is asked for cannot be used; the text says why, and what to do."""


def method(policy: str, zone: tzinfo) -> Method:
    """What judges in this instance, by the policy of this name or in this file.

    Raises:
        MethodError: there is no such policy, or its file cannot be read.

    """
    from ... import __version__
    from ...schemas.licensing.identify import identify, texts_version
    from ...schemas.licensing.policy_file import PolicyError, load_policy
    from ...schemas.licensing.verdict import judge

    try:
        chosen = load_policy(policy)
    except PolicyError as error:
        raise MethodError(str(error)) from error
    return Method(
        policy=chosen.name,
        policy_content=chosen.record(),
        license_list=license_list(),
        texts=texts_version(),
        program=__version__,
        identify=identify,
        judge=judge,
        violated_by=violated_by,
        zone=zone,
    )


def violated_by(content: Mapping[str, Any]) -> Rules:
    """From the content of a policy, as AuditMethod keeps it, to the function that tells which of its rules a verdict violates.

    Raises:
        MethodError: the content is of a version that is no longer read.

    """
    from ...schemas.licensing.policy import violations
    from ...schemas.licensing.policy_file import PolicyError, policy_from_content

    try:
        policy = policy_from_content(content)
    except PolicyError as error:
        raise MethodError(str(error)) from error

    def violated(verdict: LicenseVerdictRecord) -> frozenset[str]:
        found = violations(
            policy, verdict.codes, verdict.concluded, verdict.normalized, by_auditor=verdict.conclusion_id is not None
        )
        return frozenset(violation.rule for violation in found)

    return violated


@cache
def license_list() -> str:
    """The version of the SPDX list that is used."""
    file = _LICENSING.parent / "vocabularies" / f"spdx-licenses.json{SUFFIX}"
    return str(tomllib.loads(file.read_text("utf-8"))["version"])
