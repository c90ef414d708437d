"""code.json, the inventory that agencies of the United States publish (code.gov's schema 2.0; 1.0 calls its list `projects`).

Each release is an entry. Those that are not open source may name no repository; what `permissions.usageType` says is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ...schemas.addresses import is_email, without_user
from ...schemas.drafts import json_ld as ld
from ...schemas.editing.writing import Value
from ...schemas.finding import Message, message
from ...schemas.structure import shown
from ..http import Http
from . import Entry, counted
from .identifiers import Identifiers
from .json_records import json_records
from .made import landing, made
from .moments import moment
from .normalised import addresses, license_of, no_address, unreadable, unused
from .source import read_source, text_of

_STATUS = {
    "ideation": "concept",
    "development": "development",
    "alpha": "development",
    "beta": "beta",
    "release candidate": "beta",
    "production": "stable",
    "archival": "obsolete",
}
_NAMES = {
    "name": "name",
    "url": "homepageURL",
    "description": "description",
    "keywords": "tags",
    "softwareVersion": "version",
    "dateModified": "date.lastModified",
    "developmentStatus": "status",
}


class CodeJson:
    """Entries of one code.json."""

    terms = ""
    attribution = ""

    def __init__(self, http: Http, locate: Callable[[str], str]) -> None:
        self._http, self._locate = http, locate

    def entries(self, url: str) -> Iterator[Entry]:
        """See `Catalogue`."""
        url = without_user(url)
        return counted(self._entries(url), url)

    def _entries(self, url: str) -> Iterator[Entry]:
        text = text_of(read_source(self._http, self._locate, url), url)
        inventory, releases = json_records(text, url, "releases", "projects")
        agency = ld.part(inventory.get("agency"), "name")
        identifiers = Identifiers()
        for number, (release, source) in enumerate(releases, 1):
            original = source.encode("utf-8", "replace")
            if isinstance(release, Mapping):
                yield _entry(release, agency, original, identifiers)
            else:
                identifier = identifiers.give("", "", "", original)
                yield Entry("", identifier, "", None, original, None, (), (unreadable(str(number)),))


def _entry(release: Mapping[str, Any], agency: str, original: bytes, identifiers: Identifiers) -> Entry:
    name = ld.line(release.get("name"))
    urls, told = addresses(ld.part(release.get("repositoryURL")), "repositoryURL")
    first = urls[0] if urls else ""
    quirks = list(told if urls or told else (no_address(),))
    permissions, dates = _section(release, "permissions"), _section(release, "date")
    usage = ld.line(permissions.get("usageType"))
    if usage and usage.lower() != "opensource":
        quirks.append(
            message("The field permissions.usageType says “{usage}”, which is not open source.", usage=shown(usage))
        )
    status = ld.line(release.get("status"))
    home, told = landing(ld.part(release.get("homepageURL")), "homepageURL")
    quirks += told
    contacts, told = _contacts(_section(release, "contact"))
    candidate, more = made(
        {
            "name": name,
            "codeRepository": first,
            "url": home,
            "description": release.get("description"),
            "keywords": [text for one in ld.each(release.get("tags")) if (text := ld.line(one))],
            "softwareVersion": release.get("version"),
            "dateModified": dates.get("lastModified"),
            "developmentStatus": _STATUS.get(status.lower(), status),
        },
        _NAMES,
        [
            license_of([ld.part(one, "URL", "url"), ld.part(one, "name")])
            for one in ld.each(permissions.get("licenses"))
        ],
        {
            ("organisation", "name"): ld.part(release.get("organization"), "name") or agency,
            ("maintenance", "contacts"): contacts,
        },
    )
    updated = "metadataLastUpdated" if dates.get("metadataLastUpdated") else "lastModified"
    at, when = moment(dates.get(updated), f"date.{updated}")
    return Entry(
        url=first,
        source_id=identifiers.give("", first, name, original),
        page="",
        candidate=candidate,
        original=original,
        modified_at=at,
        other_urls=urls[1:],
        quirks=tuple(dict.fromkeys((*quirks, *told, *more, *when))),
    )


def _contacts(contact: Mapping[str, Any]) -> tuple[Value, tuple[Message, ...]]:
    """Whom to ask; an e-mail address that is none is told."""
    email = ld.line(contact.get("email")).removeprefix("mailto:")
    found = {
        "name": ld.line(contact.get("name")),
        "email": email if is_email(email) else "",
        "phone": ld.line(contact.get("phone")),
    }
    said = {key: text for key, text in found.items() if text}
    return [said] if said else [], (unused("contact.email", email),) if email and not is_email(email) else ()


def _section(release: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    section = release.get(name)
    return section if isinstance(section, Mapping) else {}
