"""How the pages of figures call what is counted, and where a reader finds the entries behind a number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import url_for

from ...registry.following import NOT_SPDX
from ...registry.models import Publisher
from ...registry.statistics import NONE, UNKNOWN
from ...schemas.licensing.verdict import Code
from ...schemas.rules.pages import pages as rule_pages
from ...schemas.vocabularies import label
from ..language import language_name
from ..translation import gettext, number
from .audit_words import code_words
from .license_words import family_title, license_title
from .summary import publisher_summary


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


def series_note(series: str) -> str:
    """What exactly is counted."""
    return {
        "entries": gettext("Shown at the end of each month. A tombstone stands for software that its owner took away."),
        "validity": gettext(
            "By the newest file of each entry. A file with errors is shown all the same, as long as it can be read."
        ),
        "findings": gettext(
            "How many entries each rule speaks of, by their newest files. A rule that came later speaks from then on."
        ),
        "licenses": gettext("What the shown file declares; an entry with several licences counts with each of them."),
        "families": gettext("An entry with licences of several families counts with each of them."),
        "verdicts": gettext("Each entry once: what comparing its declaration with its licence files gave."),
        "activity": gettext(
            "The activity index tells how much is done on a repository, from 0 to 100, by what its host tells. Where a host "
            "tells too little, there is none."
        ),
        "maintenance": gettext("What the shown file says under maintenance."),
        "languages": gettext("An entry counts with each language in which its file describes the software."),
        "publishers": gettext("With at least one entry of their own."),
        "without-file": gettext(
            "At the addresses that the list of publishers names today; they answer, and never had a file."
        ),
        "reuse": gettext(
            "A variant's file names under isBasedOn what it is based on. A user is confirmed when somebody vouched for it to this "
            "catalogue, and claimed when a file or a form says so."
        ),
    }[series]


class Names:
    """The names within each series, in one language; `owners` are the publishers by their ids without hyphens."""

    def __init__(self, language: str, owners: Mapping[str, Publisher]) -> None:
        self.language, self._owners = language, owners
        self._rules = {page.id: page for page in rule_pages(language)}

    def title(self, series: str, name: str) -> str:
        """What `name` is called; one of an older program as it stands there."""
        match series:
            case "findings":
                return self._rules[name].title if name in self._rules else name
            case "licenses":
                if name == NOT_SPDX:
                    return gettext("Not an SPDX expression")
                return gettext("none declared") if name == NONE else license_title(name)
            case "families":
                return gettext("none declared") if name == NONE else family_title(name)
            case "verdicts":
                return code_words(name)["title"]
            case "activity" if name != "median":
                return gettext("not known") if name == UNKNOWN else name.replace("-", "–")
            case "maintenance":
                return gettext("not said") if name == NONE else label("maintenance-types", name, self.language)
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
                    return url_for("statistics.publisher_finding", slug=publisher, rule_id=name)
                return url_for("statistics.finding", rule_id=name)
            case "validity":
                return url_for("software.software", validity=name, **within)
            case "licenses" if name != NONE:
                return url_for("software.software", license=name, **within)
            case "languages":
                return url_for("software.software", language=name, **within)
            case "verdicts" if name in set(Code):
                if publisher:
                    return url_for("audit.publisher", slug=publisher, form="html", code=name)
                return url_for("audit.catalogue", form="html", code=name)
            case "publishers" if name in self._owners:
                return url_for("statistics.publisher_statistics", slug=self._owners[name].slug, form="html")
            case "without-file":
                return url_for("without_file.without_file", slug=publisher, form="html") if publisher else ""
        return ""


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
        "confirmed": gettext("with a confirmed user"),
        "claimed": gettext("with claimed users only"),
        "other": gettext("all others"),
        "median": gettext("median of the activity index"),
    }.get(name, name)


def known(value: float | None) -> str:
    """A number, or a dash where nothing is known."""
    return "–" if value is None else number(value)
