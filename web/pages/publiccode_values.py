"""The values of a publiccode.yml as its page shows them, each of the kind that the standard gives it."""

from __future__ import annotations

from dataclasses import dataclass

from ..language import nearest
from .said import Said

# Keys that are texts or lists of texts at the top or one level below: name here → path in the file.
_TEXTS = {
    "application_suite": ("applicationSuite",),
    "version": ("softwareVersion",),
    "release_date": ("releaseDate",),
    "landing_url": ("landingURL",),
    "roadmap": ("roadmap",),
    "logo": ("logo",),
    "monochrome_logo": ("monochromeLogo",),
    "status": ("developmentStatus",),
    "type": ("softwareType",),
    "license": ("legal", "license"),
    "copyright_owner": ("legal", "mainCopyrightOwner"),
    "repo_owner": ("legal", "repoOwner"),
    "authors_file": ("legal", "authorsFile"),
    "maintenance": ("maintenance", "type"),
    "standard_version": ("publiccodeYmlVersion",),
}
_LISTS = {
    "categories": ("categories",),
    "platforms": ("platforms",),
    "used_by": ("usedBy",),
    "based_on": ("isBasedOn",),
    "scopes": ("intendedAudience", "scope"),
    "countries": ("intendedAudience", "countries"),
    "unsupported_countries": ("intendedAudience", "unsupportedCountries"),
    "languages": ("localisation", "availableLanguages"),
    "input_types": ("inputTypes",),
    "output_types": ("outputTypes",),
}


@dataclass(frozen=True)
class Description:
    """What the file says in one language, and in which others it says something. `asked`: the reader chose this one."""

    language: str
    others: tuple[str, ...]
    asked: bool
    localised_name: str
    generic_name: str
    short: str
    long: str
    documentation: str
    api_documentation: str
    features: tuple[str, ...]
    screenshots: tuple[str, ...]
    videos: tuple[str, ...]
    awards: tuple[str, ...]


def description(said: Said, language: str, asked: str) -> Description:
    """The description to show on a page in `language`; the one in `asked` where the file has it."""
    tags = said.keys("description")
    tag = next((tag for tag in tags if asked and tag.lower() == asked.lower()), "")
    chosen = tag or nearest(tags, language)
    read = {other: _description(said, other, tags, other == tag) for other in tags}
    # The other languages are taken as well: they are not left over, the page offers them.
    return read.get(chosen) or _description(said, chosen, tags, False)


def _description(said: Said, tag: str, tags: list[str], asked: bool) -> Description:
    def text(key: str) -> str:
        return said.text("description", tag, key)

    def texts(key: str) -> tuple[str, ...]:
        return said.texts("description", tag, key)

    return Description(
        language=tag,
        others=tuple(other for other in tags if other != tag),
        asked=asked,
        localised_name=text("localisedName"),
        generic_name=text("genericName"),
        short=text("shortDescription"),
        long=text("longDescription"),
        documentation=text("documentation"),
        api_documentation=text("apiDocumentation"),
        features=texts("features"),
        screenshots=texts("screenshots"),
        videos=texts("videos"),
        awards=texts("awards"),
    )


@dataclass(frozen=True)
class Organisation:
    """An organisation as the file names it."""

    name: str
    uri: str


@dataclass(frozen=True)
class Person:
    """Somebody to ask: a contact, or a contractor with the end of the contract."""

    name: str
    email: str
    phone: str
    affiliation: str
    website: str
    until: str


@dataclass(frozen=True)
class Dependency:
    """Something that the software needs. `kind`: open, proprietary or hardware; `versions` as the file gives them."""

    kind: str
    name: str
    versions: str
    optional: bool


@dataclass(frozen=True)
class Facts:
    """Everything in the file that is the same in every language."""

    texts: dict[str, str]
    lists: dict[str, tuple[str, ...]]
    localisation_ready: bool | None
    organisation: Organisation | None
    funded_by: tuple[Organisation, ...]
    contacts: tuple[Person, ...]
    contractors: tuple[Person, ...]
    dependencies: tuple[Dependency, ...]
    supports: tuple[str, ...]


def facts(said: Said) -> Facts:
    """What the file says besides its descriptions; what it takes is no longer left over in `said`."""
    said.text("name")
    said.text("url")  # both stand in the page's head, from the entry itself
    organisation = _organisation(said, "organisation")
    return Facts(
        texts={name: said.text(*path) for name, path in _TEXTS.items()},
        lists={name: said.texts(*path) for name, path in _LISTS.items()},
        localisation_ready=said.switch("localisation", "localisationReady"),
        organisation=organisation if organisation.name or organisation.uri else None,
        funded_by=tuple(_organisation(entry) for entry in said.each("fundedBy")),
        contacts=tuple(_person(entry) for entry in said.each("maintenance", "contacts")),
        contractors=tuple(_person(entry) for entry in said.each("maintenance", "contractors")),
        dependencies=tuple(
            _dependency(entry, kind)
            for kind in ("open", "proprietary", "hardware")
            for entry in said.each("dependsOn", kind)
        ),
        supports=tuple(filter(None, (entry.text("id") for entry in said.each("supports")))),
    )


def _organisation(said: Said, *path: str) -> Organisation:
    return Organisation(said.text(*path, "name"), said.text(*path, "uri"))


def _person(said: Said) -> Person:
    return Person(*(said.text(key) for key in ("name", "email", "phone", "affiliation", "website", "until")))


def _dependency(said: Said, kind: str) -> Dependency:
    exact, least, most = said.text("version"), said.text("versionMin"), said.text("versionMax")
    bounds = [f"≥ {least}" if least else "", f"≤ {most}" if most else ""]
    versions = exact or ", ".join(filter(None, bounds))
    return Dependency(kind, said.text("name"), versions, bool(said.switch("optional")))
