"""What a publisher's page tells of its open source programme: what it declares, and its newest archived reports."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlmodel import Session

from ...registry.declarations import KINDS, in_force
from ...registry.models import Publisher
from ...registry.settings import Settings
from ..saying import say
from .openchain import archived_data

_SHOWN = ("license-contact", "openchain-5230", "openchain-18974")
_FEW = 4  # archived reports


def openchain_short(session: Session, owner: Publisher, settings: Settings, language: str) -> dict[str, Any]:
    """The contact and the conformances that are declared, the newest archived reports, and where all of it stands."""
    made = {row.kind: row for row in in_force(session, [owner])}
    kept = archived_data(session, owner, False, settings, language, _FEW)
    return {
        "address": url_for("openchain.openchain", slug=owner.slug, form="html"),
        "below": url_for("openchain.openchain", slug=owner.slug, form="html", below="1"),
        "declared": [
            {"kind": kind, "title": say(KINDS[kind].title), **_said(made[kind].value)}
            for kind in _SHOWN
            if kind in made
        ],
        "archived": kept,
    }


def _said(value: dict[str, str]) -> dict[str, str]:
    return {"said": value.get("value") or value.get("on", ""), "evidence": value.get("evidence", "")}
