"""The editor's form: which fields there are for a document, and which changes a form that comes back asks for.

Made from the standard's table (`schemas/standard.py`): each line of it that is not deprecated is a field, a list of sections is a
group that repeats, and each language of the description is a group. What the table does not know stays in the text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, unquote

from ...schemas.document import Document
from ...schemas.editing.changes import Change, Remove, Set
from ...schemas.languages import LONGEST
from ...schemas.nodes import Kind, Node, Path, key_text, plain
from ...schemas.standard import Type
from ...schemas.structure import Branch, tree
from ...schemas.vocabularies import key_example, key_help, key_label, label, labels
from ..language import language_name

PREFIX = "key:"
MOST_ITEMS = 200  # of a list of sections; the text holds the others
_AREAS = ("description.*.longDescription", "description.*.shortDescription")


@dataclass(slots=True)
class Field:
    """One field: its name in the form, its place in the file, and how it is shown.

    `kind`: line, area, items (one a line), choice, choices, boolean. `value` is what the field shows, in the form in which a
    browser sends it back; of `items` and `choices` the parts, one a line, and `originals` are the parts as they are
    written. Of `options` (value and label) the first `listed` are those of the closed list. `locked`: the value is nothing
    that a field can hold. `alone`: without it an item of a list would have nothing left. `findings` are about this place.
    """

    name: str
    path: Path
    key: str
    kind: str
    label: str
    help: str
    example: str
    required: bool
    value: str = ""
    originals: dict[str, str] = field(default_factory=dict)
    locked: bool = False
    alone: bool = False
    options: tuple[tuple[str, str], ...] = ()
    listed: int = 0
    findings: list[Mapping[str, object]] = field(default_factory=list)

    @property
    def id(self) -> str:
        """The id of the field's element."""
        return "f-" + _as_id(self.name)

    @property
    def wrong(self) -> bool:
        """Whether what stands here is a mistake; what is only missing yet is none."""
        return any(found["severity"] == "error" and found["rule"] != "key-required" for found in self.findings)

    @property
    def beyond(self) -> str:
        """The values outside of the closed list that the page has boxes for, one a line."""
        return "\n".join(value for value, _ in self.options[self.listed :])

    @property
    def chosen(self) -> tuple[str, ...]:
        """The parts of the value."""
        return tuple(part for part in self.value.split("\n") if part)


@dataclass(slots=True)
class Group:
    """Fields that belong together; `repeats`: one of several like it, which can be removed; `add`: can be added to.

    `path` is its place in the file, `count` the number of items that the file has there, `first` the key that each must have.
    """

    name: str
    title: str
    help: str = ""
    key: str = ""
    fields: list[Field] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    repeats: bool = False
    add: str = ""
    path: Path = ()
    count: int = 0
    first: str = ""

    @property
    def id(self) -> str:
        """The id of the group's element."""
        return "g-" + _as_id(self.name)

    def every_group(self) -> Iterator[Group]:
        """This group and those in it."""
        yield self
        for group in self.groups:
            yield from group.every_group()

    def every_field(self) -> Iterator[Field]:
        """The fields of this group and of those in it."""
        yield from self.fields
        for group in self.groups:
            yield from group.every_field()


def _as_id(name: str) -> str:
    return quote(name.removeprefix(PREFIX), safe="").replace("%2F", "-").replace("%", "_")


def field_name(path: Path) -> str:
    """The place as the name of a field: `key:`, so that it is never taken for another part of a form; steps parted by `/`."""
    return PREFIX + "/".join(quote(str(step), safe="") for step in path)


def place(name: str) -> Path | None:
    """The place that a name means; None where it is none in the table. The reverse of `field_name`."""
    branch: Branch | None = tree("0")
    path: list[str | int] = []
    for step in name.removeprefix(PREFIX).split("/")[:8]:
        text = unquote(step)
        if branch is None or len(text) > LONGEST:
            return None
        if branch.item is not None:
            if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text) < MOST_ITEMS):
                return None
            path.append(int(text))
            branch = branch.item
        else:
            path.append(text)
            branch = branch.keys.get(text) or branch.any
    return tuple(path) if branch is not None else None


class FormMaker:
    """Makes the form of one document.

    Args:
        document: what is in the text; its root is None for a text that cannot be read, and then there is no form.
        language: of labels and help.
        added: places of items and languages that the reader asked for and that are still empty.

    """

    def __init__(self, document: Document, language: str, added: Sequence[Path] = ()) -> None:
        self.document = document
        self.language = language
        self.added = added

    def groups(self, first: str, rest: str) -> list[Group]:
        """The form: single keys of the top level in two groups called `first` and `rest`, and a group for each section."""
        if self.document.root is None:
            return []
        basics, more, sections = Group("basics", first), Group("more", rest), []
        for name, branch in tree("0").keys.items():
            if branch.key.deprecated:
                continue
            if branch.keys or branch.any is not None:
                sections.append(self._section(branch, (name,)))
            elif branch.item is not None and branch.item.keys:
                more.groups.append(self._repeating(branch, (name,)))
            else:
                wanted = branch.key.required or name in (
                    "landingURL",
                    "softwareVersion",
                    "releaseDate",
                    "logo",
                    "categories",
                )
                (basics if wanted else more).fields.append(self._field(branch, (name,)))
        order = ("description", "legal", "maintenance", "localisation", "organisation", "intendedAudience")
        places = {field_name((name,)): number for number, name in enumerate(order)}
        sections.sort(key=lambda group: places.get(group.name, len(places)))
        return [basics, *sections, more]

    def _section(self, branch: Branch, path: Path) -> Group:
        group = self._group(branch, path)
        for name, below in branch.keys.items():
            if below.key.deprecated:
                continue
            if below.item is not None and below.item.keys:
                group.groups.append(self._repeating(below, (*path, name)))
            else:
                group.fields.append(self._field(below, (*path, name)))
        if branch.any is not None:
            group.add = "language"
            node = self.document.node(path)
            tags = [tag for tag, below in node.entries.items() if below.kind is Kind.MAPPING] if node else []
            tags += [
                str(steps[1]) for steps in self.added if len(steps) == 2 and steps[:1] == path and steps[1] not in tags
            ]
            for tag in tags[:MOST_ITEMS]:
                one = self._section(branch.any, (*path, tag))
                one.title, one.help, one.repeats = f"{language_name(tag, self.language)} ({tag})", "", True
                group.groups.append(one)
        return group

    def _repeating(self, branch: Branch, path: Path) -> Group:
        group = self._group(branch, path)
        group.add = "item"
        node = self.document.node(path)
        count = len(node.items) if node is not None and node.kind is Kind.LIST else 0
        group.count = count
        group.first = (
            next((name for name, below in branch.item.keys.items() if below.key.required), "") if branch.item else ""
        )
        extra = sum(1 for steps in self.added if len(steps) == len(path) + 1 and steps[:-1] == path)
        for number in range(min(count + extra, MOST_ITEMS)):
            if branch.item is not None:
                one = self._section(branch.item, (*path, number))
                one.title, one.help, one.repeats = f"{one.title} {number + 1}", "", True
                group.groups.append(one)
        return group

    def _group(self, branch: Branch, path: Path) -> Group:
        key = branch.key.path
        return Group(
            field_name(path), key_label(key, self.language), key_help(key, self.language), key_text(path), path=path
        )

    def _field(self, branch: Branch, path: Path) -> Field:
        key, kind = branch.key, "line"
        options: tuple[tuple[str, str], ...] = ()
        listed = (branch.item.key.listed if branch.item is not None else "") or key.listed
        if branch.item is not None:
            kind = "choices" if listed else "items"
        elif key.type is Type.BOOLEAN:
            kind = "boolean"
        elif listed:
            kind = "choice"
        elif key.path in _AREAS:
            kind = "area"
        if listed:
            options = tuple((value, label(listed, value, self.language)) for value in labels(listed))
        made = Field(
            field_name(path),
            path,
            key_text(path),
            kind,
            key_label(key.path, self.language),
            key_help(key.path, self.language),
            key_example(key.path),
            key.required,
            options=options,
        )
        node = self.document.node(path)
        made.value = shown(made, node)
        made.locked = node is not None and not _holds(made, node)
        if len(path) > 1 and isinstance(path[-2], int):
            item = self.document.node(path[:-1])
            made.alone = key.required or (item is not None and set(item.entries) <= {str(path[-1])})
        if node is not None and node.kind is Kind.LIST:
            made.originals = {" ".join(item.text.split()): item.text for item in reversed(node.items)}
        if kind in ("choice", "choices"):  # a value outside of the list is shown, so that it is not lost unseen
            known = {value for value, _ in options}
            made.listed = len(made.options)
            made.options += tuple((value, value) for value in made.chosen if value not in known)
        return made


def shown(made: Field, node: Node | None) -> str:
    """What the field shows of a value, in the form in which a browser sends it back."""
    if node is None or node.kind in (Kind.NULL, Kind.MAPPING):
        return ""
    if made.kind in ("items", "choices"):
        nodes = node.items if node.kind is Kind.LIST else [node]
        texts = [" ".join(item.text.split()) for item in nodes if item.kind not in (Kind.LIST, Kind.MAPPING)]
        return "\n".join(text for text in texts if text)
    if node.kind is Kind.LIST:
        return ""
    if made.kind == "boolean":
        return str(plain(node)).lower() if node.kind is Kind.BOOLEAN else node.text
    return node.text.strip() if made.kind == "area" else " ".join(node.text.split())


def _holds(made: Field, node: Node) -> bool:
    """Whether the field can hold the value without losing any of it."""
    nested = (Kind.LIST, Kind.MAPPING)
    if made.kind in ("items", "choices") and node.kind is Kind.LIST:
        return not any(item.kind in nested for item in node.items)
    return node.kind not in nested


def sent(made: Field, form: Mapping[str, list[str]]) -> str | None:
    """What a form that came back has in this field; None where it does not have it.

    A browser sends nothing for boxes without a mark: a hidden field of the same name and `:` tells that they were there.
    It sends boxes in the order of the page: those that were chosen before keep their order in the file.
    """
    if made.locked or (f"{made.name}:" if made.kind == "choices" else made.name) not in form:
        return None
    if made.kind == "choices":
        values = form.get(made.name, [])
        # A value that the text has got meanwhile has no box on the page, and is not taken for one without a mark.
        offered = {value for value, _ in made.options[: made.listed]} | set(form[f"{made.name}:"][0].split("\n"))
        kept = [value for value in made.chosen if value in values or value not in offered]
        return "\n".join(dict.fromkeys([*kept, *(value for value in values if value)]))
    text = form[made.name][0].replace("\r\n", "\n").replace("\r", "\n")
    if made.kind == "items":
        return "\n".join(" ".join(line.split()) for line in text.split("\n") if line.strip())
    return text.strip() if made.kind == "area" else " ".join(text.split())


def _whole(wanted: Sequence[Change], lists: Mapping[Path, Group]) -> Iterator[Change]:
    """The changes, with empty items before an item that is filled first: numbers of items never move under the reader."""
    counts = {path: group.count for path, group in lists.items()}
    for change in wanted:
        at = next((at for at, step in enumerate(change.path) if isinstance(step, int)), None)
        holder = change.path[:at] if at is not None else ()
        if at is not None and holder in counts:
            number = int(change.path[at])
            for empty in range(counts[holder], number):
                yield Set((*holder, empty, lists[holder].first), "")
            counts[holder] = max(counts[holder], number + 1)
        yield change


def changes(groups: Sequence[Group], form: Mapping[str, list[str]]) -> list[Change]:
    """What the form changes of the document that it was made from, in the order of the fields."""
    wanted = [
        _change(made, now)
        for group in groups
        for made in group.every_field()
        if (now := sent(made, form)) is not None and now != made.value
    ]
    lists = {group.path: group for one in groups for group in one.every_group() if group.add == "item"}
    return list(_whole(wanted, lists))


def _change(made: Field, now: str) -> Change:
    if not now and made.alone:
        return Set(made.path, "")  # the item stays: only its button takes it out
    if not now:
        return Remove(made.path)
    if made.kind in ("items", "choices"):
        return Set(made.path, [made.originals.get(part, part) for part in now.split("\n")])
    return Set(made.path, now == "true" if made.kind == "boolean" and now in ("true", "false") else now)


def attach(groups: Sequence[Group], findings: Sequence[Mapping[str, object]]) -> list[Mapping[str, object]]:
    """Puts each finding to the field that it is about, or to the nearest around it; those of no field come back.

    What comes back has the `target` (an id) and the `label` of the group that it is about, where there is one.
    """
    fields = {made.key: made for group in groups for made in group.every_field()}
    around = {group.key: group for one in groups for group in one.every_group() if group.key}
    left: list[Mapping[str, object]] = []
    for finding in findings:
        key = str(finding["key"])
        while key and key not in fields and key not in around:
            cut = max(key.rfind("."), key.rfind("["))
            key = key[: max(cut, 0)]
        if key in fields:
            fields[key].findings.append(finding)
        elif key:
            left.append({**finding, "target": around[key].id, "label": around[key].title})
        else:
            left.append(finding)
    return left
