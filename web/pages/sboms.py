"""The bills of materials of an entry: `/software/<slug>/sbom`, and each document as it is stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from flask import Blueprint, Response, request, url_for
from sqlmodel import Session

from ...registry import sboms
from ...registry.catalogue import Entry
from ...registry.evidence_models import SbomRecord
from ...schemas.sbom import Package, Quality, Sbom, State
from ..errors import Problem
from ..presenting import say
from ..translation import gettext
from . import Page, Parts, add_page
from .entry import living
from .entry_sbom import document_summary
from .paging import last_page, paging, refuse_behind
from .sbom_downloads import downloads
from .sbom_words import element_title, state_title
from .software import page_number
from .submitted import Limits
from .summary import link

PAGE = 200  # packages
_WAIT = 5  # seconds for others whose large documents are being read
_COSTLY = 1_000  # counted for a large document that gave nothing
_SOME, _MANY = 20, 200  # names, and licences, that are listed
_BODY = "Organization: "
_Judged = tuple[Sbom, Quality]


def blueprint(parts: Parts, limits: Limits) -> Blueprint:
    """`/software/<slug>/sbom` and `/software/<slug>/sbom/<number>`."""
    pages = Blueprint("sboms", __name__)

    def sbom(language: str, slug: str) -> Page:
        with parts.store.reading() as session:
            found = living(session, slug)
            rows = sboms.current(session, found.software.id)
            row = _chosen(session, found, rows)
            source = sboms.source(session, row) if row else None
            data = {
                "software": link(found, language),
                "documents": [document_summary(found, one) for one in rows],
                "document": document_summary(found, row) if row else None,
                "downloads": downloads("software", slug=found.software.slug),
            }
        read = _judged(source, limits) if source else None  # no transaction is open while a document is read
        data |= _content(read, found, row)
        return Page("sbom.html", data, _extra(read, found, row, data))

    def document(lang: str, slug: str, number: int) -> Response:
        with parts.store.reading() as session:
            found = living(session, slug)
            row = sboms.numbered(session, found.software.id, number)
            content = sboms.content_of(session, row) if row else None
        if row is None or content is None:
            raise Problem(404, gettext("The file itself was not kept."))
        response = Response(content, mimetype="application/octet-stream")
        response.headers.set("Content-Disposition", "attachment", filename=_file_name(row))
        return response

    add_page(pages, "/software/<slug:slug>/sbom", sbom)
    pages.add_url_rule("/software/<slug:slug>/sbom/<int:number>", view_func=document)
    return pages


def _judged(source: sboms.Source, limits: Limits) -> _Judged | None:
    """What is in the document. Reading a large one counts as work that is done for one reader.

    Raises:
        Problem: 429, this reader had much read; 503, others are being read.

    """
    large = source.content is not None and len(source.content) > sboms.SMALL
    if large and not limits.may_have_made(request):
        raise Problem(429, gettext("You had very many reports made within a minute. Try again in a moment."))
    try:
        found = sboms.judged_source(source, _WAIT)
    except sboms.Busy as error:
        raise Problem(503, gettext("Several large documents are being read at this moment.")) from error
    if large:
        limits.made(request, 10 + len(found[0].packages) // 10 if found else _COSTLY)
    return found


def _chosen(session: Session, found: Entry, rows: Sequence[SbomRecord]) -> SbomRecord | None:
    """The document that the address asks for (`document=<number>`, also one of former times), else the first.

    Raises:
        Problem: 404; there is no such document.

    """
    asked = request.args.get("document", "")
    if not asked:
        return rows[0] if rows else None
    row = sboms.numbered(session, found.software.id, int(asked)) if asked.isdecimal() and len(asked) < 10 else None
    if row is None:
        raise Problem(404, gettext("This software has no bill of materials with the number %(number)s.", number=asked))
    return row


def _content(judged: _Judged | None, found: Entry, row: SbomRecord | None) -> dict[str, Any]:
    """What is in the document: one page of its packages, narrowed by `state` and `license`."""
    if judged is None or row is None:
        return {"content": None}
    read, told = judged
    packages, names = _narrowed(read), {one.ref: one.name for one in read.extracted if one.name}
    last, page = last_page(len(packages), PAGE), page_number(request.args)
    refuse_behind(page, last, partial(_address, found, row))
    return {
        "content": {
            "name": read.name,
            "authors": _some(
                one.removeprefix(_BODY) for one in read.authors if one.startswith(_BODY)
            ),  # no people here
            "tools": _some(read.tools),
            "tools_count": len(read.tools),
            "states": {str(state): count for state, count in read.states.items()},
            "licenses": [{"license": name or None, "packages": count} for name, count in _first(read)],
            "licenses_count": len(read.licenses),
            "ntia": dict(told.ntia),
            "score": told.score,
            "reasons": [say(reason) for reason in told.reasons],
            "filters": {"state": request.args.get("state", ""), "license": request.args.get("license", "")},
            "matching": len(packages),
            "page": page,
            "pages": last,
            "packages": [_package(package, names) for package in packages[(page - 1) * PAGE : page * PAGE]],
        }
    }


def _some(names: Iterable[str]) -> list[str]:
    """The first names, each as long as a line: how many and how long they are, a stranger decides."""
    return [name[:_MANY] for name in islice(names, _SOME)]


def _first(read: Sbom) -> list[tuple[str, int]]:
    """The most frequent licences."""
    return list(islice(read.licenses.items(), _MANY))


def _narrowed(read: Sbom) -> list[Package]:
    """The packages that the address asks for, those that need a look first.

    Raises:
        Problem: 400; a state that is none.

    """
    state, license_ = request.args.get("state", ""), request.args.get("license", "")
    if state and state not in tuple(State):
        raise Problem(400, gettext("state must be one of: %(values)s.", values=", ".join(State)))
    chosen = (
        package
        for package in read.packages
        if (not state or package.state == state) and (not license_ or package.license == license_)
    )
    return sorted(chosen, key=lambda package: _ORDER[package.state])


_ORDER: Mapping[State, int] = {
    State.UNKNOWN: 0,
    State.INVALID: 1,
    State.NOASSERTION: 2,
    State.NONE: 3,
    State.KNOWN: 4,
}


def _package(package: Package, names: Mapping[str, str]) -> dict[str, Any]:
    """A package, without the people in it: they stand in the document alone. `names`: those of licences that have no id."""
    words = package.license.replace("(", " ").replace(")", " ").split()
    return {
        "name": package.name,
        "version": package.version,
        "purl": package.purl or None,
        "kind": package.kind or None,
        "license": package.license or None,
        "declared": package.declared or None,
        "concluded": package.concluded or None,
        "license_names": list(dict.fromkeys(names[word] for word in words if word in names)),
        "state": str(package.state),
    }


def _address(found: Entry, row: SbomRecord, page: int = 1, **changes: str) -> str:
    chosen: dict[str, Any] = {
        "document": str(row.number),
        "state": request.args.get("state", ""),
        "license": request.args.get("license", ""),
        "page": str(page) if page > 1 else "",
    }
    kept: dict[str, Any] = {name: value for name, value in {**chosen, **changes}.items() if value}
    return url_for("sboms.sbom", slug=found.software.slug, form="html", **kept)


def _extra(judged: _Judged | None, found: Entry, row: SbomRecord | None, data: Mapping[str, Any]) -> dict[str, Any]:
    """What the template needs besides."""
    if judged is None or row is None:
        return {"page": 1, "pages": 1}
    content = data["content"]
    read, told = judged
    at = partial(_address, found, row)
    return {
        "states": [
            (str(state), state_title(state), count, at(state=str(state)))
            for state, count in read.states.items()
            if count
        ],
        "all_states": at(state="", license=""),
        "state_titles": {str(state): state_title(state) for state in State},
        "licenses": [(name, count, at(license=name, state="")) for name, count in _first(read) if name],
        "expressions": sum(bool(name) for name in read.licenses),
        "elements": [(element_title(name), count, len(read.packages)) for name, count in told.ntia.items()],
        "page": content["page"],
        "pages": content["pages"],
        **paging(content["page"], content["pages"], at),
    }


def _file_name(row: SbomRecord) -> str:
    """The name under which the document is saved: that of the file where it was found."""
    path = unquote(urlsplit(row.place).path) if row.kind == sboms.RELEASE else row.place
    name = PurePosixPath(path).name
    return name if name.isprintable() and 0 < len(name) <= _MANY else f"sbom-{row.number}"
