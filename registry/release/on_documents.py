"""The checks about documents in the repository: by the names of files."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ...schemas.document_names import ENDING, README
from ...schemas.finding import Message, message
from .facts import ReleaseFacts, Source
from .lines import Answer, fulfilled, missing, unknowable

_WITHIN = r"(?:(?:\.github|\.gitlab|\.gitea|\.forgejo|docs?)/)?"
_FORMS = r"(?:\.(?:md|ya?ml|txt))?"


@dataclass(frozen=True, slots=True)
class Asked:
    """A document that is asked for: `pattern` for its whole path in small letters; `usual`: where it mostly lies.

    `root_only`: it is to lie at the root, so that it is missing where the root has none.
    """

    name: str
    pattern: re.Pattern[str]
    usual: str
    root_only: bool = False


def _asked(name: str, pattern: str, usual: str, root_only: bool = False) -> Asked:
    return Asked(name, re.compile(pattern), usual, root_only)


DOCUMENTS: dict[str, Asked] = {
    one.name: one
    for one in (
        _asked("readme", README, "README.md", root_only=True),
        _asked(
            "release-notes",
            rf"{_WITHIN}(?:changelog|changes|news|history|release[-_ ]?notes?|releases|版本紀錄|更新紀錄|變更紀錄){ENDING}",
            "CHANGELOG.md",
        ),
        _asked(
            "data-structure",
            r"(?:(?:docs?|documentation|database|db)/(?:[\w.-]+/)*)?"
            r"(?:(?:data(?:base)?[-_ ]?(?:structures?|dictionary|model|schemas?)|schemas?|erd?[-_ ]?diagram|openapi|swagger"
            r"|資料(?:結構|字典|模型|庫結構|庫綱要))(?:[._-][\w.-]*)?)(?:\.(?:md|rst|txt|adoc|html?|pdf|sql|json|ya?ml|xsd|dbml|svg|png|odt|ods))",
            "docs/data-structure.md",
        ),
        _asked("contributing", rf"{_WITHIN}(?:contributing|貢獻指南|貢獻指引){ENDING}", "CONTRIBUTING.md"),
        _asked(
            "issue-template",
            rf"{_WITHIN}issue[-_]templates?(?:/[^/]+|{_FORMS})",
            ".github/ISSUE_TEMPLATE/, .gitlab/issue_templates/",
        ),
        _asked(
            "patch-template",
            rf"{_WITHIN}(?:pull|merge)[-_]request[-_]templates?(?:/[^/]+|{_FORMS})",
            ".github/PULL_REQUEST_TEMPLATE.md, .gitlab/merge_request_templates/",
        ),
        _asked("code-of-conduct", rf"{_WITHIN}(?:code[-_]of[-_]conduct|行為準則){ENDING}", "CODE_OF_CONDUCT.md"),
        _asked("governance", rf"{_WITHIN}(?:governance|治理){ENDING}", "GOVERNANCE.md"),
        _asked("security", rf"{_WITHIN}security{ENDING}", "SECURITY.md"),
    )
}


def found(facts: ReleaseFacts, asked: Asked) -> str | bool | None:
    """The path of a document; False where there is none, None where that is not known.

    A path is matched in one pass: a stranger chose it, and no pattern may have two ways to read the same letters.
    """
    names = facts.names
    if names is None:
        return None
    path = next((path for path in names.paths if asked.pattern.fullmatch(path.lower())), None)
    if path is not None:
        return path
    looked = names.below or asked.root_only
    return False if looked and not names.cut and (names.all_of_root or asked.root_only) else None


def document(facts: ReleaseFacts, name: str) -> Answer:
    """The check for one document of DOCUMENTS."""
    asked = DOCUMENTS[name]
    path = found(facts, asked)
    if isinstance(path, str):
        return fulfilled(message("{path} is there.", path=path))
    step = message("Write it; its usual place is {place}.", place=asked.usual)
    if path is None:
        return unknowable(_not_looked(facts), _look_there(facts, asked))
    return missing(message("There is none in the repository."), step)


def release_notes(facts: ReleaseFacts) -> Answer:
    """Release notes: a file. Releases and tags may have notes, and may have none: they are told, and prove nothing."""
    if isinstance(found(facts, DOCUMENTS["release-notes"]), str) or not (facts.releases or facts.tags):
        return document(facts, "release-notes")
    if facts.releases:
        reason = message("The host shows {count} releases; whether they have notes is not known.", count=facts.releases)
    else:
        reason = message("There are {count} tags; whether their releases have notes is not known.", count=facts.tags)
    return unknowable(reason, message("Write a CHANGELOG into the repository: then it goes wherever the code goes."))


def _not_looked(facts: ReleaseFacts) -> Message:
    if facts.names is None:
        return message("The names of the files are not known.")
    if facts.names.cut:
        return message("Not all names of files were looked at, so that nobody can say that there is none.")
    return message("It is not at the root; the folders below were not looked into.")


def _look_there(facts: ReleaseFacts, asked: Asked) -> Message:
    if facts.source is Source.ENTRY and facts.address:
        where, place = facts.address, asked.usual
        return message(
            "Look into the folders ({place}): `publiccode audit readiness {address}`.", place=place, address=where
        )
    return message("Look for it; its usual place is {place}.", place=asked.usual)
