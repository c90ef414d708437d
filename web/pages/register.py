"""Propose an address for the catalogue: first see how it would appear and what to repair, then propose it.

What is proposed is kept by `registry.proposals.propose`, the one write of the pages.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug import Response as WerkzeugResponse

from ...registry import catalogue
from ...registry.duplicates import Duplicate
from ...registry.models import Proposal
from ...registry.proposals import (
    LISTED,
    LONGEST_PUBLISHER,
    LONGEST_REMARK,
    Offer,
    ProposalsFull,
    proposal,
    propose,
)
from ...registry.store import StorageError
from ..errors import Problem, log
from ..presenting import current_language, say
from ..same_origin import require_same_origin
from ..translation import gettext
from . import Page, Parts, add_page, checks
from .preview import preview
from .registering import Found, Mistake, Typed, cleaned, find, typed_in
from .submitted import LONGEST_ADDRESS, Desk
from .summary import iso, link, publisher_name

_LARGEST_NUMBER = 2**31 - 1


def blueprint(parts: Parts, desk: Desk) -> Blueprint:
    """`/register`: the form, and what is found at an address; `/register/<number>`: what became of a proposal."""
    pages = Blueprint("register", __name__)
    form = _Form(parts, desk)

    def register(language: str) -> Page:
        typed = Typed(request.args.get("url", "").strip()[:LONGEST_ADDRESS])
        return Page("register.html", {"url": typed.url, "open": form.open}, form.shown(typed))

    @pages.post("/register")
    def registered(lang: str) -> WerkzeugResponse:
        require_same_origin(request)
        return form.answer(typed_in(request), proposing=request.form.get("do") == "propose")

    def proposed(language: str, number: int) -> Page:
        with parts.store.reading() as session:
            found = proposal(session, number)
            if found is None:
                lead = (gettext("Register software"), url_for("register.register"))
                raise Problem(404, gettext("There is no proposal %(number)s.", number=number), (lead,))
            entry = catalogue.entry_at(session, found.url)
            shown = entry if entry and catalogue.is_shown(entry, parts.settings.show_only_valid) else None
            return Page("proposal.html", _data(found) | {"software": link(shown, language) if shown else None})

    add_page(pages, "/register", register)
    add_page(pages, f"/register/<int(max={_LARGEST_NUMBER}):number>", proposed)
    return pages


class _Form:
    """The form of /register: what it shows, and what it answers."""

    def __init__(self, parts: Parts, desk: Desk) -> None:
        self._parts, self._desk = parts, desk

    @property
    def open(self) -> bool:
        """Whether the pages of this instance take proposals."""
        return self._parts.settings.proposals_per_hour > 0

    def answer(self, typed: Typed, proposing: bool) -> WerkzeugResponse:
        """What is at the address; where it is proposed and nothing stands in the way, its new page."""
        found, mistake = None, None
        try:
            asked = cleaned(typed)
            if proposing and self.open and not self._desk.limits.may_propose(request):
                raise self._too_many()
            found = find(self._desk, self._parts, request, asked)
            if proposing and found.stopped:
                raise Mistake("", gettext("This address was not proposed: see below what is known of it."), 409)
            if proposing:
                return redirect(url_for("register.proposed", number=self._keep(asked, found)), 303)
        except Mistake as caught:
            mistake = caught
        except Problem as problem:
            mistake = Mistake("", problem.detail, problem.status)
        except StorageError as error:
            log.error("%s", error)
            mistake = Mistake("", gettext("Its database does not answer."), 503)
        return self._page(typed, found, mistake)

    def _keep(self, asked: Typed, found: Found) -> int:
        """Keeps the proposal; gives its number."""
        if not self.open:
            raise Mistake("", gettext("This catalogue takes no proposals on its pages."), 403)
        if not self._desk.limits.propose(request):
            raise self._too_many()
        try:
            return propose(self._parts.store, Offer(found.url, asked.publisher, asked.remark, found.judged))[0]
        except ProposalsFull as error:
            told = gettext("Too many proposals wait for a decision. Nothing was kept; try again in some days.")
            raise Mistake("", told, 503) from error
        except StorageError as error:
            log.error("%s", error)
            told = gettext("The database takes nothing at the moment. Nothing was kept; try again in a few minutes.")
            raise Mistake("", told, 503) from error

    def _too_many(self) -> Mistake:
        most = self._parts.settings.proposals_per_hour
        return Mistake(
            "", gettext("The limit of proposals in an hour is reached (%(most)s). Try again later.", most=most), 429
        )

    def _page(self, typed: Typed, found: Found | None, mistake: Mistake | None) -> Response:
        shown = self.shown(typed, mistake) | (self._found(found) if found is not None else {})
        response = make_response(render_template("register.html", url=typed.url, open=self.open, **shown))
        response.status_code = mistake.status if mistake is not None else 200
        if response.status_code in (429, 503):
            response.headers["Retry-After"] = "60"
        return response

    def shown(self, typed: Typed, mistake: Mistake | None = None) -> dict[str, Any]:
        """What the template shows of the form itself."""
        language = current_language()
        names: list[str] = []
        try:
            with self._parts.store.reading() as session:
                names = [publisher_name(owner, language)["text"] for owner, _ in catalogue.publishers(session)]
        except StorageError as error:  # the form can do without them
            log.error("%s", error)
        fields = {"url": typed.url, "publisher": typed.publisher, "remark": typed.remark}
        return {
            "typed": typed,
            "mistake": mistake,
            "publishers": names,
            "longest": {"url": LONGEST_ADDRESS, "publisher": LONGEST_PUBLISHER, "remark": LONGEST_REMARK},
            "resend": {**fields, **({"group": "1"} if typed.group else {})},
            "found": None,
        }

    def _found(self, found: Found) -> dict[str, Any]:
        """What the template shows of the address."""
        language = current_language()
        told: dict[str, Any] = {"found": found, "known": [_known(one) for one in found.known], "shown": None}
        if found.submitted is None or found.document is None or found.assessment is None:
            return told
        told["checked"] = checks.answer(self._desk, found.submitted, found.document)
        told["text"], told["crlf"] = found.document.text, "\r\n" in found.document.text
        if found.assessment.usable:
            with self._parts.store.reading() as session:
                values = found.assessment.values or {}
                told["shown"] = preview(session, found.submitted.candidate, values, self._parts.settings, language)
        return told


def _known(one: Duplicate) -> Mapping[str, Any]:
    return {
        "kind": one.kind,
        "stops": one.stops,
        "text": say(one.text),
        "next": say(one.next),
        "software": url_for("entry.entry", slug=one.software) if one.software else "",
        "proposal": url_for("register.proposed", number=one.proposal) if one.proposal else "",
        "why": url_for("why.why", url=one.url) if one.url else "",
        "instead": one.instead,
    }


def _data(found: Proposal) -> dict[str, Any]:
    """What everybody may see of a proposal: not the remark, not who decided."""
    judged = {name: found.judged.get(name) for name in ("outcome", "valid", "usable", "errors", "warnings", "name")}
    return {
        "number": found.number,
        "url": found.url,
        "at": iso(found.at),
        "publisher": found.publisher,
        "status": "accepted" if found.status == LISTED else found.status,
        "decided_at": iso(found.decided_at),
        "reason": found.reason,
        "judged": {name: value for name, value in judged.items() if value is not None},
        "why": url_for("why.why", url=found.url),
    }
