"""The keys of publiccode.yml as one table per major version.

The tables are the standard's schema (docs/standard/schema.core.rst, v0.7; country section: schema.it.rst); where its text
and the reference validator differ, the page of the rule that judges the point says which we follow and why.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

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
