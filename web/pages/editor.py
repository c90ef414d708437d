"""The editor: a form on one side, the text of a publiccode.yml on the other, its findings at each place.

The reader's text is the only state, and travels with the form: fields that were changed become changes of the text, and all
that no field shows stays as it is. Works without JavaScript by its buttons; with it, as the reader types.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug import Response as WerkzeugResponse

from ...schemas.drafts.new_file import NEW
from ...schemas.vocabularies import licenses
from ..presenting import current_language
from ..translation import gettext
from .checks import as_file
from .checks import page as check_page
from .editing import Edit, act, edit_of, groups_of, imported_text, shape
from .editor_form import Group, attach, field_name
from .submitted import Desk, Submitted


def blueprint(desk: Desk) -> Blueprint:
    """`/editor`, `/editor/import`, and `/editor/publiccode.yml`, the text as a file to keep."""
    pages = Blueprint("editor", __name__)

    @pages.get("/editor")
    def editor(lang: str) -> str:
        return _page(desk, Edit(NEW, NEW, [("description", current_language())]))

    @pages.post("/editor/import")
    def imported(lang: str) -> str:
        text, crlf = imported_text(desk.take(request))
        return _page(desk, Edit(text, text, crlf=crlf))

    @pages.post("/editor")
    def changed(lang: str) -> str:
        desk.limits.edit(request)
        action, edit = request.form.get("do", ""), edit_of(request)
        if action == "check" and not edit.troubles:
            return check_page(desk, Submitted("publiccode.yml", edit.candidate))
        return _page(desk, act(edit, action, request.form.get("new-language", "")))

    @pages.post("/editor/publiccode.yml")
    def download(lang: str) -> Response | str:
        desk.limits.edit(request)
        edit = edit_of(request)
        # A file that lacks what the reader wrote into the form must not be taken for the result.
        return _page(desk, edit) if edit.troubles else as_file(edit.file_text)

    @pages.get("/editor/import")
    @pages.get("/editor/publiccode.yml")
    def begin(lang: str) -> WerkzeugResponse:  # what is only sent to has no page of its own
        return redirect(url_for("editor.editor"))

    return pages


def api(desk: Desk) -> Blueprint:
    """`POST /api/editor`: the form's changes carried out, as the page's program asks for while the reader types."""
    routes = Blueprint("editor_api", __name__)

    @routes.post("/editor")
    def change() -> Response:
        desk.limits.edit(request)
        return jsonify(_told(desk, edit_of(request)))

    return routes


def _view(desk: Desk, edit: Edit) -> tuple[dict[str, Any], list[Group], list[Mapping[str, object]]]:
    document = edit.document
    assessment = desk.judged(edit.candidate, document)
    language = current_language()
    findings = [_for_form(finding.to_json(language)) for finding in assessment.findings]
    told: dict[str, Any] = {
        "valid": assessment.valid,
        "usable": assessment.usable,
        "summary": assessment.summary.in_language(language),
        "findings": findings,
        "begun": len(assessment.values or {}) != 1,  # a new file has its version and nothing else
        "todo": gettext("Still to fill in: %(count)s", count=len(findings)),
    }
    groups = groups_of(edit, document)
    left = attach(groups, findings)
    return told, groups, [_placed(finding) for finding in left]


def _for_form(finding: dict[str, Any]) -> dict[str, Any]:
    """The finding as a form needs it: what a text would need (dashes, quotes, indentation) the form does by itself."""
    if finding["rule"] in ("key-required", "value-type"):
        return finding | {"help": ""}
    if finding["rule"] == "version-latest":
        return finding | {"help": gettext("Write 0 here.")}
    if finding["rule"] == "contacts-given":
        return finding | {"help": gettext("Add one by the button in the form.")}
    return finding


def _placed(finding: Mapping[str, object]) -> Mapping[str, object]:
    """A finding that no field shows: its line, where the text has one; for an unknown key that it can be taken out."""
    place = gettext("line %(line)s", line=finding["line"]) if finding["line"] else ""
    return {**finding, "place": place, "drop": f"drop:{finding['key']}" if finding["rule"] == "key-known" else ""}


def _page(desk: Desk, edit: Edit) -> str:
    checked, groups, left = _view(desk, edit)
    inside = (made.name for group in groups for made in group.every_field() if made.name.startswith(f"{edit.focus}/"))
    return render_template(
        "editor.html",
        checked=checked,
        groups=groups,
        left=left,
        text=edit.text,
        before=edit.before,
        added=[field_name(path) for path in edit.added],
        troubles=edit.troubles,
        focus=next(inside, edit.focus) if edit.focus else "",
        crlf=edit.crlf,
        licenses=_open_licenses(),
        shape=shape(groups),
    )


@cache
def _open_licenses() -> tuple[tuple[str, str], ...]:
    """Id and name of the licences that the OSI approves and nobody has deprecated: what a field suggests."""
    listed = licenses().values()
    return tuple((found, facts["name"]) for found, facts in listed if facts.get("osi") and not facts.get("deprecated"))


def _told(desk: Desk, edit: Edit) -> dict[str, Any]:
    """What the page's program needs: the text, the verdicts, the findings of each field as data and as `html`, the values.

    `shape` changes when other fields than those of the page are needed: then the page has to be made anew.
    """
    checked, groups, left = _view(desk, edit)
    fields = {
        made.name: {"value": made.value, "wrong": made.wrong, "findings": made.findings}
        for group in groups
        for made in group.every_field()
    }
    shown = {"checked": checked, "groups": groups, "left": left, "troubles": edit.troubles}
    return checked | {
        "html": render_template("editor_live.html", **shown),
        "text": edit.text,
        "before": edit.before,
        "troubles": edit.troubles,
        "left": left,
        "fields": fields,
        "shape": shape(groups),
    }
