"""By what licences are judged: the functions that do it, and what names them in the history."""

from __future__ import annotations

import hashlib
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
Rules = Callable[[Mapping[str, Any], LicenseVerdictRecord], frozenset[str]]
"""From a policy's content and a verdict to the rules that are violated."""


@dataclass(frozen=True)
class Method:
    """By what licences are judged.

    `policy` and `policy_content`, `license_list`, `texts` and `program` are those of AuditMethod; `judge` names the state of what
    compares declaration and texts. `zone` is the one in which waivers end. The functions are handed in, so that the parts that
    hold the texts are loaded only where a text is compared.
    """

    policy: str
    policy_content: Mapping[str, Any]
    license_list: str
    texts: str
    program: str
    judge_version: str
    identify: Callable[[bytes, str], Identification]
    judge: Judge
    violated: Rules
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


@cache
def judge_version() -> str:
    """A short name of what compares declarations and texts: changes whenever its code or one of its tables does."""
    digest = hashlib.sha256()
    for file in sorted([*_LICENSING.glob("*.py"), *_LICENSING.glob("*.json")]):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()[:12]


class MethodError(ValueError):
    """The policy that is asked for cannot be used; the text says why, and what to do."""


def method(policy: str, zone: tzinfo) -> Method:
    """What judges in this instance, by the policy of this name or in this file.

    Raises:
        MethodError: there is no such policy, or its file cannot be read.

    """
    from ... import __version__
    from ...schemas.licensing.identify import identify, texts_version
    from ...schemas.licensing.policy import PolicyError, load_policy
    from ...schemas.licensing.verdict import judge

    try:
        chosen = load_policy(policy)
    except PolicyError as error:
        raise MethodError(str(error)) from error
    return Method(
        policy=chosen.name,
        policy_content=chosen.content(),
        license_list=license_list(),
        texts=texts_version(),
        program=__version__,
        judge_version=judge_version(),
        identify=identify,
        judge=judge,
        violated=violated,
        zone=zone,
    )


def violated(content: Mapping[str, Any], verdict: LicenseVerdictRecord) -> frozenset[str]:
    """The rules of a policy (its content, as AuditMethod keeps it) that a verdict violates."""
    from ...schemas.licensing.policy import policy_from_content, violations

    policy = policy_from_content(content)
    found = violations(policy, verdict.codes, verdict.concluded, verdict.normalized or verdict.declared)
    return frozenset(violation.rule for violation in found)


@cache
def license_list() -> str:
    """The version of the SPDX list that is used."""
    file = _LICENSING.parent / "vocabularies" / f"spdx-licenses.json{SUFFIX}"
    return str(tomllib.loads(file.read_text("utf-8"))["version"])
