"""A rule of a source: for which pairs of licences it holds, and what it answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ...finding import Message
from .answers import Answer, Statement, Use
from .ids import License

ANY = frozenset("*")
"""Every licence."""


@dataclass(frozen=True, slots=True)
class Rule:
    """For code under one of `inbound` in a work under one of `outbound` (ids; without `-only` and `-or-later` for both).

    `merge` and `link` are the answers for the two kinds of use; None: the rule says nothing of it. The reason may name
    `{inbound}` and `{outbound}`.
    """

    id: str
    inbound: frozenset[str]
    outbound: frozenset[str]
    merge: Answer | None
    link: Answer | None
    reason: Message
    place: str = ""
    address: str = ""

    def about(self, inbound: License, outbound: License) -> bool:
        """Whether it holds for these two."""
        return _named(inbound, self.inbound) and _named(outbound, self.outbound)


def _named(license_: License, names: frozenset[str]) -> bool:
    """Whether a set names it, by its text or by its whole id."""
    return license_.base in names or license_.bare in names or names is ANY


def filled(reason: Message, inbound: License, outbound: License, **values: str) -> Message:
    """The sentence with the names of the licences that it has places for."""
    known = {"inbound": inbound.id, "outbound": outbound.id, **values}
    return Message(
        reason.template, tuple((name, text) for name, text in known.items() if f"{{{name}}}" in reason.template)
    )


def first(source: str, rules: Iterable[Rule], inbound: License, outbound: License, use: Use) -> tuple[Statement, ...]:
    """What the first rule says that holds for the pair and speaks of that use; nothing where none does."""
    for rule in rules:
        answer = rule.merge if use is Use.MERGE else rule.link
        if answer is not None and rule.about(inbound, outbound):
            reason = filled(rule.reason, inbound, outbound)
            return (
                Statement(source, answer, rule.id, reason, rule.place, rule.address or page(rule, inbound, outbound)),
            )
    return ()


def page(rule: Rule, inbound: License, outbound: License) -> str:
    """Where the text of the licence can be read on which the rule stands."""
    named = outbound if rule.place.startswith(outbound.base) else inbound
    return f"https://spdx.org/licenses/{named.bare}.html"
