"""The checks before a release and the compliance report as plain values: what the JSON holds, and what pages and documents show."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...registry.release.checks import readiness
from ...registry.release.compliance import COMPATIBLE, PARTS, ComplianceReport, Field, compliance
from ...registry.release.facts import ReleaseFacts
from ...registry.release.lines import TITLES, Line, Readiness, State
from ...registry.release.table import CHECKS, GROUPS
from ..language import pick
from ..saying import say
from ..translation import gettext

WORST = 5  # open lines that an entry's page names


def readiness_data(facts: ReleaseFacts, language: str) -> dict[str, Any]:
    """All lines by their groups, with counts."""
    found = readiness(facts)
    return {
        "subject": subject(facts, language),
        "day": facts.day.isoformat(),
        "counts": counts(found),
        "open": [{"check": line.check, "title": say(line.title)} for line in found.open],
        "groups": _groups(found),
        "notice": gettext(
            "These are our words for what the handbook asks, judged by what is known here. It is no decision of an authority."
        ),
    }


def subject(facts: ReleaseFacts, language: str) -> dict[str, str]:
    """What was looked at, and by what."""
    titles = {
        "folder": gettext("a checkout on this machine"),
        "repository": gettext("the repository, as its host answers"),
        "entry": gettext("what this catalogue keeps of the entry"),
    }
    return {
        "name": _name(facts, language),
        "publisher": pick(facts.publisher_names, language, facts.publisher)["text"],
        "address": facts.address,
        "commit": facts.commit,
        "source": str(facts.source),
        "source_title": titles[str(facts.source)],
    }


def _name(facts: ReleaseFacts, language: str) -> str:
    """What the software is called in this language, as the other pages about it have it."""
    described = facts.values.get("description")
    told = described.get(language) if isinstance(described, dict) else None
    name = told.get("localisedName") if isinstance(told, dict) else None
    return name if isinstance(name, str) and name.strip() else facts.name


def counts(found: Readiness) -> dict[str, int]:
    """How many lines stand how."""
    return {"lines": len(found.lines), **{str(state).replace("-", "_"): found.count(state) for state in State}}


def _groups(found: Readiness) -> list[dict[str, Any]]:
    lines = {line.check: line for line in found.lines}
    return [
        {
            "group": str(group),
            "title": say(title),
            "lines": [
                {
                    **line_data(lines[check.id]),
                    "asks": say(check.asks),
                    "source": say(check.source),
                    "how": say(check.how),
                }
                for check in CHECKS
                if check.group is group
            ],
        }
        for group, title in GROUPS.items()
    ]


def line_data(line: Line) -> dict[str, str]:
    """One line."""
    return {
        "check": line.check,
        "title": say(line.title),
        "state": str(line.state),
        "state_title": say(TITLES[line.state]),
        "reason": _reason(line),
        "next": say(line.next),
        "evidence": line.evidence,
    }


def _reason(line: Line) -> str:
    """Why a line stands so, with the names that belong to it."""
    names = [f"{say(name)} ({count})" if count else say(name) for name, count in line.named]
    return say(line.reason) + (f"{gettext(': ')}{gettext(', ').join(names)}" if names else "")


def readiness_summary(facts: ReleaseFacts) -> dict[str, Any]:
    """What an entry's page tells: the counts, and the first lines that are not fulfilled."""
    found = readiness(facts)
    return {"counts": counts(found), "open": [line_data(line) for line in found.open[:WORST]]}


def compliance_data(facts: ReleaseFacts, language: str) -> dict[str, Any]:
    """The compliance report, part by part."""
    report = compliance(facts, language)
    return {
        "subject": subject(facts, language),
        "day": facts.day.isoformat(),
        "blanks": report.blanks,
        "parts": {number: say(title) for number, title in PARTS.items()},
        "basic": _fields(report.basic),
        "licenses": _fields(report.licenses),
        "components": _components(report),
        "use": _fields(report.use),
        "more_components": report.more_components,
        "more_duties": report.more_duties,
        "warning": say(report.warning),
        "duties": [
            {
                "license": one.license,
                "name": one.name,
                "exception": one.exception,
                "of": one.of,
                "known": one.known,
                "must": list(one.must),
                "limits": list(one.limits),
            }
            for one in report.duties
        ],
        "notice": gettext(
            "This report is made by the catalogue from what is known; it is no form of the ministry and no legal advice. "
            "Empty fields are for the agency to fill in."
        ),
    }


def _fields(fields: Iterable[Field]) -> list[dict[str, Any]]:
    return [
        {
            "field": one.name,
            "title": say(one.title),
            "values": [say(value) for value in one.values],
            "origin": say(one.origin),
            "hint": say(one.hint),
        }
        for one in fields
    ]


def _components(report: ComplianceReport) -> list[dict[str, Any]]:
    return [
        {
            "license": one.license,
            "packages": one.packages,
            "compatible": one.compatible,
            "compatible_title": say(COMPATIBLE[one.compatible]) if one.compatible else "",
        }
        for one in report.components
    ]
