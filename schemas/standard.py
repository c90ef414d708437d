"""The keys of publiccode.yml as one table per major version, and what a document has at each of them.

The tables are the standard's schema (docs/standard/schema.core.rst, v0.7; country section: schema.it.rst); where its text
and the reference validator differ, the page of the rule that judges the point says which we follow and why. Rules never
walk a document themselves: they ask `structure(document)`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache

from .document import Document, Kind, Node, Path, key_text
from .faults import NOWHERE, Place
from .finding import Finding, Message, Severity

SUPPORTED = ("0", "0.2", "0.2.0", "0.2.1", "0.2.2", "0.3", "0.3.0", "0.4", "0.4.0", "0.5", "0.5.0", "0.7", "0.7.0")
LATEST = ("0", "0.7", "0.7.0")


class Type(StrEnum):
    """What may stand at a key. A list's items have a line of their own in the table, ending in `[]`."""

    TEXT = "text"
    BOOLEAN = "boolean"
    LIST = "list"
    MAPPING = "mapping"
    TEXT_OR_LIST = "text or list"


class Format(StrEnum):
    """What a text must look like; each is judged by one rule."""

    URL = "url"
    HTTP_URL = "http-url"
    DATE = "date"
    PATH = "path"
    LICENSE = "license"
    LANGUAGE = "language"
    COUNTRY = "country"
    EMAIL = "email"
    URI = "uri"
    IPA_CODE = "ipa-code"
    SUPPORTS = "supports"
    MEDIA_TYPE = "media-type"
    PHONE = "phone"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the table.

    `path` is written with dots, `*` for any key (a language tag) and `[]` for the items of a list. A required list or
    mapping has at least one item. `listed` names the vocabulary of a closed list; `shortest` and `longest` count
    characters as people do (grapheme clusters). `without` names values of the vocabulary that this version no longer has.
    `deprecated` is the version that deprecated the key; whether it has a successor says the rule key-deprecated.
    """

    path: str
    type: Type = Type.TEXT
    required: bool = False
    format: Format | None = None
    listed: str = ""
    shortest: int = 0
    longest: int = 0
    without: tuple[str, ...] = ()
    deprecated: str = ""


def _dependencies(path: str) -> tuple[Key, ...]:
    return (
        Key(path, Type.LIST),
        Key(f"{path}[]", Type.MAPPING),
        Key(f"{path}[].name", required=True),
        Key(f"{path}[].versionMin"),
        Key(f"{path}[].versionMax"),
        Key(f"{path}[].version"),
        Key(f"{path}[].optional", Type.BOOLEAN),
    )


def _italian_section(path: str) -> tuple[Key, ...]:
    flags = {
        "conforme": ("lineeGuidaDesign", "modelloInteroperabilita", "misureMinimeSicurezza", "gdpr"),
        "piattaforme": ("spid", "cie", "anpr", "pagopa", "io"),
    }
    return (
        Key(path, Type.MAPPING, deprecated="0.7" if path == "IT" else "0.5"),
        Key(f"{path}.countryExtensionVersion", listed="country-extension-versions"),
        Key(f"{path}.conforme", Type.MAPPING, deprecated="0.5"),
        Key(f"{path}.piattaforme", Type.MAPPING),
        *(Key(f"{path}.{section}.{flag}", Type.BOOLEAN) for section, names in flags.items() for flag in names),
        Key(f"{path}.riuso", Type.MAPPING),
        Key(f"{path}.riuso.codiceIPA", format=Format.IPA_CODE, deprecated="0.5"),
    )


V0 = (
    Key("publiccodeYmlVersion", required=True),
    Key("name", required=True),
    Key("applicationSuite"),
    Key("url", required=True, format=Format.URL),
    Key("landingURL", format=Format.HTTP_URL),
    Key("isBasedOn", Type.TEXT_OR_LIST),
    Key("isBasedOn[]", format=Format.URL),
    Key("softwareVersion"),
    Key("releaseDate", format=Format.DATE),
    Key("logo", format=Format.PATH),
    Key("monochromeLogo", format=Format.PATH, deprecated="0.3"),
    Key("inputTypes", Type.LIST, deprecated="0.3"),
    Key("inputTypes[]", format=Format.MEDIA_TYPE),
    Key("outputTypes", Type.LIST, deprecated="0.3"),
    Key("outputTypes[]", format=Format.MEDIA_TYPE),
    Key("platforms", Type.LIST, required=True),
    Key("platforms[]"),
    Key("categories", Type.LIST),
    Key("categories[]", listed="categories"),
    Key("usedBy", Type.LIST),
    Key("usedBy[]"),
    Key("fundedBy", Type.LIST),
    Key("fundedBy[]", Type.MAPPING),
    Key("fundedBy[].uri", required=True, format=Format.URI),
    Key("fundedBy[].name"),
    Key("roadmap", format=Format.HTTP_URL),
    Key("developmentStatus", required=True, listed="development-status"),
    Key("softwareType", required=True, listed="software-types"),
    Key("supports", Type.LIST),
    Key("supports[]", Type.MAPPING),
    Key("supports[].id", required=True, format=Format.SUPPORTS),
    Key("organisation", Type.MAPPING),
    Key("organisation.uri", required=True, format=Format.URI),
    Key("organisation.name"),
    Key("intendedAudience", Type.MAPPING),
    Key("intendedAudience.scope", Type.LIST),
    Key("intendedAudience.scope[]", listed="scopes"),
    Key("intendedAudience.countries", Type.LIST),
    Key("intendedAudience.countries[]", format=Format.COUNTRY),
    Key("intendedAudience.unsupportedCountries", Type.LIST),
    Key("intendedAudience.unsupportedCountries[]", format=Format.COUNTRY),
    Key("description", Type.MAPPING, required=True),
    Key("description.*", Type.MAPPING, format=Format.LANGUAGE),
    Key("description.*.localisedName"),
    Key("description.*.genericName", longest=35, deprecated="0.3"),
    Key("description.*.shortDescription", required=True, longest=150),
    Key("description.*.longDescription", required=True, shortest=150, longest=10_000),
    Key("description.*.documentation", format=Format.HTTP_URL),
    Key("description.*.apiDocumentation", format=Format.HTTP_URL),
    Key("description.*.features", Type.LIST, required=True),
    Key("description.*.features[]"),
    Key("description.*.screenshots", Type.LIST),
    Key("description.*.screenshots[]", format=Format.PATH),
    Key("description.*.videos", Type.LIST),
    Key("description.*.videos[]", format=Format.VIDEO),
    Key("description.*.awards", Type.LIST),
    Key("description.*.awards[]"),
    Key("legal", Type.MAPPING, required=True),
    Key("legal.license", required=True, format=Format.LICENSE),
    Key("legal.mainCopyrightOwner"),
    Key("legal.repoOwner", deprecated="0.5"),
    Key("legal.authorsFile", format=Format.PATH, deprecated="0.4"),
    Key("maintenance", Type.MAPPING, required=True),
    Key("maintenance.type", required=True, listed="maintenance-types"),
    Key("maintenance.contractors", Type.LIST),
    Key("maintenance.contractors[]", Type.MAPPING),
    Key("maintenance.contractors[].name", required=True),
    Key("maintenance.contractors[].until", required=True, format=Format.DATE),
    Key("maintenance.contractors[].email", format=Format.EMAIL),
    Key("maintenance.contractors[].website", format=Format.HTTP_URL),
    Key("maintenance.contacts", Type.LIST),
    Key("maintenance.contacts[]", Type.MAPPING),
    Key("maintenance.contacts[].name", required=True),
    Key("maintenance.contacts[].email", format=Format.EMAIL),
    Key("maintenance.contacts[].affiliation"),
    Key("maintenance.contacts[].phone"),
    Key("localisation", Type.MAPPING, required=True),
    Key("localisation.localisationReady", Type.BOOLEAN, required=True),
    Key("localisation.availableLanguages", Type.LIST, required=True),
    Key("localisation.availableLanguages[]", format=Format.LANGUAGE),
    Key("dependsOn", Type.MAPPING),
    *_dependencies("dependsOn.open"),
    *_dependencies("dependsOn.proprietary"),
    *_dependencies("dependsOn.hardware"),
    *_italian_section("IT"),
    *_italian_section("it"),
)


def _in_version_1(key: Key) -> Key | None:
    """The line as the branch 1.0-rc of the standard has it; None where it is gone, as all deprecated keys are."""
    if key.path.startswith(("IT", "it", "inputTypes", "outputTypes")) or key.deprecated:
        return None
    if key.path == "intendedAudience.scope[]":
        return replace(key, without=("government",))
    return replace(key, format=Format.PHONE) if key.path.endswith(".phone") else key


V1 = tuple(key for key in map(_in_version_1, V0) if key is not None)

TABLES = {"0": V0, "1": V1}  # by major version; the second is not released, see the rule version-1-ready


@dataclass(slots=True, eq=False)
class Branch:
    """A table as a tree: the line for this place, and the branches below it."""

    key: Key
    keys: dict[str, Branch] = field(default_factory=dict)
    any: Branch | None = None
    item: Branch | None = None

    @property
    def current(self) -> tuple[str, ...]:
        """The keys below this place that are not deprecated."""
        return tuple(name for name, branch in self.keys.items() if not branch.key.deprecated)


@cache
def tree(major: str) -> Branch:
    """The table of one major version as a tree."""
    root = Branch(Key("", Type.MAPPING))
    for key in TABLES[major]:
        branch = root
        steps = key.path.replace("[]", ".[]").split(".")
        for number, step in enumerate(steps):
            new = Branch(key if number == len(steps) - 1 else Key(".".join(steps[: number + 1]), Type.MAPPING))
            if step == "[]":
                branch.item = branch.item or new
                branch = branch.item
            elif step == "*":
                branch.any = branch.any or new
                branch = branch.any
            else:
                branch = branch.keys.setdefault(step, new)
    return root


def shown(text: str) -> str:
    """`text` as a message quotes it: one line of at most 80 characters."""
    line = text[:200].replace("\n", "⏎").replace("\r", "")
    return line if len(line) <= 80 else line[:79] + "…"


@dataclass(slots=True, eq=False)  # never changed; not frozen, because making it would take three times as long
class Found:
    """One place that the table knows: its line, its path in this document, and what stands there (None: nothing)."""

    key: Key
    path: Path
    place: Place
    node: Node | None

    @property
    def text(self) -> str:
        """The scalar's text; empty where nothing is written."""
        return self.node.text if self.node is not None and self.node.kind is not Kind.NULL else ""

    @property
    def shown(self) -> str:
        """The text as a message quotes it: one line, not too long."""
        return shown(self.text)

    def finding(self, rule: str, severity: Severity, text: Message, help_text: Message) -> Finding:
        """What a rule says about this place."""
        return Finding(rule, severity, key_text(self.path), text, *self.place, help=help_text)


@dataclass(frozen=True, slots=True)
class Unknown:
    """A key that the table does not know, and the keys that it has there."""

    path: Path
    place: Place
    known: tuple[str, ...]


@dataclass(slots=True)
class Structure:
    """What a document has at the keys of the table: of the right type, of a wrong one, missing, unknown."""

    present: list[Found] = field(default_factory=list)
    mistyped: list[Found] = field(default_factory=list)
    missing: list[Found] = field(default_factory=list)
    unknown: list[Unknown] = field(default_factory=list)

    _by_format: dict[Format, list[Found]] = field(default_factory=dict)
    _by_path: dict[str, list[Found]] = field(default_factory=dict)

    def add(self, found: Found) -> None:
        """Notes what is present."""
        self.present.append(found)
        self._by_path.setdefault(found.key.path, []).append(found)
        if found.key.format is not None:
            self._by_format.setdefault(found.key.format, []).append(found)

    def of_format(self, *formats: Format) -> Iterator[Found]:
        """The texts present of these formats."""
        return (found for one in formats for found in self._by_format.get(one, ()))

    def at(self, path: str) -> Found | None:
        """What is present at the only place of a line of the table."""
        return next(iter(self._by_path.get(path, ())), None)

    def all_at(self, *paths: str) -> Iterator[Found]:
        """What is present at all places of these lines of the table."""
        return (found for path in paths for found in self._by_path.get(path, ()))

    def groups(self) -> Iterator[tuple[Key, list[Found]]]:
        """What is present, by the lines of the table: a rule asks a line once and not each of its places."""
        return ((places[0].key, places) for places in self._by_path.values())


def structure(document: Document) -> Structure:
    """The document beside the table of version 0; empty where it cannot be read or its version is none that we know.

    Without a version, or with one of a wrong type, the file is read as version 0: one slip is not the end of all help.
    """
    return document.once(_version_0)


def structure_of_version_1(document: Document) -> Structure:
    """The same document beside the table of the coming version 1."""
    return document.once(_version_1)


def _version_0(document: Document) -> Structure:
    return _structure(document, "0")


def _version_1(document: Document) -> Structure:
    return _structure(document, "1")


def _structure(document: Document, major: str) -> Structure:
    result = Structure()
    if document.root is not None:
        version = document.root.entries.get("publiccodeYmlVersion")
        if version is None or version.kind is not Kind.TEXT or not version.text or version.text in SUPPORTED:
            _read_mapping(result, tree(major), document.root, (), (1, 1))
    return result


_KINDS = {
    Type.MAPPING: Kind.MAPPING,
    Type.LIST: Kind.LIST,
    Type.TEXT_OR_LIST: Kind.LIST,
    Type.BOOLEAN: Kind.BOOLEAN,
}


def _read(result: Structure, branch: Branch, node: Node, path: Path, place: Place) -> None:
    kind, wanted = node.kind, branch.key.type
    if kind is Kind.NULL and not (path and isinstance(path[-1], int)):
        if wanted is Type.MAPPING:  # `legal:` with nothing below it lacks what a legal section needs
            _read_mapping(result, branch, node, path, place)
        elif branch.key.required:
            result.missing.append(Found(branch.key, path, place, node))
    elif wanted is Type.TEXT_OR_LIST and kind not in (Kind.LIST, Kind.MAPPING) and branch.item is not None:
        result.add(Found(branch.key, path, place, node))
        result.add(Found(branch.item.key, (*path, 0), place, node))
    elif not _fits(branch.key, node):
        result.mistyped.append(_mistyped(branch.key, node, path, place))
    elif kind is Kind.LIST:
        result.add(Found(branch.key, path, place, node))
        if branch.key.required and not node.items:
            result.missing.append(Found(branch.key, path, place, node))
        if branch.item is not None:
            for number, item in enumerate(node.items):
                _read(result, branch.item, item, (*path, number), (item.line, item.column))
    elif kind is Kind.MAPPING:
        result.add(Found(branch.key, path, place, node))
        _read_mapping(result, branch, node, path, place)
    elif branch.key.required and not node.text:
        result.missing.append(Found(branch.key, path, place, node))
    else:
        result.add(Found(branch.key, path, place, node))


def _fits(key: Key, node: Node) -> bool:
    kind, wanted = node.kind, key.type
    if wanted is Type.TEXT:
        if key.path == "publiccodeYmlVersion":  # 0.10 as a number would be 0.1
            return kind is Kind.TEXT
        return kind is not Kind.LIST and kind is not Kind.MAPPING
    return kind is _KINDS[wanted]


def _mistyped(key: Key, node: Node, path: Path, place: Place) -> Found:
    """Where a list has keys or a section has items, the first of them is the place: there the wrong thing begins."""
    if key.type in (Type.LIST, Type.TEXT_OR_LIST) and node.entries:
        first = next(iter(node.entries))
        return Found(key, (*path, first), node.places[first], node)
    if key.type is Type.MAPPING and node.items:
        return Found(key, (*path, 0), (node.items[0].line, node.items[0].column), node)
    return Found(key, path, place, node)


def _read_mapping(result: Structure, branch: Branch, node: Node, path: Path, place: Place) -> None:
    if branch.any is not None and not node.entries and branch.key.required:
        result.missing.append(Found(branch.key, path, place, node))
    for name, child in node.entries.items():
        below = branch.keys.get(name) or branch.any
        if below is None:
            result.unknown.append(Unknown((*path, name), node.places[name], branch.current))
        else:
            _read(result, below, child, (*path, name), node.places[name])
    # What is missing has no place: its section's first key stands for it, as in the reference validator; where the
    # version is missing, that is about the whole file.
    first = next(iter(node.places.values()), place)
    for name, below in branch.keys.items():
        if name not in node.entries and below.key.required:
            _miss(result, below, (*path, name), NOWHERE if name == "publiccodeYmlVersion" else first)


def _miss(result: Structure, branch: Branch, path: Path, place: Place) -> None:
    if branch.key.type is Type.MAPPING and branch.any is None:
        for name, below in branch.keys.items():
            if below.key.required:
                _miss(result, below, (*path, name), NOWHERE)
    else:
        result.missing.append(Found(branch.key, path, place, None))
