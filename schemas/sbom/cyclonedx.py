"""Reads CycloneDX 1.2 to 1.7 JSON."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ..finding import message
from ..licensing.slips import meant
from .bounds import DEEPEST, MOST_PACKAGES, MOST_RELATIONSHIPS, Fields, no_list, shown, too_many, whole_text
from .licenses import Licenses, References, all_identified, joined, reference, references_in
from .model import Package, Relationship, Sbom, SbomError
from .spdx import moment, strongest

VERSIONS = ("1.2", "1.3", "1.4", "1.5", "1.6", "1.7")
NOTHING = "NONE"  # what a relationship leads to that leads to nothing
MOST_NAMES = 5_000  # different names of licences in one document, each of which is looked up


def read_cyclonedx(values: Mapping[str, Any]) -> Sbom:
    """The document in `values`.

    Raises:
        SbomError: it is none, or more than is read.

    """
    document = Fields(values)
    version = document.line("specVersion")
    if version not in VERSIONS:
        raise SbomError(
            message(
                "specVersion is {version}, and CycloneDX 1.2 to 1.7 are read; convert the file",
                version=shown(version) or "–",
            )
        )
    about = document.one("metadata")
    subject = about.one("component")
    reader = _Components()
    reader.take(subject, "")
    for one in document.many("components", MOST_PACKAGES):
        reader.take(one, "")
    stated = _Statements([*(one for one in reader.components), about])
    said = [stated.of(one) for one in reader.components]
    data_license = stated.of(about)[0]
    extracted = all_identified(stated.references.extracted.values(), "components[].licenses")
    licenses = Licenses(extracted)
    packages = tuple(_package(one, what, licenses) for one, what in zip(reader.components, said, strict=True))
    return Sbom(
        "CycloneDX",
        version,
        "JSON",
        packages,
        name=_name(subject),
        identity=document.line("serialNumber"),
        made_at=moment(about.line("timestamp"), about.at("timestamp")),
        tools=tuple(filter(None, _tools(about))),
        authors=tuple(filter(None, _authors(about))),
        describes=tuple(filter(None, [subject.line("bom-ref")])),
        relationships=tuple(dict.fromkeys((*reader.contained, *_relationships(document)))),
        extracted=extracted,
        data_license=data_license,
        lifecycle=tuple(one.line("phase") or one.line("name") for one in about.many("lifecycles")),
    )


class _Components:
    """All components, those inside others too."""

    def __init__(self) -> None:
        self.components: list[Fields] = []
        self.contained: list[Relationship] = []

    def take(self, component: Fields, above: str) -> None:
        """Adds a component and what is in it; a stack, because a stranger says how deep it goes."""
        stack = [(component, above, 0)] if component.values else []
        while stack:
            one, above, depth = stack.pop()
            if len(self.components) >= MOST_PACKAGES:
                raise too_many("components", MOST_PACKAGES)
            if depth > DEEPEST:
                raise SbomError(
                    message("{place} lies in more than {most} other components", place=shown(one.place), most=DEEPEST)
                )
            ref = one.line("bom-ref")
            if ref and above:
                self.contained.append(Relationship(above, "CONTAINS", ref))
            self.components.append(one)
            inner = list(one.many("components", MOST_PACKAGES))
            stack += [(part, ref or above, depth + 1) for part in reversed(inner)]


class _Statements:
    """What components state of their licences; `references` are those of licences that have a name or a text alone."""

    def __init__(self, components: Iterable[Fields]) -> None:
        used: set[str] = set()
        for component in components:
            for one in component.many("licenses"):
                used |= references_in(one.line("expression")) | references_in(one.one("license").line("id"))
        self.references = References("components[].licenses", used)
        self._read: dict[tuple[str, str, str], str] = {}
        self._refs: dict[tuple[str, str], str] = {}

    def of(self, component: Fields) -> tuple[str, str]:
        """What a component states, as expressions: declared, concluded. Several licences may all hold, so AND joins them."""
        declared: list[str] = []
        concluded: list[str] = []
        for one in component.many("licenses"):
            license_ = one.one("license")
            kind = one.line("acknowledgement") or license_.line("acknowledgement")
            said = one.line("expression") or (self._license(license_) if license_.values else "")
            if said:
                (concluded if kind == "concluded" else declared).append(said)
        return joined(declared, "AND"), joined(concluded, "AND")

    def _license(self, license_: Fields) -> str:
        """One licence as an expression: its id, the one licence that its name or address means, else a reference."""
        identifier = license_.line("id")
        if identifier:
            return identifier
        name, url = license_.line("name"), license_.line("url")
        text = _attached(license_.one("text"))
        key = (name, url, text)
        if key not in self._read:
            if len(self._read) >= MOST_NAMES:
                raise too_many("components[].licenses", MOST_NAMES)
            self._read[key] = self._named(name or url, name, url, text)
        return self._read[key]

    def _named(self, shown_name: str, name: str, url: str, text: str) -> str:
        if not shown_name and not text:
            return ""
        for said in (name, url):
            readings = meant(said) if said else ()
            if len(readings) == 1:
                return readings[0]
        key = (shown_name, text)
        if key not in self._refs:
            self._refs[key] = self.references.keep(reference("LicenseRef-", shown_name), shown_name, text)
        return self._refs[key]


def _attached(text: Fields) -> str:
    """The text of a licence, which may stand there in Base64."""
    if text.line("encoding") != "base64":
        return text.text("content")
    try:
        content = base64.b64decode(text.text("content"), validate=False)
    except (binascii.Error, ValueError) as error:
        raise SbomError(message("{place} is no Base64", place=text.at("content"))) from error
    return whole_text(content.decode(errors="replace"), text.at("content"))


def _package(one: Fields, stated: tuple[str, str], licenses: Licenses) -> Package:
    declared, concluded = stated
    license_, state = licenses.of(declared, concluded)
    return Package(
        ref=one.line("bom-ref"),
        name=_name(one),
        version=one.line("version"),
        supplier=_organisation(one.one("supplier")) or one.line("publisher"),
        originator=_organisation(one.one("manufacturer")) or one.line("author") or ", ".join(_people(one)),
        purl=one.line("purl"),
        cpe=one.line("cpe"),
        download=_address(one),
        declared=declared,
        concluded=concluded,
        license=license_,
        state=state,
        checksum=strongest({_algorithm(hash_.line("alg")): hash_.line("content") for hash_ in one.many("hashes")}),
        copyright=one.text("copyright"),
        kind=one.line("type").lower(),
    )


def _name(component: Fields) -> str:
    group, name = component.line("group"), component.line("name")
    return f"{group}/{name}" if group and name else name


def _algorithm(name: str) -> str:
    """The algorithm as SPDX spells it."""
    return name.replace("SHA-", "SHA", 1) if name.startswith("SHA-") else name.upper()


def _organisation(one: Fields) -> str:
    name = one.line("name")
    return f"Organization: {name}" if name else ""


def _people(one: Fields) -> Iterator[str]:
    """People in SPDX's manner."""
    for person in one.many("authors"):
        name, email = person.line("name"), person.line("email")
        if name or email:
            yield f"Person: {name or email}" + (f" ({email})" if name and email else "")


def _authors(about: Fields) -> Iterator[str]:
    yield from _people(about)
    for key in ("manufacturer", "manufacture", "supplier"):
        yield _organisation(about.one(key))


def _tools(about: Fields) -> Iterator[str]:
    """The names of the tools: a list of tools until 1.4, an object with components and services since."""
    tools = about.values.get("tools")
    if tools is None:
        return
    if isinstance(tools, list):
        found = list(about.many("tools"))
    elif isinstance(tools, dict):
        inner = about.one("tools")
        found = [*inner.many("components"), *inner.many("services")]
    else:
        raise no_list(about.at("tools"))
    for one in found:
        name, version = one.line("name"), one.line("version")
        yield f"{name} {version}".strip()


def _address(component: Fields) -> str:
    """Where the component is got from: its distribution, else its repository."""
    found: dict[str, str] = {}
    for one in component.many("externalReferences"):
        found.setdefault(one.line("type"), one.line("url"))
    return found.get("distribution") or found.get("vcs") or ""


def _relationships(document: Fields) -> Iterator[Relationship]:
    count = 0
    for one in document.many("dependencies", MOST_RELATIONSHIPS):
        source = one.line("ref")
        for target in one.lines("dependsOn") or (NOTHING,):  # without any it is said to depend on nothing
            count += 1
            if count > MOST_RELATIONSHIPS:
                raise too_many("dependencies", MOST_RELATIONSHIPS)
            yield Relationship(source, "DEPENDS_ON", target)
