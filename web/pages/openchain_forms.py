"""What a catalogue holds of OpenChain about a publisher, as values, and in the forms in which it is handed out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from flask import render_template, url_for

from ...registry.openchain import openchain
from ...registry.openchain.facts import ProgramFacts
from ...registry.openchain.lines import TITLES, Line, State
from ...registry.openchain.table import CLAUSES
from ...registry.settings import Settings
from ..language import pick
from ..reports.harmless import harmless
from ..saying import catalogue_name, say
from ..translation import gettext
from .print_style import print_style

MARKS = {"held": "✓", "partly": "◐", "declared": "◇", "partly-declared": "◈", "missing": "✗", "elsewhere": "–"}
"""Beside the words, never alone."""


def openchain_data(facts: ProgramFacts, language: str, site: str | None = "") -> dict[str, Any]:
    """All lines with their counts; `site` stands before addresses of the catalogue, None leaves them out."""
    found = openchain(facts)
    return {
        "subject": {"slug": facts.slug, "name": pick(facts.names, language, facts.name)},
        "below": facts.below,
        "day": facts.day.isoformat(),
        "bodies": len(facts.bodies),
        "entries": facts.entries,
        "counts": {str(state): found.count(state) for state in State},
        "missing": [{"clause": line.clause, "title": say(line.title)} for line in found.missing],
        "lines": [
            {**_line(line, facts, language, site), "asks": say(clause.asks)}
            for line, clause in zip(found.lines, CLAUSES, strict=True)
        ],
        "notice": gettext(
            "These are our words for what the standard asks; its text counts. This is evidence for whoever examines the programme, "
            "and no examination: nobody is certified by it."
        ),
    }


def _line(line: Line, facts: ProgramFacts, language: str, site: str | None) -> dict[str, Any]:
    return {
        "clause": line.clause,
        "title": say(line.title),
        "state": str(line.state),
        "state_title": say(TITLES[line.state]),
        "told": [say(one) for one in line.told],
        "more": [
            {"subject": pick(one.names, language, one.subject)["text"], "said": say(one.said)} for one in line.more
        ],
        "next": say(line.next),
        "see": [_see(name, facts, site) for name in line.see] if site is not None else [],
        "evidence": list(line.proof),
    }


def _see(name: str, facts: ProgramFacts, site: str | None) -> dict[str, str]:
    pages = {
        "audit": (
            gettext("Licence audit"),
            url_for("audit.publisher", slug=facts.slug, form="html", alone=None if facts.below else "1"),
        ),
        "reports": (
            gettext("Archived reports"),
            url_for("openchain.openchain", slug=facts.slug, form="html", below="1" if facts.below else None)
            + "#archived",
        ),
        "software": (gettext("Its software"), url_for("software.software", publisher=facts.slug)),
    }
    title, address = pages[name]
    return {"title": title, "address": f"{site}{address}"}


def written_openchain(form: str, facts: ProgramFacts, language: str, settings: Settings, site: str | None) -> str:
    """The lines as `html` (a file of its own), `json` or `text`; the same facts give the same bytes."""
    told = openchain_data(facts, language, site)
    if form == "json":
        return json.dumps(told, ensure_ascii=False, indent=2) + "\n"
    if form == "html":
        style = print_style(catalogue_name(settings), f"{title()}{gettext(': ')}{told['subject']['name']['text']}")
        return (
            render_template(
                "openchain/print.html", **told, style=style, catalogue=catalogue_name(settings), marks=MARKS
            )
            + "\n"
        )
    return "".join(f"{line}\n" for line in _lines(told, settings))


def _lines(told: Mapping[str, Any], settings: Settings) -> Iterator[str]:
    yield harmless(f"{catalogue_name(settings)} – {title()}: {told['subject']['name']['text']}")
    yield harmless(f"{bodies(told)}{gettext(', ')}{told['day']}")
    for line in told["lines"]:
        yield ""
        yield harmless(f"{MARKS[line['state']]} {line['clause']} {line['title']}: {line['state_title']}")
        for text in line["told"]:
            yield harmless(f"    {text}")
        for one in line["more"]:
            yield harmless(f"    - {one['subject']}{gettext(': ')}{one['said']}")
        for address in line["evidence"]:
            yield harmless(f"    {gettext('Evidence')}{gettext(': ')}{address}")
        if line["next"]:
            yield harmless(f"    {gettext('Next step:')} {line['next']}")
    yield ""
    yield counted(told["counts"])
    yield told["notice"]


def title() -> str:
    """What this is called."""
    return gettext("Evidence for OpenChain (ISO/IEC 5230)")


def bodies(told: Mapping[str, Any]) -> str:
    """What it is about: the publisher alone, or with all below it."""
    if told["below"]:
        return gettext("with all bodies below it")
    return gettext("this publisher alone")


def counted(counts: Mapping[str, int]) -> str:
    """The counts in one line."""
    return gettext(
        "Of %(lines)s lines: held here %(held)s, in part %(partly)s, declared %(declared)s, by some bodies %(some)s, "
        "missing %(missing)s, not for a catalogue %(elsewhere)s.",
        lines=sum(counts.values()),
        some=counts["partly-declared"],
        **{name: count for name, count in counts.items() if name != "partly-declared"},
    )
