"""The checks before a release, and the compliance report, of an entry: as the catalogue knows it, read-only."""

from __future__ import annotations

from flask import Blueprint, Response, url_for

from ...registry.release.facts import ReleaseFacts
from ..documents.compliance import ODT
from ..translation import gettext
from . import Page, Parts, add_page
from .entry import living
from .release_forms import MARKS, written_compliance
from .release_short import entry_facts
from .release_values import compliance_data, readiness_data
from .summary import link


def _places(slug: str) -> dict[str, dict[str, str]]:
    """Where more is told of what a line is about, by the line's check."""
    entry, sbom, scan, audit = (
        url_for(name, slug=slug, form="html") for name in ("entry.entry", "sboms.sbom", "scan.scan", "audit.software")
    )
    told = {
        "publiccode-file": (f"{entry}#findings", gettext("Findings about the file")),
        "license-agrees": (audit, gettext("Audit of the licence")),
        "license-compatible": (f"{entry}#fits", gettext("Do the licences fit together?")),
        **dict.fromkeys(
            ("sbom-present", "sbom-readable", "sbom-complete"), (sbom, gettext("Bill of materials (SBOM)"))
        ),
        "third-party-marked": (scan, gettext("What the files say of their licences")),
        "contacts": (f"{entry}#who", gettext("Who looks after it")),
    }
    return {check: {"address": address, "title": title} for check, (address, title) in told.items()}


def blueprint(parts: Parts) -> Blueprint:
    """`/software/<slug>/readiness`, `/software/<slug>/compliance-report` and its `.odt`."""
    pages = Blueprint("release", __name__)

    def known(slug: str, language: str) -> tuple[ReleaseFacts, dict[str, str]]:
        with parts.store.reading() as session:
            found = living(session, slug)
            return entry_facts(session, found, parts.settings), link(found, language)

    def readiness(language: str, slug: str) -> Page:
        facts, software = known(slug, language)
        data = {"software": software, **readiness_data(facts, language)}
        report = url_for("release.compliance", slug=slug, form="html")
        return Page("release/readiness.html", data, {"marks": MARKS, "compliance": report, "places": _places(slug)})

    def compliance(language: str, slug: str) -> Page:
        facts, software = known(slug, language)
        told = compliance_data(facts, language)
        extra = {
            "readiness": url_for("release.readiness", slug=slug, form="html"),
            "document": url_for("release.document", slug=slug),
            "parts_of_report": told["parts"],
        }
        data = {"software": software, **{name: value for name, value in told.items() if name != "parts"}}
        return Page("release/compliance.html", data, extra)

    def document(lang: str, slug: str) -> Response:
        facts, _ = known(slug, lang)
        content = written_compliance("odt", facts, lang, parts.settings)
        response = Response(content, mimetype=ODT)
        name = f"license-compliance-report-{facts.day}.{lang}.odt"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    add_page(pages, "/software/<slug:slug>/readiness", readiness)
    add_page(pages, "/software/<slug:slug>/compliance-report", compliance)
    pages.add_url_rule("/software/<slug:slug>/compliance-report.odt", view_func=document)
    return pages
