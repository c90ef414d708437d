"""How pages call the facets of the search and their values."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from functools import cache, lru_cache

from ...registry.facets import NOT_SPDX, OWN
from ...registry.search.fields import VOCABULARIES
from ...schemas.licensing.families import Family
from ...schemas.licensing.verdict import NOT_COMPARED, Code
from ...schemas.licensing.verdict_texts import CODES
from ...schemas.vocabularies import label, labels
from ..language import language_name
from ..saying import current_language, say
from ..translation import gettext, month_and_year, today
from .license_words import family_title

_BEGINNING = re.compile(r"(?:19|20)[0-9]{2}(?:-(?:0[1-9]|1[0-2]))?")


def facet_title(facet: str) -> str:
    """How a page calls a facet."""
    return _titles(current_language())[facet]


# A page says hundreds of these: each is translated once for each language.
@cache
def _titles(language: str) -> Mapping[str, str]:
    return {
        "category": gettext("Category"),
        "scope": gettext("Field of administration"),
        "publisher": gettext("Publisher"),
        "license": gettext("Licence"),
        "family": gettext("Kind of licence"),
        "validity": gettext("Check result"),
        "verdict": gettext("Licence text compared"),
        "status": gettext("Development status"),
        "type": gettext("Kind of software"),
        "platform": gettext("Platform"),
        "language": gettext("Language of the description"),
        "interface": gettext("Language of the user interface"),
        "technology": gettext("Technology"),
        "country": gettext("Country"),
        "maintenance": gettext("Maintenance"),
        "activity": gettext("Activity"),
        "sbom": gettext("List of components (SBOM)"),
        "use": gettext("Used by others"),
        "source": gettext("Source"),
        "since": gettext("Listed since"),
    }


def facet_label(facet: str, value: str, language: str, names: Mapping[str, str] | None = None) -> str:
    """How a page in `language` calls a value of a facet. `names` are the publishers' by their slugs."""
    if facet == "publisher" or (facet == "source" and value != OWN):
        return names.get(value, value) if names else value
    if facet == "since":
        return since_label(value, today())
    return _label(facet, value, language)


@lru_cache(maxsize=10_000)  # a page says hundreds of these
def _label(facet: str, value: str, language: str) -> str:
    if facet in ("language", "interface"):
        return language_name(value, language)
    if facet == "license":
        return gettext("Not an SPDX expression") if value == NOT_SPDX else value
    if facet == "family":
        return _families(language).get(value, value)
    if facet == "verdict":
        return _verdicts(language).get(value, value)
    vocabulary = VOCABULARIES.get(facet)
    if not vocabulary:
        return _words(language).get(facet, {}).get(value, value)
    if facet == "category" and value not in labels(vocabulary):
        return gettext("%(value)s (not in the standard)", value=value)
    return label(vocabulary, value.upper() if facet == "country" else value, language)


@cache
def _families(language: str) -> Mapping[str, str]:
    return {str(kind): family_title(kind) for kind in Family}


@cache
def _verdicts(language: str) -> Mapping[str, str]:
    return {str(code): say(CODES[code].title) for code in Code} | {NOT_COMPARED: gettext("Not compared yet")}


@cache
def _words(language: str) -> Mapping[str, Mapping[str, str]]:
    """Values that are words of ours, by facet."""
    unknown = gettext("unknown")
    return {
        "validity": {"valid": gettext("File meets the standard"), "invalid": gettext("File has errors")},
        "activity": {"high": gettext("high"), "medium": gettext("medium"), "low": gettext("low"), "unknown": unknown},
        "sbom": {"yes": gettext("has one"), "no": gettext("has none"), "unknown": unknown},
        "use": {"confirmed": gettext("use confirmed"), "claimed": gettext("use claimed")},
        "source": {OWN: gettext("this catalogue's own harvest")},
    }


def since_values(today: date, months: Mapping[str, int]) -> list[tuple[str, int]]:
    """What `since` offers, with counts: this month, the last three, this year, the years before, as far back as there is something.

    `months` (YYYY-MM) tell how many entries were listed in that month or later.
    """
    if not months:
        return []
    offered = [f"{today:%Y-%m}", _months_before(today, 2)]
    first = min(filter(is_beginning, months), default=str(today.year))
    offered += [str(year) for year in range(today.year, int(first[:4]) - 1, -1)]
    counted: dict[int, str] = {}
    for value in sorted(set(offered), reverse=True):
        counted.setdefault(since_count(value, months), value)  # one that adds nothing is left out
    return [(value, count) for count, value in counted.items() if count]


def since_count(value: str, months: Mapping[str, int]) -> int:
    """How many entries were listed in `value` or later, where `months` tell as much for each month that has new ones."""
    return next((months[month] for month in sorted(months) if month >= value), 0)


def is_beginning(text: str) -> bool:
    """Whether `since` can mean it: a year of ours (YYYY) or a month of one (YYYY-MM)."""
    return bool(_BEGINNING.fullmatch(text))


def since_label(value: str, today: date) -> str:
    """How a page calls a beginning, a month or a year."""
    if value == f"{today:%Y-%m}":
        return gettext("this month")
    if value == _months_before(today, 2):
        return gettext("the last three months")
    if value == str(today.year):
        return gettext("this year")
    if len(value) == 4 and value.isascii() and value.isdecimal():
        return gettext("%(year)s or later", year=value)
    day = month_day(value)
    return gettext("%(month)s or later", month=month_and_year(day)) if day else value


def month_day(text: str) -> date | None:
    """The first day of a month that is written YYYY-MM; None where it is none."""
    try:
        return date.fromisoformat(f"{text}-01") if len(text) == 7 and text.isascii() else None
    except ValueError:
        return None


def _months_before(today: date, count: int) -> str:
    months = today.year * 12 + today.month - 1 - count
    return f"{months // 12:04d}-{months % 12 + 1:02d}"
