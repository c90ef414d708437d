"""What the policies say of one licence: ours, and the instance's own."""

from __future__ import annotations

import logging
from typing import Any

from ...schemas.licensing.policy import TITLES, Policy, PolicyError, decide, load_policy
from ...schemas.licensing.policy_file import policy_names
from ..presenting import say

log = logging.getLogger("publiccode.web")


def rulings(identifier: str, own: str, language: str) -> list[dict[str, Any]]:
    """For each policy what it says of a licence for code, and for texts and data; the instance's own first."""
    return [
        {
            "policy": policy.name,
            "title": policy.title(language),
            "source": policy.source,
            "in_force": in_force,
            "code": _ruling(policy, identifier, content=False),
            "content": _ruling(policy, identifier, content=True),
        }
        for policy, in_force in _policies(own)
    ]


def _policies(own: str) -> list[tuple[Policy, bool]]:
    """The policies, and whether each is the one of this instance."""
    names = [own, *(name for name in policy_names() if name != own)]
    return [(policy, name == own) for name in names if (policy := _loaded(name)) is not None]


def _loaded(name: str) -> Policy | None:
    try:
        return load_policy(name)
    except PolicyError as error:  # pages about licences are of use without it, too
        log.error("the policy of LICENSE_POLICY is not shown: %s", error)
        return None


def _ruling(policy: Policy, identifier: str, content: bool) -> dict[str, str]:
    decision = decide(policy, identifier, content)
    return {
        "ruling": str(decision.ruling),
        "title": say(TITLES[decision.ruling]),
        "reason": say(decision.reason),
    }
