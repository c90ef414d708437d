"""How the pages of figures call what is counted, and where a reader finds the entries behind a number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from ...registry.claims import CLAIMED, CONFIRMED
from ...registry.facets import ACTIVITIES, UNKNOWN
from ...registry.following import NOT_SPDX
from ...registry.models import Publisher
from ...registry.statistics import NONE, NOT_SAID, USED
from ...schemas.rules.pages import pages as rule_pages
from ...schemas.vocabularies import label
from ..language import language_name
from ..saying import current_language
from ..translation import gettext, number
from .audit_words import code_words
from .facet_words import facet_label
from .finding_words import wrong
from .license_words import family_title, license_title
from .summary import publisher_summary
from .use_words import kinds_meaning


def series_title(series: str) -> str:
    """A section's heading."""
    return {
        "entries": gettext("Entries"),
        "validity": gettext("Files without errors"),
        "findings": gettext("What the rules find"),
        "licenses": gettext("Licences, as declared"),
        "families": gettext("Families of licences, as declared"),
        "verdicts": gettext("Declared licence and licence files, compared"),
        "activity": gettext("Activity of the repositories"),
        "maintenance": gettext("Kind of maintenance"),
        "languages": gettext("Languages of the descriptions"),
        "publishers": gettext("Publishers with entries"),
        "without-file": gettext("Repositories without a publiccode.yml"),
        "reuse": gettext("Reuse"),
    }[series]


def series_note(series: str, only_valid: bool = False) -> str:
    """What exactly is counted; `only_valid` is the setting of that name."""
    shown = (
        gettext(
            "By the newest file of each entry. Entries whose newest file has errors are not shown in this catalogue."
        )
        if only_valid
        else gettext(
            "By the newest file of each entry. A file with errors is shown all the same, as long as it can be read."
        )
    )
    return {
        "entries": gettext("Shown at the end of each month. A tombstone stands for software that its owner took away."),
        "validity": shown,
        "findings": gettext(
            "How many entries each rule speaks of, by their newest files. A rule that came later speaks from then on."
        ),
        "licenses": gettext(
            "What the shown file declares, licence by licence and with the ids that the file uses; an entry with several "
            "licences counts with each of them. The audit counts whole expressions, with today's ids."
        ),
        "families": gettext(
            "Of the declared licences; an entry with licences of several families counts with each of them. The audit sorts "
            "whole expressions, by what was concluded."
        ),
        "verdicts": gettext(
            "What comparing the declaration with the licence files gave; an entry counts with everything that was said of it. "
            "The audit counts each entry once, by what weighs most, and the rest besides."
        ),
        "activity": gettext(
            "The activity index tells how much is done on a repository, from 0 to 100, by what its host tells. Where a host "
            "tells too little, there is none."
        ),
        "maintenance": gettext("What the shown file says under maintenance."),
        "languages": gettext("An entry counts with each language in which its file describes the software."),
        "publishers": gettext(
            "By the entries of their own, without those of bodies below them; a publisher's page counts these too."
        ),
        "without-file": gettext(
            "At the addresses that the list of publishers names today; they answer, and never had a file. Forks, archived "
            "and empty repositories count too."
        ),
        "reuse": gettext("A variant's file names under isBasedOn what it is based on.") + _between() + kinds_meaning(),
    }[series]


def _between() -> str:
    """What stands between two sentences: nothing in Chinese."""
    return "" if current_language().startswith("zh") else " "


class Names:
    """The names within each series, in one language; `owners` are the publishers by their ids without hyphens."""

    def __init__(self, language: str, owners: Mapping[str, Publisher]) -> None:
        self.language, self._owners = language, owners
        self._rules = {page.id: page for page in rule_pages(language)}

    def title(self, series: str, name: str) -> str:
        """What `name` is called; one of an older program as it stands there."""
        match series:
            case "findings":
                return wrong(name)
            case "licenses":
                if name == NOT_SPDX:
                    return gettext("Not an SPDX expression")
                return gettext("none declared") if name == NONE else license_title(name)
            case "families":
                return gettext("none declared") if name == NONE else family_title(name)
            case "verdicts":
                return code_words(name)["title"]
            case "activity" if name != "median":
                return gettext("not known") if name == UNKNOWN else _band(name, self.language)
            case "maintenance":
                return gettext("not said") if name == NOT_SAID else label("maintenance-types", name, self.language)
            case "languages":
                return language_name(name, self.language)
            case "publishers":
                return str(self.owner(name)["name"]["text"]) if name in self._owners else name
        return _fixed(name)

    def owner(self, name: str) -> dict[str, Any]:
        """A publisher that is counted."""
        return publisher_summary(self._owners[name], self.language)

    def severity(self, rule: str) -> str:
        """What a rule's findings weigh; empty for one that there is no longer."""
        return str(self._rules[rule].severity) if rule in self._rules else ""

    def rule_page(self, rule: str) -> str:
        """The manual page of a rule."""
        return url_for("rules.rule", rule_id=rule) if rule in self._rules else ""

    def address(self, series: str, name: str, publisher: str) -> str:
        """Where the entries behind a number are listed; empty where no list is of just these."""
        within: dict[str, Any] = {"publisher": publisher} if publisher else {}
        match series:
            case "findings":
                if publisher:
                    return url_for("statistics.publisher_finding", slug=publisher, rule_id=name, form="html")
                return url_for("statistics.finding", rule_id=name, form="html")
            case "publishers" if name in self._owners:
                return url_for("statistics.publisher_statistics", slug=self._owners[name].slug, form="html")
        if (series, name) in (("licenses", NONE), ("families", NONE), ("maintenance", NOT_SAID)):
            return ""
        facet = "" if (series, name) == ("reuse", "variants") else _FACETS.get(series, "")
        within[facet] = [CONFIRMED, CLAIMED] if (series, name) == ("reuse", USED) else name
        return url_for("software.software", **within) if facet else ""

    def key(self, series: str, name: str) -> str:
        """What stands for `name` in JSON and CSV: of a publisher its slug, for our ids are no names for others."""
        return self._owners[name].slug if series == "publishers" and name in self._owners else name

    def of(self, series: str, name: str) -> tuple[str, str] | None:
        """Name and identifier of the publisher that `name` is; None where it is none."""
        if series != "publishers" or name not in self._owners:
            return None
        return str(self.owner(name)["name"]["text"]), self._owners[name].identifier


# By which filter of the search the entries of a series are found; its values are the names in the series.
_FACETS = {
    "validity": "validity",
    "licenses": "license",
    "families": "family",
    "verdicts": "verdict",
    "activity": "activity",
    "maintenance": "maintenance",
    "languages": "language",
    "reuse": "use",
}


def _band(name: str, language: str) -> str:
    """A band of the activity index as the search calls it, with its bounds."""
    bounds = [(word, least) for word, least in ACTIVITIES]
    words = [word for word, _ in bounds]
    if name not in words:
        return name
    place = words.index(name)
    most = bounds[place - 1][1] - 1 if place else 100
    return f"{facet_label('activity', name, language)} ({bounds[place][1]}–{most})"


def _fixed(name: str) -> str:
    return {
        "shown": gettext("shown"),
        "added": gettext("new since the month before"),
        "gone": gettext("gone since the month before"),
        "tombstones": gettext("tombstones"),
        "valid": gettext("without errors"),
        "invalid": gettext("with errors"),
        "repositories": gettext("repositories"),
        "variants": gettext("variants of other software"),
        USED: gettext("used by others"),
        CONFIRMED: gettext("with a confirmed user"),
        CLAIMED: gettext("with a claimed user"),
        "median": gettext("median of the activity index"),
    }.get(name, name)


def known(value: float | None) -> str:
    """A number, or a dash where nothing is known."""
    return "–" if value is None else number(value)
