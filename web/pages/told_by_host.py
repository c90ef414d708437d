"""What the host tells of an entry's repository besides its content, with its date: for the entry's page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from ...registry.activity import newest_facts
from ...registry.catalogue import Entry
from ..translation import gettext
from .summary import iso

_ENDING = r"(?:\.(?:md|rst|txt|adoc|markdown))?"
_WITHIN = r"(?:\.(?:github|gitlab|gitea|forgejo)/)?"
# What tells reusers how a repository is kept: name in the data → names of files at its root, or in the host's folder.
FILES = {
    "readme": rf"readme{_ENDING}",
    "contributing": rf"{_WITHIN}contributing{_ENDING}",
    "code_of_conduct": rf"{_WITHIN}code_of_conduct{_ENDING}",
    "security": rf"{_WITHIN}security{_ENDING}",
    "governance": rf"{_WITHIN}governance{_ENDING}",
    "changelog": rf"(?:changelog|changes|news|history){_ENDING}",
    "sbom": r"(?:s?bom|.+\.spdx|.+\.cdx)(?:\.(?:json|xml|ya?ml|rdf))?",
    "licenses_folder": r"licenses",
    "issue_templates": rf"{_WITHIN}issue_templates?(?:[/.].*)?",
}
# Where they lie is not at the root, or what is listed of the root would not show them.
_NEVER_ABSENT = ("issue_templates",)
_MOST_LISTED = 60  # `files` is cut there: what is not in it may be there all the same


def told_by_host(session: Session, entry: Entry) -> dict[str, Any]:
    """Each fact as the host told it, None where it did not; `at`: since when it tells them so.

    A file is there (its name), not at the root (False), or that is not known (None).
    """
    record = newest_facts(session, [entry.software.id]).get(entry.software.id)
    facts: Mapping[str, Any] = record.facts if record else {}
    share = facts.get("signed_share")
    return {
        "at": iso(record.at) if record else None,
        "archived": entry.repository.archived,
        "pushed_at": moment(facts.get("pushed_at")),
        "newest_release": release(facts.get("newest_release")),
        "newest_tag": release(facts.get("newest_tag")),
        "releases": _count(facts.get("releases")),
        "commits": _count(facts.get("commits")),
        "contributors": _count(facts.get("contributors")),
        "signed_share": share if isinstance(share, int | float) and 0 <= share <= 1 else None,
        "files": files(facts.get("files")),
    }


def files(told: object) -> dict[str, str | bool | None]:
    """For each kind of file its name, False where the root has none, None where that is not known."""
    if not isinstance(told, list):
        return dict.fromkeys(FILES)
    names = [name for name in told if isinstance(name, str)]
    found: dict[str, str | bool | None] = {}
    for kind, pattern in FILES.items():
        name = next((name for name in names if re.fullmatch(pattern, name, re.IGNORECASE)), None)
        unknown = kind in _NEVER_ABSENT or len(names) >= _MOST_LISTED
        found[kind] = name or (None if unknown else False)
    return found


def file_titles() -> dict[str, str]:
    """How a page calls each kind of file."""
    return {
        "readme": "README",
        "contributing": "CONTRIBUTING",
        "code_of_conduct": "CODE_OF_CONDUCT",
        "security": "SECURITY",
        "governance": "GOVERNANCE",
        "changelog": "CHANGELOG",
        "sbom": gettext("Software bill of materials (SBOM)"),
        "licenses_folder": "LICENSES/",
        "issue_templates": gettext("Templates for issues"),
    }


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def moment(value: object) -> str | None:
    """A time as a host told it; None where it is none."""
    try:
        return value if isinstance(value, str) and datetime.fromisoformat(value) else None
    except ValueError:
        return None


def release(value: object) -> dict[str, str | None] | None:
    """A release or a tag, `name` and `at`; None where it is none."""
    if not isinstance(value, Mapping) or not isinstance(value.get("name"), str):
        return None
    return {"name": value["name"][:100], "at": moment(value.get("at"))}
