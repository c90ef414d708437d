"""The editor: a form on one side, the text of a publiccode.yml on the other, its findings at each place.

The reader's text is the only state, and travels with the form: fields that were changed become changes of the text, and all
that no field shows stays as it is. Works without JavaScript by its buttons; with it, as the reader types.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug import Response as WerkzeugResponse

from ...schemas.candidate import Candidate, RepositoryFile
from ...schemas.document import MAX_BYTES, Document, parse
from ...schemas.editing import Edits
from ...schemas.editing.changes import Change, EditError, Remove
from ...schemas.nodes import Path, key_text
from ..errors import Problem
from ..presenting import current_language
from ..translation import gettext
from .checks import as_file
from .editor_form import FormMaker, Group, attach, changes, field_name, place
from .submitted import Desk

NEW = 'publiccodeYmlVersion: "0"\n'


@dataclass(slots=True)
class Edit:
    """A text in the editor: `added` are items and languages asked for and still empty, `troubles` changes that were not made."""

    text: str
    added: list[Path] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    focus: str = ""

    @property
    def document(self) -> Document:
        """The text as it is read."""
        return parse(self.text.encode("utf-8", "replace"))

    def make(self, wanted: Sequence[Change]) -> None:
        """Makes each of the changes in the text; those that cannot be made are told."""
        if not wanted:
            return
        try:
            edits = Edits(self.text)
        except EditError as error:
            self.troubles.append(error.reason.in_language(current_language()))
            return
        for change in wanted:
            try:
                edits.apply(change)
            except EditError as error:
                place = f"{key_text(error.path)}: " if error.path else ""
                self.troubles.append(place + error.reason.in_language(current_language()))
        self.text = edits.text


def blueprint(desk: Desk) -> Blueprint:
    """`/editor`, `/editor/import`, and `/editor/publiccode.yml`, the text as a file to keep."""
    pages = Blueprint("editor", __name__)

    @pages.get("/editor")
    def editor(lang: str) -> str:
        return _page(desk, Edit(NEW, [("description", current_language())]))

    @pages.post("/editor/import")
    def imported(lang: str) -> str:
        submitted = desk.take(request)
        content = submitted.candidate.file.content
        try:
            text = (content or b"").decode("utf-8-sig")
        except UnicodeDecodeError as error:
            text = gettext(
                "The file is not UTF-8. Save it as UTF-8 in your editor (in Notepad: Save as, encoding UTF-8), "
                "then open it again."
            )
            raise Problem(400, text) from error
        if not content:
            raise Problem(400, gettext("The file is empty, or it is no regular file."))
        return _page(desk, Edit(text.replace("\r\n", "\n")))

    @pages.post("/editor")
    def changed(lang: str) -> str:
        desk.limits.edit(request.remote_addr or "unknown")
        return _page(desk, _act(_edit(_form()), request.form.get("do", "")))

    @pages.post("/editor/publiccode.yml")
    def download(lang: str) -> Response:
        desk.limits.edit(request.remote_addr or "unknown")
        return as_file(_edit(_form()).text)

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
        desk.limits.edit(request.remote_addr or "unknown")
        return jsonify(_told(desk, _edit(_form())))

    return routes


def _form() -> Mapping[str, list[str]]:
    return {name: request.form.getlist(name) for name in request.form}


def _edit(form: Mapping[str, list[str]]) -> Edit:
    """The text that the form asks for: its own text, with what the fields change of the text that they were made from."""
    text, before = (form.get(name, [""])[0].replace("\r\n", "\n").removeprefix("\ufeff") for name in ("text", "before"))
    if len(text) > MAX_BYTES or len(before) > MAX_BYTES:
        raise Problem(413, gettext("The request has more bytes than are read."))
    added = [path for name in form.get("added", [])[:50] if (path := place(name)) is not None]
    edit = Edit(text, added)
    groups = _groups(parse(before.encode("utf-8", "replace")), added)
    edit.make(changes(groups, form))
    return edit


def _act(edit: Edit, action: str) -> Edit:
    """Carries out a button: `add:PLACE`, `remove:PLACE`, `add-language`."""
    verb, _, name = action.partition(":")
    if verb == "add-language":
        tag = request.form.get("new-language", "").strip()[:40]
        path: Path | None = ("description", tag) if tag else None
    else:
        path = place(name) if name else None
    if path is None:
        return edit
    if verb == "remove":
        if edit.document.node(path) is not None:
            edit.make([Remove(path)])
        edit.added = [added for added in edit.added if added != path]
        return edit
    if verb == "add":
        count = len(node.items) if (node := edit.document.node(path)) else 0
        extra = sum(1 for added in edit.added if added[:-1] == path)
        path = (*path, count + extra)
    edit.added.append(path)
    edit.focus = field_name(path)
    return edit


def _groups(document: Document, added: Sequence[Path]) -> list[Group]:
    return FormMaker(document, current_language(), added).groups(gettext("The software"), gettext("More"))


def _view(desk: Desk, edit: Edit) -> tuple[dict[str, Any], list[Group], list[Mapping[str, object]]]:
    document = edit.document
    language = current_language()
    candidate = Candidate(RepositoryFile("publiccode.yml", edit.text.encode("utf-8", "replace")))
    assessment = desk.judged(candidate, document)
    findings = [_for_form(finding.to_json(language)) for finding in assessment.findings]
    told: dict[str, Any] = {
        "valid": assessment.valid,
        "usable": assessment.usable,
        "summary": assessment.summary.in_language(language),
        "findings": findings,
        "begun": len(assessment.values or {}) != 1,  # a new file has its version and nothing else
        "todo": gettext("Still to fill in: %(count)s", count=len(findings)),
    }
    edit.added = [path for path in edit.added if document.node(path) is None]
    groups = _groups(document, edit.added)
    return told, groups, attach(groups, findings)


def _for_form(finding: dict[str, Any]) -> dict[str, Any]:
    """The finding as a form needs it: what a text would need (dashes, quotes, indentation) the form does by itself."""
    if finding["rule"] in ("key-required", "value-type"):
        return finding | {"help": ""}
    if finding["rule"] == "contacts-given":
        return finding | {"help": gettext("Add one by the button in the form.")}
    return finding


def _page(desk: Desk, edit: Edit) -> str:
    checked, groups, left = _view(desk, edit)
    return render_template(
        "editor.html",
        checked=checked,
        groups=groups,
        left=left,
        text=edit.text,
        added=[field_name(path) for path in edit.added],
        troubles=edit.troubles,
        focus=edit.focus,
        shape=_shape(groups),
    )


def _told(desk: Desk, edit: Edit) -> dict[str, Any]:
    """What the page's program needs: the text, the verdicts, the findings of each field, and the fields' values.

    `shape` changes when other fields than those of the page are needed: then the page has to be made anew.
    """
    checked, groups, left = _view(desk, edit)
    fields = {
        made.name: {"value": made.value, "findings": made.findings} for group in groups for made in group.every_field()
    }
    return checked | {
        "text": edit.text,
        "troubles": edit.troubles,
        "left": left,
        "fields": fields,
        "shape": _shape(groups),
    }


def _shape(groups: Sequence[Group]) -> str:
    names = "\n".join(made.name for group in groups for made in group.every_field())
    return sha256(names.encode()).hexdigest()[:16]
