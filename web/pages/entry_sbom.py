"""The bill of materials of an entry, as its page and other pages tell of it in short."""

from __future__ import annotations

from typing import Any

from flask import url_for
from sqlmodel import Session

from ...registry import sboms
from ...registry.catalogue import Entry
from ...registry.evidence_models import SbomRecord
from ..presenting import say
from .summary import iso

_SOME = 8  # licences that are named


def sbom_data(session: Session, found: Entry) -> dict[str, Any]:
    """What the entry's page tells: the document that is shown first, and how many there are."""
    rows = sboms.current(session, found.software.id)
    return {
        "address": url_for("sboms.sbom", slug=found.software.slug, form="html"),
        "documents": len(rows),
        "document": document_summary(found, rows[0]) if rows else None,
    }


def document_summary(found: Entry, row: SbomRecord) -> dict[str, Any]:
    """One document as pages and programs read it."""
    trouble = sboms.unread(row)
    known = [(name, count) for name, count in row.licenses.items() if name]
    return {
        "number": row.number,
        "kind": row.kind,
        "place": row.place,
        "commit": row.commit or None,
        "found_at": iso(row.at),
        "ended_at": iso(row.ended_at),
        "format": row.format or None,
        "made_at": row.made_at or None,
        "tool": row.tool or None,
        "packages": row.packages,
        "licenses": len(known),
        "most": known[:_SOME],
        "unknown": row.unknown,
        "unstated": sboms.unstated(row.licenses, row.unknown),
        "score": row.score,
        "missing": row.missing,
        "message": say(trouble) if trouble else None,
        "address": url_for("sboms.sbom", slug=found.software.slug, form="html") + f"?document={row.number}",
        "file": url_for("sboms.document", slug=found.software.slug, number=row.number)
        if row.file_hash and not trouble
        else None,
    }
