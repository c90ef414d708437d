"""What a form of the editor asks for: its own text, with what the fields change of the text that they were made from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from flask import Request

from ...schemas.candidate import Candidate, RepositoryFile
from ...schemas.document import MAX_BYTES, Document, parse
from ...schemas.editing import Edits
from ...schemas.editing.changes import Change, EditError, Remove
from ...schemas.languages import is_language_tag
from ...schemas.nodes import Path, key_text
from ...schemas.structure import structure
from ..errors import Problem
from ..presenting import current_language
from ..translation import gettext
from .editor_form import Field, FormMaker, Group, changes, field_name, place, sent
from .submitted import Submitted, refused

MOST_CHANGES = 100  # of one form at once; whoever changes more does so in several steps, or in the text
MOST_ADDED = 30  # items and languages that are still empty


@dataclass(slots=True)
class Edit:
    """A text in the editor, and the text that its form is made from: the same, unless `text` cannot be read.

    `added` are items and languages asked for and still empty; `troubles` changes that were not made; `sent` what the fields
    had, by their names, kept where it could not be put into the text; `focus` the place to go on at (`+`: its button that adds
    one); `crlf`: the file has
    the line ends of Windows.
    """

    text: str
    before: str
    added: list[Path] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    sent: dict[str, str] = field(default_factory=dict)
    focus: str = ""
    crlf: bool = False

    @property
    def candidate(self) -> Candidate:
        """The text as a file."""
        return Candidate(RepositoryFile("publiccode.yml", self.file_text.encode("utf-8", "replace")))

    @property
    def file_text(self) -> str:
        """The text with the line ends of its file."""
        return self.text.replace("\n", "\r\n") if self.crlf else self.text

    @property
    def document(self) -> Document:
        """The text as it is read."""
        return _read(self.text)

    def make(self, wanted: Sequence[Change]) -> None:
        """Makes the changes in the text; those that cannot be made are told."""
        if not wanted:
            return
        try:
            edits = Edits(self.text)
        except EditError as error:
            self.troubles.append(error.reason.in_language(current_language()))
            return
        self._apply(edits, list(wanted))
        self.text = self.before = edits.text

    def _apply(self, edits: Edits, wanted: list[Change]) -> None:
        """All together; where that fails, in halves, until what fails stands alone."""
        try:
            edits.apply(*wanted)
        except EditError as error:
            if len(wanted) > 1:
                middle = len(wanted) // 2
                self._apply(edits, wanted[:middle])
                self._apply(edits, wanted[middle:])
            else:
                where = f"{key_text(error.path)}: " if error.path else ""
                self.troubles.append(where + error.reason.in_language(current_language()))


def edit_of(request: Request) -> Edit:
    """What a form that came back asks for.

    Raises:
        Problem: 413, the texts are too large.

    """
    form = {name: request.form.getlist(name) for name in request.form}
    text, before = (_unix(form.get(name, [""])[0]) for name in ("text", "before"))
    if len(text) > MAX_BYTES or len(before) > MAX_BYTES:
        raise Problem(413, gettext("The request has more bytes than are read."))
    edit = Edit(text, text, _added(form.get("added", [])), crlf=form.get("line-ends") == ["crlf"])
    old, new = _read(before), edit.document
    groups = FormMaker(old, current_language(), edit.added).groups("", "")
    wanted = changes(groups, form)
    if new.root is None and old.root is not None:
        edit.before = before
        edit.sent = {made.name: now for made in _fields(groups) if (now := sent(made, form)) is not None}
        if wanted:
            edit.troubles.append(gettext("The text cannot be read; what the form has is kept until it can."))
        return edit
    if len(wanted) > MOST_CHANGES:
        edit.troubles.append(gettext("Only %(most)s changes are made at once.", most=MOST_CHANGES))
    edit.make([change for change in wanted[:MOST_CHANGES] if not _changed_in_both(edit, change, old, new)])
    _forget_filled(edit)
    return edit


def _changed_in_both(edit: Edit, change: Change, old: Document, new: Document) -> bool:
    """Whether the text was changed at the same place as the form; then the text stays, and the reader is told."""
    number = next((at for at, step in enumerate(change.path) if isinstance(step, int)), len(change.path))
    around = change.path[
        :number
    ]  # items are told apart by their numbers, which hold only in a list that nobody touched
    if new is old or old.value(around) == new.value(around):
        return False
    edit.troubles.append(
        gettext("%(key)s was changed in the text and in the form; the text stays.", key=key_text(change.path))
    )
    return True


def act(edit: Edit, action: str, language: str) -> Edit:
    """Carries out a button: `add:PLACE`, `remove:PLACE`, `drop:KEY` (an unknown one), `add-language`."""
    verb, _, name = action.partition(":")
    if verb == "add-language":
        return _add_language(edit, language.strip())
    if verb == "drop":
        unknown = structure(edit.document).unknown
        edit.make([Remove(one.path) for one in unknown if key_text(one.path) == name][:1])
        return edit
    path = place(name) if name else None
    if path is None:
        return edit
    if verb == "remove":
        _remove(edit, path)
    elif verb == "add":
        node = edit.document.node(path)
        path = (*path, (len(node.items) if node else 0) + sum(added[:-1] == path for added in edit.added))
        edit.added.append(path)
        edit.focus = field_name(path)
    return edit


def _add_language(edit: Edit, tag: str) -> Edit:
    path: Path = ("description", tag)
    if not is_language_tag(tag):
        edit.troubles.append(
            gettext("“%(tag)s” is no language tag; write one such as zh-Hant, en or it.", tag=tag[:40])
        )
    elif not _has_language(edit, tag):
        edit.added.append(path)
    edit.focus = field_name(path)
    return edit


def _has_language(edit: Edit, tag: str) -> bool:
    """Whether the description has the language, in whatever case of its letters (RFC 5646, section 2.1.1)."""
    node = edit.document.node(("description",))
    known = [*(node.entries if node else ()), *(str(path[1]) for path in edit.added if path[0] == "description")]
    return tag.lower() in (one.lower() for one in known)


def _remove(edit: Edit, path: Path) -> None:
    if edit.document.node(path) is not None:
        edit.make([Remove(path)])
    else:  # still empty: one of those that were asked for goes, whichever number it has now
        same = [
            added for added in edit.added if added == path or (isinstance(path[-1], int) and added[:-1] == path[:-1])
        ]
        for added in same[-1:]:
            edit.added.remove(added)
    edit.focus = f"+{field_name(path[:-1])}"


def groups_of(edit: Edit, document: Document) -> list[Group]:
    """The form of the text (`document`); of the one before, with what was filled in, where the text cannot be read."""
    shown = document if edit.before == edit.text else _read(edit.before)
    groups = FormMaker(shown, current_language(), edit.added).groups(gettext("The software"), gettext("More"))
    for made in _fields(groups):
        made.value = edit.sent.get(made.name, made.value)
    return groups


def shape(groups: Sequence[Group]) -> str:
    """A short name of the fields that a form has."""
    return sha256("\n".join(made.name for made in _fields(groups)).encode()).hexdigest()[:16]


def imported_text(submitted: Submitted) -> tuple[str, bool]:
    """The text of a file to edit, with line ends of one kind; and whether it had those of Windows.

    Raises:
        Problem: 400, it is no text that can be edited.

    """
    content = submitted.candidate.file.content
    if content is None:
        raise refused(400, gettext("The file has more than %(most)s bytes, or it is no regular file.", most=MAX_BYTES))
    if not content:
        raise refused(400, gettext("The file is empty."))
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        told = gettext(
            "The file is not UTF-8. Save it as UTF-8 in your editor (in Notepad: Save as, encoding UTF-8), "
            "then open it again."
        )
        raise refused(400, told) from error
    return _unix(text), "\r\n" in text


def _fields(groups: Sequence[Group]) -> list[Field]:
    return [made for group in groups for made in group.every_field()]


def _added(names: Sequence[str]) -> list[Path]:
    paths = [path for name in names[:MOST_ADDED] if (path := place(name)) is not None]
    return [path for at, path in enumerate(paths) if isinstance(path[-1], int) or path not in paths[:at]]


def _forget_filled(edit: Edit) -> None:
    document = edit.document
    edit.added = [path for path in edit.added if document.node(path) is None]


def _unix(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _read(text: str) -> Document:
    return parse(text.encode("utf-8", "replace"))
