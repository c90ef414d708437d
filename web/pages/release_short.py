"""How far an entry is ready to be released, in short: for its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from sqlmodel import Session

from ...registry.catalogue import Entry
from ...registry.columns import now
from ...registry.release.facts import ReleaseFacts
from ...registry.release.stored import release_facts
from ...registry.settings import Settings
from .release_values import readiness_summary


def entry_facts(
    session: Session, found: Entry, settings: Settings, values: Mapping[str, Any] | None = None
) -> ReleaseFacts:
    """The facts about an entry, of today in the instance's time zone."""
    return release_facts(session, found, now().astimezone(ZoneInfo(settings.time_zone)).date(), values)


def entry_readiness(session: Session, found: Entry, settings: Settings, values: Mapping[str, Any]) -> dict[str, Any]:
    """What the entry's page tells; `values`: what its file says, with the persons in it."""
    slug = found.software.slug
    return {
        **readiness_summary(entry_facts(session, found, settings, values)),
        "address": url_for("release.readiness", slug=slug, form="html"),
        "compliance": url_for("release.compliance", slug=slug, form="html"),
    }
