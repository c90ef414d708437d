"""What is wrong where a rule speaks, in plain words: its title says how it should be, which misleads over a list of failures."""

from __future__ import annotations

from ...schemas.licensing.verdict import Code
from ...schemas.rules.pages import pages as rule_pages
from ..saying import current_language
from ..translation import gettext

TOLD_BY_VERDICTS = {
    "license-agrees": (
        Code.MISMATCH,
        Code.VERSION_DIFFERS,
        Code.VARIANT_DIFFERS,
        Code.INCOMPLETE_TEXT,
        Code.SEVERAL_TEXTS,
    ),
    "license-text-found": (Code.NO_TEXT,),
    "license-restricted": (Code.RESTRICTION_ADDED,),
    "license-known": (Code.NOT_SPDX,),
    "license-deprecated": (Code.DEPRECATED_ID,),
    "license-open": (Code.NOT_OPEN_SOURCE, Code.CONTENT_LICENSE),
}
"""Rules of the validator whose fault the comparison of licences tells as well, by which codes."""


def wrong(rule: str) -> str:
    """What is wrong with an entry of which this rule speaks; a rule that came later by its title, an older one by its id."""
    words = {**_files(), **_licenses(), **_values(), **_languages(), **_named_files(), **_upkeep()}
    if rule in words:
        return words[rule]
    return next((page.title for page in rule_pages(current_language()) if page.id == rule), rule)


def _files() -> dict[str, str]:
    return {
        "file-mode": gettext("publiccode.yml is no regular file"),
        "file-size": gettext("The file is too large"),
        "file-encoding": gettext("The file is no plain UTF-8 text"),
        "yaml-readable": gettext("The file is no YAML that can be read"),
        "duplicate-key": gettext("A key stands twice"),
        "version-supported": gettext("The version of the standard does not exist"),
        "version-latest": gettext("An older version of the standard is named"),
        "key-known": gettext("A key is not in the standard"),
        "key-required": gettext("A mandatory key is missing"),
        "key-deprecated": gettext("A deprecated key is used"),
        "section-twice": gettext("The Italian section stands twice"),
        "taiwan-section": gettext("There is a section tw, which the standard does not have"),
        "version-1-ready": gettext("Something will be refused by version 1.0 of the standard"),
    }


def _licenses() -> dict[str, str]:
    return {
        "license-known": gettext("The declared licence is no SPDX expression"),
        "license-deprecated": gettext("The declared licence has a deprecated id"),
        "license-open": gettext("The declared licence is no open source licence"),
        "license-agrees": gettext("The licence file is of another licence than declared"),
        "license-text-found": gettext("The text of the declared licence is missing"),
        "license-restricted": gettext("Words beside the licence take away what it gives"),
    }


def _values() -> dict[str, str]:
    return {
        "value-type": gettext("A value is of the wrong kind"),
        "value-listed": gettext("A value is not in the standard's list"),
        "platform-known": gettext("A platform is not named as in the standard"),
        "url-format": gettext("An address is no address"),
        "url-scheme": gettext("An address is not of the web"),
        "organisation-uri": gettext("An administration is not identified by an address or URN"),
        "supports-known": gettext("What is supported is not named as in the standard"),
        "date-format": gettext("A date is no date"),
        "text-length": gettext("A text is too short or too long"),
        "text-blank": gettext("A text is blank"),
        "text-single-line": gettext("The short description has several lines"),
        "list-duplicates": gettext("A list names something twice"),
        "email-format": gettext("An e-mail address is not complete"),
        "media-type": gettext("A media type is none"),
        "video-host": gettext("A video cannot be shown by catalogues"),
    }


def _languages() -> dict[str, str]:
    return {
        "descriptions-same": gettext("Descriptions in two languages are the same text"),
        "language-known": gettext("A language tag does not exist"),
        "language-slip": gettext("A language tag means another language than the writer meant"),
        "country-known": gettext("A country code does not exist"),
        "country-case": gettext("A country code is in small letters"),
    }


def _named_files() -> dict[str, str]:
    return {
        "path-relative": gettext("A file is not named by its relative path"),
        "path-inside": gettext("A file lies outside the repository"),
        "file-found": gettext("A file that is named is missing"),
        "image-format": gettext("A picture is of a kind that catalogues do not show"),
    }


def _upkeep() -> dict[str, str]:
    return {
        "contacts-given": gettext("The contact for the maintenance is missing"),
        "contractors-given": gettext("The contractor is missing, or named where there is none"),
        "contract-until": gettext("The maintenance contract has ended, or ends too far away"),
        "technical-fork": gettext("The file was copied from another repository: a fork"),
        "version-behind": gettext("The version in the file is behind the newest tag"),
    }
