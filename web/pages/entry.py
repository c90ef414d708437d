"""An entry's page: all that its file says, what we found about it, and the file itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlmodel import Session

from ...registry import catalogue
from ...registry.catalogue import Entry
from ...registry.store import slugify
from ...registry.why import tombstone_text
from ..errors import Problem
from ..language import foreign
from ..presenting import day, say
from ..translation import gettext
from . import Page, Parts, add_page
from .activity import activity_data, activity_extra
from .collections import in_collections
from .drift import drift_data
from .entry_compatible import compatible_data
from .entry_license import license_data, numbered
from .entry_sbom import sbom_data
from .entry_scan import scan_data
from .listings import listed
from .publiccode_values import Description, Facts, description, facts
from .related import Around, related_extra
from .release_short import entry_readiness
from .said import Said
from .summary import iso, link, reach, summary
from .told_by_host import file_titles, told_by_host
from .usage import entry_users


def blueprint(parts: Parts) -> Blueprint:
    """`/software/<slug>`; its files: `…/publiccode.yml`, `…/files/<path>`, and `…/lines/<path>` with the numbers of the lines."""
    pages = Blueprint("entry", __name__)
    around = Around(parts)

    def entry(language: str, slug: str) -> Page:
        with parts.store.reading() as session:
            found = living(session, slug)
            values = catalogue.whole(session, found)
            data = {**_data(session, parts, found, values, language), **around.get(session, found, language)}
        said = Said(values)
        chosen = description(said, language, request.args.get("description", ""))
        return Page("entry.html", data, _extra(said, chosen, facts(said), data, language))

    def raw(lang: str, slug: str) -> Response:
        with parts.store.reading() as session:
            found = living(session, slug)
            response = _file(session, found.shown.file_hash)
        response.headers["Content-Disposition"] = 'inline; filename="publiccode.yml"'
        return response

    def license_file(lang: str, slug: str, path: str) -> Response:
        with parts.store.reading() as session:
            found = living(session, slug)
            return _file(session, _license_hash(found, path))

    def license_lines(language: str, slug: str, path: str) -> Page:
        with parts.store.reading() as session:
            found = living(session, slug)
            file = catalogue.stored_file(session, _license_hash(found, path))
            software = link(found, language)
        if file is None:
            raise Problem(404, gettext("The file itself was not kept."))
        lines, cut = numbered(file.content)
        data = {"software": software, "path": path, "lines": lines, "cut": cut}
        return Page("license_lines.html", data, {"raw": url_for("entry.license_file", slug=slug, path=path)})

    add_page(pages, "/software/<slug:slug>", entry)
    add_page(
        pages, "/software/<slug:slug>/lines/<path:path>", license_lines, "/software/<slug:slug>/lines.json/<path:path>"
    )
    pages.add_url_rule("/software/<slug:slug>/publiccode.yml", view_func=raw)
    pages.add_url_rule("/software/<slug:slug>/files/<path:path>", view_func=license_file)
    return pages


def _license_hash(found: Entry, path: str) -> str:
    return next((str(file["hash"]) for file in found.shown.license_files if file["path"] == path), "")


def _file(session: Session, file_hash: str) -> Response:
    """A stored file as plain text, whatever it claims to be.

    Raises:
        Problem: 404; there is no such file here, or its content was not kept.

    """
    file = catalogue.stored_file(session, file_hash)
    if file is None:
        raise Problem(404, gettext("The file itself was not kept."))
    return Response(file.content, mimetype="text/plain")


def living(session: Session, slug: str) -> Entry:
    """The entry.

    Raises:
        Problem: 404 where there never was one; 410 where it is a tombstone, with the reason.

    """
    found = catalogue.entry(session, slug)
    if found is None:
        search = url_for("software.software", q=slugify(slug).replace("-", " "))
        raise Problem(
            404,
            gettext("No software has the address %(slug)s.", slug=slug),
            links=((gettext("Search for it"), search),),
        )
    if found.software.deactivated:
        raise Problem(
            410,
            gettext(
                "%(name)s: %(reason)s Since %(date)s.",
                name=found.software.name,
                reason=say(tombstone_text(found.software.deactivated)),
                date=day(found.software.deactivated_at),
            ),
            links=(
                (gettext("Every step of its repository"), url_for("why.why", url=found.repository.url)),
                (gettext("Search for similar software"), url_for("software.software", q=found.software.name)),
            ),
        )
    return found


def _data(session: Session, parts: Parts, found: Entry, values: Mapping[str, Any], language: str) -> dict[str, Any]:
    return {
        "software": {**summary(found, language), "created_at": iso(found.software.created_at)},
        "publiccode": values,
        "found_in": {
            "url": found.repository.url,
            "commit": found.shown.commit,
            "path": found.shown.path,
            "file": url_for("entry.raw", slug=found.software.slug),
            "assessed_at": iso(found.shown.assessed_at),
            "reach": reach(found),
            "reach_since": iso(found.repository.reach_since),
            "archived": found.repository.archived,
            "empty": found.repository.empty,
            "file_missing_since": iso(found.repository.file_missing_since),
            "why": url_for("why.why", url=found.repository.url),
        },
        "license": license_data(session, found, language),
        "sbom": sbom_data(session, found),
        "compatible": compatible_data(session, found),
        "listed_in": listed(session, found, language),
        "users": entry_users(session, found, language),
        "collections": in_collections(session, found, language, parts.settings.show_only_valid),
        "valid": found.newest.valid,
        "findings": [finding.to_json(language) for finding in found.findings],
        "findings_of": {"commit": found.newest.commit, "path": found.newest.path, "at": iso(found.newest.assessed_at)},
        "activity": activity_data(session, found),
        "host": told_by_host(session, found),
        "drift": drift_data(session, found, language),
        "scan": scan_data(session, found),
        "readiness": entry_readiness(session, found, parts.settings, values),
    }


def _extra(said: Said, chosen: Description, shown: Facts, data: Mapping[str, Any], language: str) -> dict[str, Any]:
    counted = [finding["severity"] for finding in data["findings"]]
    return {
        "description": chosen,
        "facts": shown,
        "further": said.rest(),
        "foreign": foreign([chosen.language, *chosen.others], language),
        "sparkline": activity_extra(data["activity"]),
        "file_titles": file_titles(),
        **related_extra(data["related"], data["software"]["slug"]),
        "errors": counted.count("error"),
        "warnings": counted.count("warning"),
    }
