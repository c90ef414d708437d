"""A file that is in no catalogue yet, in the form of an entry's page: how it would appear."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlmodel import Session

from ...registry import catalogue
from ...registry.following import named_licenses
from ...registry.observations import license_of, shown_name
from ...registry.settings import Settings
from ...schemas.candidate import Candidate, Repository
from ...schemas.licensing.beside import verdict_of
from ...schemas.licensing.found import NOASSERTION
from ..language import foreign
from .entry_license import verdict_data
from .publiccode_values import description, facts
from .said import Said
from .summary import link


def preview(
    session: Session, candidate: Candidate, values: Mapping[str, Any], settings: Settings, language: str
) -> dict[str, Any]:
    """What the pieces of the entry's page (`entry_description.html`, `entry_facts.html`) show, of a usable file.

    Nothing links to what there is only for an entry: its slug is empty.
    """
    said = Said(values)
    chosen = description(said, language, "")
    repository = candidate.repository or Repository("")
    declared = license_of(values)
    verdict = None
    if candidate.license_files is not None:
        verdict = verdict_data(
            verdict_of("" if declared == NOASSERTION else declared, candidate.license_files), language
        )
    return {
        "entry": {"name": shown_name(values), "slug": "", "url": str(values["url"]).strip(), "valid": True},
        "description": chosen,
        "facts": facts(said),
        "foreign": foreign([chosen.language, *chosen.others], language),
        "license": {
            "declared": declared,
            "concluded": verdict["concluded"] if verdict else "NOASSERTION",
            "ids": list(named_licenses(declared)),
            "files": [{"path": file.path, "address": None, "lines": None} for file in candidate.license_files or ()],
            "verdict": verdict,
        },
        "where": {"url": repository.url, "commit": repository.head, "path": candidate.file.path},
        "relatives": {"upstream": _upstream(session, values, settings, language)},
    }


def _upstream(session: Session, values: Mapping[str, Any], settings: Settings, language: str) -> list[dict[str, Any]]:
    named = catalogue.upstreams(session, values)
    entries = catalogue.entries(session, [software.id for _, software in named if software])
    known = {found.software.id: found for found in entries if catalogue.is_shown(found, settings.show_only_valid)}
    return [
        {"url": url, "software": link(known[one.id], language) if one and one.id in known else None}
        for url, one in named
    ]
