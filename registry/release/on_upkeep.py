"""The checks about security, public code, upkeep and processes: what the agency declares, beside what can be seen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from ...schemas.finding import Message, message
from ..exposed_titles import TITLES
from .facts import Declared, ReleaseFacts
from .lines import NOTHING, Answer, State, declared, fulfilled, listed, missing, unknowable
from .words import counted

YEAR = 365
OLD = {"security-scan": YEAR, "cve-check": YEAR, "compliance-report": YEAR}
"""Days after which what was done should be done again."""
ENDS = {"openchain-5230": 548, "openchain-18974": 548}
"""Days after which a declaration says nothing any more: conformance to OpenChain holds for 18 months."""
QUIET, BUSY = 15, 50  # of the activity index: below and above which a tier is not believed
ARCHIVED_TIERS = ("0", "1")


def by_declaration(facts: ReleaseFacts, kind: str) -> Answer:
    """What the agency declared of that kind. That it declared nothing does not say that nothing was done."""
    one = (facts.declared or {}).get(kind)
    if one is not None:
        return _aged(facts, one)
    if facts.declared is None:
        step = message(
            "Once it is in a catalogue, have whoever runs it record it: `publiccode audit declare {kind}`.", kind=kind
        )
        return unknowable(message("The files do not tell it; it is declared in a catalogue."), step)
    step = message(
        "Where it holds, tell whoever runs this catalogue, who records it: `publiccode audit declare {kind}`.",
        kind=kind,
    )
    return unknowable(message("Nothing was declared."), step)


def _aged(facts: ReleaseFacts, one: Declared) -> Answer:
    """What was declared, by how long ago that was."""
    day = _day(one.value.get("on"))
    days = (facts.day - day).days if day is not None else 0
    if days > ENDS.get(one.kind, days):
        reason = message("Declared as of {day}, more than 18 months ago: it says nothing of today.", day=day)
        return unknowable(reason, message("Have conformance confirmed anew, and declare it."))
    again = message("That is more than a year ago: do it again, and declare it.")
    return declared(one, again if days > OLD.get(one.kind, days) else NOTHING)


def security_scan(facts: ReleaseFacts) -> Answer:
    """A scan of the source code, declared with its tool and its day."""
    tools = _texts(_taiwan(facts).get("vulnerabilityScanners"))
    if tools and "security-scan" not in (facts.declared or {}):
        reason = message(
            "publiccode.yml names the tools ({tools}), but neither a day nor a report.", tools=listed(tools, 5)
        )
        step = message("Have the day and the report recorded: `publiccode audit declare security-scan`.")
        return Answer(State.DECLARED, reason, step)
    return by_declaration(facts, "security-scan")


def no_secrets(facts: ReleaseFacts) -> Answer:
    """Nothing secret or personal in the files: by the scan of this moment, else as declared."""
    if facts.secrets is not None and facts.secrets.count:
        return Answer(
            State.NOT_FULFILLED,
            message("The scan found places that look like it, {count} in all", count=facts.secrets.count),
            message("Look at each (`publiccode audit scan`), take it out, also of the history, and renew keys."),
            named=counted(facts.secrets.places, TITLES),
        )
    if facts.secrets is not None and facts.secrets.cut is not None:
        return unknowable(facts.secrets.cut, message("Scan the rest: `publiccode audit scan` with higher limits."))
    if facts.secrets is not None:
        step = message("A scan finds what has a known form; a person looks for the rest.")
        return fulfilled(message("The scan of this moment found nothing that looks like it."), step)
    return by_declaration(facts, "no-sensitive-data")


def objectives(facts: ReleaseFacts) -> Answer:
    """A long description with features, in some language."""
    for language, text in _mapping(facts.values.get("description")).items():
        told = _mapping(text)
        if _texts(told.get("features")) and len(str(told.get("longDescription") or "")) >= 150:
            return fulfilled(message("publiccode.yml describes it ({language}).", language=language))
    return missing(
        message("publiccode.yml has no long description with features."),
        message("Write longDescription and features: what it is for, for whom, and what it does."),
    )


def open_standards(facts: ReleaseFacts) -> Answer:
    """Standards that the file names, or the description of an interface."""
    named = [str(_mapping(one).get("id")) for one in _list(facts.values.get("supports")) if _mapping(one).get("id")]
    if named:
        return fulfilled(message("publiccode.yml names them: {names}.", names=listed(named, 3)))
    described = [
        str(_mapping(text)["apiDocumentation"])
        for text in _mapping(facts.values.get("description")).values()
        if _mapping(text).get("apiDocumentation")
    ]
    described += [str(_mapping(one)["url"]) for one in _list(_taiwan(facts).get("openapi")) if _mapping(one).get("url")]
    if described:
        return fulfilled(message("An interface is described: {address}.", address=described[0]))
    return unknowable(
        message("publiccode.yml names none; it may follow some all the same."),
        message("Name them under supports in publiccode.yml."),
    )


def contacts(facts: ReleaseFacts) -> Answer:
    """Contacts or contractors in publiccode.yml."""
    maintenance = _mapping(facts.values.get("maintenance"))
    if facts.has_contacts:
        return fulfilled(message("publiccode.yml gives contacts."))
    if _list(maintenance.get("contractors")):
        return fulfilled(message("publiccode.yml names contractors."))
    return missing(
        message("publiccode.yml names nobody who could be asked."),
        message("Add contacts under maintenance, at least with a name; better an office than a person."),
    )


def accessibility(facts: ReleaseFacts) -> Answer:
    """The level of accessibility, in the file or declared."""
    one = (facts.declared or {}).get("accessibility")
    if one is not None:
        return declared(one)
    level = str(_taiwan(facts).get("accessibilityConformance") or "").strip()
    if level in ("A", "AA", "AAA"):
        return Answer(State.DECLARED, message("publiccode.yml declares the level {level}.", level=level))
    named = [str(_mapping(entry).get("id") or "") for entry in _list(facts.values.get("supports"))]
    if guideline := next((text for text in named if "wcag" in text.lower()), ""):
        return Answer(
            State.DECLARED,
            message("publiccode.yml names {guideline}, without a level.", guideline=guideline),
            message("Have the level recorded: `publiccode audit declare accessibility --value AA`."),
        )
    return by_declaration(facts, "accessibility")


def maintenance_tier(facts: ReleaseFacts) -> Answer:
    """The declared tier beside the activity of the repository."""
    one = (facts.declared or {}).get("maintenance-tier")
    if one is None:
        return by_declaration(facts, "maintenance-tier")
    against = _against(facts, one.value.get("value", ""))
    if against is None:
        step = message("Its activity is not known, so that nothing could be compared.")
        return declared(one, NOTHING if facts.activity is not None or facts.archived else step)
    return missing(against, message("Declare the tier that holds, or see to it that the software is kept so."))


def _against(facts: ReleaseFacts, tier: str) -> Message | None:
    """What contradicts a tier; None where nothing does."""
    status = str(facts.values.get("developmentStatus") or "")
    kept = str(_mapping(facts.values.get("maintenance")).get("type") or "")
    if tier in ARCHIVED_TIERS:
        if facts.activity is not None and facts.activity > BUSY and not facts.archived:
            return message(
                "Tier {tier} (archived) is declared, but the repository is busy: activity {index} of 100.",
                tier=tier,
                index=facts.activity,
            )
        return None
    if facts.archived:
        return message("Tier {tier} is declared, but the repository is archived.", tier=tier)
    if status == "obsolete" or kept == "none":
        word = "developmentStatus: obsolete" if status == "obsolete" else "maintenance.type: none"
        return message("Tier {tier} is declared, but publiccode.yml says `{word}`.", tier=tier, word=word)
    if facts.activity is not None and facts.activity < QUIET:
        return message(
            "Tier {tier} is declared, but hardly anything is done: activity {index} of 100.",
            tier=tier,
            index=facts.activity,
        )
    return None


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def _taiwan(facts: ReleaseFacts) -> Mapping[str, Any]:
    return _mapping(facts.values.get("tw") or facts.values.get("TW"))


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _texts(value: object) -> list[str]:
    return [one for one in _list(value) if isinstance(one, str) and one.strip()]
