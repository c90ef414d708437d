"""The attribution notice of an entry, of several entries, or of a collection: who has to be named, with which texts."""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for
from sqlmodel import Session

from ...registry import catalogue
from ...registry.attribution import attribution
from ...registry.attribution_facts import attribution_facts
from ...registry.catalogue import Entry
from ...registry.collections import collection, found_entries
from ...registry.columns import now
from ..documents.odt import MIMETYPE as ODT
from ..errors import Problem
from ..translation import gettext
from . import Page, Parts, add_page
from .attribution_forms import template_words, written_attribution
from .attribution_values import MOST_LISTED, MOST_TEXT, attribution_data
from .entry import living
from .submitted import Limits
from .summary import link

MOST = 50  # entries in one notice
COST = 200  # of each entry, beside the lines of audit reports that a reader may have made
_LONGEST_SLUG = 200
_ENDS = {"text": ("txt", "text/plain"), "markdown": ("md", "text/markdown"), "odt": ("odt", ODT)}
_READING = Lock()  # a bill of materials of 20,000 packages takes a second: one at a time


def blueprint(parts: Parts, limits: Limits) -> Blueprint:
    """`/software/<slug>/attribution`, `/attribution?software=…`, and each as `.txt`, `.md` and `.odt`."""
    pages = Blueprint("attribution", __name__)

    def told(session: Session, found: Sequence[Entry], language: str, whole: bool) -> dict[str, Any]:
        """The notice; the packages are listed of one entry alone."""
        if not limits.may_have_made(request):
            raise Problem(429, gettext("You had very many notices and reports made within a minute."))
        alone = len(found) == 1
        if alone:
            with _READING:
                known = [attribution_facts(session, found[0], language, packages=True)]
        else:
            known = [attribution_facts(session, one, language) for one in found]
        listed = sum(len(one.components.listed or ()) for one in known if one.components)
        limits.made(request, COST * len(known) + listed)
        day = now().astimezone(ZoneInfo(parts.settings.time_zone)).date()
        return attribution_data(attribution(known, language), day, None if whole else MOST_LISTED, MOST_TEXT)

    def single(language: str, slug: str) -> Page:
        with parts.store.reading() as session:
            found = living(session, slug)
            data = {"software": link(found, language), **told(session, [found], language, False)}
        return Page("attribution/page.html", data, _extra("single", data, slug=slug))

    def several(language: str) -> Page:
        with parts.store.reading() as session:
            found, remarks = _chosen(session, parts)
            works = told(session, found, language, False) if found else {"works": [], "texts": []}
            data = {"remarks": remarks, **works}
        return Page("attribution/page.html", data, _extra("several", data, **request.args.to_dict(flat=False)))

    def single_file(lang: str, slug: str, kind: str) -> Response:
        with parts.store.reading() as session:
            data = told(session, [living(session, slug)], lang, True)
        return _file(data, kind, lang, slug)

    def several_file(lang: str, kind: str) -> Response:
        with parts.store.reading() as session:
            found, remarks = _chosen(session, parts)
            if not found:
                raise Problem(404, " ".join(remarks) or gettext("The address names no software."))
            data = told(session, found, lang, True)
        return _file(data, kind, lang, "")

    def _file(data: dict[str, Any], form: str, language: str, slug: str) -> Response:
        content = written_attribution(form, data, language, parts.settings)
        end, mimetype = _ENDS[form]
        response = Response(content, mimetype=mimetype)
        name = "-".join(filter(None, ("attribution", slug if slug.isascii() else "", data["day"])))
        response.headers["Content-Disposition"] = f'attachment; filename="{name}.{language}.{end}"'
        return response

    add_page(pages, "/software/<slug:slug>/attribution", single)
    add_page(pages, "/attribution", several)
    for form, (end, _) in _ENDS.items():
        given = {"kind": form}
        pages.add_url_rule(f"/software/<slug:slug>/attribution.{end}", view_func=single_file, defaults=given)
        pages.add_url_rule(f"/attribution.{end}", view_func=several_file, defaults=given)
    return pages


def _chosen(session: Session, parts: Parts) -> tuple[list[Entry], list[str]]:
    """The entries that the address names, by `software` and by `collection`; a remark about each name that gives none.

    Raises:
        Problem: 400 there are too many names; 404 there is no such collection.

    """
    given = [slug.strip() for slug in request.args.getlist("software") if slug.strip()]
    if len(given) > MOST:
        raise Problem(400, gettext("software may stand %(limit)s times at most.", limit=MOST))
    only_valid = parts.settings.show_only_valid
    found: dict[str, Entry] = {}
    remarks: list[str] = []
    for slug in dict.fromkeys(given):
        one = catalogue.entry(session, slug) if len(slug) <= _LONGEST_SLUG else None
        if one is None or one.software.deactivated or not catalogue.is_shown(one, only_valid):
            remarks.append(
                gettext("The catalogue shows no software with the address %(slug)s.", slug=slug[:_LONGEST_SLUG])
            )
        else:
            found[one.software.slug] = one
    named = request.args.get("collection", "").strip()
    if named:
        kept = collection(session, named[:_LONGEST_SLUG])
        if kept is None:
            raise Problem(404, gettext("No collection has the address %(slug)s.", slug=named[:_LONGEST_SLUG]))
        items = found_entries(session, [item["key"] for item in kept.items], only_valid)
        found |= {one.software.slug: one for one in items.values()}
        if len(items) < len(kept.items):
            count = len(kept.items) - len(items)
            remarks.append(gettext("Not in this catalogue, and so not in this notice: %(count)s", count=count))
    if len(found) > MOST:
        remarks.append(
            gettext(
                "A notice has %(most)s systems at most; left out: %(count)s. publiccode audit attribution writes all of them.",
                most=MOST,
                count=len(found) - MOST,
            )
        )
    return list(found.values())[:MOST], remarks


def _extra(view: str, told: dict[str, Any], **asked: Any) -> dict[str, Any]:
    """What the template needs besides: the addresses of the files, and how lines are told."""
    files = {form: url_for(f"attribution.{view}_file", kind=form, **_kept(asked)) for form in _ENDS}
    return {"files": files, **template_words(told)}


def _kept(asked: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in asked.items() if name in ("slug", "software", "collection")}
