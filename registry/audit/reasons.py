"""Why a rule of the policy may be waived: few reasons, and fixed."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from ...schemas.finding import Message, message


class WaiverReason(StrEnum):
    """Why a rule is waived. Few and fixed, so that reports can be counted by them; what is special stands in the remark."""

    CANNOT_FIX = "cannot-fix"
    REPAIR_ANNOUNCED = "repair-announced"
    PERMISSION_OBTAINED = "permission-obtained"
    WRONG_FINDING = "wrong-finding"
    PART_NOT_DISTRIBUTED = "part-not-distributed"
    POLICY_EXCEPTION = "policy-exception"


WAIVER_REASONS: Mapping[WaiverReason, Message] = {
    WaiverReason.CANNOT_FIX: message(
        "Cannot be repaired: who could change the licence is not to be reached, or not entitled."
    ),
    WaiverReason.REPAIR_ANNOUNCED: message("The publisher has announced the repair, and has time until the end date."),
    WaiverReason.PERMISSION_OBTAINED: message(
        "The holder of the rights has given a permission that goes beyond the licence."
    ),
    WaiverReason.WRONG_FINDING: message("The finding is wrong: the comparison was misled by the file."),
    WaiverReason.PART_NOT_DISTRIBUTED: message(
        "It concerns a part that is not passed on: tests, examples, tools for building."
    ),
    WaiverReason.POLICY_EXCEPTION: message("An exception from the policy was granted to this software."),
}
