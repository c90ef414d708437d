"""Bills of materials to take along: `/software/<slug>/sbom.spdx.json`, `.spdx`, `.spdx3.json`, and those of publishers and all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for
from sqlmodel import Session, func, select

from ...registry.audit.past import end_of_day
from ...registry.audit.report import Kind, Scope, ScopeError
from ...registry.columns import now
from ...registry.models import Software
from ...registry.sbom_writing import CATALOGUE, FORMS, Bill, Place, bill_of, pieces
from ..errors import Problem
from ..translation import gettext
from . import Parts
from .audit_kept import Busy, Turns
from .audit_reports import DayError, read_days
from .entry import living
from .submitted import Limits
from .without_file import publisher_at

MOST = 5_000  # packages of a document that is made for a page; the command writes any number
_PLACES = {"software": "/software/<slug:slug>", "publisher": "/publishers/<slug:slug>", "catalogue": "/audit"}


def blueprint(parts: Parts, limits: Limits) -> Blueprint:
    """The documents, one address for each form."""
    pages = Blueprint("sbom_downloads", __name__)
    maker = _Maker(parts, limits)
    for name, place in _PLACES.items():
        for form, kind in FORMS.items():
            view = partial(maker.answer, _SCOPES[name], form)
            pages.add_url_rule(f"{place}/sbom.{kind.suffix}", f"{name}_{form}", view)
    return pages


def downloads(place: str, **arguments: Any) -> list[dict[str, str]]:
    """The addresses of the documents about an entry, a publisher (`slug`) or the catalogue, for pages and their data."""
    return [
        {
            "format": kind.title,
            "media_type": kind.media_type,
            "address": url_for(f"sbom_downloads.{place}_{form}", **arguments),
        }
        for form, kind in FORMS.items()
    ]


def _software(session: Session, slug: str) -> Scope:
    living(session, slug)
    return Scope(Kind.SOFTWARE, slug)


def _publisher(session: Session, slug: str) -> Scope:
    publisher_at(session, slug)
    return Scope(Kind.PUBLISHER if request.args.get("alone") == "1" else Kind.BELOW, slug)


def _catalogue(session: Session, slug: str) -> Scope:
    if session.exec(select(func.count()).select_from(Software)).one() > MOST:
        raise _too_large()
    return Scope()


_SCOPES: dict[str, Callable[[Session, str], Scope]] = {
    "software": _software,
    "publisher": _publisher,
    "catalogue": _catalogue,
}


class _Maker:
    """Makes one document at a time."""

    def __init__(self, parts: Parts, limits: Limits) -> None:
        self.parts, self.limits, self.turns = parts, limits, Turns(1)
        self.zone = ZoneInfo(parts.settings.time_zone)

    def answer(self, scope_of: Callable[[Session, str], Scope], form: str, lang: str, slug: str = "") -> Response:
        """The document as of the end of the day that the address names (`as-of`), else of now."""
        if not self.limits.may_have_made(request):
            raise Problem(429, gettext("You had very many reports made within a minute. Try again in a moment."))
        with _problems(), self.turns.take():
            with self.parts.store.reading() as session:
                bill = self._bill(session, scope_of(session, slug))
            self.limits.made(request, 10 + len(bill.items))
            if len(bill.items) > MOST:
                raise _too_large()
            content = "".join(pieces(bill, form))
        response = Response(content, content_type=_content_type(form))
        name = f"{slug or 'catalogue'}.{FORMS[form].suffix}"
        response.headers.set("Content-Disposition", "attachment", filename=name)
        response.set_etag(f"{form}-{bill.namespace().rpartition('/')[2]}")
        response.make_conditional(request)
        return response

    def _bill(self, session: Session, scope: Scope) -> Bill:
        moment = now()
        day = read_days(request.args.get("as-of", ""), "", moment.astimezone(self.zone).date()).as_of
        at = min(end_of_day(day, self.zone), moment) if day else moment
        settings = self.parts.settings
        place = Place(settings.catalogue_name or CATALOGUE, request.host_url.rstrip("/"))
        return bill_of(session, scope, at, place, settings.show_only_valid)


def _content_type(form: str) -> str:
    kind = FORMS[form].media_type
    return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind


def _too_large() -> Problem:
    text = gettext(
        "This bill of materials has more than %(most)s packages, too many to be made while a reader waits. "
        "The operator of the catalogue can write it: publiccode sbom write",
        most=MOST,
    )
    return Problem(403, text)


@contextmanager
def _problems() -> Iterator[None]:
    try:
        yield
    except DayError as error:
        raise Problem(400, gettext("as-of must be a day of the past, written as YYYY-MM-DD.")) from error
    except ScopeError as error:
        raise Problem(404, gettext("The catalogue showed nothing of this address at that time.")) from error
    except Busy as error:
        raise Problem(503, gettext("Several large reports are being made at this moment.")) from error
