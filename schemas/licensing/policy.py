"""Policies about licences: data files that say which are allowed for code and for content, and how much each verdict weighs.

`policies/*.yml` are ours; an instance may have its own, of the same form (docs/licences.md). A policy is a value: two with the same
content are equal, whatever file they came from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..finding import Message, message
from ..vocabularies import license_name
from .concluded import code_text
from .expression import ExpressionError, Term, Tree, parse_expression, terms
from .found import NOASSERTION
from .policy_file import PolicyError as PolicyError  # part of this module's interface, as the next ones
from .policy_file import load_policy as load_policy
from .policy_file import policy_from_content as policy_from_content
from .policy_lists import Level as Level
from .policy_lists import Lists as Lists
from .policy_lists import Policy as Policy
from .policy_lists import Ruling as Ruling
from .policy_lists import Selector as Selector
from .verdict import Code
from .verdict_texts import CODES


@dataclass(frozen=True, slots=True)
class Decision:
    """What a policy says of an expression: the ruling, and the licence and the line that decide it."""

    ruling: Ruling
    license: str
    selector: Selector | None

    @property
    def reason(self) -> Message:
        """Why, in a sentence."""
        license_ = self.license
        if self.selector is None:
            return message("no list of the policy names {license}", license=license_)
        match self.selector.kind:
            case "id":
                return message("the policy names {license}", license=license_)
            case "beginning":
                return message(
                    "the policy names {beginning}…, such as {license}", beginning=self.selector.value, license=license_
                )
            case "family":
                return message("{license} is of the family {family}", license=license_, family=self.selector.value)
            case "osi":
                return message("the OSI approved {license}", license=license_)
        return message("the FSF counts {license} as free", license=license_)


@dataclass(frozen=True, slots=True)
class Violation:
    """What an entry's licence has against a policy. `rule` is one of RULES and never renamed: waivers name it."""

    rule: str
    level: Level
    message: Message
    help: Message


OF_CODES: Mapping[Code, str] = {
    Code.MISMATCH: "license-mismatch",
    Code.VERSION_DIFFERS: "license-version-differs",
    Code.VARIANT_DIFFERS: "license-variant-differs",
    Code.INCOMPLETE_TEXT: "license-text-incomplete",
    Code.RESTRICTION_ADDED: "license-restriction-added",
    Code.NO_TEXT: "no-license-text",
    Code.SEVERAL_TEXTS: "several-license-texts",
    Code.UNKNOWN: "license-text-unknown",
    Code.NOT_DECLARED: "license-not-declared",
    Code.NOT_SPDX: "license-not-spdx",
    Code.DEPRECATED_ID: "license-id-deprecated",
    Code.NOT_OPEN_SOURCE: "license-not-open-source",
    Code.CONTENT_LICENSE: "license-for-content",
    Code.HOST_DIFFERS: "license-host-differs",
}
"""Rules that follow from the codes of a verdict."""
OF_RULINGS: Mapping[Ruling, str] = {
    Ruling.FORBIDDEN: "license-forbidden",
    Ruling.REVIEW: "license-review",
    Ruling.DISCOURAGED: "license-discouraged",
}
"""Rules that follow from the policy's lists."""
RULES: Mapping[str, Message] = {
    **{rule: CODES[code].title for code, rule in OF_CODES.items()},
    "license-forbidden": message("The policy forbids the licence"),
    "license-review": message("The policy asks for a review of the licence"),
    "license-discouraged": message("The policy discourages the licence"),
}
"""All rules with their titles."""


TITLES: Mapping[Ruling, Message] = {
    Ruling.PREFERRED: message("preferred"),
    Ruling.ALLOWED: message("allowed"),
    Ruling.DISCOURAGED: message("discouraged"),
    Ruling.REVIEW: message("needs a review"),
    Ruling.FORBIDDEN: message("forbidden"),
}
"""The rulings in words."""


def decide(policy: Policy, expression: str, content: bool = False) -> Decision:
    """What `policy` says of an SPDX expression for code, or for content.

    Of a choice (OR) the best part counts, of what applies together (AND) the worst. In `MIT AND CC-BY-4.0` the licence made for
    content is judged as one for content, because another stands beside it for the code.

    Raises:
        ExpressionError: it is no SPDX expression.

    """
    return _decide(policy, parse_expression(expression).tree, content)


def _decide(policy: Policy, tree: Tree, content: bool) -> Decision:
    if isinstance(tree, Term):
        lists = policy.for_content if content else policy.for_code
        ruling, selector = lists.ruling(tree.license, policy.kinds)
        return Decision(ruling, tree.license, selector)
    made_for_content = [all(policy.kinds.for_content(term.license) for term in terms(part)) for part in tree.parts]
    apart = tree.operator == "AND" and not all(made_for_content)
    decisions = [
        _decide(policy, part, content or (apart and is_content))
        for part, is_content in zip(tree.parts, made_for_content, strict=True)
    ]
    choose = min if tree.operator == "OR" else max
    return choose(decisions, key=lambda decision: decision.ruling)


def violations(
    policy: Policy, codes: Iterable[str], concluded: str, declared: str = "", by_auditor: bool = False
) -> tuple[Violation, ...]:
    """What a verdict has against `policy`, in the order of the codes; the same for the same values.

    Args:
        policy: the policy.
        codes: the codes of the verdict.
        concluded: what was concluded, an expression or NOASSERTION.
        declared: what was declared, normalised; empty where it is no expression.
        by_auditor: an auditor concluded it, not the comparison of the texts.

    """
    levels = dict(policy.verdicts)
    found = [
        Violation(OF_CODES[code], levels[code], code_text(code, by_auditor).meaning, code_text(code, by_auditor).repair)
        for code in map(Code, dict.fromkeys(codes))
        if code in levels and code in OF_CODES
    ]
    decision = _worst(policy, (declared, concluded))
    weights = dict(policy.rulings)
    if decision is not None and decision.ruling in OF_RULINGS and decision.ruling in weights:
        rule = OF_RULINGS[decision.ruling]
        found.append(Violation(rule, weights[decision.ruling], _of_ruling(decision, policy), _what_to_do(decision)))
    return tuple(found)


def _worst(policy: Policy, expressions: Iterable[str]) -> Decision | None:
    decisions = []
    for expression in expressions:
        if expression and expression != NOASSERTION:
            try:
                decisions.append(decide(policy, expression))
            except ExpressionError:  # said by the verdict: not-spdx
                continue
    return max(decisions, key=lambda decision: decision.ruling, default=None)


def _of_ruling(decision: Decision, policy: Policy) -> Message:
    license_, name = license_name(decision.license), policy.name
    if decision.ruling is Ruling.FORBIDDEN:
        return message("The policy {policy} forbids “{license}” for code.", policy=name, license=license_)
    if decision.ruling is Ruling.REVIEW:
        return message("The policy {policy} asks for a review of “{license}” for code.", policy=name, license=license_)
    return message("The policy {policy} discourages “{license}” for code.", policy=name, license=license_)


def _what_to_do(decision: Decision) -> Message:
    if decision.ruling is Ruling.REVIEW:
        return message(
            "Have the licence reviewed. Where the outcome is that it may be used, record that as a waiver with its reason and end; "
            "a conclusion says which licence it is, not that the policy allows it."
        )
    return message(
        "Where the owner of the rights can, choose a licence that the policy allows; else record a waiver with its reason and end."
    )
